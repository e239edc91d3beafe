"""A long chain is walked along in stretches side by side: what joins them is looked at, and no process ends unheard."""

import io
import json
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from kiosk import home
from kiosk.domain import chain
from kiosk.domain.chain import Seal, Walk
from kiosk.errors import AnswerIsNo
from kiosk.home import Home
from kiosk.store import audit, ledger
from kiosk.store.books import closing_audit
from kiosk.store.chain import stretches
from tests import walks
from tests.books import closed_year
from tests.cli.test_commands import Kiosk
from tests.homes import copied

pytestmark = [pytest.mark.promise(3), pytest.mark.sqlite]


@pytest.fixture(scope="module")
def closed(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home with reversals, whose days and year are closed; nobody writes in it."""
    with home.opened(copied(closed_year.made(template), tmp_path_factory.mktemp("closed") / "home")) as opened:
        yield opened


@pytest.mark.parametrize("processes", [1, 2, 5])
def test_what_is_summed_up_along_the_chain_is_what_the_database_makes(
    closed: Home, monkeypatch: pytest.MonkeyPatch, processes: int
) -> None:
    with walks.within(monkeypatch), closed.store.reading() as connection:
        sums = walks.walked(connection, closed, processes=processes)
        first, last = connection.exec_driver_sql("SELECT min(day_on), max(day_on) FROM entry").one()
        day, compared = date.fromisoformat(first), 0
        while day <= date.fromisoformat(last):
            made = closing_audit.made_on(connection, day)
            assert sums.of_day(day.isoformat()).detail == made.detail, day
            compared += made.entries > 0
            day += timedelta(days=1)
        accounts = connection.exec_driver_sql("SELECT account_id, sum(amount_cents) FROM entry GROUP BY 1").all()
    assert sums.is_whole
    assert compared > 5
    assert [sums.balance(account) for account, _ in accounts if account] == [c for a, c in accounts if a]


def test_processes_of_their_own_come_to_the_same_end(closed: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stretches, "LEAST", 1)
    done: list[int] = []
    with closed.store.reading() as connection:
        found = stretches.check_chain(
            connection, closed.paths.database, closed.seal, step=done.append, sums=None, processes=2
        )
        assert found == audit.check_chain(connection, closed.seal)
    assert done


def test_a_short_chain_is_worth_no_process(closed: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with walks.within(monkeypatch, least=50_000) as child, closed.store.reading() as connection:
        before = child.asked
        assert walks.walked(connection, closed, processes=8).is_whole
        assert child.asked == before


class _Killed(walks.Within):
    """Ended by the system in the middle, as where memory runs out."""

    status = -9


class _Torn(walks.Within):
    """Its last line is cut, and it says that all is well."""

    def wait(self) -> int:
        assert self.stdout is not None
        return 0

    @property
    def stdout(self) -> io.StringIO:
        """What it said, without the end."""
        return io.StringIO(self._said.getvalue()[:-20])

    @stdout.setter
    def stdout(self, said: io.StringIO) -> None:
        self._said = said


@pytest.mark.remedy("verify --processes 1", "chain-unchecked")
@pytest.mark.parametrize("child", [_Killed, _Torn])
def test_a_process_that_ends_badly_is_said_with_what_it_left_unchecked(
    closed: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], child: type[walks.Within]
) -> None:
    with walks.within(monkeypatch, child), closed.store.reading() as connection:
        last = ledger.head(connection).number
        with pytest.raises(AnswerIsNo) as wrong:
            walks.walked(connection, closed, processes=2)
    assert wrong.value.code == "chain-unchecked"
    assert f"entries {last // 2 + 1} to {last} were not checked" in str(wrong.value)
    assert Kiosk(closed.paths.root, capsys)("verify", "--processes", "1")[0] == 0


@pytest.mark.parametrize("program", ["/bin/false", "/nowhere"])
def test_a_process_that_never_began_is_said_too(closed: Home, monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """It died before it heard what it should read, or the machine had no room for it."""
    monkeypatch.setattr(sys, "executable", program)
    monkeypatch.setattr(stretches, "LEAST", 1)
    monkeypatch.setattr(ledger, "SEALED", ledger.SEALED + " " * (1 << 20))  # more than a pipe takes unread
    with closed.store.reading() as connection, pytest.raises(AnswerIsNo) as wrong:
        walks.walked(connection, closed, processes=2)
    assert wrong.value.code == "chain-unchecked"


class _Wrong(walks.Within):
    """Finds what is not there: its memory is ill."""

    def wait(self) -> int:
        return 0

    def __init__(self, *given: object, **more: object) -> None:
        super().__init__(*given, **more)
        self.stdin.close = lambda: None  # type: ignore[method-assign]  # it does not look
        self.stdout = io.StringIO(json.dumps({"wrong": "entry 12 does not fit"}) + "\n")


def test_what_only_a_process_finds_is_not_passed_over(closed: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        walks.within(monkeypatch, _Wrong),
        closed.store.reading() as connection,
        pytest.raises(AnswerIsNo) as wrong,
    ):
        walks.walked(connection, closed, processes=2)
    assert wrong.value.code == "chain-broken"
    assert str(wrong.value).startswith("entry 12 does not fit; read again, the entry matches its seal")


OLD, NEW = Seal(b"o" * 32, chain.key_id(b"o" * 32), "home"), bytes(range(32))
SEAL = Seal(NEW, chain.key_id(NEW), "home", older=(OLD.key,))


def _chain(count: int, turn: int) -> list[tuple[object, ...]]:
    """Entries as the table has them; from one on, which says so, they are sealed with the newer key."""
    rows: list[tuple[object, ...]] = []
    mac = chain.START
    for number in range(1, count + 1):
        seal = OLD if number < turn else SEAL
        said = json.dumps({"key": SEAL.key_id}) if number == turn else "{}"
        kind = "notice" if number == turn else "charge"
        fields = (number, b"i", "at", "day", kind, 1, None, b"g", 1, "a", 5, None, None, said, None, 1, seal.key_id)
        mac = seal.mac(mac, chain.canonical(*fields))
        rows.append((*fields, mac))
    return rows


@pytest.mark.parametrize("cut", range(1, 7))
def test_stretches_join_at_every_place_but_where_the_key_turns(cut: int) -> None:
    """There the entry that turns it must be read by whoever knows with which key the one before was sealed."""
    rows = _chain(7, turn=4)
    first, second = Walk(SEAL), Walk(SEAL, cut, rows[cut - 1][17])  # type: ignore[arg-type]
    assert first.follow(rows[:cut]) is None
    assert second.follow(rows[cut:]) is None
    joins = first.passes_over(second.stretch)
    assert joins == (cut != 3)
    if not joins:
        assert first.follow(rows[cut:]) is None
    assert (first.number, first.mac, first.is_current) == (7, rows[-1][17], True)


def test_a_stretch_of_another_chain_does_not_join() -> None:
    """It began at a seal that its own reading had, and this one has not."""
    rows, others = _chain(6, turn=2), _chain(6, turn=1)
    first, second = Walk(SEAL), Walk(SEAL, 3, others[2][17])  # type: ignore[arg-type]
    assert first.follow(rows[:3]) is None
    assert second.follow(others[3:]) is None
    assert not first.passes_over(second.stretch)
    assert first.number == 3
