"""Files in Cloud Storage."""

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import BinaryIO, cast

import google.auth
import google.auth.transport.requests
from google.api_core.exceptions import NotFound, PreconditionFailed
from google.auth import iam
from google.auth.credentials import AnonymousCredentials, Credentials, Signing
from google.cloud import storage  # type: ignore[attr-defined]  # it ships no types

from common.adapters.system import SystemClock
from common.ports.files import FileExists, FileInfo, FileMissing, SignedUpload, attachment, check_name, check_parts
from common.settings import STORAGE, Settings

TIMEOUT = 20.0
"""Seconds for one call; the client repeats those that are safe to repeat."""


class CloudStorage:
    """The buckets of one project, each named with the deployment's prefix."""

    def __init__(self, settings: Settings, signing: Signing | None = None) -> None:
        self._prefix = settings.bucket_prefix
        self._signing = signing
        options: dict[str, object] = {}
        if settings.storage_emulator:
            options = {
                "credentials": AnonymousCredentials(),  # type: ignore[no-untyped-call]
                "client_options": {"api_endpoint": settings.storage_emulator},
            }
        self._client = storage.Client(project=settings.project, **options)
        self._address = settings.storage_emulator or STORAGE

    def bucket(self, name: str) -> "CloudBucket":
        """The bucket of that name: a Files."""
        return CloudBucket(self._client.bucket(self._prefix + name), self._address, self._signer)

    def _signer(self) -> Signing:
        """What signs URLs: a key where there is one, else IAM with the account that the metadata server names."""
        if self._signing is None:
            credentials, _ = google.auth.default(scopes=["https://www.googleapis.com/auth/cloud-platform"])
            request = google.auth.transport.requests.Request()
            self._signing = credentials if isinstance(credentials, Signing) else IamSigning(credentials, request)
        return self._signing


class IamSigning(Credentials, Signing):
    """Signs as a service account without its key, through the IAM Credentials API's signBlob.

    The account needs roles/iam.serviceAccountTokenCreator on itself.
    """

    def __init__(self, credentials: Credentials, request: Callable[..., object]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        # Metadata credentials know their account only after this: before, it is "default".
        credentials.refresh(request)  # type: ignore[no-untyped-call]
        self._email = credentials.service_account_email  # type: ignore[attr-defined]
        self._signer = iam.Signer(request, credentials, self._email)  # type: ignore[no-untyped-call]

    def refresh(self, request: object) -> None:
        """Nothing: these only sign."""

    def sign_bytes(self, message: bytes) -> bytes:
        """The account's RSA signature of SHA-256."""
        return cast(bytes, self._signer.sign(message))

    @property
    def signer_email(self) -> str:
        """The account."""
        return str(self._email)

    @property
    def signer(self) -> object:
        """The signer behind it."""
        return self._signer


class CloudBucket:
    """Files of one bucket."""

    def __init__(self, bucket: storage.Bucket, address: str, signer: Callable[[], Signing]) -> None:
        self._bucket = bucket
        self._address = address
        self._signer = signer

    def info(self, name: str) -> FileInfo | None:
        """What is known of an object, or None."""
        blob = self._bucket.get_blob(check_name(name), timeout=TIMEOUT)
        return _info(blob) if blob else None

    def read(self, name: str, *, generation: int | None = None) -> bytes:
        """The whole object; FileMissing, also when it is no longer of `generation`."""
        try:
            blob = self._bucket.blob(check_name(name), generation=generation)
            return cast(bytes, blob.download_as_bytes(timeout=TIMEOUT))
        except NotFound:
            raise FileMissing from None

    def open(self, name: str) -> BinaryIO:
        """A seekable stream of the object as it is now; FileMissing."""
        blob = self._bucket.get_blob(check_name(name), timeout=TIMEOUT)
        if blob is None:
            raise FileMissing
        pinned = self._bucket.blob(name, generation=blob.generation)  # every range of the same content
        return cast(BinaryIO, pinned.open("rb", timeout=TIMEOUT))

    def download_url(self, name: str, *, filename: str, expires_in: timedelta) -> str:
        """A signed URL that downloads the object as `filename` until it expires."""
        return self._url(name, "GET", expires_in, {}, response_disposition=attachment(filename))

    def upload_url(self, name: str, *, content_type: str, size: tuple[int, int], expires_in: timedelta) -> SignedUpload:
        """A signed URL that takes one new object, with `size` (least, most) in bytes fixed by its signature."""
        headers = {
            "Content-Type": content_type,
            "x-goog-content-length-range": f"{size[0]},{size[1]}",
            "x-goog-if-generation-match": "0",
        }
        expires_at = SystemClock().now() + expires_in
        return SignedUpload(self._url(name, "PUT", expires_in, headers), "PUT", headers, expires_at)

    def write(self, name: str, data: bytes, *, content_type: str, generation: int = 0) -> FileInfo:
        """Write when the object is at `generation` (0: does not exist); FileExists otherwise."""
        blob = self._bucket.blob(check_name(name))

        def upload() -> None:
            blob.upload_from_string(data, content_type, if_generation_match=generation, timeout=TIMEOUT)

        return self._written(blob, upload)

    def compose(self, name: str, parts: Sequence[str], *, content_type: str) -> FileInfo:
        """Write a new object of what 1 to MOST_PARTS others hold, one behind the other; FileMissing, FileExists."""
        blob = self._bucket.blob(check_name(name))
        blob.content_type = content_type
        sources = [self._bucket.blob(part) for part in check_parts(parts)]

        def compose() -> None:
            blob.compose(sources, if_generation_match=0, timeout=TIMEOUT)

        return self._written(blob, compose)

    def delete(self, name: str) -> bool:
        """Delete one object; False when there was none."""
        try:
            self._bucket.blob(check_name(name)).delete(timeout=TIMEOUT)
        except NotFound:
            return False
        return True

    def delete_prefix(self, prefix: str, *, limit: int = 100) -> int:
        """Delete at most `limit` objects whose names begin so; how many there were."""
        return sum(self.delete(found.name) for found in self.list(prefix, limit=limit))

    def list(self, prefix: str, *, limit: int, after: str | None = None) -> list[FileInfo]:
        """At most `limit` objects whose names begin so, by name, behind `after`."""
        # `start_offset` is inclusive, so `after` itself comes first and is left out.
        found = self._bucket.list_blobs(
            prefix=prefix, start_offset=after, max_results=limit + (after is not None), timeout=TIMEOUT
        )
        return [_info(blob) for blob in found if blob.name != after][:limit]

    def _written(self, blob: storage.Blob, write: Callable[[], None]) -> FileInfo:
        """What came of a guarded write; FileMissing where a part is not there, FileExists where somebody was first."""
        written_by = secrets.token_urlsafe(15)
        blob.metadata = {"written-by": written_by}
        try:
            write()
        except NotFound:
            raise FileMissing from None
        except PreconditionFailed:
            # The client repeats a write whose answer was lost; then this is our own object that stands in the way.
            found = self._bucket.get_blob(blob.name, timeout=TIMEOUT)
            if found is None or (found.metadata or {}).get("written-by") != written_by:
                raise FileExists from None
            return _info(found)
        return _info(blob)

    def _url(self, name: str, method: str, expires_in: timedelta, headers: dict[str, str], **parameters: str) -> str:
        return str(
            self._bucket.blob(check_name(name)).generate_signed_url(
                version="v4",
                method=method,
                expiration=expires_in,
                headers=dict(headers),  # it adds to them
                credentials=self._signer(),
                api_access_endpoint=self._address,
                **parameters,
            )
        )


def _info(blob: storage.Blob) -> FileInfo:
    created_at = cast(datetime, blob.time_created).astimezone(UTC)
    return FileInfo(str(blob.name), int(blob.size), int(blob.generation), str(blob.content_type), created_at)
