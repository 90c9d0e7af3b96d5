"""What the functions say of each other, and what they are called on Google Cloud."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from infrastructure.tools import discovery, names
from infrastructure.tools.discovery import FOLDER, ROOT, discover
from tests.infrastructure.written import write

TASK = "@task()\ndef {0}(happened: Happened, store: Store) -> None: ..."
GET = '@http.get("{1}", role="public")\ndef {0}() -> None: ...'

CONTRADICTIONS = {
    "a folder that is not called as its handler": ({"quiz": GET.format("quizzes", "/v1/a")}, "quiz: .*quizzes"),
    "a resource that is not called as its folder": (
        {"quiz": 'quiz = http.resource("quizzes")\n@quiz.get("/v1/a", role="public")\ndef a() -> None: ...'},
        "quiz: .*quizzes",
    ),
    "a resource under another name": (
        {"quiz": 'other = http.resource("quiz")\n@other.get("/v1/a", role="public")\ndef a() -> None: ...'},
        r"quiz: .*\(as other\)",
    ),
    "a resource without routes": ({"quiz": 'quiz = http.resource("quiz")'}, "quiz: a resource has at least one route"),
    "no declaration": ({"quiz": "def quiz(): ..."}, r"quiz: .*not 0 \(none\)"),
    "two declarations": (
        {"quiz": GET.format("quiz", "/v1/a") + "\n" + GET.format("quizzes", "/v1/b")},
        r"quiz: .*not 2 \(quiz, quizzes\)",
    ),
    "two functions of one method and path": (
        {"one": GET.format("one", "/v1/a"), "two": GET.format("two", "/v1/a")},
        "one.one and two.two both answer GET /v1/a",
    ),
    "one path with two names for its parameter": (
        {
            "one": '@http.get("/v1/a/{a_id}", role="public")\ndef one(a_id: str) -> None: ...',
            "two": '@http.post("/v1/a/{b_id}", role="public")\ndef two(b_id: str) -> None: ...',
        },
        r"two.two\(b_id\): /v1/a/{b_id} and /v1/a/{a_id} of one.one are one path",
    ),
    "a message with no consumer": (
        {"one": '@http.post("/v1/a", role="public")\ndef one(said: Queue[Unheard]) -> None: ...'},
        r"one\(said\): no function consumes Unheard",
    ),
    "a message with two consumers": (
        {"one": TASK.format("one"), "two": TASK.format("two")},
        r"one\(happened\) and two\(happened\) both consume Happened",
    ),
    "another message of the same name": (
        {
            "one": TASK.format("one"),
            "two": 'class Happened(Message):\n    x: str\n@http.post("/v1/a", role="public")\n'
            "def two(said: Queue[Happened]) -> None: ...",
        },
        r"two\(said\): Happened is another class than the Happened that one\(happened\) consumes",
    ),
    "all queues in other hands": (
        {"one": TASK.format("one"), "two": '@schedule("* * * * *")\ndef two(every: AllQueues) -> None: ...'},
        r"two\(every\): AllQueues is for learner_erase, outbox_flush, outbox_page alone",
    ),
    "a secret whose name is none": (
        {"one": '@http.get("/v1/a", role="public")\ndef one(key: Secret[BadKey]) -> None: ...'},
        r"one\(key\): a key/1: 'a key/1' is no name for a secret",
    ),
    "two names that are one on Google Cloud": (
        {"a_b_c": GET.format("a_b_c", "/v1/a"), "a__c": GET.format("a__c", "/v1/b")},
        "a__c: 'a--c' is no name for a function",
    ),
}


@pytest.mark.parametrize("case", CONTRADICTIONS)
def test_functions_that_contradict_each_other_are_refused_by_name(tmp_path: Path, case: str):
    sources, said = CONTRADICTIONS[case]
    with pytest.raises(TypeError, match=said):
        discover(write(tmp_path, **sources))


def test_functions_are_found_with_what_they_say(tmp_path: Path):
    found = discover(
        write(
            tmp_path,
            one=TASK.format("one"),
            two='@http.post("/v1/a/{a_id}", role="public")\ndef two(a_id: str, said: Queue[Happened]) -> None: ...',
            three="""
            three = http.resource("three")
            @three.get("/v1/a/{a_id}", role="public")
            def show(a_id: str) -> None: ...
            @three.delete("/v1/a/{a_id}", role="public")
            def drop(a_id: str) -> None: ...
            @three.get("/v1/b", role="public")
            def find() -> None: ...""",
            outbox_flush='@schedule("* * * * *")\ndef outbox_flush(every: AllQueues) -> None: ...',
        )
    )
    assert {name: function.declaration.trigger for name, function in found.items()} == {
        "one": "task",
        "two": "http",
        "three": "http",
        "outbox_flush": "schedule",
    }
    assert found["two"].folder == tmp_path / "two"
    assert discovery.messages(found) == {"Happened": "one"}
    assert discovery.paths(found) == {"/v1/a/{a_id}": ("DELETE", "GET", "POST")}, "only what functions share"


def test_discovery_leaves_no_module_behind(tmp_path: Path):
    before = set(sys.modules)
    discover(write(tmp_path, here=GET.format("here", "/v1/a")))
    assert not {name for name in set(sys.modules) - before if name.startswith("functions")}


@pytest.mark.parametrize("name", sorted(discover()))
def test_a_function_is_called_something_that_every_product_takes(name: str):
    function = discover()[name]
    assert names.SERVICE.fullmatch(names.cloud_name(name))
    assert names.ACCOUNT.fullmatch(names.account(name))
    for need in function.declaration.needs():
        if need.argument is not None and hasattr(need.argument, "key"):
            assert names.QUEUE.fullmatch(names.queue(need.argument.__name__))


def test_a_long_account_ends_in_a_hash_so_that_two_never_meet():
    long, other = "a_function_with_a_rather_long_name", "a_function_with_a_rather_long_nose"
    assert len(names.account(long)) <= 30
    assert names.account(long).startswith("fn-a-function-with-a-ra")
    assert names.account(long) != names.account(other)
    assert names.account("quiz_submit") == "fn-quiz-submit"


@pytest.mark.parametrize("name", ["a" * 51, "1_quiz", "quiz_", "a__b", "Quiz"])
def test_a_name_that_google_cloud_does_not_take_is_refused(name: str):
    with pytest.raises(TypeError, match=name):
        names.cloud_name(name)


CLIENTS = ("openai", "grpc", "google.cloud", "google.api_core", "google.auth")
HEAVY = (
    "numpy", "fsrs", "pypdfium2", "docx", "pptx", "lxml", "selectolax", "PIL", "onnxruntime", "tokenizers", "wordllama",
    "mistune", "nh3", "sqlite3", "requests",
)  # fmt: skip
EMPTY = {"google", "google.cloud"}
"""Namespaces, which Python itself makes at start."""
OF_THE_FRAMEWORK = "google.cloud.functions"
"""A few lines of functions-framework itself, in Google's namespace."""
RENDERING = {"mistune", "nh3"}
MAY_IMPORT: dict[str, set[str]] = {
    "flashcard_reviews": {"fsrs"},
    "posts": RENDERING,
    "comments": RENDERING,
    "text_edits": RENDERING,
}
"""Function -> the heavy packages that it may import at start."""

LOADED = """
import importlib, json, sys
importlib.import_module("functions." + sys.argv[1] + ".main")
print(json.dumps(sorted(sys.modules)))
"""


@pytest.mark.parametrize("name", sorted(path.parent.name for path in FOLDER.glob("*/main.py")))
def test_importing_a_function_loads_no_cloud_client_and_nothing_heavy(name: str):
    bare = {key: value for key, value in os.environ.items() if not key.startswith("COV")}  # coverage imports sqlite3
    command = [sys.executable, "-c", LOADED, name]
    ran = subprocess.run(command, cwd=ROOT, env=bare, capture_output=True, text=True, check=True)
    refused = (*CLIENTS, *(set(HEAVY) - MAY_IMPORT.get(name, set())))
    started = [module for module in json.loads(ran.stdout) if module not in EMPTY]
    loaded = [module for module in started if not module.startswith(OF_THE_FRAMEWORK)]
    assert [module for module in loaded if any(f"{module}.".startswith(f"{one}.") for one in refused)] == []
