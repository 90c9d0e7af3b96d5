"""Imports modules, and tells all that cannot be: `python -I -S import_modules.py '["folder", ...]' module...`.

Nothing else than the folders is on the path.
"""

import importlib
import json
import sys
import traceback
from pathlib import Path


def main() -> int:
    standard = len(sys.path)
    sys.path += json.loads(sys.argv[1])
    failed = 0
    for module in sys.argv[2:]:
        try:
            importlib.import_module(module)
        except Exception:  # noqa: BLE001 - the caller reads what it was
            print(f"{module}: {traceback.format_exc()}", file=sys.stderr, flush=True)
            failed = 1
    ours = [str(one.__file__) for name, one in sys.modules.items() if name.split(".")[0] == "common"]
    assert all(Path(file).is_relative_to(sys.path[standard]) for file in ours)
    return failed


if __name__ == "__main__":
    sys.exit(main())
