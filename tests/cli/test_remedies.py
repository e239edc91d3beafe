"""Each `kiosk` command that the diagnostic's page gives as a remedy is typed in the situation that it is for, or it is
said where that is done, or why it cannot be here. The list is made of the page itself.
"""

import json
import os
import re
import shlex
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import home, keys
from kiosk.domain.health.upkeep import Care
from kiosk.health import entrance_checks
from kiosk.setup import migration
from kiosk.store.health import failing_rows, upkeep_rows
from kiosk.store.revisions import REVISION
from tests import typed
from tests.cli.standing import MOMENT
from tests.cli.test_commands import Kiosk, kiosk
from tests.offline.test_lost_media import Entrance, pulled, put_elsewhere

assert kiosk  # the fixture
pytestmark = pytest.mark.sqlite

ROOT = Path(__file__).parents[2]
_ROW = re.compile(r"^\| (`[^|]*`)[^|]*\|[^|]*\|(.*)\|$", re.MULTILINE)
_COMMAND = re.compile(r"`(?:sudo )?(kiosk [^`]*)`")


def _remedies() -> Iterator[tuple[str, str]]:
    """A finding's code, and a command that its remedy names."""
    for codes, remedy in _ROW.findall((ROOT / "docs" / "diagnostic.md").read_text("utf-8")):
        for code in re.findall("`([a-z-]+)`", codes):
            yield from ((code, command) for command in _COMMAND.findall(remedy))


def _remove_ledger(kiosk: Kiosk) -> None:
    kiosk("backup")
    (kiosk.root / "db" / "ledger.db").unlink()


def _ruin_ledger(kiosk: Kiosk) -> None:
    kiosk("backup")
    (kiosk.root / "db" / "ledger.db").write_bytes(b"no database" * 999)


def _show_key(kiosk: Kiosk) -> None:
    home.Paths(kiosk.root).badge_key.chmod(0o644)


def _go_back(kiosk: Kiosk) -> None:
    migration.migrate_back(kiosk.root, "0032")


def _note(care: Care, ago: timedelta, *, ok: bool) -> Callable[[Kiosk], None]:
    def noted(kiosk: Kiosk) -> None:
        with home.opened(kiosk.root) as opened, opened.store.writing() as connection:
            upkeep_rows.note(connection, care, MOMENT - ago, ok=ok, says="" if ok else "no room")

    return noted


def _both(*every: Callable[[Kiosk], None]) -> Callable[[Kiosk], None]:
    def done(kiosk: Kiosk) -> None:
        for each in every:
            each(kiosk)

    return done


def _halve_copy(kiosk: Kiosk) -> None:
    kiosk("backup")
    path = (kiosk.root / "backups" / "kiosk-20311125T040000Z.tar").absolute()  # of the night before
    for copy in (kiosk.root / "backups").glob("*.tar"):
        copy.rename(path)
    os.truncate(path, path.stat().st_size // 2)


def _fail(kiosk: Kiosk) -> None:
    with home.opened(kiosk.root) as opened, opened.store.writing() as connection:
        failing_rows.note(connection, {"closings": "KeyError"}, [], MOMENT - timedelta(hours=3))


def _drop_copies(kiosk: Kiosk) -> None:
    kiosk("backup")
    for path in (kiosk.root / "backups").iterdir():
        path.unlink()


def _spoil_value(kiosk: Kiosk) -> None:
    kiosk("members", "add", "--name", "Inès Moreau", "--badge", "04A2000000E511")
    kiosk("backup")
    with closing(sqlite3.connect(kiosk.root / "db" / "ledger.db")) as database, database:
        for (guard,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            if guard.startswith("member_"):
                database.execute(f'DROP TRIGGER "{guard}"')
        database.execute("PRAGMA ignore_check_constraints = ON")
        database.execute("UPDATE member SET joined_on = 'yesterday'")


def _drop_a_guard(kiosk: Kiosk) -> None:
    kiosk("backup")
    with closing(sqlite3.connect(kiosk.root / "db" / "ledger.db")) as database, database:
        database.execute("DROP TRIGGER entry_never_changed")


def _copy(kiosk: Kiosk) -> None:
    assert kiosk("backup")[0] == 0


SITUATIONS: dict[str, Callable[[Kiosk], None]] = {
    "home-key-open": _show_key,
    "wrong-value": _spoil_value,
    "database-schema": _drop_a_guard,
    "erased-in-log": _both(
        _note(Care.ERASED, timedelta(hours=2), ok=True), _note(Care.ERASED, timedelta(hours=1), ok=False)
    ),
    "home-older": _go_back,
    "ledger-missing": _remove_ledger,
    "ledger-damaged": _ruin_ledger,
    "chain-overdue": _note(Care.CHAIN, timedelta(days=4), ok=True),
    "backup-none": lambda _kiosk: None,
    "backup-failed": _both(
        _note(Care.BACKUP, timedelta(hours=2), ok=True), _note(Care.BACKUP, timedelta(hours=1), ok=False)
    ),
    "backup-overdue": _note(Care.BACKUP, timedelta(hours=30), ok=True),
    "drill-none": _copy,
    "drill-failed": _both(_copy, _note(Care.DRILL, timedelta(hours=1), ok=False)),
    "drill-overdue": _both(_copy, _note(Care.DRILL, timedelta(days=50), ok=True)),
    "due-failing": _fail,
    "due-overdue": _note(Care.DUE, timedelta(days=3), ok=True),
    "copies-gone": _drop_copies,
    "copies-unreadable": _halve_copy,
}
NOT_TYPED = {
    "server-empty": "a server's owner: tests/store/postgresql/test_roles.py calls what gives the roles",
    "server-right": "a server's owner: as server-empty; `roles` is typed for server-rights",
    "doors-ill": "the command is the question",
    "doors-waiting": "the command is the question",
    "server-starting": "the command is the question",
}


def _seen(kiosk: Kiosk) -> set[str]:
    return {each["code"] for each in json.loads(kiosk("check", "--json")[1])["checks"]}


@pytest.mark.parametrize("code", SITUATIONS)
def test_a_remedy_that_is_typed_ends_what_it_is_for(kiosk: Kiosk, code: str) -> None:
    SITUATIONS[code](kiosk)
    assert code in _seen(kiosk)
    for command in (command for named, command in _remedies() if named == code):
        words = shlex.split(command)[1:]
        if words == ["restore"]:
            words += [str(next((kiosk.root / "backups").glob("*.tar"))), "--yes"]
        status, _, said = kiosk(*words)
        assert status in (0, 1), said  # the check's own status is its answer
    assert code not in _seen(kiosk)


def test_each_remedy_of_the_page_has_its_place() -> None:
    """What no situation here is for is claimed by a test, which is held to it where it runs."""
    asked = {(code, " ".join(typed.words(command))) for code, command in _remedies()}
    claimed = {(each.situation, each.command) for each in typed.claims()}
    left = {(code, command) for code, command in asked - claimed if code not in SITUATIONS}
    assert {code for code, _ in left} == NOT_TYPED.keys()
    assert SITUATIONS.keys() <= {code for code, _ in asked}


@pytest.mark.remedy("restore", "home-missing")
@pytest.mark.remedy("mend", "home-key")
def test_a_home_that_is_gone_is_made_of_a_copy_and_of_the_keys_that_it_asks_for(kiosk: Kiosk) -> None:
    kiosk("members", "add", "--name", "Inès Moreau", "--badge", "04A2000000E511")
    kiosk("backup")
    before = kiosk.root.rename(kiosk.root.with_name("before"))
    copy = max((before / "backups").glob("*.tar"))
    assert "home-missing" in _seen(kiosk)
    assert "[keys-wanted]" in kiosk("restore", str(copy), "--yes")[2]
    kiosk.root.mkdir(mode=0o700)
    shutil.copytree(before / "keys", kiosk.root / "keys")
    status, _, said = kiosk("restore", str(copy), "--yes")
    assert status == 0, said
    assert not {"home-missing", "home-key"} & _seen(kiosk)
    assert sorted(path.name for path in kiosk.root.parent.iterdir()) == ["before", "home"]
    assert keys.read_key(home.Paths(kiosk.root).spool_key) == keys.read_key(home.Paths(before).spool_key)
    badge = home.Paths(kiosk.root).badge_key
    content = badge.read_bytes()
    badge.unlink()
    assert "home-key" in _seen(kiosk)
    badge.write_bytes(content)  # from the copy of the keys, as a person puts it back: for all to read
    badge.chmod(0o644)
    assert kiosk("mend")[0] == 0
    assert not {"home-key", "home-key-open"} & _seen(kiosk)


@pytest.mark.remedy("restore", "home-not-training")
def test_a_real_home_that_is_to_be_elsewhere_comes_there_by_its_copy(kiosk: Kiosk) -> None:
    real = kiosk.root
    assert kiosk("backup")[0] == 0
    kiosk.root = real.with_name("elsewhere")
    assert "[home-not-training]" in kiosk("init", "--from", str(real))[2]
    kiosk.root.mkdir(mode=0o700)
    shutil.copytree(real / "keys", kiosk.root / "keys")
    status, _, said = kiosk("restore", str(next((real / "backups").glob("*.tar"))), "--yes")
    assert status == 0, said
    assert kiosk("verify")[0] == 0


def test_a_database_without_any_guard_has_them_again_by_the_first_command(kiosk: Kiosk) -> None:
    """So a newer release leaves it that was taken back to one with the same schema."""
    migration.migrate_back(kiosk.root, REVISION)
    assert "database-schema" in _seen(kiosk)
    assert kiosk("migrate")[0] == 0
    assert "database-schema" not in _seen(kiosk)


# What the entrance says of itself, while it runs


@pytest.fixture
def entrance(kiosk: Kiosk) -> Iterator[Entrance]:
    with ExitStack() as stack:
        made = Entrance(kiosk.root, stack)
        yield made
        made.kept.close()


def _said(entrance: Entrance) -> set[str]:
    entrance.kept.fallbacks._last = None
    entrance.kept.spool.look_again()
    entrance.kept.fallbacks.exercise()
    said = [
        {"code": each.code, "seconds": 0.0, "values": dict(each.values)} for each in entrance.kept.fallbacks.failing
    ]
    return {each.kind.code for each in entrance_checks.of_fallbacks({"fallbacks": said}) if each.says("fr")}


@pytest.mark.remedy("spool adopt", "spool-strange")
def test_another_stick_is_adopted(kiosk: Kiosk, entrance: Entrance) -> None:
    stick = kiosk.root.parent / "stick"
    stick.mkdir()
    (stick / "reserve").touch()
    put_elsewhere(entrance, stick)
    pulled(stick)
    assert "spool-strange" in _said(entrance)
    assert kiosk("spool", "adopt")[0] == 0
    assert _said(entrance) == set()


@pytest.mark.remedy("mend", "key-damaged")
def test_a_key_that_is_damaged_is_made_anew(kiosk: Kiosk, entrance: Entrance) -> None:
    home.Paths(kiosk.root).spool_key.write_bytes(b"")
    assert "key-damaged" in _said(entrance)
    assert kiosk("mend")[0] == 0
    entrance.restart()
    assert _said(entrance) <= {"key-made"}
    assert keys.read_key(home.Paths(kiosk.root).spool_key)
