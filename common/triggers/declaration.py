"""What a function says of itself, read once from its decorator and its signature.

Everything else reads this: the runtime wrapper, the local server, OpenAPI, Terraform's inputs, the packager. How a
handler's signature becomes one is in signature.py.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel

from common import adapters
from common.errors import Problem
from common.ports import Bucket, Message, Role
from common.triggers.needs import needs_of

T = TypeVar("T")
RoleOrPublic = Role | Literal["public"]
Trigger = Literal["http", "task", "event", "schedule"]
Source = Literal["path", "query", "body", "raw_body", "caller", "client", "cookies", "message", "tick", "event", "port"]

NAME = re.compile(r"[a-z][a-z0-9_]{0,48}[a-z0-9]")
MEMORY = ("128Mi", "256Mi", "512Mi", "1Gi", "2Gi", "4Gi", "8Gi", "16Gi", "32Gi")
CRON = re.compile(r"\S+( \S+){4}")


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
    """200 with a file of the archive: its path from the root, which the declaration's `assets` name, or its folder."""

    path: str
    content_type: str
    policy: str = "frame-ancestors 'none'"
    """Content-Security-Policy; the least is what a page cannot say of itself."""
    immutable: bool = False
    """Its address names its content, so that whoever has it never asks again."""
    replace: tuple[str, str] | None = None
    """A mark in the text, and what stands there instead."""


class Stream(Generic[T]):
    """Server-Sent Events: the generator yields (event, model) pairs and returns the answer, which is `event: done`.

    The commit comes between the last delta and `done`; a client that leaves does not stop it. Where the caller
    accepts no event stream, the answer alone is sent as JSON.
    """

    def __init__(self, events: Callable[[], Any]) -> None:
        """`events` makes a generator of (event name, model), whose return value is the answer."""
        self.events = events


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
    or_accepted: bool = False
    """Created or Accepted, as the handler decides: done at once, or left to a task."""

    def status_of(self, returned: object) -> int:
        """The status of what a handler returned."""
        return Accepted.status if self.or_accepted and isinstance(returned, Accepted) else self.status


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
    internet: bool = True
    """Whether it reaches anything but Google's own services."""
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
