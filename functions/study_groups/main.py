"""GET, POST /v1/courses/{course_id}/study-groups · GET /v1/me/study-groups · GET /v1/study-groups/{group_id}

PUT, DELETE /v1/study-groups/{group_id}/members/{user_id}
"""

from common.domain.community import study_groups as domain
from common.domain.community.bodies import NewStudyGroup, StudyGroupCard, StudyGroupView
from common.errors import NotFound
from common.ports import Caller, Clock, Ids, Page, PageSize, PageToken, Store, StoreReader
from common.triggers import Created, http

study_groups = http.resource("study_groups")


@study_groups.get("/v1/courses/{course_id}/study-groups", role="learner", raises=(NotFound,))
def find(
    caller: Caller, course_id: str, store: StoreReader, page_size: PageSize = 20, page_token: PageToken | None = None
) -> Page[StudyGroupCard]:
    """The study groups of a course, the newest first."""
    return domain.of_course(caller, course_id, store, page_size=page_size, page_token=page_token)


@study_groups.post("/v1/courses/{course_id}/study-groups", role="learner", rate_limit="5/minute", raises=(NotFound,))
def found(
    caller: Caller, course_id: str, wished: NewStudyGroup, store: Store, clock: Clock, ids: Ids
) -> Created[StudyGroupView]:
    """Found a study group."""
    return Created(domain.create(caller, course_id, wished, store, clock, ids))


@study_groups.get("/v1/me/study-groups", role="learner")
def own(
    caller: Caller, store: StoreReader, page_size: PageSize = 20, page_token: PageToken | None = None
) -> Page[StudyGroupCard]:
    """The study groups that the caller is a member of."""
    return domain.own(caller, store, page_size=page_size, page_token=page_token)


@study_groups.get("/v1/study-groups/{group_id}", role="learner", raises=(NotFound,))
def show(caller: Caller, group_id: str, store: StoreReader) -> StudyGroupView:
    """A study group; its members are shown to each other, and to the course's teacher."""
    return domain.show(caller, group_id, store)


@study_groups.put("/v1/study-groups/{group_id}/members/{user_id}", role="learner", raises=(domain.GroupFull, NotFound))
def join(caller: Caller, group_id: str, user_id: str, store: Store) -> StudyGroupView:
    """Become a member (user_id: me)."""
    return domain.join(caller, group_id, user_id, store)


@study_groups.delete("/v1/study-groups/{group_id}/members/{user_id}", role="learner", raises=(NotFound,))
def leave(caller: Caller, group_id: str, user_id: str, store: Store) -> None:
    """Leave a study group (user_id: me), or, as the course's teacher, remove a member."""
    domain.leave(caller, group_id, user_id, store)
