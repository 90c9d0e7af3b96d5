"""What is committed: sizes, links, settings, and nothing of the machine it was written on."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

from common.settings import PREFIX, Settings, parse
from tests.house.tree import ROOT, files, place

TEXT = (
    "*.py",
    "*.md",
    "*.tf",
    "*.tfvars",
    "*.toml",
    "*.yml",
    "*.yaml",
    "*.txt",
    "*.sh",
    "*.js",
    "*.json",
    "Makefile",
    ".ci/*",
)
SETTINGS = sorted(set(Settings.model_fields) - {"secrets"})
LINK = re.compile(r"(?<!\!)\[[^\]]*\]\(([^)\s]+)\)|\!\[[^\]]*\]\(([^)\s]+)\)")
# Character classes, so that this file does not find itself.
MACHINE = re.compile(
    r"(?<![\w.}:/-])/([w]ork|[r]oot|[t]mp|[h]ome/\w+|[U]sers/\w+)/"
    r"|[p]ypi\.org|[p]ythonhosted\.org|registry\.[n]pmjs\.org|deb\.[d]ebian\.org"
)


def test_no_file_is_over_one_megabyte():
    assert [place(path) for path in files() if path.stat().st_size > 1_000_000] == []


@pytest.mark.parametrize("path", files(".ci/*"), ids=lambda path: path.name)
def test_a_script_of_ci_parses_and_can_be_run(path: Path):
    source = path.read_text()
    assert path.stat().st_mode & 0o111
    if "python3" in source.splitlines()[0]:
        ast.parse(source)
    else:
        shell = source.splitlines()[0].split("/")[-1].split()[-1]
        assert subprocess.run([shell, "-n", path], capture_output=True, check=False).stderr == b""


def test_make_help_lists_the_commands():
    command = ["make", "--no-print-directory", "help"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    commands = {line.split()[1] for line in listed.splitlines()}
    wanted = {
        "help",
        "run",
        "admin",
        "test",
        "test-browser",
        "check",
        "bench",
        "bench-questions",
        "bench-retrieval",
        "fit-risk",
        "package",
        "smoke",
    }
    assert commands == wanted | {"generate", "format", "clean"}


def test_nothing_names_the_machine_it_was_written_on():
    found = []
    for path in files(*TEXT):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if MACHINE.search(line):
                found.append(f"{place(path, number)}: {line.strip()[:80]}")
    assert found == []


def test_links_between_pages_lead_somewhere():
    broken = []
    for path in files("*.md"):
        code = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
        for match in LINK.finditer(code.sub("", path.read_text(encoding="utf-8"))):
            target = (match[1] or match[2]).split("#")[0]
            if target and not re.match(r"[a-z]+:", target) and not (path.parent / target).exists():
                broken.append(f"{place(path)}: {target}")
    assert broken == []


def env_example() -> dict[str, tuple[str, str]]:
    """Variable -> (meaning, value shown), of .env.example; a value is shown behind `#` where it is the default."""
    found: dict[str, tuple[str, str]] = {}
    meaning = ""
    for line in (ROOT / ".env.example").read_text().splitlines():
        shown = re.fullmatch(r"#?([A-Z_]+)=(.*)", line)
        if shown:
            found[shown[1]] = (meaning, shown[2])
        meaning = line.removeprefix("# ") if line.startswith("# ") else ""
    return found


def test_env_example_lists_every_setting_with_its_meaning_and_no_other():
    shown = env_example()
    assert set(shown) == {PREFIX + name.upper() for name in SETTINGS}
    assert [name for name, (meaning, _) in shown.items() if len(meaning) < 10] == []


@pytest.mark.parametrize("name", SETTINGS)
def test_env_example_shows_a_value_that_is_read_and_is_the_default(name: str):
    shown = env_example()
    _, value = shown[PREFIX + name.upper()]
    adapters = {f"{PREFIX}ADAPTERS": "local"}
    default = getattr(parse(adapters), name)
    assert getattr(parse({**adapters, PREFIX + name.upper(): value}), name) == default
