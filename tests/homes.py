"""Copies a home that was made once, for one test: with its file, or on a server where the run asks for it."""

import shutil
from pathlib import Path

import sqlalchemy as sa

from tests import postgres
from tests.shared import once


def copied(template: Path, to: Path) -> Path:
    """A home of one test's own."""
    return on_server(template, to) if postgres.is_asked() else Path(shutil.copytree(template, to))


def on_server(template: Path, to: Path) -> Path:
    """A home of one test's own, whose records are on the run's server."""
    moved = once(f"{template.name}-moved", lambda root: _move(template, root))
    database = postgres.server().made((moved / "database").read_text("utf-8"))
    shutil.copytree(moved, to)
    settings = to / "kiosk.toml"
    was = postgres.server().url((moved / "database").read_text("utf-8"))
    settings.write_text(settings.read_text("utf-8").replace(was, postgres.server().url(database)), "utf-8")
    return to


def wrote(connection: sa.Connection, statement: str, *values: object) -> int:
    """The id of the row that a statement in words adds; 0 where it adds none."""
    done = connection.exec_driver_sql(statement, values)
    if connection.dialect.name == "sqlite":
        return int(done.lastrowid or 0)
    if not statement.startswith("INSERT") or "(id" in statement or "(number" in statement:
        return 0
    return int(connection.exec_driver_sql("SELECT lastval()").scalar_one())


def _move(template: Path, root: Path) -> None:
    from kiosk.setup import moving

    shutil.copytree(template, root)
    database = postgres.server().made()
    moving.to_server(root, postgres.server().url(database))
    (root / "database").write_text(database, "utf-8")
