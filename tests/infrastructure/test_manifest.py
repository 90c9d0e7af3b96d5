"""What Terraform is told of the functions, and why each may do what it may."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infrastructure.tools import __main__ as tools
from infrastructure.tools import explain, generate, manifest, readme
from infrastructure.tools.discovery import ROOT, discover
from infrastructure.tools.grants import grants
from tests.infrastructure.written import write

CONSUMER = (
    "@task(max_attempts=3, max_dispatches_per_second=5)\ndef heard(happened: Happened, store: Store) -> None: ..."
)
FUNCTIONS = {
    "heard": CONSUMER,
    "shown": '@http.get("/v1/a/{a_id}", role="public")\ndef shown(a_id: str, store: StoreReader) -> View: ...',
    "known": '@http.get("/v1/b", role="learner", memory="1Gi")\ndef known(caller: Caller) -> View: ...',
    "said": '@http.post("/v1/a/{a_id}", role="teacher", timeout=30)\n'
    "def said(a_id: str, one: View, queue: Queue[Happened], files: Files[Uploads], key: Secret[Key]) -> View: ...",
    "counted": '@http.get("/v1/c", role="public", exact_rate=True)\ndef counted() -> View: ...',
    "mailed": '@schedule("0 9 * * *")\ndef mailed(tick: Tick, mailer: Mailer) -> None: ...',
    "looked": "@event.object_finalized(Uploads)\n"
    "def looked(made: FinalizedObject, files: FilesReader[Uploads], more: Files[Uploads]) -> None: ...",
    "sent": '@http.get("/v1/e", role="public")\ndef sent(files: UploadSigner[Uploads]) -> View: ...',
    "fetched": '@http.get("/v1/f", role="public")\n'
    "def fetched(files: DownloadSigner[Uploads], more: Files[Uploads], to: UploadSigner[Uploads]) -> View: ...",
    "outbox_flush": '@schedule("*/5 * * * *")\ndef outbox_flush(every: AllQueues) -> None: ...',
    "free": '@http.get("/v1/d", role="public", internet=False)\ndef free(clock: Clock) -> View: ...',
}


@pytest.fixture(name="entries")
def _entries(tmp_path: Path) -> dict[str, Any]:
    functions = discover(write(tmp_path, **FUNCTIONS))
    entries: dict[str, Any] = json.loads(manifest.text(functions))["functions"]
    return entries


def granted(entry: Any) -> set[tuple[str, str]]:
    return {(grant["role"], grant["on"]) for grant in entry["grants"]}


def test_the_committed_manifest_is_what_the_declarations_say():
    assert manifest.FILE.read_text() == manifest.text(discover()), "stale: run `make generate`, and commit"


def test_a_function_gets_what_its_signature_asks_for_and_nothing_else(entries: dict[str, Any]):
    assert granted(entries["shown"]) == {("roles/datastore.viewer", "database")}
    assert granted(entries["free"]) == set()
    assert granted(entries["mailed"]) == {("roles/secretmanager.secretAccessor", "secret:smtp-password")}
    assert granted(entries["said"]) == {
        ("roles/cloudtasks.enqueuer", "queue:happened"),
        ("roles/datastore.user", "database"),
        ("roles/secretmanager.secretAccessor", "secret:a-key"),
        ("roles/storage.objectUser", "bucket:uploads"),
    }


def test_what_no_signature_shows_is_granted_with_its_reason(entries: dict[str, Any]):
    assert entries["known"]["grants"] == [
        {
            "role": "roles/datastore.viewer",
            "on": "database",
            "reason": "authentication reads revocations, API keys and the accounts of admins",
        }
    ]
    (counted,) = entries["counted"]["grants"]
    assert (counted["role"], counted["reason"]) == ("roles/datastore.user", "an exact rate limit is counted there")
    (heard,) = entries["heard"]["grants"]
    assert "a message is set DONE together with its effects" in heard["reason"]


def test_a_role_that_another_includes_is_not_granted_beside_it(entries: dict[str, Any]):
    assert ("roles/storage.objectUser", "bucket:uploads") in granted(entries["looked"])
    assert "roles/storage.objectViewer" not in {role for role, _ in granted(entries["looked"])}
    reason = next(grant["reason"] for grant in entries["looked"]["grants"] if grant["on"] == "bucket:uploads")
    assert "files: reads files" in reason
    assert "more: reads and writes files" in reason


def test_only_who_signs_urls_may_sign_and_may_do_itself_what_they_allow(entries: dict[str, Any]):
    signs = ("roles/iam.serviceAccountTokenCreator", "self")
    assert granted(entries["sent"]) == {signs, ("roles/storage.objectCreator", "bucket:uploads")}
    assert granted(entries["fetched"]) == {signs, ("roles/storage.objectUser", "bucket:uploads")}
    assert signs not in granted(entries["looked"]) | granted(entries["said"])
    signing = {name for name, function in discover().items() if signs in {(g.role, g.on) for g in grants(function, {})}}
    assert signing == {"document_upload", "learner_exports", "learner_export_mail"}


def test_each_trigger_is_told_with_its_settings(entries: dict[str, Any]):
    assert entries["heard"]["queue"] == {
        "name": "happened",
        "max_attempts": 3,
        "max_dispatches_per_second": 5,
        "max_concurrent": 20,
    }
    assert (entries["mailed"]["schedule"], entries["looked"]["bucket"]) == ("0 9 * * *", "uploads")
    assert entries["said"]["routes"] == [{"method": "POST", "path": "/v1/a/{a_id}", "role": "teacher"}]
    assert (entries["said"]["timeout"], entries["known"]["memory"]) == (30, "1Gi")
    assert (entries["free"]["internet"], entries["said"]["internet"]) == (False, True)
    assert entries["outbox_flush"]["cloud_name"] == "outbox-flush"
    assert entries["outbox_flush"]["account"] == "fn-outbox-flush"
    assert entries["outbox_flush"]["entry_point"] == "outbox_flush"


def test_queues_and_secrets_are_listed_by_their_names(entries: dict[str, Any]):
    assert entries["said"]["enqueues"] == ["happened"]
    assert entries["said"]["secrets"] == ["a-key"]
    assert entries["outbox_flush"]["enqueues"] == ["happened"], "the sweeper may enqueue on every queue there is"


def test_functions_that_share_a_path_know_each_other_s_methods(entries: dict[str, Any]):
    shared = {"SCHOLIUM_ALLOW": '{"/v1/a/{a_id}": ["GET", "POST"]}'}
    assert entries["said"]["environment"] == entries["shown"]["environment"] == shared
    assert entries["known"]["environment"] == {}


def test_every_function_has_the_same_fields_so_that_terraform_can_type_them(entries: dict[str, Any]):
    assert len({tuple(entry) for entry in entries.values()}) == 1


def test_every_right_of_every_function_is_explained():
    functions = discover()
    for function in functions.values():
        said = explain.explain(function, functions)
        for grant in grants(function, functions):
            assert f"{grant.role} on {grant.on}\n" in said
            assert grant.reason
            assert all(reason in said for reason in grant.reason.split("; "))


def test_a_function_that_there_is_not_cannot_be_explained(capsys: pytest.CaptureFixture[str]):
    assert explain.main(["nothing"]) == 1
    assert "There is no function nothing; there are " in capsys.readouterr().err
    assert explain.main(["status"]) == 0
    assert "GET /v1/status  role public" in capsys.readouterr().out


def test_a_stale_file_fails_the_check_with_the_command_to_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "made.json"
    file.write_text("old")
    assert generate.settle(file, "new", ["--check"]) == 1
    assert "made.json is stale: run `make generate`" in capsys.readouterr().err
    assert file.read_text() == "old"
    assert generate.settle(file, "new", []) == 0
    assert file.read_text() == "new"
    assert generate.settle(file, "new", ["--check"]) == 0


def test_all_generated_files_are_fresh():
    assert generate.main(["--check"]) == 0, "run `make generate`, and commit"


def test_a_command_that_there_is_not_lists_those_there_are(capsys: pytest.CaptureFixture[str]):
    assert tools.main(["fly"]) == 2
    listed = capsys.readouterr().err
    assert all(f"\n  {name} " in listed for name in tools.COMMANDS)


def test_a_command_runs_with_its_arguments(capsys: pytest.CaptureFixture[str]):
    assert tools.main(["explain", "status"]) == 0
    assert capsys.readouterr().out.startswith("status  (http, fn-status)")


@pytest.mark.parametrize("name", sorted(tools.COMMANDS))
def test_every_command_has_its_module(name: str):
    module = tools.COMMANDS[name][0].partition(":")[0]
    place = ROOT.joinpath("infrastructure", "tools", *module.split("."))
    assert place.with_suffix(".py").exists() or (place / "__init__.py").exists()


def test_a_command_loads_its_own_module_only():
    code = "import sys, infrastructure.tools.__main__; print([m for m in sys.modules if 'tools.' in m])"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "['infrastructure.tools.__main__']"


def test_the_committed_table_of_functions_is_what_the_declarations_say() -> None:
    assert readme.FILE.read_text(encoding="utf-8") == readme.text(discover()), "stale: run `make generate`, and commit"
