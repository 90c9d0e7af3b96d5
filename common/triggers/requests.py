"""Reads a request into a handler's parameters, and refuses what cannot be read."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from flask import Request
from pydantic import ValidationError

from common.errors import BodyTooLarge, InvalidContent, InvalidRequest, NotFound, UnsupportedMediaType
from common.ports import Caller, Client, Cookies, RawBody
from common.triggers import problems
from common.triggers.declaration import Route

IDENTIFIER = re.compile(r"[A-Za-z0-9_.~-]{1,128}")
ESCAPED_NUL = b"\\u0000"


def path_values(values: Mapping[str, Any]) -> dict[str, str]:
    """The path's parameters; what cannot be an identifier does not exist (NotFound)."""
    for value in values.values():
        if not IDENTIFIER.fullmatch(value):
            raise NotFound
    return dict(values)


def client(request: Request, trusted_proxies: int) -> Client:
    """Where the request came from: the address that the outermost trusted proxy saw."""
    address = request.remote_addr or ""
    if trusted_proxies:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
        if hops:
            address = hops[-min(trusted_proxies, len(hops))]
    return Client(address[:64], request.headers.get("User-Agent", "")[:256])


def body_of(route: Route, request: Request) -> bytes:
    """The body's bytes, within the route's limit; empty where the route takes none."""
    if request.content_length is not None and request.content_length > route.max_body:
        raise BodyTooLarge(f"The body may have {route.max_body} bytes")
    takes = {parameter.source for parameter in route.parameters} & {"body", "raw_body"}
    if not takes:
        return b""
    if "body" in takes and request.mimetype != "application/json":
        raise UnsupportedMediaType
    read = request.stream.read(route.max_body + 1)
    if len(read) > route.max_body:
        raise BodyTooLarge(f"The body may have {route.max_body} bytes")
    return bytes(read)


def inputs(
    route: Route, request: Request, path: dict[str, str], body: bytes, caller: Caller | None, seen: Client
) -> dict[str, Any]:
    """The value of each parameter that comes from the request."""
    query = _query(route, request)
    values: dict[str, Any] = {}
    for parameter in route.parameters:
        match parameter.source:
            case "path":
                values[parameter.name] = path[parameter.name]
            case "query":
                values[parameter.name] = getattr(query, parameter.name)
            case "body":
                values[parameter.name] = _body(route, body)
            case "raw_body":
                values[parameter.name] = RawBody(body)
            case "caller":
                values[parameter.name] = caller
            case "client":
                values[parameter.name] = seen
            case "cookies":
                values[parameter.name] = Cookies(request.cookies)
            case _:
                pass
    return values


def _query(route: Route, request: Request) -> Any:
    given = request.args.to_dict(flat=False)
    if route.query_model is None or not (given or route.query_model.model_fields):
        return None
    for name, found in given.items():
        if len(found) > 1 or "\x00" in found[0] or "\x00" in name:
            raise InvalidRequest(errors=[{"parameter": name[:100], "detail": "not one value", "code": "invalid"}])
    try:
        return route.query_model.model_validate_strings({name: found[0] for name, found in given.items()})
    except ValidationError as error:
        raise problems.of_query(error) from None


def _body(route: Route, body: bytes) -> Any:
    model = route.body
    if model is None:
        raise TypeError("the route declares no body")
    if ESCAPED_NUL in body:
        _refuse_nul(body)
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise problems.of_body(error) from None


def _refuse_nul(body: bytes) -> None:
    """U+0000 is valid JSON, and no text that anybody means; databases and files choke on it."""
    try:
        parsed = json.loads(body)
        pointers = list(_nul_pointers(parsed, ""))
    except (ValueError, RecursionError):
        raise InvalidRequest("The body is not valid JSON") from None
    if pointers:
        raise InvalidContent(
            errors=[{"pointer": one, "detail": "may not hold U+0000", "code": "nul_character"} for one in pointers[:20]]
        )


def _nul_pointers(value: Any, at: str) -> list[str]:
    if isinstance(value, str):
        return [at] if "\x00" in value else []
    if isinstance(value, dict):
        named = [at for name in value if "\x00" in name]
        return named + [one for name, inner in value.items() for one in _nul_pointers(inner, f"{at}/{name[:50]}")]
    if isinstance(value, list):
        return [one for index, inner in enumerate(value) for one in _nul_pointers(inner, f"{at}/{index}")]
    return []
