"""The domain of accounts over the real unit of work and SQLite, with a clock that the test turns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from common.adapters.local.sqlite import Sqlite
from common.adapters.system import JitteredPatience, RandomIds
from common.domain.accounts import account_links, mail, registration, sessions, tokens
from common.domain.accounts.bodies import Credentials, PasswordResetRequest, Profile, Registration, Tokens
from common.domain.accounts.messages import MailRequested
from common.domain.accounts.models import Account
from common.errors import Problem
from common.ports import Caller, Cookies, Deployment, Role
from common.ports.mailer import Mail
from common.settings import Settings
from common.triggers.rate_limit import ExactRateLimit
from common.triggers.unit_of_work import Billed, Stale, UnitOfWork

T = TypeVar("T")
PASSWORD = "the-engine-weaves"
SIGNING_KEY, OLDER_SIGNING_KEY = tokens.generate_key(), tokens.generate_key()


class TurnedClock:
    """A clock that stands still until it is turned."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)

    def now(self) -> datetime:
        self.time += timedelta(microseconds=1)
        return self.time

    def turn(self, **by: float) -> None:
        self.time += timedelta(**by)


class Values:
    """A secret with these values."""

    def __init__(self, *values: str) -> None:
        self.values: tuple[str, ...] = values

    @property
    def value(self) -> str:
        return self.values[0]


class Staged:
    """A queue that keeps what is staged."""

    def __init__(self) -> None:
        self.messages: list[MailRequested] = []

    def stage(self, message: MailRequested, *, at: datetime | None = None) -> None:
        self.messages.append(message)


class Notes:
    """Notes of outside effects, kept whatever happens to the invocation."""

    def __init__(self) -> None:
        self.begun: set[str] = set()

    def begin(self, key: str) -> bool:
        if key in self.begun:
            return False
        self.begun.add(key)
        return True

    def withdraw(self, key: str) -> None:
        self.begun.discard(key)


class Post:
    """A mail server that keeps what it is handed, or fails as it is told to."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.failure: Exception | None = None

    def send(self, sent: Mail) -> None:
        if self.failure:
            raise self.failure
        self.mails.append(sent)


class Desk:
    """Everything that the functions of accounts are handed, over one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = Sqlite(Settings(adapters="local", data=folder))
        self.clock, self.ids, self.billed = TurnedClock(), RandomIds(), Billed()
        self.signing: Values = Values(SIGNING_KEY)
        self.link_key: Values = Values("k" * 40)
        self.mails, self.notes, self.post = Staged(), Notes(), Post()
        self.limits = ExactRateLimit(self.database, self.clock, 1.0, Billed())
        self.deployment = Deployment("https://school.example.org/", "S <s@example.org>", 15, 30)

    def run(self, work: Callable[[UnitOfWork], T]) -> T:
        """One invocation: what it stages is committed, again where what it read has changed, as the edge does."""
        while True:
            self.billed = Billed()
            unit = UnitOfWork(self.database, self.billed)
            refused: Problem | None = None
            result: Any = None
            try:
                result = work(unit)
            except Problem as problem:
                if not problem.commits:
                    raise
                refused = problem
            try:
                unit.commit(JitteredPatience(2))
            except Stale:
                continue
            if refused:
                raise refused
            return result  # type: ignore[no-any-return]

    def cost(self) -> tuple[int, int, int]:
        """Reads, writes and deletes of the last invocation."""
        return (self.billed.reads, self.billed.writes, self.billed.deletes)

    def register(self, username: str = "ada", email: str | None = None, **about: Any) -> Profile:
        form = Registration(
            username=username, email=email or f"{username}@example.org", **{"password": PASSWORD, **about}
        )
        return self.run(lambda store: registration.register(form, store, self.mails, self.clock, self.ids))

    def login(self, name: str = "ada", password: str = PASSWORD) -> Tokens:
        return self.begin(Credentials(username=name, password=password)).tokens

    def begin(self, credentials: Credentials) -> sessions.Issued:
        return self.run(
            lambda store: sessions.begin(
                credentials, store, self.limits, self.signing, self.deployment, self.clock, self.ids
            )
        )

    def refresh(self, token: str | None) -> Tokens:
        return self.run(
            lambda store: sessions.refresh(
                token or "", Cookies(), store, self.signing, self.deployment, self.clock, self.ids
            )
        ).tokens

    def access(self, issued: Tokens) -> tokens.AccessClaims:
        return tokens.read_access(issued.access_token, tokens.public_keys(self.signing.values), self.clock.now())

    def caller(self, profile: Profile, role: Role = "learner", session_id: str | None = None) -> Caller:
        return Caller(profile.user_id, role, session_id=session_id)

    def account(self, user_id: str) -> Account:
        found = UnitOfWork(self.database).get(Account, user_id)
        assert found
        return found

    def edit(self, user_id: str, **changes: object) -> None:
        self.run(lambda store: store.amend(Account, user_id, lambda account: account.model_copy(update=changes)))

    def send(self, message: MailRequested) -> None:
        def work(store: UnitOfWork) -> None:
            mail.send(message, store, self.post, self.notes, self.link_key, self.deployment, self.clock)

        self.run(work)

    def mailed_token(self) -> str:
        """Send what was staged last, and take the token out of the mail's link."""
        self.send(self.mails.messages[-1])
        return self.post.mails[-1].text.split("token=")[1].split()[0]

    def ask_reset(self, email: str) -> None:
        wished = PasswordResetRequest(email=email)
        self.run(lambda _: account_links.request_reset(wished, self.mails, self.limits, self.ids))
