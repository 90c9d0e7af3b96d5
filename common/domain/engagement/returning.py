"""Whether a nudge helped: the learner studied within 72 hours of when it was due, or did not.

It is settled when they act, from what their standing tells; nobody looks for it. Only the first activity within the
hours costs anything, and of several it is the earliest that counts, in whatever order they become known.
"""

from datetime import datetime

from common.domain.engagement import experiments
from common.domain.engagement.experiment_models import WINDOW
from common.domain.engagement.models import Nudge
from common.domain.progress.messages import ActivityHappened
from common.domain.progress.models import OpenNudge, Standing
from common.ports import Store

MOST_OPEN_NUDGES = 7
"""More than there can be within WINDOW."""
NO_STUDY = frozenset({"post_created"})
"""Whoever only writes in the community is back, and has not studied."""


def opened(standing: Standing, nudge: OpenNudge) -> Standing:
    """The standing when a nudge begins to be watched; the older ones whose hours are over fall out first."""
    kept = (*standing.open_nudges, nudge)[-MOST_OPEN_NUDGES:]
    return standing.model_copy(update={"open_nudges": kept})


def settle(standing: Standing, happened: ActivityHappened, store: Store, now: datetime) -> Standing:
    """The standing when what is open is known to have helped.

    Costs nothing where no nudge is open. The first time: a read and a write of the nudge, and in an experiment as much
    again.
    """
    if happened.kind in NO_STUDY or not any(_is_earlier(one, happened.at) for one in standing.open_nudges):
        return standing
    changed = tuple(_settled(one, happened.at, store, now) for one in standing.open_nudges)
    return standing.model_copy(update={"open_nudges": changed})


def _is_earlier(nudge: OpenNudge, at: datetime) -> bool:
    is_within = nudge.since < at <= nudge.since + WINDOW
    return is_within and (nudge.came_back_at is None or at < nudge.came_back_at)


def _settled(nudge: OpenNudge, at: datetime, store: Store, now: datetime) -> OpenNudge:
    if not _is_earlier(nudge, at):
        return nudge
    kept = store.get(Nudge, nudge.nudge_id)
    if kept is not None:
        store.put(kept.model_copy(update={"came_back_at": at}))
    if nudge.exposure_id is not None:
        experiments.came_back(nudge.exposure_id, at, store, now)
    return nudge.model_copy(update={"came_back_at": at})
