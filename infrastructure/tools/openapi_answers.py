"""The answers of a route for OpenAPI: what it returns, what it raises, and what the edge raises by its shape."""

import mimetypes
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from common import errors, ports
from common.errors import Problem
from common.triggers.declaration import Asset, Declaration, Route, SetCookie, Stream

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
HEADERS: dict[str, Any] = {
    "X-Request-Id": {
        "description": "Names this request in the logs: the caller's own, or a new one.",
        "schema": {"type": "string", "minLength": 8, "maxLength": 64},
    },
    "Retry-After": {"description": "Seconds to wait before another try.", "schema": {"type": "integer", "minimum": 0}},
    "WWW-Authenticate": {"description": "How to authenticate (RFC 6750).", "schema": {"type": "string"}},
    "Idempotency-Replayed": {
        "description": "`true` where this is the answer that was given before.",
        "schema": {"type": "string", "const": "true"},
    },
    "Set-Cookie": {"description": "An HttpOnly, SameSite=Strict cookie.", "schema": {"type": "string"}},
}
SHARED = (
    errors.InvalidRequest,
    errors.Unauthenticated,
    errors.Forbidden,
    errors.NotFound,
    errors.BodyTooLarge,
    errors.UnsupportedMediaType,
    errors.InvalidContent,
    errors.TooManyRequests,
    errors.Unavailable,
)
"""Answers of one code each, described once."""
_FAULT = {500: {"internal_error": "Something went wrong; the fault is ours and was recorded"}}


def responses(declaration: Declaration, route: Route, refs: Mapping[Any, dict[str, Any]]) -> dict[str, Any]:
    """Every status that the route may answer with."""
    from_model = _success(declaration, route, refs)
    problems: dict[int, dict[str, str]] = {500: dict(_FAULT[500])}
    for problem in (*_of_edge(declaration, route), *route.raises):
        problems.setdefault(problem.status, {})[problem.code] = problem.title
    made = {str(route.result.status): from_model}
    if route.result.or_accepted:
        made["202"] = {**from_model, "description": f"{HTTPStatus(202).phrase}: a task goes on with it"}
    for status, codes in sorted(problems.items()):
        made[str(status)] = _named(status, codes) or _response(status, codes)
    return made


def shared() -> dict[str, Any]:
    """The answers that many routes share."""
    made = {one.__name__: _response(one.status, {one.code: one.title}) for one in SHARED}
    return {**made, "InternalError": _response(500, _FAULT[500])}


def _success(declaration: Declaration, route: Route, refs: Mapping[Any, dict[str, Any]]) -> dict[str, Any]:
    result = route.result
    made: dict[str, Any] = {"description": HTTPStatus(result.status).phrase, "headers": _headers("X-Request-Id")}
    if route.method != "GET":
        made["headers"] |= _headers("Idempotency-Replayed")
    if result.wrapper is SetCookie:
        made["headers"] |= _headers("Set-Cookie")
    if result.model:
        made["content"] = {"application/json": {"schema": refs[result.model, "serialization"]}}
    if result.wrapper is Stream:
        made["description"] = "Server-Sent Events: deltas, and then `event: done` with the answer; or the answer alone"
        made["content"]["text/event-stream"] = {"schema": {"type": "string"}}
    if result.wrapper is Asset:
        made["content"] = {_type_of(declaration, route.path): {}}
    return made


def _type_of(declaration: Declaration, path: str) -> str:
    """What a file is, by its address: a page where that says nothing; of a route with many, what all of them are."""
    if "{" not in path:
        return mimetypes.guess_type(path)[0] or "text/html"
    kinds = {mimetypes.guess_type(asset)[0] for asset in declaration.assets}
    return (kinds.pop() if len(kinds) == 1 else None) or "application/octet-stream"


def _of_edge(declaration: Declaration, route: Route) -> Iterator[type[Problem]]:
    writes = route.method != "GET"
    yield errors.InvalidRequest  # an unknown query parameter, at the least
    if any(parameter.name == "page_token" for parameter in route.parameters):
        yield errors.InvalidPageToken
    if route.knows_caller:
        yield from (errors.Unauthenticated, errors.Forbidden)
    if "{" in route.path:
        yield errors.NotFound
    if writes:
        yield from (errors.Busy, errors.ReplayWithheld, errors.BodyTooLarge)
    if writes or any(port.port is ports.Store for port in route.ports):
        yield errors.Conflict
    if route.body:
        yield from (errors.UnsupportedMediaType, errors.InvalidContent)
    if route.takes_body:
        yield errors.IdempotencyKeyReused
    yield errors.TooManyRequests
    if declaration.adapters():
        yield errors.Unavailable


def _named(status: int, codes: Mapping[str, str]) -> dict[str, Any] | None:
    if status == 500 and len(codes) == 1:
        return {"$ref": "#/components/responses/InternalError"}
    for one in SHARED:
        if one.status == status and list(codes) == [one.code]:
            return {"$ref": f"#/components/responses/{one.__name__}"}
    return None


def _response(status: int, codes: Mapping[str, str]) -> dict[str, Any]:
    headers = _headers("X-Request-Id")
    if status == 401:
        headers |= _headers("WWW-Authenticate")
    if status in (409, 429, 503):
        headers |= _headers("Retry-After")
    return {
        "description": "\n".join(f"- `{code}`: {title}" for code, title in sorted(codes.items())),
        "headers": headers,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemModel"}}},
        "x-codes": sorted(codes),
    }


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
