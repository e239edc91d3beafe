"""Each `kiosk` command that the diagnostic's page gives as a remedy is typed in the situation that it is for, or it is
said where that is done, or why it cannot be here. The list is made of the page itself.
"""

import json
import os
import re
import shlex
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import home, keys
from kiosk.domain.health.upkeep import Care
from kiosk.setup import migration
from kiosk.store.health import failing_rows, upkeep_rows
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


def _copy(kiosk: Kiosk) -> None:
    assert kiosk("backup")[0] == 0


SITUATIONS: dict[str, Callable[[Kiosk], None]] = {
    "home-key-open": _show_key,
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
ELSEWHERE = {
    "online-decide": "tests/cli/money/test_online.py",
    "online-secret": "tests/cli/money/test_online.py",
    "home-missing": "tests/jobs/copies/test_restore.py",
    "home-settings": "tests/cli/test_config.py",
    "settings-accepted": "tests/cli/test_config.py",
    "settings-waiting": "tests/cli/test_config.py",
    "settings-database": "tests/cli/test_config.py",
    "settings-new": "tests/cli/test_config.py",
    "doors-clock": "tests/cli/test_clock.py",
    "server-rights": "tests/cli/test_operator_faults.py",
    "home-key": "tests/cli/test_operator_faults.py",
    "records-behind": "tests/jobs/test_reconciliation.py",
    "claim-unproven": "tests/jobs/test_reconciliation.py",
    "home-newer": "tests/cli/copies/test_update.py",
    "update-available": "tests/cli/copies/test_update.py",
    "update-never-looked": "tests/cli/copies/test_update.py",
    "update-unseen": "tests/cli/copies/test_update.py",
    "update-git-source": "tests/cli/test_config.py",
    "libraries-old": "tests/cli/copies/test_update.py",
    "wrong-value": "tests/jobs/copies/test_restore.py",
    "site-keys-closed": "tests/cli/members/test_badge_keys.py",
    "spool-strange": "tests/cli/test_remedies.py",
    "key-damaged": "tests/cli/test_remedies.py",
}
NOT_TYPED = {
    "chain-shared": "a group of the system is made by the installer: tests/setup/test_chain_rights.py calls what mends",
    "database-schema": "another release goes with it",
    "erased-in-log": "what still reads ends by itself: tests/members/test_forgetting.py calls the act",
    "server-empty": "a server's owner: tests/store/postgresql/test_roles.py calls what gives the roles",
    "server-right": "a server's owner: as server-empty",
    "card-ending": "a new card is made by hand",
    "door-simulated-counts": "a relay is named",
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
    named = {code for code, _ in _remedies()}
    assert named == SITUATIONS.keys() | ELSEWHERE.keys() | NOT_TYPED.keys()
    assert SITUATIONS.keys().isdisjoint(ELSEWHERE)
    assert NOT_TYPED.keys().isdisjoint({**ELSEWHERE, **SITUATIONS})
    for code, command in _remedies():
        if code in ELSEWHERE:
            text = (ROOT / ELSEWHERE[code]).read_text("utf-8")
            assert all(f'"{word}"' in text for word in command.split()[1:3]), f"{ELSEWHERE[code]} types no {command}"


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
    return {each.code for each in entrance.kept.fallbacks.failing}


def test_another_stick_is_adopted(kiosk: Kiosk, entrance: Entrance) -> None:
    stick = kiosk.root.parent / "stick"
    stick.mkdir()
    (stick / "reserve").touch()
    put_elsewhere(entrance, stick)
    pulled(stick)
    assert "spool-strange" in _said(entrance)
    assert kiosk("spool", "adopt")[0] == 0
    assert _said(entrance) == set()


def test_a_key_that_is_damaged_is_made_anew(kiosk: Kiosk, entrance: Entrance) -> None:
    home.Paths(kiosk.root).spool_key.write_bytes(b"")
    assert "key-damaged" in _said(entrance)
    assert kiosk("mend")[0] == 0
    entrance.restart()
    assert _said(entrance) <= {"key-made"}
    assert keys.read_key(home.Paths(kiosk.root).spool_key)
