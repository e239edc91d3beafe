"""What Flask-Security writes of an account is sealed with it: a password that is exchanged past the desk is named."""

from collections.abc import Callable

import pytest

from kiosk.errors import AnswerIsNo
from kiosk.store.seals import seal_audit
from kiosk.store.seals.sealing import Sealing
from tests.beside import unguarded
from tests.conftest import WEDNESDAY
from tests.web.desk.conftest import Desk, Officer
from tests.web.desk.officers.test_accounts import NEW, attempt, choose, link, number_of
from tests.web.desk.officers.test_second_proof import recovery_codes, use_at_once

TREASURER = "treasurer@exemple.fr"


@pytest.fixture(autouse=True)
def telephone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The telephone goes by the desk's clock."""
    monkeypatch.setattr("passlib.totp.TOTP.now", staticmethod(WEDNESDAY.timestamp))


@pytest.fixture
def sealed(desk: Desk) -> Desk:
    """A desk whose home has been sealed: its first days are closed."""
    desk.space.join("Inès Moreau", "04A2000000E511")
    desk.space.tap("04A2000000E511")
    with desk.space.home.store.writing() as connection:
        Sealing(desk.space.home.seal).seal_state(connection)
    return desk


def check(desk: Desk) -> int:
    with desk.space.home.store.reading() as connection:
        return seal_audit.check(connection, desk.space.home.seal)


def test_a_password_that_its_officer_chose_is_sealed_in_the_officer_s_name(sealed: Desk) -> None:
    assert choose(sealed.stranger(), link(sealed, TREASURER)) == "/login"
    assert check(sealed)
    assert attempt(sealed, TREASURER, NEW) == 302
    number = number_of(sealed, TREASURER)
    of_it = f"json_extract(detail, '$.rows.desk_user.\"{number}\"') IS NOT NULL AND actor = 'officer:{number}'"
    assert sealed.space.sql(f"SELECT count(*) FROM entry WHERE kind = 'seal' AND {of_it}") == [(1,)]


def test_to_sign_in_seals_nothing(sealed: Desk) -> None:
    before = sealed.space.sql("SELECT count(*) FROM entry")
    sealed.stranger()
    assert attempt(sealed, TREASURER, "not the password") == 200
    assert sealed.space.sql("SELECT count(*) FROM entry") == before
    assert check(sealed)


PAST_THE_DESK: dict[str, Callable[[int], str]] = {
    "password": lambda number: f"password = (SELECT password FROM desk_user WHERE id <> {number} LIMIT 1) || 'x'",
    "email": lambda number: "email = 'thief@example.org'",
    "member_id": lambda number: "member_id = 1",
    "active": lambda number: "active = 0",
    "tf_totp_secret": lambda number: "tf_totp_secret = 'x'",
    "tf_primary_method": lambda number: "tf_primary_method = 'x'",
    "mf_recovery_codes": lambda number: "mf_recovery_codes = 'x'",
    "fs_uniquifier": lambda number: f"fs_uniquifier = 'x{number}'",
}


@pytest.mark.parametrize("column", PAST_THE_DESK)
def test_what_is_exchanged_of_an_account_past_the_desk_is_named(sealed: Desk, column: str) -> None:
    number = number_of(sealed, TREASURER)
    with unguarded(sealed.space.home) as thief:
        thief.execute(f"UPDATE desk_user SET {PAST_THE_DESK[column](number)} WHERE id = {number}")
    with pytest.raises(AnswerIsNo, match=f"desk_user {number}: {column} is not what entry"):
        check(sealed)


def test_roles_that_exchanged_their_names_are_named(sealed: Desk, host: Officer) -> None:
    """Every host is a president then, though each account has the roles that it had."""
    assert host.get("/users").status_code == 403
    ids = "SELECT id FROM desk_role WHERE name = '{}'"
    (host_role,), (president_role,) = (sealed.space.sql(ids.format(name))[0] for name in ("host", "president"))
    with unguarded(sealed.space.home) as thief:
        for name, role in (("x", host_role), ("host", president_role), ("president", host_role)):
            thief.execute(f"UPDATE desk_role SET name = '{name}' WHERE id = {role}")
    assert host.get("/users").status_code == 200
    with pytest.raises(AnswerIsNo, match=f"desk_role {host_role}: name is not what entry"):
        check(sealed)


def test_a_recovery_code_that_is_used_is_sealed_in_its_officer_s_name(sealed: Desk, treasurer: Officer) -> None:
    code, *_ = recovery_codes(sealed, treasurer)
    before = sealed.space.sql("SELECT max(number) FROM entry")[0][0]
    assert use_at_once(sealed, [code]) == 1
    assert check(sealed)
    number = number_of(sealed, TREASURER)
    assert sealed.space.sql(f"SELECT actor FROM entry WHERE number > {before}") == [(f"officer:{number}",)]
