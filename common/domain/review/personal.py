"""Where flashcards hold a learner's data."""

from common.domain.holdings.declaration import Holding
from common.domain.review.jobs import CardJob, ImportPart
from common.domain.review.models import Card, Desk, ReviewRow

HOLDINGS = (
    Holding(CardJob),
    Holding(ImportPart),
    Holding(Card),
    Holding(ReviewRow),
    Holding(Desk),
)
