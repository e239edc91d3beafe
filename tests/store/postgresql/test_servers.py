"""What a server must be, what is said of one that is not, and what its own guards refuse."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from kiosk import home
from kiosk.domain.slots import Slot
from kiosk.errors import AnswerIsNo, KioskError, MachineError, RequestError
from kiosk.health import opening_faults
from kiosk.store import guards, ledger, schema
from kiosk.store.books import booking_facts
from kiosk.store.postgresql import address, server_store, speech, triggers
from kiosk.store.rooms import booking_rows, quote_rows
from kiosk.store.rooms.booking_rows import NewBooking
from kiosk.store.rooms.quote_rows import NewLet
from kiosk.store.seals import seal_audit, sealing
from kiosk.store.seals.sealing import Sealing
from kiosk.store.tables import account, entry
from tests import postgres
from tests.processes import free_port
from tests.settings import add, forget_accepted
from tests.store.place import DAY, YEAR_AGO, Place, morning

SOURCES = Path(home.__file__).parent
_WITH_PSYCOPG = ("moving.py", "server_records.py", "server_roles.py")


def _open(root: Path) -> None:
    with home.opened(root):
        pass


def _named(root: Path, url: str) -> Path:
    add(root, f'[database]\nurl = "{url}"\n')
    forget_accepted(root)
    return root


@pytest.fixture
def bare(new_home: Path, tmp_path: Path) -> Path:
    """A home whose kiosk.toml names no database yet."""
    root = Path(shutil.copytree(new_home, tmp_path / "bare"))
    text = (root / "kiosk.toml").read_text("utf-8")
    (root / "kiosk.toml").write_text(text.replace("[database]\n", "", 1), "utf-8")
    return root


def _refusal(root: Path) -> KioskError:
    with pytest.raises(KioskError) as refused:
        _open(root)
    assert "secret" not in str(refused.value)
    return refused.value


def _found(root: Path) -> str:
    """The code by which `kiosk check` tells what is wrong."""
    (finding,) = opening_faults.closed(_refusal(root), root)
    return finding.kind.code


def test_server_that_does_not_answer_is_a_fault_like_a_lost_file(bare: Path) -> None:
    root = _named(bare, f"postgresql://kiosk:secret@127.0.0.1:{free_port()}/kiosk")
    assert _refusal(root).code == "database"
    assert _found(root) == "server-silent"


def test_database_that_is_not_there_or_without_an_account_is_told_from_a_stopped_server(
    bare: Path, server: postgres.Server
) -> None:
    there = server.url(server.made())
    for url, code in (
        (server.url("nowhere"), "server-no-database"),
        (server.url(there.rpartition("/")[2].partition("?")[0], "nobody_at_all"), "server-account"),
    ):
        forget_accepted(bare)
        text = (bare / "kiosk.toml").read_text("utf-8").partition("[database]")[0].replace("# end", "").rstrip()
        (bare / "kiosk.toml").write_text(f"{text}\n# end\n", "utf-8")
        assert _found(_named(bare, url)) == code


def test_database_without_the_tables_says_so(bare: Path, server: postgres.Server) -> None:
    root = _named(bare, server.url(server.made()))
    wrong = _refusal(root)
    assert wrong.code == "database"
    assert "alembic_version" in str(wrong)
    assert _found(root) == "server-empty"


def test_database_in_another_encoding_is_refused(bare: Path, server: postgres.Server) -> None:
    wrong = _refusal(_named(bare, server.url(server.made(more="ENCODING 'LATIN1'"))))
    assert wrong.code == "database-server"
    assert "LATIN1" in str(wrong)


def test_account_without_rights_is_told(there: Place, server: postgres.Server) -> None:
    database = sa.make_url(there.home.config.database.url).database or ""
    server.run("DO $$BEGIN CREATE ROLE stranger LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END$$")
    settings = there.home.paths.config
    text = settings.read_text("utf-8").replace(server.url(database), server.url(database, "stranger"))
    settings.write_text(text, "utf-8")
    assert _refusal(there.home.paths.root).code == "database"
    assert _found(there.home.paths.root) == "server-empty"  # a schema that it may not use is none to it


@pytest.mark.parametrize(("revision", "code"), [("9999", "database-newer"), ("0000", "database-older")])
def test_schema_of_another_release_is_refused(there: Place, revision: str, code: str) -> None:
    there.write("UPDATE alembic_version SET version_num = ?", revision)
    assert _refusal(there.home.paths.root).code == code


def test_every_connection_says_its_own_time_zone_and_where_the_tables_are(there: Place) -> None:
    """The run's server lives in Tokyo."""
    with there.store.reading() as connection:
        assert connection.exec_driver_sql("SHOW timezone").scalar() == "UTC"
        assert connection.exec_driver_sql("SELECT current_schema()").scalar() == address.SCHEMA


def test_schema_is_what_this_release_makes_and_a_guard_that_was_taken_is_named(there: Place) -> None:
    with there.store.reading() as connection:
        schema.compare(connection)
    there.write("ALTER TABLE entry DISABLE TRIGGER entry_never_changed")
    with there.store.reading() as connection, pytest.raises(MachineError) as wrong:
        schema.compare(connection)
    assert "entry_never_changed" in str(wrong.value)


def test_what_is_read_in_pages_is_said_in_the_same_words(there: Place) -> None:
    with there.store.reading() as connection:
        paged = connection.execution_options(yield_per=10)
        query = "SELECT coalesce(json_extract(e.detail, '$.quantity'), 1) FROM entry AS e WHERE e.number > ?"
        assert paged.exec_driver_sql(query, (0,)).all() == []


@pytest.mark.parametrize(
    "read",
    [
        ledger.sealed,
        lambda connection: booking_facts.between(connection, YEAR_AGO, DAY),
        lambda connection: sealing.read(connection, "badge"),
    ],
    ids=["the chain", "the year's bookings", "what is sealed"],
)
def test_what_may_be_a_million_rows_stays_at_the_server_until_its_page_is_read(
    there: Place, read: Callable[[sa.Connection], Iterator[object]]
) -> None:
    """All of it at once would not go into the memory of a small machine."""
    there.join()
    with there.store.reading() as connection:
        rows = read(connection)
        next(rows)
        assert connection.exec_driver_sql("SELECT count(*) FROM pg_cursors WHERE name LIKE 'pages_%'").scalar() == 1
        list(rows)
        assert connection.exec_driver_sql("SELECT count(*) FROM pg_cursors").scalar() == 0


def test_server_that_goes_away_while_a_million_rows_are_read_is_a_fault_of_the_machine(
    there: Place, server: postgres.Server
) -> None:
    there.join()
    with pytest.raises(MachineError), there.store.reading() as connection:
        rows = sealing.read(connection, "badge")
        next(rows)
        process = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
        server.run(f"SELECT pg_terminate_backend({process}, 5000)")
        list(rows)


def test_a_number_in_a_detail_is_one_however_its_path_is_said(there: Place) -> None:
    """A path that is bound is no less known: what a bank's line wrote is found again by the line's number."""
    there.join()
    kinds = sa.func.json_extract(entry.c.detail, "$.quantity"), sa.func.json_extract(entry.c.detail, "$.product")
    with there.store.reading() as connection:
        charged = connection.execute(sa.select(*kinds).where(entry.c.kind == "charge")).all()
    assert [tuple(row) for row in charged] == [(1, "membership")]


def test_every_guard_of_the_file_is_there() -> None:
    assert {*guards.statements()} <= {*triggers.names()}


@pytest.mark.promise(3)
@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE entry SET amount_cents = 0",
        "DELETE FROM entry",
        "TRUNCATE entry CASCADE",
        "INSERT INTO entry SELECT * FROM entry ON CONFLICT (number) DO UPDATE SET amount_cents = 0",
        "UPDATE visit SET day_on = '2026-01-01'",
        "DELETE FROM member",
        "UPDATE tariff SET cents = 0",
        "INSERT INTO policy (name, valid_from, value) VALUES ('x', '2026-13-40', '1')",
    ],
)
def test_server_refuses_what_the_file_refuses(there: Place, attack: str) -> None:
    there.join()
    there.tap(morning())
    with pytest.raises((sa.exc.IntegrityError, sa.exc.DataError)):
        there.write(attack)


def test_what_the_server_says_of_a_fault_has_no_values_in_it(there: Place) -> None:
    add = "INSERT INTO badge (fingerprint, member_id, tail, given_on) VALUES (?, ?, 'E501', '2026-11-25')"
    there.join()
    for taken, member in ((there.fingerprint(), 1), (bytes(32), 99)):
        with pytest.raises(sa.exc.IntegrityError) as refused:
            there.write(add, taken, member)
        assert "99" not in str(refused.value.orig) and "DETAIL" not in str(refused.value.orig)


def test_what_the_server_says_of_a_fault_in_many_rows_has_no_values_in_it(there: Place) -> None:
    there.join()
    rows = [{"member_id": 98}, {"member_id": 99}]  # two of no member
    with pytest.raises(sa.exc.IntegrityError) as refused, there.store.writing() as connection:
        connection.execute(account.insert(), rows)
    assert "9" not in str(refused.value.orig) and "DETAIL" not in str(refused.value.orig)


def test_lock_held_by_somebody_else_is_a_fault_after_a_while(there: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with psycopg.connect(there.home.config.database.url, autocommit=True) as other:
        other.execute(f"SELECT pg_advisory_lock({server_store.LOCK})")
        with there.store.reading():
            pass  # who only reads waits for nobody
        with pytest.raises(MachineError) as refused, there.store.writing():
            pass
        assert refused.value.code == "database"
    with there.store.writing():
        pass  # and is well again


def test_store_notices_others_commits_and_no_reader(there: Place) -> None:
    def is_same_after_reading() -> bool:
        before = there.store.changes()
        there.scalar("SELECT count(*) FROM entry")
        return there.store.changes() == before

    assert any(is_same_after_reading() for _ in range(100))  # other tests write in other databases of this server
    before = there.store.changes()
    there.join()
    assert there.store.changes() != before


def test_psycopg_is_imported_for_a_home_on_a_server_alone() -> None:
    """Where it is not installed nothing else misses it."""
    for path in SOURCES.rglob("*.py"):
        if "data" in path.parts or "postgresql" in path.parts or path.name in _WITH_PSYCOPG:
            continue
        found = re.findall(
            r"^(?:import|from) .*(?:psycopg|store\.postgresql|setup\.(?:moving|server_records|server_roles))",
            path.read_text("utf-8"),
            re.M,
        )
        assert not found, path


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("a IS NOT b", "a IS DISTINCT FROM b"),
        ("a IS b", "a IS NOT DISTINCT FROM b"),
        ("a IS NULL AND b IS NOT NULL", "a IS NULL AND b IS NOT NULL"),
        ("x = ? AND y = '?%'", "x = %s AND y = '?%%'"),
        ("json_extract(e.detail, '$.quantity')", "json_number(e.detail, '$.quantity')"),
        ("json_extract(e.detail, '$.product')", "json_extract(e.detail, '$.product')"),
        ("WHERE +e.day_on > 1 + 2", "WHERE e.day_on > 1 + 2"),
        ("NOT active ORDER BY 1", "NOT active = 1 ORDER BY 1"),
        ("CAST(t.\"id\" || '' AS BLOB)", "convert_to(CAST(t.\"id\" || '' AS TEXT), 'UTF8')"),
    ],
)
def test_words_that_only_one_understands_are_turned(here: str, there: str) -> None:
    assert speech.for_server(here) == there


def test_every_number_of_a_detail_is_one_that_statements_ask_for() -> None:
    sources = "\n".join(
        path.read_text("utf-8") for path in (SOURCES / "store").rglob("*.py") if path.name != "speech.py"
    )
    for name in speech.NUMBERS:
        assert f"$.{name}" in sources or f'"{name}"' in sources, name


@pytest.mark.promise(3)
def test_two_bookings_of_a_room_never_meet_even_without_the_guard(there: Place) -> None:
    """Ranges alone say so: no extension is wanted."""
    room = there.write("INSERT INTO room (code) VALUES ('blue')")
    book = (
        "INSERT INTO booking (key, room_id, day_on, starts_at, ends_at, free_at, state, made_at, made_by)"
        " VALUES (?, ?, '2026-11-25', ?, ?, ?, ?, '2026-11-24T08:00:00.000000Z', 'cli')"
    )
    there.write("ALTER TABLE booking DISABLE TRIGGER USER")

    def held(key: int, first: int, last: int, state: str = "booked") -> None:
        starts, ends = (f"2026-11-25T{hour:02}:00:00.000000Z" for hour in (first, last))
        there.write(book, bytes([key]) * 16, room, starts, ends, ends, state)

    held(1, 8, 10)
    held(2, 10, 12)
    held(3, 9, 11, "cancelled")
    with pytest.raises(sa.exc.IntegrityError) as refused:
        held(4, 9, 11)
    assert "ex_booking_room_id" in str(refused.value.orig)


def test_room_that_is_taken_is_refused_and_the_rest_of_the_transaction_is_written(there: Place) -> None:
    """As a calendar that is read in, and a weekly booking, go on with what can be had."""
    room = there.write("INSERT INTO room (code) VALUES ('blue')")
    wanted = [
        NewBooking(
            room=room,
            slot=Slot(morning(hour=first), morning(hour=first + 2)),
            setup_minutes=0,
            day_on=DAY,
            made_at=morning(),
            made_by="cli",
        )
        for first in (8, 9, 10)
    ]
    with there.store.writing() as connection:
        booking_rows.add(connection, wanted[0])
        with pytest.raises(RequestError, match="taken"):
            booking_rows.add(connection, wanted[1])
        booking_rows.add(connection, wanted[2])
    assert there.scalar("SELECT count(*) FROM booking") == 2


def test_part_of_the_place_that_is_let_is_refused_and_the_rest_of_the_transaction_is_written(there: Place) -> None:
    payer = there.write("INSERT INTO organisation (name) VALUES ('Ville')")
    slot = Slot(morning(), morning(hour=20))
    new = NewLet(slot=slot, organisation_id=payer, made_at=morning(), made_by="cli")
    with there.store.writing() as connection:
        quote_rows.add_let(connection, new)
        with pytest.raises(RequestError, match="let then"):
            quote_rows.add_let(connection, new)
        assert connection.exec_driver_sql("SELECT count(*) FROM privatisation").scalar() == 1


@pytest.mark.promise(3)
def test_what_is_sealed_is_read_again_and_what_somebody_altered_is_named(there: Place) -> None:
    there.join()
    with there.store.writing() as connection:
        Sealing(there.seal).seal_state(connection)
    with there.store.reading() as connection:
        assert seal_audit.check(connection, there.seal) > 0
    with psycopg.connect(there.home.config.database.url, autocommit=True) as other:
        other.execute("SET search_path = kiosk")
        other.execute("SET session_replication_role = replica")
        other.execute("UPDATE tariff SET cents = cents + 1")
    with there.store.reading() as connection, pytest.raises(AnswerIsNo):
        seal_audit.check(connection, there.seal)
