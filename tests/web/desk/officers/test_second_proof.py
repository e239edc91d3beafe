"""A password that was stolen opens nothing that the rule guards; a secret is used once, and never logged."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask_security.proxies import _security

from kiosk.domain.members.second_factor import counts
from kiosk.store.officers import desk_users
from kiosk.store.tables import metadata
from kiosk.store.tables.desk import desk_passkey
from kiosk.web.desk.common.permissions import PROVEN_TWICE, May, Role
from tests.conftest import WEDNESDAY
from tests.web.desk.conftest import HTTPS, PASSWORD, Desk, Officer
from tests.web.desk.officers.test_accounts import NEW, attempt, code_of, link, number_of, set_up_codes, text
from tests.web.desk.officers.test_two_officers import vouch
from tests.web.desk.walking import CHANGING, path, permission, walk

TREASURER, PRESIDENT = "treasurer@exemple.fr", "president@exemple.fr"
BROWSERS = 5


@pytest.fixture(autouse=True)
def telephone(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """The telephone goes by the desk's clock."""
    monkeypatch.setattr("passlib.totp.TOTP.now", staticmethod(WEDNESDAY.timestamp))


@pytest.mark.parametrize(
    ("waits_since", "has_confirmer", "counted"),
    [
        (None, True, True),
        (None, False, True),
        (date(2026, 11, 25), True, False),
        (date(2026, 11, 25), False, False),
        (date(2026, 11, 24), True, False),
        (date(2026, 11, 24), False, True),
    ],
)
def test_first_factor_counts_once_confirmed_or_next_day_in_an_office_of_one(
    waits_since: date | None, has_confirmer: bool, counted: bool
) -> None:
    assert counts(waits_since, date(2026, 11, 25), has_confirmer=has_confirmer) is counted


def by_code(desk: Desk, email: str, code: str) -> Officer:
    """An officer who signed in with the password and a code by telephone."""
    officer = desk.stranger()
    assert attempt(desk, email, PASSWORD, officer) == 302
    officer.post("/tf-validate", {"code": code}, form_on="/tf-validate")
    return officer


def secret_of(desk: Desk) -> str:
    """The secret of the treasurer's codes, as it is kept."""
    return str(desk.space.sql(f"SELECT tf_totp_secret FROM desk_user WHERE email = '{TREASURER}'")[0][0])


def opens(officer: Officer, where: str = "/money") -> bool:
    answer = officer.get(where)
    assert answer.status_code in (200, 303), answer.status_code
    return answer.status_code == 200


def test_who_stole_a_password_enrols_a_factor_and_opens_nothing(
    desk: Desk, treasurer: Officer, president: Officer
) -> None:
    set_up_codes(desk, president)  # before the rule
    desk.space.rule("second_factor", "true")
    thief = desk.stranger()
    assert attempt(desk, TREASURER, PASSWORD, thief) == 302
    assert not opens(thief)
    set_up_codes(desk, thief)
    assert not opens(thief)
    assert "quand une autre personne du bureau l’aura confirmée" in text(thief, "/account")
    desk.space.clock.advance(seconds=86400 * 3)
    assert not opens(by_code(desk, TREASURER, code_of(desk, secret_of(desk)))), "days do not make it a proof"
    assert desk.space.sql("SELECT count(*) FROM entry WHERE detail LIKE '%user-first-factor%'") == [(1,)]


def test_first_factor_counts_when_another_officer_confirms_it(
    desk: Desk, treasurer: Officer, president: Officer
) -> None:
    set_up_codes(desk, president)
    desk.space.rule("second_factor", "true")
    set_up_codes(desk, treasurer)
    assert not opens(treasurer)
    number = number_of(desk, TREASURER)
    assert "a mis en place une deuxième preuve, pour la première fois" in text(president, "/two")
    assert vouch(desk, president, number).status_code == 303
    assert opens(treasurer)


def test_nobody_confirms_their_own_first_factor(desk: Desk, treasurer: Officer, president: Officer) -> None:
    set_up_codes(desk, president)
    desk.space.rule("second_factor", "true")
    set_up_codes(desk, treasurer)
    vouch(desk, treasurer, number_of(desk, TREASURER))
    assert not opens(treasurer)
    assert desk.space.sql("SELECT confirmed_by FROM desk_first_factor") == [(None,)]


def test_where_no_other_officer_could_confirm_it_counts_on_the_next_day(desk: Desk, treasurer: Officer) -> None:
    desk.space.rule("second_factor", "true")
    set_up_codes(desk, treasurer)
    assert not opens(treasurer)
    assert "à partir de demain" in text(treasurer, "/account")
    desk.space.clock.advance(seconds=86400)
    assert opens(by_code(desk, TREASURER, code_of(desk, secret_of(desk))))


def test_the_password_alone_opens_nothing_though_the_account_has_a_factor(desk: Desk, treasurer: Officer) -> None:
    """A passkey that is also a first way in leaves the password a way in: it proves nothing by being there."""
    with desk.space.home.store.writing() as connection:
        connection.execute(desk_passkey.insert(), passkey(number_of(desk, TREASURER)))
    desk.space.rule("second_factor", "true")
    assert not opens(treasurer)
    assert "reconnectez-vous avec la vôtre" in text(treasurer, "/account")


@pytest.mark.parametrize("where", ["/tf-setup", "/wan-register", "/mf-recovery-codes", "/wan-delete"])
def test_factors_are_added_and_removed_by_who_proved_the_one_that_is_there(
    desk: Desk, treasurer: Officer, where: str
) -> None:
    with desk.space.home.store.writing() as connection:
        connection.execute(desk_passkey.insert(), passkey(number_of(desk, TREASURER)))
    answer = treasurer.post(where, {"name": "clé"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    assert "Ce compte a déjà une deuxième preuve" in text(treasurer, "/account")
    assert desk.space.sql("SELECT count(*) FROM desk_passkey") == [(1,)]


def passkey(user_id: int) -> dict[str, Any]:
    return {
        "user_id": user_id,
        "credential_id": b"x",
        "public_key": b"x",
        "backup_state": False,
        "device_type": "single_device",
        "name": "clé",
        "usage": "first",
        "create_datetime": WEDNESDAY,
        "lastuse_datetime": WEDNESDAY,
    }


def test_the_rule_guards_every_page_but_one_s_own_account(desk: Desk, president: Officer) -> None:
    assert set(May) - PROVEN_TWICE == {May.KEEP_OWN_ACCOUNT}
    desk.space.rule("second_factor", "true")
    guarded = [
        path(desk.app, rule) for rule, _ in walk(desk.app, {"GET"}) if permission(desk.app, rule) in PROVEN_TWICE
    ]
    assert len(guarded) > 100
    opened = [where for where in guarded if president.get(where).status_code != 303]
    assert opened == []
    refreshed = president.get("/", headers={"HX-Request": "true"})
    assert (refreshed.status_code, refreshed.headers["HX-Redirect"]) == (401, "/account")


def everything(desk: Desk) -> dict[str, list[tuple[object, ...]]]:
    """What every table has, but what is only counted or told of signing in."""
    told = ("desk_attempt", "desk_device", "desk_used_code", "desk_session_end", "outbox")
    there = [name for name in metadata.tables if name not in told]
    return {name: sorted(desk.space.sql(f"SELECT * FROM {name}"), key=repr) for name in there}


@pytest.mark.parametrize("has_own_factor", [False, True], ids=["by the password alone", "with a factor of their own"])
def test_a_password_s_thief_opens_no_page_and_does_no_act_under_the_rule(desk: Desk, has_own_factor: bool) -> None:
    """The president's password, the most that one may: every route, whatever its method."""
    set_up_codes(desk, desk.sign_in(Role.TREASURER))  # who could confirm a factor
    desk.space.rule("second_factor", "true")
    thief = desk.stranger()
    assert attempt(desk, PRESIDENT, PASSWORD, thief) == 302
    if has_own_factor:
        set_up_codes(desk, thief)
    guarded = [each for each in walk(desk.app, {"GET", *CHANGING}) if permission(desk.app, each[0]) in PROVEN_TWICE]
    assert {method for _, method in guarded} >= {"GET", "POST"}
    assert len(guarded) > 300
    before, token = everything(desk), thief.token()
    opened = []
    for rule, method in guarded:
        data = {"csrf_token": token} if method != "GET" else None
        answer = thief.client.open(path(desk.app, rule), method=method, base_url=HTTPS, data=data, buffered=True)
        if (answer.status_code, answer.headers.get("Location")) != (303, "/account"):
            opened.append((method, rule.rule, answer.status_code))
    assert opened == []
    assert everything(desk) == before, "nothing was written"


def test_of_five_browsers_with_one_recovery_code_one_is_let_in(desk: Desk, treasurer: Officer) -> None:
    codes = recovery_codes(desk, treasurer)
    assert use_at_once(desk, [codes[0]] * BROWSERS) == 1
    assert use_at_once(desk, [codes[0]]) == 0


def test_recovery_codes_used_at_once_do_not_come_back(desk: Desk, treasurer: Officer) -> None:
    codes = recovery_codes(desk, treasurer)
    assert use_at_once(desk, codes[:BROWSERS]) >= 1
    with desk.app.app_context():
        left = _security.mf_recovery_codes_util.get_recovery_codes(account(desk))
    used = set(codes[:BROWSERS]) - set(left)
    assert [use_at_once(desk, [code]) for code in used] == [0] * len(used)


def recovery_codes(desk: Desk, officer: Officer) -> list[str]:
    set_up_codes(desk, officer)
    return new_recovery_codes(desk)


def new_recovery_codes(desk: Desk) -> list[str]:
    with desk.app.test_request_context():
        codes: list[str] = _security.mf_recovery_codes_util.create_recovery_codes(account(desk))
        _datastore(desk).commit()
    return codes


def account(desk: Desk) -> Any:
    return _security.datastore.find_user(email=TREASURER)


def use_at_once(desk: Desk, codes: list[str]) -> int:
    """How many of so many browsers are let in that send their code at the same moment."""
    together = threading.Barrier(len(codes))

    def use(code: str) -> bool:
        with desk.app.app_context():
            user = account(desk)
            list(user.mf_recovery_codes)  # read before anybody has used one
            together.wait()
            return bool(_security.mf_recovery_codes_util.check_recovery_code(user, code))

    with ThreadPoolExecutor(len(codes)) as pool:
        return sum(pool.map(use, codes))


def test_a_link_that_could_not_be_followed_is_not_said_to_be_and_not_logged(
    desk: Desk, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = link(desk, TREASURER)
    stranger = desk.stranger()

    def held() -> None:
        raise sa.exc.OperationalError("UPDATE desk_user", None, Exception("database is locked"))

    with caplog.at_level(logging.DEBUG):
        token = stranger.token(where)
        monkeypatch.setattr(_datastore(desk), "commit", held)
        data = {"password": NEW, "password_confirm": NEW, "csrf_token": token}
        answer = stranger.client.post(where, base_url=HTTPS, data=data, headers={"Accept-Language": "fr"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 503
    assert "La base ne répond pas" in page
    assert "réinitialis" not in page
    assert where.rpartition("/")[2] not in caplog.text
    assert "security.reset_password" in caplog.text
    assert "réinitialis" not in text(stranger, "/login"), "nor on the next page"
    monkeypatch.undo()
    assert attempt(desk, TREASURER, NEW) == 200, "the old password is the password"
    assert desk.space.sql("SELECT count(*) FROM outbox WHERE about LIKE '%password-chosen%'") == [(0,)]
    assert attempt(desk, TREASURER, PASSWORD) == 302


def _datastore(desk: Desk) -> Any:
    return desk.app.extensions["security"].datastore


def test_a_link_sent_twice_at_once_is_said_to_have_changed_the_account(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    where = link(desk, TREASURER)
    first, second = desk.stranger(), desk.stranger()
    tokens = [each.token(where) for each in (first, second)]
    datastore = _datastore(desk)
    real = datastore.commit

    def late() -> None:
        with desk.space.home.store.writing() as connection:  # the other one was quicker
            desk_users.end_sessions(connection, number_of(desk, TREASURER))
        real()

    datastore.commit = late
    try:
        data = {"password": NEW, "password_confirm": NEW, "csrf_token": tokens[1]}
        answer = second.client.post(where, base_url=HTTPS, data=data, headers={"Accept-Language": "fr"})
    finally:
        del datastore.commit
    assert answer.status_code == 409
    assert "Quelqu’un a changé ce compte au même moment" in answer.get_data(as_text=True)
    assert where.rpartition("/")[2] not in caplog.text


def test_a_good_link_is_followed_whatever_others_tried(desk: Desk) -> None:
    where = link(desk, TREASURER)
    for number in range(11):
        desk.stranger().get(f"/reset/{number}")
    assert desk.stranger().get("/reset/x").status_code == 429
    assert desk.stranger().get(where).status_code == 200
    assert desk.space.sql("SELECT count(*) FROM desk_attempt") == [(10,)]


def test_a_session_of_before_says_by_what_it_was_proven(desk: Desk) -> None:
    officer = desk.sign_in(Role.PRESIDENT)
    with officer.client.session_transaction(base_url=HTTPS) as session:
        assert session["proved"] == "password"
