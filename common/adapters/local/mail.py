"""Mail as files: what would have been sent is there to read."""

import re
import secrets
import sys

from common.adapters.mail_message import mail_message
from common.adapters.system import SystemClock
from common.ports.mailer import Mail
from common.settings import Settings


class MailFolder:
    """Mailer that writes `<data>/mail/<UTC time>-<mail_id>.eml` and says so on standard error."""

    def __init__(self, settings: Settings) -> None:
        self._folder = settings.data / "mail"
        self._sender = settings.mail_from

    def send(self, mail: Mail) -> None:
        """The file is there whole or not at all; MailRefused as a mail server would."""
        # As it is, so that a link in it can be clicked or copied: nothing here needs lines of 78 characters.
        message = mail_message(mail, self._sender, encoding="8bit").as_bytes()
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        now = SystemClock().now().strftime("%Y%m%dT%H%M%S.%fZ")
        path = self._folder / f"{now}-{re.sub(r'[^A-Za-z0-9_-]', '_', mail.mail_id)[:80]}.eml"
        draft = path.with_name(f".{secrets.token_hex(8)}")
        draft.write_bytes(message)
        draft.replace(path)
        sys.stderr.write(f"mail: {path}\n")
        sys.stderr.flush()
