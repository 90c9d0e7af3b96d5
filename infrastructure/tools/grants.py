"""What a function may do on Google Cloud, each right with its reasons: its signature's, and what none shows."""

from collections.abc import Iterator, Mapping
from typing import Any

from common import ports
from common.adapters import PORTS, Grant
from common.triggers.declaration import Parameter
from common.triggers.needs import needs_of
from infrastructure.tools import discovery, names
from infrastructure.tools.discovery import Function

INCLUDES = (
    ("roles/datastore.user", "roles/datastore.viewer"),
    ("roles/storage.objectUser", "roles/storage.objectViewer"),
    ("roles/storage.objectUser", "roles/storage.objectCreator"),
)
"""(wide, narrow): a role that another one includes is not granted beside it; its reasons are kept."""


def grants(function: Function, functions: Mapping[str, Function]) -> list[Grant]:
    """Every role that a function's account needs and on what, once each, with all reasons."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for grant in (*_of_signature(function, functions), *(need.grant for need in needs_of(function.declaration))):
        said = reasons.setdefault((grant.role, grant.on), [])
        if grant.reason not in said:
            said.append(grant.reason)
    for wide, narrow in INCLUDES:
        for role, on in list(reasons):
            if role == narrow and (wide, on) in reasons:
                reasons[wide, on] += reasons.pop((narrow, on))
    return [Grant(role, on, "; ".join(said)) for (role, on), said in sorted(reasons.items())]


def _of_signature(function: Function, functions: Mapping[str, Function]) -> Iterator[Grant]:
    for need in function.declaration.needs():
        for grant in PORTS[need.port].grants:
            reason = f"{need.name}: {grant.reason.replace('{argument}', getattr(need.argument, '__name__', ''))}"
            for on in _on(grant.on, need, functions):
                yield Grant(grant.role, on, reason)


def _on(template: str, need: Parameter, functions: Mapping[str, Function]) -> Iterator[str]:
    if template == "queue:*":
        yield from (f"queue:{names.queue(kind)}" for kind in discovery.messages(functions))
    else:
        yield template.replace("{argument}", _cloud_name(need.port, need.argument))


def _cloud_name(port: object, argument: Any) -> str:
    if port is ports.Queue:
        return names.queue(argument.__name__)
    return str(getattr(argument, "name", ""))
