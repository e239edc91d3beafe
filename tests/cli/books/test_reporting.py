"""The annual report and the attestation from the command line."""

import json
from pathlib import Path

import pytest

from kiosk import __version__
from tests.cli.test_commands import Kiosk


@pytest.fixture
def kiosk(root: Path, capsys: pytest.CaptureFixture[str]) -> Kiosk:
    return Kiosk(root, capsys)


@pytest.fixture
def year(kiosk: Kiosk) -> str:
    """The year in which somebody joined."""
    number = str(kiosk.json("members", "add", "--name", "Inès Moreau")["member"])
    kiosk.json("pay", number, "5", "--method", "cash")
    shown = kiosk.json("members", "show", number)
    return str(shown["joined"])[:4]


def test_a_year_is_told_at_a_glance(kiosk: Kiosk, year: str) -> None:
    status, out, _ = kiosk("report", year)
    assert status == 0
    assert out.startswith(f"Annual report {year}.")
    assert "Income, excluding VAT: €5.00" in out
    status, out, _ = kiosk("report", year, "--json")
    assert json.loads(out)["summary"]["received"] == {"year": 500}


@pytest.mark.parametrize("form", ["pdf", "csv", "xlsx", "json"])
def test_a_file_is_what_its_ending_says(kiosk: Kiosk, year: str, tmp_path: Path, form: str) -> None:
    target = tmp_path / f"report.{form}"
    status, out, _ = kiosk("report", year, "--output", str(target))
    assert (status, out.count("\n")) == (0, 1)
    starts = {"pdf": b"%PDF", "csv": b"\xef\xbb\xbfTableau", "xlsx": b"PK", "json": b"{"}
    content = target.read_bytes()
    assert content.startswith(starts[form])
    if form == "json":
        assert json.loads(content)["members"]["joined"] == {"year": 1}


def test_what_cannot_be_is_said_in_a_line(kiosk: Kiosk, year: str, tmp_path: Path) -> None:
    for status, code, arguments in (
        (1, "nothing-found", ["report", "1999"]),
        (2, "output-kind", ["report", year, "--output", "report.doc"]),
        (2, "output-kind", ["attest", "--anyway", "--output", "attestation.doc"]),
        (3, "output", ["report", year, "--output", str(tmp_path / "none" / "report.csv")]),
        (1, "no-vat", ["attest"]),
    ):
        found, _, err = kiosk(*arguments)
        assert (found, err.count("\n"), f"[{code}]" in err) == (status, 1, True), arguments


def test_an_attestation_waits_for_its_signatures(kiosk: Kiosk, tmp_path: Path) -> None:
    status, out, _ = kiosk("attest", "--anyway")
    assert status == 0
    assert f"dans sa version n° {__version__}" in out
    assert out.count("Signature") == 2
    target = tmp_path / "attestation.pdf"
    assert kiosk("attest", "--anyway", "--output", str(target))[0] == 0
    assert target.read_bytes().startswith(b"%PDF")
