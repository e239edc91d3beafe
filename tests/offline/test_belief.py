"""What one program of the machine believes of the clock, others of the same start know: the roster carries it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.domain.offline.trust import Doubt
from kiosk.home import Identity
from kiosk.offline import door_keys, roster, sealed_file
from kiosk.offline.clock_trust import Timekeeper
from kiosk.offline.roster import Roster
from tests.fakes import FakeClock

KEY = door_keys.seals(bytes(range(32)))
MORNING, AFTERNOON = datetime(2026, 11, 25, 8, tzinfo=UTC), datetime(2026, 11, 25, 14, tzinfo=UTC)


class Source:
    """What sets the clock: it says when it last did, as the date of a file."""

    def __init__(self) -> None:
        self.set_at = 1

    def keeper(self, clock: FakeClock) -> Timekeeper:
        return Timekeeper(clock, lambda: True, set_at=lambda: self.set_at)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(MORNING)


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def kept(tmp_path: Path, clock: FakeClock, source: Source) -> Path:
    """What the entrance left in the morning."""
    entrance = source.keeper(clock)
    assert entrance.look().doubt is None
    path = tmp_path / "roster.json"
    roster.save(path, KEY, Roster(Identity("home", training=False), {}, entrance.trusted, 0))
    return path


def _begun(kept: Path, clock: FakeClock, source: Source) -> Timekeeper:
    """A command that begins now, or the entrance once more."""
    keeper, found = source.keeper(clock), roster.load(kept, KEY)
    assert found is not None
    keeper.remember(found.trusted)
    return keeper


def test_a_clock_that_its_source_set_by_hours_is_believed_by_a_command_that_begins_then(
    kept: Path, clock: FakeClock, source: Source
) -> None:
    clock.set(AFTERNOON)
    source.set_at += 1
    assert _begun(kept, clock, source).look().doubt is None


def test_a_clock_that_somebody_else_set_by_hours_is_not(kept: Path, clock: FakeClock, source: Source) -> None:
    clock.set(AFTERNOON)
    assert _begun(kept, clock, source).look().doubt is Doubt.STEP


def test_nor_is_one_that_somebody_else_set_after_its_source_did(kept: Path, clock: FakeClock, source: Source) -> None:
    source.set_at += 1
    command = _begun(kept, clock, source)
    assert command.look().doubt is None
    clock.advance(minutes=2)
    assert command.look().doubt is None
    clock.set(AFTERNOON)
    assert command.look().doubt is Doubt.STEP


def test_a_roster_of_an_earlier_release_does_not_say_when_the_clock_was_set(
    kept: Path, clock: FakeClock, source: Source
) -> None:
    left = sealed_file.load(kept, KEY, "roster")
    assert left is not None
    assert left.pop("clock_set_at") == 1
    sealed_file.save(kept, KEY, "roster", left)
    assert _begun(kept, clock, source).look().doubt is None
    clock.set(AFTERNOON)
    source.set_at += 1
    assert _begun(kept, clock, source).look().doubt is Doubt.STEP
