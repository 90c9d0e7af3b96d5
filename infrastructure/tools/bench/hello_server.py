"""A bare functions-framework hello under the gunicorn settings of the local server: `hello_server PORT`."""

import sys
from typing import Any

from functions_framework import create_app
from gunicorn.app.base import BaseApplication

from infrastructure.tools import serve
from infrastructure.tools.bench.processes import HELLO


class HelloServer(BaseApplication):
    """gunicorn with the hello alone."""

    def __init__(self, port: int) -> None:
        self._port = port
        super().__init__()

    def load_config(self) -> None:
        """The settings of gunicorn."""
        for name, value in serve.gunicorn_options("127.0.0.1", self._port).items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The application."""
        return create_app("hello", str(HELLO), "http")  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    HelloServer(int(sys.argv[1])).run()
