"""With SCHOLIUM_ADAPTERS=gcp, every function in its own functions-framework process, over the emulators.

The rate limits are the deployed ones: all that these tests ask for comes from one address and stays within them.
"""

from __future__ import annotations

import json
import re
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from common.adapters.system import SystemClock
from common.domain.accounts.messages import MailRequested
from common.domain.accounts.tokens import SigningKey
from common.ports.database import At, Write
from common.ports.queue import UNSENT, MessageRecord, queue_name
from infrastructure.tools import discovery, manifest, smoke
from infrastructure.tools.bench.models import BenchHappened, DayCount
from infrastructure.tools.package import requirements
from tests.domain.documents import made_files
from tests.e2e import journey, journey_of_the_office
from tests.e2e.archives import installed
from tests.e2e.client import Client
from tests.e2e.gcp_deployment import ROOT, GcpDeployment, wait_until
from tests.e2e.uploads import settled, upload
from tests.e2e.walk import PASSWORD, walk
from tests.emulators.openai_server import Asked

BENCH = ROOT / "infrastructure" / "tools" / "bench" / "functions"
"""A chain whose consumer has no outside effect, as no account function has one."""

pytestmark = pytest.mark.timeout(400)  # every instance starts, which takes half a minute on a quiet machine
NOT_IN_THE_JOURNEY = {
    "nudge_page": "the sweep of nudges has a second page only where a hundred learners are due at once",
    "outbox_page": "the sweep has a second page only where a hundred messages wait at once",
}
"""Function -> why nobody comes to it in a school's life. It starts and answers all the same, as every archive does."""


@pytest.fixture(scope="module")
def deployment(firestore_emulator: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GcpDeployment]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("FIRESTORE_EMULATOR_HOST", firestore_emulator)
        with GcpDeployment(firestore_emulator, tmp_path_factory.mktemp("gcp"), BENCH) as running:
            yield running


def registration(name: str) -> dict[str, str]:
    return {"username": name, "email": f"{name}@example.org", "password": PASSWORD}


def messages(deployment: GcpDeployment, kind: type, status: str) -> list[MessageRecord]:
    """The message records of a kind and status, as they are in the database."""
    far = SystemClock().now() + timedelta(days=90)
    stored = deployment.database.query(UNSENT, {"status": status, "check_at": far}, 1000, None)
    found = [MessageRecord.model_validate(each.content) for each in stored]
    return [record for record in found if record.kind == kind.__name__]


def test_every_archive_starts_in_an_environment_of_its_own_requirements_and_answers(deployment: GcpDeployment) -> None:
    if deployment.shares_one_environment:
        pytest.skip(deployment.shares_one_environment)
    archives = {name: one for name, one in deployment.processes.items() if one.archive}
    assert set(archives) == set(discovery.discover())
    held = {python: installed(python) for python in {one.python for one in archives.values()}}
    for name, process in archives.items():
        assert process.archive
        pins = requirements.pins(process.archive / "requirements.txt").values()
        assert held[process.python] == {pin.split()[0] for pin in pins}, name
    with ThreadPoolExecutor(2) as pool:
        answers = dict(zip(archives, pool.map(deployment.wake, archives), strict=True))
    wanted = {"http": 204, "task": 200, "schedule": 200, "event": 400}
    assert answers == {name: wanted[one.function.declaration.trigger] for name, one in archives.items()}


def test_a_newcomer_gets_the_same_as_on_a_laptop(deployment: GcpDeployment) -> None:
    walk(deployment.client, deployment.mails)


def test_every_endpoint_answers_through_the_load_balancer(
    deployment: GcpDeployment, capsys: pytest.CaptureFixture[str]
) -> None:
    assert smoke.main([deployment.client.url]) == 0, capsys.readouterr().err


def test_an_uploaded_document_goes_through_event_and_tasks_until_it_is_found_and_gone(
    deployment: GcpDeployment,
) -> None:
    deployment.client.post("/v1/users", registration("reader"))
    token = deployment.client.post("/v1/login", {"username": "reader", "password": PASSWORD}).body["access_token"]
    reader = deployment.client.with_token(token)
    document_id = upload(reader, "engine.pdf", made_files.book(12))
    shown = settled(reader, document_id)
    assert (shown["status"], shown["pages_done"], shown["search"]) == ("ready", 12, "full")
    assert deployment.models.bodies("/embeddings"), "its chunks were embedded by the model"
    found = reader.get(f"/v1/documents/search?q=engine+3x7&document_id={document_id}").body["items"]
    said = {item["page"]: item["text"].replace("\n", " ") for item in found}  # the stand-in's vectors mean nothing
    assert made_files.sentence(3, 7) in said[3]
    assert reader.request("DELETE", f"/v1/documents/{document_id}").status == 204
    deployment.settle()
    assert reader.get(f"/v1/documents/search?q=engine+3x7&document_id={document_id}").body["items"] == []


def test_a_school_lives_on_it_and_every_function_does_its_part(deployment: GcpDeployment) -> None:
    began = SystemClock().now()
    school = journey.opens(deployment)
    course_id, document_id = journey.teaches(school)
    journey.learns(school, course_id)
    journey.is_examined(school, course_id)
    journey.reviews(school, document_id)
    journey.talks(school, course_id)
    journey.is_rewarded(school)
    journey_of_the_office.nudges(school)
    journey_of_the_office.experiments(school)
    journey_of_the_office.looks_back(school, course_id)
    journey_of_the_office.gives_away_what_it_knows(school)
    journey.closes(school, course_id)
    journey_of_the_office.forgets(school)
    assert deployment.worked(since=began) == set(discovery.discover()) - set(NOT_IN_THE_JOURNEY)


def test_functions_that_share_a_path_know_each_others_methods(deployment: GcpDeployment) -> None:
    refused = deployment.client.request("PUT", "/v1/users")  # POST is register's, GET is of users
    assert refused.status == 405
    assert refused.headers["allow"] == "GET, OPTIONS, POST"
    assert deployment.client.get("/v1/nothing").status == 404


def test_fifty_at_once_register_one_name_and_one_has_it(deployment: GcpDeployment) -> None:
    barrier = threading.Barrier(50)

    def register(number: int) -> int:
        barrier.wait()
        return deployment.client.post(
            "/v1/users", registration("highlander") | {"email": f"h{number}@example.org"}
        ).status

    with ThreadPoolExecutor(50) as pool:
        statuses = sorted(pool.map(register, range(50)))
    assert statuses == [201] + [409] * 49


def test_who_loses_the_answer_of_a_commit_is_not_told_of_a_conflict(deployment: GcpDeployment) -> None:
    names = [f"lossy{number}" for number in range(20)]

    def enter(name: str) -> tuple[int, int, str]:
        registered = deployment.client.post("/v1/users", registration(name))
        entered = deployment.client.post("/v1/login", {"username": name, "password": PASSWORD})
        return registered.status, entered.status, str(registered.body.get("user_id"))

    deployment.lossy.every = 3
    try:
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(enter, names))
        deployment.settle()
    finally:
        deployment.lossy.every = sys.maxsize
    assert [answer[:2] for answer in answers] == [(201, 200)] * 20
    assert deployment.lossy.lost >= 20

    sent = [address for address, _ in deployment.received()]
    unknown = {entry["mail_id"] for entry in deployment.logs("mail_send") if entry["message"] == "mail.unknown"}
    asked = [MailRequested.model_validate_json(one.payload) for one in messages(deployment, MailRequested, "DONE")]
    for name, answer in zip(names, answers, strict=True):
        (mail,) = [each for each in asked if each.user_id == answer[2]]
        count = sent.count(f"{name}@example.org")
        assert count == 1 or (count == 0 and mail.mail_id in unknown), (name, count)


def test_a_consumer_killed_at_work_completes_the_message_once(deployment: GcpDeployment) -> None:
    deployment.client.post("/v1/users", registration("busy"))
    token = deployment.client.post("/v1/login", {"username": "busy", "password": PASSWORD}).body["access_token"]
    learner, consumer = deployment.client.with_token(token), deployment.processes["bench_record"]
    deployment.fronts["bench_record"].start()  # else its first task would bring it up
    consumer.kill()
    assert learner.post("/v1/bench/activities", {"lesson": "loops", "minutes": 1}).status == 201

    lossy = deployment.lossy
    for commit in (1, 2):  # it is killed after it wrote down that it begins, then after its effects and DONE
        before = lossy.lost
        lossy.fault, lossy.commits, lossy.every = "hang", 0, commit
        consumer.start()
        wait_until(lambda: lossy.lost > before, "the consumer commits nothing")  # noqa: B023 - called within the turn
        consumer.kill()
        lossy.fault, lossy.every = "unavailable", sys.maxsize
    consumer.start()

    deployment.settle()
    (done,) = messages(deployment, BenchHappened, "DONE")
    activity = BenchHappened.model_validate_json(done.payload)
    (day,) = deployment.database.get_many(DayCount, [f"{activity.user_id}.{activity.at:%Y%m%d}"])
    assert day is not None
    assert DayCount.model_validate(day.content).count == 1


def test_a_mail_whose_sender_was_killed_is_not_sent_twice(deployment: GcpDeployment) -> None:
    sender, held = deployment.processes["mail_send"], threading.Event()
    deployment.mail_server.held["END"] = held
    try:
        deployment.client.post("/v1/users", registration("ghost"))
        deployment.mails("ghost@example.org")  # the server has the mail, and has not said so
        sender.kill()
    finally:
        held.set()
        del deployment.mail_server.held["END"]

    (pending,) = messages(deployment, MailRequested, "PENDING")
    (stored,) = deployment.database.get_many(MessageRecord, [pending.message_id])
    assert stored is not None
    assert pending.lease_until is not None
    expired = pending.model_copy(update={"lease_until": SystemClock().now()})  # in place of 90 seconds of waiting
    deployment.database.commit([Write("set", MessageRecord, pending.message_id, At(stored.version), document=expired)])
    sender.start()

    deployment.settle()
    mail = MailRequested.model_validate_json(pending.payload)
    unknown = [each["mail_id"] for each in deployment.logs("mail_send") if each["message"] == "mail.unknown"]
    assert unknown.count(mail.mail_id) == 1
    assert len(deployment.mails("ghost@example.org")) == 1


def test_what_the_queue_would_not_take_is_sent_by_the_sweeper(deployment: GcpDeployment) -> None:
    targets, queue = deployment.tasks.targets, queue_name("MailRequested")
    consumer = targets.pop(queue)
    assert deployment.client.post("/v1/users", registration("swept")).status == 201
    targets[queue] = consumer
    (pending,) = messages(deployment, MailRequested, "PENDING")
    overdue = Write("update", MessageRecord, pending.message_id, fields={"check_at": SystemClock().now()})
    deployment.database.commit([overdue])

    scheduled = {"X-CloudScheduler-ScheduleTime": SystemClock().now().isoformat()}
    swept = Client(deployment.urls["outbox_flush"]).request("POST", "/", {}, scheduled)
    assert swept.status == 200
    deployment.settle()
    assert len(deployment.mails("swept@example.org")) == 1


def remembers_and_quotes(asked: Asked) -> str:
    """A model that quotes what a passage says of newton metres; without passages, it says the name that it was told."""
    said = str(asked["input"][-1]["content"])
    if "<passages>" in said:
        (found,) = re.findall(r"\[(\d+)\] .*\n(.* newton metres\.)", said)
        return f"{found[1]} [{found[0]}]"
    told = re.findall(r"my name is (\w+)", " ".join(str(turn["content"]) for turn in asked["input"]))
    return f"Your name is {told[-1]}."


def test_the_tutor_remembers_cites_and_repeats_from_its_cache(deployment: GcpDeployment) -> None:
    deployment.models.write = remembers_and_quotes
    deployment.client.post("/v1/users", registration("asking"))
    token = deployment.client.post("/v1/login", {"username": "asking", "password": PASSWORD}).body["access_token"]
    learner = deployment.client.with_token(token)
    text = b"Bells ring.\fPedals are tightened to 40 newton metres. They squeak when they are dry."
    document_id = upload(learner, "bicycles.txt", text)
    assert settled(learner, document_id)["status"] == "ready"

    def ask(message: str) -> Any:
        answer = learner.post("/v1/chat", {"message": message, "document_ids": [document_id]})
        assert answer.status == 200, answer.body
        return answer.body

    how = "How many newton metres are the pedals tightened to?"
    said = [ask(message) for message in ("Hi, my name is Alice", "What is my name?", how, how)]
    assert [one["served_by"] for one in said] == ["model", "model", "model", "cache"]
    assert said[1]["answer"] == "Your name is Alice."
    assert said[2]["answer"] == said[3]["answer"] == "Pedals are tightened to 40 newton metres. [1]"
    assert [(one["page"], one["quote"]) for one in said[3]["sources"]] == [(2, said[3]["answer"][:-4])]
    assert len({one["session_id"] for one in said}) == 1
    history = learner.get(f"/v1/chat/sessions/{said[0]['session_id']}/messages").body["items"]
    assert [one["role"] for one in history] == ["user", "assistant"] * 4
    keys = {request.authorization for request in deployment.models.requests}
    assert len(keys) == 1 and keys != {"Bearer none"}  # it has read its secret
    deployment.settle()


def test_no_log_holds_a_password_an_address_or_a_token(deployment: GcpDeployment) -> None:
    deployment.client.post("/v1/users", registration("discreet"))
    token = deployment.client.post("/v1/login", {"username": "discreet", "password": PASSWORD}).body["access_token"]
    link = deployment.mails("discreet@example.org")[0]
    written = "".join(process.log.read_text() for process in deployment.processes.values())
    assert "request.done" in written
    for secret in (PASSWORD, "example.org", token, link.split("token=")[1].split()[0]):
        assert secret not in written


def test_a_message_goes_to_the_process_that_consumes_it(deployment: GcpDeployment) -> None:
    deployment.client.post("/v1/users", registration("routed"))
    deployment.mails("routed@example.org")
    created = [task.name for task in deployment.tasks.created if f"/{queue_name('MailRequested')}/" in task.name]
    assert created
    assert all(task.http_request.url.endswith(".invalid/") for task in deployment.tasks.created)


def test_only_login_holds_the_private_key_of_the_tokens() -> None:
    functions = json.loads(manifest.FILE.read_text())["functions"]
    assert [name for name, one in functions.items() if SigningKey.name in one["secrets"]] == ["login"]
