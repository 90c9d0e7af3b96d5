"""SecretSource: one contract, kept by the environment and by Secret Manager."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from common.adapters.gcp.secret_manager import SecretManager
from common.adapters.local.secrets import EnvironmentSecrets, keep_secrets, secrets_file
from common.ports.secrets import SecretMissing, SecretSource
from common.settings import Settings, SettingsError, parse
from tests.emulators.secret_manager import SecretManagerEmulator

PEM = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQ\n-----END PRIVATE KEY-----\n"  # pragma: allowlist secret
SECRETS = {"token-signing-key": (PEM,), "stripe-key": ("new = [value]", "old")}


@pytest.fixture
def manager() -> Iterator[SecretManagerEmulator]:
    versions = {f"projects/demo/secrets/{name}/versions/7": values[0] for name, values in SECRETS.items()}
    versions |= {f"projects/demo/secrets/{name}/versions/3": values[-1] for name, values in SECRETS.items()}
    with SecretManagerEmulator(versions) as emulator:
        yield emulator


def managed(manager: SecretManagerEmulator, **pinned: tuple[int, ...]) -> SecretManager:
    versions = {name.replace("_", "-"): numbers for name, numbers in pinned.items()}
    return SecretManager(
        Settings.model_construct(
            adapters="gcp", project="demo", secret_versions=versions, secrets_emulator=manager.address
        )
    )


@pytest.fixture(params=["environment", "file", "gcp"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> SecretSource:
    if request.param == "gcp":
        return managed(request.getfixturevalue("manager"), token_signing_key=(7,), stripe_key=(7, 3))
    variables = {
        "SCHOLIUM_SECRET_TOKEN_SIGNING_KEY": PEM,
        "SCHOLIUM_SECRET_STRIPE_KEY": '["new = [value]", "old"]',
    }
    settings = Settings(adapters="local", data=tmp_path)
    if request.param == "environment":
        settings = parse({"SCHOLIUM_ADAPTERS": "local", "SCHOLIUM_DATA": str(tmp_path), **variables})
    else:
        keep_secrets(tmp_path, {"token-signing-key": PEM, "stripe-key": variables["SCHOLIUM_SECRET_STRIPE_KEY"]})
    return EnvironmentSecrets(settings)


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_has_its_values_the_one_in_use_first(source: SecretSource, name: str) -> None:
    assert source.read(name) == SECRETS[name]
    assert source.read(name) == SECRETS[name]


def test_a_secret_that_is_not_configured_is_missing(source: SecretSource) -> None:
    with pytest.raises(SecretMissing, match="smtp-password"):
        source.read("smtp-password")


def test_a_version_is_read_once_a_process(manager: SecretManagerEmulator) -> None:
    source = managed(manager, stripe_key=(7, 3))
    for _ in range(3):
        source.read("stripe-key")
    assert [name.rpartition("/")[2] for name in manager.reads] == ["7", "3"]


@pytest.mark.parametrize("pinned", [(9,), (7, 9), (5,)])
def test_a_pinned_version_that_cannot_be_read_is_missing(
    manager: SecretManagerEmulator, pinned: tuple[int, ...]
) -> None:
    manager.versions["projects/demo/secrets/stripe-key/versions/5"] = None
    with pytest.raises(SecretMissing, match="stripe-key"):
        managed(manager, stripe_key=pinned).read("stripe-key")


def test_no_secret_is_ever_printed() -> None:
    settings = parse({"SCHOLIUM_ADAPTERS": "local", "SCHOLIUM_SECRET_STRIPE_KEY": "sk_live_1"})
    assert EnvironmentSecrets(settings).read("stripe-key") == ("sk_live_1",)
    for said in [repr(settings), str(settings), settings.model_dump_json(), repr(settings.secrets)]:
        assert "sk_live_1" not in said


@pytest.mark.parametrize("value", ["[not json", "[]", "[1]", '[""]'])
def test_a_list_of_secrets_that_is_none_is_refused_by_name_and_without_its_value(value: str) -> None:
    with pytest.raises(SettingsError, match="SCHOLIUM_SECRET_STRIPE_KEY") as refused:
        parse({"SCHOLIUM_ADAPTERS": "local", "SCHOLIUM_SECRET_STRIPE_KEY": value})
    assert value not in str(refused.value)


def test_a_variable_that_is_a_setting_is_no_secret() -> None:
    settings = parse({"SCHOLIUM_ADAPTERS": "local", "SCHOLIUM_SECRET_VERSIONS": '{"a": [1]}'})
    assert (settings.secrets, settings.secret_versions) == ({}, {"a": (1,)})


def test_kept_secrets_are_for_their_owner_alone_and_stay_when_kept_again(tmp_path: Path) -> None:
    keep_secrets(tmp_path / "data", {"a-key": "first"})
    keep_secrets(tmp_path / "data", {"a-key": "second", "b-key": "other"})
    file = secrets_file(tmp_path / "data")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    source = EnvironmentSecrets(Settings(adapters="local", data=tmp_path / "data"))
    assert (source.read("a-key"), source.read("b-key")) == (("first",), ("other",))
    assert list((tmp_path / "data").iterdir()) == [file]


def test_a_variable_beats_the_file(tmp_path: Path) -> None:
    keep_secrets(tmp_path, {"a-key": "file"})
    variables = {"SCHOLIUM_ADAPTERS": "local", "SCHOLIUM_DATA": str(tmp_path), "SCHOLIUM_SECRET_A_KEY": "variable"}
    assert EnvironmentSecrets(parse(variables)).read("a-key") == ("variable",)
