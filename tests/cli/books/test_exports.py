"""`export`: every file, to the screen, to a file, to a folder; a workbook; a bar on a terminal."""

import csv
import io
import os
import pty
import subprocess
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.books import exports
from kiosk.exports import xlsx_files
from kiosk.exports.sheets import SHEETS
from tests.cli import standing
from tests.cli.standing import TODAY
from tests.cli.test_commands import Kiosk, enrolled, kiosk  # noqa: F401  # the fixtures

PERIOD = ("--from", "2020-01-01", "--to", "2099-12-31")


@pytest.fixture
def busy(enrolled: Kiosk) -> Kiosk:  # noqa: F811  # pytest's way
    """A member who owes a membership and half paid it."""
    assert enrolled("pay", "1", "2,50", "--method", "cheque")[0] == 0
    return enrolled


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_payments_add_up_with_what_takes_them_back(busy: Kiosk) -> None:
    busy("reverse", "2", "--reason", "chèque refusé")
    _, out, _ = busy("export", "payments", *PERIOD, "--format", "raw")
    first, second = table(out)
    assert (first["kind"], first["received"], first["reversed_by"]) == ("payment", "2.50", "3")
    assert (second["kind"], second["received"], second["reverses"]) == ("reversal", "-2.50", "2")
    assert {row["method"] for row in (first, second)} == {"cheque"}


def test_a_tab_is_as_old_as_its_charges_on_the_last_day_asked_for(busy: Kiosk) -> None:
    (now,) = table(busy("export", "tabs", *PERIOD[:2], "--to", str(TODAY), "--format", "raw")[1])
    assert (now["balance"], now["days_30"], now["older"]) == ("2.50", "2.50", "0.00")
    later = TODAY + timedelta(days=45)
    (then,) = table(busy("export", "tabs", *PERIOD[:2], "--to", str(later), "--format", "raw")[1])
    assert (then["balance"], then["days_30"], then["days_60"]) == ("2.50", "0.00", "2.50")
    before = TODAY - timedelta(days=1)
    assert busy("export", "tabs", *PERIOD[:2], "--to", str(before), "--format", "raw")[0] == 1


@pytest.mark.parametrize("what", SHEETS)
def test_every_export_begins_with_its_columns(busy: Kiosk, what: str) -> None:
    status, out, err = busy("export", what, *PERIOD, "--format", "raw")
    assert out.splitlines()[0] == ",".join(SHEETS[what].columns)
    nothing = ("day-passes", "visits", "occupancy", "cash", "remittances", "bookings", "events")
    assert status == (1 if what in nothing else 0), err


def test_a_workbook_goes_to_a_file_or_a_folder_and_not_to_the_screen(busy: Kiosk, tmp_path: Path) -> None:
    status, out, err = busy("export", "members", *PERIOD, "--format", "xlsx")
    assert (status, out) == (2, "")
    assert "[output-needed]" in err
    folder = tmp_path / "out"
    folder.mkdir()
    assert busy("export", "members", *PERIOD, "--format", "xlsx", "--output", str(folder))[0] == 0
    assert zipfile.ZipFile(folder / "membres-et-soldes_2020-01-01_2099-12-31.xlsx").testzip() is None
    assert busy("export", "members", *PERIOD, "--format", "xlsx", "--output", "/nowhere/x.xlsx")[0] == 3


def test_a_workbook_that_no_spreadsheet_opens_is_refused_before_it_is_begun_and_told_what_holds_all(
    busy: Kiosk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports.check_rows, "__defaults__", (0,))
    monkeypatch.setattr(xlsx_files, "write", None)
    target = tmp_path / "all.xlsx"
    status, _, err = busy("export", "members", *PERIOD, "--format", "xlsx", "--output", str(target))
    assert (status, target.exists()) == (2, False)
    assert "[too-many-rows]" in err
    assert "--format csv" in err


def test_the_limit_of_a_workbook_leaves_room_for_its_header_and_totals() -> None:
    assert xlsx_files.MOST_ROWS + 2 <= 1_048_576


def test_whoever_waits_for_a_long_workbook_is_told_that_its_rows_are_there(busy: Kiosk, tmp_path: Path) -> None:
    _, said = on_a_terminal(busy, 1, "xlsx", "--output", str(tmp_path / "all.xlsx"))
    assert "100%" in said
    assert "put together" in said


def on_a_terminal(busy: Kiosk, long: int, form: str = "raw", *more: str) -> tuple[str, str]:
    """What an export writes, and what it says to somebody who looks on; `long` rows are worth a bar."""
    code = f"from kiosk.cli.books import exports; exports._LONG = {long}"
    arguments = ["--home", str(busy.root), "export", "members", *PERIOD, "--format", form, *more]
    ours, theirs = pty.openpty()
    done = subprocess.run([*standing.command(code), *arguments], stdout=subprocess.PIPE, stderr=theirs, check=True)
    os.close(theirs)
    try:
        said = os.read(ours, 10_000).decode()
    except OSError:  # nobody said anything
        said = ""
    os.close(ours)
    return done.stdout.decode(), said


@pytest.mark.parametrize(("long", "says"), [(1, "100%"), (2, "")])
def test_only_a_long_export_draws_a_bar_and_only_on_the_terminal(busy: Kiosk, long: int, says: str) -> None:
    text, said = on_a_terminal(busy, long)
    assert says in said
    assert bool(said) == bool(says)
    assert [row["member"] for row in table(text)] == ["1"]
