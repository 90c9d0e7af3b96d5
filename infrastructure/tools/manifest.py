"""Writes infrastructure/functions.auto.tfvars.json: everything that Terraform knows of the functions."""

import json
from collections.abc import Mapping
from typing import Any

from common.adapters import MODELS
from infrastructure.tools import discovery, names
from infrastructure.tools.discovery import ROOT, Function
from infrastructure.tools.generate import settle
from infrastructure.tools.grants import grants
from infrastructure.tools.url_map import url_map

WAIT_FOR_ALL = ("learner_erase", "privacy_erasure")
"""Functions that wait for whatever may be at work: they are told the longest timeout that any function declares."""
FILE = ROOT / "infrastructure" / "functions.auto.tfvars.json"


def main(arguments: list[str]) -> int:
    """Write the file, or with --check say whether it is stale."""
    return settle(FILE, text(discovery.discover()), arguments)


def text(functions: Mapping[str, Function]) -> str:
    """The file's content, the same for the same declarations."""
    said = {
        "functions": {name: entry(function, functions) for name, function in functions.items()},
        "url_map": url_map(functions),
    }
    return json.dumps(said, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def entry(function: Function, functions: Mapping[str, Function]) -> dict[str, Any]:
    """One function, in Terraform's terms; `timeout` in seconds. What does not concern its trigger is null."""
    declared = function.declaration
    granted = grants(function, functions)
    return {
        "trigger": declared.trigger,
        "entry_point": function.name,
        "cloud_name": names.cloud_name(function.name),
        "account": names.account(function.name),
        "memory": declared.memory,
        "timeout": declared.timeout,
        "concurrency": declared.concurrency,
        "internet": declared.internet,
        "asks_models": not declared.adapters().isdisjoint(MODELS),
        "routes": sorted(
            ({"method": one.method, "path": one.path, "role": one.role} for one in declared.routes if one.path),
            key=lambda route: (route["path"], route["method"]),
        ),
        "schedule": declared.cron or None,
        "bucket": names.bucket(declared.bucket.name) if declared.bucket else None,
        "queue": _queue(function),
        "grants": [{"role": grant.role, "on": grant.on, "reason": grant.reason} for grant in granted],
        "secrets": _named("secret:", granted),
        "enqueues": _named("queue:", granted),
        "assets": sorted(declared.assets),
        "environment": _environment(function, functions),
    }


def _queue(function: Function) -> dict[str, Any] | None:
    declared = function.declaration
    message = declared.routes[0].message
    if message is None:
        return None
    return {
        "name": names.queue(message.__name__),
        "max_attempts": declared.max_attempts,
        "max_dispatches_per_second": declared.max_dispatches_per_second,
        "max_concurrent": declared.max_concurrent,
    }


def _named(prefix: str, granted: list[Any]) -> list[str]:
    return sorted({grant.on.removeprefix(prefix) for grant in granted if grant.on.startswith(prefix)})


def _environment(function: Function, functions: Mapping[str, Function]) -> dict[str, str]:
    shared = discovery.paths(functions)
    own = {route.path: shared[route.path] for route in function.declaration.routes if route.path in shared}
    said = {"SCHOLIUM_ALLOW": json.dumps(own, sort_keys=True)} if own else {}
    if function.name in WAIT_FOR_ALL:
        said["SCHOLIUM_LONGEST_TIMEOUT_SECONDS"] = str(discovery.longest_timeout(functions))
    return said
