"""What the next badge on a reader is: nfcpy's own driver, over UDP and over an emulated PN532."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from kiosk.devices import simulated_badge
from kiosk.devices.readers import single_badge
from kiosk.devices.readers.single_badge import Sensed
from kiosk.domain.badges.products import Product
from kiosk.domain.checkin.badges import BadgeRead

from .pn532_emulator import DEV, Card, Pn532
from .waiting import free_udp_port, wait_for

CLASSIC, NTAG = BadgeRead(bytes.fromhex("C0FFEE01")), BadgeRead(bytes.fromhex("04A1B2C3D4E5F6"))

# nfcpy looks for serial ports with a file it leaves to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.usefixtures("undisturbed"),
]

needs_dev = pytest.mark.skipif(not os.access(DEV, os.W_OK), reason="emulated PN532: needs root, for a link in /dev")


def test_the_first_badge_that_is_shown_is_read() -> None:
    port = free_udp_port()
    with ThreadPoolExecutor() as hands:
        shown = hands.submit(simulated_badge.present, CLASSIC, port=port, seconds=3)
        sensed = single_badge.sense(f"udp:127.0.0.1:{port}", 30, lambda: None)
        assert shown.result() is True
    assert sensed is not None
    assert sensed.read == CLASSIC


def test_no_badge_is_none() -> None:
    assert single_badge.sense(f"udp:127.0.0.1:{free_udp_port()}", 0.01, lambda: None) is None


@needs_dev
def test_a_badge_that_is_taken_away_too_early_is_said_and_the_next_one_is_read() -> None:
    chip = Pn532(f"kioskone{os.getpid()}")
    early: list[None] = []
    version = bytes.fromhex("0404023000110591AF")
    try:
        with ThreadPoolExecutor() as hands, chip.holding(Card(CLASSIC.uid, chip=lambda _: None)):
            sensing = hands.submit(single_badge.sense, chip.device, 60, lambda: early.append(None))
            assert wait_for(lambda: early)
            with chip.holding(Card(NTAG.uid, chip=lambda _: version)):
                assert sensing.result() == Sensed(NTAG, Product.NTAG424)
    finally:
        chip.unplug()
