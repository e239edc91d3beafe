"""The simulator against the door: what was tapped, priced again under the same rules, is what the ledger says."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk import home
from kiosk.domain.checkin.choices import Act
from kiosk.domain.problems import Problem
from kiosk.domain.space.groups import Group, shifts
from kiosk.domain.space.past import PastVisit
from kiosk.domain.space.scenario import Scenario
from kiosk.domain.space.simulator import Simulated
from kiosk.errors import KioskError, RequestError
from kiosk.space import simulations
from kiosk.store.books import month_sums
from kiosk.store.kept_sums import KeptSums, Sum, Sums
from kiosk.store.space import past_rows, policies
from kiosk.store.space.policies import Rules
from tests.conftest import Space
from tests.fakes import FakeClock
from tests.homes import copied

START = datetime(2026, 12, 1, 8, tzinfo=UTC)
UIDS = ("04A2000000E511", "04A1B2C3D4E501", "04A2000000E517", "04A2000000E518")
RULES = st.fixed_dictionaries(
    {
        "half_day_split_hour": st.sampled_from(["null", "13"]),
        "month_cap_days": st.sampled_from(["null", "2", "4"]),
        "guests_a_day": st.just("9"),
        "guest_cents": st.sampled_from(["null", "300"]),
        "undo_limit": st.just("99"),
        "tab_limit_cents": st.just("10000000"),
    }
)
EVENTS = st.lists(
    st.tuples(
        st.sampled_from([0, 0, 1, 1, 1, 2, 3, 26, 40]),  # days since the one before: months with many, and a year
        st.integers(0, len(UIDS) - 1),
        st.sampled_from([8, 10, 14, 17]),
        st.sampled_from(["tap", "tap", "tap", "stay", "free", "pass", "undo", "guest", "carnet", "halves", "correct"]),
    ),
    min_size=15,
    max_size=40,
)


@contextmanager
def lived_in(template: Path, rules: dict[str, str]) -> Iterator[Space]:
    """A space with an itinerant, one who pays less, one who chooses a price, and a permanent; dearer from March on."""
    root = Path(tempfile.mkdtemp()) / "home"
    copied(template, root)
    try:
        with home.opened(root) as opened:
            space = Space(opened, FakeClock(START))
            _prepare(space, rules)
            yield space
            space.kept.spool.close()
    finally:
        shutil.rmtree(root.parent)


def _prepare(space: Space, rules: dict[str, str]) -> None:
    for name, value in rules.items():
        space.rule(name, value, "2020-01-02")
    with space.home.store.writing() as connection:
        for statement in (
            "INSERT INTO product (code, kind, unit) VALUES ('half', 'day', 'half-day')",
            "INSERT INTO product (code, kind, unit, days) VALUES ('halves-5', 'carnet', 'half-day', 5)",
            "INSERT INTO tariff (product_id, level, valid_from, cents, floor_cents)"
            " SELECT id, 'full', '2020-01-01', 300, 100 FROM product WHERE code = 'half'",
            "INSERT INTO tariff (product_id, level, valid_from, cents)"
            " SELECT id, 'full', '2020-01-01', 1200 FROM product WHERE code = 'halves-5'",
            "INSERT INTO tariff (product_id, level, valid_from, cents, floor_cents)"
            " SELECT id, 'full', '2027-03-02', 650, 200 FROM product WHERE code = 'day'",
            "INSERT INTO policy (name, valid_from, value) VALUES ('month_cap_days', '2027-05-10', '3')",
            "UPDATE zone SET half_product_id = (SELECT id FROM product WHERE code = 'half') WHERE code = 'comfort'",
        ):
            connection.exec_driver_sql(statement)
    for place, uid in enumerate(UIDS):
        space.join(f"Personne {place}", uid, "permanent" if place == 3 else "itinerant")
    with space.home.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO reduced_grant (member_id, level, reason, from_on, until_on, seen_by)"
            " VALUES (2, 'reduced', 'student', '2027-01-15', '2027-04-15', 'cli')"
        )
        connection.exec_driver_sql(
            "INSERT INTO chosen_price (member_id, product_id, cents, from_on)"
            " SELECT 3, id, 250, '2027-02-01' FROM product WHERE code IN ('day', 'half')"
        )


def _live(space: Space, events: list[tuple[int, int, int, str]]) -> None:
    day = START
    for days, who, hour, act in events:
        day += timedelta(days=days)
        ahead = day.replace(hour=hour) - space.clock.now()
        space.clock.advance(seconds=max(60.0, ahead.total_seconds()))
        with suppress(KioskError, Problem, AssertionError):
            _act(space, who, act)


def _act(space: Space, who: int, act: str) -> None:
    number, uid = who + 1, UIDS[who]
    if act in ("carnet", "halves"):
        space.till.sell(number, "carnet-10" if act == "carnet" else "halves-5", None)
        return
    space.tap(uid)
    space.lift(uid)
    if act == "stay":  # the other half of the day, where there is one
        space.clock.advance(hours=5)
        space.tap(uid)
        space.lift(uid)
    elif act == "correct":
        standing = space.sql(
            f"SELECT charge_entry FROM visit WHERE member_id = {number} AND state = 'kept' ORDER BY id DESC LIMIT 1"
        )
        if standing and isinstance(standing[0][0], int):
            space.till.reverse(standing[0][0], "une erreur")
    elif act != "tap":
        wanted = {"free": Act.FREE_CORNER, "pass": Act.PASSING, "undo": Act.UNDO, "guest": Act.GUEST}[act]
        _touch(space, wanted)
        if wanted is Act.GUEST:
            space.clock.advance(seconds=2)
            space.tap(uid)
            space.lift(uid)


def _touch(space: Space, act: Act) -> None:
    if act not in space.card.acts and Act.MORE in space.card.acts:
        _touch(space, Act.MORE)
    assert act in space.card.acts
    assert space.card.ticket is not None
    space.touch(act)


def played(space: Space, scenario: Scenario | None = None, kept: KeptSums | None = None) -> Simulated:
    """From December 2026 until now; months that are over are taken from what is kept of them, if anything is."""
    with space.home.store.reading() as connection:
        today = Rules(space.home.config.zone).at(connection, space.clock.now())[1].day
        sums = Sums(connection, today) if kept is None else kept.of(connection, today)
        period = simulations.period(date(2026, 12, 1), date(2028, 6, 1), today)
        (found,) = simulations.play(sums, period, [scenario or Scenario()], space.home.config.zone)
        return found


def standing_cents(space: Space) -> object:
    return space.sql(
        "SELECT coalesce(sum(amount_cents), 0) FROM entry AS e WHERE kind = 'charge'"
        " AND NOT EXISTS (SELECT 1 FROM entry AS r WHERE r.reverses = e.number)"
    )[0][0]


@given(rules=RULES, events=EVENTS)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_year_of_visits_under_the_rules_as_they_were_is_the_ledger_to_the_cent(
    template: Path, rules: dict[str, str], events: list[tuple[int, int, int, str]]
) -> None:
    with lived_in(template, rules) as space:
        _live(space, events)
        found = played(space)
        assert found.unlike == 0  # every visit is explained by the decision, none is taken from the ledger
        assert found.before_cents == found.after_cents == standing_cents(space)
        assert set(found.members.values()) <= {0}
        with space.home.store.reading() as connection:
            today = Rules(space.home.config.zone).at(connection, space.clock.now())[1].day
            shown = month_sums.charged_by_month(Sums(connection, today), date(2026, 12, 1), today)
        by_product = Counter[str]()
        for _, product, cents in shown:
            by_product[product] += cents
        assert +by_product == +Counter({code: line.before_cents for code, line in found.lines.items()})
        assert sum(month.before for month in found.months.values()) == found.before_cents


@pytest.fixture
def house(template: Path) -> Iterator[Space]:
    with lived_in(template, {}) as space:
        yield space


def come(space: Space, who: int, days: int) -> None:
    for _ in range(days):
        space.clock.advance(days=1)
        _act(space, who, "tap")


def test_a_charge_that_the_desk_gave_otherwise_is_taken_as_it_was_and_said(house: Space) -> None:
    come(house, 0, 3)
    with house.home.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO tariff (product_id, level, valid_from, cents)"
            " SELECT id, 'full', '2026-12-02', 900 FROM product WHERE code = 'day'"  # written afterwards, back in time
        )
    found = played(house, Scenario(prices={("day", "full"): 700}))
    assert found.unlike == 3
    assert found.lines["day"].before_cents == found.lines["day"].after_cents == 1500


def test_a_period_that_begins_in_a_month_knows_what_its_cap_had_counted(house: Space) -> None:
    house.rule("month_cap_days", "2", "2020-01-03")
    come(house, 0, 4)
    found = played(house)
    assert (found.lines["day"].before_cents, found.unlike) == (1000, 0)


def test_hours_that_would_have_been_shut_turn_visits_away(house: Space) -> None:
    come(house, 0, 3)  # on 2, 3 and 4 December, Wednesday to Friday, at 9
    week = policies.rule("opening_hours", {"wed": ["08:00-12:00"], "thu": ["14:00-18:00"]})
    found = played(house, Scenario(rules={"opening_hours": week}))
    assert (sum(found.refused.values()), found.lines["day"].after_cents) == (2, 500)


def test_a_place_too_small_turns_away_whoever_comes_last_but_permanents(house: Space) -> None:
    for who in (0, 1, 2, 3):
        house.clock.advance(minutes=5)
        _act(house, who, "tap")
    found = played(house, Scenario(rules={"capacity_legal": 2}))
    assert sum(found.refused.values()) == 1
    assert [(seats.before, seats.after) for seats in found.seats.values()] == [(4, 3)]


@pytest.mark.parametrize(
    "wrong",
    [
        Scenario(prices={("nothing", "full"): 1}),
        Scenario(prices={("day", "full"): -1}),
        Scenario(zones={"attic": (None, None)}),
        Scenario(zones={"comfort": ("permanent", None)}),
        Scenario(zones={"comfort": (None, "half")}),
        Scenario(rules={"pin_sign_in": True}),
        Scenario(rules={"month_cap_days": -1}),
        Scenario(more={"day": 5000}),
    ],
)
def test_what_cannot_be_is_refused(house: Space, wrong: Scenario) -> None:
    with house.home.store.reading() as connection:
        policy = policies.read(connection, date(2026, 12, 1))
    with pytest.raises(Problem):
        wrong.check(policy)


def test_fewer_than_were_sold_cannot_be(house: Space) -> None:
    come(house, 0, 2)
    with pytest.raises(Problem, match="fewer"):
        played(house, Scenario(more={"day": -3}))


@pytest.mark.parametrize(
    ("first", "last"), [(date(2027, 1, 1), date(2027, 2, 1)), (date(2020, 1, 1), date(2026, 12, 1))]
)
def test_a_period_is_past_and_short(first: date, last: date) -> None:
    with pytest.raises(RequestError, match="period"):
        simulations.period(first, last, date(2026, 12, 31))


def test_period_begins_with_the_first_entry_and_has_the_rent_of_its_months_alone(house: Space) -> None:
    """A house in its fourth month was divided by twelve, and had a new permanent twelve times."""
    today = date(2027, 3, 5)
    found = simulations.period(date(2026, 4, 1), today, today, date(2026, 12, 9))
    assert (found.first_on, found.last_on, len(found.months)) == (date(2026, 12, 1), date(2027, 3, 31), 4)
    house.rule("rent_cents", "80000")
    come(house, 0, 1)
    with house.home.store.reading() as connection:
        sums, more = Sums(connection, today), Scenario(more={"permanent": 1})
        (played_,) = simulations.play(sums, found, [more], house.home.config.zone)
    assert sum(costs.before for costs in played_.costs.values()) == 4 * 80000
    assert played_.lines["permanent"].times_after - played_.lines["permanent"].times_before == 4


def test_groups_of_fewer_than_five_are_not_told(house: Space) -> None:
    come(house, 0, 2)
    found = shifts(played(house, Scenario(prices={("day", "full"): 900})), 1)
    assert {each.group for each in found} >= {Group.SELDOM}
    assert all(each.people is None and each.more is None and each.each_cents is None for each in found)


def _write(space: Space, statement: str) -> None:
    with space.home.store.writing() as connection:
        connection.exec_driver_sql(statement)


DEARER = Scenario(prices={("day", "full"): 900}, rules={"month_cap_days": 3}, switches=True)
AFTERWARDS = {
    "a charge is taken back": "correct",
    "somebody comes": "tap",
    "somebody buys a carnet": "carnet",
}


@pytest.mark.parametrize("act", AFTERWARDS.values(), ids=AFTERWARDS)
def test_what_is_kept_of_the_past_is_what_it_would_say_now(house: Space, act: str) -> None:
    kept = KeptSums()
    for _ in range(3):
        for who in (0, 1, 2, 3):
            come(house, who, 6)
        played(house, DEARER, kept)
    _act(house, 0, act)
    assert played(house, DEARER, kept) == played(house, DEARER)


BACK_IN_TIME = {
    "a reduced tariff": "INSERT INTO reduced_grant (member_id, level, reason, from_on, until_on, seen_by)"
    " VALUES (1, 'reduced', 'student', '2026-12-01', '2026-12-31', 'cli')",
    "a price of their own": "INSERT INTO chosen_price (member_id, product_id, cents, from_on)"
    " SELECT 1, id, 250, '2026-12-01' FROM product WHERE code = 'day'",
    "a tariff": "INSERT INTO tariff (product_id, level, valid_from, cents)"
    " SELECT id, 'full', '2026-12-02', 900 FROM product WHERE code = 'day'",
    "a rule": "INSERT INTO policy (name, valid_from, value) VALUES ('rent_cents', '2026-11-30', '77')",
}


@pytest.mark.parametrize("statement", BACK_IN_TIME.values(), ids=BACK_IN_TIME)
def test_what_is_written_back_in_time_is_seen(house: Space, statement: str) -> None:
    kept = KeptSums()
    _write(
        house,
        "INSERT INTO tariff (product_id, level, valid_from, cents, floor_cents)"
        " SELECT id, 'full', '2026-11-30', 500, 200 FROM product WHERE code = 'day'",
    )
    come(house, 0, 4)
    house.clock.advance(days=31)
    before = played(house, DEARER, kept)
    _write(house, statement)
    assert before != played(house, DEARER, kept) == played(house, DEARER)


def test_a_month_that_is_over_is_read_once_for_all_scenarios(house: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[date] = []

    def noted(connection: sa.Connection, first: date, last: date) -> Iterator[PastVisit]:
        read.append(first)
        return visits(connection, first, last)

    visits = past_rows.visits
    monkeypatch.setattr(past_rows, "visits", noted)
    kept = KeptSums(most=2)
    come(house, 0, 4)
    house.clock.advance(days=62)
    with house.home.store.reading() as connection:
        wanted = simulations.period(date(2026, 12, 1), date(2027, 2, 1), date(2027, 2, 6))
        for _ in range(2):
            sums = kept.of(connection, date(2027, 2, 6))
            simulations.play(sums, wanted, [DEARER, Scenario()], house.home.config.zone)
    months = [date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1)]
    assert read == [*months, months[-1]]


def test_the_scenarios_that_are_kept_are_few(house: Space) -> None:
    kept = KeptSums(most=2)
    house.clock.advance(days=62)
    for cents in (100, 200, 300):
        played(house, Scenario(prices={("day", "full"): cents}), kept)
    with house.home.store.reading() as connection:
        today = house.clock.now().date()
        names = [
            repr((Scenario(prices={("day", "full"): cents}), past_rows.version(connection))) for cents in (100, 200)
        ]
        known = [kept.known(Sum(name, lambda *_: []), kept.of(connection, today).turn) for name in names]
    assert [bool(each) for each in known] == [False, True]
