"""How often a tap asks its server and waits: what a door that is far from it feels."""

from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from kiosk import home
from kiosk.domain.checkin.verdicts import Granted
from kiosk.store import ledger
from tests import beside, postgres
from tests.processes import until
from tests.store.place import DAY, Place, morning, opened

pytestmark = pytest.mark.promise(2)
_OTHER = "04A1B2C3D4E502"


def _trips(place: Place, uid: str, hour: int = 9) -> int:
    with postgres.traced(place.store) as trips:
        assert isinstance(place.tap(morning(hour=hour), uid).decision, Granted)
    return trips[0]


def test_a_tap_asks_its_server_twice_and_a_second_one_for_its_guests_too(there: Place) -> None:
    """Whatever is read is asked with BEGIN and the lock; visit, entry and balance go with the COMMIT."""
    there.join()
    there.join(name="Jean Dubois", uid=_OTHER)
    with opened(there.home.paths.root, "entrance") as door:
        door.tap(morning())  # the day's first reads the rules, too
        assert (_trips(door, _OTHER), _trips(door, _OTHER, hour=10)) == (2, 3)
    assert there.balance(2) == there.balance(1)


def test_what_was_asked_ahead_is_asked_again_after_something_was_written(there: Place) -> None:
    there.join()
    with there.store.writing() as connection:
        ledger.ask_ahead(connection)
        connection.exec_driver_sql("SELECT 1")
        before = ledger.head(connection)
        ledger.ask_ahead(connection)
        connection.exec_driver_sql("SELECT 1")
        draft = ledger.Draft(
            kind="payment", day_on=DAY, group=bytes(16), actor="till", amount_cents=-100, account=1, method="cash"
        )
        ledger.append(connection, there.seal, draft, morning(), before)
        assert ledger.head(connection).number == before.number + 1


def test_what_is_refused_with_the_commit_is_no_matter_of_the_next_transaction(there: Place) -> None:
    """Its COMMIT is not heard any more: whoever writes next began in what had failed, and waited for ever."""
    there.join()
    beside.refuse(there.home, "entry")
    with opened(there.home.paths.root, "entrance") as door:
        for _ in range(2):
            with pytest.raises(sa.exc.IntegrityError, match="odd"):
                door.tap(morning())


def test_a_connection_that_the_server_ended_is_noticed_without_asking(there: Place) -> None:
    """A restart ends every connection of a desk: its next page reads by another one, and tells of no fault."""
    with home.opened(there.home.paths.root, is_patient=True) as desk:
        for _ in range(2):
            with desk.store.reading() as connection:
                assert connection.exec_driver_sql("SELECT count(*) FROM member").scalar() == 0
            database = sa.make_url(desk.config.database.url).database
            postgres.server().run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                f" WHERE datname = '{database}' AND pid <> pg_backend_pid()"
            )
            until(lambda: _is_gone(desk.store))
        with desk.store.writing() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM member").scalar() == 0


def _is_gone(store: Any) -> bool:
    """Whether the connection that would be used next knows that it is over."""
    raw = store._writer.pool._pool.queue[-1].driver_connection if store._writer.pool.checkedin() else None
    return raw is None or raw.is_gone()


def test_a_reading_that_ended_holds_nothing_at_the_server_though_no_one_waited_for_it(there: Place) -> None:
    with home.opened(there.home.paths.root, is_patient=True) as desk:
        with desk.store.reading() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM member").scalar() == 0
        database = sa.make_url(desk.config.database.url).database
        held = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in%' AND datname = " + f"'{database}'"
        with psycopg.connect(postgres.server().url("postgres"), autocommit=True) as other:
            until(lambda: (other.execute(held).fetchone() or (1,))[0] == 0)
        with desk.store.reading() as connection:
            assert connection.exec_driver_sql("SHOW transaction_read_only").scalar() == "on"
