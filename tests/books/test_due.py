"""What time brings: months charged on their day, once; what was kept long enough, forgotten."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from kiosk import home
from kiosk.books.due import Due, DuePass
from kiosk.errors import AnswerIsNo, RequestError
from kiosk.money.subscriptions import Subscriptions
from kiosk.setup import demo, home_creation
from kiosk.setup import migration as migrating
from kiosk.setup.home_creation import NewHome
from kiosk.store import audit
from kiosk.store.retention import RETENTION_RULES
from kiosk.store.space.policies import Rules
from tests.conftest import WEDNESDAY, Space
from tests.fakes import FakeClock

KARIM = "04A1B2C3D4E501"
INES = "04A2000000E511"


def due(space: Space) -> Due:
    return Due(store=space.home.store, rules=Rules(space.home.config.zone), seal=space.home.seal, clock=space.clock)


def subscribing(space: Space) -> Subscriptions:
    parts = {"store": space.home.store, "rules": Rules(space.home.config.zone), "seal": space.home.seal}
    return Subscriptions(**parts, clock=space.clock, actor="test")  # type: ignore[arg-type]  # as the parts are


def run(space: Space, on: date | None = None) -> DuePass:
    if on is not None:
        wanted = datetime(on.year, on.month, on.day, 7, 52, tzinfo=UTC)
        space.clock.advance(seconds=(wanted - space.clock.now()).total_seconds())
    return due(space).run()


def charges(space: Space) -> list[tuple[object, ...]]:
    return space.sql(
        "SELECT day_on, amount_cents, json_extract(detail, '$.from'), json_extract(detail, '$.until') FROM entry"
        " WHERE kind = 'charge' AND json_extract(detail, '$.product') = 'permanent'"
        " AND number NOT IN (SELECT reverses FROM entry WHERE reverses IS NOT NULL) ORDER BY number"
    )


def is_well(space: Space) -> None:
    with space.home.store.reading() as connection:
        audit.check_chain(connection, space.home.seal)
        audit.check_sums(connection)


def test_the_first_month_is_charged_when_joining_and_the_next_on_its_day(space: Space) -> None:
    number = space.join("Karim Benali", KARIM, "permanent")
    assert run(space).charged == []
    assert run(space, date(2026, 12, 24)).charged == []
    assert [act.number for act in run(space, date(2026, 12, 25)).charged] == [number]
    assert run(space).charged == []
    assert charges(space) == [
        ("2026-11-25", 10000, "2026-11-25", "2026-12-24"),
        ("2026-12-25", 10000, "2026-12-25", "2027-01-24"),
    ]
    is_well(space)


def test_after_a_long_absence_each_month_is_charged_once_and_on_its_own_day(space: Space) -> None:
    number = space.join("Karim Benali", KARIM, "permanent")
    assert len(run(space, date(2027, 3, 27)).charged) == 4
    assert [row[0] for row in charges(space)] == [
        "2026-11-25",
        "2026-12-25",
        "2027-01-25",
        "2027-02-25",
        "2027-03-25",
    ]
    assert space.owes(number) == 500 + 5 * 10000
    assert run(space).charged == []


def test_a_month_sold_before_its_day_is_not_charged_again(space: Space) -> None:
    number = space.join("Karim Benali", KARIM, "permanent")
    space.clock.advance(days=20)
    sold = space.till.sell(number, "permanent", None)
    assert (sold.from_on, sold.until_on) == (date(2026, 12, 25), date(2027, 1, 24))
    assert run(space, date(2026, 12, 26)).charged == []
    assert len(run(space, date(2027, 1, 26)).charged) == 1


def test_a_month_that_was_taken_back_stays_so_unless_it_is_sold_again(space: Space) -> None:
    number = space.join("Karim Benali", KARIM, "permanent")
    run(space, date(2026, 12, 25))
    (entry,) = space.sql("SELECT max(number) FROM entry WHERE kind = 'charge'")
    space.till.reverse(int(str(entry[0])), "absence")
    assert run(space).charged == []
    assert space.till.sell(number, "permanent", None).from_on == date(2026, 12, 25)
    assert run(space).charged == []
    is_well(space)


def test_nothing_is_charged_after_the_end(space: Space) -> None:
    number = space.join("Karim Benali", KARIM, "permanent")
    space.clock.set(datetime(2026, 12, 24, 9, tzinfo=UTC))
    space.enrolment.leave(number)
    assert run(space, date(2027, 3, 1)).charged == []


def test_what_fell_due_before_the_end_is_charged_after_it(space: Space) -> None:
    number = space.join("Karim Benali", KARIM, "permanent")
    space.clock.set(datetime(2027, 1, 5, 9, tzinfo=UTC))
    space.enrolment.leave(number)
    assert [act.part.first_on for act in run(space, date(2027, 3, 1)).charged] == [date(2026, 12, 25)]


def test_a_pause_neither_covers_nor_costs(space: Space) -> None:
    number = space.join("Karim Benali", KARIM, "permanent")
    subscribing(space).pause(1, date(2026, 12, 20), date(2027, 1, 20))
    space.till.pay(number, 10500, "transfer")
    run(space, date(2026, 12, 25))
    assert space.owes(number) == 0
    space.tap(KARIM)
    assert space.owes(number) == 500
    run(space, date(2027, 1, 25))
    assert space.owes(number) == 500 + 10000
    space.tap(KARIM)
    assert space.owes(number) == 500 + 10000


def test_a_pause_without_an_end_is_resumed(space: Space) -> None:
    number = space.join("Karim Benali", KARIM, "permanent")
    paused = subscribing(space)
    paused.pause(1, date(2026, 12, 1), None)
    with pytest.raises(RequestError, match="already"):
        paused.pause(1, date(2027, 1, 1), date(2027, 1, 2))
    run(space, date(2027, 2, 10))
    assert space.owes(number) == 10500
    paused.resume(1, None)
    assert len(run(space).charged) == 0
    assert len(run(space, date(2027, 2, 25)).charged) == 1
    with pytest.raises(RequestError, match="not-paused"):
        paused.resume(1, None)


def test_a_pause_taken_back_before_it_begins_leaves_no_trace(space: Space) -> None:
    space.join("Karim Benali", KARIM, "permanent")
    subscribing(space).pause(1, date(2026, 12, 20), date(2027, 1, 20))
    subscribing(space).resume(1, None)
    assert space.sql("SELECT count(*) FROM subscription_pause") == [(0,)]
    assert len(run(space, date(2026, 12, 25)).charged) == 1


def test_a_month_is_not_sold_ahead_of_a_pause_without_an_end(space: Space) -> None:
    number = space.join("Karim Benali", KARIM, "permanent")
    subscribing(space).pause(1, date(2026, 12, 1), None)
    with pytest.raises(RequestError, match="paused: number"):
        space.till.sell(number, "permanent", None)


def test_by_policy_the_first_and_the_last_month_cost_their_days(space: Space) -> None:
    space.rule("pro_rata", "true")
    number = space.join("Karim Benali", KARIM, "permanent")
    assert space.owes(number) == 500 + 2000  # 6 of 30 days
    run(space, date(2027, 1, 1))
    assert space.owes(number) == 2500 + 2 * 10000
    space.clock.set(datetime(2027, 1, 10, 9, tzinfo=UTC))
    space.enrolment.leave(number)
    assert [act.days for act in run(space).charged] == [10]
    assert space.owes(number) == 2500 + 10000 + 3226
    assert run(space).charged == []
    is_well(space)


def test_by_policy_a_pause_gives_its_days_back_and_ending_it_takes_them_again(space: Space) -> None:
    space.rule("pro_rata", "true")
    number = space.join("Karim Benali", KARIM, "permanent")
    run(space, date(2026, 12, 1))
    subscribing(space).pause(1, date(2026, 12, 10), None)
    run(space)
    assert space.owes(number) == 2500 + 2903  # 9 of 31 days
    run(space, date(2026, 12, 20))
    subscribing(space).resume(1, None)
    run(space)
    assert space.owes(number) == 2500 + 6774  # 21 of 31 days
    assert run(space).charged == []
    is_well(space)


def test_a_month_charged_by_the_day_and_taken_back_by_hand_is_left_alone(space: Space) -> None:
    space.rule("pro_rata", "true")
    number = space.join("Karim Benali", KARIM, "permanent")
    space.till.reverse(2, "geste")
    space.enrolment.leave(number)
    assert run(space).charged == []


def test_a_reduced_level_a_payer_and_a_new_price_are_those_of_the_period_s_first_day(space: Space) -> None:
    space.join("Karim Benali", KARIM, "permanent")
    with space.home.store.writing() as connection:
        for statement in (
            "INSERT INTO organisation (id, name) VALUES (1, 'Coopérative')",
            "INSERT INTO account (id, organisation_id) VALUES (100, 1)",
            "INSERT INTO payer (member_id, kind, account_id, from_on) VALUES (1, 'subscription', 100, '2026-12-25')",
            "INSERT INTO reduced_grant (member_id, level, from_on, until_on)"
            " VALUES (1, 'reduced', '2027-01-25', '2027-01-31')",
            "INSERT INTO tariff (product_id, level, valid_from, cents)"
            " SELECT id, 'full', '2026-12-25', 12000 FROM product WHERE code = 'permanent'",
            "INSERT INTO tariff (product_id, level, valid_from, cents)"
            " SELECT id, 'reduced', '2026-12-25', 6000 FROM product WHERE code = 'permanent'",
        ):
            connection.exec_driver_sql(statement)
    run(space, date(2027, 1, 30))
    charged = "SELECT account_id, amount_cents FROM entry WHERE actor = 'due' AND kind = 'charge'"
    assert space.sql(charged) == [(100, 12000), (100, 6000)]


def test_a_month_that_costs_nothing_writes_no_entry_and_is_done(space: Space) -> None:
    space.join("Karim Benali", KARIM, "permanent")
    with space.home.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO tariff (product_id, level, valid_from, cents)"
            " SELECT id, 'full', '2026-12-01', 0 FROM product WHERE code = 'permanent'"
        )
    assert [act.cents for act in run(space, date(2026, 12, 25)).charged] == [0]
    assert run(space).charged == []
    assert len(charges(space)) == 1


def test_one_member_s_trouble_keeps_nobody_else_s_month_from_being_charged(space: Space) -> None:
    number = space.join("Karim Benali", KARIM, "permanent")
    space.join("Inès Moreau", INES)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO product (id, code, kind, unit) VALUES (90, 'new', 'subscription', 'month')"
        )
        connection.exec_driver_sql(
            "INSERT INTO subscription (member_id, product_id, from_on) VALUES (2, 90, '2026-11-25')"
        )
    done = run(space, date(2026, 12, 25))
    assert [act.number for act in done.charged] == [number]
    assert [(each.number, each.code) for each in done.failed] == [(2, "no-tariff")]


def test_two_passes_at_once_charge_once(space: Space) -> None:
    space.join("Karim Benali", KARIM, "permanent")
    space.clock.set(datetime(2026, 12, 25, 9, tzinfo=UTC))
    first, second = due(space), due(space)
    planned = second.preview()
    first.run()
    assert len(planned.charged) == 1
    assert second.run().charged == []
    assert len(charges(space)) == 2


def test_what_is_shown_before_is_what_is_done(space: Space) -> None:
    space.join("Karim Benali", KARIM, "permanent")
    space.clock.set(datetime(2027, 2, 1, 9, tzinfo=UTC))
    shown = due(space).preview()
    assert len(charges(space)) == 1
    assert due(space).run().charged == shown.charged


def test_a_demo_s_past_is_charged_already(tmp_path_factory: pytest.TempPathFactory) -> None:
    for day in (WEDNESDAY, datetime(2027, 3, 31, 9, tzinfo=UTC)):
        root = tmp_path_factory.mktemp("demo") / "home"
        clock = FakeClock(day)
        home_creation.create(root, NewHome(training=True), clock, partial(demo.fill, clock=clock))
        with home.opened(root) as opened:
            clock.advance(hours=-24)
            passes = Due(store=opened.store, rules=Rules(opened.config.zone), seal=opened.seal, clock=clock)
            assert passes.run().charged == []


def test_a_demo_made_after_midnight_has_nobody_in_the_day_that_is_still_going(tmp_path: Path) -> None:
    clock = FakeClock(datetime(2026, 11, 25, 23, 30, tzinfo=UTC))  # half past midnight of the 26th in Lille
    home_creation.create(tmp_path / "home", NewHome(training=True), clock, partial(demo.fill, clock=clock))
    with home.opened(tmp_path / "home") as opened, opened.store.reading() as connection:
        assert connection.exec_driver_sql("SELECT max(day_on) FROM visit").scalar() == "2026-11-24"


@pytest.mark.promise(6)
def test_times_go_after_90_days_and_days_stay(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.tap(INES)
    space.kept.close()
    with space.by_owner(), space.home.store.writing() as connection:
        connection.exec_driver_sql("INSERT INTO door_event (at, kind) VALUES ('2026-11-25T07:52:00.000000Z', 'opened')")
        connection.exec_driver_sql(
            "INSERT INTO desk_log (at, actor, act) VALUES ('2026-11-25T07:52:00.000000Z', 'desk:a', 'read')"
        )
        connection.exec_driver_sql("INSERT INTO desk_attempt (at, who) VALUES ('2026-11-25T07:52:00.000000Z', 'a')")
    space.clock.advance(days=90, hours=1)
    assert run(space).forgotten["visit-times"] == 0  # the day itself is the ninetieth
    assert space.sql("SELECT count(*) FROM door_event") == [(0,)]
    assert space.sql("SELECT count(*) FROM desk_attempt") == [(0,)]
    space.clock.advance(days=1)
    assert run(space).forgotten["visit-times"] == 1
    assert space.sql("SELECT day_on, state, arrived_at FROM visit") == [("2026-11-25", "kept", None)]
    assert space.sql("SELECT count(*) FROM desk_log WHERE actor <> 'cli'") == [(1,)]
    space.clock.advance(days=275)
    run(space)
    assert space.sql("SELECT count(*) FROM desk_log") == [(0,)]


def test_what_is_forgotten_is_looked_for_once_a_day(space: Space) -> None:
    run(space)
    assert run(space).forgotten == {}
    space.clock.advance(days=1)
    assert run(space).forgotten.keys() >= {"visit-times", "door-events"}
    assert space.sql("SELECT count(*) FROM due_act WHERE kind LIKE 'retention %'") == [(len(RETENTION_RULES),)]


def test_many_old_records_go_in_batches(space: Space) -> None:
    old = (WEDNESDAY - timedelta(days=100)).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
    with space.by_owner(), space.home.store.writing() as connection:
        for _ in range(1201):
            connection.exec_driver_sql("INSERT INTO door_event (at, kind) VALUES (?, 'opened')", (old,))
    assert run(space).forgotten["door-events"] == 1201
    assert space.sql("SELECT count(*) FROM door_event") == [(0,)]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("INSERT INTO due_act VALUES ('subscription', 1, '2027-01-25', 2, '2026-11-25T07:52:00.000000Z')", "two"),
        ("UPDATE due_act SET entry_number = 3", "no charge"),
    ],
)
def test_a_period_that_names_the_wrong_entry_is_found(space: Space, change: str, named: str) -> None:
    number = space.join("Karim Benali", KARIM, "permanent")
    space.till.pay(number, 500, "cash")
    is_well(space)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql(change)
    with pytest.raises(AnswerIsNo, match=named), space.home.store.reading() as connection:
        audit.check_sums(connection)


@pytest.mark.sqlite  # no server has tables as old as those
def test_months_that_were_charged_by_hand_before_this_release_are_not_charged_again(space: Space) -> None:
    """A plan's months of an older home: two had begun by its last entry, and one more was sold ahead."""
    ahead = space.join("Karim Benali", KARIM, "permanent")
    space.join("Nadia Lemaire", "04A1B2C3D4E502", "permanent")
    space.clock.advance(days=33)
    space.till.sell(ahead, "permanent", None)
    space.till.sell(ahead, "permanent", None)
    space.kept.close()
    space.home.store.close()
    migrating.migrate_back(space.home.paths.root, "0002")
    migrating.upgrade(space.home.paths.database, space.home.seal)
    assert run(space).charged == []
    assert [(act.number, act.part.first_on) for act in run(space, date(2027, 2, 25)).charged] == [
        (2, date(2027, 1, 25)),
        (1, date(2027, 2, 25)),
        (2, date(2027, 2, 25)),
    ]


def test_a_subscription_that_was_ended_goes_on_again(space: Space) -> None:
    space.join("Karim Benali", KARIM, "permanent")
    subscribing(space).end(1, date(2026, 12, 24))
    assert run(space, date(2026, 12, 20)).charged == []
    subscribing(space).go_on(1)
    assert len(run(space, date(2026, 12, 25)).charged) == 1
    subscribing(space).end(1, None)
    space.clock.advance(days=1)
    with pytest.raises(RequestError, match="subscription-over"):
        subscribing(space).go_on(1)


def test_by_a_clock_that_is_not_sure_months_are_charged_and_no_day_is_closed(space: Space) -> None:
    space.join("Karim Benali", KARIM, "permanent")
    space.clock.advance(days=40)
    rules = Rules(space.home.config.zone)
    unsure = Due(store=space.home.store, rules=rules, seal=space.home.seal, clock=space.clock, closes=False)
    assert unsure.preview().closed == []
    assert len(unsure.run().charged) == 1
    assert space.sql("SELECT count(*) FROM closing") == [(0,)]
    assert len(due(space).run().closed) == 40
