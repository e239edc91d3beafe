"""The heartbeat: told while people can come in, silent else; the address is a secret."""

import http.server
import json
import logging
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from kiosk import MADE_AFTER, __version__
from kiosk.health import heartbeat, status_file
from kiosk.health.status_file import Status
from kiosk.store.health import failing_rows
from tests import certificates
from tests.conftest import Space

ALIVE: dict[str, Any] = {"reader": "online", "door": {"simulated": True}, "ok": True, "spooled": 0, "up_seconds": 5}


class _Hearer(http.server.BaseHTTPRequestHandler):
    """Notes what is posted; answers with a status of one's own."""

    heard: ClassVar[list[dict[str, Any]]] = []
    status: ClassVar[int] = 200

    def do_POST(self) -> None:
        _Hearer.heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(_Hearer.status)
        if _Hearer.status == 302:
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_given: object) -> None:
        """Not in the tests' output."""


@pytest.fixture
def hearer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Somebody who hears, by an address that is a secret."""
    certificate, context = certificates.shown(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    _Hearer.heard.clear()
    _Hearer.status = 200
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Hearer)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"https://127.0.0.1:{server.server_address[1]}/ping/secret"
    server.shutdown()
    thread.join()
    server.server_close()


def _goes_to(space: Space, text: str) -> None:
    space.home.paths.heartbeat.write_text(text, "utf-8")
    space.home.paths.heartbeat.chmod(0o600)


def _says(space: Space, **facts: object) -> None:
    status_file.save(space.home.paths.runtime / status_file.NAME, {**ALIVE, **facts}, space.clock)


def test_nobody_who_did_not_ask_is_told(space: Space) -> None:
    assert heartbeat.beat(space.home, space.clock) == ""
    _goes_to(space, "# later\n")
    assert heartbeat.beat(space.home, space.clock) == ""


def test_release_age_and_state_are_told_and_nothing_of_people(space: Space, hearer: str) -> None:
    _goes_to(space, f"# ours\n{hearer}\n")
    _says(space, database="ok", clock="host")
    assert heartbeat.beat(space.home, space.clock) == "sent"
    (told,) = _Hearer.heard
    assert told == {
        "version": __version__,
        "made": MADE_AFTER.date().isoformat(),
        "release_age_days": (space.clock.now() - MADE_AFTER).days,
        "up_seconds": 5,
        "ok": True,
        "database": "ok",
        "clock": "host",
        "spooled": 0,
        "training": space.home.training,
    }


@pytest.mark.parametrize(
    "ill", [{"reader": "offline"}, {"door": {"simulated": False, "state": "fault"}}, {"door": None}]
)
def test_door_that_lets_nobody_in_is_silent(space: Space, hearer: str, ill: dict[str, object]) -> None:
    _goes_to(space, hearer)
    _says(space, **ill)
    assert heartbeat.beat(space.home, space.clock).startswith("withheld")
    assert _Hearer.heard == []


def test_entrance_that_says_nothing_any_more_is_silent(space: Space, hearer: str) -> None:
    _goes_to(space, hearer)
    assert heartbeat.beat(space.home, space.clock).startswith("withheld")
    _says(space)
    space.clock.advance(minutes=1)
    assert heartbeat.beat(space.home, space.clock).startswith("withheld")
    assert heartbeat.facts(Status(ALIVE, 29.0), MADE_AFTER + timedelta(days=3)) is not None
    assert _Hearer.heard == []


@pytest.mark.parametrize("status", [404, 302, 500])
def test_refusal_is_in_the_journal_without_the_address(
    space: Space, hearer: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    _Hearer.status = status
    _goes_to(space, hearer)
    _says(space)
    with caplog.at_level(logging.WARNING):
        said = heartbeat.beat(space.home, space.clock)
    assert str(status) in said
    assert "secret" not in said + caplog.text


def test_address_that_is_none_and_one_that_nobody_hears_at_fail_nothing(space: Space, hearer: str) -> None:
    _says(space)
    for line in ("http://example.org/secret", "file:///etc/secret", "https://127.0.0.1:1/secret"):
        _goes_to(space, line)
        said = heartbeat.beat(space.home, space.clock)
        assert said not in ("", "sent")
        assert "secret" not in said
    assert _Hearer.heard == []


def test_an_act_of_time_that_fails_is_named_by_its_code_until_it_succeeds(space: Space, hearer: str) -> None:
    _goes_to(space, hearer)
    _says(space)
    for failed, succeeded in (({"forget-bookings": "IntegrityError"}, []), ({}, ["forget-bookings"])):
        with space.home.store.writing() as connection:
            failing_rows.note(connection, failed, succeeded, space.clock.now())
        assert heartbeat.beat(space.home, space.clock) == "sent"
    assert [told.get("failing") for told in _Hearer.heard] == [["forget-bookings"], None]
