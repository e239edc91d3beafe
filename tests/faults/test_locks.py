"""A tap at each kind of lock that is no relay, while its line is lost: the day stands, the screen says it, and the door
opens again once the line is there.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from kiosk import home
from kiosk.checkin.cards import CardKind
from kiosk.config import LockConfig
from kiosk.devices.locks import named, osdp
from kiosk.devices.protocols import Signal
from tests.conftest import WEDNESDAY, Space
from tests.devices import broker as brokers
from tests.devices.broker import ORDER, PASSWORD, USER, Wire, wired
from tests.devices.nuki_emulator import NUMBER, NukiDevice, at_the_broker
from tests.devices.osdp_emulator import OsdpDevice, on_a_line
from tests.devices.shelly_emulator import ShellyDevice, plugged_in
from tests.fakes import FakeClock
from tests.processes import free_port

pytestmark = pytest.mark.promise(1, 4)
INES = "04A2000000E511"
Lost = Callable[[bool], None]
Place = tuple[str, LockConfig, str, Lost]
"""An address, what else the lock wants, its password, and how its line is lost and found."""


@contextmanager
def _shelly(folder: Path) -> Iterator[Place]:
    device = ShellyDevice()

    def lost(is_lost: bool) -> None:
        device.loses = ("/rpc/Switch.Set", "before") if is_lost else ("", "")

    with plugged_in(device, free_port()) as address:
        yield address, LockConfig(), "", lost


@contextmanager
def _nuki(folder: Path) -> Iterator[Place]:
    device, wire = NukiDevice(), Wire(ORDER)

    def lost(is_lost: bool) -> None:
        wire.moment = "before" if is_lost else ""

    own = LockConfig(device=NUMBER, user=USER)
    with brokers.running() as broker, at_the_broker(device, broker.port), wired(broker.port, wire) as address:
        yield address, own, PASSWORD, lost


@contextmanager
def _osdp(folder: Path) -> Iterator[Place]:
    device = OsdpDevice(number=0)

    def lost(is_lost: bool) -> None:
        device.obeys = not is_lost

    with on_a_line(device, folder) as address:
        yield address, LockConfig(), "", lost


KINDS: dict[str, Callable[[Path], AbstractContextManager[Place]]] = {"shelly": _shelly, "nuki": _nuki, "osdp": _osdp}


def test_every_kind_of_lock_is_tried() -> None:
    assert {*KINDS} == {*named.KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_a_tap_at_a_lock_whose_line_is_lost_is_kept_and_said(
    kind: str, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(osdp, "_DEVICES", tmp_path)
    with KINDS[kind](tmp_path) as (address, own, password, lost), home.opened(root) as opened:
        door = named.door(kind, address, own, (password, None), pulse_seconds=1, longest_pulse_seconds=2)
        space = Space(opened, FakeClock(WEDNESDAY), cast(Any, door))
        space.join("Inès Moreau", INES)
        lost(True)
        space.tap(INES)
        assert space.shows(CardKind.DOOR_FAULT)
        assert (space.checkin.door_answers, door.pulses) == (False, 0)
        assert space.sql("SELECT state FROM visit") == [("kept",)]
        lost(False)
        space.clock.advance(minutes=1)
        space.tap(INES)
        assert space.shows(CardKind.AGAIN)
        assert (space.checkin.door_answers, door.pulses) == (True, 1)
        assert space.sql("SELECT count(*) FROM visit") == [(1,)], "the day is charged once"
        door.signal(Signal.GRANTED)
        door.close()
        space.kept.close()
