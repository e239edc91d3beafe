"""VAT within a price, to the cent; and what is said where there is none."""

import pytest

from kiosk.domain.money import vat
from kiosk.domain.money.vat import VatStatus
from tests.domain.values import policy


@pytest.mark.parametrize(
    ("gross", "rate", "net", "tax"),
    [
        (500, 2000, 417, 83),  # 83.33
        (10000, 2000, 8333, 1667),  # 1666.67
        (1055, 550, 1000, 55),
        (250, 1000, 227, 23),  # 22.73
        (3, 2000, 2, 1),  # 0.5 goes up
        (1, 2000, 1, 0),
        (0, 2000, 0, 0),
        (500, 0, 500, 0),
        (500, None, 500, 0),
        (200, 10000, 100, 100),
    ],
)
def test_a_price_holds_its_tax_to_the_cent(gross: int, rate: int | None, net: int, tax: int) -> None:
    assert vat.split(gross, rate) == (net, tax)


def test_net_and_tax_are_always_the_price() -> None:
    for gross in range(2000):
        for rate in (210, 550, 1000, 2000):
            net, tax = vat.split(gross, rate)
            assert net + tax == gross
            assert abs(tax - gross * rate / (10000 + rate)) <= 0.5


def test_a_rate_is_written_as_people_say_it() -> None:
    assert [vat.plain(rate, ",") for rate in (2000, 550, 210, 1000, 0, 5)] == ["20", "5,5", "2,1", "10", "0", "0,05"]


def test_who_collects_none_says_why() -> None:
    assert "261-7-1" in vat.wording("exempt", "fr")
    assert "293 B" in vat.wording(VatStatus.FRANCHISE, "en")
    assert vat.wording("liable", "fr") == ""


def test_a_product_has_a_rate_only_while_the_association_is_liable() -> None:
    rates = {"day": 2000, "membership": 0}
    liable = policy(vat_status=VatStatus.LIABLE, vat_rates=rates)
    assert (liable.vat("day"), liable.vat("membership"), liable.vat("week"), liable.vat(None)) == (2000,) + (None,) * 3
    assert policy(vat_rates=rates).vat("day") is None
    assert policy(vat_status=VatStatus.LIABLE).vat("day") is None
