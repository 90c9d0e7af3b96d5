"""The real terraform over a temporary copy of infrastructure/, with a provider from a folder or from the registry.

The folder is named by SCHOLIUM_TERRAFORM_PLUGIN_DIR, or printed by ../shared/terraform/plugin-dir where that exists: a
stand-in that serves the provider's schema and never talks to Google. Nothing is asked of Google either way: the tests
plan from nothing, with a state of their own.
"""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infrastructure.tools.discovery import ROOT
from infrastructure.tools.package import command

SOURCE = ROOT / "infrastructure"
PLUGINS = ROOT.parent / "shared" / "terraform" / "plugin-dir"
LOCAL_STATE = 'terraform {\n  backend "local" {}\n}\n'
ENVIRONMENTS = ("dev", "staging", "prod")
GENERATED = {
    "indexes.auto.tfvars.json": ["firestore_indexes", "firestore_ttl", "firestore_unindexed"],
    "functions.auto.tfvars.json": ["functions", "url_map"],
}
BOOTSTRAP = {"repository": "example/scholium", "repository_id": "100000000"}


class Terraform:
    """Commands in one root of the copy."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        told = {"TF_IN_AUTOMATION": "1", "TF_CLI_CONFIG_FILE": os.devnull, "STUB_ONLY": ",".join(resource_types())}
        ran = subprocess.run(
            [binary(), *arguments],
            cwd=self.root,
            env={**os.environ, **told},
            capture_output=True,
            text=True,
            check=False,
            timeout=250,
        )
        assert not check or ran.returncode == 0, f"terraform {arguments[0]}: {ran.stdout}{ran.stderr}"
        return ran

    def init(self) -> Terraform:
        """Install the provider; a visible skip where there is none to be had."""
        folder = plugin_dir()
        found = self.run("init", "-input=false", *([f"-plugin-dir={folder}"] if folder else []), check=False)
        if found.returncode and folder is None:
            pytest.skip("the Terraform registry cannot be reached, and no folder of providers is named")
        assert found.returncode == 0, found.stderr
        return self

    def plan(self, *arguments: str) -> Plan:
        """What would be made from nothing."""
        self.run("plan", "-input=false", "-refresh=false", "-out=planned", *arguments)
        return Plan(json.loads(self.run("show", "-json", "planned").stdout))


@dataclass(frozen=True)
class Plan:
    """Terraform's own JSON of a plan."""

    said: dict[str, Any]

    def resources(self, kind: str) -> dict[str, dict[str, Any]]:
        """Address -> planned values, of every resource of a kind."""
        return {one["address"]: one["values"] for one in self._all() if one["type"] == kind}

    def of_kinds(self, pattern: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """(kind, values) of every resource whose kind matches."""
        return ((one["type"], one["values"]) for one in self._all() if re.fullmatch(pattern, one["type"]))

    def one(self, kind: str) -> dict[str, Any]:
        """The only resource of a kind."""
        (found,) = self.resources(kind).values()
        return found

    def _all(self) -> list[dict[str, Any]]:
        waiting, found = [self.said["planned_values"]["root_module"]], []
        while waiting:
            module = waiting.pop()
            found += module.get("resources", [])
            waiting += module.get("child_modules", [])
        return found


def copy(folder: Path) -> Path:
    """Infrastructure and the archives, with a local state, in `folder`; the path of the platform's root."""
    left_out = shutil.ignore_patterns("tools", "samples", "__pycache__", ".terraform*", "*.tfstate*", "*.md")
    shutil.copytree(SOURCE, folder / "infrastructure", ignore=left_out)
    assert command.main(["--out", str(folder / "build")]) == 0
    for root in (folder / "infrastructure", folder / "infrastructure" / "bootstrap"):
        (root / "backend_override.tf").write_text(LOCAL_STATE, encoding="utf-8")
    return folder / "infrastructure"


def project(environment: str) -> dict[str, str]:
    """What bootstrap is told of an environment's project, from its file."""
    text = (SOURCE / "environments" / f"{environment}.tfvars").read_text(encoding="utf-8")
    named = dict(re.findall(r'^(\w+)\s*=\s*"(.*)"$', text, re.MULTILINE))
    return {name: named[name] for name in ("environment", "project_id", "project_number")} | BOOTSTRAP


@functools.cache
def resource_types() -> list[str]:
    """Every kind of resource in the source: the stand-in need not load the schema of the others."""
    found = {kind for file in SOURCE.rglob("*.tf") for kind in re.findall(r'^resource "(\w+)"', file.read_text(), re.M)}
    return sorted(found)


@functools.cache
def plugin_dir() -> str | None:
    """The folder of providers, or None for the registry."""
    named = os.environ.get("SCHOLIUM_TERRAFORM_PLUGIN_DIR")
    if named or not PLUGINS.exists():
        return named or None
    return subprocess.run([PLUGINS], capture_output=True, text=True, check=True).stdout.strip()


def binary() -> str:
    """The terraform to be run; a skip where there is none."""
    found = shutil.which("terraform")
    if found is None:
        pytest.skip("terraform 1.11 or later is not installed")
    return found
