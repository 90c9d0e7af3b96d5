"""The three requirements files: every package, pinned, at its licence."""

import re
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from infrastructure.tools.package import requirements
from tests.house.tree import ROOT

ALL = ("requirements.txt", "requirements-local.txt", "requirements-dev.txt")
COPYLEFT = re.compile(r"\b[AL]?GPL|GNU|Affero|SSPL|Commons Clause|Business Source", re.IGNORECASE)


def pins(name: str) -> dict[str, str]:
    """Package -> version, of one file and those that it stands on."""
    found: dict[str, str] = {}
    for written in (ROOT / name).read_text().splitlines():
        line = written.split("#")[0].strip()
        if line.startswith("-r "):
            found |= pins(line.removeprefix("-r "))
        elif line:
            package, version = re.fullmatch(r"([a-z0-9.-]+)==([\w.]+)", line).groups()  # type: ignore[union-attr]
            assert package not in found, f"{package} is pinned twice"
            found[package] = version
    return found


def brought_along(package: str, extras: frozenset[str] = frozenset()) -> set[tuple[str, frozenset[str]]]:
    """What an installed package requires here, with the extras that it asks for."""
    needs: set[tuple[str, frozenset[str]]] = set()
    for text in metadata.requires(package) or []:
        need = Requirement(text)
        if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in extras or {""}):
            needs.add((canonicalize_name(need.name), frozenset(need.extras)))
    return needs


def licences(package: str) -> list[str]:
    """Everything that an installed package says of its licence."""
    about = metadata.metadata(package)
    named = [about["License-Expression"], *(about.get_all("Classifier") or [])]
    said = [text for text in named if text and (text == named[0] or text.startswith("License ::"))]
    return said or [about["License"] or ""]


@pytest.mark.parametrize("name", ALL)
def test_every_package_is_pinned_with_all_that_it_brings_along(name: str):
    pinned = pins(name)
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = {(package, frozenset[str]()) for package in pinned}
    while waiting:
        package, extras = waiting.pop()
        seen.add((package, extras))
        if package != "pip":  # pip is of the virtual environment, not of a list
            assert package in pinned, f"{package} is not in {name}"
            waiting |= brought_along(package, extras) - seen


def test_everything_that_is_deployed_is_locked_with_its_hashes():
    locked = {package: said.split()[0] for package, said in requirements.pins(requirements.LOCK).items()}
    said = "run `python -m infrastructure.tools lock` and commit what it writes"
    assert locked == {package: f"{package}=={version}" for package, version in pins("requirements.txt").items()}, said


@pytest.mark.parametrize("name", ALL)
def test_what_is_installed_is_what_is_pinned(name: str):
    assert {package: metadata.version(package) for package in pins(name)} == pins(name)


@pytest.mark.parametrize("package", sorted(pins("requirements-local.txt")))
def test_nothing_that_ships_is_copyleft(package: str):
    said = licences(package)
    assert any(said), f"{package} states no licence"
    assert not any(COPYLEFT.search(text) for text in said), said


def test_a_deployed_archive_carries_no_tool_configuration():
    assert not (Path(ROOT) / "setup.py").exists()
    assert "[project]" not in (ROOT / "pyproject.toml").read_text()
