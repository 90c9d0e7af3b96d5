"""Where assessment holds a learner's data."""

from datetime import datetime

from common.domain.assessment.models import LearnerRecord, Question, QuestionSet, Quiz, Submission
from common.domain.documents.models import StoredDocument
from common.domain.holdings.declaration import ERASED, Holding
from common.ports import Store


def _let_go(made: QuestionSet, user_id: str, store: Store, now: datetime) -> None:
    """What was made of a learner's document goes; what was made of a course's stays, as the document does."""
    document = store.get(StoredDocument, made.document_id)
    if document is not None and document.course_id is not None:
        store.update(QuestionSet, made.document_id, {"user_id": ERASED})
    else:
        store.delete(QuestionSet, made.document_id)


HOLDINGS = (
    Holding(Quiz, hidden=("questions",)),  # with the key of a quiz that may still be open
    Holding(Submission),
    Holding(LearnerRecord, hidden=("open",)),
    Holding(QuestionSet, erase=_let_go, not_shown="it holds the answers of quizzes that may be open"),
    Holding(Question, by="created_by", blanks={"created_by": ERASED}),
)
