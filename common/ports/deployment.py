"""What a deployment decides and the domain must know; never secrets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Deployment:
    """Public facts of this deployment: addresses, and how long tokens live."""

    public_url: str
    mail_from: str
    access_token_minutes: int
    refresh_token_days: int
    token_public_keys: Mapping[str, str] = field(default_factory=dict)
    """kid -> public key in PEM."""
    prompts: Mapping[str, str] = field(default_factory=dict)
    """Prompt id -> the version to use, or versions with their shares of the learners: "1:90 2:10"."""
    daily_budget_micros: int = 0
    """What AI may cost a learner in a day, in millionths of a US dollar."""
    chat_client: Literal["nothing", "agent", "agent_and_address"] = "agent"
    """What a chat session keeps, as a digest, of the client it is used from; another one must log in again."""
    uploads_url: str = ""
    """Where signed URLs of uploads begin; empty where that is the API's own origin."""
    retention_days: Mapping[str, int] = field(default_factory=dict)
    """Kind of record -> how many days it is kept, 0 for ever, where that differs from the kind's own period."""
    backup_days: int = 0
    """How long the database's backups are kept; 0 where there are none, nor recovery to a point in time."""
    log_days: int = 0
    """How long the platform keeps its logs of requests; 0 where it has none."""
    longest_timeout_seconds: int = 3_600
    """Of all functions, as they are declared: so long after an account is refused, some handler may be at work."""
    analytics_floor: int = 10
    """Fewer learners than this are no number of the analytics."""
