"""A running entrance whose kiosk.toml was cut, and one whose database's index was: what is said, and who comes in."""

import signal
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from kiosk.config_in_force import ACCEPTED
from tests.processes import ALL_DAYS, Living, living, until

INES = "04A2000000E511"


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Living]:
    with living(tmp_path, "--demo") as found:
        yield found


def _shown(home: Living) -> str:
    with closing(HTTPConnection("127.0.0.1", home.port, timeout=5)) as connection:
        connection.request("GET", "/")
        return connection.getresponse().read().decode("utf-8")


def test_an_entrance_whose_settings_were_cut_runs_what_was_accepted_and_says_so(demo: Living) -> None:
    path = demo.root / "kiosk.toml"
    demo.start()
    assert (demo.health()["settings"], (demo.root / ACCEPTED).read_bytes()) == ("ok", path.read_bytes())
    demo.stop()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    demo.start()
    health = demo.health()
    assert (health["settings"], health["ok"]) == ("accepted", True)
    assert "Réglages à vérifier" in _shown(demo)
    assert "the settings that were last accepted are in force" in demo.log.read_text("utf-8")
    assert demo.kiosk("tap", INES).returncode == 0
    assert demo.health()["door"]["pulses"] == 1
    path.write_bytes(whole)
    until(lambda: "settings-restart" in demo.kiosk("check", "--json").stdout)
    demo.stop()
    demo.start()
    assert demo.health()["settings"] == "ok"
    assert "Réglages à vérifier" not in _shown(demo)


def test_an_entrance_whose_database_s_index_is_cut_ends_at_once_and_the_next_start_serves(demo: Living) -> None:
    """SQLite maps that file: the kernel ends who reads what is there no more, and systemd starts it again. It is seen
    within a second, since the entrance looks for others' changes; nothing is lost, and nothing counted twice.
    """
    demo.start()
    demo.kiosk("tap", INES)
    rows = demo.kiosk("export", "day-passes", *ALL_DAYS, "--format", "raw").stdout
    with (demo.root / "db" / "ledger.db-shm").open("r+b") as index:
        index.truncate(0)
    process = demo.process
    assert process is not None
    until(lambda: process.poll() is not None)
    assert process.returncode == -signal.SIGBUS
    demo.process = None
    demo.start()
    assert demo.health()["database"] == "ok"
    demo.kiosk("tap", INES)
    assert demo.health()["door"]["pulses"] == 1
    assert demo.kiosk("export", "day-passes", *ALL_DAYS, "--format", "raw").stdout == rows
    assert demo.kiosk("verify").returncode == 0
