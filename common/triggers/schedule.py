"""Cloud Scheduler: `@schedule("*/5 * * * *")` on a handler that stages the first step of a chain."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Request, Response

from common import adapters
from common.ports import Tick
from common.triggers import invocation
from common.triggers.declaration import CRON, Declaration
from common.triggers.entry import Endpoint, endpoint
from common.triggers.signature import read_route
from common.triggers.unit_of_work import Billed


def schedule(cron: str, *, memory: str = "512Mi", timeout: int = 60) -> Callable[[Callable[..., None]], Endpoint]:
    """Declare a function that runs by the clock (five cron fields, UTC), at least once for each firing."""

    def declare(handler: Callable[..., None]) -> Endpoint:
        if not CRON.fullmatch(cron):
            raise TypeError(f"{handler.__name__}(cron): {cron!r} is not five fields")
        route = read_route(handler, "schedule", {})
        declaration = Declaration(
            handler.__name__, "schedule", [route], memory=memory, timeout=timeout, concurrency=1, cron=cron
        )
        return endpoint(declaration, fire)

    return declare


def fire(declaration: Declaration, request: Request) -> Response:
    """Run the handler for one firing; the same firing may come twice."""
    world = adapters.world()
    try:
        given = datetime.fromisoformat(request.headers["X-CloudScheduler-ScheduleTime"])
        at = (given if given.tzinfo else given.replace(tzinfo=UTC)).astimezone(UTC)  # ids derive from it
    except (KeyError, ValueError, OverflowError):
        at = world.clock.now().replace(second=0, microsecond=0)
    route = declaration.routes[0]
    inputs = {p.name: Tick(at) for p in route.parameters if p.source == "tick"}
    billed = request.environ["scholium.billed"] = Billed()
    invocation.run(world, route, inputs, billed)
    return Response(status=200)
