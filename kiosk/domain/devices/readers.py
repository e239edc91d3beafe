"""Says what is to be known of each kind of badge reader without touching one: its path, its words, what is looked for.

Configuration, installer, sample file and doctor loop over `KINDS`; `devices/readers/` builds the driver that a kind
names. A further kind is a row here and a module there.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from kiosk.domain.badges.typed import Typing, typing
from kiosk.language.texts import Text

SIMULATED = "udp:localhost:54321"
_NFCPY = "kiosk.devices.readers.by_nfcpy:NfcReader"
_INPUT = "/dev/input/"


class UsbReaders(NamedTuple):
    """What a driver knows by USB: vendor and product of each, makers of others, and kernel modules and programs that
    take such a reader first, modules in the order in which they can be taken out.
    """

    driven: frozenset[str]
    makers: tuple[str, ...]
    modules: tuple[str, ...]
    program: str


class ReaderKind(NamedTuple):
    """A kind of readers: how `reader.device` begins, what it may be, and its `driver`, a module and a name in it.

    The installer takes a path that leaves nothing to a default (`whole`), and asks by `asked`. `form` stands in
    refusals, `sample` in kiosk.toml. The doctor looks for the files
    below /dev that `places` names in order, patterns too, or on USB. `is_ambiguous` tells a path that stands for
    whichever reader is there first.
    """

    name: str
    driver: str
    path: re.Pattern[str]
    whole: re.Pattern[str]
    form: str
    sample: str
    asked: Text
    is_simulated: bool = False
    is_valid: Callable[[str], bool] = lambda _device: True
    is_ambiguous: Callable[[str], bool] = lambda _device: False
    places: Callable[[str], tuple[str, ...]] = lambda _device: ()
    usb: UsbReaders | None = None


def _has_port(device: str) -> bool:
    port = device.split(":")[2:]
    return not port or is_port(port[0])


def _serial(device: str) -> tuple[str, ...]:
    """Where a serial line is: with or without the `tty` that it is named without, or the first of several."""
    name = device.split(":")[1]
    return (f"tty{name}", name, f"tty{name}[0-9]*")


def typed(device: str) -> tuple[str, Typing] | None:
    """Return the file of a keyboard-like reader and how it types; None for a path that is none's.

    The words of how it types follow the file, whose name may have colons of its own: what has other signs than letters
    and digits is still of the name.
    """
    parts = device.removeprefix("wedge:").split(":")
    last = max(place for place, part in enumerate(parts) if place == 0 or not part.isalnum())
    way = typing(tuple(parts[last + 1 :]))
    return None if way is None else (":".join(parts[: last + 1]), way)


def _keyboard(device: str) -> tuple[str, ...]:
    found = typed(device)
    return () if found is None else (found[0].removeprefix("/dev/"),)


def _is_keyboard(device: str) -> bool:
    found = typed(device)
    return found is not None and found[0].startswith(_INPUT) and ".." not in found[0].split("/")


KINDS: tuple[ReaderKind, ...] = (
    ReaderKind(
        name="usb",
        driver=_NFCPY,
        # Vendor and product, or bus and device.
        path=re.compile(r"usb(:[0-9a-fA-F]{4}(:[0-9a-fA-F]{4})?|:[0-9]{1,3}(:[0-9]{1,3})?)?"),
        whole=re.compile(r"usb(:[0-9a-f]{4}:[0-9a-f]{4}|:[0-9]+:[0-9]+)?"),
        form="usb, usb:VENDOR:PRODUCT",
        sample='"usb", "usb:054c:06c3"',
        asked=Text("usb : un Sony RC-S380 ou un SCL3711", "usb: a Sony RC-S380 or an SCL3711"),
        is_ambiguous=lambda device: device == "usb",
        usb=UsbReaders(
            driven=frozenset(
                {
                    "054c:0193",
                    "04cc:0531",
                    "04cc:2533",
                    "04e6:5591",
                    "04e6:5593",
                    "054c:02e1",
                    "054c:06c1",
                    "054c:06c3",
                    "072f:2200",
                }
            ),
            makers=("072f:", "04e6:"),
            modules=("pn533_usb", "pn533", "port100", "nfc"),
            program="pcscd",
        ),
    ),
    ReaderKind(
        name="tty",
        driver=_NFCPY,
        path=re.compile(r"tty:[a-zA-Z0-9-]+(:(pn532|arygon))?"),  # without the `tty` of ttyUSB0, ttyAMA0 ...
        whole=re.compile(r"tty:[A-Za-z0-9-]+:[a-z0-9]+"),
        form="tty:PORT:pn532",
        sample='"tty:USB0:pn532"',
        asked=Text(
            "tty:nfcreader:pn532 : une carte PN532 sur un adaptateur USB-série",
            "tty:nfcreader:pn532: a PN532 board on a USB-serial adapter",
        ),
        places=_serial,
    ),
    ReaderKind(
        name="wedge",
        driver="kiosk.devices.readers.wedge:WedgeReader",
        path=re.compile(r"wedge:/dev/input/[A-Za-z0-9_.+:/-]+"),
        whole=re.compile(r"wedge:/dev/input/[A-Za-z0-9_.+:/-]+"),
        form="wedge:/dev/input/by-id/NAME:decimal:reversed:7",
        sample='"wedge:/dev/input/by-id/usb-NAME-event-kbd:decimal"',
        asked=Text(
            "wedge:/dev/input/by-id/usb-NAME-event-kbd:decimal : un lecteur qui tape comme un clavier ; ce qu'il tape"
            " se dit par :hex ou :decimal, :reversed, et :4, :7 ou :10 octets",
            "wedge:/dev/input/by-id/usb-NAME-event-kbd:decimal: a reader that types like a keyboard; add :hex or"
            " :decimal, :reversed, and :4, :7 or :10 bytes",
        ),
        is_valid=_is_keyboard,
        places=_keyboard,
    ),
    ReaderKind(
        name="udp",
        driver=_NFCPY,
        path=re.compile(r"udp(:[^:\s]*(:[0-9]{1,5})?)?"),
        whole=re.compile(r"udp:[a-z0-9.-]+:[0-9]+"),
        form="udp:HOST:PORT",
        sample=f'or the simulated "{SIMULATED}"',
        asked=Text(
            "udp:localhost:54321 : lecteur et porte simulés, en mode école seulement",
            "udp:localhost:54321: a simulated reader and door, in training only",
        ),
        is_simulated=True,
        is_valid=_has_port,
    ),
)


def find(device: str) -> ReaderKind | None:
    """Return the kind that a path is of; None where no reader can be called so."""
    name = device.partition(":")[0]
    kind = next((each for each in KINDS if each.name == name), None)
    return kind if kind is not None and kind.path.fullmatch(device) and kind.is_valid(device) else None


def is_path(device: str) -> bool:
    """Whether a reader can be called so; where it is simulated, its port is one that there can be."""
    return find(device) is not None


def is_simulated(device: str) -> bool:
    """Whether a path is a simulated reader's."""
    kind = find(device)
    return kind is not None and kind.is_simulated


def is_ambiguous(device: str) -> bool:
    """Whether a path stands for whichever reader is there first: two doors of one machine cannot have it."""
    kind = find(device)
    return kind is not None and kind.is_ambiguous(device)


def is_whole(device: str) -> bool:
    """Whether a path leaves nothing to a default, as the installer wants it."""
    kind = find(device)
    return kind is not None and kind.whole.fullmatch(device) is not None


def forms(*, simulated: bool = True) -> str:
    """Return how each kind is written, in one line; without `simulated`, those of real readers."""
    return ", ".join(kind.form for kind in KINDS if simulated or not kind.is_simulated)


def is_port(text: str) -> bool:
    """Whether this is a port's number."""
    return re.fullmatch(r"[0-9]{1,5}", text) is not None and 0 < int(text) < 2**16
