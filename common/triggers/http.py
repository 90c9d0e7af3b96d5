"""HTTPS endpoints: `@http.post("/v1/things", role="learner")` on a handler, or several routes of one `http.resource`.

The order of judgement: path and method (404, 405), credentials (401), role and scope (403), rate (429), type and size
of the body (415, 413), query (400), body (400, 422); then the handler runs, and its effects and answer are one commit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, cast

from flask import Request, Response
from pydantic import BaseModel
from werkzeug.exceptions import MethodNotAllowed as NoSuchMethod
from werkzeug.exceptions import NotFound as NoSuchPath
from werkzeug.routing import Map, MapAdapter, RequestRedirect, Rule

from common import adapters
from common.adapters import World
from common.errors import MethodNotAllowed, NotFound, Problem, Unavailable
from common.ports import Caller, Client
from common.ports.database import DatabaseUnavailable
from common.ports.records import StoredAnswer
from common.triggers import answers, claims, invocation, origins, problems, requests
from common.triggers.declaration import (
    Asset,
    Created,
    Declaration,
    RoleOrPublic,
    Route,
    SetCookie,
    Stream,
)
from common.triggers.entry import Endpoint, endpoint
from common.triggers.literals import check_literals
from common.triggers.rate_limit import Buckets, ExactRateLimit
from common.triggers.signature import read_route
from common.triggers.unit_of_work import Billed, UnitOfWork

Handler = Callable[..., Any]
Answer = BaseModel | Created[Any] | SetCookie[Any] | Stream[Any] | Asset | None
"""What a handler may return (Accepted is a Created)."""
H = TypeVar("H", bound=Callable[..., Answer])
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_buckets = Buckets()


class Decorate(Protocol):
    """get, post, put, patch, delete: what a route says of itself."""

    def __call__(
        self,
        path: str,
        *,
        role: RoleOrPublic,
        raises: tuple[type[Problem], ...] = (),
        rate_limit: str = "600/minute",
        exact_rate: bool = False,
        secret_response: bool = False,
        max_body: int = 65_536,
    ) -> Callable[[H], H]:
        """`rate_limit` a caller (an address where there is none); `max_body` in bytes.

        `exact_rate` counts in the database, for what costs; `secret_response` keeps the answer out of the claim.
        """


class Resource(Endpoint, Protocol):
    """One function with several routes of one resource."""

    get: Decorate
    post: Decorate
    put: Decorate
    patch: Decorate
    delete: Decorate


def resource(
    name: str,
    *,
    memory: str = "512Mi",
    timeout: int = 60,
    concurrency: int = 40,
    assets: tuple[str, ...] = (),
    internet: bool = True,
) -> Resource:
    """A function of several routes; `name` is its folder's, `timeout` in seconds.

    `assets` are the files and folders that it serves. Without `internet` it reaches Google's own services alone:
    for what runs strangers' code.
    """
    check_literals(None, {"name": name, "memory": memory, "assets": assets, "internet": internet}, name)
    declaration = Declaration(
        name, "http", memory=memory, timeout=timeout, concurrency=concurrency, assets=assets, internet=internet
    )
    made = cast(Resource, endpoint(declaration, serve))
    for method in METHODS:
        setattr(made, method.lower(), _adder(declaration, method))
    return made


def _adder(declaration: Declaration, method: str) -> Callable[..., Any]:
    def at(path: str, **options: Any) -> Callable[[Handler], Handler]:
        def declare(handler: Handler) -> Handler:
            _add(declaration, method, path, handler, options)
            return handler

        return declare

    return at


def _add(declaration: Declaration, method: str, path: str, handler: Handler, options: dict[str, Any]) -> None:
    if "role" not in options:
        raise TypeError(f"{handler.__name__}(role): a route says who may call it")
    route = read_route(handler, "http", {"path": path, "method": method, **options})
    if any(one.method == method and one.path == path for one in declaration.routes):
        raise TypeError(f"{handler.__name__}: {method} {path} is declared twice in {declaration.name}")
    declaration.routes.append(route)


def _single(method: str) -> Any:
    def at(
        path: str,
        *,
        memory: str = "512Mi",
        timeout: int = 60,
        concurrency: int = 40,
        internet: bool = True,
        **options: Any,
    ) -> Callable[[Handler], Endpoint]:
        def declare(handler: Handler) -> Endpoint:
            own = {"memory": memory, "timeout": timeout, "concurrency": concurrency, "internet": internet}
            check_literals(handler, own)
            declaration = Declaration(
                handler.__name__, "http", memory=memory, timeout=timeout, concurrency=concurrency, internet=internet
            )
            _add(declaration, method, path, handler, options)
            return endpoint(declaration, serve)

        return declare

    return at


class DecorateSingle(Protocol):
    """As Decorate, with the function's own needs."""

    def __call__(
        self,
        path: str,
        *,
        role: RoleOrPublic,
        raises: tuple[type[Problem], ...] = (),
        rate_limit: str = "600/minute",
        exact_rate: bool = False,
        secret_response: bool = False,
        max_body: int = 65_536,
        memory: str = "512Mi",
        timeout: int = 60,
        concurrency: int = 40,
        internet: bool = True,
    ) -> Callable[[Callable[..., Answer]], Endpoint]:
        """Declare a function of one route: see Decorate and resource; `timeout` in seconds."""


get: DecorateSingle = _single("GET")
post: DecorateSingle = _single("POST")
put: DecorateSingle = _single("PUT")
patch: DecorateSingle = _single("PATCH")
delete: DecorateSingle = _single("DELETE")


@dataclass
class _Call:
    """One request to one route, as far as it is known."""

    world: World
    declaration: Declaration
    request: Request
    billed: Billed
    route: Route
    path: dict[str, str]
    client: Client
    caller: Caller | None = None

    @property
    def who(self) -> str:
        """The key of limits and claims: the caller, or the address where there is none."""
        return (self.caller.key_id or self.caller.user_id) if self.caller else self.client.address


def serve(declaration: Declaration, request: Request) -> Response:
    """Answer one request to any of the function's routes."""
    world = adapters.world()
    billed = request.environ["scholium.billed"] = Billed()
    try:
        return _answer(world, declaration, request, billed)
    except DatabaseUnavailable:
        raise Unavailable(retry_after=2) from None
    except MethodNotAllowed as problem:
        return problems.response(problem, {"Allow": ", ".join(_allowed(world, declaration, request.path))})


def _answer(world: World, declaration: Declaration, request: Request, billed: Billed) -> Response:
    if request.method == "OPTIONS":
        return origins.preflight(_allowed(world, declaration, request.path))
    route, path = _match(declaration, request)
    client = requests.client(request, world.settings.trusted_proxies)
    call = _Call(world, declaration, request, billed, route, path, client)
    if route.knows_caller:
        # Only routes that know their caller pay for the import of cryptography.
        from common.triggers import authentication  # noqa: PLC0415

        call.caller = authentication.authenticate(world, route, request, declaration.name, billed)
    _take_rate(call)
    body = requests.body_of(route, request)
    inputs = requests.inputs(route, request, path, body, call.caller, client)
    key = request.headers.get("Idempotency-Key") if route.method != "GET" else None
    return _perform(call, inputs, _claim(call, key, body) if key is not None else None)


def _routing(declaration: Declaration) -> MapAdapter:
    rules = [
        Rule(route.path.replace("{", "<").replace("}", ">"), methods=[route.method], endpoint=index)
        for index, route in enumerate(declaration.routes)
    ]
    for rule in rules:
        if rule.methods:
            rule.methods.discard("HEAD")  # werkzeug adds it to GET
    return Map(rules, strict_slashes=True, merge_slashes=False, redirect_defaults=False).bind("")


_maps: dict[str, tuple[int, MapAdapter]] = {}


def _map(declaration: Declaration) -> MapAdapter:
    made = _maps.get(declaration.name)
    if made is None or made[0] != id(declaration):
        made = _maps[declaration.name] = (id(declaration), _routing(declaration))
    return made[1]


def _match(declaration: Declaration, request: Request) -> tuple[Route, dict[str, str]]:
    try:
        index, path = _map(declaration).match(request.path, request.method)
    except NoSuchMethod:
        raise MethodNotAllowed from None
    except (NoSuchPath, RequestRedirect):
        raise NotFound from None
    return declaration.routes[index], requests.path_values(path)


def _allowed(world: World, declaration: Declaration, path: str) -> list[str]:
    """The methods of a path, those of other functions included; NotFound where there is no such path."""
    routing = _map(declaration)
    methods = set(routing.allowed_methods(path))
    if not methods:
        raise NotFound
    for method in tuple(methods):
        index, _ = routing.match(path, method)
        methods |= set(world.settings.allow.get(declaration.routes[index].path, ()))
    return sorted(methods | {"OPTIONS"})


def _take_rate(call: _Call) -> None:
    route = call.route
    key = f"{call.declaration.name}:{route.method}:{route.path}"
    factor = call.world.settings.rate_limit_factor
    _buckets.take(f"{key}:{call.who}", route.rate_limit, factor)
    if route.exact_rate:
        limit = ExactRateLimit(call.world.database, call.world.clock, factor, call.billed)
        limit.take(key, call.who, route.rate_limit)


def _claim(call: _Call, key: str, body: bytes) -> claims.Claim | StoredAnswer:
    now = call.world.clock.now()
    record = claims.new_record(
        claims.claim_id(call.who, call.route.method, call.request.path, key),
        call.caller.user_id if call.caller else None,
        call.request.query_string + b"\n" + body,
        now,
        call.declaration.timeout,
    )
    return claims.begin(call.world.database, record, now, call.billed)


def _perform(call: _Call, inputs: dict[str, Any], claim: claims.Claim | StoredAnswer | None) -> Response:
    world, route = call.world, call.route
    if isinstance(claim, StoredAnswer):
        return answers.replay(claim, route, call.request)
    text = ""

    def finish(unit: UnitOfWork, result: Any) -> None:
        nonlocal text
        text = answers.text_of(route, result)  # before the commit: what cannot be answered is not done either
        if claim:
            about = getattr(getattr(result, "body", result), "user_id", None)  # a new account's profile
            claim.finish(unit, route.result.status_of(result), text, secret=route.secret_response, about=about)

    def fail() -> None:
        if claim:
            claim.release(world.database, call.billed)

    if route.result.wrapper is Stream:
        return answers.stream(world, route, call.request, inputs, call.billed, finish, fail)
    try:
        result = invocation.run(world, route, inputs, call.billed, finish=finish)
    except BaseException:
        fail()
        raise
    return answers.respond(world, route, call.request, result, text)


__all__ = ["Decorate", "Resource", "delete", "get", "patch", "post", "put", "resource", "serve"]
