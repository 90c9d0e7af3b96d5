"""Errors with a meaning. Raise the named one; its class owns the status, the code and the title.

Problem                     an answer to the caller (RFC 9457), never a bug
├── InvalidRequest          400  the request cannot be read: JSON, query parameter, page token
│   └── InvalidPageToken    400
├── Unauthenticated         401
├── Forbidden               403
├── NotFound                404  also for what belongs to somebody else
├── MethodNotAllowed        405
├── Conflict                409  the state of the resource refuses it
│   ├── AlreadyExists       409
│   ├── Busy                409  the same work is under way: try again (Retry-After)
│   └── ReplayWithheld      409  done before, and its answer is a secret that is not kept
├── BodyTooLarge            413
├── UnsupportedMediaType    415
├── InvalidContent          422  the payload was read and is wrong; errors[] says where
│   └── IdempotencyKeyReused 422
├── TooManyRequests         429  Retry-After
└── Unavailable             503  Retry-After
"""

from collections.abc import Sequence
from typing import ClassVar, TypedDict


class FieldError(TypedDict, total=False):
    """One fault of a payload: where (JSON pointer, or the parameter's name) and what."""

    pointer: str
    parameter: str
    detail: str
    code: str


class Problem(Exception):
    """An answer that is not the wished one, as application/problem+json (RFC 9457)."""

    status: ClassVar[int]
    code: ClassVar[str]
    title: ClassVar[str]
    commits: ClassVar[bool] = False
    """Whether what was staged before it was raised is committed: where the refusal itself must leave a mark."""

    def __init__(
        self, detail: str | None = None, *, errors: Sequence[FieldError] = (), retry_after: int | None = None
    ) -> None:
        """`detail` is for the caller to read; `retry_after` is in seconds."""
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.errors = tuple(errors)
        self.retry_after = retry_after


class InvalidRequest(Problem):
    """The request cannot be read."""

    status, code, title = 400, "invalid_request", "The request cannot be read"


class InvalidPageToken(InvalidRequest):
    """A page token that this list did not issue."""

    code, title = "invalid_page_token", "The page token was not issued by this list"


class Unauthenticated(Problem):
    """No valid credentials."""

    status, code, title = 401, "unauthenticated", "Valid credentials are needed"


class Forbidden(Problem):
    """The caller is known, and may not."""

    status, code, title = 403, "forbidden", "You may not do this"


class NotFound(Problem):
    """It does not exist, or is not the caller's to see."""

    status, code, title = 404, "not_found", "There is no such thing"


class MethodNotAllowed(Problem):
    """The path exists, the method does not."""

    status, code, title = 405, "method_not_allowed", "The path does not take this method"


class Conflict(Problem):
    """The state of the resource refuses the request."""

    status, code, title = 409, "conflict", "Somebody else changed this meanwhile"


class AlreadyExists(Conflict):
    """What was to be created exists."""

    code, title = "already_exists", "It exists already"


class Busy(Conflict):
    """The same work is under way elsewhere."""

    code, title = "busy", "The same request is still being worked on"


class ReplayWithheld(Conflict):
    """Done before; the answer held a secret, so it was not kept."""

    code, title = "replay_withheld", "This was done before; its answer is not repeated"


class BodyTooLarge(Problem):
    """The body is over the function's limit."""

    status, code, title = 413, "body_too_large", "The body is too large"


class UnsupportedMediaType(Problem):
    """The body is not of the type that the function reads."""

    status, code, title = 415, "unsupported_media_type", "The body must be application/json"


class InvalidContent(Problem):
    """The payload was read, and is wrong."""

    status, code, title = 422, "invalid_content", "The content is not valid"


class IdempotencyKeyReused(InvalidContent):
    """The same Idempotency-Key came with another body."""

    code, title = "idempotency_key_reused", "This Idempotency-Key was used with another body"


class TooManyRequests(Problem):
    """Over a rate limit."""

    status, code, title = 429, "too_many_requests", "Too many requests"


class Unavailable(Problem):
    """Cannot be done now; try again."""

    status, code, title = 503, "unavailable", "This cannot be done now"
