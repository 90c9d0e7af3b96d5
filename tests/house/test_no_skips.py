"""CI sees no skipped test, wherever the skip is written."""

import os
import subprocess
import sys
from pathlib import Path

from tests.house.tree import ROOT

SKIPS = {
    "test_body": "import pytest\ndef test_a():\n    pytest.skip('no Java 1')",
    "test_mark": "import pytest\n@pytest.mark.skip('no Java 2')\ndef test_a():\n    assert True",
    "test_module": "import pytest\npytest.skip('no Java 3', allow_module_level=True)",
    "test_fixture": (
        "import pytest\n@pytest.fixture\ndef db():\n    pytest.skip('no Java 4')\ndef test_a(db):\n    assert True"
    ),
}


def run(folder: Path, ci: str) -> tuple[int, str]:
    for name, source in SKIPS.items():
        (folder / f"{name}.py").write_text(source)
    command = [sys.executable, "-m", "pytest", "-c", os.devnull, "-p", "tests.no_skips", "-p", "no:cacheprovider", "."]
    environment = {**os.environ, "CI": ci, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    environment.pop("PYTEST_ADDOPTS", None)
    command += ["--continue-on-collection-errors"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_every_kind_of_skip_fails_under_ci_with_its_reason(tmp_path: Path):
    code, said = run(tmp_path, "true")
    assert code == 1
    assert "skipped in" not in said
    assert [number for number in range(1, 5) if f"no Java {number}" not in said] == []


def test_a_skip_is_no_failure_elsewhere(tmp_path: Path):
    code, said = run(tmp_path, "")
    assert code == 0
    assert "4 skipped" in said
