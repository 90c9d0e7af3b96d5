"""A mail server for tests: takes mail, refuses it, or falls silent at a chosen step."""

from __future__ import annotations

import socketserver
import ssl
import threading
from collections.abc import Mapping


class MailServer:
    """`answers`: verb (CONNECT, EHLO, MAIL, RCPT, DATA, END) -> a line instead of the usual one, "" to hang up."""

    def __init__(
        self, answers: Mapping[str, str] | None = None, *, tls: ssl.SSLContext | None = None, starttls: bool = False
    ) -> None:
        self.answers = dict(answers or {})
        self.tls, self.starttls = tls, starttls
        self.received: list[bytes] = []
        """Messages whose end was seen, whatever was answered."""
        self.said: list[str] = []
        """Every command."""
        self.held: dict[str, threading.Event] = {}
        """Steps that are answered only once their event is set."""
        self._server = _Server(self)
        self.port = int(self._server.server_address[1])

    def __enter__(self) -> MailServer:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, mail: MailServer) -> None:
        self.mail = mail
        super().__init__(("127.0.0.1", 0), _Conversation)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no fault of the test."""


class _Conversation(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        mail = self.server.mail
        if mail.tls is not None and not mail.starttls:
            self._secure()
        if not self._say("CONNECT", "220 ready"):
            return
        while line := self.rfile.readline():
            command = line.decode().strip()
            mail.said.append(command)
            verb = command.split(" ")[0].upper()
            extensions = "250-SMTPUTF8\r\n250-STARTTLS" if mail.starttls else "250-SMTPUTF8"
            usual = {
                "EHLO": f"250-test\r\n{extensions}\r\n250 AUTH PLAIN",
                "AUTH": "235 in",
                "DATA": "354 go on",
                "QUIT": "221 bye",
                "STARTTLS": "220 go on",
            }.get(verb, "250 ok")
            if not self._say(verb, usual) or verb == "QUIT":
                return
            if verb == "STARTTLS":
                self._secure()
            if verb == "DATA" and mail.answers.get("DATA", "354").startswith("354") and not self._take():
                return

    def _take(self) -> bool:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        self.server.mail.received.append(b"".join(lines))
        return self._say("END", "250 taken")

    def _say(self, step: str, usual: str) -> bool:
        if step in self.server.mail.held:
            self.server.mail.held[step].wait(60)
        line = self.server.mail.answers.get(step, usual)
        self.wfile.write(f"{line}\r\n".encode() if line else b"")
        return bool(line) and not line.startswith("421")

    def _secure(self) -> None:
        assert self.server.mail.tls is not None
        self.request = self.connection = self.server.mail.tls.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = socketserver._SocketWriter(self.connection)  # type: ignore[attr-defined]

    def finish(self) -> None:
        super().finish()
        if isinstance(self.connection, ssl.SSLSocket):
            self.connection.close()
