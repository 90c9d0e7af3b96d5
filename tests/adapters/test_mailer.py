"""Mailer: one contract, kept by the mail folder and by SMTP."""

from __future__ import annotations

import base64
import datetime
import ipaddress
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from common.adapters.gcp.smtp import Smtp
from common.adapters.local.mail import MailFolder
from common.ports.mailer import Mail, Mailer, MailRefused
from common.settings import Settings, SettingsError
from tests.emulators.secret_manager import SecretManagerEmulator
from tests.emulators.smtp import MailServer

MAIL = Mail("m1", "ada@example.com", "Welcome, Ödön", "Hello\n.\n..dots\nÜ\n", (("List-Unsubscribe", "<https://x/y>"),))
Sent = Callable[[], list[bytes]]


@pytest.fixture(params=["local", "gcp"])
def box(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Mailer, Sent]]:
    """A mailer, and what has reached its mail server."""
    if request.param == "local":
        folder = tmp_path / "mail"
        mailer = MailFolder(Settings(adapters="local", data=tmp_path))
        yield mailer, lambda: [path.read_bytes() for path in sorted(folder.glob("*"))]
        return
    with MailServer() as server:
        yield smtp(f"smtp://127.0.0.1:{server.port}"), lambda: server.received


def smtp(url: str, password: str | None = None) -> Smtp:
    return Smtp(
        Settings.model_construct(adapters="gcp", smtp_url=url, mail_from="Scholium <no-reply@school.example>"), password
    )


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_long_link_in_a_header_arrives_as_it_is(box: tuple[Mailer, Sent]) -> None:
    mailer, sent = box
    link = f"<https://school.example/v1/unsubscribe/{'eyJhbGciOiJIUzI1NiJ9' * 12}>"
    mailer.send(Mail("m1", "ada@example.com", "Hello", "Hello\n", (("List-Unsubscribe", link),)))
    (raw,) = sent()
    assert f"\r\nList-Unsubscribe: {link}\r\n".encode() in raw


def test_a_mail_arrives_whole(box: tuple[Mailer, Sent]) -> None:
    mailer, sent = box
    mailer.send(MAIL)
    (raw,) = sent()
    message = parsed(raw)
    assert message["To"] == "ada@example.com"
    assert message["Subject"] == "Welcome, Ödön"
    assert message["List-Unsubscribe"] == "<https://x/y>"
    assert message["Message-ID"].startswith("<m1@")
    assert message["From"].addresses[0].display_name == "Scholium"
    assert abs(message["Date"].datetime - datetime.datetime.now(datetime.UTC)) < datetime.timedelta(minutes=1)
    assert message.get_content().replace("\r\n", "\n") == MAIL.text


def test_an_empty_text_arrives(box: tuple[Mailer, Sent]) -> None:
    mailer, sent = box
    mailer.send(Mail("m2", "ada@example.com", "", ""))
    assert parsed(sent()[0]).get_content().strip() == ""


def test_an_international_address_arrives(box: tuple[Mailer, Sent]) -> None:
    mailer, sent = box
    mailer.send(Mail("m3", "ödön@example.com", "x", "text"))
    assert "ödön@example.com" in str(parsed(sent()[0])["To"])


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\r", "\x00", "\x0b", "\x7f"])
@pytest.mark.parametrize("field", ["mail_id", "to", "subject", "header"])
def test_no_field_can_write_a_header_of_its_own(box: tuple[Mailer, Sent], field: str, break_: str) -> None:
    mailer, sent = box
    injected = f"x@y.example{break_}Bcc: eve@evil.example"
    said = {"mail_id": "m1", "to": "ada@example.com", "subject": "s", "text": "t"}
    headers = (("X-A", injected),) if field == "header" else ()
    said |= {field: injected} if field != "header" else {}
    with pytest.raises(MailRefused) as refused:
        mailer.send(Mail(**said, headers=headers))
    assert refused.value.permanent
    assert sent() == []


@pytest.mark.parametrize(
    "to", ["", "ada", "a@b.example, e@evil.example", "Ada <a@b.example>", "a b@c.example", "@b.example", "a@", "a@b@c"]
)
def test_a_mail_goes_to_exactly_one_address(box: tuple[Mailer, Sent], to: str) -> None:
    mailer, sent = box
    with pytest.raises(MailRefused) as refused:
        mailer.send(Mail("m1", to, "s", "t"))
    assert refused.value.permanent
    assert sent() == []


@pytest.mark.parametrize("separator", ["\u2028", "\x85"])
def test_odd_line_separators_in_a_subject_start_no_header(box: tuple[Mailer, Sent], separator: str) -> None:
    mailer, sent = box
    with suppress(MailRefused):
        mailer.send(Mail("m1", "ada@example.com", f"s{separator}Bcc: eve@evil.example", "t"))
    assert all(parsed(raw)["Bcc"] is None for raw in sent())


@pytest.mark.parametrize(
    ("step", "answer", "permanent"),
    [
        ("CONNECT", "554 no", False),
        ("CONNECT", "", False),
        ("EHLO", "", False),
        ("MAIL", "451 later", False),
        ("MAIL", "550 not you", False),
        ("RCPT", "550 no such user", True),
        ("RCPT", "450 greylisted", False),
        ("RCPT", "", False),
        ("DATA", "554 no", True),
        ("DATA", "451 later", False),
        ("DATA", "", False),
        ("END", "554 spam", True),
        ("END", "452 full", False),
    ],
)
def test_a_server_that_certainly_did_not_take_it_is_told_apart(step: str, answer: str, permanent: bool) -> None:
    with MailServer({step: answer}) as server, pytest.raises(MailRefused) as refused:
        smtp(f"smtp://127.0.0.1:{server.port}").send(MAIL)
    assert refused.value.permanent is permanent
    assert "ada@" not in str(refused.value)


def test_an_answer_lost_after_the_message_leaves_it_unknown() -> None:
    with MailServer({"END": ""}) as server, pytest.raises((OSError, smtplib.SMTPException)) as unknown:
        smtp(f"smtp://127.0.0.1:{server.port}").send(MAIL)
    assert not isinstance(unknown.value, MailRefused)
    assert len(server.received) == 1


def test_a_lost_farewell_changes_nothing() -> None:
    with MailServer({"QUIT": ""}) as server:
        smtp(f"smtp://127.0.0.1:{server.port}").send(MAIL)
    assert len(server.received) == 1


def test_no_mail_server_is_a_refusal_that_may_pass() -> None:
    with MailServer() as server:
        port = server.port
    with pytest.raises(MailRefused) as refused:
        smtp(f"smtp://127.0.0.1:{port}").send(MAIL)
    assert not refused.value.permanent


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize("starttls", [False, True])
def test_the_conversation_is_encrypted_before_the_password_is_said(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, starttls: bool
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    scheme = "smtp" if starttls else "smtps"
    with MailServer(tls=context, starttls=starttls) as server:
        url = f"{scheme}://us%40er@127.0.0.1:{server.port}"
        with pytest.raises(MailRefused):
            smtp(url, "pass").send(MAIL)  # nobody vouches for the certificate
        assert not any(command.startswith("AUTH") for command in server.said)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        smtp(url, "pass").send(MAIL)
    assert len(server.received) == 1
    assert any(command.startswith("AUTH PLAIN") for command in server.said)


def test_a_wrong_password_is_a_refusal_that_may_pass() -> None:
    with MailServer({"AUTH": "535 wrong"}) as server, pytest.raises(MailRefused) as refused:
        smtp(f"smtp://user@127.0.0.1:{server.port}", "wrong").send(MAIL)
    assert not refused.value.permanent
    assert "wrong" not in str(refused.value)


def test_the_password_is_the_pinned_secret_where_the_address_names_a_user() -> None:
    name = "projects/demo/secrets/smtp-password/versions/4"
    with SecretManagerEmulator({name: "from the secret"}) as secrets, MailServer() as server:
        settings = Settings.model_construct(
            adapters="gcp",
            project="demo",
            secret_versions={"smtp-password": (4,)},
            secrets_emulator=secrets.address,
            smtp_url=f"smtp://user@127.0.0.1:{server.port}",
        )
        Smtp(settings).send(MAIL)
    said = next(command for command in server.said if command.startswith("AUTH PLAIN "))
    assert base64.b64decode(said.split(" ")[2]) == b"\0user\0from the secret"


@pytest.mark.parametrize("url", ["", "http://mail", "smtp://", "mail.example"])
def test_an_address_of_no_mail_server_is_a_settings_error(url: str) -> None:
    with pytest.raises(SettingsError, match="SCHOLIUM_SMTP_URL"):
        smtp(url)


def test_the_folder_says_where_the_mail_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    MailFolder(Settings(adapters="local", data=tmp_path)).send(Mail("../../x y", "ada@example.com", "s", "t"))
    (path,) = (tmp_path / "mail").iterdir()
    assert capsys.readouterr().err == f"mail: {path}\n"
    assert path.name.endswith("-______x_y.eml")
