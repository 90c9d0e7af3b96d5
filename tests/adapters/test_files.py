"""Files: one contract, kept by the local folder and by Cloud Storage."""

from __future__ import annotations

import base64
import io
import json
import os
import re
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Protocol
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import pytest
from google.api_core.exceptions import NotFound, PreconditionFailed
from google.auth.credentials import Credentials
from google.cloud import storage  # type: ignore[attr-defined]  # it ships no types
from google.oauth2 import service_account

from common.adapters.gcp.cloud_storage import CloudStorage, IamSigning
from common.adapters.local.files import FolderFiles
from common.adapters.local.files_app import LocalFilesApp
from common.adapters.local.keys import local_key
from common.ports.files import (
    MOST_PARTS,
    Bucket,
    DownloadSigner,
    FileExists,
    FileMissing,
    Files,
    SignedUpload,
    UploadSigner,
)
from common.settings import Settings
from tests.emulators.cloud_storage import cloud_storage, made_up_account

HOUR = timedelta(hours=1)
ROOT = Path(__file__).resolve().parents[2]
NAMES = [
    "plain.pdf",
    "u1/d1/a b+c%.pdf",
    "../../etc/passwd",
    "a//b",
    "/abs",
    "Übung 日本.pdf",
    "x" * 1024,
    "a/../b?x=1#y",
]


class Uploads(Bucket, name="uploads"):
    pass


class SigningFiles(Files[Uploads], UploadSigner[Uploads], DownloadSigner[Uploads], Protocol):
    """All that an adapter's bucket is."""


@contextmanager
def local_bucket(settings: Settings) -> Iterator[FolderFiles]:
    """Files with their server half listening on the port that the signed URLs name."""
    server = WSGIServer(("127.0.0.1", 0), _Quiet)
    settings = settings.model_copy(update={"public_url": f"http://127.0.0.1:{server.server_port}"})
    files = FolderFiles(settings)
    server.set_app(LocalFilesApp(settings, files))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield files
    server.shutdown()
    thread.join()
    server.server_close()
    files.index.close()


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def google() -> Iterator[CloudStorage]:
    account, key = made_up_account()
    credentials = service_account.Credentials.from_service_account_info(account)
    with cloud_storage("test-uploads", "test-other", key=key) as url:
        settings = Settings.model_construct(adapters="gcp", project="demo", bucket_prefix="test-", storage_emulator=url)
        yield CloudStorage(settings, credentials)


@pytest.fixture(params=["local", "gcp"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SigningFiles]:
    if request.param == "local":
        with local_bucket(Settings(adapters="local", data=tmp_path)) as folder:
            yield folder.bucket("uploads")
        return
    bucket = request.getfixturevalue("google").bucket("uploads")
    while bucket.delete_prefix("", limit=100):
        pass
    yield bucket


def send(upload: SignedUpload, data: bytes, **other: str) -> int:
    headers = {**upload.headers, **{name.replace("_", "-"): value for name, value in other.items()}}
    return call(upload.method, upload.url, data, headers)[0]


def call(method: str, url: str, data: bytes | None, headers: Mapping[str, str]) -> tuple[int, Mapping[str, str], bytes]:
    request = urllib.request.Request(url, data, dict(headers), method=method)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, dict(refused.headers), refused.read()


def upload_url(files: SigningFiles, name: str = "d.pdf", **changes: Any) -> SignedUpload:
    return files.upload_url(
        name, **{"content_type": "application/pdf", "size": (1, 100), "expires_in": HOUR, **changes}
    )


@pytest.mark.parametrize("name", NAMES)
def test_any_name_is_written_and_read_as_it_is(files: SigningFiles, name: str) -> None:
    written = files.write(name, b"content", content_type="text/plain")
    assert files.read(name) == b"content"
    assert files.info(name) == written
    assert (written.name, written.size, written.content_type) == (name, 7, "text/plain")
    assert abs(written.created_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert [found.name for found in files.list("", limit=10)] == [name]


@pytest.mark.parametrize("name", ["", ".", "..", "a\nb", "a\x00b", "a\x7f", "x" * 1025, "\ud800"])
def test_a_name_that_the_cloud_refuses_is_refused_everywhere(files: SigningFiles, name: str) -> None:
    with pytest.raises(ValueError, match=r"name|surrogates"):
        files.write(name, b"content", content_type="text/plain")


def test_an_object_is_composed_of_others(files: SigningFiles) -> None:
    for number in range(MOST_PARTS):
        files.write(f"p{number}", bytes([number]) * number, content_type="text/plain")
    names = [f"p{number}" for number in range(MOST_PARTS)]
    whole = files.compose("whole", names, content_type="application/zip")
    content = b"".join(bytes([number]) * number for number in range(MOST_PARTS))
    assert (whole.name, whole.size, whole.content_type) == ("whole", len(content), "application/zip")
    assert files.read("whole") == content
    assert files.info("whole") == whole
    longer = files.compose("longer", ["whole", "p1", "whole"], content_type="application/zip")
    assert files.read("longer") == content + b"\x01" + content
    assert longer.size == 2 * len(content) + 1
    assert files.read("p3") == b"\x03" * 3


def test_what_is_composed_is_new_and_of_what_there_is(tmp_path: Path) -> None:
    """Of Cloud Storage the next test tells: its stand-in heeds no precondition here, and answers 500 for 404."""
    with local_bucket(Settings(adapters="local", data=tmp_path)) as folder:
        files = folder.bucket("uploads")
        files.write("a", b"1", content_type="text/plain")
        with pytest.raises(FileMissing):
            files.compose("b", ["a", "gone"], content_type="text/plain")
        assert files.info("b") is None
        with pytest.raises(FileExists):
            files.compose("a", ["a", "a"], content_type="text/plain")
        assert files.read("a") == b"1"
        assert len(list((tmp_path / "files" / "uploads").iterdir())) == 1


@pytest.mark.parametrize(("answer", "said"), [(NotFound, FileMissing), (PreconditionFailed, FileExists)])
def test_what_the_cloud_does_not_compose_has_a_name(
    google: CloudStorage, monkeypatch: pytest.MonkeyPatch, answer: type[Exception], said: type[Exception]
) -> None:
    asked: list[Any] = []

    def refused(*_: object, **options: object) -> None:
        asked.append(options["if_generation_match"])
        raise answer("no")

    monkeypatch.setattr(storage.Blob, "compose", refused)
    google.bucket("uploads").write("there", b"1", content_type="text/plain", generation=_generation(google, "there"))
    with pytest.raises(said):
        google.bucket("uploads").compose("there", ["gone"], content_type="text/plain")
    assert asked == [0]


def _generation(google: CloudStorage, name: str) -> int:
    found = google.bucket("uploads").info(name)
    return found.generation if found else 0


@pytest.mark.parametrize("count", [0, MOST_PARTS + 1])
def test_no_more_is_composed_at_once_than_the_cloud_takes(files: SigningFiles, count: int) -> None:
    files.write("a", b"1", content_type="text/plain")
    with pytest.raises(ValueError, match="parts"):
        files.compose("c", ["a"] * count, content_type="text/plain")


def test_an_object_and_one_below_its_name_stand_side_by_side(files: SigningFiles) -> None:
    files.write("a", b"1", content_type="text/plain")
    files.write("a/b", b"2", content_type="text/plain")
    assert (files.read("a"), files.read("a/b")) == (b"1", b"2")


def test_what_is_not_there_is_missing(files: SigningFiles) -> None:
    assert files.info("nothing") is None
    assert files.delete("nothing") is False
    with pytest.raises(FileMissing):
        files.read("nothing")
    with pytest.raises(FileMissing):
        files.open("nothing")


def test_a_write_replaces_only_the_generation_that_it_names(files: SigningFiles) -> None:
    first = files.write("d", b"1", content_type="text/plain")
    with pytest.raises(FileExists):
        files.write("d", b"2", content_type="text/plain")
    second = files.write("d", b"2", content_type="text/html", generation=first.generation)
    assert second.generation > first.generation
    with pytest.raises(FileExists):
        files.write("d", b"3", content_type="text/plain", generation=first.generation)
    assert files.read("d", generation=second.generation) == b"2"
    with pytest.raises(FileMissing):
        files.read("d", generation=first.generation)
    with pytest.raises(FileExists):
        files.write("new", b"1", content_type="text/plain", generation=first.generation)


def test_of_many_writers_of_one_name_exactly_one_succeeds(files: SigningFiles) -> None:
    outcomes: list[str] = []

    def write(number: int) -> None:
        try:
            files.write("one", b"%d" % number, content_type="text/plain")
            outcomes.append("written")
        except FileExists:
            outcomes.append("exists")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["exists"] * 7 + ["written"]


def test_an_open_file_is_sought_in(files: SigningFiles) -> None:
    files.write("d", bytes(range(200)), content_type="application/octet-stream")
    with files.open("d") as stream:
        stream.seek(100)
        assert stream.read(2) == bytes([100, 101])
        stream.seek(-1, 2)
        assert stream.read() == bytes([199])


def test_lists_are_by_name_from_behind_a_name(files: SigningFiles) -> None:
    for name in ["b/2", "b/10", "a/1", "b/Z", "c", "b/é"]:
        files.write(name, b"", content_type="text/plain")
    names = [found.name for found in files.list("b/", limit=10)]
    assert names == ["b/10", "b/2", "b/Z", "b/é"]
    assert [found.name for found in files.list("b/", limit=2)] == names[:2]
    assert [found.name for found in files.list("b/", limit=2, after="b/10")] == names[1:3]
    assert [found.name for found in files.list("b/", limit=9, after="b/11")] == names[1:]
    assert files.list("zzz", limit=5) == []


def test_a_prefix_is_deleted_a_limited_number_at_a_time(files: SigningFiles) -> None:
    for number in range(5):
        files.write(f"u1/{number}", b"x", content_type="text/plain")
    files.write("u10/0", b"x", content_type="text/plain")
    assert [files.delete_prefix("u1/", limit=3) for _ in range(3)] == [3, 2, 0]
    assert [found.name for found in files.list("", limit=10)] == ["u10/0"]


@pytest.mark.parametrize("name", NAMES)
def test_a_signed_upload_arrives(files: SigningFiles, name: str) -> None:
    upload = upload_url(files, name)
    assert send(upload, b"the document") == 200
    info = files.info(name)
    assert info is not None
    assert (info.size, info.content_type) == (12, "application/pdf")
    assert files.read(name) == b"the document"
    assert abs(upload.expires_at - datetime.now(UTC) - HOUR) < timedelta(minutes=1)


@pytest.mark.parametrize("size", [0, 101, 5000])
def test_an_upload_outside_its_signed_size_is_refused(files: SigningFiles, size: int) -> None:
    assert 400 <= send(upload_url(files), b"x" * size) < 500
    assert files.info("d.pdf") is None


def test_an_upload_replaces_nothing(files: SigningFiles) -> None:
    upload = upload_url(files)
    assert send(upload, b"first") == 200
    assert 400 <= send(upload, b"second") < 500
    assert files.read("d.pdf") == b"first"


def test_an_upload_of_another_type_is_refused(files: SigningFiles) -> None:
    assert 400 <= send(upload_url(files), b"<script>", Content_Type="text/html") < 500
    assert files.info("d.pdf") is None


def test_an_expired_upload_is_refused(files: SigningFiles) -> None:
    assert 400 <= send(upload_url(files, expires_in=timedelta(seconds=-10)), b"late") < 500
    assert files.info("d.pdf") is None


def test_a_url_serves_only_what_was_signed(files: SigningFiles) -> None:
    upload = upload_url(files)
    for url in tampered(upload.url, "d.pdf", "e.pdf"):
        assert 400 <= call("PUT", url, b"x", upload.headers)[0] < 500, url
    assert 400 <= call("GET", upload.url, None, upload.headers)[0] < 500
    assert files.list("", limit=1) == []


def test_a_signed_download_is_saved_under_its_name(files: SigningFiles) -> None:
    files.write("u/d", b"<b>hello</b>", content_type="text/html")
    url = files.download_url("u/d", filename='Über "x"\r\nX: y/é.pdf', expires_in=HOUR)
    status, headers, body = call("GET", url, None, {})
    assert (status, body, headers["Content-Type"]) == (200, b"<b>hello</b>", "text/html")
    disposition = headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename=")
    assert urllib.parse.unquote(disposition.partition("UTF-8''")[2]) == 'Über "x"\r\nX: y/é.pdf'
    for other in [*tampered(url, "u/d", "u/e"), files.download_url("u/d", filename="f", expires_in=-HOUR)]:
        assert 400 <= call("GET", other, None, {})[0] < 500, other
    assert 400 <= call("PUT", url, b"x", {})[0] < 500
    assert call("GET", files.download_url("none", filename="f", expires_in=HOUR), None, {})[0] == 404


def tampered(url: str, name: str, other: str) -> Iterator[str]:
    """The URL of another object, without its signature, and with each parameter changed."""
    yield url.replace(name, other, 1)
    parts = urllib.parse.urlsplit(url)
    yield urllib.parse.urlunsplit(parts._replace(query=""))
    pairs = urllib.parse.parse_qsl(parts.query)
    for index, (key, value) in enumerate(pairs):
        digit = re.sub(r"\d", lambda found: str((int(found[0]) + 1) % 10), value, count=1)
        changed = [*pairs[:index], (key, digit if digit != value else value + "x"), *pairs[index + 1 :]]
        yield urllib.parse.urlunsplit(parts._replace(query=urllib.parse.urlencode(changed)))


def test_buckets_are_apart(tmp_path: Path) -> None:
    files = FolderFiles(Settings(adapters="local", data=tmp_path))
    files.bucket("uploads").write("d", b"1", content_type="text/plain")
    assert files.bucket("exports").info("d") is None
    for name in ["..", "a/b", "", "A"]:
        with pytest.raises(ValueError, match="bucket"):
            files.bucket(name)
    files.index.close()


def test_every_new_object_leaves_its_event_and_a_refused_one_none(tmp_path: Path) -> None:
    with local_bucket(Settings(adapters="local", data=tmp_path)) as files:
        bucket = files.bucket("uploads")
        assert send(upload_url(bucket), b"x" * 101) == 413
        assert send(upload_url(bucket), b"x") == 200
        assert send(upload_url(bucket), b"x") == 409
        written = bucket.write("second", b"2", content_type="text/plain")
        events = files.index.events(0, 10)
        assert [(event.bucket, event.name) for event in events] == [("uploads", "d.pdf"), ("uploads", "second")]
        assert f'"generation": "{written.generation}"' in events[1].resource
        contents = list((tmp_path / "files" / "uploads").iterdir())
        assert len(contents) == 2, "a refused upload left its bytes behind"


def test_nothing_is_ever_written_outside_the_folder(tmp_path: Path) -> None:
    data = tmp_path / "data"
    files = FolderFiles(Settings(adapters="local", data=data))
    for name in NAMES:
        files.bucket("uploads").write(name, b"x", content_type="text/plain")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]
    inside = [path for path in (data / "files").rglob("*") if path.is_file() and path.parent.name != "files"]
    assert {path.parent for path in inside} == {data / "files" / "uploads"}
    assert len(inside) == len(NAMES)
    files.index.close()


def test_a_sweep_removes_only_old_contents_that_no_object_owns(tmp_path: Path) -> None:
    files = FolderFiles(Settings(adapters="local", data=tmp_path, durability="power"))
    files.bucket("uploads").write("d", b"1", content_type="text/plain")
    folder = tmp_path / "files" / "uploads"
    (owned,) = folder.iterdir()
    left, fresh = folder / "left", folder / "fresh"
    for path in (left, fresh):
        path.write_bytes(b"half")
    for path in (left, owned):
        os.utime(path, (0, 0))
    assert files.sweep() == 1
    assert sorted(folder.iterdir()) == sorted([owned, fresh])
    files.index.close()


def test_a_writer_that_is_killed_leaves_whole_objects_with_their_events(tmp_path: Path) -> None:
    code = (
        "import itertools; from pathlib import Path; from common.adapters.local.files import *;"
        f"b = FolderFiles(Settings(adapters='local', data=Path({str(tmp_path)!r}))).bucket('uploads');"
        "c = b'x' * 50_000;"
        "[print(b.write(f'd{n}', c, content_type='text/plain').name, flush=True) for n in itertools.count()]"
    )
    files = FolderFiles(Settings(adapters="local", data=tmp_path))
    acknowledged: list[str] = []
    writer = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    with writer.stdout as output:
        acknowledged += [output.readline().strip() for _ in range(30)]
        writer.kill()
        acknowledged += output.read().split()
    writer.wait()
    bucket = files.bucket("uploads")
    found = {info.name for info in bucket.list("", limit=100_000)}
    assert found >= set(acknowledged)
    assert all(len(bucket.read(name)) == 50_000 for name in found)
    assert {event.name for event in files.index.events(0, 100_000)} == found
    files.index.close()


def test_a_forked_process_uses_a_connection_of_its_own(tmp_path: Path) -> None:
    bucket = FolderFiles(Settings(adapters="local", data=tmp_path)).bucket("uploads")
    bucket.write("parent", b"1", content_type="text/plain")
    child = os.fork()
    if child == 0:
        try:
            bucket.write("child", b"2", content_type="text/plain")
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    bucket.write("after", b"3", content_type="text/plain")
    assert [info.name for info in bucket.list("", limit=5)] == ["after", "child", "parent"]


def test_every_process_gets_the_same_key_for_its_owner_alone(tmp_path: Path) -> None:
    keys: list[bytes] = []
    threads = [threading.Thread(target=lambda: keys.append(local_key(tmp_path, "files"))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(keys)) == 1
    assert len(keys[0]) == 32
    (path,) = (tmp_path / "keys").iterdir()
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_short_body_and_a_foreign_method_are_refused_as_problems(tmp_path: Path) -> None:
    with local_bucket(Settings(adapters="local", data=tmp_path, cors_origins=("https://app.example",))) as files:
        upload = upload_url(files.bucket("uploads"))
        status, headers, body = call("DELETE", upload.url, None, {})
        assert (status, headers["Content-Type"]) == (405, "application/problem+json")
        assert b'"code": "method_not_allowed"' in body
        status, headers, _ = call("OPTIONS", upload.url, None, {"Origin": "https://app.example"})
        assert (status, headers["Access-Control-Allow-Origin"]) == (204, "https://app.example")
        assert (
            call("OPTIONS", upload.url, None, {"Origin": "https://evil.example"})[1].get("Access-Control-Allow-Origin")
            is None
        )
        status, headers, _ = call(
            "GET", files.bucket("uploads").download_url("d", filename="d", expires_in=HOUR), None, {}
        )
        assert (status, headers["Content-Type"]) == (404, "application/problem+json")


def test_a_body_that_ends_early_leaves_nothing(tmp_path: Path) -> None:
    settings = Settings(adapters="local", data=tmp_path)
    files = FolderFiles(settings)
    url = urllib.parse.urlsplit(upload_url(files.bucket("uploads")).url)
    environ = {
        "REQUEST_METHOD": "PUT",
        "PATH_INFO": url.path,
        "QUERY_STRING": url.query,
        "CONTENT_TYPE": "application/pdf",
        "CONTENT_LENGTH": "50",
        "wsgi.input": io.BytesIO(b"only this"),
    }
    said: list[str] = []

    def start_response(status: str, headers: object, error: object = None) -> Any:
        said.append(status)

    LocalFilesApp(settings, files)(environ, start_response)
    assert said == ["400 Bad Request"]
    assert list((tmp_path / "files" / "uploads").iterdir()) == []
    files.index.close()


def test_without_a_key_urls_are_signed_by_the_account_through_iam() -> None:
    account, public_key = made_up_account()
    signing = service_account.Credentials.from_service_account_info(account)
    asked: list[str] = []

    class Metadata(Credentials):
        service_account_email = "default"

        def refresh(self, request: object) -> None:
            self.service_account_email = account["client_email"]

        def before_request(self, *arguments: object) -> None:
            pass

    def request(url: str, method: str, body: bytes, headers: Mapping[str, str]) -> Any:
        asked.append(url)
        signed = signing.sign_bytes(base64.b64decode(json.loads(body)["payload"]))
        return SimpleNamespace(status=200, data=json.dumps({"signedBlob": base64.b64encode(signed).decode()}).encode())

    with cloud_storage("uploads", key=public_key) as url:
        settings = Settings.model_construct(adapters="gcp", project="demo", storage_emulator=url)
        bucket = CloudStorage(settings, IamSigning(Metadata(), request)).bucket("uploads")
        assert send(upload_url(bucket), b"signed by IAM") == 200
        assert bucket.read("d.pdf") == b"signed by IAM"
    assert account["client_email"] in asked[0]
    assert asked[0].endswith(":signBlob")
