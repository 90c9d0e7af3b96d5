"""What happens to courses later, or elsewhere."""

from common.ports import Message, Time


class PlaceLapses(Message, key=("course_id", "user_id", "pay_by")):
    """An unpaid place falls to somebody else at `pay_by`. The id derives from the place and that time."""

    course_id: str
    user_id: str
    pay_by: Time


class CourseDeleted(Message, key=("course_id", "step")):
    """A course is gone; its documents go too, some at a step. The id derives from the course and the step."""

    course_id: str
    step: int = 0
