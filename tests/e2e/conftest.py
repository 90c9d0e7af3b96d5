"""A failed test shows what the processes of its deployment wrote."""

from collections.abc import Generator

import pytest

from tests.e2e.gcp_deployment import GcpDeployment


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    deployment = getattr(item, "funcargs", {}).get("deployment")
    if report.failed and isinstance(deployment, GcpDeployment):
        report.sections += [(f"log of {name}", text) for name, text in deployment.output() if text]
    return report
