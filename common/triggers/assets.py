"""Files of the archive as HTTP answers: compressed, known again by their ETag; and a folder of them as a web site.

A site's page is asked for anew each time and names a digest of the whole folder; every other file lies under that
digest (`/assets/<build>/app.js`) and is kept for a year. So modules and style sheets name each other by relative
addresses, as they lie in the folder, no tool rewrites them, and a page never mixes the files of two deployments.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import mimetypes
from pathlib import Path

from flask import Request, Response

from common.errors import NotFound
from common.triggers.declaration import Asset

ROOT = Path(__file__).resolve().parents[2]
PAGE = "index.html"
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
"""What a site serves beside its page; whatever else lies in the folder is for those who read it."""
FOR_GOOD = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
LEAST_COMPRESSED = 500
"""Bytes: less becomes no smaller."""


class Site:
    """A folder with a page, index.html, which writes {build} where its files' addresses begin."""

    def __init__(self, folder: str) -> None:
        """`folder` from the root, named in the declaration's `assets`."""
        self.folder = folder

    @property
    def build(self) -> str:
        """The digest of all that the site serves. A changed file is seen at once, so that a page can be worked on."""
        return _digest(_listing(ROOT / self.folder))

    def page(self, policy: str) -> Asset:
        """The page, under a Content-Security-Policy."""
        wanted = f"{self.folder}/{PAGE}"
        return Asset(wanted, "text/html; charset=utf-8", policy=policy, replace=("{build}", self.build))

    def file(self, build: str, name: str) -> Asset:
        """A file by its path within the folder; NotFound where this build has none such."""
        path = next((path for path, *_ in _listing(ROOT / self.folder) if path == f"{ROOT / self.folder}/{name}"), None)
        if path is None or build != self.build or Path(path).name == PAGE:
            raise NotFound
        return Asset(f"{self.folder}/{name}", TYPES[Path(name).suffix], immutable=True)


def respond(asset: Asset, request: Request) -> Response:
    """200 with the file, or 304 where the client has it."""
    file = (ROOT / asset.path).stat()
    body, zipped, digest = _read(asset.path, file.st_mtime_ns, file.st_size, asset.replace)
    wants_zip = bool(zipped) and request.accept_encodings.quality("gzip") > 0
    content_type = asset.content_type or mimetypes.guess_type(asset.path)[0]
    response = Response(zipped if wants_zip else body, content_type=content_type)
    if wants_zip:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = FOR_GOOD if asset.immutable else ASK_AGAIN
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = asset.policy
    response.headers["Referrer-Policy"] = "no-referrer"
    response.set_etag(f"{digest}-gzip" if wants_zip else digest)  # one a representation (RFC 9110, 8.8.3.3)
    response.make_conditional(request)
    return response


def _listing(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """The files that a site serves: path, time of change, size. The time is no part of the digest."""
    files = [one for one in sorted(folder.rglob("*")) if one.suffix in TYPES or one.name == PAGE]
    return tuple((str(one), one.stat().st_mtime_ns, one.stat().st_size) for one in files)


@functools.lru_cache(maxsize=4)
def _digest(listing: tuple[tuple[str, int, int], ...]) -> str:
    made = hashlib.sha256()
    for path, _, size in listing:
        made.update(f"{Path(path).relative_to(ROOT)}\n{size}\n".encode())
        made.update(Path(path).read_bytes())
    return made.hexdigest()[:12]


@functools.lru_cache(maxsize=256)
def _read(path: str, changed: int, size: int, replace: tuple[str, str] | None) -> tuple[bytes, bytes, str]:
    """A file as it is and compressed (empty where that gains nothing), and its digest."""
    body = (ROOT / path).read_bytes()
    if replace:
        body = body.replace(replace[0].encode(), replace[1].encode())
    zipped = gzip.compress(body, 9, mtime=0) if len(body) >= LEAST_COMPRESSED else b""
    return body, zipped if len(zipped) < len(body) else b"", hashlib.sha256(body).hexdigest()[:32]
