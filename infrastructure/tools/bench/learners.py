"""Learners of a data folder: accounts and access tokens made beside the server, for what is not measured itself."""

from datetime import timedelta
from pathlib import Path

from common.adapters import World
from common.adapters.local.secrets import EnvironmentSecrets
from common.domain.accounts import registration, tokens
from common.ports import Role
from common.settings import Settings, parse
from common.triggers.unit_of_work import UnitOfWork
from infrastructure.tools import local_keys

A_BATCH = 100


def settings_of(data: Path) -> Settings:
    """The settings of a local server with that folder."""
    return parse({"SCHOLIUM_ADAPTERS": "local", "SCHOLIUM_DATA": str(data)})


def make(data: Path, count: int) -> dict[str, str]:
    """Make so many learners in a new data folder; an access token for each id. They can never log in."""
    settings = settings_of(data)
    local_keys.ensure(settings)
    world = World(settings)
    key = EnvironmentSecrets(settings).read(tokens.SigningKey.name)[0]
    user_ids = []
    for first in range(0, count, A_BATCH):
        unit = UnitOfWork(world.database)
        for number in range(first, min(first + A_BATCH, count)):
            user_ids.append(world.ids.new())
            name, email = f"bench-{number}", f"bench-{number}@example.org"
            account = registration.new_account(user_ids[-1], name, email, "no password", world.clock.now())
            registration.stage(account, unit)
        unit.commit(world.patience())
    return {user_id: _token(key, user_id, world) for user_id in user_ids}


def token_of(data: Path, user_id: str, role: Role) -> str:
    """An access token with which somebody has a role; where their account says otherwise, only as far as tokens go."""
    settings = settings_of(data)
    key = EnvironmentSecrets(settings).read(tokens.SigningKey.name)[0]
    return _token(key, user_id, World(settings), role)


def _token(key: str, user_id: str, world: World, role: Role = "learner") -> str:
    return tokens.sign_access(
        key,
        user_id=user_id,
        role=role,
        session_id=world.ids.new(),
        token_id=world.ids.new(),
        now=world.clock.now(),
        life=timedelta(minutes=world.deployment.access_token_minutes),
    )
