"""The table of badge reader kinds, with all that can be known without touching a reader: paths, words, where to look.

Configuration, installer, sample file and doctor loop over `KINDS`; `devices/readers/` has the driver that a kind names.
A new kind is a row here and a module there.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from kiosk.domain.badges.typed import Typing, typing
from kiosk.language.texts import Text

SIMULATED = "udp:localhost:54321"  # the default
_NFCPY = "kiosk.devices.readers.by_nfcpy:NfcReader"  # the driver of all readers that nfcpy knows
_INPUT = "/dev/input/"  # where keyboards are


class UsbReaders(NamedTuple):
    """What a driver knows about USB readers: vendor and product of those it drives, vendor prefixes of others, and
    kernel modules and a program that may claim such a reader first; modules in the order in which they can be unloaded.
    """

    driven: frozenset[str]
    makers: tuple[str, ...]
    modules: tuple[str, ...]
    program: str


class ReaderKind(NamedTuple):
    """A kind of reader."""

    name: str
    driver: str  # a module and a name in it
    path: re.Pattern[str]  # of `reader.device`
    whole: re.Pattern[str]  # of a path that leaves nothing to a default: the only ones that the installer takes
    form: str  # how a path is written, for error messages
    sample: str  # for kiosk.toml
    asked: Text  # the installer's line about it
    is_simulated: bool = False
    is_valid: Callable[[str], bool] = lambda _device: True  # checks what the pattern cannot
    is_ambiguous: Callable[[str], bool] = lambda _device: False  # whether a path means whichever is found first
    # The files below /dev, in order (patterns too), where the doctor looks for a reader that is not on USB.
    places: Callable[[str], tuple[str, ...]] = lambda _device: ()
    usb: UsbReaders | None = None  # for a reader on USB


def _has_port(device: str) -> bool:
    """Tell whether a simulated reader's path has a valid port, or none."""
    port = device.split(":")[2:]
    return not port or is_port(port[0])


def _serial(device: str) -> tuple[str, ...]:
    """Return where a serial line may be: with or without the prefix `tty`, or the first of several with a number."""
    name = device.split(":")[1]
    return (f"tty{name}", name, f"tty{name}[0-9]*")


def typed(device: str) -> tuple[str, Typing] | None:
    """Return the file of a keyboard-like reader and how it types; None for another kind of path.

    The words on how it types follow the file's name, which may contain colons itself: a part with other characters than
    letters and digits still belongs to the name.
    """
    parts = device.removeprefix("wedge:").split(":")
    last_of_name = max(place for place, part in enumerate(parts) if place == 0 or not part.isalnum())
    typing_way = typing(tuple(parts[last_of_name + 1 :]))
    return None if typing_way is None else (":".join(parts[: last_of_name + 1]), typing_way)


def _keyboard(device: str) -> tuple[str, ...]:
    """Return where a keyboard-like reader's file is, below /dev."""
    file_and_typing = typed(device)
    return () if file_and_typing is None else (file_and_typing[0].removeprefix("/dev/"),)


def _is_keyboard(device: str) -> bool:
    """Tell whether a path names a keyboard-like reader below /dev/input, and how it types."""
    file_and_typing = typed(device)
    return (
        file_and_typing is not None
        and file_and_typing[0].startswith(_INPUT)
        and ".." not in file_and_typing[0].split("/")
    )


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
            "wedge:/dev/input/by-id/usb-NAME-event-kbd:decimal : un lecteur qui tape comme un clavier ;"
            " ajoutez :hex ou :decimal, :reversed, et :4, :7 ou :10 octets",
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
    """Return the kind of reader of a path; None for a path of no kind."""
    name = device.partition(":")[0]
    kind = next((known for known in KINDS if known.name == name), None)
    return kind if kind is not None and kind.path.fullmatch(device) and kind.is_valid(device) else None


def is_path(device: str) -> bool:
    """Tell whether a path names a reader of some kind; a simulated one needs a valid port."""
    return find(device) is not None


def is_simulated(device: str) -> bool:
    """Tell whether a path is a simulated reader's."""
    kind = find(device)
    return kind is not None and kind.is_simulated


def is_ambiguous(device: str) -> bool:
    """Tell whether a path means whichever reader is found first, so that two doors of one machine cannot use it."""
    kind = find(device)
    return kind is not None and kind.is_ambiguous(device)


def is_whole(device: str) -> bool:
    """Tell whether a path leaves nothing to a default, as the installer requires."""
    kind = find(device)
    return kind is not None and kind.whole.fullmatch(device) is not None


def forms(*, simulated: bool = True) -> str:
    """Return how each kind's path is written, in one line; without `simulated`, those of real readers."""
    return ", ".join(kind.form for kind in KINDS if simulated or not kind.is_simulated)


def is_port(text: str) -> bool:
    """Tell whether a text is a valid port number."""
    return re.fullmatch(r"[0-9]{1,5}", text) is not None and 0 < int(text) < 2**16
