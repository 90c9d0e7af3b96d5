"""Whether a nudge is still right, judged anew at each step on its way: by what the database says at that moment."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from common.domain.accounts.models import Account
from common.domain.engagement.experiment_models import Channel
from common.domain.engagement.models import Dropped, LearnerNudges, Nudge, NudgeSettings
from common.domain.engagement.planning import SETTINGS_ID
from common.domain.progress.models import Standing
from common.ports import StoreReader


@dataclass(frozen=True, slots=True)
class Seen:
    """All that sending a nudge is judged by, as it was read."""

    user_id: str
    settings: NudgeSettings
    account: Account | None
    standing: Standing | None
    wishes: LearnerNudges
    """What everybody begins with, where none are stored."""
    has_wishes: bool

    @property
    def zone(self) -> ZoneInfo:
        """Where the learner lives; UTC where that is not known."""
        return ZoneInfo((self.account.time_zone if self.account else None) or "UTC")

    def channel(self, wished: Channel | None = None) -> Channel | None:
        """How to reach them: as wished if that is possible, else by e-mail, else in the app; None where nothing is.

        E-mail goes to proved addresses alone: nobody is written to because somebody mistyped theirs.
        """
        is_proved = self.account is not None and self.account.email_verified
        possible = [one for one in self.wishes.channels if one != "email" or is_proved]
        if wished in possible:
            return wished
        return "email" if "email" in possible else "in_app" if possible else None


def look(user_id: str, store: StoreReader) -> Seen:
    """Read what it is judged by. Costs four reads."""
    wishes = store.get(LearnerNudges, user_id)
    return Seen(
        user_id,
        store.get(NudgeSettings, SETTINGS_ID) or NudgeSettings(),
        store.get(Account, user_id),
        store.get(Standing, user_id),
        wishes or LearnerNudges(user_id=user_id),
        wishes is not None,
    )


def against(seen: Seen, since: datetime | None, *, is_told_anyway: bool = False) -> Dropped | None:
    """Why no nudge may go out; None where one may. `since` is when the learner was away, or a teacher asked.

    What a teacher has to say (`is_told_anyway`) is said to whoever is back, too.
    """
    account, standing = seen.account, seen.standing
    last = standing.last_active_at if standing else None
    if account is None or not account.active or account.role != "learner":
        return "inactive"
    if seen.wishes.opted_out_at is not None:
        return "opted_out"
    if seen.settings.stopped:
        return "stopped"
    if since is not None and last is not None and last > since and not is_told_anyway:
        return "came_back"
    return None if seen.channel() else "no_channel"


def since(nudge: Nudge) -> datetime:
    """From when on whatever the learner did makes a nudge needless."""
    return nudge.silent_since or nudge.planned_at
