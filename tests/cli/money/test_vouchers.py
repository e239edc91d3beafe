"""Envelopes, vouchers and banked days from the command line."""

from pathlib import Path
from typing import Any, cast

import pytest

from kiosk import home
from kiosk.store.members import organisations
from kiosk.store.members.organisations import Facts
from tests.cli.test_commands import Kiosk
from tests.money.test_vouchers import envelopes_for_sale


@pytest.fixture
def kiosk(root: Path, capsys: pytest.CaptureFixture[str]) -> Kiosk:
    """An organisation, an envelope to sell it, and Inès."""
    with home.opened(root) as opened:
        envelopes_for_sale(opened.store)
        with opened.store.writing() as connection:
            organisations.add(connection, Facts(name="Coopérative Tilleul", kind="cooperative"))
    made = Kiosk(root, capsys)
    made.json("members", "add", "--name", "Inès Moreau", "--badge", "04A2000000E511")
    return made


def test_an_envelope_is_sold_and_names_whom_it_is_for(kiosk: Kiosk) -> None:
    assert kiosk.json("vouchers", "sell", "1", "bons-10")["amount"] == "45.00"
    assert kiosk.json("vouchers", "name", "1", "1", "--days", "3") == {"voucher": 1}
    (found,) = cast("list[dict[str, Any]]", kiosk.json("vouchers", "list")["envelopes"])
    assert (found["name"], found["left"], found["vouchers"][0]["member"]) == ("Coopérative Tilleul", 10, 1)
    status, out, _ = kiosk("vouchers", "list")
    assert status == 0
    assert "Coopérative Tilleul, 10 of 10 days left" in out
    assert "voucher 1: member 1, 0 of 3 days used" in out
    assert kiosk.json("vouchers", "end", "1") == {"member": 1}
    assert kiosk("verify")[0] == 0


def test_days_are_banked_shown_and_ended(kiosk: Kiosk) -> None:
    assert kiosk.json("vouchers", "bank", "1", "2", "--reason", "un accueil") == {"banked": 1}
    _, out, _ = kiosk("vouchers", "show", "1")
    assert out == "banked days 1: 2 of 2 left (un accueil, given by cli)\n"
    assert kiosk.json("vouchers", "unbank", "1") == {"member": 1}
    assert "until" in kiosk("vouchers", "show", "1")[1]


def test_what_cannot_be_is_one_line_with_its_code(kiosk: Kiosk) -> None:
    for arguments, code in (
        (("vouchers", "sell", "9", "bons-10"), "no-such-organisation"),
        (("vouchers", "sell", "1", "carnet-10"), "not-for-sale"),
        (("vouchers", "name", "9", "1"), "no-such-envelope"),
        (("vouchers", "bank", "1", "0", "--reason", "x"), "banked-days"),
        (("sell", "1", "bons-10"), "not-for-sale"),
    ):
        status, _, err = kiosk(*arguments)
        assert (status, err.count("\n"), f"[{code}]" in err) == (2, 1, True), err


@pytest.mark.remedy("vouchers sell", "not-for-sale")
@pytest.mark.remedy("vouchers end", "voucher-given")
def test_what_a_refusal_of_vouchers_advises_helps(kiosk: Kiosk) -> None:
    assert "[not-for-sale]" in kiosk("sell", "1", "bons-10")[2]
    assert kiosk("vouchers", "sell", "1", "bons-10")[0] == 0
    named = ("vouchers", "name", "1", "1", "--days", "3")
    assert kiosk(*named)[0] == 0
    assert "[voucher-given]" in kiosk(*named)[2]
    assert kiosk("vouchers", "end", "1")[0] == 0
    assert kiosk(*named)[0] == 0
