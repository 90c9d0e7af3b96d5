"""Mail through any SMTP server."""

import re
import smtplib
import ssl
from contextlib import ExitStack, suppress
from email.message import EmailMessage
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from common.adapters.gcp.secret_manager import SecretManager
from common.adapters.mail_message import mail_message
from common.ports.mailer import Mail, MailRefused
from common.settings import Settings, SettingsError

TIMEOUT = 15.0
"""Seconds for each step of the conversation."""
PASSWORD = "smtp-password"  # noqa: S105 - the name of the secret
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Smtp:
    """Mailer over `smtps://user@host:port` (TLS from the start) or `smtp://` (STARTTLS, required but on loopback).

    The password is the secret `smtp-password`, read when the address names a user; one connection a message.
    """

    def __init__(self, settings: Settings, password: str | None = None) -> None:
        self._address = urlsplit(settings.smtp_url)
        if self._address.scheme not in {"smtp", "smtps"} or not self._address.hostname:
            raise SettingsError("SCHOLIUM_SMTP_URL must be smtp[s]://user@host:port")
        self._sender = settings.mail_from
        self._password = password
        if self._address.username and password is None:
            self._password = SecretManager(settings).read(PASSWORD)[0]

    def send(self, mail: Mail) -> None:
        """MailRefused while the server cannot have the message yet; an answer lost after its end stays unknown."""
        message = mail_message(mail, self._sender)
        with ExitStack() as open_connection:
            try:
                connection = self._connect()
                open_connection.callback(connection.close)
                body = self._hand_over(connection, message, mail.to)
            except smtplib.SMTPResponseException as refused:
                raise MailRefused(f"the mail server answered {refused.smtp_code}", permanent=False) from None
            except (OSError, smtplib.SMTPException) as failed:
                raise MailRefused(f"no mail server: {type(failed).__name__}", permanent=False) from None
            connection.send(body)
            code, _ = connection.getreply()
            if code != 250:
                raise MailRefused(f"the mail server answered {code} to the message", permanent=code >= 500)
            with suppress(OSError, smtplib.SMTPException):  # it has the message: nothing here may change that
                connection.quit()

    def _connect(self) -> smtplib.SMTP:
        host, context = str(self._address.hostname), ssl.create_default_context()
        if self._address.scheme == "smtps":
            return smtplib.SMTP_SSL(host, self._address.port or 465, timeout=TIMEOUT, context=context)
        connection = smtplib.SMTP(host, self._address.port or 587, timeout=TIMEOUT)
        try:
            connection.ehlo()
            if connection.has_extn("starttls") or host not in LOOPBACK:
                connection.starttls(context=context)  # SMTPNotSupportedError where the server has none
        except BaseException:
            connection.close()
            raise
        return connection

    def _hand_over(self, connection: smtplib.SMTP, message: EmailMessage, to: str) -> bytes:
        """Say everything up to the message itself, which is returned as it goes over the wire."""
        connection.ehlo_or_helo_if_needed()
        if self._address.username and self._password is not None:
            connection.login(unquote(self._address.username), self._password)
        international = not to.isascii()
        options = ("SMTPUTF8", "BODY=8BITMIME") if international and connection.has_extn("smtputf8") else ()
        if international and not options:
            raise MailRefused("the mail server takes no international addresses", permanent=True)
        _expect(connection.mail(parseaddr(self._sender)[1], options), permanent=False)
        _expect(connection.rcpt(to), permanent=True)
        _expect(connection.docmd("DATA"), permanent=True, wanted=(354,))
        return re.sub(rb"(?m)^\.", b"..", message.as_bytes()) + b".\r\n"


def _expect(answer: tuple[int, bytes], *, permanent: bool, wanted: tuple[int, ...] = (250, 251)) -> None:
    """MailRefused unless the code is `wanted`; a 5xx is permanent where it concerns this one message."""
    code = answer[0]
    if code not in wanted:
        raise MailRefused(f"the mail server answered {code}", permanent=permanent and code >= 500)
