"""`python -m infrastructure.tools package [NAME...] --out build`: the archives, and which is whose for Terraform."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from infrastructure.tools import discovery
from infrastructure.tools.discovery import ROOT
from infrastructure.tools.package import requirements
from infrastructure.tools.package.archive import pack
from infrastructure.tools.package.reach import Tree

INDEX = "archives.json"
"""Function -> the name of its archive."""


def main(arguments: list[str]) -> int:
    """Write one zip a function, named by its content, and archives.json; 1 where there is no such function."""
    parser = argparse.ArgumentParser(prog="package", description="Writes one archive a function.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="functions; all when none is named")
    parser.add_argument("--out", type=Path, default=ROOT / "build", help="the folder to write to (build)")
    wished = parser.parse_args(arguments)
    functions = discovery.discover()
    unknown = sorted(set(wished.names) - set(functions))
    if unknown:
        print(f"There is no function {unknown[0]}; there are {', '.join(sorted(functions))}", file=sys.stderr)
        return 1
    tree, lock = Tree(ROOT), requirements.pins(requirements.LOCK)
    wished.out.mkdir(parents=True, exist_ok=True)
    index = {}
    for name in sorted(wished.names or functions):
        archive = pack(functions[name], tree, lock)
        index[name] = archive.name()
        (wished.out / index[name]).write_bytes(archive.data())
    (wished.out / INDEX).write_text(json.dumps(index, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{len(index)} archives in {wished.out}")
    return 0
