"""A home that was taken back to a release that sealed less is well to that release's own code, and watched by it."""

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import home
from kiosk.members.officers import Officers, Profile
from kiosk.setup import migration
from kiosk.store import audit
from kiosk.store.seals import door_limits, seal_audit, sealed_before
from kiosk.store.seals.sealed_tables import SEALED
from tests.beside import drop_triggers
from tests.books import closed_year
from tests.fakes import FakeClock
from tests.faults import older_release

pytestmark = pytest.mark.sqlite

COMMIT = "69be35692eed3c9efee585e7320cd8bd5334ac3c"  # sealed less of four tables, and nothing of telephones
REVISION = "0043"
PAIRED = (
    "INSERT INTO telephone (id, member_id, bearer_hash, way, kind, paired_at, used_on)"
    " VALUES (1, 1, zeroblob(32), 'badge', 'x', '2027-01-11T09:00:00.000000Z', '2027-01-11')"
)
OLDER = pytest.mark.skipif(not older_release.is_there(COMMIT), reason="a shallow clone's history has no older release")


@pytest.fixture
def lived(template: Path, tmp_path: Path) -> Path:
    """A home in which this release sealed what changed of the tables of which it seals more."""
    root = Path(shutil.copytree(closed_year.made(template), tmp_path / "home"))
    clock = FakeClock(closed_year.AFTER + timedelta(days=3))
    with home.opened(root) as opened:
        Officers.of(opened, clock, "cli").add_first("p@exemple.fr", Profile("P", ["president"]), "x")
    return root


@OLDER
def test_release_before_finds_a_home_well_that_was_taken_back_and_names_what_is_changed_there(lived: Path) -> None:
    done = migration.migrate_back(lived, REVISION)
    assert "verify names" not in done
    assert f"at {REVISION} already" in older_release.says(COMMIT, lived, "migrate")
    assert "all well" in older_release.says(COMMIT, lived, "verify")
    with closing(sqlite3.connect(lived / "db" / "ledger.db", isolation_level=None)) as raw:
        drop_triggers(raw)
        raw.execute("UPDATE desk_user SET password = 'y' WHERE email = 'p@exemple.fr'")
    assert "desk_user" in older_release.says(COMMIT, lived, "verify")


def test_a_way_back_that_seals_nothing_anew_needs_no_key(lived: Path) -> None:
    """An update that is taken back must not fail by a key that went meanwhile; the door opens by its list of people."""
    (lived / "keys" / "shared" / "chain").unlink()
    assert "went back to 0045" in migration.migrate_back(lived, "0045")


def test_home_that_was_taken_back_is_well_again_after_the_next_update(lived: Path) -> None:
    migration.migrate_back(lived, REVISION)
    assert "as it was found" in migration.migrate(lived, FakeClock(closed_year.AFTER + timedelta(days=4)))
    with home.opened(lived) as opened, opened.store.reading() as connection:
        audit.check_chain(connection, opened.seal)
        assert seal_audit.check(connection, opened.seal) > 80


@OLDER
def test_entries_by_which_doors_sealed_what_the_release_before_does_not_know_are_told_on_the_way_back(
    lived: Path,
) -> None:
    with home.opened(lived, program="entrance") as opened, opened.store.writing() as connection:
        connection.exec_driver_sql(PAIRED)
    with home.opened(lived) as opened, opened.store.reading() as connection:
        (entry,) = door_limits.sealed_of(connection, frozenset({"telephone"}))
    assert migration.migrate_back(lived, REVISION).endswith(f"until the next update: {entry}")
    older_release.says(COMMIT, lived, "migrate")
    assert older_release.says(COMMIT, lived, "verify").count("by door") == 1


def test_what_a_release_before_sealed_is_the_beginning_of_what_is_sealed_now() -> None:
    assert sealed_before.columns("0042") == {"desk_user": 5, "home": 1, "member": 10, "voucher_code": 5}
    assert sealed_before.columns("0044")["desk_user"] == 8
    assert all(
        count < len(SEALED[table].columns)
        for tables in sealed_before.COLUMNS.values()
        for table, count in tables.items()
    )
    assert sealed_before.by_doors("0044") <= door_limits.TABLES.keys()
    assert (sealed_before.columns("0046"), sealed_before.by_doors("0046")) == ({}, frozenset())


SEALED_NOW = (62, 282)
"""How many tables are sealed, and how many columns of all of them. Where that changes, a release before seals fewer:
`sealed_before` wants a line with the number until then, `migration` one for the tables of which more is sealed.
"""


def test_a_change_of_what_is_sealed_is_told_to_the_way_back() -> None:
    assert (len(SEALED), sum(len(each.columns) for each in SEALED.values())) == SEALED_NOW
