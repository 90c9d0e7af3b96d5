"""What assessment asks of its own tasks."""

from pydantic import Field

from common.ports import Message, Time


class ComposeQuiz(Message, key=("quiz_id", "step")):
    """Make the questions of a quiz. The id derives from the quiz and the step: it is composed once."""

    quiz_id: str
    user_id: str
    step: int = Field(default=0, ge=0, description="of a course: the first of its documents that was not looked at")


class CountAnswers(Message, key=("until", "step")):
    """Count the next submissions into the statistics of their questions. The id derives from the run and the step."""

    until: Time
    """Submissions up to then."""
    step: int = Field(default=0, ge=0)
