"""Secret Manager as far as Scholium uses it: a gRPC service that hands out versions."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import grpc  # type: ignore[import-untyped]  # it ships no types
from google.cloud.secretmanager_v1 import types


class SecretManagerEmulator:
    """`versions`: full version name -> value, None for a version that was destroyed. `reads` lists what was read."""

    def __init__(self, versions: Mapping[str, str | None]) -> None:
        self.versions = dict(versions)
        self.reads: list[str] = []
        self._server = grpc.server(ThreadPoolExecutor(2))
        access = grpc.unary_unary_rpc_method_handler(
            self._access,
            request_deserializer=types.AccessSecretVersionRequest.deserialize,
            response_serializer=types.AccessSecretVersionResponse.serialize,
        )
        name = "google.cloud.secretmanager.v1.SecretManagerService"
        service = grpc.method_handlers_generic_handler(name, {"AccessSecretVersion": access})
        self._server.add_generic_rpc_handlers((service,))
        self.address = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"

    def __enter__(self) -> SecretManagerEmulator:
        self._server.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.stop(None).wait()

    def _access(
        self, request: types.AccessSecretVersionRequest, context: grpc.ServicerContext
    ) -> types.AccessSecretVersionResponse:
        self.reads.append(request.name)
        if request.name not in self.versions:
            context.abort(grpc.StatusCode.NOT_FOUND, "no such version")
        value = self.versions[request.name]
        if value is None:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, "the version is destroyed")
        payload = types.SecretPayload(data=str(value).encode())
        return types.AccessSecretVersionResponse(name=request.name, payload=payload)
