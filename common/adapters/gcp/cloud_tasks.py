"""Tasks in Cloud Tasks, whose body is only a message's id."""

import hashlib
import json
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import grpc  # type: ignore[import-untyped]  # it ships no types
from google.api_core.exceptions import AlreadyExists, DeadlineExceeded, ServiceUnavailable
from google.api_core.retry import Retry, if_exception_type
from google.cloud.tasks_v2 import CloudTasksClient, HttpMethod, HttpRequest, Task
from google.cloud.tasks_v2.services.cloud_tasks.transports import CloudTasksGrpcTransport
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from common.adapters.system import SystemClock
from common.ports.queue import MessageRecord, queue_name
from common.settings import Settings

ATTEMPT = 3.0
"""Seconds for one call."""
TOTAL = 6.0
"""Seconds for one task, retries included: a caller waits for it. After that the sweeper sends it."""
LONGEST = Duration(seconds=1800)
"""Cloud Tasks waits as long as it can for an answer: the function's own timeout ends a run, never the queue's."""


class CloudTasks:
    """TaskSender over one queue a kind of message.

    The queue overrides the task's address and identity (Terraform's `http_target`), so a producer needs only the
    right to enqueue on it, and the address in the task is a placeholder.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client = _client(settings)
        self._clock = SystemClock()
        # Named tasks may be created twice, so a lost answer is asked again.
        self._retry = Retry(
            predicate=if_exception_type(ServiceUnavailable, DeadlineExceeded), initial=0.1, maximum=2.0, timeout=TOTAL
        )
        self._threads = ThreadPoolExecutor(max_workers=8, thread_name_prefix="cloud-tasks")

    def send(self, records: Sequence[MessageRecord], *, again: str = "") -> None:
        """Create a task for each, side by side; every one is tried before the first failure is raised."""
        if len(records) == 1:
            self._create(records[0], again)
            return
        sent = [self._threads.submit(self._create, record, again) for record in records]
        failures = [failure for each in sent if (failure := each.exception()) is not None]
        if failures:
            raise failures[0]

    def _create(self, record: MessageRecord, again: str) -> None:
        queue = queue_name(record.kind)
        parent = self._client.queue_path(self._settings.project, self._settings.region, queue)
        task = Task(
            name=f"{parent}/tasks/{task_id(record.message_id, again)}",
            http_request=HttpRequest(
                http_method=HttpMethod.POST,
                url=f"https://{queue}.invalid/",
                headers={"Content-Type": "application/json"},
                body=json.dumps({"message_id": record.message_id}).encode(),
            ),
            dispatch_deadline=LONGEST,
        )
        if record.due_at > self._clock.now():
            due = Timestamp()
            due.FromDatetime(record.due_at)
            task.schedule_time = due
        try:
            self._client.create_task(parent=parent, task=task, retry=self._retry, timeout=ATTEMPT)
        except AlreadyExists:
            return  # sent before; or done within the last hours, and then the record says so


def task_id(message_id: str, again: str) -> str:
    """The task's name: the same for the same message and `again`, in the letters that Cloud Tasks allows."""
    readable = f"{message_id}-{again}" if again else message_id
    if re.fullmatch(r"[A-Za-z0-9_-]{1,400}", readable):
        return readable
    return hashlib.sha256(readable.encode()).hexdigest()


def _client(settings: Settings) -> CloudTasksClient:
    if not settings.tasks_emulator:
        return CloudTasksClient()
    channel = grpc.insecure_channel(settings.tasks_emulator)
    return CloudTasksClient(transport=CloudTasksGrpcTransport(channel=channel))
