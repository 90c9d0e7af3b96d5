"""Sample data of the first start, so that there is something to look at; the file that says so is written last."""

import contextlib
import os
import secrets
from pathlib import Path

from common.adapters import World
from common.domain.accounts import names, passwords, registration
from common.domain.accounts.models import UsernameSlot
from common.domain.assessment import bank
from common.ports import Role
from common.settings import Settings
from common.triggers.unit_of_work import UnitOfWork
from infrastructure.samples import question_bank
from infrastructure.tools import sample_courses

SAMPLES: tuple[tuple[str, str, Role], ...] = (
    ("sample-learner", "Lin Learner", "learner"),
    ("sample-teacher", "Toni Teacher", "teacher"),
)


def main(arguments: list[str]) -> int:
    """Load the sample data into the folder of SCHOLIUM_DATA."""
    from common.settings import load  # noqa: PLC0415 - serve passes its settings

    once(load())
    return 0


def samples_file(data: Path) -> Path:
    """Where the sample accounts' names and passwords are written, for the owner of the folder alone."""
    return data / "samples.txt"


def once(settings: Settings) -> bool:
    """Load the samples unless they were loaded before; whether this was the first time.

    The passwords are random: nobody who reads this file can log in anywhere. A start that was killed in the middle
    leaves no file, and the next one goes on with what is missing.
    """
    path = samples_file(settings.data)
    if path.exists():
        return False
    world = World(settings)
    load_questions(world)
    lines = [f"{name}  {_account(world, name, shown, role)}  ({role})\n" for name, shown, role in SAMPLES]
    learner_id, teacher_id = (_id_of(world, name) for name, _, _ in SAMPLES)
    log = settings.data / "logs" / "server.jsonl"
    log.parent.mkdir(exist_ok=True)
    with log.open("a", encoding="utf-8") as events, contextlib.redirect_stdout(events):  # the console is for people
        sample_courses.load(world, teacher_id, learner_id)
    draft = path.with_suffix(".draft")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write("Sample accounts of this installation: name, password, role. Delete them when you like.\n")
        file.writelines(lines)
    draft.rename(path)
    return True


def load_questions(world: World) -> None:
    """Add those sample questions to the bank that it does not have yet."""
    samples = question_bank()
    unit = UnitOfWork(world.database)
    bank.take_in(samples, [one.question_id for one in samples], "samples", unit, world.clock.now())
    unit.commit(world.patience())


def _id_of(world: World, username: str) -> str:
    slot = UnitOfWork(world.database).get(UsernameSlot, names.slot_id(names.username_key(username)))
    assert slot is not None, f"{username} was just made"
    return slot.user_id


def _account(world: World, username: str, shown: str, role: Role) -> str:
    unit = UnitOfWork(world.database)
    slot = unit.get(UsernameSlot, names.slot_id(names.username_key(username)))
    password = secrets.token_urlsafe(12)
    if slot is not None:
        return "(made by a start that was interrupted: reset its password)"
    made = registration.new_account(
        world.ids.new(),
        username,
        f"{username}@example.org",
        passwords.hashed(password),
        world.clock.now(),
        role=role,
    )
    registration.stage(made.model_copy(update={"display_name": shown, "email_verified": True}), unit)
    unit.commit(world.patience())
    return password
