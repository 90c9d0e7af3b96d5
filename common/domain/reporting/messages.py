"""What reporting asks of itself."""

from typing import Literal

from pydantic import Field

from common.ports import Message, Time


class CountPage(Message, key=("until", "part", "place")):
    """Count the next part of the dashboards' numbers. Its id derives from the count and the place that was reached."""

    until: Time = Field(description="when the count began: the dashboards say as_of")
    part: Literal["day", "answers", "snapshot", "people"] = Field(
        description="day: a day's numbers; answers: how a page of submissions to courses' quizzes went; snapshot: all "
        "that admins see but persons; people: the newest accounts"
    )
    place: str = Field(default="", max_length=60, description="a date, or how many pages were counted before")
