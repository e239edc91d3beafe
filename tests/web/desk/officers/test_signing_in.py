"""Who guesses gets nowhere, whoever owns the account gets in, and hears of it when somebody else did."""

import json
import os
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from flask_security.proxies import _security
from msgspec.structs import replace

from kiosk.config import MailConfig
from kiosk.domain.problems import Problem
from kiosk.errors import RequestError
from kiosk.members import passwords
from kiosk.store.officers import desk_users
from kiosk.web.desk.app import create_app
from kiosk.web.desk.common.permissions import Role
from tests import beside
from tests.conftest import WEDNESDAY, Space
from tests.processes import here
from tests.web.desk.conftest import HTTPS, PASSWORD, Desk, Officer
from tests.web.desk.officers.test_accounts import NEW, attempt, choose, code_of, link, number_of, set_up_codes, text
from tests.web.desk.walking import path, walk

HOST = "host@exemple.fr"
GUESSES = 24


@pytest.fixture(autouse=True)
def telephone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The telephone and the desk agree on the time, and no code goes out of date however slow a test is."""
    monkeypatch.setattr("passlib.totp.TOTP.now", staticmethod(WEDNESDAY.timestamp))


def again(desk: Desk) -> Desk:
    """The desk after a restart."""
    return Desk(desk.space, create_app(desk.space.home, desk.space.clock, bytes(32), ["localhost"]))


@pytest.fixture
def with_mail(desk: Desk) -> Iterator[Desk]:
    """A desk whose home has a mail server."""
    mail = MailConfig(server="smtp.example.org:587", sender="bureau@exemple.fr")
    home = replace(desk.space.home, config=msgspec.structs.replace(desk.space.home.config, mail=mail))
    yield Desk(desk.space, create_app(home, desk.space.clock, bytes(32), ["localhost"]))


def told(desk: Desk, recipient: str = HOST) -> list[str]:
    """What an officer was told of, oldest first."""
    rows = desk.space.sql(f"SELECT about FROM outbox WHERE recipient = '{recipient}' ORDER BY id")
    return [str(about).partition(" of ")[0] for (about,) in rows]


def from_address(desk: Desk, address: str, email: str, password: str, officer: Officer | None = None) -> int:
    found = officer or desk.stranger()
    data = {"email": email, "password": password}
    return found.post("/login", data, form_on="/login", environ_base={"REMOTE_ADDR": address}).status_code


# Passwords that are on every list


@pytest.mark.parametrize(
    "password",
    [
        "1234567890",
        "azertyuiop",
        "qwertyuiop",
        "motdepasse1",
        "Motdepasse2026",
        "aaaaaaaaaaaa",
        "coworking2026",
        "0612345678",
    ],
)
def test_a_password_that_anybody_tries_first_is_refused(password: str) -> None:
    with pytest.raises(Problem) as caught:
        passwords.want_unknown(password)
    assert caught.value.code == "password-known"


@pytest.mark.parametrize(
    "password",
    [
        "lacoroutine59",
        "Coroutine2026",
        "zoe.martin2026",
        "ZoeMartin1",
        "zoe.martin.la.coroutine.bureau.2026!",
        "Zoé-Martin-Coworking-Association-1789",
    ],
)
def test_a_password_that_says_who_one_is_is_refused(password: str) -> None:
    with pytest.raises(Problem):
        passwords.want_unknown(password, ("La Coroutine", "Zoé Martin", "zoe.martin", "exemple.fr"))


@pytest.mark.parametrize("password", ["Sønderby2026", "sønderby.œdipe.2026", "ЗояМартин2026", "зоя-мартин-coroutine!"])
def test_a_name_is_known_in_its_own_letters(password: str) -> None:
    with pytest.raises(Problem):
        passwords.want_unknown(password, ("La Coroutine", "Œdipe Sønderby", "Зоя Мартин"))


@pytest.mark.parametrize(
    "password",
    [PASSWORD, NEW, "cheval pile agrafe", "mÿ vélo dàns l’entrée", "un vélo bleu " * 70, "зелёный велосипед 83"],
)
def test_several_words_do_well_however_many_they_are(password: str) -> None:
    refused = ""
    try:
        passwords.want_unknown(password, ("La Coroutine", "Zoé Martin"))
    except RequestError as refusal:
        refused = refusal.code
    assert refused == ""


_PLACE = {"name": "La Coroutine", "address": "16 allée de la Filature, 59000 Roubaix", "email": "bonjour@ruche.example"}


@pytest.mark.parametrize("password", ["Filature-Roubaix-59000", "ruchecoroutine2026", "allee de la filature 16"])
def test_a_password_of_the_place_s_words_and_digits_is_refused_by_a_link_a_command_and_at_the_beginning(
    desk: Desk, host: Officer, tmp_path: Path, password: str
) -> None:
    desk.space.rule("association", json.dumps(_PLACE))
    data = {"password": PASSWORD, "new_password": password, "new_password_confirm": password}
    page = host.post("/change", data, form_on="/change", headers={"Accept-Language": "fr"}).get_data(as_text=True)
    assert "trop facile à deviner" in page
    assert attempt(desk, HOST, PASSWORD) == 302
    (tmp_path / "password").write_text(password, "utf-8")
    root = str(desk.space.home.paths.root)
    new = ("user", "add", "zoe@exemple.fr", "--name", "Zoé", "--role", "host")
    added = here("--home", root, *new, "--password-file", str(tmp_path / "password"))
    assert "[password-known]" in added.stderr
    with desk.space.home.store.reading() as connection:
        about = passwords.words_of_place(connection, desk.space.clock.now().date())
    with pytest.raises(Problem):
        passwords.want_unknown(password, about)


def test_a_known_password_is_refused_beside_its_field_by_a_link_and_by_a_change(desk: Desk, host: Officer) -> None:
    where = link(desk, "secretary@exemple.fr")
    stranger = desk.stranger()
    data = {"password": "1234567890", "password_confirm": "1234567890"}
    page = stranger.post(where, data, form_on=where, headers={"Accept-Language": "fr"}).get_data(as_text=True)
    assert "trop facile à deviner" in page
    assert choose(stranger, where) == "/login", "the link is still good"
    data = {"password": PASSWORD, "new_password": "host@exemple", "new_password_confirm": "host@exemple"}
    assert "trop facile à deviner" in host.post("/change", data, form_on="/change").get_data(as_text=True)
    assert attempt(desk, HOST, PASSWORD) == 302


# Guessing


def test_of_many_guesses_at_once_no_more_are_looked_at_than_one_by_one(desk: Desk) -> None:
    strangers = [desk.stranger() for _ in range(GUESSES)]
    tokens = [stranger.token("/login") for stranger in strangers]
    together = threading.Barrier(GUESSES)

    def guess(number: int) -> int:
        data = {"email": HOST, "password": f"faux {number}", "csrf_token": tokens[number]}
        together.wait()
        return strangers[number].client.post("/login", base_url=HTTPS, data=data).status_code

    with ThreadPoolExecutor(GUESSES) as pool:
        statuses = list(pool.map(guess, range(GUESSES)))
    assert statuses.count(200) <= 5
    assert set(statuses) <= {200, 429, 503}, "503 is a machine under load: such a guess was not looked at"
    assert desk.space.sql("SELECT count(*) FROM desk_attempt") == [(3 * statuses.count(200),)]


def test_guesses_are_counted_over_a_restart(desk: Desk) -> None:
    assert [attempt(desk, HOST) for _ in range(5)] == [200] * 5
    assert attempt(again(desk), HOST) == 429


def test_whoever_guesses_from_elsewhere_keeps_nobody_out(desk: Desk) -> None:
    owner, guesser = "192.0.2.1", "192.0.2.66"
    statuses = [from_address(desk, guesser, HOST, "faux") for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    assert from_address(desk, owner, HOST, PASSWORD) == 302


def test_a_device_that_signed_in_before_is_let_in_whatever_all_others_try(desk: Desk, host: Officer) -> None:
    host.post("/logout")
    tried = [from_address(desk, f"198.51.100.{number}", HOST, "faux") for number in range(51)]
    assert tried == [200] * 50 + [429], "all strange places together have an end, too"
    assert from_address(desk, "127.0.0.1", HOST, PASSWORD) == 429
    for _ in range(6):
        from_address(desk, "127.0.0.1", HOST, "faux")
    assert from_address(desk, "127.0.0.1", HOST, PASSWORD, host) == 302


def test_a_known_device_guesses_no_more_than_a_strange_one(desk: Desk, host: Officer) -> None:
    host.post("/logout")
    assert [attempt(desk, HOST, officer=host) for _ in range(6)] == [200] * 5 + [429]
    assert [attempt(desk, "president@exemple.fr", officer=host) for _ in range(6)] == [200] * 5 + [429], (
        "and it is no key"
    )


def test_one_machine_has_one_place_however_many_addresses_of_ipv6_it_takes(desk: Desk) -> None:
    statuses = [from_address(desk, f"2001:db8:1:2::{number:x}", HOST, "faux") for number in range(1, 7)]
    assert statuses == [200] * 5 + [429]
    assert from_address(desk, "2001:db8:1:3::1", HOST, PASSWORD) == 302


def test_a_passkey_never_waits(desk: Desk) -> None:
    for _ in range(25):
        attempt(desk, HOST)
    stranger = desk.stranger()
    assert attempt(desk, HOST, officer=stranger) == 429
    page = stranger.post("/wan-signin", {}, form_on="/wan-signin")
    assert page.status_code == 200
    found = re.search(r'action="(/wan-signin/[^"]+)"', page.get_data(as_text=True))
    assert found is not None
    assert stranger.post(found[1], {"credential": "{}"}, form_on="/login").status_code != 429


def test_ending_all_sessions_forgets_the_devices(desk: Desk, host: Officer) -> None:
    assert desk.space.sql("SELECT count(*) FROM desk_device") == [(1,)]
    host.post("/account/end-sessions", form_on="/account")
    assert desk.space.sql("SELECT count(*) FROM desk_device") == [(0,)]


def test_a_device_is_kept_as_a_hash_and_for_a_year(desk: Desk) -> None:
    from kiosk.store import retention

    cookie = desk.sign_in(Role.HOST).client.get_cookie("__Host-device", domain="localhost")
    assert cookie is not None
    assert (cookie.secure, cookie.http_only, cookie.same_site, cookie.path) == (True, True, "Lax", "/")
    ((digest,),) = desk.space.sql("SELECT digest FROM desk_device")
    assert bytes.fromhex(cookie.value) != digest
    kept = next(rule for rule in retention.RETENTION_RULES if rule.name == "desk-devices")
    with desk.space.home.store.reading() as connection:
        for days, found in ((364, 0), (366, 1)):
            before = desk.space.clock.now() + timedelta(days=days - kept.days)
            assert len(kept.find(connection, before, before.date())) == found


# Codes by telephone


def enter(desk: Desk, code: str) -> bool:
    """Whether the password and this code let somebody in."""
    officer = desk.stranger()
    assert attempt(desk, HOST, PASSWORD, officer) == 302
    officer.post("/tf-validate", {"code": code}, form_on="/tf-validate")
    return officer.get("/").status_code == 200


def test_a_code_lets_nobody_in_twice_even_after_a_restart(desk: Desk, host: Officer) -> None:
    code = code_of(desk, set_up_codes(desk, host))
    assert enter(desk, code)
    assert not enter(desk, code)
    assert not enter(again(desk), code)


def test_of_two_who_send_one_code_at_once_one_is_in(desk: Desk, host: Officer) -> None:
    secret = set_up_codes(desk, host)
    code = code_of(desk, secret)
    together = threading.Barrier(8)

    def use(_number: int) -> bool:
        with desk.app.app_context():
            user: Any = _security.datastore.find_user(email=HOST)
            together.wait()
            return bool(_security.totp_factory.verify_totp(code, secret, user, 60))

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(use, range(8))) == [False] * 7 + [True]


def test_one_wrong_code_while_it_is_set_up_keeps_the_picture(desk: Desk, host: Officer) -> None:
    page = host.post("/tf-setup", {"setup": "authenticator"}, form_on="/tf-setup").get_data(as_text=True)
    key, where = re.search(r"<code>([A-Z2-7-]+)</code>", page), re.search(r'action="(/tf-setup/[^"]+)"', page)
    assert key and where
    wrong = host.post(where[1], {"code": "000000"}, headers={"Accept-Language": "fr"}).get_data(as_text=True)
    assert key[1] in wrong
    assert where[1] in wrong
    assert 'id="code-error"' in wrong
    with desk.app.app_context():
        typed = _security.totp_factory._totp(key=key[1].replace("-", ""), format="base32")
        right = typed.generate(WEDNESDAY.timestamp()).token
    assert host.post(where[1], {"code": right}).headers["Location"] == "/account"
    assert "Les codes par téléphone sont en place." in host.page("/account")


def test_who_pulls_at_an_old_form_of_codes_begins_again(desk: Desk, host: Officer) -> None:
    assert host.post("/tf-setup/stale", {"code": "000000"}).headers["Location"] == "/tf-setup"


# Sessions


def test_no_page_that_is_only_looked_at_signs_anybody_out(desk: Desk, president: Officer) -> None:
    """As the cookie says after each of them, and the desk after all; after each of them in `scripts/torture walks`."""
    asks_each_time = bool(os.environ.get("KIOSK_ALL_WALKS"))
    out = []
    for rule, method in walk(desk.app, {"GET", "HEAD"} if asks_each_time else {"GET"}):
        president.client.open(path(desk.app, rule), method=method, base_url=HTTPS).close()
        with president.client.session_transaction(base_url=HTTPS) as session:
            is_in = "_user_id" in session
        if not is_in or (asks_each_time and president.get("/account").status_code != 200):
            out.append(rule.rule)
            president = desk.sign_in(Role.PRESIDENT)
    assert (out, president.get("/account").status_code) == ([], 200)


def test_a_token_of_before_signing_in_is_worth_nothing_after(desk: Desk) -> None:
    officer = desk.stranger()
    before = officer.token("/login")
    assert attempt(desk, HOST, PASSWORD, officer) == 302
    answer = officer.client.post("/account/end-sessions", base_url=HTTPS, data={"csrf_token": before})
    assert answer.status_code == 400
    assert officer.token("/") != before
    assert officer.post("/account/end-sessions", form_on="/account").status_code == 303


def test_the_session_s_cookie_can_be_set_by_this_host_alone(desk: Desk) -> None:
    (cookie,) = desk.stranger().get("/login").headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-desk=")
    parts = {part.strip() for part in cookie.split(";")}
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= parts
    assert not any(part.startswith("Domain") for part in parts)


def test_with_no_officer_yet_the_page_says_how_the_first_is_made(space: Space, desk: Desk) -> None:
    assert "kiosk user first" not in desk.stranger().page("/login")
    with beside.unguarded(space.home) as connection:
        for table in ("desk_user_role", "desk_user"):
            connection.execute(f"DELETE FROM {table}")
    page = text(desk.stranger(), "/login")
    assert "Personne n’a encore de compte au bureau" in page
    assert "kiosk user first" in page


# Telling the owner


def test_who_signs_in_from_a_new_device_is_told_once(with_mail: Desk) -> None:
    officer = with_mail.sign_in(Role.HOST)
    assert told(with_mail) == ["new-device"]
    officer.post("/logout")
    assert attempt(with_mail, HOST, PASSWORD, officer) == 302
    assert told(with_mail) == ["new-device"]
    with_mail.sign_in(Role.HOST)
    assert told(with_mail) == ["new-device"] * 2
    ((subject, body),) = with_mail.space.sql("SELECT subject, body FROM outbox ORDER BY id LIMIT 1")
    assert subject == "Connexion depuis un nouvel appareil"
    assert "Ce n’était pas" not in str(body)
    assert "dites-le tout de suite à une autre personne du bureau" in str(body)
    assert [
        act for (act,) in with_mail.space.sql("SELECT act FROM desk_log WHERE act LIKE 'sign-in%' ORDER BY id")
    ] == [
        "sign-in-new",
        "sign-in",
        "sign-in-new",
    ]


def test_a_password_that_is_chosen_or_changed_is_told_and_its_device_known(with_mail: Desk) -> None:
    newcomer = with_mail.stranger()
    assert choose(newcomer, link(with_mail, HOST)) == "/login"
    assert attempt(with_mail, HOST, NEW, newcomer) == 302
    assert told(with_mail) == ["password-chosen"]
    data = {"password": NEW, "new_password": PASSWORD, "new_password_confirm": PASSWORD}
    assert newcomer.post("/change", data, form_on="/change").status_code == 302
    assert told(with_mail) == ["password-chosen", "password-changed"]


def test_proofs_that_come_and_go_are_told(with_mail: Desk) -> None:
    host, president = with_mail.sign_in(Role.HOST), with_mail.sign_in(Role.PRESIDENT)
    set_up_codes(with_mail, host)
    president.post(f"/users/{number_of(with_mail, HOST)}/take-factors")
    assert told(with_mail) == ["new-device", "factor-added", "factor-taken"]


def test_a_reset_on_the_command_line_is_told_to_whom_it_concerns(with_mail: Desk) -> None:
    from kiosk.members.officers import Officers

    mail = MailConfig(server="smtp.example.org:587", sender="bureau@exemple.fr")
    home = replace(with_mail.space.home, config=msgspec.structs.replace(with_mail.space.home.config, mail=mail))
    Officers.of(home, with_mail.space.clock, "cli").prepare_link(number_of(with_mail, HOST))
    assert told(with_mail)[0] == "link"
    assert "link" not in told(with_mail, "president@exemple.fr")


def test_each_is_told_in_the_language_that_they_chose(with_mail: Desk) -> None:
    with with_mail.space.home.store.writing() as connection:
        desk_users.change(connection, number_of(with_mail, HOST), language="en")
    with_mail.sign_in(Role.HOST)
    assert with_mail.space.sql("SELECT subject FROM outbox") == [("Sign-in from a new device",)]


def test_without_a_mail_server_nothing_lies_in_the_outbox(desk: Desk, host: Officer) -> None:
    assert desk.space.sql("SELECT count(*) FROM outbox") == [(0,)]
    assert "connexion depuis un nouvel appareil" in text(desk.sign_in(Role.PRESIDENT), "/log")
