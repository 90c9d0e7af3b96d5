"""What would be made of an empty project, held against what the functions declare."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from common import ports
from common.adapters import PORTS
from common.domain.privacy.export_models import KEPT
from common.settings import parse
from infrastructure.tools import discovery, indexes, manifest, names
from infrastructure.tools.discovery import ROOT, Function
from tests.infrastructure.terraform import ENVIRONMENTS, SOURCE, Plan, Terraform, copy, project

pytestmark = pytest.mark.timeout(300)  # a plan takes ten seconds on a quiet machine
PROJECT_ROLES = {
    "roles/datastore.user": "documents, of one database",
    "roles/datastore.viewer": "documents, of one database",
    "roles/eventarc.eventReceiver": "what triggers match has no smaller home",
    "roles/logging.logWriter": "the log of a build",
    "roles/pubsub.publisher": "Cloud Storage tells of its objects",
    "roles/storage.objectViewer": "the bucket from which Cloud Functions builds, by its name",
}
"""Every role that anybody may get in the platform's project as a whole, and why it cannot be smaller."""
BASIC = {"roles/owner", "roles/editor", "roles/viewer", "roles/browser"}
NAMES = {
    "google_cloudfunctions2_function": ("name", names.SERVICE),
    "google_service_account": ("account_id", names.ACCOUNT),
    "google_cloud_tasks_queue": ("name", names.QUEUE),
    "google_secret_manager_secret": ("secret_id", names.SECRET),
    "google_storage_bucket": ("name", re.compile(r"(?!goog)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")),
    "google_cloud_scheduler_job": ("name", re.compile(r"[A-Za-z0-9_-]{1,500}")),
    "google_eventarc_trigger": ("name", re.compile(r"[a-z][a-z0-9-]{0,61}[a-z0-9]")),
    "google_artifact_registry_repository": ("repository_id", re.compile(r"[a-z][a-z0-9-]{0,61}[a-z0-9]")),
    "google_compute_.*": ("name", re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")),
    "google_logging_metric": ("name", re.compile(r"[A-Za-z0-9_.,+!*'()%/-]{1,100}")),
    "google_iam_workload_identity_pool": ("workload_identity_pool_id", re.compile(r"(?!gcp-)[a-z0-9-]{4,32}")),
    "google_pubsub_(topic|subscription)": ("name", re.compile(r"(?!goog)[A-Za-z][A-Za-z0-9._~+%-]{2,254}")),
    "google_monitoring_custom_service": ("service_id", re.compile(r"[a-z0-9-]{1,63}")),
}
"""The attribute that is a name, and its product's rule."""


@pytest.fixture(scope="module", name="platform")
def _platform(tmp_path_factory: pytest.TempPathFactory) -> Terraform:
    return Terraform(copy(tmp_path_factory.mktemp("terraform"))).init()


@pytest.fixture(scope="module", name="bootstrap")
def _bootstrap(platform: Terraform) -> Terraform:
    return Terraform(platform.root / "bootstrap").init()


@pytest.fixture(scope="module", name="prod")
def _prod(platform: Terraform) -> Plan:
    return platform.plan("-var-file=environments/prod.tfvars")


@pytest.fixture(scope="module", name="dev")
def _dev(platform: Terraform) -> Plan:
    return platform.plan("-var-file=environments/dev.tfvars")


@pytest.fixture(scope="module", name="staging")
def _staging(platform: Terraform) -> Plan:
    return platform.plan("-var-file=environments/staging.tfvars")


@pytest.fixture(scope="module", name="environments")
def _environments(dev: Plan, staging: Plan, prod: Plan) -> dict[str, Plan]:
    return {"dev": dev, "staging": staging, "prod": prod}


@pytest.fixture(scope="module", name="accounts")
def _accounts(bootstrap: Terraform) -> Plan:
    return bootstrap.plan(*(f"-var={name}={value}" for name, value in project("prod").items()))


@pytest.fixture(scope="module", name="functions")
def _functions() -> dict[str, Function]:
    return discovery.discover()


@pytest.fixture(scope="module", name="entries")
def _entries(functions: Mapping[str, Function]) -> dict[str, Any]:
    entries: dict[str, Any] = json.loads(manifest.text(functions))["functions"]
    return entries


def deployed(plan: Plan) -> dict[str, dict[str, Any]]:
    """Entry point -> the planned function."""
    planned = plan.resources("google_cloudfunctions2_function").values()
    return {one["build_config"][0]["entry_point"]: one for one in planned}


def members(plan: Plan) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every right that anybody is given: (kind, values)."""
    return plan.of_kinds(r"google_.*_iam_(member|binding|policy)")


def test_it_is_formatted_and_valid(platform: Terraform, bootstrap: Terraform):
    assert platform.run("fmt", "-check", "-recursive", str(SOURCE), check=False).stdout == ""
    for root in (platform, bootstrap):
        said = json.loads(root.run("validate", "-json").stdout)
        assert (said["valid"], said["diagnostics"]) == (True, [])


def test_an_empty_project_can_be_planned_without_a_cycle(environments: Mapping[str, Plan], staging: Plan):
    assert set(environments) == set(ENVIRONMENTS)
    assert len({len(plan.resources("google_cloudfunctions2_function")) for plan in environments.values()}) == 1
    assert staging.one("google_compute_managed_ssl_certificate")["managed"] == [
        {"domains": ["staging.scholium.example.org"]}
    ]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_each_environments_project_can_be_bootstrapped(bootstrap: Terraform, environment: str):
    plan = bootstrap.plan(*(f"-var={name}={value}" for name, value in project(environment).items()))
    assert plan.one("google_storage_bucket")["name"] == f"{project(environment)['project_id']}-terraform-state"


def test_the_tests_that_terraform_itself_runs(platform: Terraform):
    said = platform.run("test", "-no-color", check=False)
    assert said.returncode == 0, said.stdout + said.stderr
    assert re.search(r"Success! [1-9]\d* passed, 0 failed", said.stdout)


def test_every_function_is_deployed_as_it_declares_itself(prod: Plan, entries: dict[str, Any]):
    planned = deployed(prod)
    assert set(planned) == set(entries)
    for name, entry in entries.items():
        (config,) = planned[name]["service_config"]
        assert planned[name]["name"] == entry["cloud_name"]
        assert config["service_account_email"].split("@")[0] == entry["account"]
        assert (config["available_memory"], config["timeout_seconds"]) == (entry["memory"], entry["timeout"])
        assert config["max_instance_request_concurrency"] == entry["concurrency"]
        assert float(config["available_cpu"]) >= 1, "less than a CPU serves one request at a time"
        assert planned[name]["build_config"][0]["service_account"].endswith(
            "/builds@scholium-prod-example.iam.gserviceaccount.com"
        )


def test_each_function_has_an_account_of_its_own(prod: Plan):
    used = [one["service_config"][0]["service_account_email"] for one in deployed(prod).values()]
    assert len(used) == len(set(used))


def test_the_settings_of_every_function_are_such_that_it_starts(prod: Plan, dev: Plan, entries: dict[str, Any]):
    for plan in (prod, dev):
        for name, planned in deployed(plan).items():
            variables = planned["service_config"][0]["environment_variables"]
            ours = {key: value for key, value in variables.items() if key.startswith("SCHOLIUM_")}
            settings = parse(ours)
            known = {f"SCHOLIUM_{field.upper()}" for field in type(settings).model_fields}
            assert set(ours) <= known, f"{name} is told what nobody reads"
            assert settings.adapters == "gcp"
            assert set(settings.secret_versions) == set(entries[name]["secrets"])
            assert variables["THREADS"] == str(entries[name]["concurrency"])
            assert settings.trusted_proxies == (2 if plan is prod else 1)


def test_versions_of_secrets_are_pinned(prod: Plan):
    for planned in deployed(prod).values():
        variables = planned["service_config"][0]["environment_variables"]
        for versions in json.loads(variables["SCHOLIUM_SECRET_VERSIONS"]).values():
            assert versions
            assert all(isinstance(version, int) and version >= 1 for version in versions)


def test_open_to_everybody_are_the_declared_endpoints_and_nothing_else(prod: Plan, dev: Plan, entries: dict[str, Any]):
    endpoints = {entry["cloud_name"] for entry in entries.values() if entry["trigger"] == "http"}
    for plan in (prod, dev):
        everybody = [
            (kind, one) for kind, one in members(plan) if one.get("member") in ("allUsers", "allAuthenticatedUsers")
        ]
        assert {kind for kind, _ in everybody} == {"google_cloud_run_v2_service_iam_member"}
        assert {one["name"] for _, one in everybody} == endpoints
        assert {one["role"] for _, one in everybody} == {"roles/run.invoker"}
    for name, planned in deployed(prod).items():
        ingress = planned["service_config"][0]["ingress_settings"]
        is_open = planned["name"] in endpoints
        assert ingress == ("ALLOW_INTERNAL_AND_GCLB" if is_open else "ALLOW_INTERNAL_ONLY"), name


def test_what_is_not_public_is_started_by_the_account_of_its_trigger_alone(prod: Plan, entries: dict[str, Any]):
    invokers = prod.resources("google_cloud_run_v2_service_iam_member").values()
    who = {one["name"]: one["member"] for one in invokers}
    assert len(who) == len(invokers) == len(entries)
    for entry in entries.values():
        if entry["trigger"] != "http":
            assert who[entry["cloud_name"]].startswith(f"serviceAccount:starts-{entry['trigger']}s@")


def test_nobody_has_a_basic_role_and_project_wide_ones_are_on_the_list(prod: Plan, accounts: Plan):
    given = {values["role"] for plan in (prod, accounts) for _, values in members(plan)}
    assert not given & (BASIC - {"roles/browser"})
    of_project = list(prod.resources("google_project_iam_member").values())
    assert {one["role"] for one in of_project} == set(PROJECT_ROLES)
    assert not [kind for kind, _ in prod.of_kinds(r"google_(project|organization|folder)_iam_(binding|policy)")]
    for one in of_project:
        if one["role"].startswith(("roles/datastore", "roles/storage")):
            assert one["condition"], f"{one['role']} in the whole project"


def test_the_applying_identity_can_grant_only_what_the_platform_grants(prod: Plan, accounts: Plan):
    (grants,) = [one for _, one in members(accounts) if one["role"] == "roles/resourcemanager.projectIamAdmin"]
    allowed = set(re.findall(r"'(roles/[\w.]+)'", grants["condition"][0]["expression"]))
    assert allowed == {one["role"] for one in prod.resources("google_project_iam_member").values()}


def test_the_planning_identity_reads_neither_documents_nor_secrets_nor_learners_files(accounts: Plan):
    plans = {"serviceAccount:plan-only@scholium-prod-example.iam.gserviceaccount.com"}
    given = [one for one in accounts.resources("google_project_iam_member").values() if one["member"] in plans]
    assert len(given) > 10
    for one in given:
        assert "datastore" not in one["role"]
        assert one["role"] not in ("roles/secretmanager.secretAccessor", "roles/iam.serviceAccountUser")
        assert not re.search(r"(admin|editor|owner|user)$", one["role"], re.I), one["role"]
        if one["role"].startswith("roles/storage.object"):
            assert one["condition"][0]["expression"] == (
                'resource.name.startsWith("projects/_/buckets/scholium-prod-example-archives")'
            )
    for role in accounts.resources("google_project_iam_custom_role").values():
        assert not [one for one in role["permissions"] if "entities" in one or "versions.access" in one]


def test_each_functions_grants_are_those_that_it_declares_each_with_its_reason(prod: Plan, entries: dict[str, Any]):
    prefix = "scholium-prod-example-"
    by_account = {
        f"serviceAccount:{entry['account']}@scholium-prod-example.iam.gserviceaccount.com": name
        for name, entry in entries.items()
    }
    given: dict[str, set[tuple[str, str]]] = {name: set() for name in entries}
    for kind, one in members(prod):
        function = by_account.get(one["member"])
        if function is None:
            assert not one["member"].startswith("serviceAccount:fn-"), f"{one['member']} is no function's"
            continue
        on = {
            "google_project_iam_member": lambda one: "database",
            "google_cloud_tasks_queue_iam_member": lambda one: f"queue:{one['name']}",
            "google_secret_manager_secret_iam_member": lambda one: f"secret:{one['secret_id']}",
            "google_storage_bucket_iam_member": lambda one: f"bucket:{one['bucket'].removeprefix(prefix)}",
            "google_service_account_iam_member": lambda one: "self",
        }[kind](one)
        given[function].add((one["role"], on))
    for name, entry in entries.items():
        assert given[name] == {(grant["role"], grant["on"]) for grant in entry["grants"]}, name
        assert all(grant["reason"] for grant in entry["grants"])
    said = prod.said["planned_values"]["outputs"]["grants"]["value"]
    assert said == {n: {f"{g['role']} on {g['on']}": g["reason"] for g in e["grants"]} for n, e in entries.items()}


def test_rights_on_documents_end_at_the_database(prod: Plan):
    expected = 'resource.name == "projects/scholium-prod-example/databases/(default)"'
    for one in prod.resources("google_project_iam_member").values():
        if one["role"].startswith("roles/datastore"):
            assert one["condition"][0]["expression"] == expected


@pytest.mark.parametrize("kind", NAMES)
def test_every_name_is_one_that_its_product_takes(prod: Plan, accounts: Plan, kind: str):
    attribute, rule = NAMES[kind]
    found = [
        values[attribute] for plan in (prod, accounts) for _, values in plan.of_kinds(kind) if values.get(attribute)
    ]
    assert found
    assert [name for name in found if not rule.fullmatch(name)] == []


def test_buckets_are_private_and_what_is_deleted_is_gone(prod: Plan, accounts: Plan):
    buckets = [*prod.resources("google_storage_bucket").values(), accounts.one("google_storage_bucket")]
    for bucket in buckets:
        assert bucket["uniform_bucket_level_access"] is True
        assert bucket["public_access_prevention"] == "enforced"
    for address, bucket in prod.resources("google_storage_bucket").items():
        if ".files[" in address:
            assert bucket["versioning"] == [{"enabled": False}]
            assert bucket["soft_delete_policy"][0]["retention_duration_seconds"] == 0


def test_exports_expire_in_their_bucket_a_day_after_the_platform_deletes_them_and_nothing_else_does(prod: Plan):
    expiring = {
        bucket["name"]: rule["condition"][0]["age"]
        for bucket in prod.resources("google_storage_bucket").values()
        for rule in bucket["lifecycle_rule"]
        if rule["action"][0]["type"] == "Delete" and "-archives" not in bucket["name"]
    }
    assert expiring == {"scholium-prod-example-exports": KEPT.days + 1}


def test_there_are_the_buckets_that_functions_name_and_browsers_reach_those_of_uploads(
    prod: Plan, functions: dict[str, Function]
):
    named = {
        need.argument
        for one in functions.values()
        for need in one.declaration.needs()
        if PORTS[need.port].takes is ports.Bucket
    }
    named |= {one.declaration.bucket for one in functions.values() if one.declaration.bucket}
    wanted = {f"scholium-prod-example-{names.bucket(one.name)}" for one in named if one}  # type: ignore[attr-defined]
    files = {
        one["name"]: one for address, one in prod.resources("google_storage_bucket").items() if ".files[" in address
    }
    assert set(files) == wanted
    uploads = {
        f"scholium-prod-example-{one.declaration.bucket.name}" for one in functions.values() if one.declaration.bucket
    }
    assert {name for name, bucket in files.items() if bucket["cors"]} == uploads
    assert all("*" not in cors["origin"] for bucket in files.values() for cors in bucket["cors"])


def test_there_is_a_queue_for_each_message_and_it_never_gives_up(prod: Plan, functions: dict[str, Function]):
    kinds = discovery.messages(functions)
    queues = {one["name"]: one for one in prod.resources("google_cloud_tasks_queue").values()}
    assert set(queues) == {names.queue(kind) for kind in kinds}
    for kind, consumer in kinds.items():
        queue, declared = queues[names.queue(kind)], functions[consumer].declaration
        assert queue["rate_limits"][0]["max_dispatches_per_second"] == declared.max_dispatches_per_second
        assert queue["rate_limits"][0]["max_concurrent_dispatches"] == declared.max_concurrent
        assert (queue["retry_config"][0]["max_attempts"], queue["retry_config"][0]["max_backoff"]) == (-1, "300s")
        (target,) = queue["http_target"]
        assert target["oidc_token"][0]["service_account_email"].startswith("starts-tasks@")
        assert target["uri_override"][0]["uri_override_enforce_mode"] == "ALWAYS"


def test_there_is_a_job_for_each_schedule_and_a_trigger_for_each_event(prod: Plan, functions: dict[str, Function]):
    jobs = {one["name"]: one for one in prod.resources("google_cloud_scheduler_job").values()}
    declared = {names.cloud_name(name): one.declaration for name, one in functions.items()}
    assert {name: job["schedule"] for name, job in jobs.items()} == {
        name: one.cron for name, one in declared.items() if one.trigger == "schedule"
    }
    for job in jobs.values():
        assert (job["time_zone"], job["http_target"][0]["http_method"]) == ("Etc/UTC", "POST")
        assert job["http_target"][0]["oidc_token"][0]["service_account_email"].startswith("starts-schedules@")
    triggers = prod.resources("google_eventarc_trigger").values()
    heard = {one["name"]: {c["attribute"]: c["value"] for c in one["matching_criteria"]} for one in triggers}
    assert {name: said["bucket"] for name, said in heard.items()} == {
        name: f"scholium-prod-example-{one.bucket.name}" for name, one in declared.items() if one.bucket
    }


def test_there_are_the_indexes_that_queries_need_and_no_other(prod: Plan):
    wanted = indexes.generate()
    planned = prod.resources("google_firestore_index")
    assert {address.split('"')[1] for address in planned} == set(wanted["firestore_indexes"])
    for address, index in planned.items():
        said = wanted["firestore_indexes"][address.split('"')[1]]
        assert [one["field_path"] for one in index["fields"]] == [one["field_path"] for one in said["fields"]]
        assert [one["order"] for one in index["fields"]] == [one.get("order") for one in said["fields"]]
        dimensions = [v["dimension"] for one in index["fields"] for v in one["vector_config"]]
        assert dimensions == [one["vector_config"]["dimension"] for one in said["fields"] if "vector_config" in one]
    fields = {(one["collection"], one["field"]): one for one in prod.resources("google_firestore_field").values()}
    assert {place for place, one in fields.items() if one["ttl_config"]} == set(wanted["firestore_ttl"].items())
    unindexed = {(collection, field) for collection, every in wanted["firestore_unindexed"].items() for field in every}
    assert {place for place, one in fields.items() if one["index_config"]} == unindexed


def test_there_are_the_secrets_that_functions_declare_without_values(accounts: Plan, entries: dict[str, Any]):
    secrets = {one["secret_id"] for one in accounts.resources("google_secret_manager_secret").values()}
    assert secrets == {secret for entry in entries.values() for secret in entry["secrets"]}
    assert not accounts.resources("google_secret_manager_secret_version")


def test_in_prod_what_cannot_be_made_again_cannot_be_deleted(prod: Plan, dev: Plan, accounts: Plan):
    database = prod.one("google_firestore_database")
    assert (database["delete_protection_state"], database["deletion_policy"]) == (
        "DELETE_PROTECTION_ENABLED",
        "PREVENT",
    )
    for plan in (prod, accounts):
        for bucket in plan.resources("google_storage_bucket").values():
            assert bucket["deletion_policy"] == "PREVENT"
            assert not bucket["force_destroy"]
    assert all(one["deletion_protection"] for one in accounts.resources("google_secret_manager_secret").values())
    assert dev.one("google_firestore_database")["delete_protection_state"] == "DELETE_PROTECTION_DISABLED"


def test_the_database_can_be_had_back_as_it_was(prod: Plan):
    assert prod.one("google_firestore_database")["point_in_time_recovery_enablement"].endswith("_ENABLED")
    kept = prod.resources("google_firestore_backup_schedule").values()
    assert {bool(one["daily_recurrence"]): one["retention"] for one in kept} == {True: "1209600s", False: "8467200s"}


def test_the_load_balancer_routes_as_the_declarations_say(prod: Plan, dev: Plan, functions: dict[str, Function]):
    (url_map,) = [one for one in prod.resources("google_compute_url_map").values() if one["path_matcher"]]
    rules = url_map["path_matcher"][0]["route_rules"]
    said = json.loads(manifest.text(functions))["url_map"]["rules"]
    assert [one["priority"] for one in rules] == list(range(1, len(said) + 1))
    for rule, wanted in zip(rules, said, strict=True):
        (match,) = rule["match_rules"]
        assert (match["full_path_match"] or match["path_template_match"]) == wanted["path"]
        methods = [(one["header_name"], one["exact_match"]) for one in match["header_matches"]]
        assert methods == ([(":method", wanted["method"])] if wanted["method"] else [])
    services = {one["name"] for one in prod.resources("google_compute_backend_service").values()}
    assert services == {names.cloud_name(n) for n, one in functions.items() if one.declaration.trigger == "http"}
    assert not dev.resources("google_compute_url_map")


def test_nothing_is_served_in_clear(prod: Plan):
    assert prod.one("google_compute_ssl_policy")["min_tls_version"] == "TLS_1_2"
    balancer = prod.said["configuration"]["root_module"]["module_calls"]["load_balancer"]["module"]["resources"]
    (proxy,) = [one["expressions"] for one in balancer if one["type"] == "google_compute_target_https_proxy"]
    assert "google_compute_ssl_policy.modern.id" in proxy["ssl_policy"]["references"]
    (redirects,) = [one for one in prod.resources("google_compute_url_map").values() if not one["path_matcher"]]
    assert redirects["default_url_redirect"][0]["https_redirect"] is True
    ports = {one["name"]: one["port_range"] for one in prod.resources("google_compute_global_forwarding_rule").values()}
    assert set(ports.values()) == {"80", "443"}


def test_alerts_watch_for_events_that_the_code_logs(prod: Plan):
    watched = set()
    for metric in prod.resources("google_logging_metric").values():
        watched |= set(re.findall(r'jsonPayload\.message="([\w.]+)"', metric["filter"]))
    assert len(watched) >= 6
    assert watched <= set(logged())
    assert set(logged("logs.error")) - watched == {
        "task.failed",  # tried again; what has failed too often is message.dead
        "dispatch.event_dropped",  # of the local server
    }, "an error that nobody is told of"


def logged(how: str = "logs.") -> Iterator[str]:
    """Every event that the code logs: all of them, or those of one severity."""
    for file in [*(ROOT / "common").rglob("*.py"), *(ROOT / "functions").rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith(how) and node.args:
                event = node.args[0]
                if isinstance(event, ast.Constant):
                    yield str(event.value)


def test_every_alert_has_its_row_of_what_it_means_and_what_to_do_and_tells_somebody(prod: Plan):
    page = (SOURCE / "modules" / "monitoring" / "README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| \*\*(.+?)\*\* \| (.+) \|$", page, re.MULTILINE))
    alerts = prod.resources("google_monitoring_alert_policy").values()
    assert {alert["display_name"] for alert in alerts} == set(rows), (
        "an alert without its row, or a row without its alert"
    )
    for row in rows.values():
        meaning, what_to_do = row.split(" | ")
        assert min(len(meaning), len(what_to_do)) > 10, row
    for alert in alerts:
        assert "infrastructure/modules/monitoring/README.md" in alert["documentation"][0]["content"]
    for objective in ("availability", "latency"):
        assert {14.4, 3} == {
            condition["condition_threshold"][0]["threshold_value"]
            for alert in alerts if objective in alert["display_name"] for condition in alert["conditions"]
        }  # fmt: skip
    assert len(prod.resources("google_monitoring_notification_channel")) == 1


def test_what_eventarc_gives_up_is_kept_for_a_month_and_somebody_is_told(prod: Plan):
    kept = prod.one("google_pubsub_subscription")
    assert (kept["message_retention_duration"], kept["expiration_policy"]) == ("2678400s", [{"ttl": ""}])
    assert prod.one("google_pubsub_topic")["name"] == "dead-events"
    (alert,) = [
        one
        for one in prod.resources("google_monitoring_alert_policy").values()
        if one["display_name"] == "Events of new files were given up"
    ]
    (condition,) = alert["conditions"]
    assert f'subscription_id="{kept["name"]}"' in condition["condition_threshold"][0]["filter"]
    triggers = {one["name"] for one in prod.resources("google_eventarc_trigger").values()}
    assert set(prod.said["planned_values"]["outputs"]["triggers"]["value"]) == triggers


def test_each_environment_has_a_budget_and_keeps_its_logs_for_so_many_days(environments: Mapping[str, Plan]):
    for environment, plan in environments.items():
        budget = plan.one("google_billing_budget")
        assert float(budget["amount"][0]["specified_amount"][0]["units"]) > 0, environment
        shares = [(one["threshold_percent"], one["spend_basis"]) for one in budget["threshold_rules"]]
        assert shares == [(0.5, None), (0.9, None), (1, None), (1, "FORECASTED_SPEND")]  # None: what was spent
        assert plan.one("google_logging_project_bucket_config")["retention_days"] >= 30


def test_every_variable_is_described_and_typed_and_every_output_described():
    for file in SOURCE.rglob("*.tf"):
        for kind, name, body in re.findall(r'^(variable|output) "(\w+)" \{\n(.*?)^\}', file.read_text(), re.M | re.S):
            assert "\n  description" in f"\n{body}", f"{file.name}: {kind} {name}"
            assert kind == "output" or re.search(r"^  type\s+=", body, re.M), f"{file.name}: {kind} {name}"


def test_nothing_is_used_that_an_offline_check_cannot_read():
    for file in SOURCE.rglob("*.tf"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r'^ephemeral "|provider::|^data "', text, re.M), file.name


def test_no_function_is_listed_by_hand():
    entry_points = {name for name in discovery.discover() if "_" in name}
    for file in [*SOURCE.glob("*.tf"), *(SOURCE / "modules").rglob("*.tf")]:
        assert not {name for name in entry_points if f'"{name}"' in file.read_text(encoding="utf-8")}


def test_the_page_lists_every_variable_of_the_platform():
    page = (SOURCE / "README.md").read_text(encoding="utf-8")
    generated = {"functions", "url_map", "firestore_indexes", "firestore_ttl", "firestore_unindexed"}
    declared = set(re.findall(r'^variable "(\w+)"', Path(SOURCE, "variables.tf").read_text(), re.M))
    assert {name for name in declared - generated if f"`{name}`" not in page} == set()
