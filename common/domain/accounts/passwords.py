"""What a password may be, and its hash: argon2id with OWASP's parameters (Password Storage Cheat Sheet: 9 MiB, t=4).

Of the settings that OWASP calls equally strong this one is made most often on two cores: 131 a second, where 19 MiB and
two passes came to 82, for its memory stays in the processor's cache. libsodium makes it, a quarter faster than the
reference code, in the same text format. A kept hash of other parameters is renewed at its owner's next login.

A hash is 13 to 40 ms of a core and 9 MiB. One is made at a time in a process, by a thread that gives way to others, so
that a rush of logins neither starves the other requests of the core nor takes the instance's memory; who would wait
too long is told to come again.
"""

import functools
import os
import sys
import threading
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id

from common.domain.accounts.common_passwords import COMMON
from common.errors import InvalidContent, Unavailable

MOST_WAITING = 64
"""About 1.3 s of hashing."""
NICENESS = 5
"""Of the thread that hashes: beside two busy ones the p95 of another request's turn fell from 4.5 to 0.8 ms."""
T = TypeVar("T")
MEMORY_KIB, PASSES = 9_216, 4
PARAMETERS = f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p=1$"
NOBODY = f"{PARAMETERS}{'A' * 22}${'A' * 43}"
"""A hash of zeros, which no password has: what is held against one where there is no such account."""

_making = threading.Lock()
_room = threading.BoundedSemaphore(MOST_WAITING + 1)


class WeakPassword(InvalidContent):
    """A password that is guessed first."""

    code, title = "weak_password", "The password is too easy to guess"


def check(password: str, *others: str, pointer: str) -> None:
    """WeakPassword for a common one, and for one that is the username or e-mail address (`others`)."""
    said = password.casefold()
    detail = None
    if said in COMMON or len(set(said)) < 3:
        detail = "it is one of the most common passwords"
    elif said in {other.casefold() for other in others}:
        detail = "it is the username or the e-mail address"
    if detail:
        raise WeakPassword(errors=[{"pointer": pointer, "detail": detail, "code": WeakPassword.code}])


def hashed(password: str) -> str:
    """The hash to keep. The password is taken as NFC: the same letters, however a keyboard composes them."""
    text = _bytes(password)
    return _in_turn(lambda: argon2id.str(text, opslimit=PASSES, memlimit=MEMORY_KIB * 1024).decode())


def verify(kept: str, password: str) -> bool:
    """Whether the password is the one that was hashed; takes the same time for NOBODY."""
    text = _bytes(password)

    def is_it() -> bool:
        try:
            return argon2id.verify(kept.encode(), text)
        except (CryptoError, ValueError):  # another password, or no hash
            return False

    return _in_turn(is_it)


def outdated(kept: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return not kept.startswith(PARAMETERS)


def _bytes(password: str) -> bytes:
    return unicodedata.normalize("NFC", password).encode()


def _in_turn(work: Callable[[], T]) -> T:
    if not _room.acquire(blocking=False):
        raise Unavailable("Too many people are logging in at this moment", retry_after=2)
    try:
        with _making:  # two threads that both found none would make two
            thread = _hashing_thread(os.getpid())
        return thread.submit(work).result()
    finally:
        _room.release()


@functools.lru_cache(maxsize=1)
def _hashing_thread(process: int) -> ThreadPoolExecutor:
    """The one thread of this process that hashes: it does not survive a fork, so the child makes its own."""
    return ThreadPoolExecutor(1, "hashing", _give_way)


def _give_way() -> None:
    if sys.platform == "linux":  # elsewhere niceness belongs to the whole process
        thread = threading.get_native_id()
        with suppress(OSError):  # a sandbox may refuse it
            os.setpriority(os.PRIO_PROCESS, thread, min(19, os.getpriority(os.PRIO_PROCESS, thread) + NICENESS))
