"""Each `kiosk` command that the page of errors gives as a remedy is typed once its error was answered, and what was
asked for goes well then; or it is said where that is done, or why it cannot be here. The list is made of the page.
"""

import os
import re
import shlex
import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import Struct

from kiosk import home
from kiosk.domain.problems import Problem
from kiosk.errors import KioskError
from kiosk.home import Home
from kiosk.members.enrolment import Enrolment
from kiosk.setup import migration
from kiosk.store import engine
from kiosk.store.space.policies import Rules
from tests import typed
from tests.cli.standing import MOMENT
from tests.cli.test_commands import Kiosk, kiosk
from tests.domain.books import bank_samples
from tests.fakes import FakeClock

assert kiosk  # the fixture
pytestmark = pytest.mark.sqlite

ROOT = Path(__file__).parents[2]
_ROW = re.compile(r"^\| (`[^|]*`)[^|]*\|[^|]*\|(.*)\|$", re.MULTILINE)
_COMMAND = re.compile(r"`(?:sudo )?(kiosk [^`]*)`")
INES, ANOTHER = "04A2000000E511", "04A1B2C3D4E501"
_NEW = f"members add --name 'Inès Moreau' --badge {INES} --email i@exemple.fr"
_OFFICER = "user add p@exemple.fr --name P --role president"
Step = str | Callable[[Kiosk, FakeClock], None]


class Case(Struct, frozen=True):
    """What was done before, what is asked and answered by the code, what the remedy is as a person types it, and what
    goes well at the end: the same again, where nothing else is said.
    """

    asked: Step
    typed: tuple[Step, ...]
    before: tuple[Step, ...] = ()
    well: str | None = ""


def _remedies() -> Iterator[tuple[str, str]]:
    """A code, and a command that its remedy names."""
    for codes, remedy in _ROW.findall((ROOT / "docs" / "erreurs.md").read_text("utf-8")):
        for code in re.findall("`([a-z0-9-]+)`", codes):
            yield from ((code, command) for command in _COMMAND.findall(remedy))


def _halve_copies(kiosk: Kiosk, _clock: FakeClock) -> None:
    for path in (kiosk.root / "backups").glob("*.tar"):
        os.truncate(path, path.stat().st_size // 2)


def _go_back(kiosk: Kiosk, _clock: FakeClock) -> None:
    migration.migrate_back(kiosk.root, "0032")


def _leave_the_home(kiosk: Kiosk, _clock: FakeClock) -> None:
    kiosk.root = kiosk.root.parent / "elsewhere"


def _write_statement(kiosk: Kiosk, _clock: FakeClock) -> None:
    Path("releve.ofx").write_bytes(bank_samples.ALL["OFX 1"])


def _remove_ledger(kiosk: Kiosk, _clock: FakeClock) -> None:
    (kiosk.root / "db" / "ledger.db").unlink()


def _hold(kiosk: Kiosk, _clock: FakeClock) -> None:
    _held.append(sqlite3.connect(kiosk.root / "db" / "ledger.db", isolation_level=None))
    _held[0].execute("BEGIN IMMEDIATE")


def _let_go(_kiosk: Kiosk, _clock: FakeClock) -> None:
    _held.pop().close()


def _is_asked(act: Callable[[Home, FakeClock], object]) -> Step:
    """What the desk asks. Raises what it is told."""

    def ask(kiosk: Kiosk, clock: FakeClock) -> None:
        with home.opened(kiosk.root) as opened:
            act(opened, clock)

    return ask


def _take_back_a_departure(opened: Home, clock: FakeClock) -> None:
    rules = Rules(opened.config.zone)
    Enrolment(
        store=opened.store, rules=rules, seal=opened.seal, badge_key=opened.badge_key, clock=clock, actor="cli"
    ).stay(1)


_held: list[sqlite3.Connection] = []


def _pass(days: int) -> Step:
    return lambda _kiosk, clock: clock.set(MOMENT + timedelta(days=days))


_YEAR_ENDS = (_NEW, "pay 1 5 --method cash", _pass(70), "clock confirm --yes", "due")
_CLOSED = (*_YEAR_ENDS, "close month 2031-11 --yes", "close month 2031-12 --yes", "close year 2031 --yes")
CASES = {
    "drill": Case("drill", ("backup", "drill"), ("backup", _halve_copies)),
    "no-copy": Case("drill", ("backup",)),
    "keys-differ": Case(
        "keys test --identity paper.txt",
        ("backup", "keys test --identity paper.txt"),
        ("keys new --write --output paper.txt", "backup", "keys renew --yes"),
    ),
    "no-sealed-keys": Case(
        "keys test --identity paper.txt",
        ("keys new --write --output other.txt", "backup"),
        ("keys new --output paper.txt",),
        "keys test --identity other.txt",
    ),
    "database-older": Case("members list", ("migrate",), (_NEW, _go_back)),
    "no-such-copy": Case(
        "restore backups/kiosk-20311126.tar --yes", ("backup --list",), ("backup",), "restore {copy} --yes"
    ),
    "no-home": Case("rooms list", ("init",), (_leave_the_home,)),
    "officer-there": Case(
        "user first",
        ("user add q@exemple.fr --name Q --role treasurer", "user reset p@exemple.fr"),
        (_OFFICER,),
        "user list",
    ),
    "member-left": Case("sell 1 carnet-10", ("members back 1",), (_NEW, "members leave 1")),
    "not-left-today": Case(
        _is_asked(_take_back_a_departure),
        ("members back 1",),
        (_NEW, "members leave 1", _pass(3)),
        "sell 1 carnet-10",
    ),
    "no-such-badge": Case(f"badges lost {ANOTHER}", ("badges list",), (_NEW,), f"badges lost {INES}"),
    "no-such-bank-line": Case(
        "bank confirm 99", ("bank list",), (_write_statement, "bank import releve.ofx --unproved"), None
    ),
    "no-such-claim": Case("reconcile --set-aside 9", ("reconcile --look",), (), None),
    "no-such-door": Case("doors change 9 --name Cour", ("doors list",), (), "doors change 1 --name Cour"),
    "no-such-site": Case("doors add Cour --site 9", ("doors list",), (), "doors add Cour"),
    "no-such-entry": Case(
        "reverse 99 --reason x",
        ("export entries --from 2031-11-26 --to 2031-11-26",),
        (_NEW, "pay 1 5 --method cash"),
        "reverse 2 --reason x",
    ),
    "no-such-member": Case("pay 99 5 --method cash", ("members list",), (_NEW,), "pay 1 5 --method cash"),
    "no-such-token": Case("tokens end 9", ("tokens list",), (), None),
    "no-such-online-payment": Case("online decide 9 counts", ("online list",), (), None),
    "no-such-user": Case("user reset q@exemple.fr", ("user list",), (_OFFICER,), "user reset p@exemple.fr"),
    "no-such-envelope": Case("vouchers name 9 1 --days 5", ("vouchers list",), (_NEW,), None),
    "no-such-voucher": Case("vouchers end 9", ("vouchers list",), (_NEW,), None),
    "no-such-banked-day": Case(
        "vouchers unbank 9",
        ("vouchers show 1",),
        (_NEW, "vouchers bank 1 2 --reason accueil --until 2032-01-31"),
        "vouchers unbank 1",
    ),
    "not-a-charge": Case("receipt 2", ("receipt 1",), (_NEW, "receipt 1"), None),
    "nothing-to-close": Case("close month 2031-10 --yes", ("closings day",), (), None),
    "no-result": Case("results vote 2030 --on 2031-03-01", ("results list",), (), None),
    "vote-parts": Case(
        "results vote 2031 --on 2032-01-31 --forward 999",
        ("results list",),
        _CLOSED,
        "results vote 2031 --on 2032-01-31 --forward 5",
    ),
    "year-open": Case(
        "archive 2031",
        ("close month 2031-12 --yes", "close year 2031 --yes"),
        (*_YEAR_ENDS, "close month 2031-11 --yes"),
        "archive 2031 --output archive",
    ),
    "nothing-to-confirm": Case(
        "user confirm p@exemple.fr", ("user list",), (_OFFICER, "user confirm p@exemple.fr"), None
    ),
    "nothing-closed": Case("export fec --year 2031", ("due",), (_NEW, _pass(1)), None),
    "box-short": Case("cash bank 50", ("cash show",), (_NEW, "pay 1 5 --method cash"), None),
    "not-on-a-slip": Case(
        "cheques bounce 2 --reason refusé", ("reverse 2 --reason refusé",), (_NEW, "pay 1 5 --method cheque"), None
    ),
    "not-waiting": Case("cheques deposit 9", ("cheques list",), (_NEW, "pay 1 5 --method cheque"), "cheques deposit 2"),
    "no-proof-key": Case("badges prove", ("badges site-key",), (), None),
    "erase-first-leave": Case("rgpd erase 1 --yes", ("members leave 1",), (_NEW, "pay 1 5 --method cash")),
    "doors-state": Case("doors state", ("check",), (), None),
    "database": Case("members list", ("check",), ("backup", _remove_ledger), "restore {copy} --yes"),
    "database-busy": Case("pay 1 5 --method cash", (_let_go, "check"), (_NEW, _hold)),
}


NOT_TYPED = {
    "opening-there": "tests/cli/books/test_results.py takes over once more; how an entry is reversed is above",
    "no-maker-key": "a key that is typed unseen: tests/badges/test_exchange.py calls what lends it",
    "no-such-gift": "the desk's own list: tests/books/test_gifts.py reads it",
    "no-such-declaration": "the desk's own list: tests/money/test_cashbox.py reads it",
    "ages": "a state that cannot be",
    "no-zone": "a state that cannot be",
    "share": "a state that cannot be",
    "books-differ": "the command is the question",
    "move": "the command is the question",
    "rules": "the command is the question",
    "wrong-value": "the command is the question",
}


def _typed(kiosk: Kiosk, clock: FakeClock, step: Step) -> tuple[int, str]:
    """Do a step. Returns its status and what is said of it."""
    if callable(step):
        try:
            step(kiosk, clock)
        except (KioskError, Problem) as refused:
            return 2, f"[{refused.code}]"
        return 0, ""
    copy = next((kiosk.root / "backups").glob("*.tar"), None)
    status, _, said = kiosk(*shlex.split(step.replace("{copy}", str(copy))))
    return status, said


@pytest.mark.parametrize("code", CASES)
def test_what_an_error_advises_is_typed_and_helps(
    kiosk: Kiosk, clock: FakeClock, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(engine, "PATIENT_SECONDS", 0.1)
    case = CASES[code]
    for step in case.before:
        assert _typed(kiosk, clock, step) == (0, ""), step
    said = _typed(kiosk, clock, case.asked)
    assert f"[{code}]" in said[1], said
    for step in case.typed:
        said = _typed(kiosk, clock, step)
        assert said[0] in (0, 1), said  # an empty list, or the check's own answer
    if case.well is not None:
        said = _typed(kiosk, clock, case.well or case.asked)
        assert said[0] == 0, said


def test_each_remedy_of_the_page_has_its_place() -> None:
    """What no case here is of is claimed by a test, which is held to it where it runs."""
    asked = {(code, " ".join(typed.words(command))) for code, command in _remedies()}
    left = {code for code, command in asked if code not in CASES and (code, command) not in _claimed()}
    assert left == NOT_TYPED.keys()
    assert CASES.keys() <= {code for code, _ in asked}


def _claimed() -> set[tuple[str, str]]:
    return {(each.situation, each.command) for each in typed.claims()}


@pytest.mark.parametrize("code", CASES)
def test_what_is_typed_is_what_the_page_says(code: str) -> None:
    steps = [shlex.split(step) for step in CASES[code].typed if isinstance(step, str)]
    for command in (command for named, command in _remedies() if named == code):
        words = typed.words(command)
        assert any(step[: len(words)] == words for step in steps) or (code, " ".join(words)) in _claimed(), command
