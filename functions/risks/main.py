"""GET /v1/courses/{course_id}/learners/{learner_id}/risk · GET /v1/me/outlook"""

from common.domain.engagement import outlook
from common.domain.engagement.outlook_bodies import LearnerRisks, Outlook
from common.errors import NotFound
from common.ports import Caller, Clock, StoreReader
from common.triggers import http

risks = http.resource("risks")


@risks.get("/v1/courses/{course_id}/learners/{learner_id}/risk", role="teacher", raises=(NotFound,))
def of_learner(caller: Caller, course_id: str, learner_id: str, store: StoreReader, clock: Clock) -> LearnerRisks:
    """How likely a learner of your course is to fail it, or to stay away, and why."""
    return outlook.of_learner(caller, course_id, learner_id, store, clock)


@risks.get("/v1/me/outlook", role="learner")
def own(caller: Caller, store: StoreReader) -> Outlook:
    """A word on each of your courses: what would help next."""
    return outlook.own(caller, store)
