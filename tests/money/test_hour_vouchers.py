"""An envelope of 10 hours, "a few hours a week": six visits, and one departure that is forgotten."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.domain.money import vouchers as vouchers_of_the_domain
from kiosk.domain.periods import Unit
from kiosk.errors import RequestError
from kiosk.exports import voucher_statement
from kiosk.exports.voucher_statement import Statement
from kiosk.messages import envelope_notice
from kiosk.money.vouchers import is_code
from kiosk.selfservice.joining import RulesSheet
from kiosk.selfservice.keyboard import Typed
from kiosk.store.books import annual_sums
from kiosk.store.engine import Store
from kiosk.store.kept_sums import Sums
from kiosk.store.members import organisations
from kiosk.store.members.organisations import Facts
from kiosk.store.money import rights, voucher_rows
from kiosk.store.officers import desk_users
from kiosk.store.space.policies import Rules
from tests.checkin.test_touch import touch
from tests.conftest import Space
from tests.messages.test_outbox import with_mail
from tests.money.giving import Vouchers
from tests.money.test_vouchers import INES, due, is_well, vouchers
from tests.selfservice.self_service import Visit, says_yes

PARIS = ZoneInfo("Europe/Paris")


def sells(store: Store, code: str, unit: str, days: int, cents: int) -> None:
    with store.writing() as connection:
        made = connection.exec_driver_sql(
            "INSERT INTO product (code, kind, unit, days, valid_days) VALUES (?, 'envelope', ?, ?, 365)",
            (code, unit, days),
        ).lastrowid
        connection.exec_driver_sql(
            "INSERT INTO tariff (product_id, level, valid_from, cents) VALUES (?, 'full', '2020-01-01', ?)",
            (made, cents),
        )


@pytest.fixture
def office(space: Space) -> Vouchers:
    """Ten hours for 20 euros; the day is split at 13."""
    sells(space.home.store, "hours-10", "hour", 10, 2000)
    sells(space.home.store, "halves-10", "half-day", 10, 2500)
    space.rule("half_day_split_hour", "13", "2020-01-02")
    with space.home.store.writing() as connection:
        organisations.add(connection, Facts(name="Coopérative Tilleul", kind="cooperative"))
    space.join("Inès Moreau", INES)
    return vouchers(space)


def at(space: Space, day: int, hour: int, minute: int = 0) -> None:
    then = datetime(2026, 11 + day // 31, day % 31 + day // 31, hour, minute, tzinfo=PARIS)
    space.clock.advance(seconds=(then - space.clock.now()).total_seconds())


def came(space: Space, day: int, hour: int, minute: int = 0) -> None:
    at(space, day, hour, minute)
    space.tap(INES)
    space.lift(INES)


def left(space: Space, day: int, hour: int, minute: int = 0) -> None:
    """A tap, and « Je m'en vais »."""
    came(space, day, hour, minute)
    touch(space, Act.LEAVE)


def hours(space: Space) -> tuple[object, ...]:
    return space.sql("SELECT used, days - used FROM envelope")[0]


def test_ten_hours_over_six_visits_with_a_forgotten_departure(space: Space, office: Vouchers) -> None:
    assert office.sell(1, "hours-10").amount_cents == 2000
    office.name(1, 1)
    came(space, 25, 9)
    assert hours(space) == (4, 6)  # until 13 h, for as long as nobody says otherwise
    left(space, 25, 10, 30)
    assert hours(space) == (2, 8)
    came(space, 26, 9, 10)
    left(space, 26, 9, 50)
    assert hours(space) == (3, 7)
    came(space, 27, 11, 20)  # and forgets to say that she leaves: up to 13 h
    assert hours(space) == (5, 5)
    came(space, 28, 14)
    left(space, 28, 15)
    assert hours(space) == (6, 4)
    came(space, 29, 10)
    left(space, 29, 12)
    assert hours(space) == (8, 2)
    came(space, 30, 9)  # two hours are left: no more are taken
    assert hours(space) == (10, 0)
    with space.home.store.reading() as connection:
        day = datetime(2026, 11, 30, tzinfo=PARIS).date()
        assert annual_sums.carnets_left(Sums(connection, day), day) == (0, 0, 0, 0)
        day = datetime(2026, 11, 28, tzinfo=PARIS).date()
        assert annual_sums.carnets_left(Sums(connection, day), day) == (0, 0, 4, 4 * 200)
    left(space, 30, 11)
    assert hours(space) == (10, 0)
    assert space.sql("SELECT right FROM visit WHERE state = 'kept'") == [("voucher",)] * 6
    assert space.owes(1) == 500  # her membership
    came(space, 31, 9)
    assert space.sql("SELECT right FROM visit ORDER BY id DESC LIMIT 1") == [("full",)]
    due(space).run()
    is_well(space)


def test_the_books_take_up_what_each_hour_is_worth(space: Space, office: Vouchers) -> None:
    office.sell(1, "hours-10")
    office.name(1, 1)
    came(space, 25, 9)
    left(space, 25, 10, 30)
    used = space.sql(
        "SELECT kind, json_extract(detail, '$.quantity'), json_extract(detail, '$.unit'),"
        " CAST(json_extract(detail, '$.unit_cents') AS INTEGER)"
        " FROM entry WHERE visit_id IS NOT NULL AND kind = 'use' ORDER BY number"
    )
    assert used == [("use", 4, "hour", 200), ("use", 2, "hour", 200)]
    assert not [row for row in space.sql("SELECT detail FROM entry") if "T09" in str(row[0]) or "09:" in str(row[0])]
    with space.home.store.reading() as connection:
        assert [count for count, _ in rights.hours_left(connection, 1, space.clock.now().date())] == [8]
        assert rights.days_left(connection, 1, space.clock.now().date()) == []


def test_a_day_that_is_undone_gives_all_its_hours_back(space: Space, office: Vouchers) -> None:
    office.sell(1, "hours-10")
    office.name(1, 1)
    came(space, 25, 9)
    touch(space, Act.UNDO)
    assert hours(space) == (0, 10)
    is_well(space)


def test_who_leaves_and_comes_back_has_two_stays(space: Space, office: Vouchers) -> None:
    office.sell(1, "hours-10")
    office.name(1, 1)
    came(space, 25, 9)
    left(space, 25, 10)
    came(space, 25, 15)
    assert hours(space) == (5, 5)
    left(space, 25, 16, 30)
    assert hours(space) == (3, 7)
    is_well(space)


def test_half_days_of_an_envelope_are_used_one_by_one(space: Space, office: Vouchers) -> None:
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("INSERT INTO product (code, kind, unit) VALUES ('half', 'day', 'half-day')")
        connection.exec_driver_sql(
            "INSERT INTO tariff (product_id, level, valid_from, cents)"
            " SELECT id, 'full', '2020-01-01', 300 FROM product WHERE code = 'half'"
        )
        connection.exec_driver_sql(
            "UPDATE zone SET half_product_id = (SELECT id FROM product WHERE code = 'half') WHERE code = 'comfort'"
        )
    office.sell(1, "halves-10")
    office.name(1, 1)
    came(space, 25, 9)
    assert hours(space) == (1, 9)
    came(space, 25, 14)
    assert hours(space) == (2, 8)
    came(space, 26, 15)
    assert hours(space) == (3, 7)
    is_well(space)


def test_hours_that_nobody_used_in_time_become_income(space: Space, office: Vouchers) -> None:
    office.sell(1, "hours-10")
    office.name(1, 1)
    came(space, 25, 9)
    space.clock.advance(days=400)
    (found,) = due(space).preview().expired
    assert (found.days, found.unit.value) == (6, "hour")
    due(space).run()
    is_well(space)


def test_a_code_instead_of_a_name_gives_one_voucher_to_whoever_brings_it(space: Space, office: Vouchers) -> None:
    office.sell(1, "hours-10")
    code = office.code(1, days=4)
    assert len(code) == 8
    assert office.claim(f" {code[:4].lower()}-{code[4:]} ", 1) == 1
    came(space, 25, 9)
    assert space.sql("SELECT days, used FROM voucher") == [(4, 4)]
    with pytest.raises(RequestError) as refused:
        office.claim(code, 1)
    assert refused.value.code == "voucher-code"
    is_well(space)


def press(space: Space, act: Act, value: str) -> None:
    assert space.card.ticket is not None
    space.touch(act, value)


def types(space: Space, code: str) -> None:
    """The code, sign by sign, on the screen's own keys."""
    assert [each.value for each in space.card.options] == [*vouchers_of_the_domain.SIGNS, "delete"]
    for sign in code:
        press(space, Act.KEY, sign)
    touch(space, Act.VOUCHER_KEEP)


def test_whoever_a_company_sends_types_its_code_at_the_screen_and_joins_on_its_envelope(
    space: Space, office: Vouchers
) -> None:
    space.rule("joins_a_day", "2")
    office.sell(1, "hours-10")
    code = office.code(1, days=4)
    at(space, 25, 9)
    space.tap("04FFFFFFFFFF01")
    touch(space, Act.JOIN)
    for letter in "zoe":
        press(space, Act.KEY, letter)
    touch(space, Act.JOIN_RULES)
    touch(space, Act.VOUCHER_CODE)
    types(space, "ABCDEFGH")
    assert isinstance(space.card.sheet, Typed)
    assert space.card.sheet.missing_line == 0
    for _ in range(8):
        press(space, Act.KEY, "delete")
    types(space, code)
    assert isinstance(space.card.sheet, RulesSheet)
    assert space.card.sheet.has_voucher
    assert Act.VOUCHER_CODE not in space.card.acts
    assert hours(space) == (0, 10)  # nobody has joined yet
    touch(space, Act.SPONSOR)
    space.tap(INES)
    says_yes(space, Act.WELCOME)
    assert (space.card.kind.value, space.card.name) == ("joined", "Zoe")
    assert hours(space) == (4, 6)
    assert space.sql("SELECT member_id, days, used FROM voucher") == [(2, 4, 4)]
    assert space.owes(2) == 500  # the membership; the company pays for the day
    is_well(space)


def test_a_member_types_the_code_on_their_own_page_and_it_pays_from_then_on(space: Space, office: Vouchers) -> None:
    office.sell(1, "hours-10")
    at(space, 25, 9)
    paying = Visit(space, INES).pick(Act.PAY)
    assert Act.VOUCHER_CODE not in {each.act for each in paying.options}  # no code waits for anybody
    code = office.code(1)
    Visit(space, INES).pick(Act.PAY)
    press(space, Act.VOUCHER_CODE, "")
    types(space, code)
    assert space.card.kind is CardKind.HOUSE_DONE
    assert Act.DAY in space.card.acts  # today is on her tab, and may be the company's
    touch(space, Act.DAY)
    press(space, Act.DAY_USE, "voucher")
    assert (hours(space), space.owes(1)) == ((4, 6), 500)
    office.code(1)
    Visit(space, INES).pick(Act.PAY)
    press(space, Act.VOUCHER_CODE, "")
    types(space, code)  # a code is used once
    assert isinstance(space.card.sheet, Typed)
    assert space.card.sheet.missing_line == 0
    is_well(space)


def test_a_code_that_is_unknown_taken_back_or_over_gives_nothing(space: Space, office: Vouchers) -> None:
    office.sell(1, "hours-10")
    over = office.code(1, until_on=space.clock.now().date())
    back = office.code(1)
    office.end_code(1, 2)
    space.clock.advance(days=1)
    for wrong in (over, back, "ABCDEFGH", "", "é" * 5000):
        with pytest.raises(RequestError) as refused:
            office.claim(wrong, 1)
        assert refused.value.code == "voucher-code"
    with pytest.raises(RequestError) as refused:
        office.code(1, days=11)
    assert refused.value.code == "voucher-days"
    assert space.sql("SELECT count(*) FROM voucher") == [(0,)]


def is_known(space: Space, code: str) -> bool:
    with space.home.store.reading() as connection:
        _, moment = Rules(space.home.config.zone).at(connection, space.clock.now())
        return is_code(connection, moment, code)


@pytest.mark.parametrize("end", ["expired", "reversed"])
def test_a_code_of_an_envelope_that_is_over_gives_nothing(space: Space, office: Vouchers, end: str) -> None:
    sold = office.sell(1, "hours-10")
    code = office.code(1)
    if end == "reversed":
        space.till.reverse(sold.entry, "wrong organisation")
    else:
        with space.home.store.writing() as connection:
            connection.exec_driver_sql("UPDATE envelope SET expires_on = ?", (space.clock.now().date().isoformat(),))
        assert is_known(space, code)
        space.clock.advance(days=1)
    assert not is_known(space, code)
    with pytest.raises(RequestError) as refused:
        office.claim(code, 1)
    assert refused.value.code == "voucher-code"
    assert space.sql("SELECT count(*) FROM voucher") == [(0,)]


def test_a_code_for_somebody_who_has_a_voucher_stays_as_it_was(space: Space, office: Vouchers) -> None:
    office.sell(1, "hours-10")
    office.name(1, 1)
    code = office.code(1)
    with pytest.raises(RequestError) as refused:
        office.claim(code, 1)
    assert refused.value.code == "voucher-given"
    assert space.sql("SELECT voucher_id, ended_on FROM voucher_code") == [(None, None)]


def test_an_envelope_never_goes_below_nothing(space: Space, office: Vouchers) -> None:
    office.sell(1, "hours-10")
    office.name(1, 1)
    space.join("Karim Benali", "04A1B2C3D4E501")
    office.name(1, 2)
    came(space, 25, 9)  # four
    space.tap("04A1B2C3D4E501")  # four more
    assert hours(space) == (8, 2)
    left(space, 25, 19)  # ten hours, of which six can be had
    assert hours(space) == (10, 0)
    touched = space.sql("SELECT used FROM voucher ORDER BY id")
    assert touched == [(6,), (4,)]
    is_well(space)


def test_what_the_company_reads_is_hours_by_person_and_nothing_else(space: Space, office: Vouchers) -> None:
    office.sell(1, "hours-10")
    office.name(1, 1)
    came(space, 25, 9)
    left(space, 25, 10, 30)
    came(space, 26, 10)
    first, last = space.clock.now().date().replace(day=1), space.clock.now().date()
    with space.home.store.reading() as connection:
        used = voucher_rows.used_by(connection, 1, first, last)
        assert voucher_rows.used_by(connection, 2, first, last) == []
    assert used == [(1, "Inès Moreau", Unit.HOUR, 5)]
    said = Statement("Coopérative Tilleul", first, last, used)
    text = voucher_statement.file(said, "csv", "fr", {}, training=False).decode("utf-8-sig")
    assert text.splitlines()[1:] == ["Utilisé;Inès Moreau;Heures;5", "Utilisé;Toutes les personnes;Heures;5"]
    summed = voucher_statement.file(replace(said, by_person=False), "csv", "fr", {}, training=False).decode()
    assert "Inès" not in summed
    assert voucher_statement.file(said, "pdf", "fr", {}, training=False).startswith(b"%PDF")


def test_a_low_envelope_is_told_once_if_the_association_wants_it(space: Space, office: Vouchers) -> None:
    office.sell(1, "hours-10")
    office.name(1, 1)
    came(space, 25, 9)
    mailing, rules = with_mail(space, 1), Rules(space.home.config.zone)
    with space.home.store.writing() as connection:
        desk_users.add(connection, "nadia@exemple.fr", "Nadia", ["president"], space.clock.now(), None)
    assert envelope_notice.put_in_outbox(mailing, rules, space.clock.now()) == 0
    space.rule("envelope_low_percent", "60", "2020-01-02")
    assert envelope_notice.put_in_outbox(mailing, Rules(space.home.config.zone), space.clock.now()) == 1
    assert envelope_notice.put_in_outbox(mailing, Rules(space.home.config.zone), space.clock.now()) == 0
    ((subject, body),) = space.sql("SELECT subject, body FROM outbox")
    assert "Coopérative Tilleul" in str(subject)
    assert "6 heures" in str(body)
    assert "Inès" not in str(body)
