"""The cash box and cheques from the command line."""

import pytest

from tests.cli.test_commands import Kiosk, kiosk  # noqa: F401  # the fixture


@pytest.fixture
def busy(kiosk: Kiosk) -> Kiosk:  # noqa: F811  # pytest's way
    """A member who paid in cash and by cheque, and declared some cash."""
    kiosk.json("members", "add", "--name", "Inès Moreau")
    kiosk.json("pay", "1", "20", "--method", "cash")
    kiosk.json("pay", "1", "12,50", "--method", "cheque")
    assert kiosk.json("cash", "declare", "1", "7") == {"entry": 4}
    return kiosk


def test_the_box_is_shown_counted_and_carried(busy: Kiosk) -> None:
    shown = busy.json("cash", "show")
    assert shown["content"] == "20.00"
    declared = shown["declared"]
    assert isinstance(declared, list)
    assert [(row["entry"], row["amount"], row["member"]) for row in declared] == [(4, "7.00", 1)]
    status, _, err = busy("cash", "count", "1x20", "--found", "4")
    assert (status, "[reason]" in err) == (2, True)
    made = busy.json("cash", "count", "1x20", "1x5", "1x2", "2x0.50", "--found", "4", "--reason", "un euro trouvé")
    assert made == {"entry": 6, "counted": "28.00", "expected": "27.00", "difference": "1.00"}
    assert busy.json("cash", "bank", "20") == {"entry": 7}
    assert busy.json("cash", "show") == {"content": "8.00", "declared": []}
    status, _, err = busy("cash", "bank", "8,01")
    assert (status, "[box-short]" in err) == (2, True)
    assert busy("verify")[0] == 0


def test_cash_that_is_not_there_is_said_so(busy: Kiosk) -> None:
    busy.json("cash", "count", "1x20", "--missing", "4")
    assert busy.json("cash", "show") == {"content": "20.00", "declared": []}


@pytest.mark.parametrize("pieces", ["20", "x20", "3x", "3x-5", "3x7", "3x1e3"])
def test_what_is_no_coin_is_refused(busy: Kiosk, pieces: str) -> None:
    assert busy("cash", "count", pieces, "--reason", "?")[0] == 2


def test_cheques_go_on_a_slip_and_bounce(busy: Kiosk) -> None:
    waiting = busy.json("cheques", "list")["cheques"]
    assert isinstance(waiting, list)
    assert [(row["entry"], row["amount"]) for row in waiting] == [(3, "12.50")]
    made = busy.json("cheques", "deposit", "--cash", "5")
    assert made == {"entry": 5, "slip": 1, "pieces": 1, "amount": "12.50"}
    assert busy.json("cheques", "list") == {"cheques": []}
    assert busy("cheques", "deposit")[0] == 2
    assert busy.json("cheques", "bounce", "3", "--fee", "9", "--reason", "sans provision") == {"entry": 7}
    assert busy("cheques", "bounce", "3", "--reason", "encore")[0] == 2
    assert busy("verify")[0] == 0


def test_everything_wrong_with_a_command_is_told_at_once(busy: Kiosk) -> None:
    status, out, err = busy("cash", "declare", "-1", "five")
    assert (status, out, [line.rsplit(" ", 1)[1] for line in err.splitlines()]) == (2, "", ["[amount]", "[number]"])
    assert busy("cash", "declare", "1", "-5")[0] == 2
    assert len(busy.json("cash", "show")["declared"]) == 1  # type: ignore[arg-type]  # a list


@pytest.mark.parametrize("month", ["2026-13", "november", "2026-11-01", "20261"])
def test_what_is_no_month_is_refused(busy: Kiosk, month: str) -> None:
    status, _, err = busy("statement", "1", "--month", month)
    assert (status, "a month is written like 2026-11" in err, "[day]" in err) == (2, True, True), err
