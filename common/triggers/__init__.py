"""What starts a function: a request, a task, a schedule, an event. One declaration says which, and what it needs.

`http` and `event` are modules of decorators (`http.get`, `event.object_finalized`), imported only by who uses them.
"""

from common.triggers.declaration import Accepted, Asset, Created, SetCookie, Stream
from common.triggers.schedule import schedule
from common.triggers.task import task

__all__ = ["Accepted", "Asset", "Created", "SetCookie", "Stream", "schedule", "task"]
