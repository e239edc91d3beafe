"""The table of lock kinds, with all that can be known without touching a lock: addresses, options, words.

Configuration, installer, sample file and the entrance's unit loop over `KINDS`; `devices/locks/` has the driver that a
kind names. A new kind is a row here and a module there.
"""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from kiosk.language.texts import Text

RELAY = "relay"  # the kind of a lock on a pin of the machine
UNLATCH, STRIKE = "unlatch", "strike"  # commands to a Nuki (Smart Lock, Opener) that end by themselves

_BYTE = r"(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"  # a number from 0 to 255
_PORT = r"([1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])"  # a number from 1 to 65535
_DIGITS = re.compile(rf"{_BYTE}(\.{_BYTE}){{3}}(:{_PORT})?")
_SERIAL = re.compile(r"tty:[a-zA-Z0-9-]+")
_DEVICE = re.compile(r"[0-9A-Fa-f]{1,8}")  # a Nuki's number
_IN_DIGITS = "digits like 192.168.1.50, or 192.168.1.50:80"


class Option(NamedTuple):
    """A key of `[lock]` that a kind needs: how a value is checked, and what the installer asks and says about it.

    The installer calls it `lock_KEY`, where it asks for it. `wrong` makes the error's words from a bad value.
    """

    key: str
    sample: str  # a value, as written in kiosk.toml
    is_valid: Callable[[str], bool] = lambda _value: True
    wrong: Callable[[str], str] = lambda value: f"{value!r} cannot be"
    asked: Text | None = None  # the installer's question; None: it does not ask
    refused: Text | None = None  # what it says to a bad answer


class LockKind(NamedTuple):
    """A kind of lock."""

    name: str
    asked: Text  # the installer's line about it
    sample: str  # follows its name in kiosk.toml
    driver: str = ""  # a module and a name in it
    address: re.Pattern[str] | None = None  # the pattern of its address; None for a lock on a pin
    form: str = ""  # describes that pattern
    options: tuple[Option, ...] = ()
    own: str = ""  # stands above its options in kiosk.toml
    line: bool = False  # whether the lock is on a serial line
    longest_seconds: float | None = None  # the longest pulse that it accepts; None: no bound of its own
    too_long: str = ""  # what is wrong with a longer pulse
    faults: tuple[Text, ...] = ()  # its driver's own error texts

    def asks(self, key: str) -> Option | None:
        """Return the option for a key that the installer asks for; None where this kind has none."""
        return next((option for option in self.options if option.key == key and option.asked is not None), None)


def _is_number(text: str) -> bool:
    """Tell whether a text is a Nuki's number."""
    return _DEVICE.fullmatch(text) is not None


KINDS: Mapping[str, LockKind] = {
    kind.name: kind
    for kind in (
        LockKind(
            name=RELAY,
            asked=Text("relay : un relais sur une broche (5 €).", "relay: a relay on a pin (€5)."),
            sample="on a pin",
        ),
        LockKind(
            name="shelly",
            asked=Text("shelly : un relais sur le réseau (20 €).", "shelly: a relay on the network (€20)."),
            sample="a relay in the network, by its address in digits",
            driver="kiosk.devices.locks.shelly:made",
            faults=(
                Text(
                    "la serrure {name} a répondu {status} : vérifiez que c’est un relais Shelly",
                    "the lock at {name} returned {status}: check that it is a Shelly relay",
                ),
            ),
            address=_DIGITS,
            form=_IN_DIGITS,
        ),
        LockKind(
            name="nuki",
            asked=Text(
                "nuki : une serrure sur le cylindre, par un courtier MQTT (300 €).",
                "nuki: a lock on the cylinder, through an MQTT broker (€300).",
            ),
            sample="by its MQTT broker's address in digits",
            driver="kiosk.devices.locks.nuki:made",
            faults=(
                Text(
                    "le courtier MQTT ne connaît pas de Nuki {device} : vérifiez lock.device, et MQTT"
                    " dans l’application Nuki",
                    "the broker knows no Nuki {device}: check lock.device, and MQTT in the Nuki app",
                ),
                Text(
                    "la Nuki {device} n’est pas connectée au courtier MQTT : vérifiez ses piles et son Wi-Fi",
                    "the Nuki {device} is not connected to the broker: check its batteries and its Wi-Fi",
                ),
                Text(
                    "la Nuki {device} ne répond pas : vérifiez ses piles, son Wi-Fi et ses droits chez le"
                    " courtier MQTT",
                    "the Nuki {device} does not respond: check its batteries, its Wi-Fi and its rights on the broker",
                ),
            ),
            address=_DIGITS,
            form=_IN_DIGITS,
            own=(
                "For a Nuki: its number, our name at the broker, whether the broker speaks TLS, and what the device is"
                ' told to do: "unlatch" (Smart Lock) or "strike" (Opener).'
            ),
            options=(
                Option(
                    key="device",
                    sample='"2BB28570"',
                    is_valid=_is_number,
                    wrong=lambda value: f"{value!r}: expected a Nuki's number like 2BB28570, on its label",
                    asked=Text(
                        "Quel est le numéro de la Nuki ? Huit chiffres et lettres, sur son étiquette, comme 2BB28570.",
                        "What is the Nuki's number? Eight digits and letters on its label, such as 2BB28570.",
                    ),
                    refused=Text(
                        "lock_device = {value!r} : il faut le numéro d'une Nuki, comme 2BB28570",
                        "lock_device = {value!r}: expected the number of a Nuki, such as 2BB28570",
                    ),
                ),
                Option(
                    key="user",
                    sample='"kiosk"',
                    asked=Text(
                        "Quel est le nom d'utilisateur de la borne chez le courtier MQTT ? Le mot de passe"
                        " s'écrit ensuite dans keys/entrance/lock.",
                        "What is the kiosk's user name on the broker? The password goes into keys/entrance/lock"
                        " afterwards.",
                    ),
                ),
                Option(key="tls", sample="true"),
                Option(
                    key="action",
                    sample='"unlatch"',
                    is_valid=lambda value: value in (UNLATCH, STRIKE),
                    wrong=lambda value: (
                        f"{value!r} leaves the door open until someone locks it: expected unlatch (Smart Lock) or"
                        " strike (Opener)"
                    ),
                ),
            ),
        ),
        LockKind(
            name="osdp",
            asked=Text("osdp : une gâche sur une ligne RS-485 (150 €).", "osdp: a strike on an RS-485 line (€150)."),
            sample='on a serial line like "tty:USB1"',
            driver="kiosk.devices.locks.osdp:made",
            faults=(
                Text(
                    "keys/entrance/lock n’est pas une clé OSDP : il faut 32 chiffres hexadécimaux sur une ligne",
                    "keys/entrance/lock is not a valid OSDP key: write 32 hexadecimal digits on one line",
                ),
                Text(
                    "l’appareil OSDP {name} ne répond pas ({why}) : vérifiez son alimentation, ses fils,"
                    " lock.number et lock.baud",
                    "the OSDP device at {name} does not respond ({why}): check its power, its wires,"
                    " lock.number and lock.baud",
                ),
                Text(
                    "l’appareil OSDP {name} ne répond pas : vérifiez son alimentation, ses fils,"
                    " lock.number et lock.baud",
                    "the OSDP device at {name} does not respond: check its power, its wires, lock.number and lock.baud",
                ),
            ),
            address=_SERIAL,
            form="a serial line like tty:USB1",
            line=True,
            longest_seconds=25.0,
            too_long="an OSDP output is told 25 seconds at most",
            own="For an OSDP device: its number on the line, which of its outputs, and the line's speed.",
            options=(
                Option(key="number", sample="0"),
                Option(key="output", sample="0"),
                Option(key="baud", sample="9600"),
            ),
        ),
    )
}


FAULTS = tuple(fault for kind in KINDS.values() for fault in kind.faults)  # with their translations, for the doctor


def is_address(name: str, text: str) -> bool:
    """Tell whether a lock of this kind may have such an address; a relay has none, only its pin."""
    address = KINDS[name].address
    return not text if address is None else address.fullmatch(text) is not None


def known() -> str:
    """Return the names of all kinds, in one line."""
    return ", ".join(KINDS)
