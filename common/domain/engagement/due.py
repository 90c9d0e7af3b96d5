"""When a learner is due for a nudge: worked out when they act, so that nobody is ever scanned for it.

`nudge_due_at` is the time at which the chance that they stay away for a week would cross THRESHOLD, if they did
nothing more. It is part of the learner's standing, in the write that an activity makes anyway, and like the rest of it
follows from the set of what they did. A silence has one nudge: whoever does not answer is left in peace until they
have been back, or a teacher writes to them.
"""

from common.domain.engagement import lapsing
from common.domain.engagement.judgement import HIGH
from common.domain.engagement.lapsing import Habits
from common.domain.progress.models import Standing
from common.domain.progress.streak import streak

THRESHOLD = HIGH
"""They are then more likely to stay away for a week than not."""


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
    due = None if known is None or is_planned else lapsing.crossing_at(known, THRESHOLD)
    return standing.model_copy(update={"nudge_due_at": due})
