"""The invocation over Firestore: schedules of faults, and a network that loses the answers of commits."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from common import adapters, logs
from common.adapters.gcp.firestore import Firestore
from common.adapters.system import JitteredPatience
from common.ports.queue import MessageRecord
from common.settings import Settings
from tests.emulators.lossy import Fault, Lossy
from tests.triggers import bank, explorer
from tests.triggers.processes import world_here
from tests.triggers.world import HandWorld, deliver, problem, send

SCHEDULES = 36
CALLERS, REQUESTS = 4, 5


def settings_of(project: str) -> Settings:
    return Settings(adapters="gcp", project=project, token_public_keys={"k": "unused"}, rate_limit_factor=1e6)


@pytest.mark.no_cover
@pytest.mark.parametrize("part", range(2))
def test_no_effect_is_lost_and_none_doubled(
    part: int, world: HandWorld, firestore_project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapters, "world", world_here)
    monkeypatch.setattr(logs, "_write", lambda *_: None)
    for seed in range(part, SCHEDULES, 2):
        settings = settings_of(f"{firestore_project}-{seed}")
        database = Firestore(settings)
        try:
            explorer.explore(seed, settings, database)
        finally:
            database.close()


@pytest.mark.parametrize(("fault", "every"), [("unavailable", 2), ("unavailable", 3), ("twice", 2), ("before", 3)])
def test_a_lost_answer_is_nobodys_conflict(
    fault: Fault, every: int, world: HandWorld, firestore_emulator: str, firestore_project: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Twenty requests from four callers at once, then the tasks: nobody is refused for what they did themselves."""
    world.database = Firestore(settings_of(firestore_project))
    world.patience = JitteredPatience
    explorer.open_accounts(world.database)
    with Lossy(firestore_emulator, every=every, fault=fault) as lossy:
        monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", lossy.host)
        direct, world.database = world.database, Firestore(settings_of(firestore_project))
        with ThreadPoolExecutor(CALLERS) as callers:
            answers = list(callers.map(transfer, range(CALLERS * REQUESTS)))
        work_off(world)
        world.database.close()
        world.database = direct
    assert lossy.lost > CALLERS * REQUESTS / 4
    assert {status for status, _ in answers} == {201}
    assert len({body for _, body in answers}) == CALLERS * REQUESTS
    totals = {name: world.stored(bank.Total, name) for name in ("all", "steps", "letters")}
    assert {name: total.count for name, total in totals.items() if total} == {
        "all": CALLERS * REQUESTS,
        "steps": CALLERS * REQUESTS * bank.STEPS,
        "letters": CALLERS * REQUESTS,
    }
    target = world.stored(bank.Account, "target")
    assert target
    assert target.balance == CALLERS * REQUESTS
    assert len(world.mailer.sent) == CALLERS * REQUESTS
    direct.close()


def transfer(number: int) -> tuple[int, bytes]:
    """What a caller comes to who asks again only when told to."""
    body, key = {"number": number, "amount": 1}, {"Idempotency-Key": f"key-{number}"}
    for _ in range(10):
        answer = send(bank.transfer, "POST", "/v1/transfers", body, key)
        if answer.status_code == 201:
            break
        assert (answer.status_code, problem(answer)) == (503, "unavailable")
    return answer.status_code, answer.get_data()


def work_off(world: HandWorld) -> None:
    """Deliver what was sent, and what that sends, until nothing is left."""
    consumers = {"Ripple": bank.ripple, "Post": bank.post}
    while world.tasks.sent:
        sent, world.tasks.sent = world.tasks.ids, []
        for message_id in sent:
            record = world.stored(MessageRecord, message_id)
            assert record
            statuses = [deliver(consumers[record.kind], message_id, retries) for retries in range(3)]
            assert 200 in statuses
            assert set(statuses) <= {200, 500}
