"""Rooms come with a migration and go with it; an older release finds what it knows."""

from pathlib import Path

from kiosk.store import guards, schema
from kiosk.store.engine import open_engine

from .test_migrations import _names_of_0004, _rows

ROOMS = "0014"  # the migration that brought them


def test_rooms_come_and_go_and_an_older_release_sells_what_it_knows(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "kiosk.db", foreign_keys=False, create=True)
    older = f"{int(ROOMS) - 1:04}"
    with engine.begin() as connection:
        schema.upgrade(connection, "0004")
        _names_of_0004(connection)
        schema.upgrade(connection, older)
        guards.remove(connection)
        before, made = _rows(connection, "SELECT * FROM product"), schema.described(connection)
        schema.upgrade(connection, ROOMS)
        for statement in (
            "INSERT INTO product (code, kind, unit) VALUES ('room-hour', 'room', 'hour')",
            "INSERT INTO room (code, hour_product_id) SELECT 'small', id FROM product WHERE code = 'room-hour'",
            "INSERT INTO booking (room_id, starts_at, ends_at, free_at, day_on, state, made_at, made_by) VALUES (1,"
            " '2027-03-01T09:00:00.000000Z', '2027-03-01T10:00:00.000000Z', '2027-03-01T10:00:00.000000Z',"
            " '2027-03-01', 'booked', '2027-02-01T09:00:00.000000Z', 'cli')",
        ):
            connection.exec_driver_sql(statement)
        schema.check_references(connection)
        schema.downgrade(connection, older)
        guards.remove(connection)
        assert schema.described(connection) == made
        assert _rows(connection, "SELECT * FROM product")[: len(before)] == before
        assert _rows(connection, "SELECT kind, unit FROM product WHERE code = 'room-hour'") == [("day", "day")]
        schema.upgrade(connection, ROOMS)
        assert _rows(connection, "SELECT count(*) FROM booking") == [(0,)]
        schema.check_references(connection)
    engine.dispose()
