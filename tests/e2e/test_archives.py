"""An archive alone in an empty folder, with its own requirements in a fresh environment, starts and answers."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from common.domain.accounts import tokens
from infrastructure.tools import discovery
from tests.e2e.client import Client
from tests.e2e.gcp_deployment import FunctionProcess, free_ports, unpacked, wait_until

SETTINGS = {
    "SCHOLIUM_ADAPTERS": "gcp",
    "SCHOLIUM_PROJECT": "p",
    "SCHOLIUM_TOKEN_PUBLIC_KEYS": json.dumps(tokens.public_keys([tokens.generate_key()])),
    "FIRESTORE_EMULATOR_HOST": "127.0.0.1:9",  # nobody is there, and nobody is asked
    "SCHOLIUM_TASKS_EMULATOR": "127.0.0.1:9",
}


def fresh_environment(requirements: Path, folder: Path) -> Path:
    """The Python of a new environment that holds what a requirements file lists, each file held against its hash."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        pytest.skip("the hashes in requirements.lock are of the deployed files: Linux on x86-64")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--require-hashes"]
    installed = subprocess.run(
        [*command, "--no-compile", "--requirement", requirements], capture_output=True, text=True, check=False
    )
    if "NewConnectionError" in installed.stderr:
        pytest.skip("the package index cannot be reached")
    assert installed.returncode == 0, installed.stderr
    return python


@pytest.mark.parametrize(
    ("name", "path", "status", "answered"),
    [
        ("status", "/v1/status", 200, {"status": "ok"}),
        ("documents", "/v1/documents", 401, {"code": "unauthenticated"}),
    ],
)
def test_an_archive_starts_with_its_own_requirements_and_answers(
    tmp_path: Path, name: str, path: str, status: int, answered: dict[str, str]
) -> None:
    function = discovery.discover()[name]
    archive = unpacked({name: function}, tmp_path)[name]
    process = FunctionProcess(function, free_ports(1)[0], SETTINGS, tmp_path / "log", archive)
    process.python = str(fresh_environment(archive / "requirements.txt", tmp_path / "environment"))
    process.start()
    try:
        wait_until(process.is_up, "it does not listen", 30)
        answer = Client(f"http://127.0.0.1:{process.port}").get(path)
    finally:
        process.kill()
    assert answer.status == status
    assert answered.items() <= answer.body.items()
