"""The reader's loop: nfcpy's real drivers, over UDP and over an emulated PN532 on a pseudo-terminal."""

import logging
import os
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import nfc
import pytest

from kiosk.devices import aes, simulated_badge
from kiosk.devices.readers import named, presentations
from kiosk.devices.readers.by_nfcpy import NfcReader
from kiosk.devices.readers.heart import PATIENCE_SECONDS, Heart
from kiosk.domain.badges import ev2
from kiosk.domain.badges.products import Product, Proving
from kiosk.domain.checkin import badges
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.errors import RequestError

from .ntag424_emulator import Ntag424
from .pn532_emulator import CHECK, DEV, GET_VERSION, LIST_TARGETS, Card, Pn532
from .waiting import free_udp_port, wait_for

NTAG, OTHER, CLASSIC, LONG = (
    BadgeRead(bytes.fromhex(uid)) for uid in ("04A1B2C3D4E5F6", "04112233445566", "C0FFEE01", "0102030405060708090A")
)

# nfcpy looks for serial ports with a file it leaves to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.usefixtures("undisturbed"),
]

needs_dev = pytest.mark.skipif(not os.access(DEV, os.W_OK), reason="emulated PN532: needs root, for a link in /dev")


class Desk:
    """Who listens to a reader in a test, and writes down what is said."""

    def __init__(self, device: str, *, health_seconds: float = 30.0) -> None:
        self.taps: list[BadgeRead] = []
        self.lifts: list[BadgeRead] = []
        self.states: list[str] = []
        self.products: list[Product | None] = []
        self.proofs: list[Proving] = []
        self.site_key: bytes | None = None
        self.early = 0
        self.asks = False
        self.raises: BaseException | None = None
        self.tap_seconds = 0.0
        self.reader = NfcReader(
            device=device,
            on_tap=self._tap,
            on_lift=self._lift,
            on_state=self.states.append,
            on_early=self._early,
            health_seconds=health_seconds,
        )
        self.thread = threading.Thread(target=self.reader.run, name="reader")

    def _tap(self, read: BadgeRead) -> None:
        if self.asks:
            self.products.append(self.reader.product())
        if self.site_key is not None:
            self.proofs.append(self.reader.prove(self.site_key))
        self.taps.append(read)
        time.sleep(self.tap_seconds)
        if self.raises is not None:
            raise self.raises

    def _early(self) -> None:
        self.early += 1

    def _lift(self, read: BadgeRead) -> None:
        self.lifts.append(read)
        if self.raises is not None:
            raise self.raises

    def has_taps(self, count: int) -> bool:
        return len(self.taps) == count

    def has_lifts(self, count: int) -> bool:
        return len(self.lifts) == count

    def is_online(self) -> bool:
        return self.reader.state == "online"

    def is_offline(self) -> bool:
        return self.reader.state == "offline"

    def seconds_to_stop(self) -> float:
        started = time.monotonic()
        self.reader.stop()
        self.thread.join(20)
        assert not self.thread.is_alive()
        return time.monotonic() - started


@contextmanager
def listening(device: str, *, health_seconds: float = 30.0) -> Iterator[Desk]:
    desk = Desk(device, health_seconds=health_seconds)
    desk.thread.start()
    try:
        yield desk
    finally:
        desk.reader.stop()
        desk.thread.join(20)
        assert not desk.thread.is_alive()


@pytest.fixture
def chip() -> Iterator[Pn532]:
    plugged = Pn532(f"kioskpty{os.getpid()}")
    yield plugged
    plugged.unplug()


@contextmanager
def listening_to(chip: Pn532, *, health_seconds: float = 30.0) -> Iterator[Desk]:
    with listening(chip.device, health_seconds=health_seconds) as desk:
        assert wait_for(desk.is_online)
        yield desk


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presentations, "_FIRST_PAUSE_SECONDS", 0.1)


def _goes_on(chip: Pn532, times: int) -> bool:
    """Whether the reader asks the chip so many things more: it goes on, however long that takes here."""
    until = len(chip.asked) + times
    return wait_for(lambda: len(chip.asked) >= until)


def _show(chip: Pn532, desk: Desk, read: BadgeRead) -> None:
    """One presentation from the first to the last moment: longer than a tap, shorter than a glance."""
    taps, lifts = len(desk.taps), len(desk.lifts)
    with chip.holding(_card(read)):
        assert wait_for(lambda: len(desk.taps) == taps + 1)
        checked = chip.asked.count(CHECK)
        assert wait_for(lambda: chip.asked.count(CHECK) > checked + 1)  # one was answered
    assert wait_for(lambda: len(desk.lifts) == lifts + 1)


def _card(read: BadgeRead, reads: str = "answered") -> Card:
    return Card(read.uid, reads)


# What device may be asked for


@pytest.mark.parametrize(
    "device",
    [
        "usb",
        "usb:054c",
        "usb:054c:06c3",
        "usb:001",
        "usb:001:023",
        "tty:USB0:pn532",
        "tty:AMA0:pn532",
        "tty:nfc-reader",
        "tty:USB:arygon",
        "udp",
        "udp:localhost",
        "udp:localhost:54321",
        "udp::54321",
        "udp:127.0.0.1:5",
    ],
)
def test_paths_that_nfcpy_understands_are_taken(device: str) -> None:
    reader = named.reader(device, on_tap=print, on_lift=print, on_state=print, on_early=print)
    assert (type(reader), reader.state) == (NfcReader, "offline")


@pytest.mark.parametrize(
    "device",
    [
        "",
        "usb:",
        "usb:xyz",
        "tty",
        "tty:",
        "tty:/dev/ttyUSB0:pn532",
        "tty:my_reader:pn532",
        "tty:USB0:acr122",
        "udp:localhost:port",
        "udp:localhost:0",
        "udp:localhost:99999",
        "udp:a:1:2",
        "com:COM1:pn532",
        "usb\n",
        "USB",
    ],
)
def test_paths_that_nfcpy_does_not_understand_are_refused_in_one_line(device: str) -> None:
    with pytest.raises(RequestError) as refused:
        named.reader(device, on_tap=print, on_lift=print, on_state=print, on_early=print)
    assert refused.value.code == "reader-device"
    assert "\n" not in str(refused.value)


# Over UDP


def test_simulated_badges_of_all_sizes_are_a_tap_and_a_lift_each() -> None:
    port, shown = free_udp_port(), random.Random(4).sample([NTAG, CLASSIC, LONG], k=3)
    with listening(f"udp:127.0.0.1:{port}") as desk:
        for read in shown:
            assert simulated_badge.present(read, port=port, seconds=0.25) is True
        assert wait_for(lambda: len(desk.lifts) == len(shown))
    assert desk.taps == desk.lifts == shown
    assert desk.states == ["online", "offline"]


def test_an_idle_udp_reader_stops_within_two_seconds() -> None:
    for _ in range(3):  # the machine may be busy
        with listening(f"udp:127.0.0.1:{free_udp_port()}") as desk:
            assert wait_for(desk.is_online)
            if desk.seconds_to_stop() < 2:
                return
    pytest.fail("three times not")


def test_a_udp_reader_stops_while_a_badge_is_held() -> None:
    port = free_udp_port()
    with listening(f"udp:127.0.0.1:{port}") as desk, ThreadPoolExecutor() as hands:
        held = hands.submit(simulated_badge.present, NTAG, port=port, seconds=1)
        assert wait_for(lambda: desk.taps)
        desk.seconds_to_stop()
        assert held.result() is True
    assert desk.lifts == [NTAG]


def test_a_port_that_has_a_name_is_a_port() -> None:
    with listening("udp:127.0.0.1:5432") as desk:  # postgresql, says Debian
        assert wait_for(desk.is_online)


def test_a_host_that_does_not_exist_is_an_offline_reader_that_stops_at_once() -> None:
    with listening("udp:no.such.host.invalid:54321") as desk:
        assert wait_for(lambda: desk.states == ["offline"])
    assert (desk.taps, desk.states) == ([], ["offline"])


def test_a_reader_stopped_before_it_runs_ends() -> None:
    desk = Desk("udp")
    desk.reader.stop()
    desk.reader.run()
    assert desk.states == ["offline"]


# On an emulated chip


@needs_dev
def test_badges_of_all_sizes_are_a_tap_and_a_lift_each(chip: Pn532) -> None:
    shown = random.Random(7).sample([NTAG, CLASSIC, LONG, OTHER], k=4)
    with listening_to(chip) as desk:
        for read in shown:
            _show(chip, desk, read)
    assert desk.taps == desk.lifts == shown


@pytest.mark.promise(2)
@needs_dev
def test_a_badge_left_on_the_reader_is_one_tap(chip: Pn532) -> None:
    with listening_to(chip) as desk, chip.holding(_card(NTAG)):
        assert wait_for(lambda: desk.taps)
        assert _goes_on(chip, 12)
        assert desk.taps == [NTAG]
        assert desk.lifts == []


@needs_dev
@pytest.mark.parametrize("reads", ["refused", "unanswered"])
def test_a_badge_that_flaps_is_one_tap_and_one_lift(chip: Pn532, reads: str) -> None:
    with listening_to(chip) as desk:
        with chip.holding(_card(CLASSIC, reads)):
            assert wait_for(lambda: chip.asked.count(LIST_TARGETS) > 8), "it was sighted again and again"
            assert (desk.taps, desk.lifts) == ([CLASSIC], [])
        assert wait_for(lambda: desk.lifts)
        with chip.holding(_card(CLASSIC, reads)):
            assert wait_for(lambda: len(desk.taps) == 2)
    assert desk.taps == [CLASSIC] * 2


@needs_dev
def test_a_badge_that_flaps_is_one_tap_even_if_its_tap_took_long(chip: Pn532) -> None:
    with listening_to(chip) as desk:
        desk.tap_seconds = 1.1
        with chip.holding(_card(CLASSIC, "refused")):
            assert wait_for(lambda: desk.taps)
            asked = chip.asked.count(LIST_TARGETS)
            assert wait_for(lambda: chip.asked.count(LIST_TARGETS) > asked + 3), "it was sighted again"
    assert desk.taps == [CLASSIC]


@needs_dev
def test_a_badge_seen_lifting_and_shown_again_is_a_new_tap_however_soon(
    chip: Pn532, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presentations, "SAME_BADGE_SECONDS", 60.0)
    with listening_to(chip) as desk:
        for _ in range(2):
            _show(chip, desk, NTAG)
    assert desk.taps == [NTAG] * 2


VERSIONS = {
    "0404023000110591AF": Product.NTAG424,
    "04010101001A0591AF": Product.DESFIRE,
    "6D00": Product.OTHER,
}


@needs_dev
def test_a_chip_is_asked_what_it_is_only_when_that_is_wanted(chip: Pn532) -> None:
    asked: list[bytes] = []
    answers = list(VERSIONS)

    def answer(command: bytes) -> bytes:
        asked.append(command)
        return bytes.fromhex(answers[len(asked) - 1])

    with listening_to(chip) as desk:
        with chip.holding(Card(NTAG.uid, chip=answer)):
            assert wait_for(lambda: desk.has_taps(1))
        assert asked == [], "a tap goes by the number alone"
        desk.asks = True
        for count in range(len(answers)):
            assert wait_for(partial(desk.has_lifts, count + 1))
            with chip.holding(Card(NTAG.uid, chip=answer)):
                assert wait_for(partial(desk.has_taps, count + 2))
        assert wait_for(lambda: desk.has_lifts(len(answers) + 1))
        for count, read in enumerate((CLASSIC, BadgeRead(bytes.fromhex("08112233")), NTAG), len(desk.taps) + 1):
            with chip.holding(_card(read, "refused" if read is CLASSIC else "answered")):
                assert wait_for(partial(desk.has_taps, count))
    assert desk.products == [*VERSIONS.values(), Product.CLASSIC, Product.TELEPHONE, Product.ULTRALIGHT]
    assert set(asked) == {bytes.fromhex("9060000000")}


@needs_dev
def test_a_badge_taken_away_while_its_chip_is_asked_is_known_as_such_and_no_fault(chip: Pn532) -> None:
    with listening_to(chip) as desk:
        desk.asks = True
        with chip.holding(Card(NTAG.uid, chip=lambda _: None)):
            assert wait_for(lambda: desk.has_taps(1))
        assert wait_for(lambda: desk.has_lifts(1))
        assert desk.states == ["online"]
    assert desk.products == [None]


SITE_KEY = bytes.fromhex("00112233445566778899AABBCCDDEEFF")


@needs_dev
def test_a_badge_shows_that_it_has_its_key_or_not_or_leaves_at_each_command_and_that_is_no_fault(chip: Pn532) -> None:
    key = ev2.badge_key(SITE_KEY, NTAG.uid, aes)
    badges_shown = [
        (Ntag424({1: key}), Proving.PROVEN),
        (Ntag424({1: SITE_KEY}), Proving.REFUSED),
        *((Ntag424({1: key}, leaves_at=place), Proving.LEFT) for place in range(3)),
    ]
    with listening_to(chip) as desk:
        desk.site_key = SITE_KEY
        for count, (tag, _) in enumerate(badges_shown, 1):
            with chip.holding(Card(NTAG.uid, chip=tag)):
                assert wait_for(partial(desk.has_taps, count))
            assert wait_for(partial(desk.has_lifts, count))
        with chip.holding(_card(OTHER)):
            assert wait_for(partial(desk.has_taps, len(badges_shown) + 1))
        assert desk.states == ["online"]
    assert desk.proofs == [*(proving for _, proving in badges_shown), Proving.REFUSED]
    first = badges_shown[0][0]
    over_the_air = sum(map(len, first.asked)), sum(map(len, first.answers))
    assert (len(first.asked), over_the_air) == (3, (59, 54)), "commands, and bytes beside the blocks' own"


@needs_dev
def test_a_badge_that_left_at_a_command_and_is_laid_down_again_at_once_is_a_new_tap(chip: Pn532) -> None:
    key = ev2.badge_key(SITE_KEY, NTAG.uid, aes)
    with listening_to(chip) as desk:
        desk.site_key = SITE_KEY
        with chip.holding(Card(NTAG.uid, chip=Ntag424({1: key}, leaves_at=2))):
            assert wait_for(partial(desk.has_taps, 1))
            assert wait_for(lambda: desk.proofs == [Proving.LEFT])
            chip.card = Card(NTAG.uid, chip=Ntag424({1: key}))
            assert wait_for(partial(desk.has_taps, 2))
            assert desk.has_lifts(1)
    assert (desk.taps, desk.proofs) == ([NTAG, NTAG], [Proving.LEFT, Proving.PROVEN])


@needs_dev
def test_a_badge_taken_away_while_it_is_activated_is_neither_a_fault_nor_a_tap(chip: Pn532) -> None:
    """nfcpy reads on in an answer that was cut short: an IndexError, for which the reader was said to be offline."""
    with listening_to(chip) as desk:
        with chip.holding(Card(NTAG.uid, chip=lambda _: None, ats=b"\x06\x77")):
            assert wait_for(lambda: desk.early)
            assert _goes_on(chip, 12)
        assert (desk.taps, desk.early, desk.states) == ([], 1, ["online"])
        with chip.holding(Card(NTAG.uid, chip=lambda _: None)):
            assert wait_for(lambda: desk.has_taps(1))
    assert desk.taps == [NTAG]


@needs_dev
def test_a_number_of_odd_size_is_ignored_and_logged_without_it(chip: Pn532, caplog: pytest.LogCaptureFixture) -> None:
    with listening_to(chip) as desk:
        with chip.holding(Card(bytes.fromhex("A1B2C3D4E5"))):
            assert wait_for(lambda: "5 bytes" in caplog.text)
            assert _goes_on(chip, 3)
        with chip.holding(_card(NTAG)):
            assert wait_for(lambda: desk.taps)
    assert (desk.taps, desk.lifts) == ([NTAG], [NTAG])
    assert caplog.text.count("5 bytes") == 1
    assert "A1B2C3" not in caplog.text.upper()


@pytest.mark.promise(6)
@needs_dev
def test_no_log_shows_a_whole_badge_number_even_when_everything_is_logged(
    chip: Pn532, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(1)
    with listening_to(chip) as desk, chip.holding(_card(NTAG)):
        desk.raises = ValueError("a fault of the callback")
        assert wait_for(lambda: desk.taps)
    assert "fault of the callback" in caplog.text
    assert NTAG.uid.hex() not in caplog.text.lower()


# Callbacks that fail


@needs_dev
def test_a_callback_that_raises_is_logged_and_is_no_fault_of_the_reader(
    chip: Pn532, caplog: pytest.LogCaptureFixture
) -> None:
    errors = [ConnectionRefusedError(), TimeoutError(), ValueError(), SystemExit(3), KeyboardInterrupt()]
    with listening_to(chip) as desk:
        for desk.raises in errors:
            _show(chip, desk, NTAG)
        assert desk.states == ["online"]
    traces = [record.exc_info[1] for record in caplog.records if record.exc_info]
    assert traces == [error for error in errors for _ in ("tap", "lift")]


@needs_dev
def test_a_state_callback_that_raises_does_not_stop_the_reader(chip: Pn532) -> None:
    desk = Desk(chip.device)
    desk.reader._on_state = lambda state: 1 / 0  # type: ignore[assignment]  # a bug
    desk.thread.start()
    with chip.holding(_card(NTAG)):
        assert wait_for(lambda: desk.taps)
    desk.seconds_to_stop()


# Readers that fail


@pytest.mark.promise(4)
@needs_dev
def test_a_reader_that_is_absent_is_waited_for(chip: Pn532) -> None:
    chip.unplug()
    with listening(chip.device) as desk:
        assert wait_for(lambda: desk.states == ["offline"])
        chip.plug()
        assert wait_for(desk.is_online)
        with chip.holding(_card(NTAG)):
            assert wait_for(lambda: desk.taps)
    assert desk.states == ["offline", "online", "offline"]


@pytest.mark.promise(4)
@needs_dev
def test_a_reader_unplugged_at_rest_is_found_and_taken_back(chip: Pn532, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with listening_to(chip) as desk:
        files = len(list(Path("/proc/self/fd").iterdir()))
        for _ in range(2):
            chip.unplug()
            assert wait_for(desk.is_offline)
            chip.plug()
            assert wait_for(desk.is_online)
            _show(chip, desk, NTAG)
        assert len(list(Path("/proc/self/fd").iterdir())) <= files, "dead cables are not kept open"
    assert desk.states == ["online", "offline"] * 3


@pytest.mark.promise(4)
@needs_dev
def test_a_reader_that_stays_away_is_one_line_in_the_log(
    chip: Pn532, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []
    opening = nfc.ContactlessFrontend.open

    def opened(frontend: nfc.ContactlessFrontend, path: str) -> bool:
        tried.append(path)
        return bool(opening(frontend, path))

    monkeypatch.setattr(nfc.ContactlessFrontend, "open", opened)
    caplog.set_level(logging.INFO)
    chip.unplug()
    with listening(chip.device) as desk:
        assert wait_for(lambda: desk.states)
        assert wait_for(lambda: len(tried) >= 4), "it is tried at least twice again, to the end"
        assert [record.levelname for record in caplog.records] == ["WARNING"]


@needs_dev
def test_a_reader_unplugged_under_a_badge_ends_the_presentation_and_the_badge_left_is_no_new_tap(chip: Pn532) -> None:
    with listening_to(chip) as desk:
        chip.card = _card(NTAG)
        assert wait_for(lambda: desk.taps)
        assert _goes_on(chip, 2)
        chip.unplug()
        assert wait_for(lambda: desk.lifts)
        assert wait_for(desk.is_offline)
        chip.plug()
        assert wait_for(desk.is_online)
        checked = chip.asked.count(CHECK)
        assert wait_for(lambda: chip.asked.count(CHECK) > checked + 5), "it is watched again"
        assert desk.taps == [NTAG], "it lay there all the time"
        chip.card = None
        assert wait_for(lambda: len(desk.lifts) == 2)
        with chip.holding(_card(NTAG)):
            assert wait_for(lambda: len(desk.taps) == 2)


@needs_dev
def test_a_badge_taken_away_while_the_reader_was_unplugged_and_shown_later_is_a_new_tap(
    chip: Pn532, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presentations, "SAME_BADGE_SECONDS", 0.2)
    with listening_to(chip) as desk:
        with chip.holding(_card(NTAG)):
            assert wait_for(lambda: desk.taps)
            chip.unplug()
            assert wait_for(desk.is_offline)
        chip.plug()
        assert wait_for(desk.is_online)
        time.sleep(0.3)
        _show(chip, desk, NTAG)


@needs_dev
def test_another_badge_after_a_replug_is_a_tap_at_once(chip: Pn532) -> None:
    with listening_to(chip) as desk, chip.holding(_card(NTAG)):
        assert wait_for(lambda: desk.taps)
        chip.unplug()
        assert wait_for(desk.is_offline)
        chip.card = _card(OTHER)
        chip.plug()
        assert wait_for(lambda: desk.taps == [NTAG, OTHER])


@pytest.mark.promise(4)
@needs_dev
def test_a_silent_chip_is_found_and_taken_back_when_it_answers(chip: Pn532) -> None:
    with listening_to(chip) as desk:
        chip.silent = True
        assert wait_for(desk.is_offline)
        chip.silent = False
        assert wait_for(desk.is_online)
        with chip.holding(_card(NTAG)):
            assert wait_for(lambda: desk.taps)
    assert desk.states == ["online", "offline", "online", "offline"]


@needs_dev
def test_a_chip_silent_under_a_badge_is_found_and_taken_back(chip: Pn532) -> None:
    with listening_to(chip) as desk, chip.holding(_card(NTAG)):
        assert wait_for(lambda: desk.taps)
        chip.silent = True
        assert wait_for(desk.is_offline)
        chip.silent = False
        assert wait_for(desk.is_online)
    assert desk.taps == [NTAG]


@needs_dev
def test_a_chip_that_polls_but_is_unwell_is_found_by_the_health_check(chip: Pn532) -> None:
    with listening_to(chip, health_seconds=0.2) as desk:
        chip.refused.add(GET_VERSION)
        assert wait_for(desk.is_offline)
        chip.refused.clear()
        assert wait_for(desk.is_online)


@needs_dev
def test_the_health_check_comes_no_oftener_than_asked(chip: Pn532) -> None:
    with listening_to(chip):
        asked = chip.asked.count(GET_VERSION)
        assert _goes_on(chip, 8)
        assert chip.asked.count(GET_VERSION) == asked


@needs_dev
def test_a_chip_that_refuses_to_sense_is_reopened(chip: Pn532) -> None:
    with listening_to(chip) as desk:
        chip.refused.add(LIST_TARGETS)
        assert wait_for(desk.is_offline)
        chip.refused.clear()
        assert wait_for(desk.is_online)


# Stopping


@needs_dev
@pytest.mark.parametrize("state", ["idle", "badge held", "flapping badge", "absent"])
def test_a_serial_reader_stops_within_half_a_second(chip: Pn532, monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    monkeypatch.setattr(presentations, "_FIRST_PAUSE_SECONDS", 5.0)
    for _ in range(3):  # the machine may be busy
        with listening_to(chip) as desk:
            if state == "absent":
                chip.unplug()
                assert wait_for(desk.is_offline)
            elif state != "idle":
                chip.card = _card(NTAG) if state == "badge held" else _card(CLASSIC, "refused")
                assert wait_for(partial(desk.has_taps, 1))
            time.sleep(0.1)
            if desk.seconds_to_stop() < 0.5:
                return
        chip.unplug()
        chip.card = None
        chip.plug()
    pytest.fail("three times not")


@needs_dev
def test_a_stopped_reader_gives_the_chip_its_first_speed_back_and_does_not_put_it_to_sleep(chip: Pn532) -> None:
    with listening_to(chip):
        pass
    assert chip.asked[-1] == 0x10, "SetSerialBaudrate, and no PowerDown after it"
    assert 0x16 not in chip.asked
    with listening_to(chip) as desk, chip.holding(_card(NTAG)):
        assert wait_for(lambda: desk.taps)


# Whether the loop turns


class Held:
    """A reader, and a badge that comes and goes, of which one call lasts until it is let go."""

    def __init__(self, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.where = where
        self.entered, self.let_go = threading.Event(), threading.Event()
        self.seconds = 0.0
        monkeypatch.setattr("nfc.ContactlessFrontend", partial(_HeldFrontend, self))
        self.reader = NfcReader(
            device="udp",
            on_tap=lambda _read: self.at("tap"),
            on_lift=lambda _read: self.at("lift"),
            on_state=lambda _state: self.at("state"),
            health_seconds=0.0,
        )
        self.reader._heart = Heart(monotonic=lambda: self.seconds)
        self.thread = threading.Thread(target=self.reader.run, name="reader")

    def at(self, place: str) -> None:
        if place == self.where and not self.let_go.is_set():
            self.entered.set()
            self.let_go.wait(20)

    def turns_after(self, seconds: float) -> bool:
        """Of being held."""
        assert self.entered.wait(40)
        self.seconds = seconds
        return self.reader.turns()


class _HeldFrontend:
    identifier = NTAG.uid

    def __init__(self, held: Held, _path: str) -> None:
        self._held = held
        self.device = self.chipset = self
        self._is_there = False
        held.at("opening")

    def connect(self, *, rdwr: Any, terminate: Any) -> Any:
        self._held.at("polling")
        if terminate():
            return None
        rdwr["on-connect"](self)
        return self

    def get_firmware_version(self) -> None:
        self._held.at("health check")

    @property
    def is_present(self) -> bool:
        self._held.at("presence check")
        self._is_there = not self._is_there
        return self._is_there

    def close(self) -> None:
        self._held.at("closing")


@contextmanager
def running(held: Held) -> Iterator[None]:
    held.thread.start()
    try:
        yield
    finally:
        held.reader.stop()
        held.let_go.set()
        held.thread.join(20)
        assert not held.thread.is_alive()


@pytest.mark.parametrize("where", ["opening", "polling", "health check", "presence check"])
def test_a_driver_that_does_not_come_back_is_no_loop_that_stands_still(
    monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    held = Held(where, monkeypatch)
    with running(held):
        assert held.turns_after(1e6)


def test_a_reader_that_cannot_be_closed_is_no_loop_that_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    held = Held("closing", monkeypatch)
    with running(held):
        held.reader.stop()
        assert held.turns_after(1e6)


@pytest.mark.parametrize("callback", ["tap", "lift", "state"])
def test_a_callback_may_wait_a_minute_for_a_slow_disk_and_no_longer(
    monkeypatch: pytest.MonkeyPatch, callback: str
) -> None:
    held = Held(callback, monkeypatch)
    with running(held):
        assert held.turns_after(59)
        assert not held.turns_after(61)
        held.let_go.set()
        assert wait_for(held.reader.turns)


def test_a_loop_held_up_by_itself_stands_still_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    held = Held("the loop", monkeypatch)
    monkeypatch.setattr(held.reader, "_watch", lambda _tag: held.at("the loop"))
    with running(held):
        assert held.turns_after(4)
        assert not held.turns_after(6)


def test_a_reader_that_is_absent_turns_in_its_longest_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presentations, "_FIRST_PAUSE_SECONDS", 10.0)
    desk, seconds = Desk("udp:no.such.host.invalid:54321"), 0.0
    desk.reader._heart = Heart(monotonic=lambda: seconds)
    desk.thread.start()
    try:
        assert wait_for(lambda: desk.states == ["offline"])
        assert wait_for(lambda: desk.reader._heart._bound == 10.0 + PATIENCE_SECONDS), "it pauses"
        seconds = 11.0
        assert desk.reader.turns()
        seconds = 16.0
        assert not desk.reader.turns(), "a pause is bounded, too"
    finally:
        desk.seconds_to_stop()


def test_the_badges_of_these_tests_are_badges() -> None:
    assert badges.parse("04:A1:B2:C3:D4:E5:F6") == NTAG
