"""The log is searched for every secret that the desk has issued: used, used again, sent to a desk that fails."""

import json
import logging
import re
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import quote

import pytest

from tests.conftest import WEDNESDAY
from tests.rooms.hall import let
from tests.web.desk.conftest import HTTPS, PASSWORD, Desk, Officer
from tests.web.desk.officers.test_accounts import NEW, attempt, choose, code_of, link, set_up_codes
from tests.web.desk.officers.test_second_proof import TREASURER, new_recovery_codes
from tests.web.desk.officers.test_tokens import FORM
from tests.web.desk.rooms.test_feed_pages import make

TOKEN = re.compile(r"<code>(kiosk_[A-Za-z0-9_-]{43})</code>")


@pytest.fixture(autouse=True)
def telephone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The telephone goes by the desk's clock."""
    monkeypatch.setattr("passlib.totp.TOTP.now", staticmethod(WEDNESDAY.timestamp))


def issue(desk: Desk, president: Officer, treasurer: Officer) -> dict[str, str]:
    """Have the desk issue one of each kind: a secret, by what it is."""
    page = treasurer.post("/tf-setup", {"setup": "authenticator"}).get_data(as_text=True)
    shown = re.search(r"<code>([A-Z2-7-]+)</code>", page)
    kept = set_up_codes(desk, treasurer)
    token = TOKEN.search(president.post("/tokens/new", FORM).text)
    invited = {"email": "zoe@exemple.fr", "name": "Zoé", "roles": ["host"]}
    invitation = re.search(r'value="https://localhost/reset/([^"]+)"', president.post("/users/new", invited).text)
    assert shown and token and invitation
    return {
        "a link to choose a password": link(desk, "secretary@exemple.fr").rpartition("/")[2],
        "an invitation": invitation[1],
        "the secret of codes, as it is typed": shown[1],
        "the secret of codes, as it is kept": kept,
        "a code by time": code_of(desk, kept),
        "a recovery code": new_recovery_codes(desk)[0],
        "a script's token": token[1],
        "a calendar's address": make(president).rpartition("/")[2].removesuffix(".ics"),
        "a password": PASSWORD,
        "a new password": NEW,
    }


def by_second_factor(desk: Desk, where: str, code: str) -> Officer:
    officer = desk.stranger()
    attempt(desk, TREASURER, PASSWORD, officer)
    officer.post(where, {"code": code}, form_on=where)
    return officer


def uses(desk: Desk, issued: dict[str, str]) -> dict[str, Callable[[], object]]:
    """How each is sent to the desk, by a browser or a program that has it."""
    reset = f"/reset/{issued['a link to choose a password']}"
    scripts = {"Authorization": "Bearer " + issued["a script's token"]}
    feed = "/calendar/feed/" + issued["a calendar's address"] + ".ics"
    return {
        "link looked at": lambda: desk.stranger().get(reset),
        "link followed": lambda: choose(desk.stranger(), reset),
        "link and its password, typed wrongly": lambda: desk.stranger().client.post(
            reset, base_url=HTTPS, data={"password": NEW, "password_confirm": f"{NEW}x"}
        ),
        "invitation": lambda: desk.stranger().get(f"/reset/{issued['an invitation']}"),
        "password": lambda: attempt(desk, TREASURER, PASSWORD),
        "password as an address": lambda: attempt(desk, PASSWORD, NEW),
        "code": lambda: by_second_factor(desk, "/tf-validate", issued["a code by time"]),
        "recovery code": lambda: by_second_factor(desk, "/mf-recovery", issued["a recovery code"]),
        "script": lambda: desk.stranger().get("/api/v1/visits", headers=scripts),
        "calendar": lambda: desk.stranger().get(feed),
        "calendar, cut": lambda: desk.stranger().get(feed[:-6]),
        "calendar, with what is asked of it": lambda: desk.stranger().get(f"{feed}?secret={quote(feed)}"),
    }


FAILS = {
    "security.reset_password": ("link looked at", "link followed", "invitation"),
    "security.login": ("password", "password as an address"),
    "security.two_factor_token_validation": ("code",),
    "security.mf_recovery": ("recovery code",),
    "feeds.feed": ("calendar", "calendar, with what is asked of it"),
}
"""Each view that gets a secret, and what is sent to it while it fails."""


def test_no_secret_that_was_issued_is_in_a_log_whatever_became_of_it(
    desk: Desk,
    president: Officer,
    treasurer: Officer,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    let(desk.space)
    caplog.set_level(logging.DEBUG)
    issued = issue(desk, president, treasurer)
    for use in uses(desk, issued).values():
        for _ in range(2):
            use()

    def fail(**_parts: str) -> None:
        raise RuntimeError("no database")

    sent = uses(desk, issued)
    for endpoint, what in FAILS.items():
        desk.space.clock.advance(minutes=16)  # whatever was guessed wrongly on the way
        with monkeypatch.context() as failing:
            failing.setitem(desk.app.view_functions, endpoint, fail)
            for each in what:
                with suppress(AssertionError):  # the page of its form fails, too
                    sent[each]()
        assert f"the desk could not answer {endpoint}" in caplog.text
    kept = json.dumps(
        [*desk.space.sql("SELECT * FROM desk_log"), *desk.space.sql("SELECT detail FROM entry")], default=str
    )
    assert [what for what, secret in issued.items() if secret in caplog.text] == []
    assert [what for what, secret in issued.items() if secret in kept] == []
