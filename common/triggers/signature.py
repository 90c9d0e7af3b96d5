"""The reader of declarations: what a decorated handler says by its signature, held against what its trigger can give.

Whatever is wrong is a TypeError at import that names the function and the parameter.
"""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, create_model

from common import adapters
from common.errors import Problem
from common.ports import Caller, Client, Cookies, Document, FinalizedObject, Message, RawBody, Tick
from common.ports.caller import RANK
from common.triggers.declaration import (
    Accepted,
    Asset,
    Created,
    Parameter,
    Result,
    Route,
    SetCookie,
    Source,
    Stream,
    Trigger,
)
from common.triggers.literals import check_literals

PATH = re.compile(r"(/[a-z0-9._-]+|/\{[a-z][a-z0-9_]*\})+|/")
RATE = re.compile(r"[1-9]\d*/(second|minute|hour|day)")

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
_WRAPPERS: dict[object, int] = {Created: 201, Accepted: 202, Stream: 200, SetCookie: 200}


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
    returned, later = _without_accepted(returned)
    wrapper = get_origin(returned)
    model = get_args(returned)[0] if wrapper in _WRAPPERS else returned
    if wrapper is SetCookie and model is type(None):
        return Result(204, None, SetCookie)
    if not (isinstance(model, type) and issubclass(model, BaseModel)) or issubclass(model, Document):
        raise TypeError(f"{where}: {returned!r} is no response model, and a stored document is never one")
    return Result(_WRAPPERS.get(wrapper, 200), model, wrapper if wrapper in _WRAPPERS else None, later)


def _without_accepted(returned: Any) -> tuple[Any, bool]:
    """Of `Created[M] | Accepted[M]` the first, and whether it was such: done at once, or left to a task."""
    if get_origin(returned) in (Union, types.UnionType):
        pair = get_args(returned)
        same = len(pair) == 2 and get_args(pair[0]) == get_args(pair[1])
        if same and [get_origin(one) for one in pair] == [Created, Accepted]:
            return pair[0], True
    return returned, False
