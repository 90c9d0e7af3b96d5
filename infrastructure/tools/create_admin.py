"""The first admin of a deployment, local or on Google Cloud: `create-admin --username NAME --email ADDRESS`."""

import argparse
import os
import sys
from pathlib import Path

from common.adapters import World
from common.domain.accounts import admin
from common.errors import Problem
from common.settings import SettingsError, load
from common.triggers.unit_of_work import Stale, UnitOfWork


def main(arguments: list[str]) -> int:
    """Make or promote an admin, and print a new one's password once; 1 with the reason where it cannot be."""
    parser = argparse.ArgumentParser(prog="create-admin", description=__doc__)
    parser.add_argument("--username", required=True)
    parser.add_argument("--email", required=True)
    parser.add_argument("--data", type=Path, help="the local server's folder; without it, the environment says where")
    options = parser.parse_args(arguments)
    if options.data:
        os.environ |= {"SCHOLIUM_ADAPTERS": "local", "SCHOLIUM_DATA": str(options.data.resolve())}
    try:
        made = create(World(load()), options.username, options.email)
    except (Problem, SettingsError, ValueError) as error:
        print(f"scholium: {error}", file=sys.stderr)
        return 1
    if made.password is None:
        print(f"{made.username} is an admin now, with the password it had")
    else:
        print(f"{made.username} is an admin. Its password, which is shown only here: {made.password}")
    return 0


def create(world: World, username: str, email: str) -> admin.Admin:
    """Make the admin in one commit."""
    while True:
        unit = UnitOfWork(world.database)
        made = admin.create_admin(unit, world.clock, world.ids, username=username, email=email)
        try:
            unit.commit(world.patience())
        except Stale:
            continue
        return made
