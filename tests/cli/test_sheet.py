"""The sheet beside the door from the command line."""

from pathlib import Path

import pytest

from tests.cli.test_commands import Kiosk


@pytest.fixture
def kiosk(root: Path, capsys: pytest.CaptureFixture[str]) -> Kiosk:
    return Kiosk(root, capsys)


def test_it_is_written_as_a_pdf_or_shown_as_text(kiosk: Kiosk, tmp_path: Path) -> None:
    target = tmp_path / "porte.pdf"
    status, out, _ = kiosk("sheet", "--output", str(target))
    assert (status, out) == (0, f"{target}: to hang beside the door\n")
    assert target.read_bytes().startswith(b"%PDF")
    status, out, _ = kiosk("sheet")
    assert status == 0
    assert "BIENVENUE" in out
    assert "WELCOME" in out


def test_what_cannot_be_written_is_said_in_a_line(kiosk: Kiosk, tmp_path: Path) -> None:
    status, _, err = kiosk("sheet", "--output", str(tmp_path / "nowhere" / "porte.pdf"))
    assert status == 3
    assert "[output]" in err
