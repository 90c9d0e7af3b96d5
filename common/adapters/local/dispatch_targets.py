"""What the dispatcher delivers, and where: the local server reads it from the functions' declarations."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TaskTarget:
    """The consumer of one kind of message, and the limits of its queue."""

    kind: str
    function: str
    url_path: str
    max_attempts: int
    """For the record: the edge counts attempts and buries dead letters; a queue never gives up."""
    max_dispatches_per_second: float
    max_concurrent: int
    timeout_seconds: float


@dataclass(frozen=True)
class ScheduleTarget:
    """A function that runs at the times of a cron expression of five fields, in UTC."""

    function: str
    cron: str
    url_path: str
    timeout_seconds: float = 540


@dataclass(frozen=True)
class EventTarget:
    """A function that hears of every object finalized in a bucket."""

    function: str
    bucket: str
    url_path: str
    timeout_seconds: float = 540


Target = TaskTarget | ScheduleTarget | EventTarget
