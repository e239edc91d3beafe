"""A month of hosting, told: a swap, a gap, a no-show, and what the annual report says of volunteering."""

import re
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from kiosk.books import annual_report
from kiosk.domain.hosting.rota import Shift, ShiftKind
from kiosk.errors import RequestError
from kiosk.exports.books import annual_tables
from kiosk.home import Home
from kiosk.hosting import asking, turns
from kiosk.hosting.links import Links
from kiosk.hosting.rota import Rota
from kiosk.store.hosting import rota_rows, swap_rows
from kiosk.store.money import voucher_rows
from kiosk.store.space.policies import Rules
from tests.conftest import Space
from tests.messages.test_outbox import with_mail

TUESDAYS = [date(2026, 12, day) for day in (1, 8, 15, 22, 29)]


class House:
    """A space with a rota: hosting on Tuesdays from 9 h to 13 h."""

    def __init__(self, space: Space) -> None:
        self.space = space
        space.rule("hosting", "true")
        space.rule("volunteer_hour_cents", "1200")
        self.home: Home = with_mail(space, 1)
        self.rules = Rules(space.home.config.zone)
        self.rota = Rota(store=space.home.store, rules=self.rules, clock=space.clock, actor="desk:nadia")
        self.links = Links(store=space.home.store, rules=self.rules, clock=space.clock)
        self.ines = self.member("Inès Moreau", "04A2000000E511", asked=True)
        self.karim = self.member("Karim Benali", "04A1B2C3D4E501", asked=True)
        self.zoe = self.member("Zoé Petit", "04A2000000E518", asked=False)
        self.rota.add_slot(1, "hosting", 540, 780, 1)

    def member(self, name: str, uid: str, *, asked: bool) -> int:
        number = self.space.join(name, uid)
        first = name.split(maxsplit=1)[0].lower()
        with self.space.home.store.writing() as connection:
            connection.exec_driver_sql(
                "UPDATE member SET email = ?, asked_to_host = ? WHERE number = ?",
                (f"{first}@exemple.fr", int(asked), number),
            )
        return number

    def shift(self, day: date) -> Shift:
        with self.space.home.store.reading() as connection:
            return rota_rows.turns(connection, day, day)[0].shift

    def due(self) -> int:
        return asking.run(self.home, self.rules, self.space.clock.now())

    def on(self, day: date) -> None:
        """The evening of a day."""
        self.space.clock.advance(days=(day - self.space.clock.now().date()).days)
        self.space.clock.advance(hours=max(0, 17 - self.space.clock.now().hour))

    def mails(self, since: int = 0) -> list[tuple[object, ...]]:
        return self.space.sql(f"SELECT recipient, subject, body FROM outbox WHERE id > {since} ORDER BY id")

    def tokens(self, recipient: str) -> list[str]:
        """The links in the mails to somebody, in their order."""
        bodies = self.space.sql(f"SELECT body FROM outbox WHERE recipient = '{recipient}' ORDER BY id")
        return [token for (body,) in bodies for token in re.findall(r"/accueil/([\w-]+)", str(body))]


@pytest.fixture
def house(space: Space) -> House:
    return House(space)


def test_a_month_with_a_swap_a_gap_and_a_no_show_is_told_in_the_annual_report(house: House) -> None:
    first, second, third = TUESDAYS[:3]
    house.rota.add_slot(4, "cleaning", 1020, 1080, 1)
    house.rota.take(house.shift(first).id, house.ines)
    house.rota.take(house.shift(second).id, house.karim)
    house.rota.take(house.shift(third).id, house.karim)
    with house.space.home.store.reading() as connection:
        before = rota_rows.version(connection)
    house.rota.swap(house.shift(first).id, house.shift(second).id)
    with house.space.home.store.reading() as connection:
        assert rota_rows.version(connection) != before, "the report that is remembered is another one now"
    assert [house.shift(day).member for day in TUESDAYS] == [house.karim, house.ines, house.karim, None, None]
    house.on(first)
    house.rota.confirm(house.shift(first).id)  # as announced: four hours
    house.on(second)
    house.rota.confirm(house.shift(second).id, 150)
    house.on(date(2026, 12, 31))  # the third was never confirmed, nobody took the fourth and fifth
    with house.space.home.store.reading() as connection:
        _, moment = house.rules.at(connection, house.space.clock.now())
        (year,) = annual_report.years(connection, moment.day)
        found = annual_report.report(connection, house.rules, year, moment)
    told = found.volunteering
    cleaning = [date(2026, 11, 27), *(date(2026, 12, day) for day in (4, 11, 18, 25))]
    assert (told.planned, told.held) == (len(TUESDAYS) + len(cleaning), 2)
    assert (told.gaps, told.unconfirmed, told.people) == (2 + len(cleaning), 1, 2)
    assert (told.minutes, told.cents) == (240 + 150, 7800)  # 6.5 hours at 12 euros
    (table,) = [each for each in annual_tables.all_tables(found, "fr") if each.code == "volunteering"]
    cells = {row.code: row.cells[0] for row in table.rows}
    assert (cells["given"], cells["received"], cells["hours"]) == (7800, 7800, 65)
    assert [row.heading[:3] for row in table.rows[-2:]] == ["864", "875"]


def test_a_year_without_a_rota_says_nothing_of_volunteering(space: Space) -> None:
    space.join("Inès Moreau", "04A2000000E511")
    rules = Rules(space.home.config.zone)
    with space.home.store.reading() as connection:
        _, moment = rules.at(connection, space.clock.now())
        (year,) = annual_report.years(connection, moment.day)
        found = annual_report.report(connection, rules, year, moment)
    assert "volunteering" not in {each.code for each in annual_tables.all_tables(found, "fr")}


def test_a_free_turn_is_asked_for_in_time_and_once_more_on_the_eve(house: House) -> None:
    tuesday = TUESDAYS[0]
    house.on(date(2026, 11, 26))
    assert house.due() == 0  # five days before is too early
    house.on(date(2026, 11, 27))
    assert house.due() == 2  # Inès and Karim, who want to be asked; Zoé does not
    assert house.due() == 0
    assert [to for to, _, _ in house.mails()] == ["inès@exemple.fr", "karim@exemple.fr"]
    house.on(date(2026, 11, 30))
    assert house.due() == 2
    house.links.follow(house.tokens("karim@exemple.fr")[-1])
    assert house.shift(tuesday).member == house.karim
    with pytest.raises(RequestError, match="expired") as over:
        house.links.follow(house.tokens("karim@exemple.fr")[-1])
    assert over.value.code == "link-over"
    with pytest.raises(RequestError) as taken:
        house.links.follow(house.tokens("inès@exemple.fr")[-1])
    assert taken.value.code == "shift-taken"


def test_whoever_holds_a_turn_is_reminded_may_give_it_up_by_link_and_is_thanked(house: House) -> None:
    tuesday = TUESDAYS[0]
    house.rota.take(house.shift(tuesday).id, house.ines)
    house.on(date(2026, 11, 30))
    house.due()
    (give_up,) = house.tokens("inès@exemple.fr")
    house.links.follow(give_up)
    assert house.shift(tuesday).member is None
    house.rota.take(house.shift(tuesday).id, house.karim)
    house.on(date(2026, 12, 2))
    house.due()
    confirm = house.tokens("karim@exemple.fr")[-1]
    assert not house.shift(tuesday).confirmed
    house.links.read(confirm)
    assert not house.shift(tuesday).confirmed  # opening a link does nothing
    house.links.follow(confirm)
    assert house.shift(tuesday).declared_minutes == 240
    assert not [body for _, _, body in house.mails() if "Benali" in str(body) or "Moreau" in str(body)]


def test_a_swap_is_asked_and_answered_by_link_and_both_hear_of_it(house: House) -> None:
    first, second = TUESDAYS[:2]
    mine, theirs = (
        house.rota.take(house.shift(first).id, house.ines),
        house.rota.take(house.shift(second).id, house.zoe),
    )
    with house.space.home.store.writing() as connection:
        _, moment = house.rules.at(connection, house.space.clock.now())

        turns.ask_swap(connection, moment, "kiosk", mine.id, theirs.id, house.ines)
        turns.ask_swap(connection, moment, "kiosk", mine.id, theirs.id, house.ines)  # asked twice, it is one
    assert house.due() == 1
    (token,) = house.tokens("zoé@exemple.fr")
    offer = house.links.read(token)
    assert (offer.shift.id, offer.other and offer.other.id) == (theirs.id, mine.id)
    house.links.follow(token)
    assert (house.shift(first).member, house.shift(second).member) == (house.zoe, house.ines)
    assert house.due() == 1
    assert house.mails()[-1][0] == "inès@exemple.fr"
    assert house.due() == 0


def test_a_swap_that_is_refused_changes_nothing(house: House) -> None:

    first, second = TUESDAYS[:2]
    mine, theirs = (
        house.rota.take(house.shift(first).id, house.ines),
        house.rota.take(house.shift(second).id, house.zoe),
    )
    with house.space.home.store.writing() as connection:
        _, moment = house.rules.at(connection, house.space.clock.now())
        turns.ask_swap(connection, moment, "kiosk", mine.id, theirs.id, house.ines)
    house.due()
    house.links.follow(house.tokens("zoé@exemple.fr")[-1], yes=False)
    assert (house.shift(first).member, house.shift(second).member) == (house.ines, house.zoe)


def test_a_swap_with_somebody_who_left_is_refused_and_nothing_is_half_done(house: House) -> None:
    first, second = TUESDAYS[:2]
    mine, theirs = (
        house.rota.take(house.shift(first).id, house.ines),
        house.rota.take(house.shift(second).id, house.zoe),
    )
    house.space.enrolment.leave(house.zoe)
    with pytest.raises(RequestError) as left:
        house.rota.swap(mine.id, theirs.id)
    assert left.value.code == "member-left"
    assert (house.shift(first).member, house.shift(second).member) == (house.ines, house.zoe)


def test_what_was_asked_about_a_turn_is_over_once_another_holds_it(house: House) -> None:

    first, second = TUESDAYS[:2]
    mine, theirs = (
        house.rota.take(house.shift(first).id, house.ines),
        house.rota.take(house.shift(second).id, house.zoe),
    )
    with house.space.home.store.writing() as connection:
        _, moment = house.rules.at(connection, house.space.clock.now())
        asked = turns.ask_swap(connection, moment, "kiosk", mine.id, theirs.id, house.ines)
    house.rota.give_up(mine.id)
    with house.space.home.store.writing() as connection, pytest.raises(RequestError) as over:
        turns.answer_swap(connection, moment, "kiosk", asked.id, house.zoe, agreed=True)
    assert over.value.code == "swap-over"


@pytest.mark.parametrize("warned", [False, True])
def test_thanks_by_default_and_a_day_only_where_the_warning_was_accepted(house: House, warned: bool) -> None:
    if warned:
        house.rota.decide_reward(2, warned=True)
    else:
        with pytest.raises(RequestError) as unread:
            house.rota.decide_reward(2, warned=False)
        assert unread.value.code == "reward-warning"
    for day in TUESDAYS[:3]:
        house.rota.take(house.shift(day).id, house.ines)
        house.on(day)
        house.rota.confirm(house.shift(day).id)
        house.rota.confirm(house.shift(day).id)  # said twice, it counts once
    with house.space.home.store.reading() as connection:
        person = house.space.sql(f"SELECT id FROM member WHERE number = {house.ines}")[0][0]
        banked = voucher_rows.banked(connection, int(str(person)))
    assert [each.days for each in banked] == ([1] if warned else [])
    if warned:
        house.rota.unconfirm(house.shift(TUESDAYS[1]).id)
        with house.space.home.store.reading() as connection:
            _, moment = house.rules.at(connection, house.space.clock.now())
            assert voucher_rows.usable(connection, int(str(person)), moment.day) == []


def test_a_reward_decided_after_midnight_counts_shifts_from_its_own_day(house: House) -> None:
    first = TUESDAYS[0]
    house.rota.take(house.shift(first).id, house.ines)
    house.space.clock.advance(
        seconds=(datetime(2026, 12, 1, 23, 30, tzinfo=UTC) - house.space.clock.now()).total_seconds()
    )
    house.rota.decide_reward(1, warned=True)  # at 0:30 on Wednesday in Lille
    house.rota.confirm(house.shift(first).id)
    assert house.space.sql("SELECT banked_id FROM shift WHERE confirmed") == [(None,)]


def test_nothing_of_it_is_done_where_the_association_has_no_rota(space: Space) -> None:
    home = with_mail(space, 1)
    assert asking.run(home, Rules(home.config.zone), space.clock.now()) == 0
    assert space.sql("SELECT count(*) FROM shift") == [(0,)]


def test_turns_are_made_once_not_on_closed_days_and_end_with_their_line(house: House) -> None:
    count = house.space.sql("SELECT count(*) FROM shift")
    with house.space.home.store.writing() as connection:
        policy, moment = house.rules.at(connection, house.space.clock.now())
        assert asking.fill(connection, policy, moment.day) == 0
        connection.exec_driver_sql(
            "INSERT INTO closed_day (day_on, is_closed, reason, actor, made_at) VALUES"
            " ('2026-12-08', 1, 'Travaux', 'a', '2026-11-25T10:00:00.000000Z')"
        )
        asking.fill(connection, policy, moment.day)
    assert house.space.sql("SELECT count(*) FROM shift") == count
    assert house.shift(TUESDAYS[1]).called_off
    with pytest.raises(RequestError) as off:
        house.rota.take(house.shift(TUESDAYS[1]).id, house.ines)
    assert off.value.code == "shift-called-off"
    house.rota.end_slot(1)
    assert all(house.shift(day).called_off for day in TUESDAYS[:2])
    assert house.rota.add_slot(2, "hosting", 540, 780, 1) == house.rota.add_slot(2, "hosting", 540, 780, 1)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ((9, "hosting", 540, 780, 1), "slot-hours"),
        ((1, "party", 540, 780, 1), "slot-kind"),
        ((1, "hosting", 780, 540, 1), "slot-hours"),
        ((1, "hosting", 540, 780, 99), "slot-hours"),
    ],
)
def test_a_line_that_cannot_be_is_refused(house: House, line: tuple[int, str, int, int, int], code: str) -> None:
    with pytest.raises(RequestError) as wrong:
        house.rota.add_slot(*line)
    assert wrong.value.code == code


def test_links_that_are_not_ours_or_too_late_say_the_same(house: House) -> None:
    house.on(date(2026, 11, 27))
    house.due()
    token = house.tokens("inès@exemple.fr")[-1]
    house.on(date(2026, 12, 2))
    for each in ("", "x" * 5000, "é", "../../login", token):
        with pytest.raises(RequestError) as over:
            house.links.read(each)
        assert over.value.code == "link-over"
    digests = [bytes(digest) for (digest,) in house.space.sql("SELECT digest FROM shift_link")]  # type: ignore[call-overload]
    assert digests
    assert not [digest for digest in digests if token.encode() in digest]


def test_no_hour_of_coming_or_going_is_kept_of_a_turn(house: House) -> None:
    with house.space.home.store.reading() as connection:
        columns = connection.execute(sa.text("SELECT * FROM shift")).keys()
    assert not {name for name in columns if name.endswith("_at")}
    assert ShiftKind.HOSTING in house.shift(TUESDAYS[0]).kind
    with house.space.home.store.reading() as connection:
        assert swap_rows.reward(connection) is None
