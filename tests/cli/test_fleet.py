"""`kiosk doors state`: all doors, what they keep back and this machine's copies, in one answer."""

import json
from pathlib import Path

from kiosk import home
from kiosk.store.space import door_rows
from kiosk.store.space.door_rows import Word
from tests.cli.standing import MOMENT
from tests.cli.test_commands import Kiosk, kiosk

assert kiosk  # the fixture
WELL = {"reader": "online", "door": {"state": "ok"}, "database": "ok", "clock": "timesync", "version": "0.0.5"}


def say(root: Path, number: int, facts: dict[str, object]) -> None:
    with home.opened(root) as opened, opened.store.writing() as connection:
        door_rows.say(connection, number, Word(MOMENT, 0, {**WELL, "ok": True, **facts}))


def test_a_fleet_that_is_well_ends_with_0_and_one_that_keeps_taps_back_with_1(kiosk: Kiosk) -> None:
    assert kiosk("doors", "add", "Portail")[0] == 0
    assert kiosk("backup")[0] == 0
    for number in (1, 2):
        say(kiosk.root, number, {})
    status, out, _ = kiosk("doors", "state")
    assert status == 0
    assert out.splitlines()[2:] == [
        "door 2. Portail: well, said 0 s ago",
        "  version 0.0.5, reader online, lock ok, records ok, clock timesync",
        "copies on this machine: 2, the newest 0 s old",
    ]
    say(kiosk.root, 2, {"spooled": 2, "oldest_seconds": 7200, "ok": False})
    status, out, err = kiosk("doors", "state")
    assert (status, "[doors-state]" in err) == (1, True)
    assert "door 2. Portail: reports a fault: kiosk check there, said 0 s ago" in out
    assert "  2 taps wait, the first for 2 h; 0 set aside" in out
    (told,) = (each for each in json.loads(kiosk("doors", "state", "--json")[1])["doors"] if each["door"] == 2)
    assert (told["state"], told["spooled"], told["oldest_seconds"], told["lock"]) == ("not-ok", 2, 7200, "ok")


def test_a_door_that_never_spoke_and_the_check_s_numbers_are_told(kiosk: Kiosk, tmp_path: Path) -> None:
    assert kiosk("doors", "add", "Portail")[0] == 0
    status, out, _ = kiosk("doors", "state")
    assert (status, "door 2. Portail: has not said how it is" in out) == (1, True)
    kiosk("check", "--metrics", str(tmp_path / "kiosk.prom"))
    assert 'kiosk_door_state{door="2",state="never"} 1\n' in (tmp_path / "kiosk.prom").read_text("utf-8")
