"""Signed local URLs: what a client may do with one object, until when, under an HMAC over all of it."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote, urlencode

from common.adapters.local.keys import local_key
from common.adapters.system import SystemClock
from common.errors import Forbidden
from common.ports.files import SignedUpload, attachment
from common.settings import Settings

PATH = "/_local/files/"


class UrlRefused(Forbidden):
    """A URL that this server did not sign, or that has expired."""

    code, title = "url_refused", "The URL was not signed here, or has expired"


@dataclass(frozen=True)
class Permission:
    """What a URL allows: an upload of `size` (least, most) bytes that replaces nothing, or a download."""

    bucket: str
    name: str
    method: str
    parameters: Mapping[str, str]

    @property
    def size(self) -> tuple[int, int]:
        """The least and the most bytes of an upload."""
        least, _, most = self.parameters["size"].partition("-")
        return int(least), int(most)


class FileUrls:
    """Makes and checks the URLs, with a key that never leaves this installation."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._key: bytes | None = None

    def upload(
        self, bucket: str, name: str, content_type: str, size: tuple[int, int], expires_in: timedelta
    ) -> SignedUpload:
        """For one new object."""
        expires_at = SystemClock().now() + expires_in
        terms = {"type": content_type, "size": f"{size[0]}-{size[1]}", "if-generation-match": "0"}
        url = self._url("PUT", bucket, name, expires_at.timestamp(), terms)
        return SignedUpload(url, "PUT", {"Content-Type": content_type}, expires_at)

    def download(self, bucket: str, name: str, filename: str, expires_in: timedelta) -> str:
        """For one object, saved as `filename`."""
        expires_at = (SystemClock().now() + expires_in).timestamp()
        return self._url("GET", bucket, name, expires_at, {"disposition": attachment(filename)})

    def check(self, bucket: str, name: str, method: str, parameters: Mapping[str, str]) -> Permission:
        """The permission that a URL carries; UrlRefused."""
        terms = dict(parameters)
        signature = terms.pop("signature", "")
        if not hmac.compare_digest(self._sign(method, bucket, name, terms).encode(), signature.encode()):
            raise UrlRefused
        if float(terms["expires"]) < SystemClock().now().timestamp():
            raise UrlRefused
        return Permission(bucket, name, method, terms)

    def _url(self, method: str, bucket: str, name: str, expires: float, terms: dict[str, str]) -> str:
        terms["expires"] = f"{expires:.3f}"
        query = urlencode({**terms, "signature": self._sign(method, bucket, name, terms)})
        return f"{self._settings.public_url.rstrip('/')}{PATH}{bucket}/{quote(name, safe='/')}?{query}"

    def _sign(self, method: str, bucket: str, name: str, terms: Mapping[str, str]) -> str:
        self._key = self._key or local_key(self._settings.data, "files")
        said = json.dumps([method, bucket, name, sorted(terms.items())])
        return hmac.new(self._key, said.encode(), hashlib.sha256).hexdigest()
