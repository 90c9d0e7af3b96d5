"""Eventarc: `@event.object_finalized(Uploads)` on a handler that takes the object which came to be."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import functions_framework
from flask import Request, Response

from common import adapters
from common.ports import Bucket, FinalizedObject
from common.triggers import invocation
from common.triggers.declaration import Declaration
from common.triggers.entry import Endpoint, endpoint
from common.triggers.signature import read_route
from common.triggers.unit_of_work import Billed

FINALIZED = "google.cloud.storage.object.v1.finalized"


def object_finalized(
    bucket: type[Bucket], *, memory: str = "512Mi", timeout: int = 60
) -> Callable[[Callable[..., None]], Endpoint]:
    """Declare a function that runs for each new object of `bucket`, at least once each."""

    def declare(handler: Callable[..., None]) -> Endpoint:
        if not (isinstance(bucket, type) and issubclass(bucket, Bucket)):
            raise TypeError(f"{handler.__name__}(bucket): {bucket!r} is no Bucket")
        route = read_route(handler, "event", {})
        declaration = Declaration(handler.__name__, "event", [route], memory=memory, timeout=timeout, bucket=bucket)
        # Registered as HTTP: for an event trigger the platform sets another signature type in the environment.
        return cast(Endpoint, functions_framework.http(endpoint(declaration, receive)))

    return declare


def receive(declaration: Declaration, request: Request) -> Response:
    """Answer one CloudEvent in HTTP binary mode: 200 done, 400 no such event, anything else is delivered again."""
    body = request.get_json(silent=True)
    if request.headers.get("ce-type") != FINALIZED or not isinstance(body, dict):
        return Response(status=400)
    try:
        finalized = FinalizedObject(
            bucket=str(body["bucket"]),
            name=str(body["name"]),
            generation=int(body["generation"]),
            size=int(body["size"]),
            content_type=str(body.get("contentType", "application/octet-stream")),
            event_id=request.headers.get("ce-id", ""),
        )
    except (KeyError, TypeError, ValueError):
        return Response(status=400)
    route = declaration.routes[0]
    inputs = {p.name: finalized for p in route.parameters if p.source == "event"}
    billed = request.environ["scholium.billed"] = Billed()
    invocation.run(adapters.world(), route, inputs, billed)
    return Response(status=200)
