"""Cash above what the law allows is refused, by whatever way it comes."""

import pytest

from kiosk.errors import RequestError
from kiosk.store.members import members
from kiosk.store.space.policies import Rules
from tests.conftest import Space
from tests.money.giving import Box

INES, KARIM = "04A2000000E511", "04A2000000E522"


def refused(act: object) -> None:
    with pytest.raises(RequestError) as caught:
        act()  # type: ignore[operator]
    assert caught.value.code == "cash-limit"
    assert "L112-6" in str(caught.value)
    assert "cash_limit_cents" in str(caught.value)


def test_cash_above_the_limit_is_refused_and_a_cent_less_is_not(space: Space) -> None:
    ines, karim = space.join("Inès Moreau", INES), space.join("Karim Haddad", KARIM)
    with space.home.store.reading() as connection:
        accounts = [members.by_number(connection, number).account for number in (ines, karim)]
    till, home = space.till, space.home
    refused(lambda: till.pay(ines, 100_001, "cash"))
    refused(lambda: till.take({accounts[0]: 60_000, accounts[1]: 40_001}, "cash", key=bytes(16)))
    assert space.sql("SELECT count(*) FROM entry WHERE kind = 'payment'") == [(0,)]
    till.pay(ines, 100_001, "transfer")
    first = till.pay(ines, 60_000, "cash")
    refused(lambda: till.pay(ines, 40_001, "cash"))  # the same day, the same account
    till.pay(ines, 40_000, "cash")
    till.pay(karim, 100_000, "cash")
    till.reverse(first, "erreur")
    till.pay(ines, 60_000, "cash")
    box = Box(store=home.store, rules=Rules(home.config.zone), seal=home.seal, clock=space.clock, actor="desk:x")
    refused(lambda: box.declare(accounts[1], 100))


def test_a_refund_counts_and_the_rule_may_ask_less(space: Space) -> None:
    ines = space.join("Inès Moreau", INES)
    with space.home.store.reading() as connection:
        account = members.by_number(connection, ines).account
    space.till.pay(ines, 150_000, "transfer")
    refused(lambda: space.till.refund(account, 100_001, "cash", "trop payé"))
    space.rule("cash_limit_cents", "30000", "2026-11-01")
    refused(lambda: space.till.pay(ines, 30_001, "cash"))
    space.till.pay(ines, 30_000, "cash")
