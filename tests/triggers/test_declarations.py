"""A declaration that is wrong fails at import, and says which function and which parameter; a right one is read."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from common.ports import Store, StoreReader
from common.triggers.declaration import Asset, Declaration, Parameter, SetCookie, Stream
from infrastructure.tools.discovery import ROOT, load

PREAMBLE = """
from typing import Annotated, Any, Literal
from datetime import datetime
from pydantic import BaseModel, ConfigDict, Field
from common.errors import Conflict, NotFound
from common.ports import (
    Bucket, Caller, Client, Clock, Cookies, Document, Files, FilesReader, FinalizedObject, Ids, Mailer, Message, Page,
    PageSize, PageToken, Queue, RateLimit, RawBody, Secret, SecretName, Store, StoreReader, Tick,
)
from common.triggers import Accepted, Asset, Created, SetCookie, Stream, event, http, schedule, task

class Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str = Field(max_length=100)

class Other(Body): ...
class View(Body): ...
class Stored(Document, collection="stored", key="thing_id"):
    thing_id: str
class Happened(Message):
    user_id: str
class Uploads(Bucket, name="uploads"): ...
class Key(SecretName, name="a-key"): ...
LIMIT = "5/minute"
RAISES = (NotFound,)
courses = http.resource("courses")
"""

WRONG = {
    # what a parameter is
    "an unknown annotation": (
        '@http.post("/v1/things", role="learner")\ndef things(thing: object) -> None: ...',
        r"things\(thing\): object is neither",
    ),
    "a name that is not known": (
        '@http.post("/v1/things", role="learner")\ndef things(store: "Stor") -> None: ...',
        "things: annotation 'Stor' is not known",
    ),
    "no annotation": (
        '@http.post("/v1/things", role="learner")\ndef things(store) -> None: ...',
        r"things\(store\): a parameter says by its type",
    ),
    "two bodies": (
        '@http.post("/v1/things", role="learner")\ndef things(one: Body, two: Other) -> None: ...',
        r"things\(one, two\): a request has one body",
    ),
    "a body that is also taken raw": (
        '@http.post("/v1/things", role="learner")\ndef things(one: Body, raw: RawBody) -> None: ...',
        r"things\(one, raw\): a request has one body",
    ),
    "a body of a GET": (
        '@http.get("/v1/things", role="learner")\ndef things(one: Body) -> None: ...',
        r"things\(one\): a GET has no body",
    ),
    "a stored document as body": (
        '@http.post("/v1/things", role="learner")\ndef things(one: Stored) -> None: ...',
        r"things\(one\): Stored is neither",
    ),
    "a default on a port": (
        '@http.post("/v1/things", role="learner")\ndef things(store: Store = None) -> None: ...',
        r"things\(store\): only a query scalar may have a default",
    ),
    "a default on a body": (
        '@http.post("/v1/things", role="learner")\ndef things(one: Body = Body(name="a")) -> None: ...',
        r"things\(one\): only a query scalar may have a default",
    ),
    "an optional port": (
        '@http.post("/v1/things", role="learner")\ndef things(store: Store | None) -> None: ...',
        r"things\(store\)",
    ),
    "a port of nothing": (
        '@http.post("/v1/things", role="learner")\ndef things(queue: Queue) -> None: ...',
        r"things\(queue\): Queue\[\.\.\.\] names a class of Message",
    ),
    "a port of another kind of class": (
        '@http.post("/v1/things", role="learner")\ndef things(files: Files[Key]) -> None: ...',
        r"things\(files\): Files\[\.\.\.\] names a class of Bucket",
    ),
    "more positional arguments": (
        '@http.post("/v1/things", role="learner")\ndef things(*stores: Store) -> None: ...',
        r"things\(stores\): \*args",
    ),
    "a list as query parameter": (
        '@http.get("/v1/things", role="learner")\ndef things(names: list[str]) -> None: ...',
        r"things\(names\): list\[str\] is neither",
    ),
    "a caller that is optional where one is needed": (
        '@http.get("/v1/things", role="learner")\ndef things(caller: Caller | None) -> None: ...',
        r"things\(caller\): a route for learner always has a caller",
    ),
    "a task with a caller": (
        "@task()\ndef things(happened: Happened, caller: Caller) -> None: ...",
        r"things\(caller\): a task function has no caller",
    ),
    "an endpoint with a message": (
        '@http.post("/v1/things", role="learner")\ndef things(happened: Happened) -> None: ...',
        r"things\(happened\): a http function has no message",
    ),
    "a task without a message": (
        "@task()\ndef things(store: Store) -> None: ...",
        "things: a task function takes exactly one message",
    ),
    "a task with two messages": (
        "@task()\ndef things(one: Happened, two: Happened) -> None: ...",
        "things: a task function takes exactly one message",
    ),
    "an event without its object": (
        "@event.object_finalized(Uploads)\ndef things(store: Store) -> None: ...",
        "things: a event function takes exactly one event",
    ),
    # paths
    "a path parameter without a parameter": (
        '@http.get("/v1/things/{thing_id}", role="learner")\ndef things() -> None: ...',
        r"things\(thing_id\): its path names \{thing_id\}, and no parameter takes it",
    ),
    "a path parameter that a port has the name of": (
        '@http.get("/v1/things/{store}", role="learner")\ndef things(store: Store) -> None: ...',
        r"things\(store\): its path names \{store\}",
    ),
    "a path parameter that is no text": (
        '@http.get("/v1/things/{thing_id}", role="learner")\ndef things(thing_id: int) -> None: ...',
        r"things\(thing_id\): a path parameter is a str",
    ),
    "a path parameter with a default": (
        '@http.get("/v1/things/{thing_id}", role="learner")\ndef things(thing_id: str = "a") -> None: ...',
        r"things\(thing_id\): only a query scalar",
    ),
    "a path that names a parameter twice": (
        '@http.get("/v1/{thing_id}/{thing_id}", role="learner")\ndef things(thing_id: str) -> None: ...',
        r"things\(path\): .* names one parameter twice",
    ),
    "a path that is none": (
        '@http.get("v1/Things/", role="learner")\ndef things() -> None: ...',
        r"things\(path\): 'v1/Things/' is no path",
    ),
    # what the decorator says
    "an argument that is computed": (
        '@http.get("/v1/things", role="learner", max_body=1024 * 8)\ndef things() -> None: ...',
        r"things\(max_body\): 1024 \* 8 is neither a literal nor a class",
    ),
    "an argument that is named elsewhere": (
        '@http.get("/v1/things", role="learner", rate_limit=LIMIT)\ndef things() -> None: ...',
        r"things\(rate_limit\): LIMIT is neither",
    ),
    "errors that are named elsewhere": (
        '@http.get("/v1/things", role="learner", raises=RAISES)\ndef things() -> None: ...',
        r"things\(raises\): RAISES is neither",
    ),
    "a path that is put together": (
        '@http.get(f"/v1/{LIMIT}", role="learner")\ndef things() -> None: ...',
        r"things\(path\): f'/v1/\{LIMIT\}' is neither",
    ),
    "a schedule that is computed": (
        '@schedule("*/5 * " + "* * *")\ndef things(tick: Tick) -> None: ...',
        r"things\(cron\): '\*/5 \* ' \+ '\* \* \*' is neither",
    ),
    "arguments that are unpacked": (
        '@http.get("/v1/things", **{"role": "learner"})\ndef things() -> None: ...',
        r"things\(\*\*\): \{'role': 'learner'\} is neither",
    ),
    "a list where a tuple is meant": (
        '@http.get("/v1/things", role="learner", raises=[NotFound])\ndef things() -> None: ...',
        r"things\(raises\)",
    ),
    "an error that is no Problem": (
        '@http.get("/v1/things", role="learner", raises=(ValueError,))\ndef things() -> None: ...',
        r"things\(raises\): .*ValueError.* is no Problem",
    ),
    "a rate that is none": (
        '@http.get("/v1/things", role="learner", rate_limit="often")\ndef things() -> None: ...',
        r"things\(rate_limit\): 'often' is no rate",
    ),
    "a role that is none": (
        '@http.get("/v1/things", role="owner")\ndef things() -> None: ...',
        r"things\(role\): 'owner' is none of public, learner, teacher, admin",
    ),
    "no role": (
        '@courses.get("/v1/things")\ndef things() -> None: ...',
        r"things\(role\): a route says who may call it",
    ),
    "an option that there is not": (
        '@http.get("/v1/things", role="learner", memroy="1Gi")\ndef things() -> None: ...',
        r"things\(memroy\): a route has no such option",
    ),
    "memory that the platform does not have": (
        '@http.get("/v1/things", role="learner", memory="lots")\ndef things() -> None: ...',
        r"things\(memory\): 'lots' is not within",
    ),
    "a timeout that the platform does not have": (
        "@task(timeout=3600)\ndef things(happened: Happened) -> None: ...",
        r"things\(timeout\): 3600 is not within",
    ),
    "no attempts": (
        "@task(max_attempts=0)\ndef things(happened: Happened) -> None: ...",
        r"things\(max_attempts\): 0 is not within",
    ),
    "a schedule that is none": (
        '@schedule("daily")\ndef things(tick: Tick) -> None: ...',
        r"things\(cron\): 'daily' is not five fields",
    ),
    "a bucket that is none": (
        "@event.object_finalized(Key)\ndef things(one: FinalizedObject) -> None: ...",
        r"things\(bucket\): .* is no Bucket",
    ),
    "one method and path twice in a resource": (
        '@courses.get("/v1/things", role="learner")\ndef one() -> None: ...\n'
        '@courses.get("/v1/things", role="learner")\ndef things() -> None: ...',
        "things: GET /v1/things is declared twice in courses",
    ),
    "a name that is none": (
        '@http.get("/v1/things", role="learner")\ndef Things() -> None: ...',
        "Things: a function's name is",
    ),
    "a coroutine": (
        '@http.get("/v1/things", role="learner")\nasync def things() -> None: ...',
        "things: a handler is a plain function",
    ),
    # what it answers
    "no return type": (
        '@http.get("/v1/things", role="learner")\ndef things(): ...',
        "things: its return type is its status",
    ),
    "a stored document as answer": (
        '@http.get("/v1/things", role="learner")\ndef things() -> Stored: ...',
        "things: .*Stored.* is no response model",
    ),
    "an answer without a model": (
        '@http.get("/v1/things", role="learner")\ndef things() -> dict[str, str]: ...',
        r"things: dict\[str, str\] is no response model",
    ),
    "an answer of a task": (
        "@task()\ndef things(happened: Happened) -> View: ...",
        "things: a task function answers None",
    ),
}


def imported(folder: Path, source: str, name: str = "things") -> Declaration:
    main = folder / name / "main.py"
    main.parent.mkdir(parents=True)
    main.write_text(PREAMBLE + textwrap.dedent(source))
    declaration = getattr(load(main), name).declaration
    assert isinstance(declaration, Declaration)
    return declaration


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_declaration_fails_at_import_and_names_function_and_parameter(tmp_path: Path, case: str):
    source, said = WRONG[case]
    with pytest.raises(TypeError, match=said):
        imported(tmp_path, source)


def test_an_endpoint_says_where_each_of_its_parameters_comes_from(tmp_path: Path):
    declared = imported(
        tmp_path,
        """
        @http.post("/v1/courses/{course_id}/things", role="teacher", raises=(NotFound, Conflict))
        def things(
            caller: Caller, client: Client, course_id: str, since: datetime, body: Body, store: Store,
            queue: Queue[Happened], files: Files[Uploads], key: Secret[Key], clock: Clock, ids: Ids, limits: RateLimit,
            kind: Literal["a", "b"] = "a", page_size: PageSize = 20, page_token: PageToken | None = None,
        ) -> Created[View]:
            '''Do a thing.'''
        """,
    )
    route = declared.routes[0]
    sources = {parameter.name: parameter.source for parameter in route.parameters}
    assert sources == {
        **dict.fromkeys(["store", "queue", "files", "key", "clock", "ids", "limits"], "port"),
        **dict.fromkeys(["since", "kind", "page_size", "page_token"], "query"),
        **{"caller": "caller", "client": "client", "course_id": "path", "body": "body"},
    }
    assert (route.method, route.path, route.role) == ("POST", "/v1/courses/{course_id}/things", "teacher")
    assert (route.result.status, route.result.model.__name__ if route.result.model else "") == (201, "View")
    assert [error.__name__ for error in route.raises] == ["NotFound", "Conflict"]
    assert declared.adapters() == {"database", "tasks", "files", "secrets"}


def test_the_return_type_is_the_status(tmp_path: Path):
    declared = imported(
        tmp_path,
        """
        things = http.resource("things", assets=("README.md",))
        @things.get("/v1/a", role="public")
        def a() -> View: ...
        @things.post("/v1/b", role="public")
        def b() -> Created[View]: ...
        @things.put("/v1/c", role="public")
        def c() -> Accepted[View]: ...
        @things.delete("/v1/d", role="public")
        def d() -> None: ...
        @things.post("/v1/e", role="public")
        def e() -> Stream[View]: ...
        @things.get("/v1/f", role="public")
        def f() -> Asset: ...
        @things.post("/v1/g", role="public")
        def g(cookies: Cookies) -> SetCookie[View]: ...
        @things.patch("/v1/h", role="public")
        def h() -> SetCookie[None]: ...
        @things.get("/v1/i", role="public")
        def i() -> Page[View]: ...
        """,
    )
    results = [(route.result.status, route.result.wrapper) for route in declared.routes]
    kinds = [(200, Stream), (200, Asset), (200, SetCookie), (204, SetCookie)]
    assert [status for status, _ in results[:4]] == [200, 201, 202, 204]
    assert results[4:8] == kinds
    assert results[8] == (200, None)


def test_tasks_schedules_and_events_are_read(tmp_path: Path):
    consumed = imported(
        tmp_path, "@task(max_attempts=3)\ndef one(happened: Happened, store: Store) -> None: ...", "one"
    )
    ticks = imported(tmp_path, '@schedule("*/5 * * * *")\ndef two(tick: Tick, store: StoreReader) -> None: ...', "two")
    uploads = (
        "@event.object_finalized(Uploads)\ndef three(made: FinalizedObject, files: FilesReader[Uploads]) -> None: ..."
    )
    finalized = imported(tmp_path, uploads, "three")
    message = consumed.routes[0].message
    assert (consumed.trigger, consumed.max_attempts, message.__name__ if message else "") == ("task", 3, "Happened")
    assert (ticks.trigger, ticks.cron, ticks.adapters()) == ("schedule", "*/5 * * * *", {"database"})
    assert (finalized.trigger, finalized.bucket.name if finalized.bucket else "") == ("event", "uploads")


def test_a_port_is_known_by_its_type_and_by_what_it_is_of(tmp_path: Path):
    declared = imported(
        tmp_path,
        """
        @http.get("/v1/things", role="learner")
        def things(store: StoreReader, files: FilesReader[Uploads], mailer: Mailer) -> None: ...
        """,
    )
    store, files, _ = (need for need in declared.needs() if isinstance(need, Parameter))
    assert (store.port, store.argument) == (StoreReader, None)
    assert files.argument is not None and files.argument.__name__ == "Uploads"
    assert declared.routes[0].outside
    assert store.port is not Store


def test_what_needs_no_database_loads_none(tmp_path: Path):
    page = imported(tmp_path, '@http.get("/v1/a", role="public")\ndef page() -> View: ...', "page")
    write = imported(tmp_path, '@http.post("/v1/a", role="public")\ndef write() -> View: ...', "write")
    known = imported(tmp_path, '@http.get("/v1/a", role="public")\ndef known(who: Caller | None) -> View: ...', "known")
    assert page.adapters() == set()
    assert write.adapters() == known.adapters() == {"database"}


HANDLERS = '''
"""Handlers as they are written."""

from pydantic import BaseModel

from common.errors import NotFound
from common.ports import Bucket, Caller, Clock, FilesReader, FinalizedObject, Message, Queue, Store, StoreReader, Tick
from common.triggers import Asset, Created, Stream, event, http, schedule, task


class Answers(BaseModel):
    """What a learner chose."""

    chosen: tuple[str, ...]


class ActivityHappened(Message):
    """Somebody did something."""

    user_id: str


class Uploads(Bucket, name="uploads"):
    """What learners upload."""


@http.post("/v1/quizzes/{quiz_id}/submissions", role="learner", rate_limit="30/minute", raises=(NotFound,))
def quiz_submit(
    caller: Caller, quiz_id: str, answers: Answers, store: Store, activity: Queue[ActivityHappened], clock: Clock
) -> Created[Answers]:
    """Grade a learner's answers."""
    activity.stage(ActivityHappened(user_id=caller.user_id), at=clock.now())
    return Created(answers)


courses = http.resource("courses", memory="256Mi", assets=("README.md",))


@courses.get("/v1/courses", role="learner")
def find(store: StoreReader) -> Answers:
    """What there is."""
    return Answers(chosen=())


@courses.delete("/v1/courses/{course_id}", role="teacher")
def remove(course_id: str, store: Store) -> None:
    """One course less."""


@courses.get("/v1/courses/page", role="public")
def page() -> Asset:
    """A page."""
    return Asset("README.md", "text/plain")


@courses.post("/v1/courses/talk", role="learner")
def talk(answers: Answers) -> Stream[Answers]:
    """An answer bit by bit."""
    return Stream(lambda: iter(()))


@task(max_attempts=8, max_dispatches_per_second=5)
def activity_record(happened: ActivityHappened, store: Store) -> None:
    """Count it."""


@event.object_finalized(Uploads)
def document_ingest(uploaded: FinalizedObject, files: FilesReader[Uploads]) -> None:
    """Look at it."""


@schedule("*/5 * * * *")
def nudge_plan(tick: Tick, store: StoreReader) -> None:
    """Who is due."""
'''

MISTAKES = {
    '@http.get("/v1/a", role="owner")\ndef a() -> None: ...': "role",
    '@http.get("/v1/a")\ndef a() -> None: ...': "role",
    '@http.get("/v1/a", role="learner", raises=(ValueError,))\ndef a() -> None: ...': "raises",
    '@http.get("/v1/a", role="learner")\ndef a() -> str: ...': "str",
    '@courses.get("/v1/a", role="learner", timeout=5)\ndef a() -> None: ...': "timeout",
    'more = http.resource("more", memory=512)': "memory",
    "@courses.fetch\ndef a() -> None: ...": "fetch",
    '@task(max_attempts="8")\ndef a(happened: ActivityHappened) -> None: ...': "max_attempts",
    "@task()\ndef a(happened: ActivityHappened) -> Answers: ...": "Answers",
    "@schedule(5)\ndef a(tick: Tick) -> None: ...": "schedule",
    "@event.object_finalized(Answers)\ndef a(made: FinalizedObject) -> None: ...": "object_finalized",
}


def checked(folder: Path, source: str) -> str:
    file = folder / "handlers.py"
    file.write_text(source)
    command = [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), "--strict"]
    command += ["--no-error-summary", "--cache-dir", str(ROOT / ".mypy_cache"), str(file)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False).stdout


def test_mypy_takes_handlers_as_they_are_written_and_catches_each_mistake(tmp_path: Path):
    mistakes = [source.replace("def a(", f"def a{number}(") for number, source in enumerate(MISTAKES)]
    said = checked(tmp_path, "\n".join([HANDLERS, *mistakes, ""]))
    found: dict[int, str] = {}
    for line in said.splitlines():
        if ": error: " in line:
            number = int(line.split(":")[1])
            found[number] = found.get(number, "") + line
    at = HANDLERS.count("\n") + 2
    assert [text for number, text in found.items() if number < at] == [], said
    for source, about in zip(mistakes, MISTAKES.values(), strict=True):
        lines = source.count("\n") + 1
        near = "".join(text for number, text in found.items() if at <= number < at + lines)
        assert about in near, f"{source}\n{said}"
        at += lines
