"""Where engagement holds a learner's data, and that of the teachers and admins who nudge."""

from common.domain.engagement.experiment_models import Experiment, Exposure
from common.domain.engagement.models import CourseRisk, LearnerNudges, Nudge, NudgeSettings
from common.domain.holdings.declaration import ERASED, Holding

HOLDINGS = (
    Holding(Nudge, hidden=("sender_id",)),
    Holding(Nudge, by="sender_id", blanks={"sender_id": ERASED}, not_shown="what was sent to others is theirs"),
    Holding(LearnerNudges),
    Holding(Exposure),
    Holding(CourseRisk),
    Holding(NudgeSettings, by="updated_by", blanks={"updated_by": ERASED}),
    Holding(Experiment, by="created_by", blanks={"created_by": ERASED}, hidden=("stopped_by",)),
    Holding(Experiment, by="stopped_by", blanks={"stopped_by": ERASED}, hidden=("created_by",)),
)
