"""Instances that start when somebody first calls, as Cloud Run starts them: most tests need few of all functions."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol


class Instance(Protocol):
    """A process that listens on a port of its own once it was started."""

    port: int

    def start(self) -> None:
        """Start it; it listens a while later."""


class Front:
    """A function's address: the first connection starts the instance, every one is carried to it, byte for byte.

    Whoever kills the instance starts it again: until then connections are refused, as those to a dead instance are.
    """

    def __init__(self, port: int, instance: Instance, wait: Callable[[], None]) -> None:
        """`wait` returns when a started instance listens, or raises."""
        self._port, self._instance, self._wait = port, instance, wait
        self._starting, self._was_started = threading.Lock(), False
        self._listener: socket.socket | None = None

    def __enter__(self) -> Front:
        self._listener = socket.create_server(("127.0.0.1", self._port), backlog=128)
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._listener
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def start(self) -> None:
        """Start the instance now, unless that was done."""
        with self._starting:
            if not self._was_started:
                self._was_started = True
                self._instance.start()
                self._wait()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            self.start()
            with socket.create_connection(("127.0.0.1", self._instance.port)) as instance:
                for one in (client, instance):
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                back = threading.Thread(target=_pump, args=(instance, client), daemon=True)
                back.start()
                _pump(client, instance)
                back.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
