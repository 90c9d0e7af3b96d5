"""Generated files are committed, so that a change of what a function may do is a line of a pull request's diff."""

import argparse
import importlib
import sys
from pathlib import Path

FILES = ("course_schema", "manifest", "openapi", "indexes", "readme")


def main(arguments: list[str]) -> int:
    """Write every generated file; with --check, 1 where one is stale."""
    statuses: list[int] = [importlib.import_module(f"infrastructure.tools.{name}").main(arguments) for name in FILES]
    return max(statuses)


def settle(file: Path, text: str, arguments: list[str]) -> int:
    """Write `text`, where it differs; with --check, 1 and the command to run instead."""
    parser = argparse.ArgumentParser(description=f"Writes {file.name} from the declarations.")
    parser.add_argument("--check", action="store_true", help="write nothing; 1 when the file is stale")
    check = parser.parse_args(arguments).check
    if file.exists() and file.read_text(encoding="utf-8") == text:
        return 0
    if check:
        print(f"{file.name} is stale: run `make generate` and commit what it writes", file=sys.stderr)
        return 1
    file.write_text(text, encoding="utf-8")
    print(f"{file.name} is written")
    return 0
