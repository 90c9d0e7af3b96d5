"""The chain that counts: a day a step, the snapshot, the newest accounts; beside it, a page of answers a step.

Whoever is killed here loses nothing: a step commits what it counted together with the message of the next one. Two
counts at once end in the same documents, and the snapshot never goes back to an earlier `as_of`.
"""

from datetime import UTC, date, datetime, timedelta

from common.domain.reporting import course_answers, days, snapshot
from common.domain.reporting.bodies import CountAsked
from common.domain.reporting.messages import CountPage
from common.ports import Clock, Queue, Store, StoreReader


def begin(until: datetime, store: StoreReader, pages: Queue[CountPage]) -> None:
    """Stage the first steps of a count. Costs a read and two writes.

    Every count costs what its open days (two or three) and the snapshot cost: about 80 reads in an empty deployment,
    and 2,600 to 3,700 with 100,000 learners (days.count, snapshot.take). A count that comes late has the missed days
    to catch up besides.
    """
    first = days.first_to_count(until, store)
    pages.stage(CountPage(until=until, part="day", place=first.isoformat()))
    pages.stage(CountPage(until=until, part="answers", place="0"))


def ask(store: StoreReader, pages: Queue[CountPage], clock: Clock) -> CountAsked:
    """Count now, for an admin who does not want to wait; asked for twice within a minute it is one count."""
    until = clock.now().replace(second=0, microsecond=0)
    begin(until, store, pages)
    return CountAsked(as_of=until)


def step(message: CountPage, store: Store, pages: Queue[CountPage]) -> None:
    """Count one part, and stage the next."""
    match message.part:
        case "day":
            _day(message, store, pages)
        case "answers":
            if course_answers.count(message.until, store):
                pages.stage(message.model_copy(update={"place": str(int(message.place) + 1)}))
        case "snapshot":
            snapshot.take(message.until, store)
            pages.stage(message.model_copy(update={"part": "people", "place": ""}))
        case "people":
            snapshot.show_newest(store)


def _day(message: CountPage, store: Store, pages: Queue[CountPage]) -> None:
    day = date.fromisoformat(message.place)
    days.count(day, store)
    if day < message.until.astimezone(UTC).date():
        following = {"place": (day + timedelta(days=1)).isoformat()}
    else:
        following = {"part": "snapshot", "place": ""}
    pages.stage(message.model_copy(update=following))
