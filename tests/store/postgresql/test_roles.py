"""Each program's account on a server does its work, and is refused what is not its own."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from kiosk import config_file, home
from kiosk.errors import MachineError, RequestError
from kiosk.jobs.due import boxes
from kiosk.jobs.due.acts import TimePass
from kiosk.offline import office_clock
from kiosk.offline.clock_trust import Timekeeper
from kiosk.setup import moving, records, server_roles
from kiosk.store.health import failing_rows
from kiosk.store.messages import outbox_rows
from kiosk.store.postgresql import address, rights
from kiosk.store.seals import door_limits
from kiosk.store.space.policies import Rules
from tests import postgres
from tests.fakes import FakeClock
from tests.store.place import DAY, Place, morning
from tests.web.desk.officers.test_who_could import ACTS

pytestmark = pytest.mark.promise(3)
_BOTH = (
    "UPDATE entry SET amount_cents = 0",
    "DELETE FROM entry",
    "TRUNCATE entry CASCADE",
    "DELETE FROM visit",
    "UPDATE closing SET until_on = '2020-01-01'",
    "DELETE FROM member",
    "UPDATE tariff SET cents = 0",
    "ALTER TABLE entry DISABLE TRIGGER ALL",
    "DROP TRIGGER entry_never_changed ON entry",
    "SET session_replication_role = replica",
    "UPDATE alembic_version SET version_num = '9999'",
    "DROP SCHEMA kiosk CASCADE",
)
_ATTACKS = {
    "entrance": (
        *_BOTH,
        "INSERT INTO tariff SELECT * FROM tariff",
        "INSERT INTO policy (name, valid_from, value) VALUES ('tab-limit', '2026-01-01', '0')",
        "UPDATE product SET code = 'x'",
        "SELECT * FROM desk_user",
        "SELECT password FROM desk_user",
        "SELECT tf_totp_secret FROM desk_user",
        "UPDATE desk_user SET password = 'x'",
        "INSERT INTO desk_user_role SELECT 1, 1",
        # A wish of 6 euros, raised to 25 after the president had read it; its trace; a line of the bank.
        "UPDATE second_look SET cents = 2500",
        "INSERT INTO second_look SELECT * FROM second_look",
        "DELETE FROM desk_log",
        "UPDATE desk_log SET what = 'x'",
        "INSERT INTO bank_line SELECT * FROM bank_line",
        "INSERT INTO bank_match SELECT 1, 1",
        "UPDATE outbox SET body = 'x'",
        "DELETE FROM outbox",
        "INSERT INTO reduced_grant SELECT * FROM reduced_grant",
        "UPDATE carnet SET days = 99",
        "UPDATE member SET merged_into = 1",
        "UPDATE member SET email = 'thief@example.org'",
        "UPDATE member SET no_tab = 0, number = 9",
        "UPDATE voucher SET days = 99",
        "INSERT INTO closing SELECT * FROM closing",
        "INSERT INTO head_recipient SELECT * FROM head_recipient",
        "DELETE FROM upkeep",
        "DELETE FROM entry_text",
        "SELECT * FROM desk_passkey",
    ),
    "outside": (
        *_BOTH,
        "SELECT * FROM member",
        "SELECT amount_cents FROM entry",
        "SELECT password FROM desk_user",
        "INSERT INTO desk_log SELECT * FROM desk_log",
        "DELETE FROM outbox",
        "UPDATE upkeep SET says = 'x'",
    ),
    "desk": (
        *_BOTH,
        "INSERT INTO door_event (at, kind) VALUES ('2026-11-25T08:00:00.000000Z', 'opened')",
        "UPDATE door_event SET kind = 'x'",
        "INSERT INTO spooled_tap SELECT * FROM spooled_tap",
    ),
}


@dataclass
class Owned:
    """A home on a server whose owner there is nobody special."""

    root: Path
    server: postgres.Server
    database: str

    def attack(self, program: str, statement: str) -> None:
        """Say something as a program, by the driver alone."""
        url = home.own_server(home.find(self.root), program)
        with psycopg.connect(url, autocommit=True, options="-c search_path=kiosk,pg_temp") as connection:
            connection.execute(statement)


@pytest.fixture(scope="module")
def owned(new_home: Path, server: postgres.Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Owned]:
    """Moved there by its owner, who may make roles; and each program has its account."""
    root = Path(shutil.copytree(new_home, tmp_path_factory.mktemp("owned") / "home"))
    database = server.made()
    server.run(f"CREATE ROLE {database}_owner LOGIN CREATEROLE")
    server.run(f"ALTER DATABASE {database} OWNER TO {database}_owner")
    moving.to_server(root, server.url(database, f"{database}_owner"))
    server_roles.give(root)
    yield Owned(root, server, database)


def test_each_program_works_by_its_own_account(owned: Owned) -> None:
    with home.opened(owned.root, is_patient=True, program="desk") as opened:
        place = Place(opened)
        place.join()
        place.write("INSERT INTO policy (name, valid_from, value) VALUES ('x', '2020-01-01', '1')")
        assert place.scalar("SELECT current_user") == _account(owned, "desk")
    with home.opened(owned.root, program="entrance") as opened:
        place = Place(opened)
        for day in (DAY, DAY.replace(day=26)):
            place.tap(morning(day))
        assert place.scalar("SELECT count(*) FROM entry WHERE kind = 'charge' AND visit_id IS NOT NULL") == 2
        with pytest.raises(MachineError) as refused, records.of(opened.paths).changing():
            pass
        assert refused.value.code == "server-used"  # its owner sees who else is connected


def test_what_calls_outwards_sends_by_its_own_account(owned: Owned) -> None:
    at = morning(DAY)
    with home.opened(owned.root, is_patient=True, program="desk") as opened, opened.store.writing() as connection:
        outbox_rows.put_all(connection, [outbox_rows.Letter("ines@example.org", "Reçu", "Bonjour", "receipt 1")], at)
    with home.opened(owned.root, is_patient=True, program="outside") as opened:
        now = TimePass(opened, Rules(opened.config.zone), FakeClock(at), FakeClock(at), sure=True)
        boxes.go_out(now)
        assert (now.messages.given_up, now.failed) == (1, {}), "no mail server is named"
        keeper = office_clock.teach(Timekeeper(FakeClock(morning(DAY.replace(day=27))), lambda: True), opened)
        assert keeper.look().doubt is None, "it reads what the records know of the time"
        with opened.store.writing() as connection:
            failing_rows.note(connection, {"outbox": "mail"}, [], at)
            assert failing_rows.failing(connection)
            failing_rows.note(connection, {}, ["outbox"], at)


@pytest.mark.parametrize(
    ("program", "attack"), [(program, attack) for program, attacks in _ATTACKS.items() for attack in attacks]
)
def test_server_refuses_a_program_what_is_not_its_own(owned: Owned, program: str, attack: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        owned.attack(program, attack)


# What each act by two needs that is the desk's alone: to let it wait or agree to it, and what it does.
_WAITS = ("INSERT INTO second_look SELECT * FROM second_look", "UPDATE second_look SET state = 'done'")
_ASKED = (
    "INSERT INTO asked_act (act, kind, wish, asked_by, asked_at) VALUES ('x', 'x', '{}', 'officer:1', 'x')",
    "UPDATE asked_act SET state = 'done', decided_by = 'officer:2'",
)
_BY_TWO = {
    **dict.fromkeys(("reverse", "refund", "write-off"), _WAITS),
    "loosen": (*_ASKED, "INSERT INTO policy (name, valid_from, value) VALUES ('second_officer_cents', 'x', '0')"),
    "call-off": (*_ASKED, "INSERT INTO rule_called_off (kind, row_id, actor, made_at) VALUES ('policy', 1, 'x', 'x')"),
    "count": _ASKED,
    "outsider": (*_ASKED, "UPDATE desk_user SET outsider_on = '2026-11-25', outsider_by = 'officer:1'"),
    "own-file": (
        *_ASKED,
        "UPDATE desk_user SET member_id = 1",
        "UPDATE desk_user SET without_file_until = '2026-12-08'",
    ),
    "merge": (*_ASKED, "UPDATE member SET merged_into = 1", "INSERT INTO file_merge SELECT * FROM file_merge"),
    "heads": (*_ASKED, "INSERT INTO head_recipient VALUES (1, 1)", "DELETE FROM head_recipient"),
    "confirm": ("UPDATE desk_hand SET confirmed_by = 'officer:1'", "UPDATE desk_first_factor SET confirmed_by = 'x'"),
    "link": ("UPDATE desk_user SET password = 'x'", "UPDATE desk_user SET fs_uniquifier = 'x'"),
    "factor": ("UPDATE desk_user SET tf_totp_secret = NULL", "DELETE FROM desk_passkey"),
}
_OF_ENTRIES = {"refund": "refund", "write-off": "write-off", "count": "count"}  # kinds that no door's key may seal


def test_each_act_that_takes_two_is_tried_by_each_other_program_s_account() -> None:
    assert {*ACTS, "confirm", "link", "factor"} == _BY_TWO.keys()
    assert not set(_OF_ENTRIES.values()) & set(door_limits.KINDS)


@pytest.mark.parametrize("act", _BY_TWO)
@pytest.mark.parametrize("program", ["entrance", "outside"])
def test_no_other_program_s_account_asks_agrees_or_does_what_takes_two(owned: Owned, program: str, act: str) -> None:
    for statement in _BY_TWO[act]:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owned.attack(program, statement)


_DESKS_OWN = (
    "DELETE FROM asked_act",
    "DELETE FROM second_look",
    "DELETE FROM desk_hand",
    "UPDATE head_recipient SET user_id = 1",
    "DELETE FROM outbox",
    "INSERT INTO site_key SELECT * FROM site_key",
)


@pytest.mark.parametrize("statement", _DESKS_OWN)
def test_the_desk_s_account_deletes_no_trace_of_what_two_decided(owned: Owned, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        owned.attack("desk", statement)


_MAIL = (
    "INSERT INTO outbox (channel, recipient, subject, body, about, made_at, next_at, state)"
    " VALUES ('{}', '{}', 'x', 'x', '{}', '2026-11-25T08:00:00.000000Z', '2026-11-25T08:00:00.000000Z', '{}')"
)
_KNOWN = "ines@example.org"


def test_a_door_puts_its_own_kinds_of_mail_to_people_who_are_known(owned: Owned) -> None:
    with home.opened(owned.root, is_patient=True, program="desk") as opened:
        place = Place(opened)
        place.join("Inès Petit", uid="04A1B2C3D4E599")
        place.write(f"UPDATE member SET email = '{_KNOWN}' WHERE name = 'Inès Petit'")
    for words in rights.DOOR_MAIL:
        owned.attack("entrance", _MAIL.format("mail", _KNOWN, f"{words} 1", "waiting"))
    owned.attack("desk", _MAIL.format("mail", "anyone@example.org", "receipt 1", "waiting"))
    with home.opened(owned.root, program="entrance") as opened, opened.store.reading() as connection:
        assert connection.exec_driver_sql("SELECT current_user").scalar() == _account(owned, "entrance")
        kinds = {fate.about for fate in outbox_rows.latest(connection, "code of member 1")}
        assert kinds == {"code of member 1"}, "it reads what was put, as before"


@pytest.mark.parametrize(
    ("channel", "to", "about", "state"),
    [
        ("mail", _KNOWN, "reset link of user 1", "waiting"),
        ("mail", _KNOWN, "receipt 1", "waiting"),
        ("mail", _KNOWN, "code of members", "waiting"),
        ("mail", "thief@example.org", "code of member 1", "waiting"),
        ("notify", "president", "code of member 1", "waiting"),
        ("mail", _KNOWN, "code of member 1", "sent"),
    ],
)
def test_a_door_puts_no_other_mail(owned: Owned, channel: str, to: str, about: str, state: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        owned.attack("entrance", _MAIL.format(channel, to, about, state))


def test_another_run_keeps_the_accounts_and_changes_their_passwords(owned: Owned) -> None:
    before = home.own_server(home.find(owned.root), "desk")
    assert sorted(server_roles.give(owned.root)) == sorted(_account(owned, each) for each in rights.PROGRAMS)
    after = home.own_server(home.find(owned.root), "desk")
    assert after != before
    assert (owned.root / "keys" / "desk" / "database").stat().st_mode & 0o777 == 0o600


def test_owner_who_may_make_no_roles_is_told(owned: Owned) -> None:
    owned.server.run(f"ALTER ROLE {owned.database}_owner NOCREATEROLE")
    try:
        with pytest.raises(MachineError) as refused:
            server_roles.give(owned.root)
    finally:
        owned.server.run(f"ALTER ROLE {owned.database}_owner CREATEROLE")
    assert refused.value.code == "server-roles"


def test_home_in_its_file_has_no_accounts(new_home: Path) -> None:
    assert config_file.load(new_home / "kiosk.toml").database.url == ""
    with pytest.raises(RequestError) as refused:
        server_roles.give(new_home)
    assert refused.value.code == "no-server"


def _account(owned: Owned, program: str) -> str:
    return str(address.parsed(home.own_server(home.find(owned.root), program)).username)
