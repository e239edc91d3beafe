"""The desk, asked by strangers and by officers who want more than their part: every route is walked."""

import http.client
import json
import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec
import pytest
from flask import Flask, request
from waitress import wasyncore  # type: ignore[import-untyped]  # ships no types

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
    inside = []
    for rule, method in walk(lived_in.app, {"GET", "HEAD", *CHANGING}):
        if rule.endpoint in OPEN:
            continue
        answer = stranger.ask(method, path(lived_in.app, rule))
        sent_away = answer.status_code in (302, 303) and urlsplit(answer.headers["Location"]).path == "/login"
        if not (sent_away or answer.status_code in (401, 403)):
            inside.append((rule.rule, method, answer.status_code))
    assert inside == []


def test_every_role_reaches_what_is_theirs_and_nothing_else(lived_in: Desk) -> None:
    wrong = []
    for role in Role:
        walker = Walker(lived_in, role)
        for rule, method in walk(lived_in.app, {"GET", *CHANGING}):
            wanted = permission(lived_in.app, rule)
            if wanted is None or (method in CHANGING and role in MAY[wanted]):
                continue  # what changes something is tried with its permission below, each time in a desk of its own
            allowed = role in MAY[wanted] and (rule.endpoint, role) not in NARROWER
            status = walker.ask(method, path(lived_in.app, rule)).status_code
            if (status == 403) is allowed or status >= 500:
                wrong.append((rule.rule, method, role.value, status))
    assert wrong == []


def test_no_form_that_is_sent_empty_breaks_anything(lived_in: Desk) -> None:
    broken = []
    walker = Walker(lived_in, Role.PRESIDENT)
    for rule, method in walk(lived_in.app, CHANGING):
        answer = walker.ask(method, path(lived_in.app, rule))
        if answer.status_code >= 500 or answer.status_code == 403:
            broken.append((rule.rule, method, answer.status_code))
    assert broken == []


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


@pytest.mark.parametrize("kind", PAYLOADS)
def test_nothing_sent_in_is_run_echoed_or_followed(lived_in: Desk, kind: str) -> None:
    payload = PAYLOADS[kind]
    walker = Walker(lived_in, Role.PRESIDENT)
    everything = dict.fromkeys(names(), payload)
    query = "?" + "&".join(f"{name}={quote(payload)}" for name in everything)
    bad = []
    for rule, method in walk(lived_in.app, {"GET", *CHANGING}):
        filled = dict.fromkeys(parameters(rule), payload.replace("/", "%2F") if kind != "path" else payload)
        asked = [path(lived_in.app, rule) + query]
        if filled:
            asked.append(path(lived_in.app, rule, **filled))
        for where in asked:
            answer = walker.ask(method, where, everything if method in CHANGING else None)
            page = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
            why = _broken(answer.status_code, page, answer.headers.get("Location", ""))
            why = why or ("a header" if "X-Injected" in answer.headers else "")
            if why:
                bad.append((rule.rule, method, why))
    assert sorted(set(bad)) == []
    assert lived_in.space.sql("SELECT count(*) FROM member") != [(0,)]


def test_a_number_in_a_path_is_no_longer_than_a_number(lived_in: Desk) -> None:
    walker = Walker(lived_in, Role.PRESIDENT)
    bad = []
    for rule, method in walk(lived_in.app, {"GET", *CHANGING}):
        numbers = [name for name in rule.arguments if isinstance(rule._converters.get(name), guards.Number)]
        for value in (0, 2**31, 10**14, 10**30) if numbers else ():
            where = path(lived_in.app, rule, **dict.fromkeys(numbers, 987654321)).replace("987654321", str(value))
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


def test_no_page_holds_a_script_or_a_style_of_its_own(lived_in: Desk) -> None:
    wrong = []
    for role in (None, *Role):
        walker = Walker(lived_in, role)
        for rule, method in walk(lived_in.app, {"GET"}):
            answer = walker.ask(method, path(lived_in.app, rule))
            is_file = answer.headers.get("Content-Disposition", "").startswith("attachment")  # read away from here
            if answer.mimetype == "text/html" and not is_file:
                wrong += [(rule.rule, found) for found in wrong_in(answer.get_data(as_text=True))]
    assert wrong == []


@pytest.mark.parametrize("template", sorted(SOURCES.rglob("*.html")), ids=lambda found: found.name)
def test_no_template_has_what_the_policy_refuses_or_skips_the_escaping(template: Path) -> None:
    text = template.read_text("utf-8")
    assert re.findall(r"\sstyle=|\son[a-z]+=\"|hx-on|<style|<script(?![^>]*\ssrc=)|javascript:", text) == []
    assert re.findall(r"\|\s*safe\b|autoescape false", text) == []


def test_every_answer_carries_the_headers_and_is_kept_by_nobody(lived_in: Desk) -> None:
    walker = Walker(lived_in, Role.PRESIDENT)
    places = [(method, path(lived_in.app, rule)) for rule, method in walk(lived_in.app, {"GET", "POST"})]
    places += [("GET", "/nowhere"), ("POST", "/"), ("TRACE", "/"), ("OPTIONS", "/"), ("GET", "/static/nothing.js")]
    bare, kept = [], []
    for method, where in places:
        answer = walker.ask(method, where)
        policy = answer.headers.get("Content-Security-Policy", "")
        if "default-src 'none'" not in policy or "unsafe" in policy or "frame-ancestors 'none'" not in policy:
            bare.append(where)
        if answer.headers.get("X-Content-Type-Options") != "nosniff" or "Server" in answer.headers:
            bare.append(where)
        same_for_all = where.startswith(("/static/", "/fonts/")) and answer.status_code == 200
        if (answer.headers["Cache-Control"] == "no-store") is same_for_all:
            kept.append(where)
    assert (bare, kept) == ([], [])


def test_an_error_tells_nothing_about_the_machine(desk: Desk, host: Officer, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("secret-path-in-the-message")

    monkeypatch.setitem(desk.app.view_functions, "account.page", fail)
    answer = host.get("/account")
    assert answer.status_code == 500
    assert "secret-path" not in answer.get_data(as_text=True)
    assert "Traceback" not in answer.get_data(as_text=True)


def test_no_secret_is_ever_in_a_log(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    stranger = desk.stranger()
    wrong, token = "un mot de passe raté", "x" * 40
    for password in (wrong, PASSWORD):
        stranger.post("/login", {"email": "president@exemple.fr", "password": password}, form_on="/login")
    stranger.get(f"/reset/{token}")
    page = stranger.post(f"/users/{2}/link").get_data(as_text=True)
    given = re.search(r'value="https://localhost/reset/([^"]+)"', page)
    assert given is not None
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
