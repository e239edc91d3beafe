"""Entries are appended and reversed; numbers, balances and visits follow."""

import json
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from kiosk.domain import chain
from kiosk.domain.checkin.access import Granted, Right
from kiosk.errors import RequestError
from kiosk.store import audit, ledger
from kiosk.store.checkin import visits
from kiosk.store.ledger import Draft

from .place import DAY, Place, morning

GROUP = bytes(16)


def agree(place: Place) -> None:
    """All records fit each other."""
    with place.store.reading() as connection:
        entries, _ = audit.check_chain(connection, place.seal)
        audit.check_texts(connection)
        audit.check_sums(connection)
    assert entries == len(numbers(place))


def numbers(place: Place) -> list[int]:
    """The ledger's numbers in order."""
    with place.store.reading() as connection:
        return list(connection.exec_driver_sql("SELECT number FROM entry ORDER BY number").scalars())


def undo(place: Place, visit: int) -> bool:
    """Take a day back at 10 in the morning."""
    with place.store.writing() as connection:
        _, moment = place.rules.at(connection, morning(hour=9))
        return visits.undo(connection, place.seal, visit, moment, "kiosk")


def test_demo_of_some_months_agrees_with_itself(filled: Place) -> None:
    agree(filled)
    found = numbers(filled)
    assert found == list(range(1, len(found) + 1))
    assert len(found) > 100


def test_numbers_have_no_gap_after_a_transaction_that_failed(place: Place) -> None:
    member = place.join()
    with pytest.raises(RuntimeError), place.store.writing() as connection:
        ledger.append(connection, place.seal, Draft(kind="notice", day_on=DAY, group=GROUP, actor="x"), morning())
        raise RuntimeError
    place.pay(member, 500)
    assert numbers(place) == [1, 2]
    agree(place)


def test_balance_follows_sales_days_and_payments(place: Place) -> None:
    member = place.join()
    assert place.balance() == 500  # the membership's fee
    place.tap(morning())
    assert place.balance() == 1000
    place.pay(member, 1200)
    assert place.balance() == -200
    agree(place)


def test_reversed_charge_is_owed_no_more(place: Place) -> None:
    place.join()
    assert place.reverse(1, "joined twice") == 2
    assert place.balance() == 0
    agree(place)


def test_reversed_payment_is_owed_again(place: Place) -> None:
    place.reverse(place.pay(place.join(), 500))
    assert place.balance() == 500
    agree(place)


def test_entry_is_reversed_once(place: Place) -> None:
    place.join()
    place.reverse(1)
    with pytest.raises(RequestError) as refused:
        place.reverse(1)
    assert refused.value.code == "reversed-already"
    assert "by entry 2" in str(refused.value)
    assert numbers(place) == [1, 2]


def test_reversal_is_not_reversed(place: Place) -> None:
    place.join()
    with pytest.raises(RequestError) as refused:
        place.reverse(place.reverse(1))
    assert refused.value.code == "not-reversible"


@pytest.mark.parametrize("number", [0, 2, -1, 2**62])
def test_entry_that_is_not_there_is_not_reversed(place: Place, number: int) -> None:
    place.join()
    with pytest.raises(RequestError) as refused:
        place.reverse(number)
    assert refused.value.code == "no-such-entry"


@pytest.mark.parametrize("kind", ["notice", "closing"])
def test_what_says_something_only_is_not_reversed(place: Place, kind: str) -> None:
    with place.store.writing() as connection:
        draft = Draft(kind=kind, day_on=DAY, group=GROUP, actor="x")
        number = ledger.append(connection, place.seal, draft, morning())
    with pytest.raises(RequestError) as refused:
        place.reverse(number)
    assert refused.value.code == "not-reversible"


def test_free_text_is_kept_apart_and_sealed_by_its_digest(place: Place) -> None:
    place.join()
    number = place.reverse(1, "Inès, née Moreau")
    with place.store.reading() as connection:
        row = connection.exec_driver_sql("SELECT * FROM entry WHERE number = ?", (number,)).mappings().one()
        text = connection.exec_driver_sql("SELECT salt, body FROM entry_text").one()
    assert text.body == "Inès, née Moreau"
    assert row["text_digest"] == chain.text_digest(text.salt, text.body)
    assert "Moreau" not in " ".join(str(value) for value in row.values())


def test_erased_free_text_leaves_the_chain_whole(place: Place) -> None:
    place.join()
    place.reverse(1, "a reason")
    place.write("DELETE FROM entry_text")
    agree(place)


def test_entry_without_a_text_has_no_digest(place: Place) -> None:
    place.join()
    assert place.scalar("SELECT count(*) FROM entry_text") == 0
    assert place.scalar("SELECT text_digest FROM entry") is None


def test_database_refuses_a_kind_it_does_not_know(place: Place) -> None:
    with pytest.raises(sa.exc.IntegrityError), place.store.writing() as connection:
        ledger.append(connection, place.seal, Draft(kind="gift", day_on=DAY, group=GROUP, actor="x"), morning())


def test_second_tap_of_a_day_writes_nothing(place: Place) -> None:
    place.join()
    first, second = place.tap(morning()), place.tap(morning(hour=15))
    assert first.visit is not None
    assert second.visit is None
    assert isinstance(second.decision, Granted)
    assert second.decision.right is Right.TODAY
    assert place.balance() == 1000


def test_undone_day_costs_nothing_and_can_be_taken_again(place: Place) -> None:
    place.join()
    visit = place.tap(morning()).visit
    assert visit is not None
    assert undo(place, visit)
    assert place.balance() == 500
    assert not undo(place, visit)
    again = place.tap(morning(hour=11)).visit
    assert again is not None
    assert again != visit
    assert place.balance() == 1000
    agree(place)


def test_undone_day_of_a_carnet_goes_back_into_it(place: Place) -> None:
    place.sell(place.join(), "carnet-10")
    visit = place.tap(morning()).visit
    assert visit is not None
    assert place.scalar("SELECT used FROM carnet") == 1
    assert json.loads(str(place.scalar("SELECT detail FROM entry WHERE kind = 'use'")))["unit_cents"] == 450
    undo(place, visit)
    assert place.scalar("SELECT used FROM carnet") == 0
    agree(place)


def test_days_undone_lately_are_counted_in_their_window(place: Place) -> None:
    member = place.join()
    for ago in (0, 29, 30):
        visit = place.tap(morning(DAY - timedelta(days=ago))).visit
        assert visit is not None
        undo(place, visit)
    with place.store.reading() as connection:
        assert visits.undone_lately(connection, member.id, DAY, 30) == 2
        assert visits.undone_lately(connection, member.id + 1, DAY, 30) == 0


def sell_halves(place: Place) -> None:
    """From now on halves of the day are sold, at 3 euros."""
    half = place.write(
        "INSERT INTO product (code, kind, unit, name_fr, name_en) VALUES ('half', 'day', 'half-day', 'Demie', 'Half')"
    )
    place.write("INSERT INTO tariff (product_id, level, valid_from, cents) VALUES (?, 'full', '2020-01-01', 300)", half)
    place.write("UPDATE zone SET half_product_id = ? WHERE code = 'comfort'", half)
    place.write("INSERT INTO policy (name, valid_from, value) VALUES ('half_day_split_hour', '2020-01-01', '13')")


def test_second_half_replaces_the_first_and_the_day_costs_what_a_day_costs(place: Place) -> None:
    place.join()
    sell_halves(place)
    place.tap(morning(hour=8))
    assert place.balance() == 800
    place.tap(morning(hour=14))
    assert place.balance() == 1000
    place.tap(morning(hour=16))
    assert place.balance() == 1000
    assert place.scalar("SELECT count(*) FROM visit WHERE part = 'day' AND charge_entry = 4") == 1
    agree(place)


def test_carnet_bought_at_noon_pays_for_the_morning_too(place: Place) -> None:
    member = place.join()
    sell_halves(place)
    place.tap(morning(hour=8))
    place.sell(member, "carnet-10")
    place.tap(morning(hour=14))
    assert place.balance() == 500 + 4500
    assert place.scalar("SELECT used FROM carnet") == 1
    agree(place)


def test_day_at_half_past_midnight_is_yesterdays(place: Place) -> None:
    place.join()
    place.tap(morning())
    place.tap(morning(DAY, 23) + timedelta(minutes=30))
    assert place.balance() == 1000
    assert place.scalar("SELECT count(*) FROM visit") == 1
    assert place.scalar("SELECT day_on FROM visit") == str(date(2026, 11, 25))
