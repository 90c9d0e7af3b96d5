"""What assessment asks of its own tasks."""

from common.ports import Message


class ComposeQuiz(Message, key=("quiz_id",)):
    """Make the questions of a quiz. The id derives from the quiz: it is composed once."""

    quiz_id: str
    user_id: str
