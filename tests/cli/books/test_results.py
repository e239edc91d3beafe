"""`results` on the command line: the list, a vote, and another program's balances."""

from pathlib import Path

from tests.cli.test_commands import Kiosk, kiosk  # noqa: F401  # the fixture

BALANCE = "Compte;Libellé;Débit;Crédit\n530;Caisse;80,00;\n110;Report à nouveau;;80,00\n"


def test_balances_are_tried_then_taken_over_once(kiosk: Kiosk, tmp_path: Path) -> None:  # noqa: F811  # pytest's way
    file = tmp_path / "balance.csv"
    file.write_text(BALANCE, "utf-8")
    status, said, _ = kiosk("results", "take-over", str(file), "--on", "2026-08-31", "--dry-run")
    assert (status, "nothing is written" in said) == (0, True)
    found = kiosk.json("results", "take-over", str(file), "--on", "2026-08-31")
    assert found["accounts"] == {"110": "-80.00", "530": "80.00"}
    status, _, said = kiosk("results", "take-over", str(file), "--on", "2026-08-31")
    assert (status, "[opening-there]" in said) == (2, True)
    assert "80.00" in kiosk("cash", "show")[1]
    file.write_text(BALANCE.replace(";;80", ";;81"), "utf-8")
    status, _, said = kiosk("results", "take-over", str(file), "--on", "2026-08-31")
    assert (status, "[opening-unbalanced]" in said) == (2, True)
    assert kiosk("results", "take-over", "/nothing", "--on", "2026-08-31")[0] == 2


def test_without_a_closed_year_there_is_nothing_to_vote_on(kiosk: Kiosk) -> None:  # noqa: F811  # pytest's way
    assert kiosk("results", "list")[0] == 1
    status, _, said = kiosk("results", "vote", "2026", "--on", "2026-11-01", "--forward", "5")
    assert (status, "[no-result]" in said) == (2, True)
