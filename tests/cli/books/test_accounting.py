"""`export fec` and `export paheko`: under their own names, whole or not at all, and clear where they cannot be."""

import json
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from kiosk.cli.books import accounting
from kiosk.store.books import booking_facts
from tests.books.fec_checker import check
from tests.cli.standing import TODAY
from tests.cli.test_commands import Kiosk, enrolled, kiosk  # noqa: F401  # the fixtures
from tests.fakes import FakeClock

SIREN = "732829320"


def write(root: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(root / "db" / "ledger.db")) as raw, raw:
        raw.execute(statement, values)


@pytest.fixture
def closed(enrolled: Kiosk, clock: FakeClock) -> Kiosk:  # noqa: F811  # pytest's way
    """A member's first day, over and closed."""
    clock.advance(days=1)
    assert enrolled("due")[0] == 0
    return enrolled


@pytest.fixture
def named(closed: Kiosk, root: Path) -> Kiosk:
    write(root, "INSERT INTO policy (name, valid_from, value) VALUES ('association', '2020-01-01', ?)", said(SIREN))
    return closed


def said(siren: str) -> str:
    return json.dumps({"siren": siren})


def test_a_fec_gets_its_official_name_in_a_folder_that_is_made_for_it(named: Kiosk, tmp_path: Path) -> None:
    status, _, err = named("export", "fec", "--output", str(tmp_path / "books"))
    path = tmp_path / "books" / f"{SIREN}FEC{TODAY.year}1231.txt"
    assert status == 0, err
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert check(path.name, path.read_bytes(), date(TODAY.year, 1, 1), date(TODAY.year, 12, 31)) == []
    assert str(path) in err


def test_without_a_siren_there_is_no_fec_but_paheko_has_its_file(closed: Kiosk, tmp_path: Path) -> None:
    status, out, err = closed("export", "fec", "--output", str(tmp_path / "books"))
    assert (status, out) == (2, "")
    assert "[no-siren]" in err
    assert "SIREN" in err
    assert not (tmp_path / "books").exists()
    status, out, err = closed("export", "paheko")
    assert status == 0, err
    assert out.startswith("\ufeffNuméro d'écriture;")


def test_what_is_not_closed_is_said(enrolled: Kiosk, root: Path) -> None:  # noqa: F811  # pytest's way
    write(root, "INSERT INTO policy (name, valid_from, value) VALUES ('association', '2020-01-01', ?)", said(SIREN))
    status, _, err = enrolled("export", "fec")
    assert status == 2
    assert f"the first open one is {TODAY}" in err


def test_a_year_that_is_not_over_says_how_far_it_goes(named: Kiosk, tmp_path: Path) -> None:
    assert f"seulement jusqu'au {TODAY}" in named("export", "fec", "--output", str(tmp_path))[2]


def test_other_files_still_want_both_days(closed: Kiosk) -> None:
    status, _, err = closed("export", "payments", "--from", "2026-01-01")
    assert status == 2
    assert "--to" in err


def test_half_a_file_is_none(named: Kiosk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(booking_facts, "of_day", lambda connection, day: [])
    status, _, err = named("export", "fec", "--output", str(tmp_path / "x.txt"))
    assert status == 3
    assert "[books-differ]" in err
    assert not list(tmp_path.glob("*x.txt*"))


def test_long_files_show_how_far_they_are(named: Kiosk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounting, "_LONG", 1)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    status, _, err = named("export", "fec", "--output", str(tmp_path / "x.txt"))
    assert status == 0
    assert "fec" in err
