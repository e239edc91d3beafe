"""Somebody with a text in every column: all of it is given to them, erased, and searched for afterwards."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from kiosk.jobs.copies import backup
from kiosk.members.personal_data import PersonalFiles
from kiosk.store import guards, schema
from kiosk.store.members import members, written
from kiosk.store.members.written import Erasing
from kiosk.store.officers import desk_log
from kiosk.store.space.policies import Rules
from kiosk.store.tables import metadata
from tests.conftest import Space
from tests.members import every_row
from tests.members.test_guarded import root, space

assert space
assert root  # a home with rows of every table, of members 1 and 2
NAME = "Zébulon Quatremère"
# What stands in the file itself, as its holder would have it: the name is theirs already.
_FILE = {
    "shown_name": f"{NAME} dit Zèb",
    "door_name": f"{NAME} en bas",
    "email": "zebulon.quatremere@exemple.fr",
    "phone": f"0612345678 ({NAME})",
    "note": f"{NAME} note",
}
# Columns that take no text of anybody's: of the program's own, or hashed.
_NO_TEXT = frozenset(f"member.{name}" for name in ("language", "name", "pin", "plan_code", "search"))


_JSON = frozenset(("answer_batch.answers", "document.content", "file_merge.moved", "quote.lines", "scenario.spec"))


def _as_json(text: str) -> str:
    return json.dumps({"name": text}, ensure_ascii=False)


def files(space: Space) -> PersonalFiles:
    rules = Rules(space.home.config.zone)
    return PersonalFiles(store=space.home.store, rules=rules, clock=space.clock, actor="officer:1")


def put_everywhere(space: Space) -> dict[str, str]:
    """Write the name, each time with a number of its own, into each column that can have it. Returns them by column."""
    placed: dict[str, str] = {}
    space.till.reverse(space.till.pay(2, 200, "cash"), "motif")
    with space.by_owner(), space.home.store.writing() as connection:
        desk_log.add(connection, space.clock.now(), "officer:1", "read-file", 1, None)
        beside = schema.on_a_server(connection) or guards
        beside.remove(connection)
        for number, (column, line) in enumerate(written.TEXTS.items(), 1):
            table = metadata.tables[column.partition(".")[0]]
            if line.erasing is Erasing.NOTHING or column in _NO_TEXT:
                continue
            text = _FILE.get(column.removeprefix("member."), f"{NAME} {number:03}")
            if column == "policy.value":
                rule = {"name": "association", "valid_from": space.clock.now().date(), "value": _as_json(text)}
                connection.execute(table.insert(), rule)
                placed[column] = text
            elif _written(connection, table, column.partition(".")[2], _as_json(text) if column in _JSON else text):
                placed[column] = text
        beside.install(connection)
    return placed


def _written(connection: sa.Connection, table: sa.Table, column: str, text: str) -> bool:
    """Write a text into a row of theirs, where rows of the table are somebody's. False where a constraint lists what it
    may say, or another row refers to it.
    """
    names = ("number",) if table.name == "member" else ("member_id", "kept_id", "member_number")
    own = [table.c[name] == 1 for name in names if name in table.columns]
    if table.name == "signup":  # a name without a file: a member's own has none
        own = [table.c.member_id.is_(None)]
    keys = list(table.primary_key.columns)
    row = connection.execute(sa.select(*keys).where(*own[:1]).order_by(*keys).limit(1)).first()
    assert row is not None, f"no row of {table.name}"
    here = [key == value for key, value in zip(keys, row, strict=True)]
    try:
        with connection.begin_nested():
            value = [text] if not isinstance(table.c[column].type, sa.String) else text
            connection.execute(table.update().where(*here).values({column: value}))
    except sa.exc.DatabaseError:
        return False
    return True


def listed() -> set[str]:
    """The columns of which a constraint lists what they may say."""
    checks = (
        (table, check)
        for table in metadata.sorted_tables
        for check in table.constraints
        if isinstance(check, sa.CheckConstraint)
    )
    return {f"{table.name}.{name}" for table, check in checks for name, _ in every_row._IN.findall(str(check.sqltext))}


def settle_and_leave(space: Space) -> None:
    owed = space.owes(1)
    if owed > 0:
        space.till.pay(1, owed, "cash")
    elif owed < 0:
        space.till.refund(1, -owed, "cash", "rendu")
    space.enrolment.leave(1)


def still_named(connection: sa.Connection) -> Iterator[str]:
    """Every column of the schema, whatever its kind, that has the name in a row."""
    for table in metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, sa.String | sa.LargeBinary):
                found = connection.execute(sa.select(column).where(column.is_not(None))).scalars()
                if any(
                    "Quatremère" in (text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text))
                    for text in found
                ):
                    yield f"{table.name}.{column.name}"


@pytest.mark.promise(6)
def test_a_name_in_every_column_is_given_erased_and_where_it_stays_is_said(space: Space) -> None:
    placed = put_everywhere(space)
    texts = {name for name, line in written.TEXTS.items() if line.erasing is not Erasing.NOTHING} - _NO_TEXT
    assert texts - placed.keys() == listed() & texts, "but for what a constraint lists, every column has it"
    settle_and_leave(space)
    found = json.loads(files(space).export(1).as_json())["sections"]
    given = json.dumps(found, ensure_ascii=False)
    lacking = {
        column
        for column, text in placed.items()
        if written.TEXTS[column].given.startswith(written.SECTION) and text not in given
    }
    assert lacking == set()
    done = files(space).erase(1)
    stays = {name for name in placed if written.TEXTS[name].erasing is Erasing.STAYS}
    with space.home.store.reading() as connection:
        assert set(still_named(connection)) == stays
    assert set(done.kept) == stays


@pytest.mark.promise(6)
@pytest.mark.sqlite
def test_after_it_no_byte_of_the_home_has_it_but_copies_whose_day_is_said(space: Space) -> None:
    put_everywhere(space)
    settle_and_leave(space)
    backup.make(space.home, space.clock, sure=True)
    with space.home.store.writing() as connection:
        (schema.on_a_server(connection) or guards).remove(connection)
        for name, line in written.TEXTS.items():
            table, _, column = name.partition(".")
            if line.erasing is Erasing.STAYS:
                other = "{}" if name in (*_JSON, "policy.value") else f"autre-{column}"
                here = metadata.tables[table]
                connection.execute(here.update().where(here.c[column].like(f"%{NAME}%")).values({column: other}))
        guards.install(connection)
    assert files(space).erase(1).kept == {}
    space.kept.follower.follow()
    named = {path.relative_to(space.home.paths.root).parts[0] for path in everywhere(space) if has_name(path)}
    assert named == {"backups"}, "60 days at most, 12 months for those of a month: docs/donnees.md"


def everywhere(space: Space) -> list[Path]:
    return [path for path in space.home.paths.root.rglob("*") if path.is_file()]


def has_name(path: Path) -> bool:
    content = path.read_bytes()
    return any(word.encode() in content for word in ("Quatremère", "quatremere", "QUATREMERE"))


def test_nobody_else_s_words_go(space: Space) -> None:
    settle_and_leave(space)
    before = _others(space)
    files(space).erase(1)
    assert _others(space) == before


def _others(space: Space) -> list[tuple[object, ...]]:
    with space.home.store.reading() as connection:
        return [
            (members.by_number(connection, 2).name,),
            *space.sql("SELECT title FROM event ORDER BY id"),
            *space.sql("SELECT label FROM calendar_feed ORDER BY id"),
        ]
