"""What experiments ask of their own task."""

from pydantic import Field

from common.ports import Message, Time


class CountExperimentDay(Message, key=("experiment_id", "day", "asked_at")):
    """Count the learners whom an experiment met on one day, and judge its arms.

    The id derives from the schedule's time too: where a day was given up, the next night asks for it again. A day that
    has been counted is not counted again.
    """

    experiment_id: str = Field(max_length=128)
    day: str = Field(max_length=10, description="ISO 8601 date, UTC")
    asked_at: Time = Field(description="when the schedule fired that the chain began with")
