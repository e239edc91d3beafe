"""The real program, killed while a badge is held to its reader: the short form of `scripts/torture entrance-kill`."""

from pathlib import Path

import pytest

from tests.faults import doors, entrance_kill

pytestmark = pytest.mark.promise(1, 2)


def test_kills_of_the_real_entrance_lose_and_double_nothing(tmp_path: Path) -> None:
    found = entrance_kill.run(tmp_path, rounds=4)
    assert found.violations == []
    assert found.openings > 0


def test_an_opening_that_no_visit_knows_is_found_out(tmp_path: Path) -> None:
    with doors.entrance(tmp_path) as home:
        doors.start(home)
        doors.tap(home, doors.UIDS[0])
        home.stop()
        (file,) = (home.root / "spool" / "door").glob("*.journal")
        line = file.read_text("ascii")
        tap = line[line.index('"tap":"') + 7 :][:32]
        file.write_text(line.replace(tap, "0" * 32), "ascii")
        assert any("no visit says so" in each for each in entrance_kill._problems(home))
