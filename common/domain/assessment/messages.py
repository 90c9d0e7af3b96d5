"""What assessment asks of its own tasks."""

from pydantic import Field

from common.ports import Message, Time


class ComposeQuiz(Message, key=("quiz_id",)):
    """Make the questions of a quiz. The id derives from the quiz: it is composed once."""

    quiz_id: str
    user_id: str


class CountAnswers(Message, key=("until", "step")):
    """Count the next submissions into the statistics of their questions. The id derives from the run and the step."""

    until: Time
    """Submissions up to then."""
    step: int = Field(default=0, ge=0)
