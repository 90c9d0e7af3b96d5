"""openapi.json says all that a client needs, and no client has to guess."""

import base64
import hashlib
import importlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import httpx
import openapi_python_client
import pytest
from openapi_python_client.config import ConfigFile, MetaType
from openapi_spec_validator import validate
from pydantic import TypeAdapter

from infrastructure.tools import openapi
from infrastructure.tools.discovery import ROOT, discover
from tests.infrastructure.written import write

FUNCTIONS = {
    "quizzes": """
        quizzes = http.resource("quizzes", assets=("README.md",))

        @quizzes.get("/v1/quizzes", role="learner")
        def find(
            store: StoreReader, deep: bool = False, page_size: PageSize = 20, page_token: PageToken | None = None
        ) -> Page[View]:
            '''Quizzes, newest first.

            Those of the caller's `courses`.
            '''

        @quizzes.post("/v1/quizzes/{quiz_id}/submissions", role="learner", rate_limit="30/minute", raises=(QuizClosed,))
        def submit(caller: Caller, quiz_id: str, answers: View, store: Store) -> Created[View]:
            '''Grade answers.'''

        @quizzes.delete("/v1/quizzes/{quiz_id}", role="teacher", raises=(NotFound,))
        def drop(quiz_id: str, store: Store) -> None:
            '''Delete a quiz.'''

        @quizzes.post("/v1/quizzes", role="learner", max_body=1000)
        def compose(wished: View) -> Accepted[View]:
            '''Have a quiz made.'''

        @quizzes.get("/v1/quizzes/page", role="public")
        def page() -> Asset:
            '''A page.'''

        @quizzes.get("/v1/quizzes/talk", role="public")
        def talk(caller: Caller | None) -> Stream[View]:
            '''Talk about it.'''

        @quizzes.post("/v1/quizzes/hook", role="public")
        def hook(raw: RawBody) -> SetCookie[None]:
            '''Called by another service.'''
    """,
    "ping": '@http.get("/v1/ping", role="public")\ndef ping(clock: Clock) -> View:\n    """Say that it answers."""',
}


@pytest.fixture(name="document")
def _document(tmp_path: Path) -> dict[str, Any]:
    return openapi.document(discover(write(tmp_path, **FUNCTIONS)))


def codes(document: dict[str, Any], path: str, method: str) -> dict[str, list[str]]:
    """Each problem of an operation: status -> codes."""
    found = {}
    for status, said in document["paths"][path][method]["responses"].items():
        answer = document["components"]["responses"][said["$ref"].rpartition("/")[2]] if "$ref" in said else said
        if "x-codes" in answer:
            assert list(answer["content"]) == ["application/problem+json"]
            found[status] = answer["x-codes"]
    return found


def test_the_committed_document_is_what_the_declarations_say():
    assert openapi.FILE.read_text() == openapi.text(discover()), "stale: run `make generate`, and commit"


def test_the_document_is_valid_openapi(document: dict[str, Any]):
    validate(document)
    validate(json.loads(openapi.FILE.read_text()))


def test_every_route_of_every_function_is_in_the_document():
    functions = discover()
    paths = json.loads(openapi.FILE.read_text())["paths"]
    for function in functions.values():
        for route in function.declaration.routes:
            if route.path:
                operation = paths[route.path][route.method.lower()]
                assert operation["tags"] == [function.name]
                assert operation["summary"], f"{function.name}: a handler says in a line what it does"


def test_an_operation_is_called_as_function_and_handler(document: dict[str, Any]):
    assert document["paths"]["/v1/ping"]["get"]["operationId"] == "ping"
    assert document["paths"]["/v1/quizzes"]["get"]["operationId"] == "quizzes_find"
    assert document["paths"]["/v1/quizzes"]["get"]["summary"] == "Quizzes, newest first"
    assert document["paths"]["/v1/quizzes"]["get"]["description"] == "Those of the caller's `courses`."


def test_two_operations_of_one_name_are_refused(tmp_path: Path):
    one = 'one = http.resource("one")\n@one.get("/v1/a", role="public")\ndef {0}() -> None: ...\n'
    again = '@one.get("/v1/b", role="public")\ndef {0}() -> None: ...'
    with pytest.raises(TypeError, match="one: two routes are called one_find"):
        openapi.document(discover(write(tmp_path, one=(one + again).format("find"))))


def test_query_parameters_carry_their_limits_and_are_never_null(document: dict[str, Any]):
    parameters = {one["name"]: one for one in document["paths"]["/v1/quizzes"]["get"]["parameters"]}
    assert parameters["page_size"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}
    assert parameters["page_size"]["description"] == "items a page, 1 to 100"
    assert parameters["page_token"]["schema"] == {"type": "string", "maxLength": 1000}
    assert parameters["deep"]["schema"] == {"type": "boolean", "default": False}
    assert not any(one["required"] for one in parameters.values())


def test_every_default_of_a_query_parameter_is_one_that_would_be_taken():
    for function in discover().values():
        for route in function.declaration.routes:
            for field in route.query_model.model_fields.values() if route.query_model else ():
                if not field.is_required():
                    kind: Any = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
                    assert TypeAdapter(kind).validate_python(field.default) == field.default


def test_a_parameter_of_several_kinds_keeps_them_all():
    schema = {"anyOf": [{"type": "integer"}, {"type": "string"}, {"type": "null"}], "title": "X", "default": None}
    assert openapi.without_null(schema) == {"anyOf": [{"type": "integer"}, {"type": "string"}]}


def test_writes_take_an_idempotency_key_and_reads_do_not(document: dict[str, Any]):
    for item in document["paths"].values():
        for method, operation in item.items():
            named = [one["name"] for one in operation.get("parameters", [])]
            assert ("Idempotency-Key" in named) == (method != "get")


def test_the_status_is_the_return_type_s(document: dict[str, Any]):
    def success(path: str, method: str) -> tuple[str, list[str]]:
        status, answer = next(iter(document["paths"][path][method]["responses"].items()))
        return status, list(answer.get("content", {}))

    assert success("/v1/quizzes", "get") == ("200", ["application/json"])
    assert success("/v1/quizzes/{quiz_id}/submissions", "post") == ("201", ["application/json"])
    assert success("/v1/quizzes", "post") == ("202", ["application/json"])
    assert success("/v1/quizzes/{quiz_id}", "delete") == ("204", [])
    assert success("/v1/quizzes/talk", "get") == ("200", ["application/json", "text/event-stream"])
    assert success("/v1/quizzes/page", "get") == ("200", ["text/html"])
    assert success("/v1/quizzes/hook", "post") == ("204", [])


def test_every_problem_that_may_come_is_named(document: dict[str, Any]):
    assert codes(document, "/v1/quizzes/{quiz_id}/submissions", "post") == {
        "400": ["invalid_request"],
        "401": ["unauthenticated"],
        "403": ["forbidden"],
        "404": ["not_found"],
        "409": ["busy", "conflict", "quiz_closed", "replay_withheld"],
        "413": ["body_too_large"],
        "415": ["unsupported_media_type"],
        "422": ["idempotency_key_reused", "invalid_content"],
        "429": ["too_many_requests"],
        "500": ["internal_error"],
        "503": ["unavailable"],
    }
    assert codes(document, "/v1/ping", "get") == {
        "400": ["invalid_request"],
        "429": ["too_many_requests"],
        "500": ["internal_error"],
    }
    assert codes(document, "/v1/quizzes", "get")["400"] == ["invalid_page_token", "invalid_request"]


def test_answers_name_their_headers(document: dict[str, Any]):
    shared = document["components"]["responses"]
    assert set(shared["TooManyRequests"]["headers"]) == {"X-Request-Id", "Retry-After"}
    assert set(shared["Unauthenticated"]["headers"]) == {"X-Request-Id", "WWW-Authenticate"}
    created = document["paths"]["/v1/quizzes/{quiz_id}/submissions"]["post"]["responses"]["201"]
    assert set(created["headers"]) == {"X-Request-Id", "Idempotency-Replayed"}


def test_credentials_are_asked_for_where_they_are_read(document: dict[str, Any]):
    paths = document["paths"]
    assert paths["/v1/ping"]["get"]["security"] == []
    assert paths["/v1/quizzes"]["get"]["security"] == [{"bearer": []}]
    assert paths["/v1/quizzes/talk"]["get"]["security"] == [{"bearer": []}, {}]
    assert paths["/v1/quizzes"]["get"]["x-scope"] == "quizzes:read"
    assert paths["/v1/quizzes"]["post"]["x-scope"] == "quizzes:write"
    assert paths["/v1/quizzes"]["post"]["x-max-body"] == 1000
    assert paths["/v1/quizzes/{quiz_id}/submissions"]["post"]["x-rate-limit"] == "30/minute"


def test_times_are_known_as_times_both_ways():
    assert (
        openapi.document(discover())["components"]["schemas"]["Status"]["properties"]["time"]["format"] == "date-time"
    )


@pytest.fixture(name="client")
def _client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of a typed client's package, generated from the committed document."""
    name = "scholium_client"
    config = openapi_python_client.config.Config.from_sources(
        ConfigFile(post_hooks=[]), MetaType.NONE, openapi.FILE, "utf-8", overwrite=False, output_path=tmp_path / name
    )
    assert [error.detail for error in openapi_python_client.generate(config=config)] == []
    monkeypatch.syspath_prepend(str(tmp_path))
    yield name
    for module in [module for module in sys.modules if module.split(".")[0] == name]:
        del sys.modules[module]


def test_a_typed_client_is_generated_and_reads_answers_and_problems(client: str):
    made = importlib.import_module(client)
    operation = importlib.import_module(f"{client}.api.status.status")
    problem = {
        "type": "urn:x",
        "title": "t",
        "status": 429,
        "detail": "d",
        "code": "too_many_requests",
        "request_id": "r",
    }
    answers = iter(
        [
            httpx.Response(200, json={"status": "ok", "version": "1", "time": "2026-01-31T09:00:00.000000Z"}),
            httpx.Response(429, json=problem),
        ]
    )
    transport = httpx.MockTransport(lambda request: next(answers))
    with made.Client(base_url="http://api.invalid", httpx_args={"transport": transport}) as session:
        status = operation.sync(client=session)
        refused = operation.sync(client=session)
    assert (type(status).__name__, status.version, status.time.year) == ("Status", "1", 2026)
    assert (type(refused).__name__, refused.code) == ("ProblemModel", "too_many_requests")


PAGE = ROOT / "common" / "assets" / "docs.html"


def test_the_page_that_shows_the_document_runs_its_own_code_only():
    page = PAGE.read_text()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert "default-src 'none'" in policy[1]
    assert "connect-src 'self'" in policy[1]
    assert "require-trusted-types-for 'script'" in policy[1]
    assert "unsafe" not in policy[1]
    for tag in ("script", "style"):
        bodies = re.findall(rf"<{tag}[^>]*>(.*?)</{tag}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(bodies[0].encode()).digest()).decode()
        assert len(bodies) == 1
        assert f"{tag}-src 'sha256-{digest}'" in policy[1], "the page was changed: put its new hash into the policy"


def test_the_page_needs_no_network_and_makes_no_markup_of_data():
    page = PAGE.read_text()
    assert len(page.encode()) < 40_000
    assert re.findall(r"https?://(?!example\.org)[\w.]+", page) == []
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|localStorage|sessionStorage", page
    )
    assert 'lang="en"' in page


def test_every_asset_that_a_function_names_exists():
    named = {asset for function in discover().values() for asset in function.declaration.assets}
    assert [asset for asset in named if not (ROOT / asset).exists()] == []
