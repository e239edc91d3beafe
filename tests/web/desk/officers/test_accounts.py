"""Accounts of the desk: signing in, waiting after guesses, links, sessions that end, second factors."""

import hashlib
import re
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from flask_security import hash_password, login_user
from flask_security.proxies import _security
from msgspec.structs import replace

from kiosk.config import MailConfig
from kiosk.domain.problems import Problem
from kiosk.errors import RequestError
from kiosk.members import passwords
from kiosk.members.officers import Officers, Profile
from kiosk.store import audit
from kiosk.store.officers import desk_users
from kiosk.web.desk.app import create_app
from kiosk.web.desk.common.permissions import Role
from kiosk.web.desk.officers import sign_in
from tests.conftest import WEDNESDAY, Space
from tests.web.desk.conftest import HTTPS, PASSWORD, Desk, Officer, actor_of
from tests.web.desk.money.test_money import account, send

NEW = "une autre phrase assez longue"


def attempt(desk: Desk, email: str, password: str | None = None, officer: Officer | None = None) -> int:
    """One attempt to sign in, with a wrong password if none is given; the status that answers it."""
    found = officer or desk.stranger()
    return found.post("/login", {"email": email, "password": password or "faux"}, form_on="/login").status_code


def number_of(desk: Desk, email: str) -> int:
    with desk.space.home.store.reading() as connection:
        return desk_users.by_email(connection, email).id


def link(desk: Desk, email: str) -> str:
    """The path of a link that would be given now."""
    with desk.app.test_request_context(base_url=HTTPS):
        user: Any = _security.datastore.find_user(email=email)
        return sign_in.link_for(user).removeprefix(HTTPS)


def choose(officer: Officer, path: str, password: str = NEW) -> str:
    """Follow a link to its end; where it leads then."""
    answer = officer.post(path, {"password": password, "password_confirm": password}, form_on=path)
    return str(answer.headers.get("Location"))


def text(officer: Officer, path: str) -> str:
    return officer.page(path, headers={"Accept-Language": "fr"})


# Passwords


def test_passwords_are_kept_by_argon2_at_the_size_of_a_small_board(space: Space) -> None:
    """By a desk as it is, not one whose passwords cost nothing."""
    with create_app(space.home, space.clock, bytes(32), ["localhost"]).app_context():
        assert hash_password(PASSWORD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.hashed(PASSWORD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_short_password_is_no_password() -> None:
    with pytest.raises(Problem, match="password: shortest 10"):
        passwords.hashed("trop court")[:0] or passwords.hashed("court")


@pytest.mark.parametrize("password", ["a" * 5000, "\ufdfa" * 900, "a" * 1_000_000], ids=["long", "grows", "huge"])
def test_what_is_longer_than_any_password_is_not_hashed(desk: Desk, password: str) -> None:
    assert [attempt(desk, email, password) for email in ("host@exemple.fr", "nobody@exemple.fr")] == [413, 413]
    path = link(desk, "host@exemple.fr")
    answer = desk.stranger().post(path, {"password": password, "password_confirm": password}, form_on=path)
    assert answer.status_code == 413


def test_an_accent_typed_in_two_ways_is_one_password(desk: Desk) -> None:
    with desk.space.home.store.writing() as connection:
        address, now = "e@exemple.fr", desk.space.clock.now()
        desk_users.add(connection, address, "", ["host"], now, passwords.hashed("é comme en été"))
    assert attempt(desk, "e@exemple.fr", "e\u0301 comme en e\u0301te\u0301") == 302


def test_the_answer_is_the_same_for_an_address_that_nobody_has(desk: Desk) -> None:
    pages = []
    for email in ("president@exemple.fr", "nobodyher@exemple.fr"):
        answer = desk.stranger().post("/login", {"email": email, "password": "faux"}, form_on="/login")
        page = answer.get_data(as_text=True).replace(email, "")
        pages.append((answer.status_code, re.sub(r'name="csrf_token" value="[^"]+"', "", page)))
    assert pages[0] == pages[1]


def test_an_address_may_be_typed_in_capitals_and_with_spaces(desk: Desk) -> None:
    assert attempt(desk, "  PRESIDENT@exemple.FR ", PASSWORD) == 302


def test_a_suspended_account_is_answered_like_a_wrong_password(desk: Desk) -> None:
    with desk.space.home.store.writing() as connection:
        desk_users.change(connection, 1, active=False)
    stranger = desk.stranger()
    email = str(desk.space.sql("SELECT email FROM desk_user WHERE id = 1")[0][0])
    answer = stranger.post("/login", {"email": email, "password": PASSWORD}, form_on="/login")
    assert answer.status_code == 200
    assert "suspend" not in answer.get_data(as_text=True)


# Guessing


@pytest.mark.parametrize("email", ["president@exemple.fr", "nobody@exemple.fr"])
def test_after_five_wrong_passwords_an_account_waits_longer_each_time(desk: Desk, email: str) -> None:
    assert [attempt(desk, email) for _ in range(6)] == [200] * 5 + [429]
    desk.space.clock.advance(seconds=29)
    assert attempt(desk, email) == 429
    desk.space.clock.advance(seconds=2)
    assert [attempt(desk, email), attempt(desk, email)] == [200, 429]
    desk.space.clock.advance(seconds=31)
    assert attempt(desk, email) == 429, "the second wait is longer"
    desk.space.clock.advance(seconds=30)
    assert attempt(desk, email) == 200


def test_the_right_password_waits_too_and_then_clears_the_count(desk: Desk) -> None:
    for _ in range(5):
        attempt(desk, "host@exemple.fr")
    assert attempt(desk, "host@exemple.fr", PASSWORD) == 429
    assert attempt(desk, "president@exemple.fr", PASSWORD) == 302, "others are not kept out"
    desk.space.clock.advance(seconds=31)
    assert attempt(desk, "host@exemple.fr", PASSWORD) == 302
    assert [attempt(desk, "host@exemple.fr") for _ in range(6)] == [200] * 5 + [429]


def test_nobody_waits_for_more_than_a_quarter_of_an_hour(desk: Desk) -> None:
    for _ in range(12):
        while attempt(desk, "host@exemple.fr") == 429:
            desk.space.clock.advance(minutes=15)
    answer = desk.stranger().post("/login", {"email": "host@exemple.fr", "password": "faux"}, form_on="/login")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 900


def test_one_address_may_not_try_all_accounts(desk: Desk) -> None:
    statuses = [attempt(desk, f"somebody{number}@exemple.fr") for number in range(21)]
    assert statuses == [200] * 20 + [429]


def test_what_was_tried_cannot_be_read_and_is_gone_after_a_day(desk: Desk) -> None:
    attempt(desk, "president@exemple.fr")
    rows = desk.space.sql("SELECT who FROM desk_attempt")
    assert rows
    assert all(re.fullmatch(r"[0-9a-f]{32}", str(who)) for (who,) in rows)
    desk.space.clock.advance(days=1, seconds=1)
    attempt(desk, "host@exemple.fr")
    assert len(desk.space.sql("SELECT who FROM desk_attempt")) == 3


def test_a_dead_link_is_not_tried_for_ever(desk: Desk) -> None:
    stranger = desk.stranger()
    answers = [stranger.get(f"/reset/{'x' * number}").status_code for number in range(1, 12)]
    assert answers == [302] * 10 + [429]


# Links


def test_a_link_is_good_once(desk: Desk) -> None:
    path = link(desk, "host@exemple.fr")
    assert choose(desk.stranger(), path) == "/login"
    assert attempt(desk, "host@exemple.fr", NEW) == 302
    assert attempt(desk, "host@exemple.fr", PASSWORD) == 200
    assert desk.stranger().get(path).headers["Location"] == "/reset"


def test_a_link_is_good_for_three_days(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    now = WEDNESDAY.timestamp()
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: now)
    path = link(desk, "host@exemple.fr")
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: now + 3 * 86400 - 60)
    assert desk.stranger().get(path).status_code == 200
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: now + 3 * 86400 + 60)
    assert desk.stranger().get(path).headers["Location"] == "/reset"


def test_a_link_dies_with_a_change_of_password(desk: Desk, host: Officer) -> None:
    path = link(desk, "host@exemple.fr")
    answer = host.post(
        "/change", {"password": PASSWORD, "new_password": NEW, "new_password_confirm": NEW}, form_on="/change"
    )
    assert answer.headers["Location"] == "/account"
    assert desk.stranger().get(path).headers["Location"] == "/reset"


def test_a_newer_link_kills_the_older(desk: Desk, president: Officer) -> None:
    old = link(desk, "host@exemple.fr")
    page = president.post(f"/users/{number_of(desk, 'host@exemple.fr')}/link").get_data(as_text=True)
    new = re.search(r'value="https://localhost(/reset/[^"]+)"', page)
    assert new is not None
    assert desk.stranger().get(old).headers["Location"] == "/reset"
    assert choose(desk.stranger(), new[1]) == "/login"


def test_a_link_holds_a_plain_hash_of_what_was_hashed_slowly(desk: Desk) -> None:
    token = link(desk, "host@exemple.fr").rpartition("/")[2]
    with desk.app.test_request_context(base_url=HTTPS):
        user: Any = _security.datastore.find_user(email="host@exemple.fr")
        assert _security.reset_serializer.loads(token) == [
            user.fs_uniquifier,
            hashlib.sha512(user.password.encode()).hexdigest(),
        ]


def test_a_link_that_was_altered_leads_nowhere(desk: Desk) -> None:
    path = link(desk, "host@exemple.fr")
    assert desk.stranger().get(path[:-2] + ("aa" if path[-2:] != "aa" else "bb")).headers["Location"] == "/reset"
    assert "Il faut un nouveau lien" in text(desk.stranger(), "/reset")


# Sessions


def test_a_session_ends_after_an_hour_of_nothing(desk: Desk, host: Officer) -> None:
    for _ in range(3):
        desk.space.clock.advance(minutes=59)
        host.page("/")
    desk.space.clock.advance(minutes=61)
    answer = host.get("/")
    assert answer.status_code == 302
    assert "Vous avez été déconnecté·e" in text(host, "/login")


def test_a_page_that_refreshes_itself_keeps_no_session_open(desk: Desk, host: Officer) -> None:
    part = {"HX-Request": "true"}
    for _ in range(6):
        assert host.get("/", headers=part).status_code == 200
        desk.space.clock.advance(minutes=10)
    answer = host.get("/", headers=part)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/login")


def test_a_session_ends_after_eight_hours(desk: Desk, host: Officer) -> None:
    for _ in range(16):
        assert host.get("/").status_code == 200
        desk.space.clock.advance(minutes=30)
    assert host.get("/").status_code == 302


def test_a_clock_that_is_set_back_prolongs_no_session(desk: Desk, host: Officer) -> None:
    desk.space.clock.advance(hours=-1)
    assert host.get("/").status_code == 302


def test_ending_all_sessions_ends_another_browser_s(desk: Desk, host: Officer) -> None:
    elsewhere = desk.sign_in(Role.HOST)
    elsewhere.page("/")
    assert host.post("/account/end-sessions", form_on="/account").status_code == 303
    assert elsewhere.get("/").status_code == 302
    assert host.get("/").status_code == 302
    assert attempt(desk, "host@exemple.fr", PASSWORD) == 302


def test_changing_the_password_ends_every_other_session(desk: Desk, host: Officer) -> None:
    elsewhere = desk.sign_in(Role.HOST)
    data = {"password": PASSWORD, "new_password": NEW, "new_password_confirm": NEW}
    assert host.post("/change", data, form_on="/change").status_code == 302
    assert host.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302


def test_a_copy_of_the_cookie_is_worth_nothing_after_signing_out(desk: Desk, host: Officer) -> None:
    cookie = host.client.get_cookie("__Host-desk", domain="localhost")
    assert cookie is not None
    thief = desk.stranger()
    thief.client.set_cookie("__Host-desk", cookie.value, domain="localhost", secure=True)
    assert thief.get("/").status_code == 200
    assert host.post("/logout").headers["Location"] == "/login"
    assert thief.get("/").status_code == 302


def test_the_cookie_is_for_https_and_for_no_script(desk: Desk) -> None:
    answer = desk.stranger().get("/login")
    cookie = answer.headers["Set-Cookie"]
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}


def test_nobody_is_remembered_beyond_their_session(desk: Desk) -> None:
    stranger = desk.stranger()
    data = {"email": "host@exemple.fr", "password": PASSWORD, "remember": "y"}
    answer = stranger.post("/login", data, form_on="/login")
    assert answer.status_code == 302
    assert not any("remember" in cookie for cookie in answer.headers.getlist("Set-Cookie"))


# Second factors


@pytest.fixture(autouse=True)
def telephone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The telephone and the desk agree on the time, and no code goes out of date however slow a test is."""
    monkeypatch.setattr("passlib.totp.TOTP.now", staticmethod(WEDNESDAY.timestamp))


def code_of(desk: Desk, secret: str, later: int = 0) -> str:
    """What the application on the telephone shows."""
    with desk.app.app_context():
        totp = _security.totp_factory._totp.from_source(secret)
        return str(totp.generate(WEDNESDAY.timestamp() + later).token)


def set_up_codes(desk: Desk, officer: Officer) -> str:
    """Codes by telephone are set up; the secret as it is kept."""
    page = officer.post("/tf-setup", {"setup": "authenticator"}, form_on="/tf-setup").get_data(as_text=True)
    key = re.search(r"<code>([A-Z2-7-]+)</code>", page)
    path = re.search(r'action="(/tf-setup/[^"]+)"', page)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert key and path and token
    assert '<svg class="code"' in page
    with desk.app.app_context():
        typed = _security.totp_factory._totp(key=key[1].replace("-", ""), format="base32")
        code = typed.generate(WEDNESDAY.timestamp() - 30).token
    data = {"code": code, "csrf_token": token[1]}
    answer = officer.client.post(path[1], base_url=HTTPS, data=data)
    assert answer.headers["Location"] == "/account", answer.get_data(as_text=True)[:1000]
    return str(desk.space.sql("SELECT tf_totp_secret FROM desk_user WHERE tf_totp_secret IS NOT NULL")[0][0])


def test_codes_by_telephone_are_asked_for_and_taken_once(desk: Desk, host: Officer) -> None:
    secret = set_up_codes(desk, host)
    code = code_of(desk, secret)
    first = desk.stranger()
    assert attempt(desk, "host@exemple.fr", PASSWORD, first) == 302
    assert first.get("/").status_code == 302, "the password alone is not enough"
    assert first.post("/tf-validate", {"code": code}, form_on="/tf-validate").headers["Location"] == "/"
    assert first.get("/").status_code == 200
    second = desk.stranger()
    attempt(desk, "host@exemple.fr", PASSWORD, second)
    assert second.post("/tf-validate", {"code": code}, form_on="/tf-validate").status_code == 200
    assert second.get("/").status_code == 302


def test_the_secret_of_the_codes_is_not_kept_in_the_clear(desk: Desk, host: Officer) -> None:
    secret = set_up_codes(desk, host)
    with desk.app.app_context():
        clear = _security.totp_factory._totp.from_source(secret).base32_key
    assert clear not in secret
    assert '"enckey"' in secret


def test_codes_cannot_be_guessed_through(desk: Desk, host: Officer) -> None:
    set_up_codes(desk, host)
    thief = desk.stranger()
    attempt(desk, "host@exemple.fr", PASSWORD, thief)
    answers = [thief.post("/tf-validate", {"code": "000000"}, form_on="/tf-validate").status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]
    again = desk.stranger()
    attempt(desk, "host@exemple.fr", PASSWORD, again)
    answer = again.post("/tf-validate", {"code": "000001"}, form_on="/tf-validate")
    assert answer.status_code == 429, "beginning anew with the password helps nobody"


def test_a_recovery_code_is_good_once(desk: Desk, host: Officer) -> None:
    set_up_codes(desk, host)
    page = host.post("/mf-recovery-codes", {"generate_new_codes": "1"}, form_on="/mf-recovery-codes")
    codes = re.findall(r"<li><code>([0-9a-f-]+)</code>", page.get_data(as_text=True))
    assert len(codes) == 5
    kept = str(desk.space.sql("SELECT mf_recovery_codes FROM desk_user WHERE mf_recovery_codes IS NOT NULL")[0][0])
    assert not any(code in kept for code in codes)
    statuses = []
    for _ in range(2):
        found = desk.stranger()
        attempt(desk, "host@exemple.fr", PASSWORD, found)
        statuses.append(found.post("/mf-recovery", {"code": codes[0]}, form_on="/mf-recovery").status_code)
    assert statuses == [302, 200]


def test_what_guards_an_account_is_not_changed_hours_after_the_password_was_given(
    desk: Desk, host: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with host.client.session_transaction(base_url=HTTPS) as session:
        session["fs_paa"] -= 3600
        session.pop("fs_gexp", None)
    for path in ("/tf-setup", "/wan-register", "/mf-recovery-codes"):
        assert host.get(path).headers["Location"].startswith("/verify?next="), path
    answer = host.post("/verify?next=/tf-setup", {"password": PASSWORD}, form_on="/verify")
    assert answer.headers["Location"] == "/tf-setup"
    assert host.get("/tf-setup").status_code == 200


def test_a_passkey_that_proves_nothing_lets_nobody_in(desk: Desk) -> None:
    stranger = desk.stranger()
    page = stranger.post("/wan-signin", {}, form_on="/wan-signin").get_data(as_text=True)
    path = re.search(r'action="(/wan-signin/[^"]+)"', page)
    assert path is not None
    for credential in ("", "{}", '{"id": "x"}', "[]", "null"):
        answer = stranger.post(path[1], {"credential": credential}, form_on="/login")
        assert answer.status_code in (200, 302), credential
        assert stranger.get("/").status_code == 302


# Demo accounts


def demo_sign_in(space: Space, *, training: bool) -> int:
    home = replace(space.home, training=training)
    with home.store.writing() as connection:
        address = "host@demo.invalid"
        desk_users.add(connection, address, "", ["host"], space.clock.now(), passwords.hashed(PASSWORD))
    found = Desk(space, create_app(home, space.clock, bytes(32), ["localhost"]))
    return attempt(found, "host@demo.invalid", PASSWORD)


def test_a_demo_account_is_let_in_by_a_training_home(space: Space) -> None:
    assert demo_sign_in(space, training=True) == 302


def test_a_demo_account_is_refused_by_a_real_home_even_if_it_is_in_the_database(space: Space) -> None:
    assert demo_sign_in(space, training=False) == 200


# Managing accounts


def by(space: Space, actor: str = "cli", *, training: bool = False) -> Officers:
    return Officers.of(replace(space.home, training=training), space.clock, actor)


@pytest.mark.parametrize("address", ["host@demo.invalid", "HOST@Demo.Invalid"])
def test_a_demo_address_gets_no_account_in_a_real_home(space: Space, address: str) -> None:
    with pytest.raises(RequestError) as caught:
        by(space).add(address, Profile("", ["host"]))
    assert caught.value.code == "demo-address"


def test_somebody_is_invited_and_chooses_a_password(desk: Desk, president: Officer) -> None:
    data = {"email": "Nouvelle@Exemple.fr", "name": "Zoé", "roles": ["host"], "member": ""}
    page = president.post("/users/new", data, form_on="/users/new").get_data(as_text=True)
    found = re.search(r'value="https://localhost(/reset/[^"]+)"', page)
    assert found is not None
    assert "n’a pas encore utilisé son lien" in text(president, "/users")
    assert attempt(desk, "nouvelle@exemple.fr") == 200
    assert choose(desk.stranger(), found[1]) == "/login"
    assert attempt(desk, "nouvelle@exemple.fr", NEW) == 302


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"email": "personne"}, "email"),
        ({"email": "president@exemple.fr"}, "email"),
        ({"email": "x@demo.invalid"}, "email"),
        ({"roles": []}, "roles"),
        ({"roles": ["emperor"]}, "roles"),
        ({"member": "999"}, "member"),
        ({"member": "abc"}, "member"),
    ],
)
def test_a_wrong_invitation_is_said_beside_its_field_and_keeps_what_was_typed(
    president: Officer, changed: dict[str, Any], field: str
) -> None:
    data = {"email": "zoe@exemple.fr", "name": "Zoé", "roles": ["host"], "member": "", **changed}
    answer = president.post("/users/new", data, form_on="/users/new")
    assert answer.status_code == 400
    page = answer.get_data(as_text=True)
    assert f'id="{field}-error"' in page
    assert 'value="Zoé"' in page


def test_other_roles_are_felt_at_once(desk: Desk, president: Officer, host: Officer) -> None:
    assert host.get("/users").status_code == 403
    path = f"/users/{number_of(desk, 'host@exemple.fr')}"
    data = {"name": "Hôte", "roles": ["host", "president"], "member": ""}
    assert president.post(path, data, form_on=path).status_code == 303
    assert host.get("/users").status_code == 200


def test_nothing_but_the_form_s_own_fields_is_changed(desk: Desk, president: Officer) -> None:
    query = "SELECT email, password, fs_uniquifier, active, created_at FROM desk_user ORDER BY id"
    before = desk.space.sql(query)
    path = f"/users/{number_of(desk, 'host@exemple.fr')}"
    more = {"email": "other@exemple.fr", "password": "x", "active": "0", "fs_uniquifier": "x", "id": "1"}
    president.post(path, {"name": "Hôte", "roles": ["host"], "member": "", **more}, form_on=path)
    assert before == desk.space.sql(query)


def test_a_suspended_account_is_out_at_once_and_can_come_back(desk: Desk, president: Officer, host: Officer) -> None:
    path = f"/users/{number_of(desk, 'host@exemple.fr')}"
    assert president.post(f"{path}/suspend").status_code == 303
    assert host.get("/").status_code == 302
    assert attempt(desk, "host@exemple.fr", PASSWORD) == 200
    assert president.post(f"{path}/link").status_code == 400
    assert president.post(f"{path}/resume").status_code == 303
    assert attempt(desk, "host@exemple.fr", PASSWORD) == 302


def test_lost_proofs_are_taken_away(desk: Desk, president: Officer, host: Officer) -> None:
    set_up_codes(desk, host)
    path = f"/users/{number_of(desk, 'host@exemple.fr')}"
    assert president.post(f"{path}/take-factors").status_code == 303
    found = desk.sign_in(Role.HOST)
    assert found.get("/").status_code == 200


def test_somebody_stays_who_may_manage_accounts(desk: Desk, space: Space, president: Officer) -> None:
    number = number_of(desk, "president@exemple.fr")
    acts: list[Callable[[], None]] = [
        lambda: by(space).suspend(number),
        lambda: by(space).change(number, Profile("", ["host"])),
    ]
    for act in acts:
        with pytest.raises(RequestError) as caught:
            act()
        assert caught.value.code == "last-president"
    assert president.post(f"/users/{number}/suspend").status_code == 400, "and nobody does it to themselves"


def test_every_act_on_an_account_is_in_the_log_without_a_name(desk: Desk, president: Officer) -> None:
    number = number_of(desk, "host@exemple.fr")
    for act in ("link", "end-sessions", "take-factors", "suspend", "resume"):
        president.post(f"/users/{number}/{act}")
    lines = desk.space.sql("SELECT act, actor, what FROM desk_log WHERE act LIKE 'user-%' ORDER BY id")
    acts = ["user-link", "user-end-sessions", "user-take-factors", "user-suspend", "user-resume"]
    assert lines == [(act, actor_of(Role.PRESIDENT), f"user {number}") for act in acts]


@pytest.mark.promise(6)
def test_what_an_officer_does_names_them_by_number_and_their_name_can_leave(desk: Desk, president: Officer) -> None:
    space, number = desk.space, number_of(desk, "treasurer@exemple.fr")
    member = space.join("Zoé Martin", "04B1C2D3E4F501")
    treasurer = desk.sign_in(Role.TREASURER)
    path = f"/money/accounts/{account(space, member)}/pay"
    send(treasurer, path, {f"amount-{account(space, member)}": "5,00", "method": "cash"})
    assert space.sql("SELECT actor FROM entry WHERE kind = 'payment'") == [(f"officer:{number}",)]
    assert space.sql("SELECT DISTINCT actor FROM desk_log WHERE actor <> 'cli' ORDER BY 1") == sorted(
        [(f"officer:{number}",), (actor_of(Role.PRESIDENT),)]
    )
    assert "<td>Treasurer</td>" in president.page("/log")
    assert president.post(f"/users/{number}/erase").status_code == 400, "in use"
    for act in ("suspend", "erase"):
        assert president.post(f"/users/{number}/{act}").status_code == 303
    assert f"<td>compte n° {number}</td>" in president.page("/log")
    assert president.get(f"/users/{number}").status_code == 200
    with space.home.store.reading() as connection:
        audit.check_chain(connection, space.home.seal)
        tables = sa.inspect(connection).get_table_names()
    texts = [str(part) for table in tables for row in space.sql(f"SELECT * FROM {table}") for part in row]
    assert not [text for text in texts if "treasurer@" in text or "Treasurer" in text]


# Four eyes


@pytest.fixture
def as_officer(desk: Desk) -> Callable[[str, Callable[[], Any]], Any]:
    """Call something in a request of an officer."""

    def call(email: str, act: Callable[[], Any]) -> Any:
        with desk.app.test_request_context(base_url=HTTPS):
            user: Any = _security.datastore.find_user(email=email)
            login_user(user)
            return act()

    return call


def test_an_officer_s_own_account_needs_another_officer(desk: Desk, as_officer: Any) -> None:
    from kiosk.web.desk.common.four_eyes import is_own, refuse_own

    number = desk.space.join("Zoé Martin", "04B1C2D3E4F501")
    other = desk.space.join("Paul Durand", "04B1C2D3E4F502")
    by(desk.space).change(number_of(desk, "treasurer@exemple.fr"), Profile("", ["treasurer"], number))
    assert as_officer("treasurer@exemple.fr", lambda: (is_own(number), is_own(other))) == (True, False)
    assert as_officer("president@exemple.fr", lambda: is_own(number)) is False
    as_officer("treasurer@exemple.fr", lambda: refuse_own(None))
    with pytest.raises(RequestError) as caught:
        as_officer("treasurer@exemple.fr", lambda: refuse_own(number))
    assert caught.value.code == "own-account"


def test_a_file_merged_with_one_s_own_is_one_s_own(desk: Desk, as_officer: Any) -> None:
    from kiosk.web.desk.common.four_eyes import is_own

    kept = desk.space.join("Zoé Martin", "04B1C2D3E4F501")
    twin = desk.space.join("Zoe Martin", "04B1C2D3E4F502")
    by(desk.space).change(number_of(desk, "treasurer@exemple.fr"), Profile("", ["treasurer"], twin))
    with desk.space.home.store.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE member SET merged_into = (SELECT id FROM member WHERE number = ?) WHERE number = ?", (kept, twin)
        )
    assert as_officer("treasurer@exemple.fr", lambda: (is_own(kept), is_own(twin))) == (True, True)


def test_nobody_cuts_the_tie_to_their_own_file(desk: Desk, space: Space) -> None:
    number = space.join("Zoé Martin", "04B1C2D3E4F501")
    user, roles = number_of(desk, "president@exemple.fr"), ["president"]
    self_made = by(space, actor_of(Role.PRESIDENT))
    self_made.change(user, Profile("", roles, number))
    with pytest.raises(RequestError) as caught:
        self_made.change(user, Profile("", roles, None))
    assert caught.value.code == "own-account"
    by(space, actor_of(Role.TREASURER)).change(user, Profile("", roles, None))


def test_a_link_leaves_by_mail_with_what_is_sent_next(space: Space, desk: Desk) -> None:
    """The desk has no network. Whoever sends empties the message, and the page shows the link all the same."""
    mail = MailConfig(server="smtp.example.org:587", sender="bureau@exemple.fr")
    home = replace(space.home, config=msgspec.structs.replace(space.home.config, mail=mail))
    app = create_app(home, space.clock, bytes(32), ["localhost"])
    president = Desk(space, app).sign_in(Role.PRESIDENT)
    path = f"/users/{number_of(desk, 'host@exemple.fr')}/link"
    page = president.post(path).get_data(as_text=True)
    found = re.search(r'value="(https://localhost/reset/[^"]+)"', page)
    assert found is not None
    assert "Un e-mail avec ce lien attend" in page
    about_host = "SELECT recipient, body, about FROM outbox WHERE recipient = 'host@exemple.fr'"
    ((to, body, about),) = space.sql(about_host)
    assert (to, about) == ("host@exemple.fr", f"user {number_of(desk, 'host@exemple.fr')}")
    assert found[1] in str(body)


def test_without_a_mail_server_no_link_is_kept(desk: Desk, president: Officer) -> None:
    page = president.post(f"/users/{number_of(desk, 'host@exemple.fr')}/link").get_data(as_text=True)
    assert "e-mail avec ce lien" not in page.partition("<h1>")[2]
    assert desk.space.sql("SELECT count(*) FROM outbox") == [(0,)]
