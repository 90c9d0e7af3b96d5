"""Tells functions of the times of their schedules: the local twin of Cloud Scheduler."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from cronsim import CronSim

from common.adapters.local.dispatch_lanes import Job, Lane, Lanes
from common.adapters.local.dispatch_ledger import Ledger
from common.adapters.local.dispatch_targets import ScheduleTarget
from common.adapters.local.message_feed import fail
from common.adapters.system import SystemClock


class ScheduleFeed:
    """A Source of the times that came, at most one a function at once.

    A time is kept when it was answered 2xx. Of those that passed while the server was off, or while the function
    failed, only the last is told, late: a schedule only stages the first step of a chain.
    """

    def __init__(
        self, lanes: Lanes, ledger: Ledger, targets: Sequence[tuple[ScheduleTarget, Lane]], least: float
    ) -> None:
        self._lanes, self._ledger, self._least = lanes, ledger, least
        self._targets = {target.function: (target, lane) for target, lane in targets}
        self._next: dict[str, datetime | None] = {}
        for target, _ in targets:
            if ledger.kept(target.function) is None:
                ledger.keep(target.function, SystemClock().now())
            self._wait(target)

    def look(self) -> None:
        """Offer the times that have come."""
        now = SystemClock().now()
        for function, at in list(self._next.items()):
            if at is not None and at <= now:
                self._next[function] = None  # until this one is done
                target, lane = self._targets[function]
                self._lanes.offer(self._job(target, lane, latest(target.cron, now)))

    def _job(self, target: ScheduleTarget, lane: Lane, at: datetime) -> Job:
        def headers(_: Job) -> Mapping[str, str]:
            return {
                "User-Agent": "Google-Cloud-Scheduler",
                "X-CloudScheduler": "true",
                "X-CloudScheduler-JobName": target.function.replace("_", "-"),
                "X-CloudScheduler-ScheduleTime": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            }

        return Job(target.function, lane, self, b"{}", headers, mark=at.isoformat())

    def done(self, job: Job) -> None:
        """The time is kept; wait for the next."""
        self._ledger.keep(job.key, datetime.fromisoformat(job.mark))
        self._wait(self._targets[job.key][0])

    def failed(self, job: Job, *, answered: bool) -> None:
        """Again, unless a later time has come meanwhile."""
        target, lane = self._targets[job.key]
        last = latest(target.cron, SystemClock().now())
        if last > datetime.fromisoformat(job.mark):
            job = self._job(target, lane, last)
        fail(job, answered=answered, least=self._least)
        self._lanes.offer(job)

    def _wait(self, target: ScheduleTarget) -> None:
        kept = self._ledger.kept(target.function)
        assert kept is not None
        self._next[target.function] = next(CronSim(target.cron, kept))


def latest(cron: str, now: datetime) -> datetime:
    """The last time of a schedule that is not after `now`."""
    return next(CronSim(cron, now.replace(microsecond=0) + timedelta(seconds=1), reverse=True))
