"""A mail as RFC 5322 writes it; the same for every mail server."""

from email.errors import HeaderParseError
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr

from common.adapters.system import SystemClock
from common.ports.mailer import Mail, MailRefused

LONGEST_LINE = 998
"""Characters (RFC 5322, 2.1.1)."""


def mail_message(mail: Mail, sender: str, *, encoding: str | None = None) -> EmailMessage:
    """The message to send; MailRefused (permanent) for text that would write headers or addresses of its own.

    `encoding` of the text as Content-Transfer-Encoding; the email package's choice when not given.
    """
    said = [mail.mail_id, mail.to, mail.subject, *(text for header in mail.headers for text in header)]
    if any(ord(letter) < 32 or ord(letter) == 127 for text in said for letter in text):
        raise MailRefused("control characters in a header", permanent=True)
    message = EmailMessage(policy=SMTP if mail.to.isascii() else SMTPUTF8)
    try:
        message["From"] = sender
        message["To"] = mail.to
        message["Subject"] = mail.subject
        message["Message-ID"] = f"<{mail.mail_id}@{parseaddr(sender)[1].rpartition('@')[2]}>"
        message["Date"] = format_datetime(SystemClock().now())
        for name, value in mail.headers:
            message[name] = value
        message.set_content(mail.text, cte=encoding)
        # Headers are folded when they are written: at 78, a link would become an encoded word that nothing follows.
        message.policy = message.policy.clone(max_line_length=LONGEST_LINE)
        message.as_bytes()
        (address,) = message["To"].addresses
        is_as_said = bool(address.username and address.domain) and address.addr_spec == mail.to
    except (ValueError, HeaderParseError, IndexError):  # the email package's ways to say that it cannot be written
        raise MailRefused("not one address, or a header that cannot be written", permanent=True) from None
    if not is_as_said:
        raise MailRefused("not one address", permanent=True)
    return message
