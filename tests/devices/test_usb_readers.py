"""Readers by USB: nfcpy's own drivers of the ACR122U and the RC-S380, over a transport of ours in the cable's place."""

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

import pytest

from kiosk.devices import aes
from kiosk.domain.badges import ev2
from kiosk.domain.badges.products import Product, Proving
from tests.devices.ntag424_emulator import Ntag424
from tests.devices.pn532_emulator import Card
from tests.devices.test_reader import NTAG, OTHER, SITE_KEY, listening
from tests.devices.usb_emulators import Acr122u, Cable, RcS380
from tests.devices.waiting import wait_for

pytestmark = pytest.mark.usefixtures("undisturbed")


@pytest.mark.parametrize(
    ("driver", "make", "device"),
    [("acr122", Acr122u, "usb:072f:2200"), ("rcs380", RcS380, "usb:054c:06c3")],
    ids=["ACR122U", "RC-S380"],
)
def test_badges_are_read_prove_themselves_and_leave_and_a_cable_is_pulled_and_comes_back(
    monkeypatch: pytest.MonkeyPatch, driver: str, make: Callable[[], Cable], device: str
) -> None:
    cable = make()

    def connect(path: str) -> Any:
        assert path == device
        opened = import_module(f"nfc.clf.{driver}").init(cable)
        opened._path = path
        return opened

    monkeypatch.setattr("nfc.clf.device.connect", connect)
    key = ev2.badge_key(SITE_KEY, NTAG.uid, aes)
    shown = [
        (Card(NTAG.uid, chip=Ntag424({1: key})), Product.NTAG424, Proving.PROVEN),
        (Card(NTAG.uid, chip=Ntag424({1: SITE_KEY})), Product.NTAG424, Proving.REFUSED),
        (Card(NTAG.uid, chip=Ntag424({1: key}, leaves_at=2)), Product.NTAG424, Proving.LEFT),
        (Card(OTHER.uid), Product.ULTRALIGHT, Proving.REFUSED),
    ]
    with listening(device) as desk:
        assert wait_for(desk.is_online)
        desk.asks, desk.site_key = True, SITE_KEY
        for count, (card, _, _) in enumerate(shown, 1):
            with cable.chip.holding(card):
                assert wait_for(partial(desk.has_taps, count))
            assert wait_for(partial(desk.has_lifts, count))
        assert desk.states == ["online"]
        cable.pulled = True
        assert wait_for(desk.is_offline)
        cable.pulled = False
        assert wait_for(desk.is_online)
        with cable.chip.holding(Card(OTHER.uid)):
            assert wait_for(partial(desk.has_taps, len(shown) + 1))
    assert [read.uid for read in desk.taps] == [*(card.uid for card, _, _ in shown), OTHER.uid]
    assert desk.proofs[: len(shown)] == [proving for _, _, proving in shown]
    assert desk.products[:3] == [Product.NTAG424] * 3
