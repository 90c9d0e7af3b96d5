"""Secrets from the environment, else from `<data>/secrets.env`, which the first start writes."""

import json
import os
import secrets
from pathlib import Path

from common.ports.secrets import SecretMissing
from common.settings import SECRET_PREFIX, Settings, secrets_in


def secrets_file(data: Path) -> Path:
    """Where the secrets that this installation made for itself are kept."""
    return data / "secrets.env"


def keep_secrets(data: Path, values: dict[str, str]) -> None:
    """Add secrets to the file (mode 0600), leaving those that it has; the file is replaced whole."""
    path = secrets_file(data)
    kept = {_variable(name): value for name, value in values.items()} | _variables(path)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    data.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.writelines(f"{name}={json.dumps(value)}\n" for name, value in kept.items())
    draft.replace(path)


class EnvironmentSecrets:
    """SecretSource over SCHOLIUM_SECRET_<NAME> and the file; a variable beats the file. Read once a process."""

    def __init__(self, settings: Settings) -> None:
        self._secrets = secrets_in(_variables(secrets_file(settings.data))) | settings.secrets

    def read(self, name: str) -> tuple[str, ...]:
        """All values of a secret, the one in use first; SecretMissing when there is none."""
        try:
            return tuple(value.get_secret_value() for value in self._secrets[name])
        except KeyError:
            raise SecretMissing(f"secret {name!r}: set {_variable(name)}") from None


def _variable(name: str) -> str:
    return SECRET_PREFIX + name.upper().replace("-", "_")


def _variables(path: Path) -> dict[str, str]:
    """NAME=value lines; a value in double quotes is JSON, so that a key in PEM fits on its line."""
    if not path.exists():
        return {}
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, separator, value = line.partition("=")
        if separator and not line.startswith("#"):
            found[name.strip()] = json.loads(value) if value.startswith('"') else value.strip()
    return found
