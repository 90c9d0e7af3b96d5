"""What clients send and see of accounts."""

import unicodedata
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from common.domain.accounts import names, places
from common.domain.accounts.models import Account, ApiKey, AuditEntry
from common.ports import Role, Time

FROZEN = ConfigDict(frozen=True, extra="forbid")
Identifier = Annotated[str, Field(max_length=128, description="opaque identifier")]
Username = Annotated[
    str,
    Field(min_length=1, max_length=120, description="3 to 40 letters of one script, digits and . _ -"),
    AfterValidator(names.check_username),
]
Email = Annotated[str, Field(min_length=3, max_length=254, description="e-mail address")]


def _password(text: str) -> str:
    password = unicodedata.normalize("NFC", text)
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in password):
        raise ValueError("control characters are not allowed")
    return password


NewPassword = Annotated[
    str,
    Field(min_length=8, max_length=200, description="8 to 200 characters; none of the most common passwords"),
    AfterValidator(_password),
]
Password = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_password)]
Text = Annotated[
    str, Field(min_length=1, max_length=100), AfterValidator(names.plain_text), AfterValidator(names.at_most(100))
]
ShortText = Annotated[
    str, Field(min_length=1, max_length=40), AfterValidator(names.plain_text), AfterValidator(names.at_most(40))
]
Level = Literal["beginner", "intermediate", "advanced"]
Language = Annotated[
    str, Field(min_length=2, max_length=12, description="BCP 47, such as de"), AfterValidator(places.language)
]
Country = Annotated[
    str, Field(min_length=2, max_length=2, description="ISO 3166-1 alpha-2"), AfterValidator(places.country)
]
TimeZone = Annotated[
    str, Field(min_length=2, max_length=64, description="IANA name, such as Europe/Berlin"),
    AfterValidator(places.time_zone),
]  # fmt: skip
Token = Annotated[str, Field(min_length=1, max_length=2000)]
Scope = Annotated[
    str, Field(max_length=60, pattern=r"^[a-z][a-z0-9_]{1,49}:(read|write)$", description="<function>:read or :write")
]
Count = Annotated[int, Field(ge=0, le=2**53)]


class ProfileChange(BaseModel):
    """What a person may say of themself; what is left out stays, null clears it."""

    model_config = FROZEN

    display_name: Text | None = Field(default=None, description="shown to others; the username when cleared")
    level: Level | None = Field(default=None, description="how far they are")
    learning_style: ShortText | None = Field(default=None, description="such as visual")
    language: Language | None = None
    country: Country | None = None
    time_zone: TimeZone | None = None


class Registration(ProfileChange):
    """A new account."""

    username: Username
    email: Email
    password: NewPassword


class Totals(BaseModel):
    """What a person has reached: told by the subject `progress`; nothing at first."""

    model_config = FROZEN

    total_points: Count = 0
    current_streak: Count = Field(default=0, description="days")
    longest_streak: Count = Field(default=0, description="days")
    badges: tuple[str, ...] = ()
    mastered_topics: tuple[str, ...] = ()


class Profile(Totals):
    """An account as its owner sees it."""

    user_id: Identifier
    username: Annotated[str, Field(max_length=40)]
    email: Email
    email_verified: bool
    role: Role
    display_name: Annotated[str, Field(max_length=100)]
    level: Level | None
    learning_style: Annotated[str, Field(max_length=40)] | None
    language: Annotated[str, Field(max_length=12)] | None
    country: Annotated[str, Field(max_length=2)] | None
    time_zone: Annotated[str, Field(max_length=64)] | None
    created_at: Time

    @classmethod
    def of(cls, account: Account) -> Self:
        """What an account's owner sees of it, without the totals."""
        own = [name for name in cls.model_fields if name not in Totals.model_fields]
        return cls.model_validate({name: getattr(account, name) for name in own})


class Credentials(BaseModel):
    """What a person types to log in."""

    model_config = FROZEN

    username: Annotated[str, Field(min_length=1, max_length=254, description="username or e-mail address")]
    password: Password
    session: Literal["body", "cookie"] = Field(
        default="body", description="where the refresh token goes: into the answer, or into an HttpOnly cookie"
    )


class Tokens(BaseModel):
    """What a login or a refresh gives."""

    model_config = FROZEN

    access_token: Token = Field(description="for Authorization: Bearer")
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the scheme
    expires_in: int = Field(ge=1, le=86_400, description="seconds until the access token expires")
    refresh_token: Token | None = Field(description="good for one refresh; null where a cookie keeps it")


class RefreshRequest(BaseModel):
    """A refresh token, or nothing where the cookie brings it."""

    model_config = FROZEN

    refresh_token: Token | None = None


class LogoutRequest(BaseModel):
    """The session to end."""

    model_config = FROZEN

    refresh_token: Token


class PasswordChange(BaseModel):
    """A new password of somebody who is logged in."""

    model_config = FROZEN

    password: Password = Field(description="the present one")
    new_password: NewPassword


class EmailVerification(BaseModel):
    """The token of a link that proves an e-mail address."""

    model_config = FROZEN

    token: Token


class PasswordResetRequest(BaseModel):
    """Who forgot their password."""

    model_config = FROZEN

    email: Email


class MailPromised(BaseModel):
    """The same answer whether or not there is somebody to write to."""

    model_config = FROZEN

    detail: Annotated[str, Field(max_length=200)] = "If this address belongs to an account, an e-mail is on its way."


class PasswordReset(BaseModel):
    """A new password of somebody who has the link."""

    model_config = FROZEN

    token: Token
    new_password: NewPassword


class User(BaseModel):
    """An account as an admin sees it."""

    model_config = FROZEN

    user_id: Identifier
    username: Annotated[str, Field(max_length=40)]
    email: Email
    email_verified: bool
    role: Role
    active: bool
    display_name: Annotated[str, Field(max_length=100)]
    created_at: Time
    updated_at: Time

    @classmethod
    def of(cls, account: Account) -> Self:
        """What an admin sees of an account."""
        return cls.model_validate({name: getattr(account, name) for name in cls.model_fields})


class UserChange(BaseModel):
    """What an admin changes."""

    model_config = FROZEN

    role: Role | None = None
    active: bool | None = Field(default=None, description="false: no login, and every session ends")

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.role is None and self.active is None:
            raise ValueError("say the role, or whether the account is active")
        return self


class NewApiKey(BaseModel):
    """A key for another system."""

    model_config = FROZEN

    name: Text = Field(description="which system it is for")
    scopes: Annotated[tuple[Scope, ...], Field(min_length=1, max_length=50)]
    role: Role = Field(default="learner", description="at most the role of who makes it")
    expires_at: Time | None = None


class ApiKeyView(BaseModel):
    """An API key without its secret."""

    model_config = FROZEN

    key_id: Identifier
    name: Annotated[str, Field(max_length=100)]
    scopes: tuple[str, ...]
    role: Role
    user_id: Identifier
    created_at: Time
    expires_at: Time | None

    @classmethod
    def of(cls, key: ApiKey) -> Self:
        """What may be seen of a key."""
        return cls.model_validate({name: getattr(key, name) for name in cls.model_fields})


class IssuedApiKey(BaseModel):
    """An API key with its text, which is shown this once."""

    model_config = FROZEN

    api_key: Token = Field(description="for Authorization: Bearer; not shown again")
    key: ApiKeyView


class AuditView(BaseModel):
    """One sensitive action."""

    model_config = FROZEN

    entry_id: Identifier
    at: Time
    action: Annotated[str, Field(max_length=60)]
    actor_id: Identifier = Field(description="who did it")
    subject_id: Identifier = Field(description="to whom or what")
    details: Annotated[dict[str, str], Field(max_length=20)]

    @classmethod
    def of(cls, entry: AuditEntry) -> Self:
        """The entry as admins see it."""
        return cls.model_validate({name: getattr(entry, name) for name in cls.model_fields})
