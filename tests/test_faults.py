"""A tap that cannot be served: the screen says so, the reader goes on, and all is well again by itself."""

import sqlite3
from contextlib import closing

import pytest

from kiosk.cards import CardKind
from kiosk.devices.protocols import Signal
from kiosk.entrance import Faults, served
from tests.conftest import Space

INES = "04A2000000E511"


def test_a_locked_ledger_is_said_and_forgotten_when_it_is_free(space: Space) -> None:
    space.join("Inès Moreau", INES)
    faults = Faults(space.home.store)
    tap = served(space.checkin, faults)
    with closing(sqlite3.connect(space.home.paths.database)) as other:
        other.execute("BEGIN IMMEDIATE")
        tap(space.read(INES))
        assert space.shows(CardKind.FAULT)
        assert (space.door.pulses, space.door.signals) == (0, [Signal.LOOK])
        assert faults.look_again() == "fault"
        other.execute("ROLLBACK")
    assert faults.look_again() == "ok"
    tap(space.read(INES))
    assert space.door.pulses == 1


@pytest.mark.parametrize("fault", [ValueError("odd"), OSError("odd")])
def test_whatever_a_tap_raises_ends_at_the_reader_and_is_logged(
    space: Space, fault: Exception, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_read: object) -> None:
        raise fault

    monkeypatch.setattr(space.checkin, "tap", broken)
    served(space.checkin, Faults(space.home.store))(space.read(INES))
    assert space.shows(CardKind.FAULT)
    assert "a tap was not served" in caplog.text
