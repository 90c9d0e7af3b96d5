"""What a function reaches: the modules of `common`, the data beside them, and what is imported from packages.

It is read from the source, so nothing is executed and nothing is listed by hand. Imports inside functions count, those
under `if TYPE_CHECKING:` do not. What no import shows is found by what the source says instead:
- adapters, which the table names, for the ports that the function declares;
- a program held in a text (`python -c`), and a module named by a whole text (`python -m`), for a new process;
- files and folders beside a module that says `__file__`, named by a text.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from common.adapters import ADAPTERS, MODELS
from infrastructure.tools.discovery import ROOT, Function

OURS = "common"
MODULE = re.compile(r"common(\.[a-z_]\w*)*")
BESIDE = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)*")
BY_NAME = ("files", "import_module")
"""Calls that take a package or a module by its name: importlib.resources.files("tzdata")."""


@dataclass(frozen=True)
class Reached:
    """Paths from the root (main.py is not among them), and the dotted names that are imported from packages."""

    files: frozenset[str]
    imports: frozenset[str]


class Tree:
    """The source below `root`; each module is read once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._read = functools.cache(self._read_module)

    def reach(self, function: Function) -> Reached:
        """All that the function may load when it is deployed."""
        main = self._read_source(self.main(function))
        waiting = [*main.modules, *adapters(function)]
        modules: set[str] = set()
        files, imports = set(self._assets(function)), set(main.imports)
        while waiting:
            name = waiting.pop()
            if name in modules:
                continue
            modules.add(name)
            found = self._read(name)
            files |= {found.file, *found.data}
            imports |= found.imports
            waiting += [*found.modules, *([name.rpartition(".")[0]] if "." in name else [])]
        return Reached(frozenset(files), frozenset(imports))

    def main(self, function: Function) -> Path:
        """Its main.py."""
        return self.root / function.folder.relative_to(ROOT) / "main.py"

    def _assets(self, function: Function) -> Iterator[str]:
        """The files that it serves, and those of the folders."""
        for asset in function.declaration.assets:
            place = self.root / asset
            for one in place.rglob("*") if place.is_dir() else [place]:
                if one.is_file():
                    yield one.relative_to(self.root).as_posix()

    def _read_module(self, name: str) -> _Module:
        return self._read_source(self._file(name) or self.root / OURS)

    def _file(self, name: str) -> Path | None:
        """The source of one of our modules, or None where it is no module: a class, a package of somebody else."""
        if not MODULE.fullmatch(name):
            return None
        place = self.root.joinpath(*name.split("."))
        return next((one for one in (place / "__init__.py", place.with_suffix(".py")) if one.is_file()), None)

    def _read_source(self, path: Path) -> _Module:
        nodes = list(_executed(ast.parse(path.read_text(encoding="utf-8"))))
        named = {name for node in nodes for name in _named(node)}
        texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
        named |= {text for text in texts if self._file(text)}
        named |= {name for text in texts for name in _of_program(text)}
        ours = {name for name in named if name.split(".")[0] == OURS}
        says_file = any(isinstance(node, ast.Name) and node.id == "__file__" for node in nodes)
        return _Module(
            path.relative_to(self.root).as_posix(),
            frozenset(name for one in ours for name in (one, one.rpartition(".")[0]) if self._file(name)),
            frozenset(named - ours),
            frozenset(self._beside(path, texts)) if says_file else frozenset(),
        )

    def _beside(self, path: Path, texts: set[str]) -> Iterator[str]:
        """Data that the module names, beside it; a folder with all that it holds but Python."""
        for text in texts:
            if not BESIDE.fullmatch(text):
                continue
            place = path.parent / text
            found = [place] if place.is_file() else place.rglob("*") if place.is_dir() else []
            for one in found:
                if one.is_file() and one.suffix not in (".py", ".pyc"):
                    yield one.relative_to(self.root).as_posix()


def adapters(function: Function) -> list[str]:
    """The modules of the Google Cloud adapters of what a function declares."""
    places = {name: adapter.gcp for name, adapter in ADAPTERS.items()}
    places |= {name: model.openai for name, model in MODELS.items()}
    return sorted({places[name].partition(":")[0] for name in function.declaration.adapters()})


@dataclass(frozen=True)
class _Module:
    file: str
    modules: frozenset[str]
    imports: frozenset[str]
    data: frozenset[str]


def _executed(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node but those that only a type checker reads."""
    yield tree
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            for other in child.orelse:
                yield from _executed(other)
        else:
            yield from _executed(child)


def _named(node: ast.AST) -> Iterator[str]:
    """The dotted names that a node imports; of `from a import b` both a and a.b, for b may be a module."""
    match node:
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module=str(module), names=names):
            yield module
            yield from (f"{module}.{alias.name}" for alias in names)
        case ast.Call(func=ast.Attribute(attr=called), args=[ast.Constant(value=str(name)), *_]) if called in BY_NAME:
            yield name


def _of_program(text: str) -> Iterator[str]:
    """What a text imports from us, where it is a program."""
    if f"from {OURS}." not in text and f"import {OURS}." not in text:
        return
    try:
        program = ast.parse(text)
    except SyntaxError:
        return
    yield from (name for node in ast.walk(program) for name in _named(node) if name.split(".")[0] == OURS)
