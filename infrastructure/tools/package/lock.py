"""`python -m infrastructure.tools lock`: writes requirements.lock, the pins of requirements.txt with their hashes.

pip itself is asked, without installing anything, which file it would take for each version of Python that an archive
can be deployed to; its answer carries the hash that it would hold the file against. Needs the package index.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from packaging.utils import canonicalize_name

from infrastructure.tools.package.requirements import LOCK, PINS, PYTHONS, pins

GLIBC = 35
"""The runtime's minor version of glibc (Ubuntu 22.04): wheels for it and for older ones run there."""
HEAD = """\
# The pins of requirements.txt with the hashes of the files that are deployed (Linux on x86-64, Python {pythons}).
# Written by `python -m infrastructure.tools lock`; a test fails when it is stale.
"""


def main(arguments: list[str]) -> int:
    """Write the file; CalledProcessError with pip's words where the index cannot be reached."""
    if arguments:
        print("lock takes no arguments", file=sys.stderr)
        return 2
    LOCK.write_text(text([report(python) for python in PYTHONS]), encoding="utf-8")
    print(f"{LOCK.name} is written")
    return 0


def report(python: str) -> dict[str, str]:
    """Package -> the sha256 of the file that pip would install for a version of Python."""
    platforms = [f"manylinux_2_{minor}_x86_64" for minor in range(GLIBC, 4, -1)]
    platforms += ["manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64"]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "report.json")
        command = [sys.executable, "-m", "pip", "install", "--dry-run", "--quiet", "--ignore-installed", "--no-deps"]
        command += ["--only-binary=:all:", "--implementation=cp", f"--python-version={python}", f"--target={folder}"]
        command += [f"--platform={platform}" for platform in platforms]
        subprocess.run([*command, f"--report={file}", f"--requirement={PINS}"], check=True)
        found = json.loads(file.read_text(encoding="utf-8"))["install"]
    return {
        canonicalize_name(one["metadata"]["name"]): one["download_info"]["archive_info"]["hashes"]["sha256"]
        for one in found
    }


def text(reports: list[dict[str, str]]) -> str:
    """The lock, the same for the same answers."""
    lines = [HEAD.format(pythons=", ".join(PYTHONS))]
    for package, pin in sorted(pins().items()):
        hashes = sorted({one[package] for one in reports})
        lines.append(" \\\n".join([pin, *(f"    --hash=sha256:{each}" for each in hashes)]) + "\n")
    return "".join(lines)
