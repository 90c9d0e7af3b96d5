"""A proxy in front of the Firestore emulator that loses answers: commits are applied, and nobody is told.

Set FIRESTORE_EMULATOR_HOST to its `host`. It forwards every call as bytes; only Commit is treated.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal

import grpc  # type: ignore[import-untyped]  # it ships no types

Fault = Literal["unavailable", "hang", "twice", "before"]
"""After it was applied: an error, or no answer; applied twice, with the second answer; an error, never applied."""


class Lossy(grpc.GenericRpcHandler):  # type: ignore[misc]  # grpc is untyped
    """Spoils each `every`-th commit by `fault`; `between` runs after it was applied and before the client knows."""

    def __init__(
        self, upstream: str, *, every: int = 2, fault: Fault = "unavailable", between: Callable[[], None] | None = None
    ) -> None:
        self._channel = grpc.insecure_channel(upstream, options=[("grpc.max_receive_message_length", -1)])
        self._pool = ThreadPoolExecutor(64)
        self._server = grpc.server(self._pool, handlers=[self], options=[("grpc.max_receive_message_length", -1)])
        self.host = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        self.every = every
        self.fault: Fault = fault
        self.between = between
        self.commits = 0
        self.lost = 0
        self._counting = threading.Lock()
        self._closing = threading.Event()

    def __enter__(self) -> "Lossy":
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.stop(grace=None).wait()
        self._channel.close()
        self._pool.shutdown()

    def service(self, call: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler:
        method = str(call.method)
        forward = self._channel.stream_stream(method)
        metadata = [(name, value) for name, value in call.invocation_metadata if not name.startswith("grpc-")]

        def answer(requests: Iterator[bytes], context: grpc.ServicerContext) -> Iterator[Any]:
            try:
                if method.endswith("/Commit") and self._is_next():
                    yield self._spoilt(
                        lambda said: list(forward(iter(said), metadata=metadata)), list(requests), context
                    )
                else:
                    yield from forward(requests, metadata=metadata)
            except grpc.RpcError as error:
                if isinstance(error, grpc.Call):  # else the client is gone: killed while it asked
                    context.abort(error.code(), error.details())

        return grpc.stream_stream_rpc_method_handler(answer)

    def _is_next(self) -> bool:
        with self._counting:
            self.commits += 1
            spoilt = self.commits % self.every == 0
            self.lost += spoilt
        return spoilt

    def _spoilt(
        self, forward: Callable[[list[bytes]], list[bytes]], said: list[bytes], context: grpc.ServicerContext
    ) -> bytes:
        if self.fault != "before":
            forward(said)
        if self.between:
            self.between()
        if self.fault == "twice":
            return forward(said)[0]
        if self.fault == "hang":
            gone = threading.Event()
            context.add_callback(gone.set)
            while not gone.wait(0.05) and not self._closing.is_set():
                pass
        context.abort(grpc.StatusCode.UNAVAILABLE, "the answer was lost")
        raise AssertionError("abort raises")
