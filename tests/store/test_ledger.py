"""Entries are appended and reversed; numbers, balances and visits follow."""

import json
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from kiosk.domain import chain
from kiosk.domain.checkin.standing import Right
from kiosk.domain.checkin.verdicts import Granted
from kiosk.errors import RequestError
from kiosk.store import audit, ledger
from kiosk.store.checkin import visits
from kiosk.store.ledger import Draft
from kiosk.store.money import reversal_checks, reversals
from kiosk.store.officers import desk_log

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


def written(place: Place, number: int) -> dict[str, object]:
    """An entry as the table has it, without what its seal is made of."""
    with place.store.reading() as connection:
        row = connection.exec_driver_sql("SELECT * FROM entry WHERE number = ?", (number,)).mappings().one()
    return {name: value for name, value in row.items() if name not in ("mac", "form", "key_id", "text_digest")}


def append(place: Place, draft: Draft, **more: bytes) -> int:
    """Write an entry at 8 in the morning."""
    with place.store.writing() as connection:
        return ledger.append(connection, place.seal, draft, morning(), id_=more.get("id_"))


def test_entry_is_written_as_it_was_drafted(place: Place) -> None:
    place.join()
    name = bytes(range(16))
    draft = Draft(
        kind="payment",
        day_on=DAY,
        group=GROUP,
        actor="till",
        amount_cents=-200,
        account=1,
        member_number=1,
        method="cash",
        detail={"cheque": "12"},
    )
    assert append(place, draft, id_=name) == 2
    assert written(place, 2) == {
        "number": 2,
        "id": name,
        "recorded_at": "2026-11-25",
        "day_on": "2026-11-25",
        "kind": "payment",
        "account_id": 1,
        "visit_id": None,
        "group_id": GROUP,
        "member_number": 1,
        "actor": "till",
        "amount_cents": -200,
        "method": "cash",
        "reverses": None,
        "detail": '{"cheque":"12"}',
    }
    assert place.balance() == 500 - 200
    agree(place)


def test_entry_that_only_says_something_moves_nothing_and_is_nobodys(place: Place) -> None:
    place.join()
    first = append(place, Draft(kind="notice", day_on=DAY, group=GROUP, actor="x"))
    second = append(place, Draft(kind="notice", day_on=DAY, group=GROUP, actor="x"))
    rows = [written(place, number) for number in (first, second)]
    assert rows[0].pop("id") != rows[1].pop("id")
    assert [row.pop("number") for row in rows] == [2, 3]
    assert rows[0] == rows[1]
    nothing = ("account_id", "visit_id", "member_number", "method", "reverses", "amount_cents", "detail")
    assert [rows[0][name] for name in nothing] == [None, None, None, None, None, 0, "{}"]
    assert place.balance() == 500


@pytest.mark.parametrize(
    ("day_on", "written_on", "detail"),
    [
        (DAY - timedelta(days=1), DAY + timedelta(days=1), '{"concerns":"2026-11-24","why":"x"}'),
        (DAY, DAY + timedelta(days=1), '{"concerns":"2026-11-25","why":"x"}'),
        (DAY + timedelta(days=1), DAY + timedelta(days=1), '{"why":"x"}'),
    ],
)
def test_entry_of_a_closed_day_is_of_the_next_and_says_which_it_concerns(
    place: Place, day_on: date, written_on: date, detail: str
) -> None:
    place.join()
    draft = Draft(kind="notice", day_on=day_on, group=GROUP, actor="x", detail={"why": "x"})
    with place.store.writing() as connection:
        closed = replace(ledger.head(connection), closed_on=DAY)
        assert ledger.append(connection, place.seal, draft, morning(), closed) == 2
    row = written(place, 2)
    assert (row["day_on"], row["detail"]) == (str(written_on), detail)
    agree(place)


def test_last_closed_day_is_what_closes_and_no_month_does(place: Place) -> None:
    made = [append(place, Draft(kind="closing", day_on=DAY, group=GROUP, actor="x")) for _ in range(3)]
    closings = [("day", DAY - timedelta(days=1)), ("day", DAY), ("month", date(2026, 11, 30))]
    for (kind, until_on), number in zip(closings, made, strict=True):
        statement = "INSERT INTO closing (kind, from_on, until_on, entry_number) VALUES (?, ?, ?, ?)"
        place.write(statement, kind, str(until_on), str(until_on), number)
    with place.store.reading() as connection:
        assert ledger.head(connection).closed_on == DAY


def test_transaction_acts_as_its_last_entry_says_else_as_who_read_the_rules_or_wrote_in_the_log(place: Place) -> None:
    draft = Draft(kind="notice", day_on=DAY - timedelta(days=1), group=GROUP, actor="secretary")
    with place.store.writing() as connection:
        place.rules.at(connection, morning())
        assert ledger.act_of(connection) == (morning(), DAY, None)
        desk_log.add(connection, morning(), "desk:a@exemple.fr", "look", None, None)
        assert ledger.act_of(connection) == (morning(), DAY, "desk:a@exemple.fr")
        ledger.append(connection, place.seal, draft, morning(hour=9))
        assert ledger.act_of(connection) == (morning(hour=9), DAY - timedelta(days=1), "secretary")
    with place.store.writing() as connection:
        assert ledger.act_of(connection) == (None, None, None)


def test_first_entry_of_an_act_has_its_name_and_the_others_their_own(place: Place) -> None:
    name = bytes(range(16))
    draft = Draft(kind="notice", day_on=DAY, group=name, actor="x")
    with place.store.writing() as connection:
        made = [ledger.append_to_act(connection, place.seal, draft, morning()) for _ in range(2)]
        assert ledger.by_id(connection, name) == 1
        assert ledger.by_id(connection, bytes(16)) is None
    assert made == [1, 2]
    assert written(place, 1)["id"] == name
    assert written(place, 2)["id"] != name
    assert {written(place, number)["group_id"] for number in made} == {name}


def test_reversal_is_its_entry_the_other_way_round(place: Place) -> None:
    payment = place.pay(place.join(), 300)
    name = bytes(range(16))
    with place.store.writing() as connection:
        made = reversals.reverse(
            connection, place.seal, payment, at=morning(hour=9), day_on=DAY, actor="x", reason="why", id_=name
        )
    before, after = written(place, payment), written(place, made)
    assert after == {
        **before,
        "number": made,
        "id": name,
        "recorded_at": "2026-11-25",
        "kind": "reversal",
        "actor": "x",
        "amount_cents": 300,
        "reverses": payment,
        "detail": "{}",
    }
    assert before["account_id"] is not None
    assert before["method"] == "cash"
    agree(place)


def test_reversed_day_names_its_visit_and_its_member(place: Place) -> None:
    place.join()
    place.tap(morning())
    before, after = written(place, 2), written(place, place.reverse(2))
    same = ("visit_id", "account_id", "member_number", "group_id", "method")
    assert [after[name] for name in same] == [before[name] for name in same]
    assert before["visit_id"] == 1
    assert before["member_number"] == 1


def test_what_can_be_taken_back_is_a_list_that_the_desk_shows() -> None:
    moves = {"charge", "use", "payment", "refund", "write-off", "deposit", "credited", "gift"}
    assert set(reversals.REVERSIBLE) == moves | {"count", "declaration", "remittance", "appropriation", "opening"}


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        ("payment", True),
        ("refund", True),
        ("count", True),
        ("declaration", True),
        ("remittance", True),
        ("charge", False),
        ("write-off", False),
        ("deposit", False),
        ("credited", False),
    ],
)
def test_what_the_box_and_the_slips_know_of_is_taken_back_with_them(
    place: Place, monkeypatch: pytest.MonkeyPatch, kind: str, asked: bool
) -> None:
    told: list[tuple[object, ...]] = []
    monkeypatch.setattr(reversal_checks, "check", lambda _connection, *of, bounced: told.append((*of, bounced)))
    monkeypatch.setattr(reversal_checks, "follow", lambda _connection, *of: told.append(of))
    draft = Draft(kind=kind, day_on=DAY, group=GROUP, actor="x")
    number = place.pay(place.join(), 300) if kind == "payment" else append(place, draft)
    by = place.reverse(number)
    assert told == ([(number, kind, False), (number, kind, by)] if asked else [])


@pytest.mark.parametrize(("bounced", "code"), [(False, "not-reversible"), (True, None)])
def test_word_that_a_cheque_bounced_is_taken_back_by_the_bank_alone(
    place: Place, bounced: bool, code: str | None
) -> None:
    place.join()
    number = append(place, Draft(kind="bounce", day_on=DAY, group=GROUP, actor="x"))
    refused: str | None = None
    with place.store.writing() as connection:
        try:
            reversals.reverse(
                connection, place.seal, number, at=morning(), day_on=DAY, actor="x", reason=None, bounced=bounced
            )
        except RequestError as refusal:
            refused = refusal.code
    assert refused == code


def test_what_is_read_of_one_entry(place: Place) -> None:
    with place.store.reading() as connection:
        assert ledger.head(connection) == ledger.Head(0, chain.START, None)
    place.join()
    place.tap(morning())
    draft = Draft(kind="notice", day_on=DAY, group=GROUP, actor="x", detail={"why": "x"})
    number = append(place, draft)
    with place.store.reading() as connection:
        macs = list(connection.exec_driver_sql("SELECT mac FROM entry ORDER BY number").scalars())
        assert ledger.head(connection) == ledger.Head(3, macs[2], None, key_id=place.seal.key_id)
        assert [ledger.mac(connection, n) for n in (0, 1, 2, 3, 4)] == [None, *macs, None]
        assert ledger.detail(connection, number) == {"why": "x"}
        assert ledger.account_of(connection, 2) == 1
        actors = [ledger.actor_of(connection, n) for n in (1, 2, number, 4)]
        assert actors == ["secretary", ledger.AT_THE_DOOR, "x", None]
        with pytest.raises(sa.exc.NoResultFound):
            ledger.account_of(connection, number)
        assert ledger.reversed_by(connection, 1) is None
    by = place.reverse(1)
    with place.store.reading() as connection:
        assert ledger.reversed_by(connection, 1) == by


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ((), [*range(1, 206)]),
        ((204,), [204, 205]),
        ((2, 3), [2, 3]),
        ((205, 205), [205]),
        ((206,), []),
    ],
)
def test_entries_are_read_in_order_and_in_small_pages(
    place: Place, bounds: tuple[int, ...], expected: list[int]
) -> None:
    with place.store.writing() as connection:
        for _ in range(205):
            draft = Draft(kind="notice", day_on=DAY, group=GROUP, actor="x")
            ledger.append(connection, place.seal, draft, morning())
    with place.store.reading() as connection:
        pages = list(ledger.sealed(connection, *bounds))
    assert [row[0] for page in pages for row in page] == expected
    assert [len(page) for page in pages] == [
        n for n in (min(100, max(0, len(expected) - at)) for at in (0, 100, 200)) if n
    ]


@pytest.mark.promise(3)
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


@pytest.mark.promise(3)
def test_entry_is_reversed_once(place: Place) -> None:
    place.join()
    place.reverse(1)
    with pytest.raises(RequestError) as refused:
        place.reverse(1)
    assert refused.value.code == "reversed-already"
    assert refused.value.values == {"entry": 1, "by": 2}
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
    assert len(text.salt) == 16
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
        ledger.append(connection, place.seal, Draft(kind="wonder", day_on=DAY, group=GROUP, actor="x"), morning())


@pytest.mark.promise(2)
def test_second_tap_of_a_day_writes_nothing(place: Place) -> None:
    place.join()
    first, second = place.tap(morning()), place.tap(morning(hour=15))
    assert [len(first.tap_id), len(second.tap_id)] == [16, 16]
    assert first.tap_id != second.tap_id
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
    half = place.write("INSERT INTO product (code, kind, unit) VALUES ('half', 'day', 'half-day')")
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
    other = "04A2000000E522"
    place.join("Karim Benali", uid=other)
    place.tap(morning(DAY, 23) + timedelta(minutes=30), other)
    assert place.scalar("SELECT recorded_at FROM entry ORDER BY number DESC LIMIT 1") == str(date(2026, 11, 25))
