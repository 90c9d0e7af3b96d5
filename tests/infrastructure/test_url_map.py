"""The load balancer sends every request to the function that the local server sends it to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from infrastructure.tools.discovery import Function, discover
from infrastructure.tools.routing import Routing
from infrastructure.tools.url_map import PARAMETER, url_map
from tests.infrastructure.written import write

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "PROPFIND")
OVERLAPPING = {
    "one": '@http.get("/v1/a/b", role="public")\ndef one() -> View: ...',
    "two": '@http.post("/v1/a/{a_id}", role="public")\ndef two(a_id: str) -> View: ...',
    "three": '@http.delete("/v1/{kind}/b", role="public")\ndef three(kind: str) -> None: ...',
    "four": '@http.get("/v1/{kind}/{a_id}/c", role="public")\ndef four(kind: str, a_id: str) -> View: ...',
    "five": '@http.put("/v1/a/{a_id}/c", role="public")\ndef five(a_id: str) -> View: ...',
}


def decided(said: dict[str, Any], path: str, method: str) -> str:
    """What a URL map does: the first rule whose template and header match."""
    for rule in said["rules"]:
        template, segments = rule["path"].split("/"), path.split("/")
        fits = len(template) == len(segments)
        fits = fits and all(one in ("*", other) for one, other in zip(template, segments, strict=True))
        if fits and rule["method"] in (None, method):
            return str(rule["function"])
    return str(said["default"])


def paths(functions: dict[str, Function]) -> set[str]:
    """Every path with its parameters as some value, and as any literal that stands there in another path."""
    routes = {route.path for function in functions.values() for route in function.declaration.routes if route.path}
    literals = {segment for path in routes for segment in path.split("/") if segment and "{" not in segment}
    found = {"/", "/v1", "/v1/nothing", "/v1/nothing/at/all"}
    for path in routes:
        found.add(PARAMETER.sub("x1", path))
        found |= {PARAMETER.sub(literal, path) for literal in literals}
        if path.count("{") > 1:
            found |= {PARAMETER.sub("x1", PARAMETER.sub(literal, path, count=1)) for literal in literals}
    return found


@pytest.mark.parametrize("written", [False, True], ids=["the deployed functions", "paths that overlap"])
def test_the_load_balancer_decides_as_the_local_server_does(tmp_path: Path, written: bool):
    functions = discover(write(tmp_path, **OVERLAPPING)) if written else discover()
    said, routing = url_map(functions), Routing(functions)
    assert said
    asked = [(path, method) for path in sorted(paths(functions)) for method in METHODS]
    wrong = [one for one in asked if decided(said, *one) != routing.function(*one)]
    assert wrong == []


def test_methods_are_told_apart_only_where_they_belong_to_different_functions():
    said = url_map(discover())
    assert said
    by_path = {rule["path"]: [one for one in said["rules"] if one["path"] == rule["path"]] for rule in said["rules"]}
    assert by_path["/v1/me/posts"] == [{"path": "/v1/me/posts", "method": None, "function": "own_posts"}]
    assert {one["function"] for one in by_path["/v1/me"]} == {"profile", "privacy_erasure"}
    assert {one["function"] for one in by_path["/v1/documents"]} == {"documents", "document_upload"}


def test_without_an_endpoint_there_is_no_url_map(tmp_path: Path):
    source = '@schedule("0 9 * * *")\ndef mailed(tick: Tick) -> None: ...'
    assert url_map(discover(write(tmp_path, mailed=source))) is None


def test_a_literal_path_belongs_to_its_own_function_whatever_the_method(tmp_path: Path):
    routing = Routing(discover(write(tmp_path, **OVERLAPPING)))
    for method in ("GET", "POST", "DELETE", "OPTIONS"):
        assert routing.function("/v1/a/b", method) == "one", "its preflight and its 405 are its own to answer"
    assert routing.function("/v1/a/x", "POST") == "two"
    assert routing.function("/v1/x/b", "OPTIONS") == "three"
