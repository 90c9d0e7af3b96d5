"""Decorator arguments are literals and classes, as they are written: what a function is must not depend on anything."""

from __future__ import annotations

import ast
import builtins
import functools
import linecache
from collections.abc import Callable, Iterator, Mapping
from typing import Any


def check_literals(
    function: Callable[..., Any] | None, options: Mapping[str, Any], name: str = "", first: str = "path"
) -> None:
    """Refuse decorator arguments that are not literals or classes; where the source is at hand, as it is written."""
    where = name or getattr(function, "__name__", "")
    for option, value in options.items():
        for one in value if isinstance(value, tuple) else (value,):
            if not isinstance(one, str | int | float | bool | type | None):
                raise TypeError(f"{where}({option}): decorator arguments are literals and classes")
    if function is None:
        return
    code = function.__code__
    for call in _decorators(code.co_filename, code.co_name, code.co_firstlineno):
        written = [(first, value) for value in call.args]
        written += [(keyword.arg or "**", keyword.value) for keyword in call.keywords]
        for option, node in written:
            if not _is_literal(node, getattr(function, "__globals__", {})):
                raise TypeError(f"{where}({option}): {ast.unparse(node)} is neither a literal nor a class")


def _decorators(filename: str, name: str, line: int) -> Iterator[ast.Call]:
    tree = _tree(filename, "".join(linecache.getlines(filename)))
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.FunctionDef) and node.name == name and node.decorator_list:
            first = node.decorator_list[0].lineno
            yield from (
                one for one in node.decorator_list if isinstance(one, ast.Call) and line in (node.lineno, first)
            )


@functools.lru_cache(maxsize=4)
def _tree(filename: str, source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except SyntaxError:
        return None


def _is_literal(node: ast.expr, names: Mapping[str, Any]) -> bool:
    match node:
        case ast.Constant():
            return True
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant()):
            return True
        case ast.Tuple(elts=elements):
            return all(_is_literal(element, names) for element in elements)
        case ast.Name(id=name):
            return isinstance(names.get(name, getattr(builtins, name, None)), type)
        case ast.Attribute(value=ast.Name(id=module), attr=attribute):
            return isinstance(getattr(names.get(module), attribute, None), type)
        case _:
            return False
