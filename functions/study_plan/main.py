"""GET, PUT /v1/study-plan"""

from common.domain.progress import study_plan as domain
from common.domain.progress.plan_bodies import StudyPlanView, StudyPlanWish
from common.domain.progress.planning import DAYS_AHEAD
from common.domain.review.day_queue import due_ahead
from common.ports import Caller, Clock, Store, StoreReader
from common.triggers import http

study_plan = http.resource("study_plan")


@study_plan.get("/v1/study-plan", role="learner", raises=(domain.NoStudyPlan,))
def show(caller: Caller, store: StoreReader, clock: Clock) -> StudyPlanView:
    """What to learn on which day, from today on; a missed day's work is spread over the days behind it."""
    return domain.show(caller, due_ahead(caller, store, clock, DAYS_AHEAD), store, clock)


@study_plan.put(
    "/v1/study-plan",
    role="learner",
    max_body=16_384,
    rate_limit="30/minute",
    raises=(domain.UnknownConcept, domain.ExamOver),
)
def change(caller: Caller, wished: StudyPlanWish, store: Store, clock: Clock) -> StudyPlanView:
    """Say what to learn, by when, and in how much time a day."""
    return domain.change(caller, wished, due_ahead(caller, store, clock, DAYS_AHEAD), store, clock)
