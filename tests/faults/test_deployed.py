"""The entrance in the shape of its unit, and what befalls its serial reader: the short form of `scripts/torture`."""

import os
import random
from pathlib import Path

import pytest

from tests.devices.pn532_emulator import DEV
from tests.faults import deployed, unit_filter

pytestmark = [
    pytest.mark.promise(2, 4),
    pytest.mark.usefixtures("undisturbed"),
    pytest.mark.skipif(not os.access(DEV, os.W_OK), reason="namespaces, and a link in /dev: needs root"),
]


def test_whatever_befalls_the_readers_cable_the_door_goes_on_and_nothing_grows(tmp_path: Path) -> None:
    found = deployed.run(tmp_path, unplugs=2, seconds=5)
    assert found.violations == []
    assert found.taps > 2


def test_a_badge_that_lay_on_the_reader_is_no_new_tap_after_a_kill(tmp_path: Path) -> None:
    figures = deployed.DeployedFigures()
    with deployed.deployed(tmp_path) as door:
        deployed._left_and_killed(door, figures, random.Random(1))
    assert figures.violations == []


def test_the_unit_says_what_the_harness_does() -> None:
    assert deployed.unit("LimitCORE") == ["0"]
    assert deployed.unit("NoNewPrivileges") == ["yes"]
    assert deployed.unit("ProtectSystem") == ["strict"]
    assert deployed.unit("PrivateNetwork") == ["yes"]
    paths = {Path(path).name for line in deployed.unit("ReadWritePaths") for path in line.split()}
    assert {*paths, "run"} == {*deployed.WRITABLE, "kiosk-outside"}  # where nothing sends, nothing is woken
    calls = unit_filter.allowed(deployed.UNIT)
    assert {"execve", "openat", "fsync", "fchmod"} <= calls
    assert not {"fchown", "mount", "ptrace", "setuid"} & calls
