"""Secrets in Secret Manager, at pinned versions."""

import threading

import grpc  # type: ignore[import-untyped]  # it ships no types
from google.api_core.exceptions import FailedPrecondition, NotFound
from google.cloud.secretmanager import SecretManagerServiceClient
from google.cloud.secretmanager_v1.services.secret_manager_service.transports import (
    SecretManagerServiceGrpcTransport,
)

from common.ports.secrets import SecretMissing
from common.settings import Settings

TIMEOUT = 10.0
"""Seconds for one version, retries included."""


class SecretManager:
    """SecretSource over pinned versions; a rotation adds a version and deploys, so nothing is read twice."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client = _client(settings)
        self._known: dict[str, tuple[str, ...]] = {}
        self._lock = threading.Lock()

    def read(self, name: str) -> tuple[str, ...]:
        """All pinned versions of a secret, the one in use first; SecretMissing when one of them is not there."""
        with self._lock:
            if name not in self._known:
                versions = self._settings.secret_versions.get(name, ())
                if not versions:
                    raise SecretMissing(f"secret {name!r}: no version is pinned in SCHOLIUM_SECRET_VERSIONS")
                self._known[name] = tuple(self._fetch(name, version) for version in versions)
            return self._known[name]

    def _fetch(self, name: str, version: int) -> str:
        path = f"projects/{self._settings.project}/secrets/{name}/versions/{version}"
        try:
            answer = self._client.access_secret_version(name=path, timeout=TIMEOUT)
        except (NotFound, FailedPrecondition):  # never made, or disabled or destroyed
            raise SecretMissing(f"secret {name!r} has no usable version {version}") from None
        return answer.payload.data.decode()


def _client(settings: Settings) -> SecretManagerServiceClient:
    if not settings.secrets_emulator:
        return SecretManagerServiceClient()
    channel = grpc.insecure_channel(settings.secrets_emulator)
    return SecretManagerServiceClient(transport=SecretManagerServiceGrpcTransport(channel=channel))
