"""The official Firestore emulator, once a session; every test has a project of its own in it."""

import os
import secrets
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

JAR = Path("platform/cloud-firestore-emulator/cloud-firestore-emulator.jar")
MAIN = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"
STARTED = "Dev App Server is now running"


def _jar() -> Path | None:
    gcloud = shutil.which("gcloud")
    if gcloud is None:
        return None
    beside = Path(gcloud).resolve().parent.parent / JAR
    if beside.is_file():
        return beside
    asked = [gcloud, "info", "--format=value(installation.sdk_root)"]
    root = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=60).stdout.strip()
    return Path(root) / JAR if root and (Path(root) / JAR).is_file() else None


def _missing(what: str) -> None:
    text = f"the Firestore emulator needs {what}: gcloud components install cloud-firestore-emulator, and Java 17"
    if os.environ.get("CI", "").lower() in ("1", "true", "yes"):
        pytest.fail(text)
    pytest.skip(text)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _is_up(output: IO[str]) -> bool:
    """Reads until the emulator says that it runs, and goes on reading so that it never blocks on a full pipe."""
    if not any(STARTED in line for line in output):
        return False
    threading.Thread(target=lambda: [None for _ in output], daemon=True).start()
    return True


@pytest.fixture(scope="session")
def firestore_emulator() -> Iterator[str]:
    """Its host and port."""
    jar, java = _jar(), shutil.which("java")
    if jar is None or java is None:
        _missing("gcloud" if jar is None else "Java")
    options = ["-Duser.language=en", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx384m"]
    for _ in range(3):  # somebody else may take the free port first
        port = _free_port()
        command = [str(java), *options, "-cp", str(jar), MAIN, "--host=127.0.0.1", f"--port={port}"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert process.stdout is not None
        try:
            if _is_up(process.stdout):
                yield f"127.0.0.1:{port}"
                return
        finally:
            process.kill()
            process.wait()
            process.stdout.close()
    pytest.fail("the Firestore emulator did not start")


@pytest.fixture
def firestore_project(firestore_emulator: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A fresh project; clients made in the test reach the emulator."""
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", firestore_emulator)
    return f"test-{secrets.token_hex(6)}"
