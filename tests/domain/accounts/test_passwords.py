"""Passwords are hashed one at a time, held against what everybody guesses, and renewed when the parameters change."""

import os
import subprocess
import sys
import threading
import unicodedata
from pathlib import Path

import argon2
import pytest

from common.domain.accounts import passwords
from common.domain.accounts.common_passwords import COMMON
from common.domain.accounts.passwords import WeakPassword
from common.errors import Unavailable

ROOT = Path(__file__).resolve().parents[3]


def test_a_password_is_its_hash_s_and_no_other_is():
    kept = passwords.hashed("the-engine-weaves")
    assert kept.startswith("$argon2id$v=19$m=9216,t=4,p=1$")
    assert passwords.verify(kept, "the-engine-weaves")
    assert not passwords.verify(kept, "The-engine-weaves")
    assert not passwords.verify("no hash at all", "the-engine-weaves")


def test_a_keyboard_may_compose_letters_either_way():
    kept = passwords.hashed(unicodedata.normalize("NFD", "Köttbullar-på"))
    assert passwords.verify(kept, unicodedata.normalize("NFC", "Köttbullar-på"))


def test_nobody_s_hash_costs_what_anybody_s_does_and_takes_no_password():
    assert not passwords.outdated(passwords.NOBODY)
    assert not passwords.verify(passwords.NOBODY, "")
    assert argon2.extract_parameters(passwords.NOBODY) == argon2.extract_parameters(passwords.hashed("x"))


def test_a_hash_of_lesser_parameters_is_outdated():
    assert passwords.outdated(argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x"))


@pytest.mark.parametrize(
    "password", ["password1", "PASSWORD1", "aaaaaaaaaa", "abababababab", "Ada.Lovelace", "ada@example.ORG"]
)
def test_what_is_guessed_first_is_refused(password: str):
    with pytest.raises(WeakPassword) as refused:
        passwords.check(password, "ada.lovelace", "ada@example.org", pointer="/new_password")
    assert refused.value.errors[0]["pointer"] == "/new_password"
    assert password not in str(refused.value.errors)


def test_the_list_of_common_passwords_is_as_it_is_compared():
    assert {one for one in COMMON if one != one.casefold() or len(one) < 8} == set()


def test_hashes_are_made_one_at_a_time_and_who_would_wait_too_long_comes_again(monkeypatch: pytest.MonkeyPatch):
    at_work, most = 0, 0
    gate, entered = threading.Event(), threading.Semaphore(0)

    class Slow:
        def str(self, _: bytes, **__: int) -> bytes:
            nonlocal at_work, most
            at_work += 1
            most = max(most, at_work)
            entered.release()
            gate.wait(30)
            at_work -= 1
            return b"hash"

    monkeypatch.setattr(passwords, "argon2id", Slow())
    monkeypatch.setattr(passwords, "_room", threading.BoundedSemaphore(3))
    waiting = [threading.Thread(target=passwords.hashed, args=("x",)) for _ in range(3)]
    for thread in waiting:
        thread.start()
    assert entered.acquire(timeout=10)
    while passwords._room._value:
        threading.Event().wait(0.001)
    with pytest.raises(Unavailable) as refused:
        passwords.hashed("x")
    assert refused.value.retry_after
    gate.set()
    for thread in waiting:
        thread.join(10)
    assert most == 1
    assert passwords.hashed("x") == "hash"


def test_a_forked_process_hashes_too():
    script = """
import os, signal
from common.domain.accounts import passwords
kept = passwords.hashed("the-engine-weaves")  # the thread that did this is not in the child
child = os.fork()
if child == 0:
    signal.alarm(20)
    os._exit(0 if passwords.verify(kept, "the-engine-weaves") else 1)
assert os.waitpid(child, 0)[1] == 0
"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", script], cwd=ROOT, check=True, timeout=60)


@pytest.mark.skipif(sys.platform != "linux", reason="niceness of a thread is Linux's")
def test_hashing_gives_way_to_other_requests(monkeypatch: pytest.MonkeyPatch):
    class Curious:
        def str(self, _: bytes, **__: int) -> bytes:
            return b"%d" % os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    mine = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    monkeypatch.setattr(passwords, "argon2id", Curious())
    assert int(passwords.hashed("x")) == min(19, mine + passwords.NICENESS)
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == mine


def test_the_hash_is_one_that_another_implementation_knows():
    kept = passwords.hashed("the-engine-weaves")
    assert argon2.PasswordHasher().verify(kept, "the-engine-weaves")
    same = argon2.PasswordHasher(time_cost=passwords.PASSES, memory_cost=passwords.MEMORY_KIB, parallelism=1)
    theirs = same.hash("the-engine-weaves")
    assert passwords.verify(theirs, "the-engine-weaves") and not passwords.outdated(theirs)
    assert not passwords.verify(theirs, "the-engine-weeps")
    assert not passwords.verify("no hash", "the-engine-weaves")
