"""Study groups: some learners of a course who study together, with a board of their own.

A group is one document with its members inside: whoever joins or leaves amends it, so however many come at once, no
more get in than there are places.
"""

from common import logs
from common.domain.community import authors
from common.domain.community.bodies import GroupMemberView, NewStudyGroup, StudyGroupCard, StudyGroupView
from common.domain.community.models import GroupMember, StudyGroup
from common.domain.courses import rights
from common.domain.courses.rights import CourseRights
from common.errors import Conflict, NotFound
from common.ports import Caller, Clock, Ids, Page, Query, Store, StoreReader, read_page

OF_COURSE = Query(StudyGroup, equal=("course_id",), order=("-created_at",))
OF_MEMBER = Query(StudyGroup, contains="member_ids", order=("-created_at",))


class GroupFull(Conflict):
    """Every place is taken."""

    code, title = "group_full", "Every place in this study group is taken"


def create(
    caller: Caller, course_id: str, wished: NewStudyGroup, store: Store, clock: Clock, ids: Ids
) -> StudyGroupView:
    """Found a study group in a course that one takes part in; NotFound. Costs the rights, one read and one write."""
    _rights(caller, course_id, store)
    founder = GroupMember(user_id=caller.user_id, name=authors.name_of(caller, store))
    group = StudyGroup(
        group_id=ids.new(),
        course_id=course_id,
        name=wished.name,
        description=wished.description,
        places=wished.places,
        created_by=caller.user_id,
        members=(founder,),
        member_ids=(caller.user_id,),
        created_at=clock.now(),
    )
    store.create(group)
    logs.info("study_group.created", group_id=group.group_id)
    return _view(group, caller)


def of_course(
    caller: Caller, course_id: str, store: StoreReader, *, page_size: int, page_token: str | None
) -> Page[StudyGroupCard]:
    """A page of a course's study groups, the newest first; NotFound. Costs the rights, a read each, and one more."""
    _rights(caller, course_id, store)
    where = {"course_id": course_id}
    return read_page(
        store,
        OF_COURSE,
        where,
        page_size=page_size,
        page_token=page_token,
        show=lambda group: StudyGroupCard.of(group, caller.user_id),
    )


def own(caller: Caller, store: StoreReader, *, page_size: int, page_token: str | None) -> Page[StudyGroupCard]:
    """A page of the groups that the caller is a member of, the newest first. Costs a read each, and one more."""
    return read_page(
        store,
        OF_MEMBER,
        {"member_ids": caller.user_id},
        page_size=page_size,
        page_token=page_token,
        show=lambda group: StudyGroupCard.of(group, caller.user_id),
    )


def show(caller: Caller, group_id: str, store: StoreReader) -> StudyGroupView:
    """A study group; its members are shown to each other and to those who manage the course. NotFound.

    Costs one read, and the rights.
    """
    group, allowed = _group(caller, group_id, store)
    if caller.user_id in group.member_ids or allowed.may_manage:
        return _view(group, caller)
    return _view(group.model_copy(update={"members": ()}), caller, taken=len(group.members))


def join(caller: Caller, group_id: str, user_id: str, store: Store) -> StudyGroupView:
    """Become a member oneself ("me"); again one stays it. NotFound, GroupFull.

    Costs two reads, the rights, and one write.
    """
    if user_id not in ("me", caller.user_id):
        raise NotFound("Everybody joins for themselves")
    group, _ = _group(caller, group_id, store)
    if caller.user_id in group.member_ids:
        return _view(group, caller)
    if len(group.members) >= group.places:
        raise GroupFull
    member = GroupMember(user_id=caller.user_id, name=authors.name_of(caller, store))
    joined = group.model_copy(
        update={"members": (*group.members, member), "member_ids": (*group.member_ids, caller.user_id)}
    )
    store.put(joined)
    return _view(joined, caller)


def leave(caller: Caller, group_id: str, user_id: str, store: Store) -> None:
    """Leave a group ("me"), or, where one manages its course, remove a member; NotFound.

    A founder who leaves stays the one who named it. The last who leaves takes the group along; what was posted there
    stays its authors' own, and nobody else's. Costs one read, the rights, and one write or delete.
    """
    gone = caller.user_id if user_id == "me" else user_id
    group = store.get(StudyGroup, group_id)
    if group is None or gone not in group.member_ids:
        raise NotFound("There is no such member")
    if gone != caller.user_id and not rights.rights_in(caller, group.course_id, store).may_manage:
        raise NotFound("There is no such member")
    left = tuple(member for member in group.members if member.user_id != gone)
    if not left:
        store.delete(StudyGroup, group_id)
        return
    ids = tuple(member.user_id for member in left)
    store.put(group.model_copy(update={"members": left, "member_ids": ids}))


def _group(caller: Caller, group_id: str, store: StoreReader) -> tuple[StudyGroup, CourseRights]:
    group = store.get(StudyGroup, group_id)
    if group is None:
        raise NotFound("There is no such study group")
    return group, _rights(caller, group.course_id, store)


def _rights(caller: Caller, course_id: str, store: StoreReader) -> CourseRights:
    allowed = rights.rights_in(caller, course_id, store)
    if not allowed.may_contribute:
        raise NotFound("There is no such course")
    return allowed


def _view(group: StudyGroup, caller: Caller, taken: int | None = None) -> StudyGroupView:
    card = StudyGroupCard.of(group, caller.user_id)
    if taken is not None:
        card = card.model_copy(update={"taken": taken})
    return StudyGroupView(group=card, members=tuple(GroupMemberView.of(member) for member in group.members))
