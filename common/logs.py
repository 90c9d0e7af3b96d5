"""Events, one JSON object a line, in Cloud Logging's format.

Log events, not sentences: `info("quiz.graded", submission_id=...)`. Never answers, prompts, tokens or addresses.
"""

import json
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType

TRACE = "logging.googleapis.com/trace"
LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}
_NOTHING: Mapping[str, object] = MappingProxyType({})
_context: ContextVar[Mapping[str, object]] = ContextVar("log_context", default=_NOTHING)
_threshold = LEVELS["info"]
_encoder = json.JSONEncoder(default=str, separators=(",", ":"))


def set_level(level: str) -> None:
    """Leave out events below `level`: debug, info, warning or error."""
    global _threshold  # noqa: PLW0603 - one threshold a process, set once at its start
    _threshold = LEVELS[level]


@contextmanager
def context(**added: object) -> Iterator[None]:
    """Add fields to every event logged inside."""
    token = _context.set({**_context.get(), **added})
    try:
        yield
    finally:
        _context.reset(token)


def fields() -> dict[str, object]:
    """What every event logged here carries, to be given to `context` elsewhere."""
    return dict(_context.get())


def trace() -> str:
    """The trace of what is being done, to be carried by the messages it stages; empty outside a request."""
    return str(_context.get().get(TRACE, ""))


def request_id() -> str:
    """The id of the request that is being answered; empty outside one."""
    return str(_context.get().get("request_id", ""))


def debug(event: str, **fields: object) -> None:
    """For whoever looks for a fault."""
    _write("debug", event, fields)


def info(event: str, **fields: object) -> None:
    """Something happened that is meant to happen."""
    _write("info", event, fields)


def warning(event: str, **fields: object) -> None:
    """Something that should be rare; a rate of it means trouble."""
    _write("warning", event, fields)


def error(event: str, *, exception: BaseException | None = None, **fields: object) -> None:
    """A fault that somebody must look at; `exception` brings its stack, without the values in it."""
    if exception is not None:
        fields["exception"] = type(exception).__name__
        fields["stack_trace"] = "".join(traceback.format_tb(exception.__traceback__)) + type(exception).__name__
    _write("error", event, fields)


def _write(level: str, event: str, fields: dict[str, object]) -> None:
    if LEVELS[level] < _threshold:
        return
    line = {
        "severity": level.upper(),
        "time": datetime.now(UTC).isoformat(),
        "message": event,
        **_context.get(),
        **fields,
    }
    sys.stdout.write(_encoder.encode(line) + "\n")
    sys.stdout.flush()
