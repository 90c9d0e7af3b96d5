"""What is stored of accounts."""

from pydantic import BaseModel, ConfigDict

from common.ports import Document, Role, Time

MOST_SESSIONS = 10


class Session(BaseModel):
    """A family of refresh tokens: one login on one device. Only the token of `generation` is good."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    session_id: str
    generation: int
    created_at: Time
    expires_at: Time
    """30 days (as configured) after its last refresh."""


class Account(
    Document,
    collection="accounts",
    key="user_id",
    unindexed=(
        "username", "email", "password_hash", "email_verified", "display_name", "learning_style", "time_zone",
        "updated_at", "sessions",
    ),
):  # fmt: skip
    """A person. Sessions are inside, so that a login or a refresh is one read and one write."""

    user_id: str
    username: str
    email: str
    login_keys: tuple[str, ...]
    """What the person may type to log in: the keys of the username and of the e-mail address."""
    password_hash: str
    role: Role = "learner"
    active: bool = True
    email_verified: bool = False
    display_name: str
    level: str | None = None
    learning_style: str | None = None
    language: str | None = None
    country: str | None = None
    time_zone: str | None = None
    created_at: Time
    updated_at: Time
    sessions: tuple[Session, ...] = ()
    """At most MOST_SESSIONS; the oldest falls out."""


class UsernameSlot(Document, collection="usernames", key="slot_id", unindexed=("user_id",)):
    """A username that is taken: its id is the SHA-256 of the username's key, so that no two come to be."""

    slot_id: str
    user_id: str


class EmailSlot(Document, collection="emails", key="slot_id", unindexed=("user_id",)):
    """An e-mail address that is taken, by the SHA-256 of its key."""

    slot_id: str
    user_id: str


class ApiKey(
    Document,
    collection="api_keys",
    key="key_id",
    unindexed=("secret_hash", "name", "scopes", "role", "expires_at"),
):
    """A key of another system; only the SHA-256 of its secret, which has 240 random bits, is kept."""

    key_id: str
    secret_hash: str
    name: str
    scopes: tuple[str, ...]
    role: Role
    user_id: str
    """Whoever made it: it acts for them, and never above their role."""
    created_at: Time
    expires_at: Time | None = None


class Revocation(BaseModel):
    """Access tokens issued before `at` are not good, but for those of one session."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    at: Time
    kept_session: str | None = None


class Revocations(Document, collection="revocations", key="revocations_id", unindexed=("users", "all_before")):
    """The access tokens that were ended before their time: one small document, whose id is "current"."""

    revocations_id: str
    users: dict[str, Revocation]
    all_before: Time | None = None
    """Set when there were too many: everybody refreshes once."""


class AuditEntry(Document, collection="audit_log", key="entry_id", unindexed=("details",)):
    """One sensitive action, never changed afterwards."""

    entry_id: str
    at: Time
    action: str
    actor_id: str
    subject_id: str
    details: dict[str, str]
