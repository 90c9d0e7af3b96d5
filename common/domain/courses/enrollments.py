"""Learners take places in courses and give them back; nobody takes two, and no more are taken than there are."""

from datetime import timedelta

from common import logs
from common.domain.accounts.models import Account
from common.domain.courses import rights, showing, teaching
from common.domain.courses.bodies import EnrollmentView, LearnerOfCourse, OwnEnrollment
from common.domain.courses.messages import PlaceLapses
from common.domain.courses.models import Course, CoursePlaces, Enrollment, LearnerCourses, enrollment_id
from common.domain.courses.teaching import TooManyCourses
from common.errors import AlreadyExists, Conflict, NotFound
from common.ports import Caller, Clock, Increment, Page, Query, Queue, Store, StoreReader, read_page

MOST_ENROLLED = 200
"""Courses of one learner: they are told by one document."""
HELD = timedelta(hours=24)
"""How long an unpaid place is held."""

OF_COURSE = Query(Enrollment, equal=("course_id",), order=("enrolled_at",))
OF_LEARNER = Query(Enrollment, equal=("user_id",), order=("-enrolled_at",))


class CourseFull(Conflict):
    """Every place is taken."""

    code, title = "course_full", "Every place in this course is taken"


class AlreadyEnrolled(AlreadyExists):
    """They have a place."""

    code, title = "already_enrolled", "You are enrolled in this course"


class OwnCourse(Conflict):
    """Its teacher needs no place; who is a teacher no longer does."""

    code, title = "own_course", "You teach this course"


class NotOpen(Conflict):
    """It is not published."""

    code, title = "not_open", "Nobody can enroll in a course that is not published"


def enroll(caller: Caller, course_id: str, store: Store, lapses: Queue[PlaceLapses], clock: Clock) -> EnrollmentView:
    """Take a place; CourseFull, AlreadyEnrolled, OwnCourse, NotOpen, TooManyCourses, NotFound.

    Costs two reads, three writes and a check of the course that is billed as one; where there is a limit, one read
    more, and where it costs something, one write. The batch rests on the course as it was read (its price, its limit,
    its status), and a limited place is counted by amending the count that was read: of all who rush at once, each
    commits on a count that is true. Without a limit the count is incremented blindly: nobody waits for anybody.
    """
    course, now = _open(caller, course_id, store), clock.now()
    own = teaching.courses_of(caller.user_id, store)
    if course_id in (*own.enrolled, *own.unpaid):
        raise AlreadyEnrolled
    if len(own.enrolled) + len(own.unpaid) >= MOST_ENROLLED:
        raise TooManyCourses
    field = "unpaid" if course.price else "enrolled"
    place = Enrollment(
        enrollment_id=enrollment_id(course_id, caller.user_id),
        course_id=course_id,
        user_id=caller.user_id,
        payment="due" if course.price else "free",
        pay_by=now + HELD if course.price else None,
        enrolled_at=now,
    )
    store.verify(course)
    store.create(place, AlreadyEnrolled())
    store.put(own.model_copy(update={field: (course_id, *getattr(own, field))}))
    _take_place(course, store)
    if place.pay_by is not None:
        lapses.stage(PlaceLapses(course_id=course_id, user_id=caller.user_id, pay_by=place.pay_by), at=place.pay_by)
    return EnrollmentView.of(place)


def _open(caller: Caller, course_id: str, store: StoreReader) -> Course:
    course = store.get(Course, course_id)
    if course is None or (course.status != "published" and not rights.may_manage(caller, course)):
        raise NotFound("There is no such course")
    if course.teacher_id == caller.user_id and rights.may_manage(caller, course):
        raise OwnCourse
    if course.status != "published":
        raise NotOpen
    return course


def _take_place(course: Course, store: Store) -> None:
    capacity = course.capacity
    if capacity is None:
        store.update(CoursePlaces, course.course_id, {"taken": Increment(1)})
        return

    def take(places: CoursePlaces) -> CoursePlaces:
        if places.taken >= capacity:
            raise CourseFull
        return places.model_copy(update={"taken": places.taken + 1})

    store.amend(CoursePlaces, course.course_id, take)


def leave(caller: Caller, course_id: str, user_id: str, store: Store) -> None:
    """Give back one's own place ("me"), or, as the course's teacher or an admin, a learner's; NotFound, Forbidden.

    Costs two reads, two writes and a delete; a read more for somebody else's. What was paid is billing's affair.
    """
    if user_id in ("me", caller.user_id):
        user_id = caller.user_id
    else:
        showing.managed(caller, course_id, store)
    place = store.get(Enrollment, enrollment_id(course_id, user_id))
    if place is None:
        raise NotFound("There is no such enrollment")
    _release(place, store)


def _release(place: Enrollment, store: Store) -> None:
    """Stage giving back a place that was read: whoever does so meanwhile breaks the batch, so it is counted once."""
    own = teaching.courses_of(place.user_id, store)
    left = {
        field: tuple(one for one in getattr(own, field) if one != place.course_id) for field in ("enrolled", "unpaid")
    }
    store.delete(Enrollment, place.enrollment_id)
    store.put(own.model_copy(update=left))
    paid = Increment(-1 if place.payment == "paid" else 0)
    store.update(CoursePlaces, place.course_id, {"taken": Increment(-1), "paid": paid})


def lapse(message: PlaceLapses, store: Store, clock: Clock) -> None:
    """Give an unpaid place to others when its time is over. Costs a read, and what leaving costs."""
    place = store.get(Enrollment, enrollment_id(message.course_id, message.user_id))
    if place is not None and place.payment == "due" and place.pay_by is not None and place.pay_by <= clock.now():
        _release(place, store)
        logs.info("enrollment.lapsed", course_id=message.course_id)


def settle_payment(course_id: str, user_id: str, payment_reference: str, store: Store) -> None:
    """Billing says that a place was paid: it gives rights from now on. The same payment again changes nothing.

    NotFound where the place was not paid in time and is gone; Conflict where it was paid by another payment. Costs
    two reads and three writes.
    """
    place = store.get(Enrollment, enrollment_id(course_id, user_id))
    if place is None:
        raise NotFound("There is no such enrollment")
    if place.payment != "due":
        if place.payment_reference != payment_reference:
            raise Conflict("The place is paid, or costs nothing")
        return
    settled = {"payment": "paid", "pay_by": None, "payment_reference": payment_reference}
    store.put(place.model_copy(update=settled))
    store.put(_paid(teaching.courses_of(user_id, store), course_id))
    store.update(CoursePlaces, course_id, {"paid": Increment(1)})


def _paid(own: LearnerCourses, course_id: str) -> LearnerCourses:
    unpaid = tuple(one for one in own.unpaid if one != course_id)
    return own.model_copy(update={"unpaid": unpaid, "enrolled": (course_id, *own.enrolled)})


def learners(
    caller: Caller, course_id: str, store: StoreReader, *, page_size: int, page_token: str | None
) -> Page[LearnerOfCourse]:
    """A page of a course's learners, those who came first first, for its teacher and admins; Forbidden, NotFound.

    Costs two reads a learner (with their account, for the name), and two more.
    """
    showing.managed(caller, course_id, store)
    page = read_page(
        store, OF_COURSE, {"course_id": course_id}, page_size=page_size, page_token=page_token, show=EnrollmentView.of
    )
    accounts = store.get_many(Account, [one.user_id for one in page.items])
    shown = {account.user_id: account.display_name for account in accounts}
    named = tuple(LearnerOfCourse(**one.model_dump(), display_name=shown.get(one.user_id)) for one in page.items)
    return Page(items=named, next_page_token=page.next_page_token)


def own(caller: Caller, store: StoreReader, *, page_size: int, page_token: str | None) -> Page[OwnEnrollment]:
    """A page of the caller's own places, the newest first. Costs two reads each, and one more."""
    page = read_page(
        store, OF_LEARNER, {"user_id": caller.user_id}, page_size=page_size, page_token=page_token,
        show=EnrollmentView.of,
    )  # fmt: skip
    found = {course.course_id: course for course in store.get_many(Course, [one.course_id for one in page.items])}
    shown = tuple(
        OwnEnrollment(**one.model_dump(), title=found[one.course_id].title, status=found[one.course_id].status)
        for one in page.items
        if one.course_id in found
    )
    return Page(items=shown, next_page_token=page.next_page_token)
