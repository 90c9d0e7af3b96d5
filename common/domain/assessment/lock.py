"""While a quiz is open, the tutor must not answer it: what it has to know of the open questions."""

from datetime import datetime

from common.domain.assessment.models import LearnerRecord
from common.domain.tutoring.hints import OpenQuestion
from common.ports import StoreReader


def open_questions(user_id: str, store: StoreReader, now: datetime) -> tuple[OpenQuestion, ...]:
    """The questions of the learner's quizzes that are neither handed in nor expired. Costs exactly one read."""
    record = store.get(LearnerRecord, user_id)
    return tuple(
        OpenQuestion(
            question_id=one.question_id,
            prompt=one.prompt,
            options=one.options,
            answers=one.answers,
            hints=one.hints,
            source_quote=one.source_quote,
            expires_at=quiz.expires_at,
        )
        for quiz in (record.open if record else ())
        if quiz.expires_at > now
        for one in quiz.questions
    )
