"""What reader and door were in the middle of when the program ended, however it did."""

import logging
from pathlib import Path

import pytest

from kiosk.devices.door import GpioDoor
from kiosk.devices.unfinished import MOST_BADGES, SIZE, Unfinished
from tests.devices.waiting import wait_for

ONE, OTHER = bytes([1] * SIZE), bytes([2] * SIZE)


def after_a_kill(path: Path) -> Unfinished:
    """What the next program finds: nothing was closed."""
    return Unfinished(path)


@pytest.mark.promise(2)
def test_a_badge_that_lay_there_is_known_to_the_next_program_and_to_the_one_after(tmp_path: Path) -> None:
    path = tmp_path / "unfinished"
    Unfinished(path).put(ONE)
    found = after_a_kill(path)
    assert (found.is_left(ONE), found.is_left(OTHER)) == (True, False)
    assert after_a_kill(path).is_left(ONE)


def test_a_badge_that_was_lifted_is_not(tmp_path: Path) -> None:
    path = tmp_path / "unfinished"
    first = Unfinished(path)
    first.put(ONE)
    first.put(OTHER)
    first.lifted(ONE)
    found = after_a_kill(path)
    assert (found.is_left(ONE), found.is_left(OTHER)) == (False, True)


def test_what_no_longer_lay_there_at_the_start_is_forgotten_with_the_next_badge(tmp_path: Path) -> None:
    path = tmp_path / "unfinished"
    Unfinished(path).put(ONE)
    after_a_kill(path).put(OTHER)
    assert not after_a_kill(path).is_left(ONE)


def test_it_remembers_a_few_and_no_number_of_a_badge(tmp_path: Path) -> None:
    path = tmp_path / "unfinished"
    found = Unfinished(path)
    for number in range(1, 10):
        found.put(bytes([number] * SIZE))
    assert path.stat().st_size == 1 + MOST_BADGES * SIZE
    assert path.stat().st_mode & 0o777 == 0o600
    assert after_a_kill(path).is_left(bytes([9] * SIZE))


@pytest.mark.parametrize("content", [b"", b"\0", bytes(300), b"\0" + bytes([7] * 5)])
def test_whatever_is_in_the_file_it_starts(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "unfinished"
    path.write_bytes(content)
    found = Unfinished(path)
    found.put(ONE)
    assert after_a_kill(path).is_left(ONE)


def test_without_a_disk_it_remembers_nothing_and_says_so_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    found = Unfinished(tmp_path / "no folder" / "unfinished")
    found.put(ONE)
    found.lifted(ONE)
    found.driven(True)
    found.close()
    assert caplog.text.count("is not remembered") == 1


def door(found: Unfinished) -> GpioDoor:
    return GpioDoor(relay_pin=17, pulse_seconds=0.05, longest_pulse_seconds=10.0, simulated=True, driven=found.driven)


def test_a_program_that_ends_in_the_middle_of_a_pulse_leaves_a_line_at_the_next_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "unfinished"
    killed = door(Unfinished(path))
    try:
        killed._pulse_seconds = 5.0
        killed.pulse()
        with caplog.at_level(logging.WARNING):
            found = after_a_kill(path)
        assert found.was_driven
        assert "in the middle of a pulse" in caplog.text
        assert not after_a_kill(path).was_driven, "said once"
    finally:
        killed.close()


def test_a_pulse_that_ended_leaves_none(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "unfinished"
    made = door(Unfinished(path))
    made.pulse()
    assert wait_for(lambda: not made.level)
    made.close()
    assert not after_a_kill(path).was_driven
    assert caplog.text == ""
