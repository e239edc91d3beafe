"""The sheet beside the door says what the rules, the prices and the association's words say on that day."""

import json
from datetime import UTC, datetime

from kiosk.exports.door_sheet_pdf import DoorSheet
from kiosk.language.names import Names
from kiosk.space import door_sheet
from kiosk.store.space import wording_rows
from kiosk.store.space.policies import Rules
from tests.conftest import WEDNESDAY, Space


def read(space: Space, at: datetime = WEDNESDAY) -> DoorSheet:
    with space.home.store.reading() as connection:
        return door_sheet.read(connection, Rules(space.home.config.zone), at, training=False)


def test_it_says_what_is_in_force(space: Space) -> None:
    found = read(space)
    assert ("Journée", 500) in [(line.name.to("fr"), line.price.cents) for line in found.prices]
    assert (found.free_zone, found.passing_minutes, found.guests_a_day) == (
        Names({"fr": "Coin gratuit", "en": "Free corner"}),
        15,
        3,
    )
    assert found.hours is None
    assert found.contact.to("en") == "Ask the host, or the association’s office."


def test_a_change_is_said_from_its_day_on(space: Space) -> None:
    space.rule("passing_minutes", "null", "2026-12-01")
    space.rule("opening_hours", '{"mon": ["08:00-19:00"]}', "2026-12-01")
    space.rule("association", json.dumps({"name": "La Coroutine"}), "2026-12-01")
    assert read(space).passing_minutes == 15
    later = read(space, datetime(2026, 12, 2, 8, tzinfo=UTC))
    assert later.passing_minutes == 0
    assert later.hours is not None
    assert later.association == {"name": "La Coroutine"}


def test_it_speaks_with_the_association_s_words(space: Space) -> None:
    with space.home.store.writing() as connection:
        wording_rows.add(connection, "notice-contact", Names({"fr": "Nadia", "en": "Ask Nadia"}), WEDNESDAY, "test")
    assert read(space).contact == Names({"fr": "Nadia", "en": "Ask Nadia"})


def test_where_all_of_the_space_is_free_no_corner_is_named(space: Space) -> None:
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE zone SET day_product_id = NULL")
        connection.exec_driver_sql("UPDATE rules_revision SET number = number + 1")
    assert read(space).free_zone is None
