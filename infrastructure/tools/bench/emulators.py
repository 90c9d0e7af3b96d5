"""What the Google Cloud wiring stands on here: the official Firestore emulator, and the tests' Secret Manager."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from infrastructure.tools.bench.processes import environment, free_port

JAR = Path("platform/cloud-firestore-emulator/cloud-firestore-emulator.jar")
MAIN = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"
OPTIONS = ("-Duser.language=en", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m")


class Missing(Exception):
    """A stand-in that is not installed; the text says which."""


@contextmanager
def firestore(folder: Path) -> Iterator[str]:
    """Host and port of a Firestore emulator: the one of FIRESTORE_EMULATOR_HOST, or one of our own; Missing."""
    given = os.environ.get("FIRESTORE_EMULATOR_HOST")
    if given:
        yield given
        return
    gcloud, java = shutil.which("gcloud"), shutil.which("java")
    jar = Path(gcloud).resolve().parent.parent / JAR if gcloud else JAR
    if not java or not jar.is_file():
        raise Missing("the Firestore emulator (gcloud components install cloud-firestore-emulator, and Java 17)")
    port, log = free_port(), folder / "firestore.out"
    with log.open("wb") as output:
        command = [java, *OPTIONS, "-cp", str(jar), MAIN, "--host=127.0.0.1", f"--port={port}"]
        process = subprocess.Popen(command, stdout=output, stderr=output, env=environment())
    try:
        _await(process, log)
        yield f"127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def _await(process: subprocess.Popen[bytes], log: Path) -> None:
    while b"Dev App Server is now running" not in log.read_bytes():
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
        raise Missing(f"a Firestore emulator that starts: {log.read_text(errors='replace').strip()[-200:]}")


def secret_manager(versions: Mapping[str, str]) -> AbstractContextManager[Any]:
    """A stand-in with these secrets' versions, at its `address`; Missing.

    The tests' own, found by name: nothing but adapters/gcp may import a cloud client.
    """
    try:
        stand_in = importlib.import_module("tests.emulators.secret_manager").SecretManagerEmulator(versions)
    except ImportError as error:
        raise Missing(f"the Secret Manager of the tests ({error})") from None
    return stand_in  # type: ignore[no-any-return]
