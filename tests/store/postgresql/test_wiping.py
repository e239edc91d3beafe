"""What is erased is in no table's file of a server any more, once its owner has written the tables anew."""

import shutil
import time
from pathlib import Path

import pytest

from kiosk.books.due import Due
from kiosk.checkin.door_log import DoorLog
from kiosk.cli.main import main
from kiosk.members import personal_data
from kiosk.members.personal_data import PersonalFiles
from kiosk.setup import moving, server_roles
from kiosk.store import audit
from kiosk.store.checkin.door_events import DoorEvent
from kiosk.store.members.erasure import Erased
from kiosk.store.postgresql import wiping
from tests import postgres
from tests.fakes import FakeClock
from tests.store.place import DAY, Place, morning, opened

pytestmark = pytest.mark.promise(6)
NAME = "Quatremère"


def _joined(place: Place) -> None:
    """Somebody came, paid and left, the last of some."""
    place.join("Inès Moreau", uid="04A1B2C3D4E502", on=DAY)
    member = place.join(f"Zoé {NAME}", on=DAY)
    place.tap(morning())
    place.pay(member, place.balance(2))
    place.write("UPDATE member SET left_on = ? WHERE number = 2", DAY.isoformat())


def _erase(place: Place) -> Erased:
    return PersonalFiles(store=place.store, rules=place.rules, clock=FakeClock(morning(hour=12)), actor="cli").erase(2)


def _due(place: Place) -> Due:
    return Due(store=place.store, rules=place.rules, seal=place.seal, clock=FakeClock(morning(hour=13)))


def _is_in_files(place: Place, server: postgres.Server) -> bool:
    """Whether the name is in any file of the database, by its bytes: its log is the server's own to overwrite."""
    server.run("CHECKPOINT")
    number = place.scalar("SELECT oid FROM pg_database WHERE datname = current_database()")
    there = (server.folder / "data" / "base" / str(number)).iterdir()
    return any(NAME.encode() in each.read_bytes() for each in there)


def test_who_is_erased_is_in_no_table_s_file_any_more_and_the_chain_is_whole(
    there: Place, server: postgres.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    _joined(there)
    assert _is_in_files(there, server)
    with monkeypatch.context() as patched:
        patched.setattr(wiping, "wipe", lambda connection: None)
        assert not _erase(there).in_log
    assert _is_in_files(there, server), "the server overwrites what it forgets: nothing of this is needed"
    assert there.store.checkpoint()
    assert not _is_in_files(there, server)
    with there.store.reading() as connection:
        audit.check_chain(connection, there.seal)
        audit.check_sums(connection)


def test_a_door_that_stops_leaves_the_server_its_log_and_its_tables(
    there: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiping, "wipe", None)  # to be called would be a fault
    doorlog = DoorLog(there.store, FakeClock(morning()))
    doorlog.add(DoorEvent(morning(), "refused", "unknown-badge"))
    doorlog.stop()
    doorlog.run(lambda _seconds: None)
    assert there.scalar("SELECT count(*) FROM door_event") == 1


def test_while_somebody_reads_it_stays_owed_and_goes_with_the_next_pass(
    there: Place, server: postgres.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    _joined(there)
    with there.store.reading() as reader:
        reader.exec_driver_sql("SELECT count(*) FROM visit").scalar_one()
        assert _erase(there).in_log
        assert personal_data.settle_log(there.store, morning(hour=13))
        seen = reader.exec_driver_sql("SELECT name FROM member WHERE number = 2").scalar_one()
        assert NAME in seen, "whoever reads since before sees what was"
    assert not _due(there).run().in_log
    assert not _is_in_files(there, server)


def test_an_account_that_does_not_own_the_tables_leaves_it_to_who_copies(
    new_home: Path, server: postgres.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The desk never waits for what it may not do; the owner does it with the next copy."""
    root = Path(shutil.copytree(new_home, tmp_path / "home"))
    moving.to_server(root, server.url(server.made()))
    server_roles.give(root)
    with opened(root) as place, opened(root, "desk") as desk:
        _joined(place)
        with monkeypatch.context() as patched:
            patched.setattr(time, "sleep", pytest.fail)
            assert _erase(desk).in_log
        assert (_due(desk).run().in_log, _is_in_files(place, server)) == (True, True)
    main(["--home", str(root), "backup"])
    with opened(root) as place:
        assert not _is_in_files(place, server)
        assert not _due(place).run().in_log
