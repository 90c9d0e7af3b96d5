"""Where progress holds a learner's data."""

from common.domain.holdings.declaration import ERASED, Holding
from common.domain.progress.models import (
    Activity,
    Certificate,
    Concept,
    ConceptProgress,
    Knowledge,
    LearningSession,
    LessonCompletion,
    OpenSession,
    Standing,
    StudyPlan,
)

HOLDINGS = (
    Holding(Activity),
    Holding(Standing),
    Holding(Knowledge),
    Holding(ConceptProgress),
    Holding(LessonCompletion),
    Holding(LearningSession),
    Holding(OpenSession),
    Holding(StudyPlan),
    Holding(Certificate),
    Holding(Concept, by="created_by", blanks={"created_by": ERASED}),
)
