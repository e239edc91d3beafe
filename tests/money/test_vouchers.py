"""Envelopes, vouchers and banked days: what pays for a day, what the books say of it, and what gives a day back."""

import contextlib
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from kiosk.books import accounting_files
from kiosk.books.accounting_files import ExtractRequest
from kiosk.books.closing import Closings
from kiosk.books.due import Due
from kiosk.errors import RequestError
from kiosk.money import voucher_acts
from kiosk.money.voucher_acts import BankedId, VoucherId
from kiosk.store import audit
from kiosk.store.books import annual_sums
from kiosk.store.checkin import standing, visits
from kiosk.store.engine import Store
from kiosk.store.kept_sums import Sums
from kiosk.store.members import members, merging, organisations
from kiosk.store.members.organisations import Facts
from kiosk.store.money import prepaid, rights, voucher_rows
from kiosk.store.space.policies import Rules
from tests.books.fec_checker import cents, rows_of
from tests.conftest import Space
from tests.money.giving import Vouchers
from tests.premises.keeping import acting

INES, KARIM = "04A2000000E511", "04A1B2C3D4E501"
TODAY = date(2026, 11, 25)
UNUSED = "4191"  # paid in advance


@pytest.fixture
def office(space: Space) -> Vouchers:
    """An organisation that may buy envelopes of 10 days at 45 euros, for a year; Inès and Karim, day by day."""
    envelopes_for_sale(space.home.store)
    with space.home.store.writing() as connection:
        organisations.add(connection, Facts(name="Coopérative Tilleul", kind="cooperative"))
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM)
    return vouchers(space)


def envelopes_for_sale(store: Store) -> None:
    with store.writing() as connection:
        made = connection.exec_driver_sql(
            "INSERT INTO product (code, kind, unit, days, valid_days) VALUES ('bons-10', 'envelope', 'day', 10, 365)"
        ).lastrowid
        connection.exec_driver_sql(
            "INSERT INTO tariff (product_id, level, valid_from, cents) VALUES (?, 'full', '2020-01-01', 4500)", (made,)
        )


def vouchers(space: Space) -> Vouchers:
    return Vouchers(acting(space.home, space.clock, "cli"))


def due(space: Space) -> Due:
    return Due(store=space.home.store, rules=Rules(space.home.config.zone), seal=space.home.seal, clock=space.clock)


def is_well(space: Space) -> None:
    with space.home.store.reading() as connection:
        audit.check_chain(connection, space.home.seal)
        audit.check_sums(connection)


def paid(space: Space) -> list[object]:
    """What paid for the days that stand, by day and member."""
    return [row[0] for row in space.sql("SELECT right FROM visit WHERE state = 'kept' ORDER BY id")]


def uses(space: Space) -> list[tuple[object, ...]]:
    return space.sql(
        "SELECT json_extract(detail, '$.right'), CAST(json_extract(detail, '$.unit_cents') AS INTEGER), amount_cents,"
        " member_number"
        " FROM entry WHERE kind = 'use' ORDER BY number"
    )


def left(space: Space) -> list[object]:
    return [row[0] for row in space.sql("SELECT days - used - expired FROM envelope ORDER BY id")]


def tap(space: Space, uid: str = INES) -> None:
    space.clock.advance(days=1)
    space.tap(uid)


def test_an_envelope_is_charged_to_the_organisation_and_its_days_pay_for_whom_it_names(
    space: Space, office: Vouchers
) -> None:
    sold = office.sell(1, "bons-10")
    assert (sold.amount_cents, sold.until_on) == (4500, TODAY + timedelta(days=365))
    assert space.sql("SELECT balance_cents FROM account WHERE organisation_id = 1") == [(4500,)]
    office.name(1, 1)
    tap(space)
    tap(space, KARIM)
    assert paid(space) == ["voucher", "full"]
    assert uses(space) == [("voucher", 450, 0, 1)]
    assert (left(space), space.owes(1), space.owes(2)) == ([9], 500, 1000)
    is_well(space)


def test_vouchers_come_before_banked_days_and_these_before_a_carnet(space: Space, office: Vouchers) -> None:
    space.till.sell(1, "carnet-10", None)
    office.bank(1, 1, "un accueil")
    office.sell(1, "bons-10")
    office.name(1, 1, days=1)
    for _ in range(4):
        tap(space)
    assert paid(space) == ["voucher", "banked", "carnet", "carnet"]
    assert [row[:2] for row in uses(space)] == [("voucher", 450), ("banked", 0), ("carnet", 450), ("carnet", 450)]
    is_well(space)


def test_a_voucher_has_its_own_days_and_never_more_than_its_envelope(space: Space, office: Vouchers) -> None:
    office.sell(1, "bons-10")
    office.name(1, 1, days=2)
    office.name(1, 2)
    for _ in range(3):
        tap(space)
    assert paid(space) == ["voucher", "voucher", "full"]
    for _ in range(9):
        tap(space, KARIM)
    assert paid(space)[3:] == ["voucher"] * 8 + ["full"]
    assert left(space) == [0]
    is_well(space)


def test_a_voucher_pays_from_its_first_day_to_its_last(space: Space, office: Vouchers) -> None:
    office.sell(1, "bons-10")
    office.name(1, 1, from_on=TODAY + timedelta(days=2), until_on=TODAY + timedelta(days=3))
    for _ in range(4):
        tap(space)
    assert paid(space) == ["full", "voucher", "voucher", "full"]


def test_of_two_vouchers_the_one_that_ends_first_is_used_first(space: Space, office: Vouchers) -> None:
    office.sell(1, "bons-10")
    office.sell(1, "bons-10", TODAY - timedelta(days=300))  # ends in two months
    office.name(1, 1)
    office.name(2, 1, until_on=None)
    tap(space)
    assert left(space) == [10, 9]


def test_a_voucher_that_was_ended_and_an_envelope_that_was_taken_back_pay_for_nothing(
    space: Space, office: Vouchers
) -> None:
    office.sell(1, "bons-10")
    made = office.name(1, 1)
    assert voucher_acts.end_voucher(acting(space.home, space.clock), VoucherId(made)).member == 1
    tap(space)
    entry = office.sell(1, "bons-10").entry
    office.name(2, 1)
    space.till.reverse(entry, "erreur")
    tap(space)
    assert paid(space) == ["full", "full"]
    assert space.sql("SELECT balance_cents FROM account WHERE organisation_id = 1") == [(4500,)]
    is_well(space)


def test_an_envelope_with_used_days_is_not_taken_back_before_they_are(space: Space, office: Vouchers) -> None:
    entry = office.sell(1, "bons-10").entry
    office.name(1, 1)
    tap(space)
    with pytest.raises(RequestError) as refused:
        space.till.reverse(entry, "erreur")
    assert refused.value.code == "carnet-in-use"


def test_a_day_that_is_undone_goes_back_to_where_it_came_from(space: Space, office: Vouchers) -> None:
    office.sell(1, "bons-10")
    office.name(1, 1, days=1)
    office.bank(1, 1, "un accueil")
    tap(space)
    assert paid(space) == ["voucher"]
    with space.home.store.writing() as connection:
        _, moment = Rules(space.home.config.zone).at(connection, space.clock.now())
        assert visits.undo(connection, space.home.seal, 1, moment, "kiosk")
    assert left(space) == [10]
    assert space.sql("SELECT used FROM voucher") == [(0,)]
    is_well(space)
    tap(space)
    tap(space)
    assert space.sql("SELECT used FROM banked_day") == [(1,)]
    (entry,) = space.sql("SELECT max(number) FROM entry WHERE kind = 'use'")
    space.till.reverse(int(str(entry[0])), "pas venue")
    assert space.sql("SELECT used FROM banked_day") == [(0,)]
    is_well(space)


def test_the_database_refuses_a_day_that_is_not_there(space: Space, office: Vouchers) -> None:
    office.sell(1, "bons-10")
    office.name(1, 1, days=1)
    office.bank(1, 1, "un accueil")
    for statement in (
        "UPDATE envelope SET used = 11",
        "UPDATE envelope SET used = -1",
        "UPDATE envelope SET used = 6, expired = 5",
        "UPDATE voucher SET used = 2",
        "UPDATE voucher SET used = -1",
        "UPDATE banked_day SET used = 2",
        "UPDATE banked_day SET used = -1",
    ):
        with pytest.raises(sa.exc.IntegrityError), space.home.store.writing() as connection:
            connection.exec_driver_sql(statement)


def test_days_of_an_envelope_that_nobody_used_in_time_become_income_once(space: Space, office: Vouchers) -> None:
    office.sell(1, "bons-10")
    office.name(1, 1)
    tap(space)
    space.clock.advance(days=400)
    (found,) = due(space).preview().expired
    assert (found.of, found.holder, found.days, found.member) == ("envelope", 1, 9, None)
    due(space).run()
    assert due(space).run().expired == []
    assert space.sql(
        "SELECT json_extract(detail, '$.envelope'), json_extract(detail, '$.cents'), member_number FROM entry"
        " WHERE kind = 'expiry'"
    ) == [(1, 9 * 450, None)]
    assert left(space) == [0]
    is_well(space)


def test_what_is_paid_ahead_is_a_debt_until_it_is_used_and_banked_days_move_no_money(
    space: Space, office: Vouchers
) -> None:
    office.sell(1, "bons-10")
    office.name(1, 1, days=2)
    office.bank(1, 5, "un accueil")
    for _ in range(4):
        tap(space)
    assert paid(space) == ["voucher", "voucher", "banked", "banked"]
    space.clock.advance(days=2)
    rules = Rules(space.home.config.zone)
    parts = {"store": space.home.store, "rules": rules, "seal": space.home.seal, "clock": space.clock}
    Closings(**parts, actor="cli").close_days()  # type: ignore[arg-type]  # as the parts are
    with space.home.store.reading() as connection:
        extract = accounting_files.find(connection, ExtractRequest(year=2026))
        today = rules.at(connection, space.clock.now())[1].day
        assert annual_sums.carnets_left(Sums(connection, today), today) == (8, 0, 0, 8 * 450)
    rows = rows_of(b"".join(accounting_files.stream(space.home.store, extract, training=False)))
    assert sum(cents(row) for row in rows if row["CompteNum"] == UNUSED) == -8 * 450


def test_whose_file_is_merged_keeps_vouchers_and_banked_days(space: Space, office: Vouchers) -> None:
    office.sell(1, "bons-10")
    office.name(1, 2)
    office.bank(2, 3, "un accueil")
    with space.home.store.writing() as connection:
        kept, other = members.by_number(connection, 1), members.by_number(connection, 2)
        merging.merge(connection, kept, other, TODAY, space.clock.now(), "test")
    tap(space)
    assert paid(space) == ["voucher"]
    with space.home.store.reading() as connection:
        assert sum(days for days, _ in rights.days_left(connection, 1, TODAY + timedelta(days=1))) == 9 + 3


def test_a_member_s_days_are_told_by_their_last_day(space: Space, office: Vouchers) -> None:
    soon = TODAY + timedelta(days=30)
    office.sell(1, "bons-10")
    office.name(1, 1, days=4, until_on=soon)
    office.bank(1, 2, "un accueil", until_on=soon)
    office.bank(1, 1, "un autre")
    space.till.sell(1, "carnet-10", None)
    with space.home.store.reading() as connection:
        assert rights.days_left(connection, 1, TODAY) == [(6, soon), (10, TODAY + timedelta(days=365)), (1, None)]


@pytest.mark.parametrize(("own", "of_envelope"), [(30, 10), (10, 30), (10, None), (None, 10), (None, None)])
def test_a_used_voucher_ends_with_its_own_last_day_or_its_envelope_s_the_earlier(
    space: Space, office: Vouchers, own: int | None, of_envelope: int | None
) -> None:
    own_on, envelope_on = (None if days is None else TODAY + timedelta(days=days) for days in (own, of_envelope))
    office.sell(1, "bons-10")
    with space.home.store.writing() as connection:
        expires_on = None if envelope_on is None else envelope_on.isoformat()
        connection.exec_driver_sql("UPDATE envelope SET expires_on = ?", (expires_on,))
    given = office.name(1, 1, until_on=own_on)
    with space.home.store.reading() as connection:
        last = prepaid.expires_on(connection, {"voucher": given})
        assert last == min((each for each in (own_on, envelope_on) if each), default=None)
        assert last == voucher_rows.usable(connection, 1, TODAY)[0].expires_on


def test_banked_days_that_were_ended_or_are_over_pay_for_nothing(space: Space, office: Vouchers) -> None:
    first = office.bank(1, 2, "une erreur")
    office.bank(1, 2, "un accueil", until_on=TODAY + timedelta(days=1))
    assert voucher_acts.end_banked(acting(space.home, space.clock), BankedId(first)).member == 1
    tap(space)
    tap(space)
    assert paid(space) == ["banked", "full"]


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda office: office.sell(9, "bons-10"), "no-such-organisation"),
        (lambda office: office.sell(1, "rien"), "no-such-product"),
        (lambda office: office.sell(1, "carnet-10"), "not-for-sale"),
        (lambda office: office.name(9, 1), "no-such-envelope"),
        (lambda office: office.name(1, 9), "no-such-member"),
        (lambda office: office.name(1, 1, days=11), "voucher-days"),
        (lambda office: office.name(1, 1, days=0), "voucher-days"),
        (lambda office: office.name(1, 1, until_on=TODAY - timedelta(days=1)), "voucher-period"),
        (lambda office: office.name(1, 2, until_on=TODAY), "voucher-given"),
        (lambda office: office.bank(1, 0, "un accueil"), "banked-days"),
        (lambda office: office.bank(1, 61, "un accueil"), "banked-days"),
        (lambda office: office.bank(1, 1, "  "), "reason"),
        (lambda office: office.bank(1, 1, "un accueil", until_on=TODAY - timedelta(days=1)), "banked-days"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(space: Space, office: Vouchers, act: object, code: str) -> None:
    office.sell(1, "bons-10")
    office.name(1, 2)
    before = space.sql("SELECT count(*) FROM entry")
    with pytest.raises(RequestError) as refused:
        act(office)  # type: ignore[operator]  # one of those above
    assert refused.value.code == code
    assert space.sql("SELECT count(*) FROM entry") == before


def test_an_envelope_is_not_sold_to_a_member(space: Space, office: Vouchers) -> None:
    with pytest.raises(RequestError) as refused:
        space.till.sell(1, "bons-10", None)
    assert refused.value.code == "not-for-sale"


def test_a_sale_that_is_sent_twice_is_one(space: Space, office: Vouchers) -> None:
    key = bytes(range(16))
    assert not office.sell(1, "bons-10", key=key).again
    assert office.sell(1, "bons-10", key=key).again
    assert left(space) == [10]


def test_the_audit_finds_days_that_no_entry_used(space: Space, office: Vouchers) -> None:
    office.sell(1, "bons-10")
    office.name(1, 1)
    office.bank(1, 3, "un accueil")
    for statement, named in (
        ("UPDATE voucher SET used = used + 1", "voucher 1"),
        ("UPDATE envelope SET used = used + 1", "envelope 1"),
        ("UPDATE envelope SET expired = expired + 1", "envelope 1"),
        ("UPDATE banked_day SET used = used + 1", "banked days 1"),
    ):
        with contextlib.suppress(RuntimeError), space.home.store.writing() as connection:
            connection.exec_driver_sql(statement)
            with pytest.raises(Exception, match=named):
                audit.check_sums(connection)
            raise RuntimeError


def test_a_standing_knows_the_next_of_each_kind(space: Space, office: Vouchers) -> None:
    office.sell(1, "bons-10")
    office.name(1, 1, days=3)
    office.bank(1, 2, "un accueil")
    space.till.sell(1, "carnet-10", None)
    with space.home.store.reading() as connection:
        policy, _ = Rules(space.home.config.zone).at(connection, space.clock.now())
        found = standing.of_member(connection, 1, policy, TODAY)
    assert found is not None
    assert [(each.right.value, each.days_left, each.value_cents) for each in found.prepaid] == [
        ("voucher", 3, 450),
        ("banked", 2, 0),
        ("carnet", 10, 450),
    ]


def test_what_is_not_there_is_not_ended(space: Space) -> None:
    desk = acting(space.home, space.clock)
    with pytest.raises(RequestError) as voucher:
        voucher_acts.end_voucher(desk, VoucherId(99))
    with pytest.raises(RequestError) as banked:
        voucher_acts.end_banked(desk, BankedId(99))
    assert (voucher.value.code, banked.value.code) == ("no-such-voucher", "no-such-banked-day")
    assert space.sql("SELECT count(*) FROM desk_log") == [(0,)]
