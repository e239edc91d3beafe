"""What the sign-in library reads of an account, and what a commit writes of it: what differs, or nothing."""

from typing import Any

import pytest
from flask_security.proxies import _security

from kiosk.errors import RequestError
from kiosk.store.officers import desk_users
from kiosk.store.tables.desk import desk_passkey, desk_user
from tests.web.desk.conftest import Desk
from tests.web.desk.officers.test_accounts import number_of
from tests.web.desk.officers.test_second_proof import TREASURER, passkey


@pytest.fixture
def with_passkey(desk: Desk) -> Desk:
    with desk.space.home.store.writing() as connection:
        connection.execute(desk_passkey.insert(), passkey(number_of(desk, TREASURER)))
    return desk


def store() -> Any:
    return _security.datastore


def find(**key: Any) -> Any:
    return store().find_user(**key)


def test_an_account_is_one_object_in_a_request_however_it_is_found(desk: Desk) -> None:
    with desk.app.app_context():
        account = find(email=TREASURER)
        assert find(id=account.id) is account
        assert find(case_insensitive=True, email=TREASURER.upper()) is account
        assert [role.name for role in account.roles] == ["treasurer"]
    with desk.app.app_context():
        assert find(email="x@exemple.fr") is None


def test_of_two_accounts_whose_addresses_differ_in_case_neither_gets_the_other_s_roles(desk: Desk) -> None:
    with desk.space.home.store.writing() as connection:
        other = desk_users.add(connection, "x@exemple.org", "Autre", ["president"], desk.space.clock.now(), None)
        connection.execute(desk_user.update().where(desk_user.c.id == other).values(email=TREASURER.upper()))
    with desk.app.app_context():
        account = find(case_insensitive=True, email=TREASURER)
        assert (account.email, [role.name for role in account.roles]) == (TREASURER, ["treasurer"])


def test_what_is_not_committed_is_neither_written_nor_kept(desk: Desk) -> None:
    with desk.app.app_context():
        account = find(email=TREASURER)
        known, account.password = account.password, "another"
        store().rollback()
        assert account.password == known
        store().commit()
    assert desk.space.sql(f"SELECT password FROM desk_user WHERE email = '{TREASURER}'") == [(known,)]


def test_a_passkey_that_is_used_changes_its_own_columns_alone(with_passkey: Desk) -> None:
    desk = with_passkey
    with desk.app.app_context():
        account = find(email=TREASURER)
        (key,) = account.webauthn
        assert find(**key.get_user_mapping()) is account
        key.sign_count = 7
        with desk.space.home.store.writing() as connection:
            desk_users.end_sessions(connection, account.id)
        store().commit()  # the account itself has not changed, so another change of it is not in the way
    assert desk.space.sql("SELECT sign_count FROM desk_passkey") == [(7,)]


def test_a_passkey_that_is_deleted_is_gone_from_the_account_too(with_passkey: Desk) -> None:
    desk = with_passkey
    with desk.app.app_context():
        account = find(email=TREASURER)
        store().delete_webauthn(account.webauthn[0])
        store().commit()
        assert account.webauthn == []
    assert desk.space.sql("SELECT count(*) FROM desk_passkey") == [(0,)]


def test_an_account_that_another_request_has_changed_is_not_written(with_passkey: Desk) -> None:
    desk = with_passkey
    with desk.app.app_context():
        account = find(email=TREASURER)
        account.webauthn[0].sign_count = 7
        account.password = "another"
        with desk.space.home.store.writing() as connection:
            desk_users.end_sessions(connection, account.id)
        with pytest.raises(RequestError, match="changed at the same moment") as fault:
            store().commit()
    assert fault.value.code == "account-changed"
    assert desk.space.sql(f"SELECT password = 'another' FROM desk_user WHERE email = '{TREASURER}'") == [(0,)]
    assert desk.space.sql("SELECT sign_count FROM desk_passkey") != [(7,)], "all of it, or nothing"
