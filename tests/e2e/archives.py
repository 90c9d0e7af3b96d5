"""Archives as the platform lays them out: each alone in a folder, over an environment of its own requirements.

An environment is made new for every run, once for each distinct requirements.txt, by uv, which links what it has
unpacked before (https://docs.astral.sh/uv/concepts/cache/): a tenth of a second each, where pip takes four.
"""

from __future__ import annotations

import hashlib
import os
import platform
import py_compile
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from importlib.util import cache_from_source
from io import BytesIO
from pathlib import Path

import uv

from infrastructure.tools.discovery import ROOT, Function
from infrastructure.tools.package import requirements
from infrastructure.tools.package.archive import pack
from infrastructure.tools.package.reach import Tree


def unpacked(functions: Mapping[str, Function], folder: Path) -> dict[str, Path]:
    """The archives of these functions, each unpacked into a folder of its own and compiled, as the buildpack does."""
    tree, lock = Tree(ROOT), requirements.pins(requirements.LOCK)
    compiled: dict[bytes, bytes] = {}
    for name, function in functions.items():
        with zipfile.ZipFile(BytesIO(pack(function, tree, lock).data())) as archive:
            archive.extractall(folder / name)
        for source in (folder / name).rglob("*.py"):
            content, file = source.read_bytes(), Path(cache_from_source(str(source)))
            if content in compiled:  # most modules are in most archives
                file.parent.mkdir(exist_ok=True)
                file.write_bytes(compiled[content])
            else:
                py_compile.compile(str(source), invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
                compiled[content] = file.read_bytes()
    return {name: folder / name for name in functions}


class NoEnvironments(Exception):
    """Why there can be none on this machine."""


class Environments:
    """A Python for each requirements.txt: those that are the same share one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def python(self, listed: Path) -> Path:
        """The interpreter of the environment for a requirements.txt."""
        return self._folder / hashlib.sha256(listed.read_bytes()).hexdigest()[:16] / "bin" / "python"

    def make(self, *listed: Path) -> None:
        """Make those that are not there yet, each file held against its hash; NoEnvironments where that cannot be."""
        if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
            raise NoEnvironments("the hashes in requirements.lock are of the deployed files: Linux on x86-64")
        for python, one in {self.python(one): one for one in listed}.items():
            if not python.exists():
                _uv("venv", "--python", sys.executable, str(python.parents[1]))
                _uv("pip", "install", "--python", str(python), "--require-hashes", "--requirement", str(one))
                self._compile_once(python)

    def _compile_once(self, python: Path) -> None:
        """What one environment compiles, no other has to: the same file of the same wheel is the same bytecode."""
        (packages,) = python.parents[1].glob("lib/python*/site-packages")
        for folder, inside, files in os.walk(packages):
            if any(name.endswith(".py") for name in files):
                shared = self._folder / "bytecode" / Path(folder).relative_to(packages)
                shared.mkdir(parents=True, exist_ok=True)
                os.symlink(shared, Path(folder) / "__pycache__")
                inside[:] = [name for name in inside if name != "__pycache__"]


def installed(python: Path) -> set[str]:
    """`package==version` of all that an environment holds."""
    return set(_uv("pip", "list", "--format", "freeze", "--python", str(python)).split())


def _uv(*arguments: str) -> str:
    command = [uv.find_uv_bin(), *arguments, "--quiet", "--no-config"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
    if "error sending request" in ran.stderr:
        raise NoEnvironments("the package index cannot be reached")
    assert ran.returncode == 0, f"uv {' '.join(arguments)}: {ran.stderr}"
    return ran.stdout
