"""From training to real accounts: rules and people come along, what was tried does not."""

import shutil
from pathlib import Path

import pytest

from kiosk import home
from kiosk.domain.checkin.verdicts import Granted
from kiosk.errors import RequestError
from kiosk.members.officers import DEMO
from kiosk.setup import home_creation
from kiosk.setup.home_creation import NewHome
from kiosk.store.officers import desk_users
from tests.conftest import WEDNESDAY, Space
from tests.fakes import FakeClock

INES, KARIM, ZOE = "04A1B2C3D4E501", "04A1B2C3D4E502", "04A1B2C3D4E503"
CHANGES = (
    "UPDATE member SET pin = 'x', note = 'au fond' WHERE number = 1",
    "UPDATE membership SET until_on = '2026-11-25' WHERE member_id = 3",
    "UPDATE badge SET proof = 'ev2', key_version = 1 WHERE member_id = 3",
    "INSERT INTO reduced_grant (member_id, level, from_on, until_on, reason, seen_by)"
    " VALUES (1, 'reduced', '2026-01-01', '2027-01-01', 'student', 'officer:3')",
)
TRIED = ("entry", "visit", "carnet", "closing", "document", "desk_user", "desk_log", "correction", "outbox", "joining")
SAME = ("product", "tariff", "policy", "zone", "plan", "name", "organisation", "payer")


@pytest.fixture(scope="module")
def training(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A week of training: people with badges, one by the month, one reduced, a changed rule, and what was tried."""
    root = tmp_path_factory.mktemp("training") / "school"
    clock = FakeClock(WEDNESDAY)
    home_creation.create(root, NewHome(training=True), clock)
    with home.opened(root) as opened:
        space = Space(opened, clock)
        try:
            space.join("Inès Moreau", INES)
            space.join("Karim Benali", KARIM, plan="permanent")
            space.join("Zoé Lambert", ZOE)
            space.rule("tab_limit_cents", "4200")
            space.tap(INES)
            space.till.sell(1, "carnet-10", None)
            space.till.pay(1, 700, "cash")
            with opened.store.writing() as connection:
                for change in CHANGES:
                    connection.exec_driver_sql(change)
        finally:
            space.kept.close()
    return root


def rows(space: Space, table: str) -> list[tuple[object, ...]]:
    return space.sql(f"SELECT * FROM {table} ORDER BY 1")


def test_rules_and_people_come_along_and_nothing_that_was_tried(training: Path, tmp_path: Path) -> None:
    clock = FakeClock(WEDNESDAY)
    clock.advance(days=1)
    real = tmp_path / "real"
    home_creation.create(real, NewHome(came_from=training), clock)
    with home.opened(training) as before, home.opened(real) as after:
        old, new = Space(before, FakeClock(WEDNESDAY)), Space(after, clock)
        try:
            assert not after.training
            for table in SAME:
                assert rows(new, table) == rows(old, table), table
            for table in TRIED:
                assert rows(new, table) == [], table
            assert rows(new, "badge") == [row for row in rows(old, "badge") if "ev2" not in row], (
                "proof is written anew"
            )
            people = "SELECT number, name, plan_code, joined_on, note, pin FROM member ORDER BY number"
            assert new.sql(people) == [(*row[:-1], None) for row in old.sql(people)]
            assert new.sql("SELECT balance_cents FROM account") == [(0,), (0,), (0,)]
            assert new.sql("SELECT level, seen_by FROM reduced_grant") == [("reduced", "cli")]
            kept = old.sql("SELECT member_id, until_on FROM membership WHERE until_on > '2026-11-25' ORDER BY id")
            assert [number for number, _ in kept] == [1, 2]
            assert new.sql("SELECT member_id, until_on, entry_number FROM membership") == [
                (*each, None) for each in kept
            ]
            assert new.sql("SELECT member_id, from_on, entry_number FROM subscription") == [(2, "2026-11-26", None)]
            assert isinstance(new.tap(INES), Granted)
            assert isinstance(new.tap(KARIM), Granted)
            assert [amount for (amount,) in new.sql("SELECT amount_cents FROM entry WHERE kind = 'charge'")] == [250]
        finally:
            old.kept.close()
            new.kept.close()


def test_real_accounts_and_invented_people_are_refused_and_nothing_is_left(
    training: Path, template: Path, tmp_path: Path
) -> None:
    demo = tmp_path / "demo"
    shutil.copytree(training, demo)
    with home.opened(demo) as opened, opened.store.writing() as connection:
        desk_users.add(connection, f"host{DEMO}", "x", ["host"], WEDNESDAY, "x")
    for root, code in ((template, "home-not-training"), (demo, "home-demo")):
        with pytest.raises(RequestError) as refused:
            home_creation.create(tmp_path / "new", NewHome(came_from=root), FakeClock(WEDNESDAY))
        assert refused.value.code == code
        assert not (tmp_path / "new").exists()
