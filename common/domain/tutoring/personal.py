"""Where conversations with the tutor hold a learner's data."""

from common.domain.holdings.declaration import Holding
from common.domain.tutoring.ledger import AiCall
from common.domain.tutoring.models import ActiveSessions, CachedAnswer, ChatMessage, ChatSession

HOLDINGS = (
    Holding(ChatSession, hidden=("hot", "client", "login_id")),  # the last messages are among the messages
    Holding(ChatMessage),
    Holding(ActiveSessions),
    Holding(CachedAnswer, not_shown="it is what the tutor said in messages, kept for a day to be said again"),
    Holding(AiCall),
)
