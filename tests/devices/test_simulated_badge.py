"""The simulated badge: what it answers, and how long it stays."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from kiosk.devices import simulated_badge
from kiosk.devices.simulated_badge import SimulatedBadge, present
from kiosk.domain.checkin import badges
from kiosk.errors import MachineError

from .waiting import free_udp_port, wait_for

CLASSIC, NTAG, LONG = "C0FFEE01", "04A1B2C3D4E5F6", "0102030405060708090A"


def _ask(badge: SimulatedBadge, *requests: str) -> list[str | None]:
    answers = [badge.answer(f"106A {request}".encode()) for request in requests]
    return [None if answer is None else answer.decode().upper().removeprefix("106A ") for answer in answers]


def test_a_four_byte_badge_is_selected_in_one_level() -> None:
    badge = SimulatedBadge(bytes.fromhex(CLASSIC))
    assert _ask(badge, "26", "9320", "9370C0FFEE01D0") == ["0400", "C0FFEE01D0", "00"]
    assert badge.sensed


def test_a_seven_byte_badge_is_selected_in_two_levels() -> None:
    badge = SimulatedBadge(bytes.fromhex(NTAG))
    assert _ask(badge, "26", "9320", "93708804A1B29F") == ["4400", "8804A1B29F", "04"]
    assert not badge.sensed
    assert _ask(badge, "9520", "9570C3D4E5F604") == ["C3D4E5F604", "00"]
    assert badge.sensed


def test_a_ten_byte_badge_is_selected_in_three_levels() -> None:
    badge = SimulatedBadge(bytes.fromhex(LONG))
    assert _ask(badge, "26", "9320", "9520", "9720") == ["8400", "8801020388", "880405068F", "0708090A0C"]
    assert _ask(badge, "97700708090A0C") == ["00"]
    assert badge.sensed


def test_a_badge_is_mute_to_the_presence_checks_of_the_one_before_it() -> None:
    badge = SimulatedBadge(bytes.fromhex(CLASSIC))
    assert _ask(badge, "3000", "60", "9370DEADBEEF22") == [None, None, None]
    assert not badge.polled


def test_a_selected_badge_answers_presence_checks_until_the_field_goes_off() -> None:
    badge = SimulatedBadge(bytes.fromhex(CLASSIC))
    assert _ask(badge, "26", "9320", "9370C0FFEE01D0", "3000") == ["0400", "C0FFEE01D0", "00", "00" * 16]
    assert badge.answer(b"RFOFF") is None
    assert _ask(badge, "3000") == [None]


@pytest.mark.parametrize("datagram", [b"", b"106A", b"212F 00FFFF0100", b"106A zz", b"\xff", b"106A 3", b"106A 1A00"])
def test_a_badge_is_mute_to_what_it_does_not_know(datagram: bytes) -> None:
    assert SimulatedBadge(bytes.fromhex(CLASSIC)).answer(datagram) is None


def test_a_second_badge_at_the_same_reader_is_refused_while_the_first_is_there() -> None:
    port = free_udp_port()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", port))
        with pytest.raises(MachineError, match="another badge") as refused:
            present(badges.parse(NTAG), port=port, seconds=0.1)
    assert refused.value.code == "badge-port"


def test_a_port_that_cannot_be_had_is_one_line() -> None:
    with pytest.raises(MachineError, match="cannot present") as refused:
        present(badges.parse(NTAG), host="192.0.2.1", port=free_udp_port(), seconds=0.1)
    assert refused.value.code == "badge-port"
    assert "\n" not in str(refused.value)


def test_a_badge_that_no_reader_polls_was_not_sensed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulated_badge, "_FIRST_POLL_SECONDS", 0.1)
    assert present(badges.parse(NTAG), port=free_udp_port(), seconds=5) is False


def test_the_presentation_is_counted_from_the_first_poll() -> None:
    port = free_udp_port()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as reader, ThreadPoolExecutor() as hands:
        holding = hands.submit(present, badges.parse(NTAG), port=port, seconds=0.3)
        reader.settimeout(5)
        time.sleep(0.4)
        polled = time.monotonic()
        reader.sendto(b"106A 26", ("127.0.0.1", port))
        assert reader.recv(100) == b"106A 4400"
        assert holding.result() is False, "it was polled, not selected"
    assert 0.3 <= time.monotonic() - polled < 3


def _answers(reader: socket.socket, port: int, command: str) -> bool:
    reader.settimeout(0.1)
    reader.sendto(b"106A " + command.encode(), ("127.0.0.1", port))
    try:
        return bool(reader.recv(100))
    except TimeoutError:
        return False


@pytest.mark.parametrize("is_checked", [True, False])
def test_who_has_patience_holds_a_badge_until_the_reader_asks_whether_it_is_still_there(is_checked: bool) -> None:
    port = free_udp_port()
    patience = 20 if is_checked else 0.2
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as reader, ThreadPoolExecutor() as hands:
        holding = hands.submit(present, badges.parse(CLASSIC), port=port, seconds=0.0, patience_seconds=patience)
        for each in ("26", "9320", "9370C0FFEE01D0", "3000")[: 4 if is_checked else 3]:
            assert not is_checked or not holding.done(), "it was lifted before the reader had asked"
            assert wait_for(partial(_answers, reader, port, each))  # it is not there at once
        assert holding.result() is is_checked
