"""One message out, at most once."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Mail:
    """A plain-text e-mail to one address; `mail_id` becomes its Message-ID."""

    mail_id: str
    to: str
    subject: str
    text: str
    headers: tuple[tuple[str, str], ...] = ()


class MailRefused(Exception):
    """The server certainly did not take the message: sending it again cannot double it."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        """`permanent`: trying again is useless (the address does not exist)."""
        super().__init__(reason)
        self.permanent = permanent


class Mailer(Protocol):
    """Hands one message to the mail server."""

    def send(self, mail: Mail) -> None:
        """MailRefused when it certainly was not taken; any other error leaves it unknown."""
