"""Rules and tariffs are dated rows: each holds from its day on."""

import json
import subprocess
import sys
from datetime import date, timedelta

import pytest

from kiosk.domain.money.tariffs import FULL, Policy
from kiosk.domain.problems import Problem
from kiosk.errors import MachineError
from kiosk.store.checkin import visits
from kiosk.store.space import opening_rows, policies, rule_rows

from .place import DAY, Place, morning

YESTERDAY, TOMORROW = DAY - timedelta(days=1), DAY + timedelta(days=1)


def on(place: Place, day: date) -> Policy:
    """The policy in force, by the rules that the place keeps."""
    with place.store.reading() as connection:
        return place.rules.at(connection, morning(day))[0]


def set_tariff(place: Place, cents: int, valid_from: date, level: str = FULL) -> None:
    """A new price of a day."""
    place.write(
        "INSERT INTO tariff (product_id, level, valid_from, cents) SELECT id, ?, ?, ? FROM product WHERE code = 'day'",
        level,
        valid_from.isoformat(),
        cents,
    )


def set_rule(place: Place, name: str, value: object, valid_from: date) -> None:
    """A new rule."""
    statement = "INSERT INTO policy (name, valid_from, value) VALUES (?, ?, ?)"
    place.write(statement, name, valid_from.isoformat(), json.dumps(value))


def test_new_tariff_holds_from_its_day_on_and_not_before(place: Place) -> None:
    place.join()
    set_tariff(place, 600, DAY)
    assert [on(place, day).ask("day", None, None)[0] for day in (YESTERDAY, DAY, TOMORROW)] == [500, 600, 600]
    place.tap(morning(YESTERDAY))
    assert place.balance() == 1000
    place.tap(morning())
    assert place.balance() == 1600


def test_tap_at_half_past_midnight_costs_what_yesterday_cost(place: Place) -> None:
    place.join()
    set_tariff(place, 600, DAY)
    place.tap(morning(YESTERDAY, 23) + timedelta(minutes=30))
    assert place.balance() == 1000


def test_tariffs_of_other_levels_and_products_stay(place: Place) -> None:
    set_tariff(place, 600, DAY)
    policy = on(place, DAY)
    assert policy.ask("day", "reduced", None) == (250, "reduced")
    assert policy.ask("carnet-10", None, None) == (4500, FULL)


def test_rows_written_in_any_order_hold_by_their_dates(place: Place) -> None:
    set_tariff(place, 700, TOMORROW)
    set_tariff(place, 600, DAY)
    assert [on(place, day).ask("day", None, None)[0] for day in (YESTERDAY, DAY, TOMORROW)] == [500, 600, 700]


@pytest.mark.parametrize(
    ("name", "value"),
    [("tab_limit_cents", 10_000), ("month_cap_days", 15), ("membership_grace_days", 0), ("show_amounts", True)],
)
def test_new_rule_is_noticed_at_once_and_holds_from_its_day_on(place: Place, name: str, value: object) -> None:
    before = getattr(on(place, DAY), name)
    set_rule(place, name, value, DAY)
    assert getattr(on(place, DAY), name) == value
    assert getattr(on(place, YESTERDAY), name) == before


@pytest.mark.parametrize("change", ["tariff", "product", "zone"])
def test_each_kind_of_new_row_is_noticed(place: Place, change: str) -> None:
    before = on(place, DAY)
    if change == "tariff":
        set_tariff(place, 1, DAY, "solidarity")
    elif change == "product":
        place.write("INSERT INTO product (code, kind, unit) VALUES ('x', 'day', 'day')")
    else:
        place.write("INSERT INTO zone (code) VALUES ('attic')")
    assert on(place, DAY) != before


def test_what_did_not_change_is_not_read_again(place: Place) -> None:
    assert on(place, DAY) is on(place, DAY)


def test_rule_that_is_missing_stops_the_machine_and_is_named(place: Place) -> None:
    with place.store.reading() as connection, pytest.raises(MachineError) as missing:
        policies.read(connection, date(2010, 12, 31))
    assert missing.value.code == "no-policy"
    assert "tab_limit_cents" in str(missing.value)


def test_one_missing_rule_is_named_alone(place: Place) -> None:
    with place.unguarded() as sql:
        sql.execute("DELETE FROM policy WHERE name = 'undo_limit'")
    with place.store.reading() as connection, pytest.raises(MachineError, match=r"for: undo_limit$"):
        policies.read(connection, DAY)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tab_limit_cents", 50.5),
        ("tab_limit_cents", "5000"),
        ("tab_limit_cents", None),
        ("tab_limit_cents", True),
        ("show_amounts", 1),
        ("day_start_hour", 24),
    ],
)
def test_rule_of_the_wrong_kind_is_refused(place: Place, name: str, value: object) -> None:
    set_rule(place, name, value, DAY)
    with place.store.reading() as connection, pytest.raises(Problem) as refused:
        policies.read(connection, DAY)
    assert refused.value.code == "policy"


def test_cap_taken_away_is_no_cap(place: Place) -> None:
    set_rule(place, "month_cap_days", 15, YESTERDAY)
    set_rule(place, "month_cap_days", None, DAY)
    assert (on(place, YESTERDAY).month_cap_days, on(place, DAY).month_cap_days) == (15, None)


def test_day_begins_at_the_hour_of_the_rules(place: Place) -> None:
    set_rule(place, "day_start_hour", 0, DAY)
    late = morning(DAY, 23) + timedelta(minutes=30)  # half past midnight in Paris
    with place.store.reading() as connection:
        assert place.rules.at(connection, late)[1].day == TOMORROW
        assert place.rules.at(connection, late - timedelta(days=2))[1].day == YESTERDAY - timedelta(days=1)


def test_zones_and_plans_of_the_dossier(place: Place) -> None:
    policy = on(place, DAY)
    assert policy.zones["free-corner"].day_product is None
    assert policy.zones["comfort"].day_product == "day"
    with place.store.reading() as connection:
        assert {plan.code: plan.product for plan in policies.plans(connection).values()} == {
            "itinerant": None,
            "permanent": "permanent",
            "free": None,
        }


# Rules that came later than the first homes


def test_home_without_rows_for_newer_rules_keeps_working(place: Place) -> None:
    with place.unguarded() as sql:
        for name in policies.DEFAULTS:
            sql.execute("DELETE FROM policy WHERE name = ?", [name])
    policy = on(place, DAY)
    assert (policy.opening_hours, policy.calendar, policy.capacity_legal) == (None, None, None)
    assert (policy.pro_rata, policy.remote_opening, policy.closed_admits_permanents) == (False, False, True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("pro_rata", 1),
        ("closed_on_holidays", None),
        ("capacity_notice", "20"),
        ("capacity_legal", True),
        ("membership_year", "lunar"),
        ("vat_status", 5),
    ],
)
def test_newer_rule_of_the_wrong_kind_is_refused(place: Place, name: str, value: object) -> None:
    set_rule(place, name, value, DAY)
    with place.store.reading() as connection, pytest.raises(Problem) as refused:
        policies.read(connection, DAY)
    assert refused.value.code == "policy"


def test_row_that_was_called_off_never_holds(place: Place) -> None:
    before = on(place, TOMORROW)
    row = place.write(
        "INSERT INTO policy (name, valid_from, value) VALUES ('undo_limit', ?, '9')", TOMORROW.isoformat()
    )
    assert on(place, TOMORROW).undo_limit == 9
    with place.store.writing() as connection:
        rule_rows.call_off(connection, "policy", row, morning(), "test")
    assert on(place, TOMORROW) == before


def test_closed_day_is_noticed_at_once_and_its_newest_row_counts(place: Place) -> None:
    assert on(place, DAY).calendar is None
    for is_closed in (True, False, True):
        with place.store.writing() as connection:
            opening_rows.add(connection, TOMORROW, "Travaux", morning(), "test", is_closed=is_closed)
            rule_rows.revise(connection)
        assert (on(place, DAY).calendar is not None) is is_closed


def test_hours_to_come_are_known_to_the_days_before(place: Place) -> None:
    set_rule(place, "opening_hours", {"thu": ["10:00-12:00"]}, TOMORROW)  # a Thursday
    calendar = on(place, DAY).calendar
    assert calendar is not None
    wednesday_night = morning(DAY, 20).astimezone(place.home.config.zone)
    assert calendar.is_open(wednesday_night)
    reopens = calendar.reopens(wednesday_night)
    assert reopens is not None
    assert (reopens.date(), reopens.hour) == (TOMORROW, 10)


def test_holidays_are_written_once_for_many_years_and_heeded_where_the_rule_says_so(place: Place) -> None:
    christmas = date(2026, 12, 25)
    for _ in range(2):
        with place.store.writing() as connection:
            opening_rows.add_holidays(connection, DAY, morning())
            rule_rows.revise(connection)
    assert place.scalar("SELECT count(*) FROM closed_day WHERE day_on = '2026-12-25'") == 1
    assert place.scalar("SELECT max(day_on) FROM closed_day") == "2046-12-25"
    assert on(place, christmas).calendar is None
    set_rule(place, "closed_on_holidays", True, DAY)
    calendar = on(place, christmas).calendar
    assert calendar is not None
    assert not calendar.is_open(morning(christmas).astimezone(place.home.config.zone))


def test_entrance_knows_holidays_without_the_library_that_lists_them() -> None:
    loaded = "kiosk.entrance, kiosk.store.space.opening_rows, kiosk.store.space.policies"
    code = f"import sys, {loaded}; sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_presence_counts_kept_visits_of_people_who_have_not_left(place: Place) -> None:
    place.join()
    place.tap(morning())
    with place.store.reading() as connection:
        assert (visits.present(connection, DAY), visits.present(connection, TOMORROW)) == (1, 0)
    place.write("UPDATE visit SET left_at = '2026-11-25T17:00:00.000000Z'")
    with place.store.reading() as connection:
        assert visits.present(connection, DAY) == 0
