"""Whatever is sent to the API, the answer is one that its description knows, and never a fault of ours."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from infrastructure.tools import openapi
from infrastructure.tools.local_app import LocalApp
from tests.functions.local_api import LocalApi

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


class _Application:
    """The WSGI application that the description is held against: known once the fixture has made it."""

    target: LocalApp

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return self.target(environ, start_response)


application = _Application()
schema = schemathesis.openapi.from_dict(json.loads(openapi.FILE.read_text()))
schema.app = application


@pytest.fixture(autouse=True)
def served(shared_api: LocalApi) -> None:
    application.target = shared_api.app


@schema.parametrize()
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_described(case: schemathesis.Case[Any], admin: str) -> None:
    for token in (admin, None):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        case.call_and_validate(headers=headers, checks=CHECKS)
