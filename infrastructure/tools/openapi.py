"""Writes infrastructure/openapi.json: the API as OpenAPI 3.1, from the declarations alone."""

import inspect
import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from common.triggers.declaration import Route
from common.triggers.problems import ProblemModel
from common.triggers.requests import IDENTIFIER
from common.version import VERSION
from infrastructure.tools import discovery, openapi_answers
from infrastructure.tools.discovery import ROOT, Function
from infrastructure.tools.generate import settle

FILE = ROOT / "infrastructure" / "openapi.json"
Mode = Literal["validation", "serialization"]
Refs = Mapping[Any, dict[str, Any]]
"""Where the schema of a (model, mode) is."""

DESCRIPTION = """Times are RFC 3339 in UTC, identifiers are opaque.

Errors are `application/problem+json` (RFC 9457): decide by `code`. Lists take `page_size` and `page_token`.

A write with an `Idempotency-Key` may be repeated: it happens once, and the answer is given again."""

IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Repeat a request with the same key and it happens once. Kept for 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]([ -~]*[!-~])?$"},
}


def main(arguments: list[str]) -> int:
    """Write the file, or with --check say whether it is stale."""
    return settle(FILE, text(discovery.discover()), arguments)


def text(functions: Mapping[str, Function]) -> str:
    """The file's content, the same for the same declarations."""
    return json.dumps(document(functions), indent=1, ensure_ascii=False) + "\n"


def document(functions: Mapping[str, Function]) -> dict[str, Any]:
    """The OpenAPI document of all routes; TypeError where two routes are called the same."""
    routes = sorted(_routes(functions), key=_place)
    wanted: dict[tuple[type[BaseModel], Mode], None] = {(ProblemModel, "serialization"): None}
    for _, route in routes:
        wanted |= dict.fromkeys(_models(route))
    refs, definitions = models_json_schema(list(wanted), ref_template="#/components/schemas/{model}")
    paths: dict[str, dict[str, Any]] = {}
    handlers: dict[str, str] = {}
    for function, route in routes:
        name = operation_id(function, route)
        if handlers.setdefault(name, route.path + route.method) != route.path + route.method:
            raise TypeError(f"{function.name}: two routes are called {name}; a client's methods would be too")
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(function, route, refs)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Scholium",
            "version": VERSION,
            "description": DESCRIPTION,
            "license": {"name": "Apache 2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name} for name in dict.fromkeys(function.name for function, _ in routes)],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(definitions.get("$defs", {}).items())),
            "responses": openapi_answers.shared(),
            "headers": openapi_answers.HEADERS,
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An access token (`POST /v1/login`), or an API key with the operation's `x-scope`",
                }
            },
        },
    }


def _place(pair: tuple[Function, Route]) -> tuple[bool, str, int]:
    """The API itself first, its own pages last; then by path and method."""
    _, route = pair
    return not route.path.startswith("/v1/"), route.path, openapi_answers.METHODS.index(route.method)


def operation_id(function: Function, route: Route) -> str:
    """What a generated client calls the method: the function's name, and in a resource the handler's beside it."""
    handler = route.handler.__name__
    return handler if handler == function.name else f"{function.name}_{handler}"


def _routes(functions: Mapping[str, Function]) -> Iterator[tuple[Function, Route]]:
    for function in functions.values():
        yield from ((function, route) for route in function.declaration.routes if route.path)


def _models(route: Route) -> Iterator[tuple[type[BaseModel], Mode]]:
    if route.body:
        yield route.body, "validation"
    if route.result.model:
        yield route.result.model, "serialization"


def _operation(function: Function, route: Route, refs: Refs) -> dict[str, Any]:
    summary, _, more = (inspect.getdoc(route.handler) or "").partition("\n")
    operation: dict[str, Any] = {
        "operationId": operation_id(function, route),
        "tags": [function.name],
        "summary": summary.rstrip("."),
        "description": more.strip(),
        "security": _security(route),
        "x-role": route.role,
        "x-scope": f"{function.name}:{'read' if route.method == 'GET' else 'write'}" if route.knows_caller else None,
        "x-rate-limit": route.rate_limit,
        "parameters": list(_parameters(route)),
        "requestBody": _body(route, refs),
        "x-max-body": route.max_body if route.takes_body else None,
        "responses": openapi_answers.responses(function.declaration, route, refs),
    }
    return {name: value for name, value in operation.items() if name == "security" or value not in (None, "", [])}


def _security(route: Route) -> list[dict[str, list[str]]]:
    if not route.knows_caller:
        return []
    optional = any(parameter.optional for parameter in route.parameters)
    return [{"bearer": []}, {}] if optional else [{"bearer": []}]


def _parameters(route: Route) -> Iterator[dict[str, Any]]:
    for parameter in route.parameters:
        if parameter.source == "path":
            schema = {"type": "string", "maxLength": 128, "pattern": f"^{IDENTIFIER.pattern}$"}
            yield {"name": parameter.name, "in": "path", "required": True, "schema": schema}
    described = route.query_model.model_json_schema() if route.query_model else {}
    for name, schema in described.get("properties", {}).items():
        query = {"name": name, "in": "query", "required": name in described.get("required", [])}
        bare = without_null(schema)
        if "description" in bare:
            query["description"] = bare.pop("description")
        yield {**query, "schema": bare}
    if route.method != "GET":
        yield IDEMPOTENCY_KEY


def without_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A query parameter is left out, never null."""
    bare = {name: value for name, value in schema.items() if name not in ("title", "anyOf")}
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) == 1:
        bare |= kinds[0]
    elif kinds:
        bare["anyOf"] = kinds
    if bare.get("default", "") is None:
        del bare["default"]
    return bare


def _body(route: Route, refs: Refs) -> dict[str, Any] | None:
    if route.body:
        return {"required": True, "content": {"application/json": {"schema": refs[route.body, "validation"]}}}
    return {"required": True, "content": {"*/*": {}}} if route.takes_body else None
