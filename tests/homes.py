"""Copies a home that was made once, for one test: with its file, or on a server where the run asks for it."""

import re
import shutil
from pathlib import Path

import sqlalchemy as sa

from kiosk import keys
from kiosk.domain.chain import Seal
from kiosk.home import Home
from tests import postgres
from tests.shared import once

_HOMES: dict[Path, str] = {}  # and the database of each


def copied(template: Path, to: Path) -> Path:
    """A home of one test's own."""
    return on_server(template, to, has_roles=True) if postgres.is_asked() else Path(shutil.copytree(template, to))


def on_server(template: Path, to: Path, *, has_roles: bool = False) -> Path:
    """A home of one test's own, whose records are on the run's server; with an account there for each program."""
    name = f"{template.name}-moved{'-with-roles' if has_roles else ''}"
    moved = once(name, lambda root: _move(template, root, has_roles=has_roles))
    was = (moved / "database").read_text("utf-8")
    database = _made(was, to)
    shutil.copytree(moved, to)
    for named in (to / "kiosk.toml", *to.glob("keys/*/database")):  # what a role may goes with the database's copy
        said = named.read_text("utf-8")
        named.write_text(re.sub(rf"(?<=:{postgres.server().port}/){was}\b", database, said), "utf-8")
    return to


def _made(template: str, to: Path) -> str:
    """A copy of a database for the home there. Those of homes that are gone, as a test's folder is that passed, go too:
    a thousand of them fill a disk.
    """
    for home in [each for each in _HOMES if not each.exists()]:
        postgres.server().run(f"DROP DATABASE IF EXISTS {_HOMES.pop(home)} WITH (FORCE)")
    _HOMES[to] = postgres.server().made(template)
    return _HOMES[to]


def chain_seal(opened: Home) -> Seal:
    """What verifies a home's entries, where a test has opened it as a door, which has its own key alone."""
    of_chain = keys.of_chain(opened.paths.old_chain_keys, opened.paths.chain_key, may_lack=False)
    return keys.seal(of_chain, opened.seal.home_id, opened.config.zone)


def wrote(connection: sa.Connection, statement: str, *values: object) -> int:
    """The id of the row that a statement in words adds; 0 where it adds none."""
    done = connection.exec_driver_sql(statement, values)
    if connection.dialect.name == "sqlite":
        return int(done.lastrowid or 0)
    if not statement.startswith("INSERT") or "(id" in statement or "(number" in statement:
        return 0
    return int(connection.exec_driver_sql("SELECT lastval()").scalar_one())


def _move(template: Path, root: Path, *, has_roles: bool) -> None:
    from kiosk.setup import moving, server_roles

    shutil.copytree(template, root)
    database = postgres.server().made()
    moving.to_server(root, postgres.server().url(database))
    if has_roles:
        server_roles.give(root)
    (root / "database").write_text(database, "utf-8")
