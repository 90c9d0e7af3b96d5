"""The load balancer's route rules: what Routing decides for every path and method, as URL maps can say it.

A rule matches a path template (`/v1/users/*`), and by the header `:method` where the methods of a path belong to
different functions. The first rule that matches decides, so literal segments come before parameters. Each template's
rules settle all methods of its paths: one rule a method that goes elsewhere, and one for the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from common.triggers.http import METHODS
from infrastructure.tools.discovery import Function
from infrastructure.tools.routing import Routing

PARAMETER = re.compile(r"\{\w+\}")
UNLIKELY = "~"
"""Stands for a parameter's value: no literal segment is called so."""


def url_map(functions: Mapping[str, Function]) -> dict[str, Any] | None:
    """The function of what no rule matches, and the rules in their order; None where there is no endpoint."""
    public = {name for name, function in functions.items() if function.declaration.trigger == "http"}
    if not public:
        return None
    routing = Routing(functions)
    templates = {PARAMETER.sub("*", route.path) for name in public for route in functions[name].declaration.routes}
    rules = [rule for template in sorted(templates, key=_order) for rule in _rules(template, routing)]
    return {"default": routing.function(UNLIKELY, "GET"), "rules": rules}


def _order(template: str) -> tuple[list[bool], str]:
    """A literal segment before a parameter, compared from the first segment on, as werkzeug does."""
    return [segment == "*" for segment in template.split("/")], template


def _rules(template: str, routing: Routing) -> Iterator[dict[str, str | None]]:
    path = template.replace("*", UNLIKELY)
    rest = routing.function(path, "OPTIONS")
    for method in METHODS:
        function = routing.function(path, method)
        if function != rest:
            yield {"path": template, "method": method, "function": function}
    yield {"path": template, "method": None, "function": rest}
