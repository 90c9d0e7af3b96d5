"""An archive is the same byte for byte wherever and whenever it is made, so its hash says whether anything changed."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

from infrastructure.tools import names
from infrastructure.tools.discovery import Function
from infrastructure.tools.package import requirements
from infrastructure.tools.package.reach import Tree

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can say."""


@dataclass(frozen=True)
class Archive:
    """The content of one function's zip: path -> bytes."""

    function: str
    content: Mapping[str, bytes]

    def data(self) -> bytes:
        """The zip. Stored, not compressed: zlib's output differs between its versions, and a content hash must not."""
        made = BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
            for path, content in sorted(self.content.items()):
                entry = zipfile.ZipInfo(path, EPOCH)
                entry.create_system, entry.external_attr = 3, 0o100644 << 16  # Unix; a file that all may read
                archive.writestr(entry, content)
        return made.getvalue()

    def name(self) -> str:
        """The file's name, with the hash of its content: `quiz-submit-0123456789abcdef.zip`."""
        return f"{names.cloud_name(self.function)}-{hashlib.sha256(self.data()).hexdigest()[:16]}.zip"


def pack(function: Function, tree: Tree, lock: Mapping[str, str]) -> Archive:
    """The archive of a function: main.py at the root, what it reaches, and its requirements."""
    reached = tree.reach(function)
    content = {path: (tree.root / path).read_bytes() for path in reached.files}
    content["main.py"] = tree.main(function).read_bytes()
    content["requirements.txt"] = requirements.text(reached.imports, lock).encode()
    return Archive(function.name, content)
