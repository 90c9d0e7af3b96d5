"""Finds the functions, and holds them against each other: what one declaration alone cannot know.

Two functions of one name or route, a message with no consumer or with two, a folder that is not called as its
handler: each is a TypeError that names function and parameter.
"""

import importlib.util
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from common import ports
from common.adapters import PORTS
from common.triggers.declaration import Declaration, Parameter
from infrastructure.tools import names

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "functions"
MAY_HOLD_ALL_QUEUES = ("learner_erase", "outbox_flush", "outbox_page")
"""Erasure and the two halves of the sweeper; one more needs a decision in .github/decisions."""


@dataclass(frozen=True)
class Function:
    """One function: its name, the folder of its main.py, and what it says of itself."""

    name: str
    folder: Path
    declaration: Declaration


def discover(*folders: Path) -> dict[str, Function]:
    """Every function in `folders` (FOLDER when none is named), by name; TypeError where they contradict each other."""
    mains = sorted(main for folder in folders or (FOLDER,) for main in folder.glob("*/main.py"))
    functions = {main.parent.name: _read(main) for main in mains}
    _check_names(functions)
    _check_routes(functions)
    _check_messages(functions)
    _check_all_queues(functions)
    return functions


def messages(functions: Mapping[str, Function]) -> dict[str, str]:
    """The function that consumes each kind of message."""
    return {
        route.message.__name__: function.name
        for function in functions.values()
        for route in function.declaration.routes
        if route.message
    }


def longest_timeout(functions: Mapping[str, Function]) -> int:
    """The longest that any of them may run, in seconds."""
    return max(function.declaration.timeout for function in functions.values())


def paths(functions: Mapping[str, Function]) -> dict[str, tuple[str, ...]]:
    """All methods of each path that several functions share: what the setting `allow` tells them of one another."""
    shared: dict[str, dict[str, str]] = {}
    for function in functions.values():
        for route in function.declaration.routes:
            if route.path:
                shared.setdefault(route.path, {})[route.method] = function.name
    return {path: tuple(sorted(by)) for path, by in sorted(shared.items()) if len(set(by.values())) > 1}


def load(main: Path) -> ModuleType:
    """A function's main.py as a fresh module named functions.<name>.main."""
    name = f"functions.{main.parent.name}.main"
    spec = importlib.util.spec_from_file_location(name, main)
    if spec is None or spec.loader is None:
        raise TypeError(f"{main.parent.name}: {main} is no module")
    module = importlib.util.module_from_spec(spec)
    before = sys.modules.get(name)
    sys.modules[name] = module  # models that it may hold resolve their annotations there
    try:
        spec.loader.exec_module(module)
    finally:
        del sys.modules[name]
        if before is not None:
            sys.modules[name] = before
    return module


def _read(main: Path) -> Function:
    name = main.parent.name
    held = {key: made for key, value in vars(load(main)).items() if (made := _declaration(value))}
    declared = {id(declaration): declaration for declaration in held.values()}
    if len(declared) != 1:
        said = ", ".join(sorted(declaration.name for declaration in declared.values())) or "none"
        raise TypeError(f"{name}: its main.py declares one function, not {len(declared)} ({said})")
    declaration = next(iter(declared.values()))
    if declaration.name != name or held.get(name) is not declaration:
        called = sorted(key for key in held)
        raise TypeError(f"{name}: the folder holds {declaration.name} (as {', '.join(called)}); one name for all")
    if not declaration.routes:
        raise TypeError(f"{name}: a resource has at least one route")
    return Function(name, main.parent, declaration)


def _declaration(value: object) -> Declaration | None:
    found = getattr(value, "declaration", None)
    return found if isinstance(found, Declaration) else None


def _check_names(functions: Mapping[str, Function]) -> None:
    for function in functions.values():
        names.cloud_name(function.name)
        names.account(function.name)
        for need in function.declaration.needs():
            _check_argument(function, need)


def _check_argument(function: Function, need: Parameter) -> None:
    takes = PORTS[need.port].takes
    check = names.secret if takes is ports.SecretName else names.bucket if takes is ports.Bucket else None
    if check is not None:
        try:
            check(getattr(need.argument, "name", ""))
        except TypeError as error:
            raise TypeError(f"{function.name}({need.name}): {error}") from None


def _check_routes(functions: Mapping[str, Function]) -> None:
    seen: dict[tuple[str, str], str] = {}
    written: dict[str, tuple[str, str]] = {}
    for function in functions.values():
        for route in function.declaration.routes:
            if not route.path:
                continue
            where = f"{function.name}.{route.handler.__name__}"
            shape = re.sub(r"\{\w+\}", "{}", route.path)
            path, first = written.setdefault(shape, (route.path, where))
            if path != route.path:
                names_here = re.findall(r"\{(\w+)\}", route.path)
                one = next((name for name in names_here if f"{{{name}}}" not in path), names_here[0])
                raise TypeError(f"{where}({one}): {route.path} and {path} of {first} are one path with two names")
            other = seen.setdefault((route.method, route.path), where)
            if other != where:
                raise TypeError(f"{other} and {where} both answer {route.method} {route.path}")


def _check_messages(functions: Mapping[str, Function]) -> None:
    consumers: dict[str, tuple[type, str]] = {}
    for function in functions.values():
        for parameter in (p for route in function.declaration.routes for p in route.parameters):
            if parameter.source != "message":
                continue
            where, said = f"{function.name}({parameter.name})", names.queue(parameter.annotation.__name__)
            other = consumers.setdefault(said, (parameter.annotation, where))
            if other[1] != where:
                raise TypeError(f"{other[1]} and {where} both consume {parameter.annotation.__name__}")
    for function in functions.values():
        for need in function.declaration.needs():
            if need.port is not ports.Queue or need.argument is None:
                continue
            where, kind = f"{function.name}({need.name})", need.argument.__name__
            consumer = consumers.get(names.queue(kind))
            if consumer is None:
                raise TypeError(f"{where}: no function consumes {kind}")
            if consumer[0] is not need.argument:
                raise TypeError(f"{where}: {kind} is another class than the {kind} that {consumer[1]} consumes")


def _check_all_queues(functions: Mapping[str, Function]) -> None:
    for function in functions.values():
        for need in function.declaration.needs():
            if need.port is ports.AllQueues and function.name not in MAY_HOLD_ALL_QUEUES:
                may = ", ".join(MAY_HOLD_ALL_QUEUES)
                raise TypeError(f"{function.name}({need.name}): AllQueues is for {may} alone")
