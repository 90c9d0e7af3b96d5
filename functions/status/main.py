"""GET /v1/status"""

from common.domain.operations.models import Status
from common.ports import Clock
from common.triggers import http
from common.version import VERSION


@http.get("/v1/status", role="public", rate_limit="6000/minute")
def status(clock: Clock) -> Status:
    """Say that the service answers. Reads nothing, so it may be asked often."""
    return Status(status="ok", version=VERSION, time=clock.now())
