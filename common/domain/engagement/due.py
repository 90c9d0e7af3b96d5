"""When a learner is due for a nudge: worked out when they act, so that nobody is ever scanned for it.

`nudge_due_at` is the time at which the chance that they stay away for a week would cross THRESHOLD, if they did
nothing more; for those who come less often than that anyway, when they would usually be back. It is part of the
learner's standing, in the write that an activity makes anyway, and like the rest of it follows from the set of what
they did. A silence has one nudge: whoever does not answer is left in peace until they have been back, or a teacher
writes to them.
"""

from datetime import datetime, timedelta

from common.domain.engagement import lapsing
from common.domain.engagement.judgement import HIGH
from common.domain.engagement.lapsing import Habits
from common.domain.progress.models import Standing
from common.domain.progress.streak import streak

THRESHOLD = HIGH
"""They are then more likely to stay away for a week than not."""
LEAST_AWAY = timedelta(days=2)
"""Nobody is missed before."""


def due_at(known: Habits, threshold: float = THRESHOLD) -> datetime | None:
    """When somebody of these habits is to be nudged, if they do nothing more; None where that is never.

    Whoever comes every other week is, the moment they leave, more likely than not to stay away for seven days. They
    are not missed for that, but when they have been away for longer than they usually are.
    """
    crossing = lapsing.crossing_at(known, threshold)
    if crossing is None:
        return None
    usual = timedelta(days=known.span_days / known.returns) if known.returns else LEAST_AWAY
    return max(crossing, known.last_active_at + max(usual, LEAST_AWAY))


def habits_of(standing: Standing) -> Habits | None:
    """What a learner's standing tells of their rhythm; None where they did nothing yet."""
    if standing.last_active_at is None:
        return None
    days = standing.active_days
    held = streak(days, standing.excused_days, days.bit_length() - 1)
    return lapsing.habits(days, standing.last_active_at, streak_days=held.current)


def with_due(standing: Standing) -> Standing:
    """The standing with the time at which a nudge is due, None where there is none or one was planned."""
    known = habits_of(standing)
    is_planned = standing.nudged_for is not None and standing.nudged_for == standing.last_active_at
    due = None if known is None or is_planned else due_at(known)
    return standing.model_copy(update={"nudge_due_at": due})
