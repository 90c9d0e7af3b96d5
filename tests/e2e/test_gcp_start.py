"""A deployed function whose keys are missing, made up or known to everybody ends at once, with one line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization as pem
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from common.domain.accounts import tokens
from common.domain.accounts.links import LinkKey
from common.domain.accounts.tokens import SigningKey
from infrastructure.tools import discovery
from tests.e2e.gcp_deployment import FunctionProcess, free_ports, wait_until
from tests.emulators.secret_manager import SecretManagerEmulator

GOOD, OTHER = tokens.generate_key(), tokens.generate_key()
DEFAULT = (
    Ed25519PrivateKey.from_private_bytes(bytes(32))
    .private_bytes(pem.Encoding.PEM, pem.PrivateFormat.PKCS8, pem.NoEncryption())
    .decode()
)
LINK_VALUES = {1: "0123456789abcdefghijklmnopqrstuvwxyz", 2: "too short", 3: "change-me-change-me-change-me-change-me"}
KEYS: dict[int, str | None] = {1: GOOD, 2: OTHER, 3: None, 4: "no key at all", 5: DEFAULT}


@pytest.fixture(scope="module")
def secret_manager() -> Iterator[SecretManagerEmulator]:
    named = {f"projects/p/secrets/{SigningKey.name}/versions/{number}": key for number, key in KEYS.items()}
    named |= {f"projects/p/secrets/{LinkKey.name}/versions/{number}": value for number, value in LINK_VALUES.items()}
    with SecretManagerEmulator(named) as running:
        yield running


@pytest.fixture
def start(secret_manager: SecretManagerEmulator, tmp_path: Path) -> Iterator[Start]:
    made = Start(secret_manager.address, tmp_path)
    yield made
    made.end()


class Start:
    """Starts one function with settings of the test over good ones; None takes a good one away."""

    def __init__(self, secrets: str, folder: Path) -> None:
        self._good = {
            "ADAPTERS": "gcp",
            "PROJECT": "p",
            "TOKEN_PUBLIC_KEYS": json.dumps(tokens.public_keys([GOOD])),
            "SECRET_VERSIONS": json.dumps({SigningKey.name: [1], LinkKey.name: [1]}),
            "SECRETS_EMULATOR": secrets,
            "SMTP_URL": "smtp://127.0.0.1:25",
        }
        self._folder = folder
        self._process: FunctionProcess | None = None

    def __call__(self, name: str, **settings: str | None) -> FunctionProcess:
        chosen = {key: value for key, value in {**self._good, **settings}.items() if value is not None}
        environment = {f"SCHOLIUM_{key}": value for key, value in chosen.items()}
        function = discovery.discover()[name]
        self._process = FunctionProcess(function, free_ports(1)[0], environment, self._folder / "log")
        self._process.start()
        return self._process

    def refused(self, name: str, **settings: str | None) -> str:
        """The one line with which it ended."""
        process = self(name, **settings)
        assert process.ended() == 1
        (line,) = process.log.read_text().splitlines()
        assert line.startswith(f"scholium: {name} does not start: ")
        return line

    def end(self) -> None:
        if self._process:
            self._process.kill()


def keys_of(*private: str) -> str:
    return json.dumps(tokens.public_keys(private))


def test_a_function_with_good_keys_listens(start: Start) -> None:
    process = start("login")
    wait_until(process.is_up, "it does not listen")
    process.kill()
    assert process.log.read_text() == ""


def test_without_a_setting_of_the_adapters_none_is_guessed(start: Start) -> None:
    assert "SCHOLIUM_ADAPTERS must be gcp or local" in start.refused("status", ADAPTERS=None)


@pytest.mark.parametrize("keys", [None, "{}"])
def test_a_missing_or_empty_set_of_public_keys_is_refused(start: Start, keys: str | None) -> None:
    assert "SCHOLIUM_TOKEN_PUBLIC_KEYS is needed" in start.refused("profile", TOKEN_PUBLIC_KEYS=keys)


def test_a_public_key_that_everybody_can_sign_for_is_refused(start: Start) -> None:
    assert "known default" in start.refused("profile", TOKEN_PUBLIC_KEYS=keys_of(GOOD, DEFAULT))


@pytest.mark.parametrize(
    ("versions", "reason"),
    [
        ([], "no version is pinned"),
        ([9], "has no usable version 9"),
        ([3], "has no usable version 3"),
        ([4], "no Ed25519 private key"),
        ([1, 2], "whose public half is not configured"),
        ([5], "whose public half is not configured"),
    ],
)
def test_login_does_not_start_without_a_key_whose_tokens_are_accepted(
    start: Start, versions: list[int], reason: str
) -> None:
    line = start.refused("login", SECRET_VERSIONS=json.dumps({SigningKey.name: versions}))
    assert reason in line
    assert "PRIVATE KEY" not in line


@pytest.mark.parametrize(("version", "reason"), [(2, "32 random bytes or more"), (3, "is not random")])
def test_links_are_not_signed_with_a_made_up_key(start: Start, version: int, reason: str) -> None:
    line = start.refused("account_links", SECRET_VERSIONS=json.dumps({LinkKey.name: [version]}))
    assert reason in line
    assert LINK_VALUES[version] not in line


def test_without_a_mail_server_no_mail_is_promised(start: Start) -> None:
    assert "SCHOLIUM_SMTP_URL" in start.refused("mail_send", SMTP_URL=None)
