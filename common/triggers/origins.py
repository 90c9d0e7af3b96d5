"""Which pages of other origins may call the API and read its answers (Fetch standard, CORS)."""

from __future__ import annotations

from flask import Request, Response

PREFLIGHT_SECONDS = "600"
REQUEST_HEADERS = "Authorization, Content-Type, Idempotency-Key, X-Request-Id"
EXPOSED_HEADERS = "X-Request-Id, Retry-After, Idempotency-Replayed"


def preflight(methods: list[str]) -> Response:
    """OPTIONS: which methods a path has; the origin is judged where every answer's is."""
    response = Response(status=204)
    response.headers["Allow"] = response.headers["Access-Control-Allow-Methods"] = ", ".join(methods)
    response.headers["Access-Control-Allow-Headers"] = REQUEST_HEADERS
    response.headers["Access-Control-Max-Age"] = PREFLIGHT_SECONDS
    return response


def allow_origin(response: Response, request: Request, origins: tuple[str, ...]) -> None:
    """Let pages of an allowed origin read the answer (Fetch standard, CORS)."""
    origin = request.headers.get("Origin")
    if origins:
        response.headers.add("Vary", "Origin")
    if origin in origins:
        response.headers["Access-Control-Allow-Origin"] = str(origin)
        response.headers["Access-Control-Allow-Credentials"] = "true"
        response.headers["Access-Control-Expose-Headers"] = EXPOSED_HEADERS
