"""Errors as application/problem+json (RFC 9457), with the request's id and never an exception's text."""

import json
from collections.abc import Mapping
from typing import Any

from flask import Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from common import logs
from common.errors import FieldError, InvalidContent, InvalidRequest, Problem

CONTENT_TYPE = "application/problem+json"


class FaultModel(BaseModel):
    """One fault of a request."""

    model_config = ConfigDict(extra="forbid")

    pointer: str | None = Field(default=None, description="JSON pointer (RFC 6901) into the body")
    parameter: str | None = Field(default=None, description="the query parameter or header")
    detail: str
    code: str


class ProblemModel(BaseModel):
    """An error (RFC 9457). Decide by `code`, show `detail`, quote `request_id` when asking for help."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(description="a URN of the code")
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    code: str = Field(description="stable, for programs")
    request_id: str
    errors: list[FaultModel] | None = Field(default=None, description="each fault, where there are several")


def response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The problem as an HTTP answer."""
    made = _response(problem.status, problem.code, problem.title, problem.detail, problem.errors)
    if problem.retry_after is not None:
        made.headers["Retry-After"] = str(problem.retry_after)
    if problem.status == 401:
        made.headers["WWW-Authenticate"] = 'Bearer realm="scholium"'
    made.headers.extend(headers or {})
    return made


def unexpected() -> Response:
    """500: a fault of ours; its text stays in the logs."""
    return _response(500, "internal_error", "Something went wrong", "The fault is ours and was recorded.", ())


def _response(status: int, code: str, title: str, detail: str, errors: tuple[FieldError, ...]) -> Response:
    body: dict[str, Any] = {
        "type": f"urn:scholium:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": logs.request_id(),
    }
    if errors:
        body["errors"] = list(errors)
    return Response(json.dumps(body), status=status, content_type=CONTENT_TYPE)


def of_body(error: ValidationError) -> Problem:
    """400 when the body is no JSON, 422 with a JSON pointer for each fault otherwise. Values are not repeated."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    if any(fault["type"] == "json_invalid" for fault in faults):
        return InvalidRequest("The body is not valid JSON")
    return InvalidContent(
        errors=[
            FieldError(
                pointer="".join(f"/{_escaped(part)}" for part in fault["loc"]), detail=_text(fault), code=fault["type"]
            )
            for fault in faults
        ]
    )


def of_query(error: ValidationError) -> Problem:
    """400 that names each wrong query parameter."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    return InvalidRequest(
        "A query parameter is not valid",
        errors=[
            FieldError(parameter=str(fault["loc"][0]) if fault["loc"] else "", detail=_text(fault), code=fault["type"])
            for fault in faults
        ],
    )


def _text(fault: Any) -> str:
    return str(fault["msg"]).removeprefix("Value error, ")


def _escaped(part: int | str) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")
