"""Where assessment holds a learner's data."""

from common.domain.assessment.models import LearnerRecord, Question, QuestionSet, Quiz, Submission
from common.domain.holdings.declaration import ERASED, Holding

HOLDINGS = (
    Holding(Quiz, hidden=("questions",)),  # with the key of a quiz that may still be open
    Holding(Submission),
    Holding(LearnerRecord, hidden=("open",)),
    # What was made of a document goes with the document; of a course's it stays, as the document does.
    Holding(QuestionSet, blanks={"user_id": ERASED}, not_shown="it holds the answers of quizzes that may be open"),
    Holding(Question, by="created_by", blanks={"created_by": ERASED}),
)
