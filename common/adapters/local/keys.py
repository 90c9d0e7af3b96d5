"""Random keys of this installation, made when first asked for and kept in `<data>/keys`, for its owner alone."""

import os
import secrets
from contextlib import suppress
from pathlib import Path


def local_key(data: Path, name: str) -> bytes:
    """The key of that name, 32 random bytes; every process gets the same one, whoever asks first."""
    path = data / "keys" / name
    with suppress(FileNotFoundError):
        return path.read_bytes()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as file:
        file.write(secrets.token_bytes(32))
    with suppress(FileExistsError):
        os.link(draft, path)  # unlike a rename it never replaces the key of a process that was faster
    draft.unlink()
    return path.read_bytes()
