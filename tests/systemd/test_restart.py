"""The real programs on a socket that another process holds: in an empty network, and through a kill."""

import http.client
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import config_file

from ..processes import PYTHON, Living, living, until
from .holding import Notified, listening, started

ALONE = ["unshare", "--net"]
pytestmark = pytest.mark.usefixtures("undisturbed")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Living]:
    with living(tmp_path) as found:
        yield found


def _command(home: Living, program: str) -> list[str]:
    return [*PYTHON, "--home", str(home.root), program]


def _answers(home: Living) -> bool:
    return bool(home.health().get("version"))


@pytest.mark.promise(4)
def test_a_request_waits_while_the_entrance_is_killed_and_started_again(home: Living) -> None:
    """In an empty network, too: only what is handed over leads out of it."""
    with listening(home.port) as held:
        home.process = started(_command(home, "entrance"), [held], home.log, before=ALONE)
        until(lambda: _answers(home))
        home.stop(signal.SIGKILL)
        waiting = http.client.HTTPConnection("127.0.0.1", home.port, timeout=30)
        waiting.request("GET", "/healthz")
        home.process = started(_command(home, "entrance"), [held], home.log, before=ALONE)
        assert b'"version"' in waiting.getresponse().read()
        waiting.close()
        assert home.stop()[0] == 0


def test_the_entrance_in_an_empty_network_has_nothing_but_the_socket(home: Living) -> None:
    with listening(home.port) as held:
        home.process = started(_command(home, "entrance"), [held], home.log, before=ALONE)
        until(lambda: _answers(home))
        inside = ["nsenter", f"--net=/proc/{home.process.pid}/ns/net", "ip", "-brief", "address"]
        links = subprocess.run(inside, capture_output=True, text=True, check=True).stdout
        assert [line.split()[0] for line in links.splitlines()] == ["lo"]
        assert "127." not in links


def test_the_entrance_on_another_port_than_its_socket_s_does_not_start(home: Living) -> None:
    with listening(0) as held:
        wrong = held.getsockname()[1]
        process = started(_command(home, "entrance"), [held], home.log)
        assert process.wait(30) == 2
    last = home.log.read_text().splitlines()[-1]
    assert f"127.0.0.1:{wrong} for us, and screen.port asks for 127.0.0.1:{home.port}" in last
    assert "[socket-unit]" in last


def test_the_desk_answers_on_the_socket_it_is_handed_and_says_that_it_is_ready(home: Living, tmp_path: Path) -> None:
    port = config_file.load(home.root / "kiosk.toml").desk.port
    notified = Notified(tmp_path / "notify")
    with listening(port) as held, socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as route:
        environment = {"NOTIFY_SOCKET": str(notified.path)}
        command = _command(home, "desk")
        home.process = started(command, [held, route], home.log, before=ALONE, environment=environment)
        assert notified.next() == "READY=1"
        asking = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        asking.request("GET", "/healthz")
        assert asking.getresponse().status == 200
        asking.close()
        assert home.stop()[0] == 0
        assert notified.next() == "STOPPING=1"
    notified.close()


def test_the_entrance_says_that_it_is_ready_and_lives(home: Living, tmp_path: Path) -> None:
    """The words that Type=notify and WatchdogSec wait for, from the program itself."""
    notified = Notified(tmp_path / "notify")
    environment = {"NOTIFY_SOCKET": str(notified.path), "WATCHDOG_USEC": "1500000"}
    with listening(home.port) as held:
        home.process = started(_command(home, "entrance"), [held], home.log, environment=environment)
        words = [notified.next() for _ in range(4)]
        assert {"READY=1", "WATCHDOG=1"} == set(words)
        home.process.send_signal(signal.SIGSTOP)
        notified.rest()
        assert not notified.comes_within(3.0), "a program that stands still says nothing, and is started again"
        home.process.send_signal(signal.SIGCONT)
        assert notified.comes_within(20.0)
        assert home.stop()[0] == 0
        assert "STOPPING=1" in notified.rest()
    notified.close()
