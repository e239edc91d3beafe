"""A home on a server is copied, rehearsed and put back as a home in its file is."""

import subprocess
from pathlib import Path

import pytest

from kiosk import home
from kiosk.books.recovery.ledger_recovery import Outside
from kiosk.errors import MachineError
from kiosk.health import database_checks
from kiosk.jobs.copies import backup, copy_file, drill, restore
from kiosk.jobs.copies.restore import Restored
from kiosk.setup import records
from kiosk.store import audit, ledger, schema
from kiosk.store.ledger import Head
from tests import postgres
from tests.fakes import FakeClock
from tests.store.place import DAY, Place, morning, opened


@pytest.fixture
def lived(there: Place) -> Place:
    """A home on a server where somebody came in."""
    there.join()
    there.tap(morning())
    return there


def _copied(place: Place) -> Path:
    return backup.make(place.home, FakeClock(morning(hour=9)), sure=True).path


def _back(root: Path, copy: Path) -> Restored:
    clock = FakeClock(morning(hour=10))
    return restore.restore(root, copy, clock, identity=None, told=Outside({}), confirm=lambda lost: None)


def _head(place: Place) -> Head:
    with place.store.reading() as connection:
        return ledger.head(connection)


def test_copy_has_every_row_the_same_head_and_passes_the_drill(lived: Place) -> None:
    made = backup.make(lived.home, FakeClock(morning(hour=9)), sure=True)
    head = _head(lived)
    assert made.manifest.entry == head.number and bytes.fromhex(made.manifest.mac) == head.mac
    assert made.manifest.counts["visit"] == 1
    assert copy_file.check(made.path) == made.manifest
    assert drill.run(lived.home, FakeClock(morning(hour=10))).wrong == ()


def test_home_on_a_server_is_put_back_and_the_only_when_nobody_is_connected(lived: Place) -> None:
    copy, root = _copied(lived), lived.home.paths.root
    head = _head(lived)
    lived.tap(morning(DAY.replace(day=26)))
    with pytest.raises(MachineError) as refused:  # its door is connected
        _back(root, copy)
    assert refused.value.code == "server-used"
    assert lived.scalar("SELECT count(*) FROM visit") == 2
    lived.store.close()
    done = _back(root, copy)
    assert [str(path) for path in done.aside] == ["kiosk_20261125100000"]
    assert done.lost.survivors.left is not None
    assert [each.kind for each in done.lost.survivors.left.entries][:1] == ["charge"]
    with opened(root) as place, place.store.reading() as connection:
        number, _ = audit.check_chain(connection, place.seal)
        assert number > head.number
        assert ledger.mac(connection, head.number) == head.mac
        assert connection.exec_driver_sql("SELECT count(*) FROM visit").scalar() == 1
        audit.check_sums(connection)


def test_copy_of_a_server_made_a_home_elsewhere_names_no_server() -> None:
    """Other doors may be on that one: who means it moves there."""
    says = '[database]\n# a word\nurl = "postgresql://kiosk@db/kiosk"\n\n[spool]\npath = "spool"\n'
    assert records.naming(says, "") == says.replace('url = "postgresql://kiosk@db/kiosk"\n', "")
    assert records.naming("[spool]\n", "") == "[spool]\n"


def test_check_says_what_the_server_is_and_that_it_may_forget(lived: Place) -> None:
    """The run's server was told to: these tests never ask whether a disk keeps its word."""
    with home.opened(lived.home.paths.root) as there:
        found = {each.kind.code: each.values for each in database_checks.database(there, whole=True)}
    assert set(found) == {"database-server", "server-unsafe"}
    assert found["server-unsafe"]["settings"] == "fsync = off, full_page_writes = off"


def test_dump_by_the_server_s_own_tools_has_the_same_head_and_the_same_schema(
    lived: Place, server: postgres.Server, tmp_path: Path
) -> None:
    settings, url, head = lived.home.paths.config, lived.home.config.database.url, _head(lived)
    other, dump = server.url(server.made()), tmp_path / "records.dump"
    subprocess.run(["pg_dump", "--format=custom", "--schema=kiosk", f"--file={dump}", url], check=True)
    subprocess.run(["pg_restore", "--exit-on-error", f"--dbname={other}", str(dump)], check=True)
    settings.write_text(settings.read_text("utf-8").replace(url, other), "utf-8")
    with opened(lived.home.paths.root) as place, place.store.reading() as connection:
        assert audit.check_chain(connection, place.seal) == (head.number, head.mac)
        schema.compare(connection)
