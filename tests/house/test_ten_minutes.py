"""CONTRIBUTING's "Add a function in ten minutes" is true: what it shows is written into a copy, and works."""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```python file=(\S+)\n(.*?)^```$", re.M | re.S)


def _run(folder: Path, *arguments: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=folder, capture_output=True, text=True, check=False, timeout=110
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_the_function_of_the_guide_is_checked_generated_and_served(tmp_path: Path) -> None:
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0"):
        if name and (ROOT / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    blocks = BLOCK.findall((ROOT / ".github/CONTRIBUTING.md").read_text(encoding="utf-8"))
    assert len(blocks) == 6
    for name, text in blocks:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")

    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)

    written = [name for name, _ in blocks]
    _run(tmp_path, "ruff", "check", "--no-cache", *written)
    _run(tmp_path, "ruff", "format", "--no-cache", "--check", *written)
    _run(tmp_path, "mypy", "--no-incremental", "functions/bookmarks/main.py", "common/domain/bookmarks/personal.py")
    _run(tmp_path, "infrastructure.tools", "generate")
    assert "/v1/bookmarks/{bookmark_id}" in json.loads((tmp_path / "infrastructure/openapi.json").read_text())["paths"]
    assert "datastore.user" in _run(tmp_path, "infrastructure.tools", "explain", "bookmarks")
    house = "tests/house/test_names_and_places.py"
    _run(tmp_path, "pytest", "-p", "no:cacheprovider", "tests/functions/test_bookmarks.py", house)
