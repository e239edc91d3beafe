"""Hand-written fakes on the real protocols: a clock that is set, a door and a screen that remember."""

import hashlib
import json
import os
import pwd
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from kiosk.checkin.cards import Card, CardKind, Scene, Shown
from kiosk.devices.protocols import Apdu, Signal
from kiosk.devices.readers.single_badge import Ask, Sensed
from kiosk.domain.badges.products import Product, Proving
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.domain.checkin.choices import MOST
from kiosk.domain.checkin.consent import READ_PAGE_SECONDS, TYPED_PAGE_SECONDS
from kiosk.domain.checkin.screen_touches import HELD_SECONDS
from kiosk.domain.checkin.seen import Seen, is_aimed
from kiosk.domain.checkin.verdicts import Denial
from kiosk.errors import DeviceOffline, RequestError
from kiosk.health.entrance_health import Health
from kiosk.health.machine_facts import Machine
from kiosk.store.officers import passkey_rows
from kiosk.web.screen.board import Board, Showing, View

_REST = Scene(is_strange=True)

WELL = Health(
    reader="online",
    door_simulated=False,
    door_level=False,
    door_pulses=3,
    door="ok",
    database="ok",
    clock="host",
    clock_trusted=True,
    spool="disk",
    spooled=0,
    training=False,
    version="1",
)
"""The entrance of a home that is not simulated, as it is on a good day."""


class FakeClock:
    """Time stands still until a test moves it."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)
        self._seconds = 1000.0
        self.boot = "boot-1"

    def now(self) -> datetime:
        return self._at

    def monotonic(self) -> float:
        return self._seconds

    def advance(self, **by: float) -> None:
        delta = timedelta(**by)
        self._at += delta
        self._seconds += delta.total_seconds()

    def set(self, at: datetime) -> None:
        """The wall clock alone."""
        self._at = at.astimezone(UTC)

    def restart(self, at: datetime) -> None:
        """The machine starts anew, and shows this time 20 s later."""
        self.boot = f"boot-{int(self.boot.rpartition('-')[2]) + 1}"
        self._at, self._seconds = at.astimezone(UTC), 20.0


@dataclass
class FakeDoor:
    """Remembers pulses and signals; `broken` answers no more. `before` is called as a pulse begins."""

    simulated: bool = True
    level: bool = False
    rings: bool = False
    pulses: int = 0
    signals: list[Signal] = field(default_factory=list)
    broken: bool = False

    def pulse(self) -> None:
        if self.broken:
            raise DeviceOffline("door", "the relay does not answer")
        self.pulses += 1

    def signal(self, signal: Signal) -> None:
        self.signals.append(signal)

    def close(self) -> None:
        self.level = False


@dataclass
class FakeScreen:
    """Remembers cards, and how often they were taken away; and what is shown now."""

    cards: list[Card] = field(default_factory=list)
    cleared: int = 0
    shown: Shown = field(default_factory=Shown)

    def reading(self) -> None:
        pass

    def show(self, shown: Shown) -> None:
        card = shown.scenes[0].card
        is_longer = card is not None and card is self.shown.scenes[0].card
        self.shown = shown
        if card is None:
            self.cleared += 1
        elif not is_longer:
            assert len(card.acts) <= MOST, f"{card.kind} has more buttons than there is room for"
            self.cards.append(card)


def seconds_of(card: Card) -> float:
    """How long a card stays untouched that no flow without a session shows."""
    a_page = TYPED_PAGE_SECONDS if card.warns else READ_PAGE_SECONDS
    return a_page if card.row.seconds is None else card.row.seconds


class StandingBoard(Board):
    """The board without the machine behind it: a test says which card stands, and closes it."""

    def show(self, shown: Shown | Card) -> None:
        if isinstance(shown, Card):
            now = self.now()
            is_sensed = self._sensed_at is not None or now.showing is Showing.READING
            is_owned = shown.denial is not Denial.UNKNOWN_BADGE
            card: Card | None = shown
            ends_at, scenes = now.at, list[Scene]()
            by_badge = is_owned and (is_sensed or now.by_badge)
            is_strange = is_sensed or now.card is None
            while card is not None:
                ends_at += seconds_of(card)
                scenes.append(Scene(card, ends_at, by_badge, is_strange and not scenes))
                card = card.then
            shown = Shown(now.card_number + 1, now.at, (*scenes, _REST))
        super().show(shown)

    def clear(self) -> None:
        super().show(Shown(self.now().card_number + 1, self.now().at, (_REST,)))

    def aims(self, seen: Seen) -> None:
        """Raise RequestError `touch-missed` for a finger that did not mean what stands, as the machine does."""
        view = self.now()
        if not is_aimed(seen, number=view.card_number, now=view.at, is_strange=view.is_strange):
            raise RequestError("touch-missed", "this finger aimed at another card")

    def hold(self, seen: Seen) -> None:
        view = self._standing(seen)
        since = view.at + view.left_seconds - view.of_seconds
        ends_at = max(view.at + view.left_seconds, since + HELD_SECONDS)
        super().show(Shown(view.card_number, since, (Scene(view.card, ends_at, view.by_badge), _REST)))

    def close(self, seen: Seen) -> None:
        self._standing(seen)
        self.clear()

    def _standing(self, seen: Seen) -> View:
        self.aims(seen)
        if self.now().card is None:
            raise RequestError("card-over", "this card is no longer there")
        return self.now()

    def instead_of(self, ticket: str, kind: CardKind) -> None:
        card = self.now().card
        if card is not None and card.ticket == ticket:
            self.show(Card(kind, language=card.language))


@dataclass
class FakeMachine:
    """Another machine's /proc, /sys, /dev and /etc below a folder: a Raspberry Pi that is well, until a test says else.

    The disk that holds `holds` is its card `mmcblk0p2`, where this kernel names one.
    """

    root: Path
    holds: Path | None = None

    def __post_init__(self) -> None:
        self.root = self.root.resolve()
        self.write("/proc/modules", "snd 1 0 - Live 0x0\nusbserial 1 0 - Live 0x0\n")
        self.write("/proc/meminfo", "MemTotal:  1900000 kB\nMemFree:  10000 kB\nMemAvailable: 900000 kB\n")
        self.write("/sys/class/thermal/thermal_zone0/temp", "48312\n")
        self.write("/sys/devices/platform/soc/soc:firmware/get_throttled", "0\n")
        self.write("/dev/gpiochip0", "")
        self.plug("072f", "2200")
        if self.holds is not None:
            self._card(self.holds.stat().st_dev)

    @property
    def machine(self) -> Machine:
        return Machine(self.root)

    def write(self, path: str, text: str) -> Path:
        place = self.root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
        return place

    def remove(self, path: str) -> None:
        (self.root / path.lstrip("/")).unlink()

    def plug(self, vendor: str, product: str) -> None:
        self.write("/sys/bus/usb/devices/1-1/idVendor", f"{vendor}\n")
        self.write("/sys/bus/usb/devices/1-1/idProduct", f"{product}\n")

    def run(self, process: int, name: str, *, opens: str | None = None) -> None:
        """A process that has a file open."""
        self.write(f"/proc/{process}/comm", f"{name}\n")
        if opens is not None:
            folder = self.root / f"proc/{process}/fd"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "3").symlink_to(self.root / opens.lstrip("/"))

    def _card(self, device: int) -> None:
        disk = self.root / "sys/devices/mmc/block/mmcblk0"
        (disk / "mmcblk0p2").mkdir(parents=True)
        (disk / "mmcblk0p2" / "partition").write_text("2")
        named = self.root / "sys/dev/block" / f"{os.major(device)}:{os.minor(device)}"
        named.parent.mkdir(parents=True)
        named.symlink_to(disk / "mmcblk0p2")
        self.write("/sys/fs/ext4/mmcblk0p2/lifetime_write_kbytes", "4000000\n")
        self.write("/sys/fs/ext4/mmcblk0p2/errors_count", "0\n")


class FakeTag:
    """nfcpy's tag over a chip that answers a command, or goes (None): what the program asks it is asked as ever."""

    def __init__(self, uid: bytes, chip: Callable[[bytes], bytes | None]) -> None:
        self.identifier = uid
        self.target = SimpleNamespace(sel_res=b"\x20")
        self.product = "Type4Tag"
        self._chip = chip

    def send_apdu(self, *command: Any, mrl: int, check_status: bool) -> bytes:
        *head, data = command
        answer = self._chip(bytes(head) + (bytes([len(data)]) + data if data else b"") + b"\x00")
        if answer is None:
            from kiosk.devices.nfcpy import nfc  # most tests have no badge with a chip

            raise nfc.tag.TagCommandError(nfc.tag.TIMEOUT_ERROR)
        assert (mrl, check_status) == (256, False)
        return answer


class FakeReader:
    """A reader with one badge on it, for what is asked of its chip."""

    def __init__(self, tag: FakeTag) -> None:
        from kiosk.devices.readers import chips  # with nfcpy

        self.tag = tag
        self.state = "online"
        self._chips = chips

    def turns(self) -> bool:
        return True

    def product(self) -> Product | None:
        return self._chips.product(self.tag)

    def prove(self, key: bytes) -> Proving:
        return self._chips.prove(self.tag, key)

    def exchange(self, command: Apdu) -> bytes | None:
        return self._chips.exchange(self.tag, command)

    def run(self) -> None:
        """Nothing: a test presents the badge."""

    def stop(self) -> None:
        """Nothing."""

    def sense(self, _device: str, _seconds: float, again: Callable[[], None], ask: Ask | None = None) -> Sensed | None:
        """What `single_badge.sense` does, with this badge: held there once."""
        read, product = BadgeRead(self.tag.identifier), self.product()
        answer = None if ask is None or product is None else ask(self, read, product)
        if product is None or (ask is not None and answer is None):
            again()
            return None
        return Sensed(read, product, answer)


class FakePasskey:
    """An authenticator in software: signs what a page asks it to as a browser would hand it on (WebAuthn Level 3, 6.1).

    With `verifies` it says that its user typed a PIN or gave a finger.
    """

    def __init__(self, site: str = "localhost", origin: str = "https://localhost", *, verifies: bool = True) -> None:
        self.credential = os.urandom(16)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._site, self._origin, self._flags = site, origin, 0x05 if verifies else 0x01

    @property
    def public_key(self) -> bytes:
        """Its key as COSE has one of ES256 (RFC 9053, 7.1.1)."""
        point = self._key.public_key().public_numbers()
        head = bytes((0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20))
        return head + point.x.to_bytes(32, "big") + bytes((0x22, 0x58, 0x20)) + point.y.to_bytes(32, "big")

    def answer(self, challenge: str) -> str:
        """What the page's script sends for a challenge in base64url."""
        said = {"type": "webauthn.get", "challenge": challenge, "origin": self._origin, "crossOrigin": False}
        client = json.dumps(said).encode()
        data = hashlib.sha256(self._site.encode()).digest() + bytes((self._flags,)) + bytes(4)
        signature = self._key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {"authenticatorData": data, "clientDataJSON": client, "signature": signature}
        own = passkey_rows.packed(self.credential)
        sent = {name: passkey_rows.packed(content) for name, content in response.items()}
        return json.dumps({"id": own, "rawId": own, "type": "public-key", "response": sent})


@contextmanager
def accounts(numbers: Mapping[str, int]) -> Iterator[None]:
    """Have a machine whose accounts are these, by name and number, and no others."""

    def find(name: str) -> SimpleNamespace:
        return SimpleNamespace(pw_name=name, pw_uid=numbers[name])

    with patch.object(pwd, "getpwnam", find):
        yield
