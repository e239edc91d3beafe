"""The pages' program beside a desk, both as processes: it is reached by HTTP, and reaches the desk alone."""

import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests import forked
from tests.processes import PATIENCE_SECONDS, PYTHON, Living, free_port, living, until

_LOADED = "import sys, kiosk.web.pages.serving; print(*sorted({each.partition('.')[0] for each in sys.modules}))"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[tuple[Living, int]]:
    port = free_port()
    with living(tmp_path, "--training") as found:
        settings = found.root / "kiosk.toml"
        text = settings.read_text("utf-8")
        assert text.count('# address = "https://membres.example.org"') == 1
        text = text.replace('# address = "https://membres.example.org"', f'address = "http://127.0.0.1:{port}"')
        settings.write_text(text.replace("# port = 8090", f"port = {port}"), "utf-8")
        assert found.kiosk("config", "accept").returncode == 0
        yield found, port


def get(port: int, path: str) -> tuple[int, str]:
    """Status and page; 0 without an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except OSError:
        return 0, ""
    finally:
        connection.close()


def test_pages_are_drawn_of_what_the_desk_answers_and_say_so_while_it_is_away(house: tuple[Living, int]) -> None:
    found, port = house
    log = found.log.open("ab")
    with ExitStack() as stack:
        stack.callback(log.close)

        def start(program: str) -> "subprocess.Popen[bytes]":
            process = forked.start([*PYTHON, "--home", str(found.root), program], log)
            stack.callback(process.wait, PATIENCE_SECONDS)
            stack.callback(process.kill)
            return process

        pages = start("pages")
        until(lambda: get(port, "/healthz")[0] == 200)
        status, page = get(port, "/")
        assert status == 503
        assert "Un instant, nous reprenons" in page.replace("\u00a0", " ")
        desk = start("desk")
        until(lambda: get(port, "/")[0] == 200)
        assert "Vos pages de membre" in get(port, "/")[1]
        assert (found.root / "run" / "pages.sock").stat().st_mode & 0o777 == 0o600
        desk.send_signal(signal.SIGTERM)
        assert desk.wait(PATIENCE_SECONDS) == 0
        assert get(port, "/m/account")[0] == 503
        pages.send_signal(signal.SIGTERM)
        assert pages.wait(PATIENCE_SECONDS) == 0


def test_the_pages_program_carries_no_database_and_no_cipher() -> None:
    """What its unit runs; the command line would bring more."""
    told = subprocess.run([sys.executable, "-c", _LOADED], capture_output=True, text=True, check=True, env=os.environ)
    loaded = set(told.stdout.split())
    assert {"flask", "msgspec", "waitress"} <= loaded
    assert loaded.isdisjoint({"sqlalchemy", "cryptography", "argon2", "flask_security", "nfc", "babel"})


def test_a_home_without_an_address_runs_no_pages(tmp_path: Path) -> None:
    with living(tmp_path, "--training") as found:
        refused = found.kiosk("pages")
        assert refused.returncode == 2
        assert "no-pages" in refused.stderr
