"""A person's own profile: their account, and where they stand."""

from common.domain.accounts import profile
from common.domain.accounts.bodies import Profile, ProfileChange
from common.domain.progress import standings
from common.ports import Caller, Clock, Store, StoreReader


def show(caller: Caller, store: StoreReader, clock: Clock) -> Profile:
    """The caller's account with their totals. Costs two reads: one document each."""
    return _with_totals(profile.show(caller, store), store, clock)


def change(caller: Caller, wished: ProfileChange, store: Store, clock: Clock) -> Profile:
    """Change what was sent, clear what was sent as null, leave the rest. Days count in a new time zone at once."""
    before = profile.show(caller, store)
    changed = profile.change(caller, wished, store, clock)
    if changed.time_zone != before.time_zone:
        standings.move(caller.user_id, before.time_zone, changed.time_zone, store, clock.now())
    return _with_totals(changed, store, clock)


def _with_totals(shown: Profile, store: StoreReader, clock: Clock) -> Profile:
    totals = standings.totals_of(shown.user_id, store, clock.now())
    return shown.model_copy(update=dict(totals))
