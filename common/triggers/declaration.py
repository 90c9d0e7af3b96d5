"""What a function says of itself, read once from its decorator and its signature.

Everything else reads this: the runtime wrapper, the local server, OpenAPI, Terraform's inputs, the packager. A
declaration that is wrong is a TypeError at import which names the function and the parameter.
"""

from __future__ import annotations

import functools
import inspect
import re
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Annotated, Any, Generic, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, create_model

from common import adapters
from common.errors import Problem
from common.ports import Bucket, Caller, Client, Cookies, Document, FinalizedObject, Message, RawBody, Role, Tick
from common.ports.caller import RANK
from common.triggers.literals import check_literals
from common.triggers.needs import needs_of

T = TypeVar("T")
RoleOrPublic = Role | Literal["public"]
Trigger = Literal["http", "task", "event", "schedule"]
Source = Literal["path", "query", "body", "raw_body", "caller", "client", "cookies", "message", "tick", "event", "port"]

NAME = re.compile(r"[a-z][a-z0-9_]{0,48}[a-z0-9]")
PATH = re.compile(r"(/[a-z0-9._-]+|/\{[a-z][a-z0-9_]*\})+|/")
RATE = re.compile(r"[1-9]\d*/(second|minute|hour|day)")
MEMORY = ("128Mi", "256Mi", "512Mi", "1Gi", "2Gi", "4Gi", "8Gi", "16Gi", "32Gi")
CRON = re.compile(r"\S+( \S+){4}")

_INPUTS: dict[object, Source] = {
    Caller: "caller",
    Client: "client",
    Cookies: "cookies",
    RawBody: "raw_body",
    Tick: "tick",
    FinalizedObject: "event",
}
_FIRST: dict[Trigger, str] = {"http": "path", "task": "", "event": "bucket", "schedule": "cron"}
"""What the decorator's positional argument is called."""
_SCALARS = (str, int, float, bool, datetime)
_TAKEN: dict[Trigger, set[Source]] = {
    "http": {"path", "query", "body", "raw_body", "caller", "client", "cookies", "port"},
    "task": {"message", "port"},
    "event": {"event", "port"},
    "schedule": {"tick", "port"},
}


class Created(Generic[T]):
    """201 with a body."""

    status = 201

    def __init__(self, body: T) -> None:
        self.body = body


class Accepted(Created[T]):
    """202 with a body: the work goes on as a task."""

    status = 202


class SetCookie(Generic[T]):
    """200 (204 when the body is None) and an HttpOnly, SameSite=Strict cookie; empty deletes it, None sets none."""

    def __init__(self, body: T, name: str, value: str | None, *, path: str, max_age: int) -> None:
        """`max_age` in seconds."""
        self.body, self.name, self.value, self.path, self.max_age = body, name, value, path, max_age


@dataclass(frozen=True)
class Asset:
    """200 with a file of the archive: its path from the root, named in the declaration's `assets`."""

    path: str
    content_type: str


class Stream(Generic[T]):
    """Server-Sent Events: the generator yields (event, model) pairs and returns the answer, which is `event: done`.

    The commit comes between the last delta and `done`; a client that leaves does not stop it. Where the caller
    accepts no event stream, the answer alone is sent as JSON.
    """

    def __init__(self, events: Callable[[], Any]) -> None:
        """`events` makes a generator of (event name, model), whose return value is the answer."""
        self.events = events


_WRAPPERS: dict[object, int] = {Created: 201, Accepted: 202, Stream: 200, SetCookie: 200}


@dataclass(frozen=True)
class Parameter:
    """One parameter of a handler, and where its value comes from."""

    name: str
    source: Source
    annotation: Any
    port: object | None = None
    argument: type | None = None
    """The class that a port is parameterised by: Queue[M] -> M."""
    optional: bool = False
    """`Caller | None`: the route is answered without credentials too."""
    default: Any = inspect.Parameter.empty


@dataclass(frozen=True)
class Result:
    """What a handler answers: its status, its model, and how."""

    status: int
    model: type[BaseModel] | None
    wrapper: object | None = None


@dataclass(frozen=True)
class Route:
    """A handler: for HTTP with its method and path, otherwise with neither."""

    handler: Callable[..., Any]
    parameters: tuple[Parameter, ...]
    result: Result
    method: str = ""
    path: str = ""
    role: RoleOrPublic = "admin"
    raises: tuple[type[Problem], ...] = ()
    rate_limit: str = "600/minute"
    exact_rate: bool = False
    secret_response: bool = False
    max_body: int = 65_536
    query_model: type[BaseModel] | None = None

    @functools.cached_property
    def body(self) -> type[BaseModel] | None:
        """The model of the body."""
        return next((p.annotation for p in self.parameters if p.source == "body"), None)

    @functools.cached_property
    def takes_body(self) -> bool:
        """Whether a body is read: parsed, or as it came."""
        return any(parameter.source in ("body", "raw_body") for parameter in self.parameters)

    @functools.cached_property
    def ports(self) -> tuple[Parameter, ...]:
        """The parameters that are ports."""
        return tuple(parameter for parameter in self.parameters if parameter.source == "port")

    @functools.cached_property
    def knows_caller(self) -> bool:
        """Whether credentials are read: needed, or welcome."""
        return bool(self.method) and (self.role != "public" or any(p.source == "caller" for p in self.parameters))

    @functools.cached_property
    def outside(self) -> bool:
        """Whether it has effects that no rollback undoes."""
        return any(adapters.PORTS[port.port].outside for port in self.ports)

    @functools.cached_property
    def message(self) -> type[Message] | None:
        """The message that a task consumes."""
        return next((p.annotation for p in self.parameters if p.source == "message"), None)


@dataclass(frozen=True)
class Declaration:
    """A function: its name, what starts it, its routes, and what it asks of the platform."""

    name: str
    trigger: Trigger
    routes: list[Route] = field(default_factory=list)
    memory: str = "512Mi"
    timeout: int = 60
    """Seconds."""
    concurrency: int = 40
    """Requests at once in an instance."""
    assets: tuple[str, ...] = ()
    max_attempts: int = 8
    max_dispatches_per_second: int = 50
    max_concurrent: int = 20
    cron: str = ""
    bucket: type[Bucket] | None = None

    def __post_init__(self) -> None:
        """Refuse what the platform would refuse, by name."""
        limits = {
            "memory": self.memory in MEMORY,
            "timeout": 1 <= self.timeout <= (3600 if self.trigger == "http" else 540),
            "concurrency": 1 <= self.concurrency <= 1000,
            "max_attempts": 1 <= self.max_attempts <= 100,
            "max_dispatches_per_second": 1 <= self.max_dispatches_per_second <= 500,
            "max_concurrent": 1 <= self.max_concurrent <= 5000,
        }
        for option, holds in limits.items():
            if not holds:
                raise TypeError(f"{self.name}({option}): {getattr(self, option)!r} is not within the platform's limits")

    def needs(self) -> Iterator[Parameter]:
        """Every port that any of its routes declares."""
        for route in self.routes:
            yield from route.ports

    def adapters(self) -> set[str]:
        """The adapters that its instances load when they start."""
        named = {name for need in self.needs() for name in adapters.PORTS[need.port].adapters}
        return named | {need.adapter for need in needs_of(self)}


def read_route(handler: Callable[..., Any], trigger: Trigger, options: Mapping[str, Any]) -> Route:
    """The route that a decorated handler declares; TypeError where it is wrong."""
    where = getattr(handler, "__name__", str(handler))
    if not isinstance(handler, types.FunctionType) or inspect.iscoroutinefunction(handler):
        raise TypeError(f"{where}: a handler is a plain function")
    check_literals(handler, options, first=_FIRST[trigger])
    _check_options(where, options)
    path = options.get("path", "")
    names_in_path = set(re.findall(r"\{(\w+)\}", path))
    hints = _hints(handler)
    parameters = tuple(
        _parameter(where, one, hints.get(name), names_in_path)
        for name, one in inspect.signature(handler).parameters.items()
    )
    _check_parameters(where, trigger, parameters, names_in_path)
    _check_route(where, parameters, options)
    queries = {
        p.name: (p.annotation, ... if p.default is inspect.Parameter.empty else p.default)
        for p in parameters
        if p.source == "query"
    }
    query_model: type[BaseModel] | None = None
    if trigger == "http":
        columns: dict[str, Any] = dict(queries)
        query_model = create_model(f"{where}_query", __config__=ConfigDict(extra="forbid", frozen=True), **columns)
    return Route(handler, parameters, _result(where, trigger, hints), query_model=query_model, **options)


def _hints(handler: Callable[..., Any]) -> dict[str, Any]:
    try:
        return get_type_hints(handler, include_extras=True)
    except NameError as error:
        raise TypeError(f"{handler.__name__}: annotation {error.name!r} is not known here") from None


def _parameter(where: str, one: inspect.Parameter, annotation: Any, path: set[str]) -> Parameter:
    label = f"{where}({one.name})"
    if annotation is None:
        raise TypeError(f"{label}: a parameter says by its type where its value comes from")
    if one.kind not in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY):
        raise TypeError(f"{label}: *args, **kwargs and positional-only parameters cannot be declared")
    if annotation in adapters.PORTS or get_origin(annotation) in adapters.PORTS:
        return _port(label, one, annotation)
    bare, optional = _without_none(annotation)
    if bare in _INPUTS and (not optional or bare is Caller):
        _no_default(label, one)
        return Parameter(one.name, _INPUTS[bare], bare, optional=optional)
    if one.name in path:
        _no_default(label, one)
        if annotation is not str:
            raise TypeError(f"{label}: a path parameter is a str")
        return Parameter(one.name, "path", str)
    if isinstance(annotation, type) and issubclass(annotation, Message):
        _no_default(label, one)
        return Parameter(one.name, "message", annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel) and not issubclass(annotation, Document):
        _no_default(label, one)
        return Parameter(one.name, "body", annotation)
    if _is_scalar(annotation):
        return Parameter(one.name, "query", annotation, default=one.default)
    said = annotation if get_args(annotation) else getattr(annotation, "__name__", annotation)
    raise TypeError(f"{label}: {said} is neither a port, a body model, a query scalar nor an input such as Caller")


def _port(label: str, one: inspect.Parameter, annotation: Any) -> Parameter:
    _no_default(label, one)
    base = get_origin(annotation) or annotation
    takes = adapters.PORTS[base].takes
    arguments = get_args(annotation)
    if takes is None:
        return Parameter(one.name, "port", annotation, port=base)
    if len(arguments) != 1 or not (isinstance(arguments[0], type) and issubclass(arguments[0], takes)):
        raise TypeError(f"{label}: {base.__name__}[...] names a class of {takes.__name__}")
    return Parameter(one.name, "port", annotation, port=base, argument=arguments[0])


def _no_default(label: str, one: inspect.Parameter) -> None:
    if one.default is not inspect.Parameter.empty:
        raise TypeError(f"{label}: only a query scalar may have a default")


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if get_origin(annotation) in (Union, types.UnionType):
        rest = [one for one in get_args(annotation) if one is not type(None)]
        if len(rest) == 1:
            return rest[0], True
    return annotation, False


def _is_scalar(annotation: Any) -> bool:
    bare, _ = _without_none(annotation)
    while get_origin(bare) is Annotated:
        bare, _ = _without_none(get_args(bare)[0])
    if get_origin(bare) is Literal:
        return all(isinstance(value, str) for value in get_args(bare))
    return bare in _SCALARS


def _check_parameters(where: str, trigger: Trigger, parameters: tuple[Parameter, ...], names_in_path: set[str]) -> None:
    for parameter in parameters:
        if parameter.source not in _TAKEN[trigger]:
            raise TypeError(f"{where}({parameter.name}): a {trigger} function has no {parameter.source}")
    sources = [parameter.source for parameter in parameters]
    if sources.count("body") + sources.count("raw_body") > 1:
        bodies = [p.name for p in parameters if p.source in ("body", "raw_body")]
        raise TypeError(f"{where}({', '.join(bodies)}): a request has one body")
    missing = names_in_path - {parameter.name for parameter in parameters if parameter.source == "path"}
    if missing:
        raise TypeError(f"{where}({min(missing)}): its path names {{{min(missing)}}}, and no parameter takes it")
    needed: dict[Trigger, Source] = {"task": "message", "event": "event"}
    if trigger in needed and sources.count(needed[trigger]) != 1:
        raise TypeError(f"{where}: a {trigger} function takes exactly one {needed[trigger]}")


def _check_route(where: str, parameters: tuple[Parameter, ...], options: Mapping[str, Any]) -> None:
    for parameter in parameters:
        label = f"{where}({parameter.name})"
        if options.get("method") == "GET" and parameter.source in ("body", "raw_body"):
            raise TypeError(f"{label}: a GET has no body")
        if parameter.optional and options.get("role") != "public":
            raise TypeError(f"{label}: a route for {options.get('role')} always has a caller")


def _check_options(where: str, options: Mapping[str, Any]) -> None:
    for option in options.keys() - {known.name for known in fields(Route)}:
        raise TypeError(f"{where}({option}): a route has no such option")
    path = options.get("path", "/")
    if not (isinstance(path, str) and PATH.fullmatch(path)):
        raise TypeError(f"{where}(path): {path!r} is no path such as /v1/things/{{thing_id}}")
    named = re.findall(r"\{\w+\}", path)
    if len(named) != len(set(named)):
        raise TypeError(f"{where}(path): {path!r} names one parameter twice")
    if "role" in options and options["role"] not in ("public", *RANK):
        raise TypeError(f"{where}(role): {options['role']!r} is none of public, {', '.join(RANK)}")
    if "rate_limit" in options and not RATE.fullmatch(options["rate_limit"]):
        raise TypeError(f"{where}(rate_limit): {options['rate_limit']!r} is no rate such as 30/minute")
    for error in options.get("raises", ()):
        if not (isinstance(error, type) and issubclass(error, Problem)):
            raise TypeError(f"{where}(raises): {error!r} is no Problem")


def _result(where: str, trigger: Trigger, hints: dict[str, Any]) -> Result:
    if "return" not in hints:
        raise TypeError(f"{where}: its return type is its status; None is 204")
    returned = hints["return"]
    if returned is type(None):
        return Result(204, None)
    if trigger != "http":
        raise TypeError(f"{where}: a {trigger} function answers None")
    if returned is Asset:
        return Result(200, None, Asset)
    wrapper = get_origin(returned)
    model = get_args(returned)[0] if wrapper in _WRAPPERS else returned
    if wrapper is SetCookie and model is type(None):
        return Result(204, None, SetCookie)
    if not (isinstance(model, type) and issubclass(model, BaseModel)) or issubclass(model, Document):
        raise TypeError(f"{where}: {returned!r} is no response model, and a stored document is never one")
    return Result(_WRAPPERS.get(wrapper, 200), model, wrapper if wrapper in _WRAPPERS else None)
