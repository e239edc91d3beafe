"""Carnets expire: what was paid in advance becomes income, once, and nothing of it can be used or taken back."""

from datetime import timedelta

import pytest

from kiosk.books.due import Due
from kiosk.errors import RequestError
from kiosk.store import audit
from kiosk.store.space.policies import Rules
from tests.conftest import Space

INES = "04A2000000E511"


def due(space: Space) -> Due:
    return Due(store=space.home.store, rules=Rules(space.home.config.zone), seal=space.home.seal, clock=space.clock)


def expiries(space: Space) -> list[tuple[object, ...]]:
    return space.sql(
        "SELECT json_extract(detail, '$.days'), json_extract(detail, '$.cents'), member_number, amount_cents"
        " FROM entry WHERE kind = 'expiry' ORDER BY number"
    )


def used_twice(space: Space) -> int:
    number = space.join("Inès Moreau", INES)
    space.till.sell(number, "carnet-10", None)
    space.tap(INES)
    space.clock.advance(days=1)
    space.tap(INES)
    return number


def test_days_left_become_income_on_the_day_after_the_last_one(space: Space) -> None:
    number = used_twice(space)
    bought = space.clock.now() - timedelta(days=1)
    space.clock.advance(days=(bought + timedelta(days=365) - space.clock.now()).days)
    assert due(space).run().expired == []
    space.clock.advance(days=1)
    assert [(left.member, left.days) for left in due(space).preview().expired] == [(number, 8)]
    assert expiries(space) == []
    due(space).run()
    assert expiries(space) == [(8, 8 * 450, number, 0)]
    assert due(space).run().expired == []
    with space.home.store.reading() as connection:
        audit.check_sums(connection)


def test_a_day_given_back_after_the_expiry_expires_too(space: Space) -> None:
    used_twice(space)
    space.clock.advance(days=400)
    due(space).run()
    (first,) = space.sql("SELECT min(number) FROM entry WHERE kind = 'use'")
    space.till.reverse(int(str(first[0])), "pas venue")
    due(space).run()
    assert [row[:2] for row in expiries(space)] == [(8, 3600), (1, 450)]


def test_a_carnet_that_expired_cannot_be_taken_back(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    sold = space.till.sell(number, "carnet-10", None).entry
    space.clock.advance(days=400)
    due(space).run()
    with pytest.raises(RequestError) as refused:
        space.till.reverse(sold, "erreur")
    assert refused.value.code == "carnet-in-use"


def test_a_carnet_that_was_taken_back_does_not_expire(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    space.till.reverse(space.till.sell(number, "carnet-10", None).entry, "erreur")
    space.clock.advance(days=400)
    assert due(space).run().expired == []
