"""A door's own account tries to do the office's work: each statement would do it by the owner's hand, none does by its.

What the account may write all the same, because people touch it at a door, is named by `kiosk verify` where no program
wrote it; and so is a line that is put into the officers' log, by the account alone or with the door's keys, too.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from kiosk import config_file, home
from kiosk.store.officers import desk_log
from kiosk.store.postgresql import address
from tests import homes, postgres
from tests.processes import here
from tests.rights import check_account
from tests.store.place import Place, morning
from tests.store.test_tampering_levels import everything

pytestmark = pytest.mark.promise(3)
_AT, _DAY = "2026-11-25T08:00:00.000000Z", "2026-11-25"
_WAITS = "state = 'open'"
# What is there to be raised, agreed to or exchanged: written by the desk, which seals it.
_THERE = (
    "INSERT INTO second_look (act, kind, account_id, cents, reason, asked_by, asked_at)"
    f" VALUES ('\\x02', 'refund', 1, 600, 'x', 'officer:2', '{_AT}')",
    "INSERT INTO asked_act (act, kind, wish, asked_by, asked_at)"
    f" VALUES ('\\x01', 'heads', '{{}}', 'officer:2', '{_AT}')",
    f"INSERT INTO desk_hand (user_id, officer_id, act, made_at) VALUES (2, 1, 'user-add', '{_AT}')",
    "INSERT INTO outbox (channel, recipient, subject, body, about, made_at, next_at, state)"
    f" VALUES ('mail', 'ines@example.org', 'x', 'x', 'receipt 1', '{_AT}', '{_AT}', 'waiting')",
)
_MAIL = (
    "INSERT INTO outbox (channel, recipient, subject, body, about, made_at, next_at, tries, state)"
    f" VALUES ('mail', 'thief@example.org', 'x', 'x', 'reset link of user 1', '{_AT}', '{_AT}', 0, 'waiting')"
)
_PASSKEY = (
    "INSERT INTO desk_passkey (user_id, credential_id, public_key, sign_count, backup_state, device_type, name, usage,"
    " create_datetime, lastuse_datetime)"
    f" VALUES (1, '\\x01', '\\x02', 0, 0, 'single_device', 'x', 'secondary', '{_AT}', '{_AT}')"
)
_ENTRY = (
    "INSERT INTO entry (number, id, recorded_at, day_on, kind, account_id, group_id, actor, amount_cents, method,"
    " detail, form, key_id, mac) SELECT max(number) + 1, '\\x00112233445566778899aabbccddeeff', '{at}', '{day}',"
    " '{kind}', {account}, '\\x00112233445566778899aabbccddeeff', 'officer:1', {cents}, {method}, '{{}}', max(form),"
    " max(key_id), (SELECT mac FROM entry ORDER BY number DESC LIMIT 1) FROM entry"
)
_PAYMENT = _ENTRY.format(at=_AT, day=_DAY, kind="payment", account=1, cents=-2500, method="'cash'")
_CLOSING = _ENTRY.format(at=_AT, day=_DAY, kind="closing", account="NULL", cents=0, method="NULL")
_LINE = (
    "INSERT INTO desk_log (id, at, actor, act, what) SELECT coalesce(max(id), 0) + 1, '{at}', 'officer:1',"
    " 'second-look-done', 'x' FROM desk_log"
)

REFUSED = {
    "a wish is raised after it was read": f"UPDATE second_look SET cents = 2500 WHERE {_WAITS}",
    "a wish is accepted in an officer's name": (
        f"UPDATE second_look SET state = 'done', decided_by = 'officer:1', decided_at = '{_AT}' WHERE {_WAITS}"
    ),
    "an act by two is accepted in an officer's name": (
        f"UPDATE asked_act SET state = 'done', decided_by = 'officer:1', decided_at = '{_AT}' WHERE {_WAITS}"
    ),
    "an act by two is asked in an officer's name": (
        "INSERT INTO asked_act (act, kind, wish, asked_by, asked_at)"
        f" VALUES ('\\x07', 'heads', '{{}}', 'officer:1', '{_AT}')"
    ),
    "a line of the officers' log is deleted": "DELETE FROM desk_log WHERE id = (SELECT max(id) FROM desk_log)",
    "a line of the officers' log is altered": "UPDATE desk_log SET actor = 'officer:9'",
    "a mail with a link to a password": _MAIL,
    "a mail that waits is exchanged": "UPDATE outbox SET recipient = 'thief@example.org'",
    "a line of the bank": (
        "INSERT INTO bank_line (source, day_on, cents, label, imported_at, state)"
        f" VALUES ('ofx', '{_DAY}', 2500, 'x', '{_AT}', 'open')"
    ),
    "a price": f"INSERT INTO tariff (product_id, level, valid_from, cents) VALUES (1, 'full', '{_DAY}', 1)",
    "the rule of the second officer is emptied": (
        f"INSERT INTO policy (name, valid_from, value) VALUES ('second_officer_cents', '{_DAY}', '')"
    ),
    "a role": "INSERT INTO desk_user_role (user_id, role_id) SELECT u.id, r.id FROM desk_user AS u, desk_role AS r"
    " WHERE NOT EXISTS (SELECT 1 FROM desk_user_role AS x WHERE (x.user_id, x.role_id) = (u.id, r.id)) LIMIT 1",
    "an officer": (
        "INSERT INTO desk_user (email, name, active, fs_uniquifier, created_at)"
        f" VALUES ('thief@example.org', 'x', 1, 'x', '{_AT}')"
    ),
    "an officer's password": "UPDATE desk_user SET password = 'x' WHERE id = 1",
    "a second proof": "UPDATE desk_user SET tf_totp_secret = 'x', tf_primary_method = 'authenticator' WHERE id = 1",
    "a passkey": _PASSKEY,
    "a new account is vouched for": f"UPDATE desk_hand SET confirmed_by = 'officer:1', confirmed_at = '{_AT}'",
    "a reduced tariff": (
        f"INSERT INTO reduced_grant (member_id, level, from_on, until_on) VALUES (1, 'reduced', '{_DAY}', '2027-09-11')"
    ),
    "days of a carnet": "UPDATE carnet SET days = 99",
    "two files are merged": "UPDATE member SET merged_into = 1 WHERE id = 2",
    "a member's address is the thief's": "UPDATE member SET email = 'thief@example.org' WHERE id = 1",
    "heads are mailed to the thief": "INSERT INTO head_recipient (user_id, entry_number) VALUES (1, 1)",
    "a closing": (
        "INSERT INTO closing (kind, from_on, until_on, entry_number)"
        f" SELECT 'day', '{_DAY}', '{_DAY}', max(number) FROM entry"
    ),
    "the training flag is turned": "UPDATE home SET training = 1 - training",
}
"""What its account is refused, each by a statement that the owner could carry out."""

NAMED = {
    "a payment of the office": _PAYMENT,
    "an entry of a closing": _CLOSING,
    "a tab is emptied": "UPDATE account SET balance_cents = 0 WHERE balance_cents <> 0",
    "a member's plan": "UPDATE member SET plan_code = 'free' WHERE plan_code <> 'free'",
    "a used day of a carnet": "UPDATE carnet SET used = used - 1",
    "a paid day is free": "UPDATE visit SET \"right\" = 'free' WHERE \"right\" = 'full'",
    "a line of the officers' log": _LINE.format(at=_AT),
}
"""What a door's account may write, since a tap or a touch does: `kiosk verify` names what no program sealed."""


@pytest.fixture(scope="module")
def root(server: postgres.Server, filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with months of a past on a server, what waits for two, a line of the log, and all of it well."""
    assert server
    made = homes.on_server(filled_home, tmp_path_factory.mktemp("tried") / "home", has_roles=True)
    with home.opened(made, is_patient=True, program="desk") as opened:
        place = Place(opened)
        for each in _THERE:
            place.write(each)
        with opened.store.writing() as connection:
            desk_log.add(connection, morning(), "officer:2", "second-look-asked", None, "x")
    assert _verified(made) == ""
    return made


def _verified(root: Path) -> str:
    """What `kiosk verify` says is wrong; nothing where all is well."""
    done = here("--home", str(root), "verify")
    return "" if done.returncode == 0 else done.stderr


def _url(root: Path, program: str) -> str:
    """By which the owner, or a program, signs in."""
    return home.own_server(home.find(root), program) if program else config_file.load(root / "kiosk.toml").database.url


def _name(root: Path, program: str) -> str:
    return str(address.parsed(_url(root, program)).username)


@contextmanager
def _account(root: Path, program: str) -> Iterator[psycopg.Connection]:
    """The owner's account, or a program's, by the driver alone; what is not committed is taken back."""
    with psycopg.connect(_url(root, program), options=f"-c search_path={address.SCHEMA},pg_temp") as connection:
        assert connection.execute("SELECT current_user").fetchone() == (_name(root, program),)
        yield connection
        connection.rollback()


def _done_by_owner(root: Path, attack: str) -> int:
    """In how many rows the owner could do it."""
    with _account(root, "") as owner:
        owner.execute("ALTER TABLE home DISABLE TRIGGER USER")  # its guard refuses even the owner
        return owner.execute(attack.encode()).rowcount


@pytest.mark.parametrize("attack", REFUSED)
def test_a_door_s_account_does_none_of_the_office_s_work_that_its_owner_could_do(root: Path, attack: str) -> None:
    assert _done_by_owner(root, REFUSED[attack]) > 0, "the statement is valid, and would have done it"
    with _account(root, "entrance") as door, pytest.raises(psycopg.errors.InsufficientPrivilege):
        door.execute(REFUSED[attack].encode())


class _TakenBack(Exception):
    """What was tried is not committed."""


@pytest.mark.parametrize("attack", NAMED)
def test_what_a_door_s_account_may_write_past_its_program_is_named(root: Path, attack: str) -> None:
    assert _done_by_owner(root, NAMED[attack]) > 0
    with home.opened(root) as opened:
        with suppress(_TakenBack), opened.store.writing() as connection:
            connection.exec_driver_sql(f'SET LOCAL ROLE "{_name(root, "entrance")}"')
            assert connection.exec_driver_sql(NAMED[attack]).rowcount > 0
            connection.exec_driver_sql("RESET ROLE")
            assert everything(connection, opened.seal)
            raise _TakenBack
        with opened.store.reading() as connection:
            assert everything(connection, opened.seal) == ""


@pytest.mark.parametrize("has_keys", [False, True])
def test_a_line_that_a_door_adds_to_the_officers_log_in_an_officer_s_name_is_named_by_the_command(
    server: postgres.Server, filled_home: Path, tmp_path: Path, has_keys: bool
) -> None:
    """By its account alone it has no seal, with its keys that of a door: neither is an officer's."""
    assert server
    root = homes.on_server(filled_home, tmp_path / "home", has_roles=True)
    assert _verified(root) == ""
    if has_keys:
        with home.opened(root, program="entrance") as opened, opened.store.writing() as connection:
            check_account(opened, "entrance")
            desk_log.add(connection, morning(), "officer:1", "second-look-done", None, "x")
    else:
        with _account(root, "entrance") as door:
            door.execute(NAMED["a line of the officers' log"].encode())
            door.commit()
    said = _verified(root)
    assert "line 1 of the officers' log" in said
    assert "[log-broken]" in said
