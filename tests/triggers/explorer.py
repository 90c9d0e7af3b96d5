"""Drives the bank through one schedule of faults, chosen by a seed, and judges what came of it.

Every request, delivery and sweep is a process of its own. The seed chooses who goes on, who is begun besides, who
dies before or after a call, whom the database refuses, and when the clock jumps, so that leases expire under those
who hold them.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

from flask import Response

from common.ports.database import Database, Write
from common.ports.queue import MessageRecord
from common.ports.store import Document, Query
from common.settings import Settings
from common.triggers.entry import Endpoint
from common.triggers.unit_of_work import parse
from tests.triggers import bank
from tests.triggers.processes import Fate, Process, SteppedDatabase, SteppedMail, SteppedTasks
from tests.triggers.world import CountedIds, HandClock, HandWorld, deliver, send

REQUESTS = 2
AMOUNT = 7
FAULTS = 4
JUMPS = 3
"""With the faults fewer than `max_attempts`: so no schedule may end in a dead letter."""
MESSAGES = Query(MessageRecord)


class Explorer:
    """One schedule: chaos for a while, then peace until everything is settled."""

    def __init__(self, seed: int, settings: Settings, database: Database) -> None:
        self._random = random.Random(seed)
        self._settings, self._database = settings, database
        self._clock, self._ids = HandClock(), CountedIds()
        self._processes: list[Process] = []
        is_calm = self._random.random() < 0.2
        self._faults = 0 if is_calm else self._random.randint(0, FAULTS)
        self._jumps = 0 if is_calm else self._random.randint(0, JUMPS)
        self._requests = self._random.randint(1, REQUESTS)
        self._failures: Counter[str] = Counter()
        self.queue: list[str] = []
        self._delivered: list[str] = []
        self.letters: list[str] = []
        self._is_quiet = True
        self.answers: dict[int, list[Any]] = {number: [] for number in range(self._requests)}

    # What can be begun -----------------------------------------------------------------------------------------

    def _world(self, process: Process) -> HandWorld:
        world = HandWorld(self._settings, SteppedDatabase(self._database, process))
        world.clock, world.ids = self._clock, self._ids
        world.tasks = SteppedTasks(self.queue.append, process)  # type: ignore[assignment]
        world.mailer = SteppedMail(self.letters.append, process)  # type: ignore[assignment]
        return world

    def _begin(self, work: Callable[[], Any], ended: Callable[[Any], None]) -> Process:
        process = Process(self._world, work, ended)
        self._processes.append(process)
        return process

    def _request(self, number: int) -> Process:
        def work() -> Response:
            body, key = {"number": number, "amount": AMOUNT}, {"Idempotency-Key": f"key-{number}"}
            return send(bank.transfer, "POST", "/v1/transfers", body, key)

        return self._begin(work, self.answers[number].append)

    def _deliver(self, message_id: str) -> Process:
        function = self._consumer(message_id)

        def ended(status: int | None) -> None:
            if status == 200:
                self.queue[:] = [one for one in self.queue if one != message_id]
            else:
                self._failures[message_id] += 1
                assert status in (None, 409, 500), status

        self._delivered.append(message_id)
        return self._begin(lambda: deliver(function, message_id, self._failures[message_id]), ended)

    def _consumer(self, message_id: str) -> Endpoint:
        stored = self._database.get_many(MessageRecord, [message_id])[0]
        assert stored is not None
        return {"Ripple": bank.ripple, "Post": bank.post}[parse(MessageRecord, stored).kind]

    def _sweep(self) -> Process:
        return self._begin(lambda: send(bank.sweep, "POST", "/"), lambda _: None)

    # Chaos -----------------------------------------------------------------------------------------------------

    def warm_up(self) -> None:
        """Some schedules begin when requests were answered and steps were taken, so that each kind sees its faults."""
        rounds = self._random.randrange(bank.STEPS + 2)
        if rounds:
            for number in self.answers:
                self._to_the_end(self._request(number))
        for _ in range(rounds - 1):
            for message_id in list(self.queue):
                self._to_the_end(self._deliver(message_id))

    def chaos(self, steps: int = 45) -> None:
        """Begin and step processes in any order, with faults."""
        for _ in range(steps):
            self._processes = [one for one in self._processes if not one.over]
            choice = self._random.random()
            if self._jumps and choice < 0.04:
                self._jumps -= 1
                self._is_quiet = False
                self._clock.advance(seconds=self._random.choice([5, 95, 700, 1500]))
            elif len(self._processes) < 4 and (choice < 0.25 or not self._processes):
                self._begin_any()
            elif self._processes:
                self._random.choice(self._processes).go_on(self._fate())

    def _begin_any(self) -> None:
        choice = self._random.random()
        tasks = self.queue if self.queue and choice < 0.5 else list(dict.fromkeys([*self.queue, *self._delivered]))
        if tasks and choice < 0.7:
            self._deliver(self._random.choice(tasks))
        elif choice < 0.9:
            self._request(self._random.randrange(self._requests))
        else:
            self._sweep()

    def _fate(self) -> Fate:
        if self._faults and self._random.random() < 0.12:
            self._faults -= 1
            self._is_quiet = False
            return self._random.choice(["die", "die_after", "refused"])
        return "go"

    # Peace -----------------------------------------------------------------------------------------------------

    def peace(self) -> None:
        """Let everybody come to an end, retry what was not acknowledged, sweep, deliver; until nothing is left."""
        while self._processes:
            one = self._random.choice(self._processes)
            if not one.over:
                one.go_on("go")
            if one.over:
                self._processes.remove(one)
        for _ in range(30):
            if self._acknowledged() and not self._pending():
                return
            self._clock.advance(minutes=11)
            for number in range(self._requests):
                if not self._is_acknowledged(number):
                    self._to_the_end(self._request(number))
            self._to_the_end(self._sweep())
            for message_id in dict.fromkeys(self.queue):
                self._to_the_end(self._deliver(message_id))
        raise AssertionError(f"never settled: {self._pending()}")

    def _to_the_end(self, process: Process) -> None:
        while not process.over:
            process.go_on("go")
        self._processes.remove(process)

    def _is_acknowledged(self, number: int) -> bool:
        return any(answer is not None and answer.status_code == 201 for answer in self.answers[number])

    def _acknowledged(self) -> bool:
        return all(map(self._is_acknowledged, self.answers))

    def messages(self) -> list[MessageRecord]:
        """All messages that there are."""
        return [parse(MessageRecord, stored) for stored in self._database.query(MESSAGES, {}, 1000, None)]

    def _pending(self) -> list[MessageRecord]:
        return [message for message in self.messages() if message.status == "PENDING"]

    # Judgement -------------------------------------------------------------------------------------------------

    def judge(self) -> None:
        """No effect lost, none doubled; nobody was refused for what they themselves had done."""
        numbers = list(range(self._requests))
        for number in numbers:
            self._judge_answers(number)
        transfers = self._all(bank.TRANSFERS)
        assert sorted(one.number for one in transfers) == numbers
        assert self._total("all") == bank.Total(total_id="all", count=len(numbers), amount=AMOUNT * len(numbers))
        balances = self._database.get_many(bank.Account, ["source", "target"])
        assert [parse(bank.Account, one).balance for one in balances if one] == [
            -AMOUNT * len(numbers),
            AMOUNT * len(numbers),
        ]
        steps = [f"{number}/{cursor}" for number in numbers for cursor in range(bank.STEPS)]
        assert sorted(one.step for one in self._all(bank.TRACES)) == steps
        assert self._total("steps").count == len(steps)
        self._judge_letters(numbers)
        assert {one.status for one in self.messages()} == {"DONE"}
        assert len(self.messages()) == len(steps) + len(numbers)

    def _judge_answers(self, number: int) -> None:
        given = [answer for answer in self.answers[number] if answer is not None]
        for answer in given:
            assert isinstance(answer, Response), repr(answer)
            if answer.status_code != 201:
                assert answer.get_json()["code"] in ("busy", "conflict", "unavailable"), answer.get_json()
                assert int(answer.headers["Retry-After"]) > 0
        assert len({answer.get_data() for answer in given if answer.status_code == 201}) == 1

    def _judge_letters(self, numbers: list[int]) -> None:
        out = Counter(self.letters)
        known = self._all(bank.LETTERS)
        assert sorted(letter.number for letter in known) == numbers
        assert self._total("letters").count == len(numbers)
        for letter in known:
            times = out[f"letter-{letter.number}"]
            assert times == 1 if letter.state == "sent" else times <= 1, (letter, times)
            assert letter.state == "sent" or not self._is_quiet, "nothing went wrong, and yet it is not known"

    def _all(self, query: Query[Any]) -> list[Any]:
        return [parse(query.model, stored) for stored in self._database.query(query, {}, 1000, None)]

    def _total(self, total_id: str) -> bank.Total:
        stored = self._database.get_many(bank.Total, [total_id])[0]
        assert stored is not None
        return parse(bank.Total, stored)


def open_accounts(database: Database) -> None:
    """What the bank's functions find when they begin."""
    documents: list[Document] = [bank.Account(account_id="source", balance=0)]
    documents += [bank.Total(total_id=name) for name in ("all", "steps", "letters")]
    database.commit([Write("set", type(one), one.stored_id, document=one) for one in documents])


def explore(seed: int, settings: Settings, database: Database) -> None:
    """One schedule over a database that is empty."""
    open_accounts(database)
    explorer = Explorer(seed, settings, database)
    try:
        explorer.warm_up()
        explorer.chaos()
        explorer.peace()
        explorer.judge()
    except AssertionError as error:
        error.add_note(f"schedule {seed}: the same again with `explore({seed}, ...)`")
        raise
