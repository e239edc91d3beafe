"""Receipts, notes and statements from the command line."""

from pathlib import Path

import pypdf
import pytest

from tests.cli.standing import TODAY
from tests.cli.test_commands import Kiosk


@pytest.fixture
def kiosk(root: Path, capsys: pytest.CaptureFixture[str]) -> Kiosk:
    return Kiosk(root, capsys)


@pytest.fixture
def number(kiosk: Kiosk) -> str:
    return str(kiosk.json("members", "add", "--name", "Inès Moreau")["member"])


def text_of(file: Path) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(file).pages)


def test_a_receipt_is_read_on_the_screen_then_printed_as_a_duplicate(kiosk: Kiosk, number: str, tmp_path: Path) -> None:
    entry = str(kiosk.json("pay", number, "5", "--method", "cash")["entry"])
    status, out, _ = kiosk("receipt", entry)
    assert status == 0 and "Reçu R-000001" in out and "DUPLICATA" not in out
    file = tmp_path / "R-000001.pdf"
    assert kiosk.json("receipt", entry, "--output", str(tmp_path)) == {
        "document": 1,
        "number": "R-000001",
        "copy": 2,
        "file": str(file),
    }
    assert "DUPLICATA" in text_of(file)
    assert kiosk("verify")[0] == 0


def test_a_charge_has_a_note(kiosk: Kiosk, number: str) -> None:
    entry = str(kiosk.json("sell", number, "permanent")["entry"])
    assert "Note R-000001" in kiosk("receipt", entry)[1]


def test_a_statement_is_of_a_member_or_an_account(kiosk: Kiosk, number: str, tmp_path: Path) -> None:
    month = f"{TODAY:%Y-%m}"
    assert "Relevé R-000001" in kiosk("statement", number, "--month", month)[1]
    file = tmp_path / "relevé.pdf"
    assert kiosk("statement", "--account", "1", "--month", month, "--output", str(file))[0] == 0
    assert "R-000001" in text_of(file)
    assert kiosk("statement", "--month", month)[0] == 2
    assert kiosk("statement", number, "--month", "novembre")[0] == 2
    assert "[period]" in kiosk("statement", number, "--month", "2999-01")[2]


@pytest.mark.parametrize("entry", ["99", "0"])
def test_what_is_not_there_has_no_receipt(kiosk: Kiosk, number: str, entry: str) -> None:
    status, _, err = kiosk("receipt", entry)
    assert (status, "[no-such-entry]" in err) == (2, True)
