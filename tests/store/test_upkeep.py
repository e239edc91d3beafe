"""What looks after the kiosk by itself is written down, one row a kind."""

from datetime import UTC, datetime, timedelta

from kiosk.domain.health.upkeep import Care, Upkeep
from kiosk.store.health import upkeep_rows

from .place import Place

FIRST = datetime(2026, 11, 1, 3, tzinfo=UTC)
LATER = FIRST + timedelta(hours=1)


def test_a_try_that_failed_leaves_the_last_success_as_it_was(place: Place) -> None:
    with place.store.writing() as connection:
        assert upkeep_rows.found(connection) == {}
        upkeep_rows.note(connection, Care.DRILL, FIRST, ok=True, says="12 entries")
        upkeep_rows.note(connection, Care.DRILL, LATER, ok=False, says="no copy")
        upkeep_rows.note(connection, Care.AWAY, LATER, ok=False, says="no stick")
        assert upkeep_rows.found(connection) == {
            Care.DRILL: Upkeep(Care.DRILL, LATER, FIRST, "no copy"),
            Care.AWAY: Upkeep(Care.AWAY, LATER, None, "no stick"),
        }


def test_care_is_overdue_once_it_has_not_succeeded_for_too_long() -> None:
    done = Upkeep(Care.DRILL, FIRST, FIRST, "")
    assert not done.failed
    assert not done.is_overdue(FIRST + timedelta(days=40))
    assert done.is_overdue(FIRST + timedelta(days=40, seconds=1))
    never = Upkeep(Care.BACKUP, FIRST, None, "")
    assert never.failed
    assert never.is_overdue(FIRST)
    assert not Upkeep(Care.UPDATE, FIRST, None, "").is_overdue(LATER)


def test_a_home_without_a_copy_is_neglected_once_it_is_older_than_one_may_be(place: Place) -> None:
    cares = (Care.BACKUP, Care.DRILL)
    with place.store.writing() as connection:
        made_at = datetime.fromisoformat(str(place.scalar("SELECT created_at FROM home")))
        assert not upkeep_rows.is_neglected(connection, cares, made_at + timedelta(hours=26))
        late = made_at + timedelta(hours=27)
        assert upkeep_rows.is_neglected(connection, cares, late)
        upkeep_rows.note(connection, Care.BACKUP, late, ok=True, says="")
        assert not upkeep_rows.is_neglected(connection, cares, late)
        upkeep_rows.note(connection, Care.BACKUP, late + timedelta(hours=20), ok=False, says="")
        assert not upkeep_rows.is_neglected(connection, cares, late + timedelta(hours=20))
        assert upkeep_rows.is_neglected(connection, cares, late + timedelta(hours=27))
        upkeep_rows.note(connection, Care.BACKUP, made_at + timedelta(days=41), ok=True, says="")
        assert upkeep_rows.is_neglected(connection, cares, made_at + timedelta(days=41)), "never rehearsed"
        upkeep_rows.note(connection, Care.DRILL, made_at + timedelta(days=41), ok=True, says="")
        assert not upkeep_rows.is_neglected(connection, cares, made_at + timedelta(days=41))
