"""That an archive starts in its own environment says something: in one that lacks a package, it does not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from common.domain.accounts import tokens
from infrastructure.tools import discovery
from infrastructure.tools.package import requirements
from tests.e2e.archives import Environments, NoEnvironments, unpacked
from tests.e2e.gcp_deployment import FunctionProcess, free_ports

LACKING = "google-cloud-firestore"
SETTINGS = {
    "SCHOLIUM_ADAPTERS": "gcp",
    "SCHOLIUM_PROJECT": "p",
    "SCHOLIUM_TOKEN_PUBLIC_KEYS": json.dumps(tokens.public_keys([tokens.generate_key()])),
}


def test_an_archive_does_not_start_where_a_package_of_its_own_is_missing(tmp_path: Path) -> None:
    function = discovery.discover()["documents"]
    archive = unpacked({function.name: function}, tmp_path)[function.name]
    listed = archive / "requirements.txt"
    others = [pin for package, pin in requirements.pins(listed).items() if package != LACKING]
    listed.write_text("\n".join(others), encoding="utf-8")
    environments = Environments(tmp_path / "environments")
    try:
        environments.make(listed)
    except NoEnvironments as reason:
        pytest.skip(str(reason))
    process = FunctionProcess(function, free_ports(1)[0], SETTINGS, tmp_path / "log", archive)
    process.python = environments.python(listed)
    process.start()
    assert process.ended() != 0
    assert "cannot import name 'firestore' from 'google.cloud'" in process.log.read_text(encoding="utf-8")
