"""A Nuki as a lock, at a real broker: the door's contract, a line that is lost at each step, and who is no lock."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest

from kiosk.devices.locks import mqtt
from kiosk.devices.locks.mqtt import Broker
from kiosk.devices.locks.nuki import Nuki
from kiosk.devices.locks.remote import RemoteDoor
from kiosk.devices.protocols import Door
from kiosk.errors import DeviceOffline, RequestError
from tests.conftest import before_others
from tests.devices import broker as brokers
from tests.devices.broker import CONNECT, ORDER, PASSWORD, SUBSCRIBE, USER, MosquittoBroker, Wire, wired
from tests.devices.nuki_emulator import NUMBER, UNLATCHED, NukiDevice, at_the_broker
from tests.devices.waiting import wait_for
from tests.processes import free_port

PULSE, LONGEST = 1.0, 10.0


@pytest.fixture(scope="module")
def broker() -> Iterator[MosquittoBroker]:
    with before_others(), brokers.running() as found:  # a lock answers within a second or two, or is away
        yield found


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """For what is never answered."""
    monkeypatch.setattr(mqtt, "PATIENCE_SECONDS", 1.2)
    monkeypatch.setattr(mqtt, "WHOLE_SECONDS", 2.5)


@pytest.fixture
def less_hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a line that falls silent at its last step: on a busy machine the steps before take a second."""
    monkeypatch.setattr(mqtt, "PATIENCE_SECONDS", 4.0)
    monkeypatch.setattr(mqtt, "WHOLE_SECONDS", 5.0)


class Place:
    """A door with a Nuki, and how to make one."""

    def __init__(self, stack: ExitStack, broker: MosquittoBroker) -> None:
        self._stack, self.broker = stack, broker

    def door(self, device: NukiDevice | None, wire: Wire | None = None, password: str = PASSWORD) -> RemoteDoor:
        if device is not None:
            self._stack.enter_context(at_the_broker(device, self.broker.port))
        address = f"127.0.0.1:{self.broker.port}"
        if wire is not None:
            address = self._stack.enter_context(wired(self.broker.port, wire))
        return self.at(Broker(address, USER, password))

    def at(self, known: Broker, action: str = "unlatch") -> RemoteDoor:
        made = RemoteDoor(Nuki(known, NUMBER.lower(), action), pulse_seconds=PULSE, longest_pulse_seconds=LONGEST)
        self._stack.callback(made.close)
        return made


@pytest.fixture
def place(broker: MosquittoBroker) -> Iterator[Place]:
    with ExitStack() as stack:
        yield Place(stack, broker)


def test_it_unlatches_and_rests_by_itself(place: Place) -> None:
    device = NukiDevice()
    door: Door = place.door(device)
    assert (door.simulated, door.level, door.pulses) == (False, False, 0)
    door.pulse()
    assert (door.level, door.pulses, device.orders) == (True, 1, ["3"])
    assert wait_for(lambda: not device.is_released)


def test_while_it_is_open_by_our_order_it_is_told_nothing_more(place: Place) -> None:
    device = NukiDevice(holds_seconds=2)
    door = place.door(device)
    door.pulse()
    assert wait_for(lambda: device.state == UNLATCHED)
    door.pulse()
    assert (door.pulses, device.orders) == (2, ["3"])


def test_one_that_stands_open_by_nobody_s_order_of_ours_is_ordered_all_the_same(place: Place) -> None:
    device = NukiDevice(state=UNLATCHED)
    place.door(device).pulse()
    assert device.orders == ["3"]


@pytest.mark.usefixtures("hurried")
def test_a_door_that_takes_long_is_open_once_it_said_that_it_begins(place: Place) -> None:
    device = NukiDevice(answers=None, moves=False)
    door = place.door(device)
    door.pulse()
    assert door.pulses == 1


@pytest.mark.parametrize(("code", "says"), [("66", "motor is blocked"), ("69", "busy"), ("255", "error 255")])
def test_an_error_code_is_a_fault_in_words(place: Place, code: str, says: str) -> None:
    door = place.door(NukiDevice(answers=code))
    with pytest.raises(DeviceOffline, match=says):
        door.pulse()
    assert (door.level, door.pulses) == (False, 0)


@pytest.mark.parametrize(
    ("device", "says"),
    [
        (None, "knows no Nuki"),
        (NukiDevice(connected=False), "not connected to the broker"),
        (NukiDevice(answers=None, begins=False, moves=False), "does not respond"),
    ],
    ids=["unknown", "away", "mute"],
)
@pytest.mark.usefixtures("hurried")
def test_a_device_that_is_away_or_mute_is_a_fault(place: Place, device: NukiDevice | None, says: str) -> None:
    with pytest.raises(DeviceOffline, match=says):
        place.door(device).pulse()
    assert device is None or device.connected or device.orders == [], "an order was left for one that is away"


@pytest.mark.promise(8)
@pytest.mark.parametrize("moment", ["before", "after", "silent"])
@pytest.mark.parametrize("step", [CONNECT, SUBSCRIBE, ORDER])
@pytest.mark.usefixtures("less_hurried")
def test_a_line_lost_at_any_step_is_a_fault_and_no_open_door(place: Place, step: int, moment: str) -> None:
    device, wire = NukiDevice(), Wire(step, moment)
    door = place.door(device, wire)
    with pytest.raises(
        DeviceOffline, match=r"does not respond|not connected"
    ):  # by how much the broker has told by then
        door.pulse()
    assert wire.lost.is_set()
    assert (door.level, door.pulses) == (False, 0)
    assert device.orders == (["3"] if (step, moment) == (ORDER, "after") else [])
    assert wait_for(lambda: not device.is_released), "it did not rest by itself"


def test_the_door_works_again_when_the_line_does(place: Place) -> None:
    device, wire = NukiDevice(), Wire(ORDER, "before")
    door = place.door(device, wire)
    with pytest.raises(DeviceOffline):
        door.pulse()
    wire.moment = ""
    door.pulse()
    assert device.orders == ["3"]


def test_a_broker_that_is_away_is_a_fault_and_none_at_the_start(place: Place) -> None:
    door = place.at(Broker(f"127.0.0.1:{free_port()}"))
    with pytest.raises(DeviceOffline, match="ConnectionRefusedError"):
        door.pulse()


@pytest.mark.parametrize("password", ["", "wrong"])
def test_a_broker_that_refuses_the_password_says_so(place: Place, password: str) -> None:
    with pytest.raises(DeviceOffline, match="keys/entrance/lock"):
        place.door(None, password=password).pulse()


def test_by_tls_the_broker_must_be_who_it_says(place: Place, broker: MosquittoBroker) -> None:
    device, address = NukiDevice(), f"127.0.0.1:{broker.tls_port}"
    door = place.door(device)
    with pytest.raises(DeviceOffline, match="could not be verified"):
        place.at(Broker(address, USER, PASSWORD, tls=True)).pulse()
    assert device.orders == []
    place.at(Broker(address, USER, PASSWORD, tls=True, authority=broker.authority)).pulse()
    assert device.orders == ["3"]
    assert door.pulses == 0


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize(
    "says",
    [b"", b"\xff" * 64, b"\x20\x02\x00", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x20\x00"],
    ids=["nothing", "noise", "half", "http", "empty"],
)
@pytest.mark.usefixtures("hurried")
def test_what_answers_and_is_no_broker_is_a_fault(place: Place, says: bytes, tls: bool) -> None:
    with socket.create_server(("127.0.0.1", free_port())) as server:

        def serve() -> None:
            here, _ = server.accept()
            with here, suppress(OSError):
                here.recv(4096)
                here.sendall(says)
                here.recv(4096)

        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(DeviceOffline, match="does not respond"):
            place.at(Broker(f"127.0.0.1:{server.getsockname()[1]}", tls=tls)).pulse()
        thread.join()


@pytest.mark.parametrize(
    ("tls", "says"), [(False, b"\x30\xff\xff\x7f"), (True, b"\x16\x03\x03\x3f\xff")], ids=["plain", "tls"]
)
@pytest.mark.usefixtures("hurried")
def test_a_broker_that_says_a_byte_now_and_then_holds_nobody(place: Place, tls: bool, says: bytes) -> None:
    with socket.create_server(("127.0.0.1", free_port())) as server:

        def serve() -> None:
            here, _ = server.accept()
            with here, suppress(OSError):
                here.sendall(says)
                while True:
                    here.sendall(b"\x00")
                    time.sleep(0.05)

        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(DeviceOffline, match="does not respond"):
            place.at(Broker(f"127.0.0.1:{server.getsockname()[1]}", tls=tls)).pulse()
        thread.join()


def test_what_it_says_of_itself_moves_nothing(place: Place, broker: MosquittoBroker) -> None:
    device = NukiDevice(weak=True)
    place.door(device)
    said = Nuki(Broker(f"127.0.0.1:{broker.port}", USER, PASSWORD), NUMBER).look()
    assert said == {"kind": f"Nuki {NUMBER}", "locked": True, "weak": True}
    assert device.orders == []


@pytest.mark.promise(8)
@pytest.mark.parametrize("action", ["unlock", "lock_n_go", ""])
def test_an_action_that_leaves_the_door_unlocked_is_refused(place: Place, action: str) -> None:
    with pytest.raises(RequestError, match="a line can be lost in between") as refused:
        place.at(Broker("127.0.0.1"), action)
    assert refused.value.code == "door-unending"
