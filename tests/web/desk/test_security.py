"""The desk, asked by strangers and by officers who want more than their part: every route is walked.

KIOSK_ALL_WALKS=1 (`scripts/torture walks`) sends each payload in every field at once to every route, and all side by
side twice; here two are sent in every field, and all side by side in two orders, to half of the routes each.
"""

import http.client
import json
import logging
import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import msgspec
import pytest
from flask import Flask, request
from msgspec.structs import replace
from waitress import wasyncore  # type: ignore[import-untyped]  # ships no types
from werkzeug.test import TestResponse

from kiosk.web.desk import serving
from kiosk.web.desk.app import create_app
from kiosk.web.desk.common import guards
from kiosk.web.desk.common.permissions import MAY, Role
from tests.conftest import Space
from tests.processes import free_port
from tests.web.desk.conftest import HTTPS, PASSWORD, Desk, Officer
from tests.web.desk.walking import (
    CHANGING,
    NARROWER,
    OPEN,
    SOURCES,
    Walker,
    names,
    parameters,
    path,
    permission,
    rules,
    walk,
    wrong_in,
)

LIVED_IN = (("Inès Moreau", "04A2000000E511", "itinerant"), ("Karim Benali", "04A1B2C3D4E501", "permanent"))
MARK = "<script>alert(1)</script>"
PAYLOADS = {
    "words": f"' OR 1=1; DROP TABLE member; -- {{{{ 31337*3 }}}}${{31337*3}}{{% print(31337*3) %}} \"'>{MARK} %s%n%d%",
    "nul": "a\x00b",
    "path": "../../../../etc/passwd",
    "number": "99999999999999999999999999",
    "minus": "-1",
    "digits": "٣",
    "long": "a" * 5000,
    "elsewhere": "https://evil.example/",
    "elsewhere, shorter": "//evil.example/",
    "lines": "a\r\nX-Injected: 1",
}


NAMES = names()


@pytest.fixture
def lived_in(desk: Desk) -> Desk:
    """A desk with something behind the sample numbers."""
    for name, uid, plan in LIVED_IN:
        number = desk.space.join(name, uid, plan)
        desk.space.tap(uid)
        desk.space.till.pay(number, 500, "cash")
    return desk


# Who gets in


def test_every_route_says_who_may_or_is_one_of_the_few_open_ones(desk: Desk) -> None:
    loose = [
        rule.rule
        for rule in rules(desk.app)
        if permission(desk.app, rule) is None
        and rule.endpoint not in OPEN
        and not rule.endpoint.startswith("security.")
    ]
    assert loose == []


def test_a_stranger_gets_nowhere(lived_in: Desk) -> None:
    stranger = Walker(lived_in, None)
    inside, refused = [], []
    for rule, method in walk(lived_in.app, {"GET", "HEAD", *CHANGING}):
        if rule.endpoint in OPEN and method != "GET":
            continue
        answer = stranger.ask(method, path(lived_in.app, rule))
        refused += [(rule.rule, found) for found in _refused_by_the_policy(answer)]
        sent_away = answer.status_code in (302, 303) and urlsplit(answer.headers["Location"]).path == "/login"
        if rule.endpoint not in OPEN and not (sent_away or answer.status_code in (401, 403)):
            inside.append((rule.rule, method, answer.status_code))
    assert (inside, refused) == ([], [])


def _refused_by_the_policy(answer: TestResponse) -> list[str]:
    """The scripts and styles that a page has of its own."""
    is_file = answer.headers.get("Content-Disposition", "").startswith("attachment")  # read away from here
    return wrong_in(answer.get_data(as_text=True)) if answer.mimetype == "text/html" and not is_file else []


def _bare_or_kept(where: str, answer: TestResponse) -> list[str]:
    """What the headers of an answer lack."""
    policy = answer.headers.get("Content-Security-Policy", "")
    same_for_all = where.startswith(("/static/", "/fonts/")) and answer.status_code == 200
    good = {
        "policy": "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy,
        "type": answer.headers.get("X-Content-Type-Options") == "nosniff",
        "server": "Server" not in answer.headers,
        "kept by nobody": (answer.headers["Cache-Control"] == "no-store") is not same_for_all,
    }
    return [what for what, is_so in good.items() if not is_so]


@pytest.mark.parametrize("role", Role)
def test_every_role_reaches_what_is_theirs_alone_with_every_header_and_no_script_in_a_page(
    lived_in: Desk, role: Role
) -> None:
    """And no form that the president sends empty breaks anything; what others may change is tried by them below, each
    in a desk of its own.
    """
    wrong = []
    walker = Walker(lived_in, role)
    for rule, method in walk(lived_in.app, {"GET", *CHANGING}):
        wanted = permission(lived_in.app, rule)
        may = wanted is None or role in MAY[wanted]
        if method in CHANGING and may and role is not Role.PRESIDENT:
            continue
        where = path(lived_in.app, rule)
        answer = walker.ask(method, where)
        allowed = may and (rule.endpoint, role) not in NARROWER
        ill = [str(answer.status_code)] if answer.status_code >= 500 or (answer.status_code == 403) is allowed else []
        wrong += [(where, method, each) for each in (*ill, *_bare_or_kept(where, answer))]
        wrong += [(where, method, each) for each in _refused_by_the_policy(answer)]
    assert wrong == []


@pytest.mark.parametrize(
    ("method", "where"),
    [("GET", "/nowhere"), ("POST", "/"), ("TRACE", "/"), ("OPTIONS", "/"), ("GET", "/static/nothing.js")],
)
def test_what_is_not_there_carries_the_headers_too(desk: Desk, host: Officer, method: str, where: str) -> None:
    assert _bare_or_kept(where, host.client.open(where, method=method, base_url=HTTPS)) == []


def test_nothing_is_changed_without_a_token(lived_in: Desk) -> None:
    taken = []
    for walker in (Walker(lived_in, None), Walker(lived_in, Role.PRESIDENT)):
        for rule, method in walk(lived_in.app, CHANGING):
            for token in ({}, {"csrf_token": "x"}):
                answer = walker.ask(method, path(lived_in.app, rule), {"x": "1", **token}, token=False)
                if answer.status_code != 400:
                    taken.append((rule.rule, method, answer.status_code))
    assert taken == []


def test_a_token_of_another_session_is_none(desk: Desk, host: Officer) -> None:
    token = desk.stranger().token("/login")
    answer = host.client.post("/account/end-sessions", base_url=HTTPS, data={"csrf_token": token})
    assert answer.status_code == 400


# What is sent in


def _broken(status: int, page: str, location: str) -> str:
    """Why an answer to a payload is bad; empty where it is not."""
    if status >= 500:
        return str(status)
    if MARK in page:
        return "not escaped"
    if "94011" in page:
        return "evaluated"
    if (urlsplit(location).hostname or "localhost") != "localhost":
        return f"leads to {location}"
    return ""


# What is sent in every field at once, and to which of two halves of the routes. By twos: a form's page and its
# sending are neighbours, and each payload is to meet both.
WALKS: dict[str, tuple[int, ...]] = dict.fromkeys(PAYLOADS, (0, 1))
TURNS: dict[int, tuple[int, ...]] = {0: (0, 1), 5: (0, 1)}
if not os.environ.get("KIOSK_ALL_WALKS"):
    WALKS = {"words": (0,), "lines": (1,)}
    TURNS = {0: (1,), 5: (0,)}


@pytest.mark.parametrize("kind", WALKS)
def test_nothing_sent_in_is_run_echoed_or_followed(lived_in: Desk, kind: str) -> None:
    _send_everywhere(lived_in, lambda _place: PAYLOADS[kind], WALKS[kind])


@pytest.mark.parametrize("turn", TURNS)
def test_nothing_sent_side_by_side_is_run_echoed_or_followed(lived_in: Desk, turn: int) -> None:
    """Each field another payload, and at each route another than at the one before."""
    each = list(PAYLOADS.values())
    _send_everywhere(lived_in, lambda place: each[(turn + place) % len(each)], TURNS[turn])


def _send_everywhere(desk: Desk, payload: Callable[[int], str], halves: tuple[int, ...] = (0, 1)) -> None:
    """The payload for each place, counted through routes and fields, in every field and in the path."""
    walker = Walker(desk, Role.PRESIDENT)
    bad = []
    for at, (rule, method) in enumerate(walk(desk.app, {"GET", *CHANGING})):
        if at // 2 % 2 not in halves:
            continue
        everything = {name: payload(at + number) for number, name in enumerate(NAMES)}
        asked = [f"{path(desk.app, rule)}?{urlencode(everything)}"]
        filled = {name: payload(at + number) for number, name in enumerate(parameters(rule))}
        if filled:
            quoted = {name: text if "etc/passwd" in text else text.replace("/", "%2F") for name, text in filled.items()}
            asked.append(path(desk.app, rule, **quoted))
        for where in asked:
            answer = walker.ask(method, where, everything if method in CHANGING else None)
            page = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
            why = _broken(answer.status_code, page, answer.headers.get("Location", ""))
            why = why or ("a header" if "X-Injected" in answer.headers else "")
            if why:
                bad.append((rule.rule, method, why))
    assert sorted(set(bad)) == []
    assert desk.space.sql("SELECT count(*) FROM member") != [(0,)]


def test_a_number_in_a_path_is_no_longer_than_a_number(lived_in: Desk) -> None:
    """What leads nowhere is asked for once each: such an address never comes to a view, whichever it resembles."""
    walker, urls = Walker(lived_in, Role.PRESIDENT), lived_in.app.url_map.bind("localhost")
    bad, nowhere = [], set()
    for rule, method in walk(lived_in.app, {"GET", *CHANGING}):
        numbers = [name for name in rule.arguments if isinstance(rule._converters.get(name), guards.Number)]
        for value in (0, 2**31, 10**14, 10**30) if numbers else ():
            where = path(lived_in.app, rule, **dict.fromkeys(numbers, 987654321)).replace("987654321", str(value))
            if not urls.test(where, method):
                if (value, method) in nowhere:
                    continue
                nowhere.add((value, method))
            answer = walker.ask(method, where)
            if answer.status_code >= 500:
                bad.append((rule.rule, method, value, answer.status_code))
    assert bad == []


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "\\\\evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "https:evil.example",
        " //evil.example",
        "%09//evil.example",
        "http://localhost@evil.example/",
        "https://localhost.evil.example/",
    ],
)
def test_signing_in_leads_to_this_desk_only(desk: Desk, address: str) -> None:
    for where, more in ((f"/login?next={quote(address)}", {}), ("/login", {"next": address})):
        stranger = desk.stranger()
        data = {"email": "host@exemple.fr", "password": PASSWORD, **more}
        answer = stranger.post(where, data, form_on="/login")
        target = urlsplit(answer.headers.get("Location", "/"))
        assert (target.scheme, target.netloc) in (("", ""), ("https", "localhost"))
        assert not answer.headers.get("Location", "/").startswith(("//", "/\\", "\\"))


def test_what_is_too_big_is_not_read(desk: Desk, host: Officer) -> None:
    data = {"csrf_token": host.token(), "x": "a" * (3 << 20)}
    assert host.client.post("/account/end-sessions", base_url=HTTPS, data=data).status_code == 413
    many = "&".join(["a=1"] * 20000)
    answer = host.client.post(
        "/account/end-sessions", base_url=HTTPS, data=many, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code in (400, 413)


# What goes out


@pytest.mark.parametrize("template", sorted(SOURCES.rglob("*.html")), ids=lambda found: found.name)
def test_no_template_has_what_the_policy_refuses_or_skips_the_escaping(template: Path) -> None:
    text = template.read_text("utf-8")
    assert re.findall(r"\sstyle=|\son[a-z]+=\"|hx-on|<style|<script(?![^>]*\ssrc=)|javascript:", text) == []
    assert re.findall(r"\|\s*safe\b|autoescape false", text) == []


def test_an_error_tells_nothing_about_the_machine(desk: Desk, host: Officer, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("secret-path-in-the-message")

    monkeypatch.setitem(desk.app.view_functions, "account.page", fail)
    answer = host.get("/account")
    assert answer.status_code == 500
    assert "secret-path" not in answer.get_data(as_text=True)
    assert "Traceback" not in answer.get_data(as_text=True)


def test_no_secret_is_ever_in_a_log(
    desk: Desk, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor where signing in, or following a link, fails: what went wrong is in the log then."""

    def fail(**_parts: str) -> None:
        raise RuntimeError("no database")

    caplog.set_level(logging.DEBUG)
    stranger, failing = desk.stranger(), desk.stranger()
    wrong, token = "un mot de passe raté", "x" * 40
    for password in (wrong, PASSWORD):
        stranger.post("/login", {"email": "president@exemple.fr", "password": password}, form_on="/login")
    stranger.get(f"/reset/{token}")
    page = stranger.post(f"/users/{2}/link").get_data(as_text=True)
    given = re.search(r'value="https://localhost/reset/([^"]+)"', page)
    assert given is not None
    sent = {"email": "president@exemple.fr", "csrf_token": failing.token("/login")}
    for endpoint in ("security.login", "security.reset_password"):
        monkeypatch.setitem(desk.app.view_functions, endpoint, fail)
    for password in (wrong, PASSWORD):
        assert failing.client.post("/login", base_url=HTTPS, data={**sent, "password": password}).status_code == 500
    for link in (token, given[1]):
        assert failing.client.get(f"/reset/{link}", base_url=HTTPS).status_code == 500
    assert caplog.text.count("the desk could not answer security.") == 4
    kept = json.dumps(desk.space.sql("SELECT * FROM desk_log"), default=str)
    for secret in (wrong, PASSWORD, token, given[1]):
        assert secret not in caplog.text
        assert secret not in kept


# From where


@contextmanager
def echoing(proxy: str | None) -> Iterator[int]:
    """A real server over an application that says who it thinks is asking."""
    app = Flask("echo")

    @app.get("/")
    def who() -> dict[str, str | None]:
        return {"from": request.remote_addr, "scheme": request.scheme, "host": request.host}

    port = free_port()
    web: Any = serving.server(app, port, proxy)
    going_on = threading.Event()
    going_on.set()

    def turn() -> None:  # as `run` does, which only a signal to the main thread can end
        while going_on.is_set():
            wasyncore.loop(timeout=0.05, count=1, map=web._map)

    thread = threading.Thread(target=turn)
    thread.start()
    try:
        yield port
    finally:
        going_on.clear()
        thread.join(10)
        wasyncore.close_all(web._map)
        web.task_dispatcher.shutdown()


def heard(port: int) -> dict[str, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    forwarded = {
        "X-Forwarded-For": "192.0.2.7",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "bureau.exemple.fr",
        "Forwarded": "for=192.0.2.8;host=evil.example",
    }
    connection.request("GET", "/", headers=forwarded)
    found: dict[str, str] = json.loads(connection.getresponse().read())
    connection.close()
    return found


@pytest.mark.parametrize("proxy", [None, "192.0.2.1"])
def test_who_is_not_the_proxy_is_not_believed(proxy: str | None) -> None:
    with echoing(proxy) as port:
        assert heard(port) == {"from": "127.0.0.1", "scheme": "http", "host": f"127.0.0.1:{port}"}


def test_the_proxy_says_for_whom_it_asks() -> None:
    with echoing("127.0.0.1") as port:
        assert heard(port) == {"from": "192.0.2.7", "scheme": "https", "host": "bureau.exemple.fr"}


def test_the_desk_listens_on_this_machine_only() -> None:
    with echoing(None) as port, pytest.raises(OSError):
        http.client.HTTPConnection("127.0.0.2", port, timeout=1).request("GET", "/")


def test_an_address_is_counted_as_the_proxy_says_it(desk: Desk) -> None:
    statuses = [
        desk.stranger().post(
            "/login",
            {"email": f"n{number}@exemple.fr", "password": "faux"},
            form_on="/login",
            environ_base={"REMOTE_ADDR": f"192.0.2.{number}"},
        )
        for number in range(22)
    ]
    assert {answer.status_code for answer in statuses} == {200}


def real(space: Space) -> Desk:
    """The desk of a machine at a door."""
    home = replace(space.home, config=msgspec.structs.replace(space.home.config, real=True))
    return Desk(space, create_app(home, space.clock, bytes(32), ["localhost"]))


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "", "unix:"])
def test_nobody_signs_in_from_the_kiosk_itself(space: Space, address: str) -> None:
    desk = real(space)
    here = {"environ_base": {"REMOTE_ADDR": address}}
    for where in ("/login", "/", "/reset", "/wan-signin"):
        assert desk.stranger().get(where, **here).status_code == 403
    assert desk.stranger().get("/healthz", **here).status_code == 200


def test_from_elsewhere_the_desk_of_a_real_home_answers(space: Space) -> None:
    assert real(space).stranger().get("/login", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 200
