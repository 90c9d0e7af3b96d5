"""`python -m infrastructure.tools explain quiz_submit`: what a function may do, and why."""

import sys
from collections.abc import Mapping

from infrastructure.tools import discovery, names
from infrastructure.tools.discovery import Function
from infrastructure.tools.grants import grants


def main(arguments: list[str]) -> int:
    """Print every grant of the named functions; 1 where there is no such function."""
    functions = discovery.discover()
    for name in arguments or sorted(functions):
        if name not in functions:
            print(f"There is no function {name}; there are {', '.join(sorted(functions))}", file=sys.stderr)
            return 1
        print(explain(functions[name], functions))
    return 0


def explain(function: Function, functions: Mapping[str, Function]) -> str:
    """A function's name, account, routes and grants, each grant with its reasons."""
    declared = function.declaration
    lines = [f"{function.name}  ({declared.trigger}, {names.account(function.name)})"]
    lines += [f"  {route.method} {route.path}  role {route.role}" for route in declared.routes if route.path]
    found = grants(function, functions)
    for grant in found:
        lines.append(f"  {grant.role} on {grant.on}")
        lines += [f"      {reason}" for reason in grant.reason.split("; ")]
    return "\n".join([*lines, *([] if found else ["  no grants"])])
