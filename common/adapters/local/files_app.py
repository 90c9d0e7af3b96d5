"""The server half of signed local URLs: a WSGI application that takes uploads and serves downloads."""

import json
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import BinaryIO
from urllib.parse import parse_qsl
from wsgiref.types import StartResponse, WSGIEnvironment

from common.adapters.local.file_urls import PATH, Permission
from common.adapters.local.files import FolderFiles
from common.errors import (
    BodyTooLarge,
    Forbidden,
    InvalidContent,
    InvalidRequest,
    MethodNotAllowed,
    Problem,
    UnsupportedMediaType,
)
from common.settings import Settings

PIECE = 256 * 1024
"""Bytes held in memory of a file on its way."""


class LocalFilesApp:
    """PUT and GET on `/_local/files/{bucket}/{name}`, as far as the URL's signature allows it.

    A page of another origin may use it when SCHOLIUM_CORS_ORIGINS names that origin, as a bucket's own rules would.
    """

    def __init__(self, settings: Settings, files: FolderFiles | None = None) -> None:
        self._files = files or FolderFiles(settings)
        self._origins = settings.cors_origins

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        headers = self._cors(environ)
        try:
            method = environ["REQUEST_METHOD"]
            if method == "OPTIONS":
                start_response("204 No Content", [*headers, ("Allow", "GET, PUT, OPTIONS")])
                return []
            if method not in {"GET", "PUT"}:
                raise MethodNotAllowed
            permission = self._permission(environ, method)
            if method == "GET":
                return self._download(permission, headers, start_response)
            self._upload(permission, environ)
        except Problem as problem:
            return _refuse(problem, headers, start_response)
        start_response("200 OK", [*headers, ("Content-Length", "0")])
        return []

    def _permission(self, environ: WSGIEnvironment, method: str) -> Permission:
        try:  # WSGI carries a path's bytes as latin-1 (PEP 3333)
            path = (environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")).encode("latin-1").decode()
            parameters = dict(parse_qsl(environ.get("QUERY_STRING", ""), errors="strict", max_num_fields=20))
        except ValueError:
            raise InvalidRequest from None
        if not path.startswith(PATH):
            raise Forbidden
        bucket, _, name = path.removeprefix(PATH).partition("/")
        return self._files.urls.check(bucket, name, method, parameters)

    def _upload(self, permission: Permission, environ: WSGIEnvironment) -> None:
        content_type = permission.parameters["type"]
        if environ.get("CONTENT_TYPE", "") != content_type:
            raise UnsupportedMediaType(f"the body must be {content_type}, as the URL was signed")
        least, most = permission.size
        declared = environ.get("CONTENT_LENGTH") or None
        if declared is not None and (not declared.isdigit() or int(declared) > most):
            raise BodyTooLarge(f"at most {most} bytes")
        bucket = self._files.bucket(permission.bucket)
        with bucket.incoming(permission.name) as (path, file):
            length = int(declared) if declared is not None else None
            size = _receive(environ["wsgi.input"], file, length, most)
            if length is not None and size != length:
                raise InvalidRequest("the body ended before its Content-Length")
            if size < least:
                raise InvalidContent(f"at least {least} bytes")
            bucket.enter(permission.name, path, file, content_type, 0)

    def _download(
        self, permission: Permission, headers: list[tuple[str, str]], start_response: StartResponse
    ) -> Iterable[bytes]:
        info, stream = self._files.bucket(permission.bucket).open_with_info(permission.name)
        start_response(
            "200 OK",
            [
                *headers,
                ("Content-Type", info.content_type),
                ("Content-Length", str(info.size)),
                ("Content-Disposition", permission.parameters["disposition"]),
                ("X-Content-Type-Options", "nosniff"),
                ("Content-Security-Policy", "sandbox; default-src 'none'"),
                ("Cache-Control", "private, no-store"),
            ],
        )
        return _pieces(stream)

    def _cors(self, environ: WSGIEnvironment) -> list[tuple[str, str]]:
        origin = environ.get("HTTP_ORIGIN", "")
        if origin not in self._origins:
            return []
        return [
            ("Access-Control-Allow-Origin", origin),
            ("Access-Control-Allow-Methods", "GET, PUT"),
            ("Access-Control-Allow-Headers", "content-type"),
            ("Access-Control-Max-Age", "3600"),
            ("Vary", "Origin"),
        ]


def _receive(body: BinaryIO, file: BinaryIO, length: int | None, most: int) -> int:
    """Copy a body to its file, never more than `most` bytes; how many came."""
    size = 0
    while length is None or size < length:
        piece = body.read(PIECE if length is None else min(PIECE, length - size))
        if not piece:
            break
        size += len(piece)
        if size > most:
            raise BodyTooLarge(f"at most {most} bytes")
        file.write(piece)
    return size


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    with stream:
        while piece := stream.read(PIECE):
            yield piece


def _refuse(problem: Problem, headers: list[tuple[str, str]], start_response: StartResponse) -> Iterable[bytes]:
    said = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
    }
    body = json.dumps(said).encode()
    allow = [("Allow", "GET, PUT, OPTIONS")] if isinstance(problem, MethodNotAllowed) else []
    start_response(
        f"{problem.status} {HTTPStatus(problem.status).phrase}",
        [*headers, *allow, ("Content-Type", "application/problem+json"), ("Content-Length", str(len(body)))],
    )
    return [body]
