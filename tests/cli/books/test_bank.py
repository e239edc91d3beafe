"""The bank from the command line."""

from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.money import references
from tests.cli.test_commands import Kiosk, kiosk  # noqa: F401  # the fixture
from tests.domain.books import bank_samples


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "releve.ofx"
    path.write_bytes(bank_samples.ALL["OFX 1"])
    return path


def test_a_dry_run_says_what_is_new_and_keeps_nothing(kiosk: Kiosk, file: Path) -> None:  # noqa: F811
    before = kiosk.content()
    status, out, _ = kiosk("bank", "import", str(file), "--dry-run")
    assert status == 0
    assert "4 new, 0 there already (nothing is kept: --dry-run)" in out
    assert kiosk.content() == before
    assert kiosk("bank", "list")[0] == 1


def test_a_statement_is_imported_once_and_listed(kiosk: Kiosk, file: Path) -> None:  # noqa: F811
    status, _, err = kiosk("bank", "import", str(file))
    assert (status, "[bank-unproved]" in err) == (2, True)
    assert kiosk.json("bank", "import", str(file), "--unproved")["new"] == 4
    again = kiosk.json("bank", "import", str(file))
    assert (again["new"], again["known"]) == (0, 4)
    status, out, _ = kiosk("bank", "list")
    assert (status, len(out.splitlines())) == (0, 4)
    assert len(kiosk.json("bank", "list", "--state", "all")["lines"]) == 4  # type: ignore[arg-type]  # JSON
    assert kiosk("bank", "list", "--state", "ignored")[0] == 1


def test_what_is_sure_is_confirmed_by_its_line(kiosk: Kiosk, tmp_path: Path) -> None:  # noqa: F811
    kiosk.json("members", "add", "--name", "Inès Moreau")
    path = tmp_path / "releve.csv"
    path.write_text(
        f"Date;Libellé;Montant\n20/11/2024;VIR {references.of_account(1)};5,00\n20/11/2024;VIR X;7,00\n", "utf-8"
    )
    status, _, err = kiosk("bank", "import", str(path))
    assert (status, "[bank-unconfirmed]" in err, "--columns 'day,label,sum', in doubt: one-way" in err) == (
        2,
        True,
        True,
    )
    kiosk.json("bank", "import", str(path), "--columns", "day,label,sum")
    assert kiosk.json("bank", "import", str(path))["new"] == 0  # remembered
    listed: Any = kiosk.json("bank", "list")["lines"]
    assert [each["proposal"] and each["proposal"]["worth"] for each in listed] == [None, "sure"]
    status, out, err = kiosk("bank", "confirm", "1", "2")
    assert status == 1
    assert "line 1: entry 2" in out
    assert "line 2: left [bank-not-sure]" in out
    assert "[bank-not-sure]" in err
    assert kiosk.json("members", "show", "1")["balance"] == "0.00"
    assert kiosk("bank", "confirm", "9")[0] == 2
    assert kiosk("verify")[0] == 0


def test_a_dry_run_shows_every_line_and_the_sums_side_by_side(kiosk: Kiosk, tmp_path: Path) -> None:  # noqa: F811
    path = tmp_path / "releve.csv"
    path.write_bytes(
        "Date;Libellé;Sorties;Entrées\n31/02/2025;A;;25,00\n01/03/2025;PRLV ÉLECTRICITÉ;800,00;\n".encode("mac_roman")
    )
    status, out, _ = kiosk("bank", "import", str(path), "--dry-run")
    assert status == 0
    assert "2 refused 31/02/2025 ; A ; 25,00 [bank-day]" in out
    assert "refused:    1 lines          25.00 in      0.00 out" in out
    assert "letters: mac-roman (100 %)" in out
    assert "guessed: --columns 'day,label,debit,credit'" in out
    said = ("bank", "import", str(path), "--columns", "day,label,debit,credit")
    status, _, err = kiosk(*said)
    assert (status, "[bank-lost] 1 lines are refused, line 2" in err or "bank-lost" in err) == (2, True)
    found = kiosk.json(*said, "--without-refused")
    assert (found["new"], found["refused"]) == (1, 1)
    assert kiosk("bank", "import", str(path), "--columns", "day,label")[0] == 2
    assert kiosk("bank", "import", str(path), "--columns", "jour")[0] == 2


@pytest.mark.parametrize("kind", [kind for kind in bank_samples.EVIL if "many" not in kind])
def test_an_evil_file_is_one_line_on_stderr(kiosk: Kiosk, tmp_path: Path, kind: str) -> None:  # noqa: F811
    path = tmp_path / "evil"
    path.write_bytes(bank_samples.EVIL[kind])
    before = kiosk.content()
    status, out, err = kiosk("bank", "import", str(path))
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert kiosk.content() == before


def test_a_file_that_is_not_there_is_said(kiosk: Kiosk, tmp_path: Path) -> None:  # noqa: F811
    status, _, err = kiosk("bank", "import", str(tmp_path / "none.ofx"))
    assert (status, "[import-file]" in err) == (2, True)
