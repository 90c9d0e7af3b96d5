"""Which packages an archive needs: those whose modules it imports, what they bring along, at their pins and hashes.

Modules are matched to packages by the files of the installed ones, for `google.cloud.firestore` and
`google.cloud.tasks_v2` share the name `google` but no package. What a package brings along is judged for the deployed
platform, not for this machine.
"""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from infrastructure.tools.discovery import ROOT

PINS = ROOT / "requirements.txt"
LOCK = ROOT / "infrastructure" / "requirements.lock"
PYTHONS = ("3.11", "3.12", "3.13")
"""The versions that an archive can be deployed to."""
ALWAYS = "functions-framework"
"""What the platform starts; were it not listed, the platform would add a version of its own choice."""
BESIDE = {"zoneinfo": "tzdata"}
"""A module of Python's own that needs a package where the system brings no data (PEP 615)."""


def pins(file: Path = PINS) -> dict[str, str]:
    """Package -> its pin and hashes as pip reads them, of a requirements file."""
    logical = re.sub(r"\\\n", " ", file.read_text(encoding="utf-8"))
    lines = (" ".join(line.split("#")[0].split()) for line in logical.splitlines())
    return {canonicalize_name(line.partition("==")[0]): line for line in lines if line}


def packages(imports: Iterable[str]) -> list[str]:
    """The packages of these dotted names with all that they bring along, sorted; LookupError for an unknown one."""
    wanted: set[tuple[str, frozenset[str]]] = {(ALWAYS, frozenset())}
    for name in sorted(set(imports)):
        top = name.split(".")[0]
        if top in BESIDE:
            wanted.add((BESIDE[top], frozenset()))
        elif top not in sys.stdlib_module_names and name not in _namespaces():
            wanted.add((_owner(name), frozenset()))
    seen: set[tuple[str, frozenset[str]]] = set()
    while wanted:
        package, extras = wanted.pop()
        seen.add((package, extras))
        wanted |= set(_brought_along(package, extras)) - seen
    return sorted({package for package, _ in seen})


def text(imports: Iterable[str], lock: Mapping[str, str]) -> str:
    """The requirements.txt of an archive; LookupError where the lock lacks one."""
    lines = [
        "# Made by `python -m infrastructure.tools package`: what this archive imports, and what that brings along."
    ]
    for package in packages(imports):
        if package not in lock:
            raise LookupError(f"{package} is not in {LOCK.name}: run `python -m infrastructure.tools lock`")
        lines.append(lock[package].replace(" --hash", " \\\n    --hash"))
    return "\n".join(lines) + "\n"


def _brought_along(package: str, extras: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    for said in _distribution(package).requires or []:
        need = Requirement(said)
        if need.marker is None or any(need.marker.evaluate(one) for one in _targets(extras)):
            yield canonicalize_name(need.name), frozenset(need.extras)


def _targets(extras: frozenset[str]) -> Iterator[dict[str, str]]:
    for python in PYTHONS:
        for extra in extras or {""}:
            yield {
                "extra": extra,
                "python_version": python,
                "python_full_version": f"{python}.0",
                "implementation_name": "cpython",
                "platform_python_implementation": "CPython",
                "os_name": "posix",
                "sys_platform": "linux",
                "platform_system": "Linux",
                "platform_machine": "x86_64",
            }


@functools.cache
def _distribution(package: str) -> metadata.Distribution:
    return metadata.distribution(package)


@functools.cache
def _owner(name: str) -> str:
    """The package with the longest part of a dotted name among its files."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        owner = _modules().get(".".join(parts[:length]))
        if owner:
            return owner
    raise LookupError(f"no installed package of requirements.txt has the module {name}")


@functools.cache
def _modules() -> Mapping[str, str]:
    """Module -> package, of everything that may be deployed."""
    found = {}
    for package in pins():
        for file in _distribution(package).files or []:
            if file.suffix in (".py", ".so"):
                parts = [*file.parts[:-1], file.name.split(".")[0]]
                found[".".join(parts).removesuffix(".__init__")] = package
    return found


@functools.cache
def _namespaces() -> frozenset[str]:
    """Names that are of no package alone, such as `google.cloud`: the import says besides which part it means."""
    above = {".".join(parts[:n]) for parts in (one.split(".") for one in _modules()) for n in range(1, len(parts))}
    return frozenset(above - set(_modules()))
