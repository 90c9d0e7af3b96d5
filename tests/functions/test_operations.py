"""The service says that it answers, and describes itself."""

import json
from datetime import UTC, datetime

from common.version import VERSION
from infrastructure.tools.discovery import ROOT
from tests.functions.local_api import LocalApi


def test_the_status_is_told_to_anybody_and_reads_nothing(api: LocalApi):
    answer = api.call("GET", "/v1/status")
    assert (answer.status_code, answer.json["status"], answer.json["version"]) == (200, "ok", VERSION)
    assert abs((datetime.now(UTC) - datetime.fromisoformat(answer.json["time"])).total_seconds()) < 60
    assert api.stored() == {}


def test_the_description_is_served_as_it_is_committed(api: LocalApi):
    answer = api.call("GET", "/openapi.json")
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    assert answer.json == json.loads((ROOT / "infrastructure/openapi.json").read_text())


def test_the_page_is_served_as_html_and_nothing_else(api: LocalApi):
    answer = api.call("GET", "/docs")
    assert (answer.status_code, answer.content_type) == (200, "text/html; charset=utf-8")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "<h1>Scholium API" in answer.text


def test_an_unknown_parameter_of_the_description_is_refused(api: LocalApi):
    answer = api.call("GET", "/openapi.json?format=yaml")
    assert (answer.status_code, answer.json["code"]) == (400, "invalid_request")
