"""Cloud Tasks as far as Scholium uses it: a gRPC service that takes tasks and really delivers them over HTTP.

It keeps the product's promises: at least once, not before `schedule_time`, again with doubling pauses until a 2xx,
a name taken for good once it was used, tasks of at most 100 kB and at most 30 days ahead. As with the queues' own
`http_target`, the address comes from the queue (`targets`), never from the task.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from typing import cast
from urllib.parse import urlsplit

import grpc  # type: ignore[import-untyped]  # it ships no types
from google.cloud.tasks_v2 import types

TASK_BYTES = 100_000
AHEAD = timedelta(days=30)


class CloudTasksEmulator:
    """`targets`: queue name -> URL of its consumer. `created` holds the tasks that it took."""

    def __init__(
        self,
        targets: Mapping[str, str],
        *,
        least_backoff: float = 0.05,
        most_backoff: float = 300.0,
        workers: int = 4,
    ) -> None:
        self.targets = dict(targets)
        self.created: list[types.Task] = []
        self._least, self._most = least_backoff, most_backoff
        self._names: set[str] = set()
        self._due: list[tuple[float, int, _Delivery]] = []
        self._under_way = 0
        self._sequence = itertools.count()
        self._changed = threading.Condition()
        self._open = True
        self._workers = [threading.Thread(target=self._work, daemon=True) for _ in range(workers)]
        self._server = grpc.server(ThreadPoolExecutor(4))
        create = grpc.unary_unary_rpc_method_handler(
            self._create,
            request_deserializer=types.CreateTaskRequest.deserialize,
            response_serializer=types.Task.serialize,
        )
        service = grpc.method_handlers_generic_handler("google.cloud.tasks.v2.CloudTasks", {"CreateTask": create})
        self._server.add_generic_rpc_handlers((service,))
        self.address = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"

    def __enter__(self) -> CloudTasksEmulator:
        self._server.start()
        for worker in self._workers:
            worker.start()
        return self

    def __exit__(self, *exc: object) -> None:
        with self._changed:
            self._open = False
            self._changed.notify_all()
        self._server.stop(None).wait()
        for worker in self._workers:
            worker.join(2.0)

    def is_idle(self, within: float = 0.0) -> bool:
        """Whether no task is being delivered, and none is to be delivered so many seconds from now."""
        with self._changed:
            return not self._under_way and all(at > time.time() + within for at, _, _ in self._due)

    def run(self, queue: str) -> None:
        """Deliver what waits in a queue now, whenever it was to be (RunTask of the product's API)."""
        with self._changed:
            self._due = [(0.0 if one.queue == queue else at, number, one) for at, number, one in self._due]
            heapq.heapify(self._due)
            self._changed.notify_all()

    def _create(self, request: types.CreateTaskRequest, context: grpc.ServicerContext) -> types.Task:
        task, queue = request.task, request.parent.rpartition("/")[2]
        if queue not in self.targets:
            context.abort(grpc.StatusCode.NOT_FOUND, f"no queue {queue}")
        if not task.name.startswith(f"{request.parent}/tasks/"):
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "the name is of another queue")
        now = datetime.now(UTC)
        scheduled = cast(datetime | None, task.schedule_time)
        due = (scheduled or now).timestamp()
        if due > (now + AHEAD).timestamp() or len(types.Task.serialize(task)) > TASK_BYTES:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "too large, or too far ahead")
        with self._changed:
            is_new = task.name not in self._names
            self._names.add(task.name)
            if is_new:
                self.created.append(task)
                self._schedule(due, _Delivery(queue, task, due))
        if not is_new:
            context.abort(grpc.StatusCode.ALREADY_EXISTS, "the name was used before")
        return task

    def _schedule(self, at: float, delivery: _Delivery) -> None:
        heapq.heappush(self._due, (at, next(self._sequence), delivery))
        self._changed.notify_all()

    def _work(self) -> None:
        while (delivery := self._next()) is not None:
            status = delivery.post(self.targets[delivery.queue])
            with self._changed:
                self._under_way -= 1
                if status is None or not 200 <= status < 300:
                    delivery.failures += 1
                    delivery.answers += status is not None and status < 500
                    pause = min(self._most, self._least * 2.0 ** (delivery.failures - 1))
                    self._schedule(time.time() + pause, delivery)

    def _next(self) -> _Delivery | None:
        with self._changed:
            while self._open:
                wait = self._due[0][0] - time.time() if self._due else 60.0
                if wait <= 0:
                    self._under_way += 1
                    return heapq.heappop(self._due)[2]
                self._changed.wait(min(wait, 60.0))
            return None


class _Delivery:
    def __init__(self, queue: str, task: types.Task, due: float) -> None:
        self.queue, self.task, self.due = queue, task, due
        self.failures = self.answers = 0

    def post(self, target: str) -> int | None:
        url = urlsplit(target)
        headers = {
            **self.task.http_request.headers,
            "User-Agent": "Google-Cloud-Tasks",
            "X-CloudTasks-QueueName": self.queue,
            "X-CloudTasks-TaskName": self.task.name.rpartition("/")[2],
            "X-CloudTasks-TaskRetryCount": str(self.failures),
            "X-CloudTasks-TaskExecutionCount": str(self.answers),
            "X-CloudTasks-TaskETA": f"{self.due:.6f}",
        }
        connection = HTTPConnection(url.hostname or "", url.port, timeout=60)
        try:
            connection.request("POST", url.path or "/", self.task.http_request.body, headers)
            return connection.getresponse().status
        except (OSError, HTTPException):
            return None
        finally:
            connection.close()
