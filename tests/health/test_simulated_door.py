"""A simulated door is an alarm where the home counts and an entrance's unit is enabled; else it is none."""

from pathlib import Path

import pytest

from kiosk import home
from kiosk.config import Config
from kiosk.domain.health.findings import Level
from kiosk.health import fallback_checks
from tests.conftest import Space
from tests.fakes import FakeMachine

UNIT = "/etc/systemd/system/multi-user.target.wants/kiosk-entrance.service"


@pytest.fixture
def machine(tmp_path: Path) -> FakeMachine:
    return FakeMachine(tmp_path / "pi")


def codes(space: Space, machine: FakeMachine, settings: Config | None = None) -> list[str]:
    root = space.home.paths.root
    settings = settings or home.settings(space.home.paths)
    return [each.kind.code for each in fallback_checks.of_simulation(root, settings, machine.machine)]


def test_an_enabled_entrance_of_a_home_that_counts_alarms(space: Space, machine: FakeMachine) -> None:
    machine.write(UNIT, "")
    (finding,) = fallback_checks.of_simulation(space.home.paths.root, space.home.config, machine.machine)
    assert (finding.kind.code, finding.level) == ("door-simulated-live", Level.BAD)
    assert "real = true" in finding.remedy("en")


def test_a_laptop_has_no_such_unit_and_hears_nothing(space: Space, machine: FakeMachine) -> None:
    assert codes(space, machine) == []


def test_a_real_door_is_none_that_is_simulated(space: Space, machine: FakeMachine) -> None:
    machine.write(UNIT, "")
    assert codes(space, machine, Config(real=True)) == []


@pytest.mark.sqlite
def test_a_home_that_cannot_be_opened_is_said_elsewhere(space: Space, machine: FakeMachine) -> None:
    machine.write(UNIT, "")
    settings = home.settings(space.home.paths)
    space.home.paths.badge_key.unlink()
    assert codes(space, machine, settings) == []
