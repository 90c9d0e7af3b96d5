"""Imports every module of the archives that it is given, each archive in a process of its own.

`python -I -S import_archives.py '["folder of a package", ...]' archive...`: nothing else is on the path.
"""

import importlib
import json
import os
import sys
import traceback
from pathlib import Path


def import_all(archive: Path) -> None:
    sys.path.insert(0, str(archive))
    for file in sorted(archive.rglob("*.py")):
        importlib.import_module(".".join(file.relative_to(archive).with_suffix("").parts).removesuffix(".__init__"))
    ours = [module for name, module in sys.modules.items() if name.split(".")[0] in ("common", "main")]
    assert all(str(module.__file__).startswith(str(archive)) for module in ours)


def main() -> int:
    sys.path += json.loads(sys.argv[1])
    importlib.import_module("functions_framework")  # once for all archives; what is of an archive comes after the fork
    failed = 0
    for archive in sys.argv[2:]:
        child = os.fork()
        if child == 0:
            try:
                import_all(Path(archive))
            except BaseException:  # noqa: BLE001 - the parent tells it; nothing may go on in the child
                print(f"{archive}: {traceback.format_exc()}", file=sys.stderr, flush=True)
                os._exit(1)
            os._exit(0)
        failed |= os.waitpid(child, 0)[1]
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
