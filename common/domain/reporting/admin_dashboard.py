"""The whole deployment at a glance, and every course by how many learn in it."""

from collections import Counter
from typing import Self

from pydantic import BaseModel

from common.domain.courses.models import CoursePlaces
from common.domain.reporting.bodies import AdminDashboard
from common.domain.reporting.models import ADMIN, AdminSnapshot
from common.domain.reporting.numbers import AiUse, CourseCount, NudgeCounts, PurposeUse
from common.domain.reporting.snapshot import LARGEST, REPORTS, counted
from common.errors import NotFound
from common.ports import Page, StoreReader, read_page


class _Taken(BaseModel):
    """The places of a course, as they are stored."""

    places: CoursePlaces

    @classmethod
    def of(cls, places: CoursePlaces) -> Self:
        return cls(places=places)


class NotCountedYet(NotFound):
    """No count has run since this deployment began."""

    code, title = "not_counted_yet", "Nothing is counted yet: the first count runs within half an hour, or when asked"


def show(store: StoreReader) -> AdminDashboard:
    """What was counted last; NotCountedYet. Costs one read, however many learners, courses and messages there are."""
    kept = store.get(AdminSnapshot, ADMIN)
    if kept is None:
        raise NotCountedYet
    same = AdminDashboard.model_fields.keys() & AdminSnapshot.model_fields.keys() - {"experiments"}
    return AdminDashboard(
        **{name: getattr(kept, name) for name in same},
        total_users=kept.users.total,
        users_by_role=kept.users,
        billing="off",
        purchases=0,
        revenue=(),
        sessions_7d=tuple(one.sessions for one in kept.days[-7:]),
        nudges=sum((one.nudges for one in kept.days), NudgeCounts()),
        experiments=REPORTS.validate_json(kept.experiments, extra="ignore"),
        ai=sum((one.ai for one in kept.days), AiUse()),
        ai_purposes=_by_purpose(kept),
    )


def courses(store: StoreReader, *, page_size: int, page_token: str | None) -> Page[CourseCount]:
    """A page of all courses, those with the most learners first. Costs two reads each, and one more."""
    page = read_page(store, LARGEST, {}, page_size=page_size, page_token=page_token, show=_Taken.of)
    return Page(items=counted([one.places for one in page.items], store), next_page_token=page.next_page_token)


def _by_purpose(kept: AdminSnapshot) -> tuple[PurposeUse, ...]:
    calls: Counter[str] = Counter()
    costs: Counter[str] = Counter()
    for one in (use for day in kept.days for use in day.ai_purposes):
        calls[one.purpose] += one.calls
        costs[one.purpose] += one.cost_micros
    dearest = sorted(calls, key=lambda purpose: (-costs[purpose], purpose))
    return tuple(PurposeUse(purpose=one, calls=calls[one], cost_micros=costs[one]) for one in dearest)
