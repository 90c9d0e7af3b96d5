"""What GitHub runs, and the scripts that it runs on a project: over a `gcloud` that writes down what it is told."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # it ships no types

from infrastructure.tools.discovery import ROOT

WORKFLOWS = ROOT / ".github" / "workflows"
SCRIPTS = ROOT / ".ci"
SETTINGS = {"SCHOLIUM_ADAPTERS": "gcp", "SCHOLIUM_DATABASE": "(default)", "SCHOLIUM_CORS_ORIGINS": '["https://a.b"]'}
"""Of the deployment, as Terraform tells them."""


class Project:
    """A project in which each command says what the test lets it say; `told` holds all that were given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._log = folder / "told"
        self._log.touch()
        self.says("gcloud", "")
        self.says("terraform", f"*) echo '{json.dumps(SETTINGS)}';;")
        self.says("python", f'*replay-erasures*) env;; *) exec {sys.executable} "$@";;')

    def says(self, command: str, cases: str) -> None:
        """`cases` are those of a shell's `case "$*" in`."""
        file = self.folder / command
        file.write_text(
            f'#!/bin/sh\necho "{command} $*" >>"{self._log}"\ncase "$*" in\n{cases}\nesac\n', encoding="utf-8"
        )
        file.chmod(0o755)

    def run(self, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        told = {"PATH": f"{self.folder}{os.pathsep}{os.environ['PATH']}", "PYTHON": str(self.folder / "python")}
        return subprocess.run(
            [SCRIPTS / script, *arguments], env=told, capture_output=True, text=True, check=False, timeout=30
        )

    @property
    def told(self) -> list[str]:
        return self._log.read_text(encoding="utf-8").splitlines()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def steps(workflow: str, job: str) -> list[dict[str, Any]]:
    """The steps of a job, as they are written."""
    said: dict[str, Any] = yaml.safe_load((WORKFLOWS / workflow).read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = said["jobs"][job]["steps"]
    return found


# Dead letters ---------------------------------------------------------------------------------------------------------

FOUND = """
    *"projects describe"*) echo 100000000001;;
    *"triggers describe"*) echo "projects/p/subscriptions/eventarc-of-$4";;
"""


def test_every_trigger_of_eventarc_is_told_where_its_dead_letters_go(project: Project):
    project.says("gcloud", FOUND)
    ran = project.run("dead-letters", "p", "europe-west1", "document-ingest", "another")
    assert ran.returncode == 0, ran.stderr
    updated = [line for line in project.told if "subscriptions update" in line]
    assert [line.split()[4] for line in updated] == [
        "projects/p/subscriptions/eventarc-of-document-ingest", "projects/p/subscriptions/eventarc-of-another"
    ]  # fmt: skip
    for line in updated:
        assert "--dead-letter-topic=projects/p/topics/dead-events --max-delivery-attempts=100" in line
    granted = [line for line in project.told if "add-iam-policy-binding" in line]
    assert len(granted) == 2
    for line in granted:
        assert "--member=serviceAccount:service-100000000001@gcp-sa-pubsub.iam.gserviceaccount.com" in line
        assert "--role=roles/pubsub.subscriber" in line


def test_a_trigger_without_a_subscription_fails_the_deployment(project: Project):
    ran = project.run("dead-letters", "p", "europe-west1", "document-ingest")
    assert ran.returncode != 0
    assert "document-ingest has no subscription" in ran.stderr


def test_dead_letters_are_set_after_each_apply_and_before_the_smoke_test():
    order = [step.get("run", "") for step in steps("apply.yml", "apply")]
    at = {what: next(n for n, run in enumerate(order) if what in run) for what in (" apply ", "dead-letters", "smoke")}
    assert at[" apply "] < at["dead-letters"] < at["smoke"]


# The restore drill ----------------------------------------------------------------------------------------------------

BACKUP = """
    *"backups list"*) echo "projects/p/locations/eur3/backups/b $(date --iso-8601=seconds --date="{age} hours ago")";;
    *"print-access-token"*) echo token;;
"""
COUNTS = """
    *"databases/drill-"*) echo '[{{"result": {{"aggregateFields": {{"n": {{"integerValue": "{restored}"}}}}}}}}]';;
    *) echo '[{{"result": {{"aggregateFields": {{"n": {{"integerValue": "{live}"}}}}}}}}]';;
"""


@pytest.mark.parametrize(
    ("age", "restored", "live", "fault"),
    [
        (3, 40, 42, None),
        (3, 0, 0, None),
        (3, 0, 42, "the restored database holds no accounts"),
        (27, 40, 42, "no backup was made within the last day"),
    ],
)
def test_the_drill_finds_a_backup_that_is_old_or_empty(
    project: Project, age: int, restored: int, live: int, fault: str | None
):
    project.says("gcloud", BACKUP.format(age=age))
    project.says("curl", COUNTS.format(restored=restored, live=live))
    ran = project.run("restore-drill", "p")
    assert (ran.returncode != 0) is bool(fault), ran.stderr
    assert (fault or "") in ran.stderr
    restores = [line for line in project.told if "databases restore" in line]
    deletes = [line for line in project.told if "databases delete" in line]
    assert len(restores) == len(deletes) == (0 if age > 26 else 1), "what it made is gone, however it ended"


def test_the_drill_counts_who_would_have_to_be_erased_again_and_erases_nobody(project: Project):
    project.says("gcloud", BACKUP.format(age=3))
    project.says("curl", COUNTS.format(restored=40, live=42))
    ran = project.run("restore-drill", "p")
    assert ran.returncode == 0, ran.stderr
    (replayed,) = [line for line in project.told if "replay-erasures" in line]
    assert replayed.endswith("-m infrastructure.tools replay-erasures --count")
    assert re.search(r"^SCHOLIUM_DATABASE=drill-\d{8}-\d{6}$", ran.stdout, re.MULTILINE)


def test_erasures_are_replayed_with_the_settings_of_the_deployment_over_the_restored_database(project: Project):
    ran = project.run("replay-erasures", "restored")
    assert ran.returncode == 0, ran.stderr
    for name, value in {**SETTINGS, "SCHOLIUM_DATABASE": "restored"}.items():
        assert f"{name}={value}" in ran.stdout.splitlines()
    assert project.told[-1].endswith("-m infrastructure.tools replay-erasures")


def test_a_project_without_a_backup_fails_the_drill(project: Project):
    ran = project.run("restore-drill", "p")
    assert ran.returncode != 0
    assert "there is no backup in p" in ran.stderr
    assert not [line for line in project.told if "databases" in line]


# What every workflow keeps --------------------------------------------------------------------------------------------


def test_no_workflow_holds_a_key_and_each_says_what_it_may_do():
    found = sorted(WORKFLOWS.glob("*.yml"))
    assert len(found) >= 6
    for file in found:
        text = file.read_text(encoding="utf-8")
        assert "secrets." not in text, f"{file.name}: identities are Google's word for GitHub's, not keys"
        assert re.search(r"^permissions:", text, re.M), file.name
        for action in re.findall(r"uses: ([\w./-]+@\S+)", text):
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action), f"{file.name}: {action}"


def test_a_pull_request_plans_with_the_identity_that_reads_and_only_main_applies():
    plans = (WORKFLOWS / "pull-request.yml").read_text(encoding="utf-8")
    assert "vars.PLAN_ACCOUNT" in plans and "vars.APPLY_ACCOUNT" not in plans and "terraform apply" not in plans
    deploy: dict[Any, Any] = yaml.safe_load((WORKFLOWS / "deploy.yml").read_text(encoding="utf-8"))
    assert deploy[True] == {"push": {"branches": ["main"]}}  # YAML 1.1 reads `on` so
    assert [deploy["jobs"][job].get("needs") for job in ("staging", "prod")] == ["ci", "staging"]
