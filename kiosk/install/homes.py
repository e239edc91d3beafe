"""Makes the home once, by the program's own `init`, and never overwrites it; reads an existing one's settings.

The home's kiosk.toml is a template filled in. The spool is the folder where taps wait that cannot be entered.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from kiosk.domain.devices import locks, readers
from kiosk.errors import MachineError, RequestError
from kiosk.install import layout
from kiosk.install.answers import Answers
from kiosk.install.layout import HOME
from kiosk.install.machine import Machine
from kiosk.install.words import Words

_DRAFT = "/var/lib/.kiosk-new"  # where a new home is made; it is renamed to its place once it is whole
_INSIDE = ["localhost", "127.0.0.1"]  # names of the desk on this machine
_SETTINGS = ("kiosk.toml", "kiosk.toml.accepted")  # the second is used where the first was cut short
_END = "# end"  # the last line of settings that were written to their end


def exists(machine: Machine, words: Words) -> bool:
    """Tell whether there is a home, by its settings; an empty folder is none. Raises RequestError `home-exists` where
    something else is in its place.
    """
    folder = machine.at(HOME)
    if any(machine.at(f"{HOME}/{name}").is_file() for name in _SETTINGS):
        return True
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RequestError("home-exists", words("home-odd"))
    return False


def make(machine: Machine, answers: Answers, release: str) -> None:
    """Make a new home with the answers in its configuration, its files with their owners and rights; it appears
    completely or not at all.
    """
    machine.remove(_DRAFT)  # left by an interrupted run
    python = str(machine.at(f"{release}/venv/bin/python"))
    options = ["--reader", answers.reader]
    options += ["--training"] if answers.home == "training" else []
    options += [] if answers.is_simulated else ["--real"]
    if answers.tariffs:
        options += ["--from" if Path(answers.tariffs).is_dir() else "--tariffs", answers.tariffs]
    machine.run(python, "-I", "-m", "kiosk", "--home", str(machine.at(_DRAFT)), "init", *options)
    settings = machine.at(f"{_DRAFT}/kiosk.toml")
    text = settings.read_text("utf-8") if settings.is_file() else ""
    for key, value in wanted(answers).items():
        text = put(text, key, value)
    machine.write(f"{_DRAFT}/kiosk.toml", text, layout.FOLDERS[""][1])  # as the home's own files
    machine.run(*_accepts(machine, release, _DRAFT), "--yes")  # the settings just put in would else not be in force
    layout.repair(machine, _DRAFT)
    machine.rename(_DRAFT, HOME)


def accept(machine: Machine, release: str) -> None:
    """Accept the changes in kiosk.toml about lock and database, since installing means the file as it is. A change that
    was not accepted would not be in force.
    """
    words = _accepts(machine, release, HOME)
    if machine.answers(*words, "--check") is None:  # fails where something waits to be accepted
        machine.run(*words, "--yes")


def _accepts(machine: Machine, release: str, home: str) -> list[str]:
    """Return the command by which a release accepts the settings of a home."""
    python = str(machine.at(f"{release}/venv/bin/python"))
    return [python, "-I", "-m", "kiosk", "--home", str(machine.at(home)), "config", "accept"]


def migrate(machine: Machine, release: str) -> None:
    """Bring an older home's database to the release's schema; the program copies it first, and refuses a newer one."""
    python = str(machine.at(f"{release}/venv/bin/python"))
    machine.run(python, "-I", "-m", "kiosk", "--home", str(machine.at(HOME)), "migrate")


def settings(machine: Machine) -> dict[str, object]:
    """Return the home's settings by dotted key (`door.lock`), from kiosk.toml, or from the accepted file where that was
    cut short or cannot be read; empty where neither can.
    """
    texts = [_text(machine, name) for name in _SETTINGS]
    whole = [text for text in texts if text.rstrip().endswith(_END)]
    for text in whole or texts:  # neither has the last line `_END`: an earlier release wrote none
        try:
            return dict(_flat(tomllib.loads(text)))
        except ValueError:
            continue
    return {}


def _text(machine: Machine, name: str) -> str:
    """Return the text of a file of the home; "" where it cannot be read."""
    try:
        return machine.at(f"{HOME}/{name}").read_text("utf-8")
    except (OSError, ValueError):
        return ""


def wanted(answers: Answers) -> dict[str, object]:
    """Return the settings that the answers determine, by dotted key. An empty answer determines none, so that the
    template's value stays.
    """
    chosen: dict[str, object] = {"reader.device": answers.reader, "screen.display": answers.display}
    if answers.has_relay:
        chosen |= {"door.relay_pin": answers.relay_pin, "door.relay_active_high": answers.relay_active_high}
    elif not answers.is_simulated:
        chosen |= {"door.lock": answers.lock, "door.address": answers.lock_address}
        asked = [option for option in locks.KINDS[answers.lock].options if option.asked is not None]
        chosen |= {f"lock.{option.key}": getattr(answers, f"lock_{option.key}") for option in asked}
    if answers.host:
        chosen |= {"desk.hosts": [*_INSIDE, answers.host], "desk.proxy": "127.0.0.1"}
    if answers.spool:
        chosen["spool.path"] = spool_folder(answers.spool)
    if answers.recipient:
        chosen["backup.recipient"] = answers.recipient
    return chosen


def spool_folder(given: str) -> str:
    """Return the path of the entrance's own folder in the given folder on a second medium."""
    return f"{given.rstrip('/')}/kiosk-spool"


def put(text: str, dotted: str, value: object) -> str:
    """Return the text of kiosk.toml with one setting changed in its section, on the line that has it, commented out or
    not. The key is `dotted`, like `door.lock`.

    Raises MachineError `install` where there is no such line, so that a changed template is not filled in by half.
    """
    section, _, key = dotted.rpartition(".")
    head, opening, rest = text.partition(f"[{section}]\n")
    body, following, tail = rest.partition("\n[")
    written = f"{key} = {json.dumps(value, ensure_ascii=False)}"
    changed, times = re.subn(
        rf"^(# )?{re.escape(key)} = .*$", lambda _match: written, body, count=1, flags=re.MULTILINE
    )
    if text and not times:  # in a dry run there is no text
        raise MachineError("install", f"kiosk.toml has no {dotted}: this installer is another release's")
    return f"{head}{opening}{changed}{following}{tail}"


def differences(machine: Machine, answers: Answers) -> Iterator[tuple[str, object, object]]:
    """Yield each setting in which the home differs from the answers: its key, the home's value (None: not set), the
    answer. Nothing for a home without readable settings.
    """
    there = settings(machine)
    for key, answer in wanted(answers).items():
        if there and there.get(key) != answer:
            yield key, there.get(key), answer


def spool_elsewhere(machine: Machine) -> str | None:
    """Return the spool's folder if kiosk.toml has it outside the home, else None."""
    path = str(settings(machine).get("spool.path", "spool"))
    return path if Path(path).is_absolute() and not Path(path).is_relative_to(HOME) else None


def is_simulated(machine: Machine) -> bool:
    """Return whether the home's reader is a simulated one."""
    return readers.is_simulated(str(settings(machine).get("reader.device", "")))


def more_doors(machine: Machine) -> dict[int, int]:
    """Return this machine's further doors by number, each with the port of its screen; those without either are left
    out.
    """
    listed = settings(machine).get("more_doors", [])
    tables = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    pairs = [(each.get("number"), each.get("screen_port")) for each in tables]
    return {door: port for door, port in pairs if isinstance(door, int) and isinstance(port, int)}


def has_pages(machine: Machine) -> bool:
    """Return whether members have pages here, that is whether kiosk.toml names their address."""
    return bool(settings(machine).get("pages.address"))


def lock_address(machine: Machine) -> str | None:
    """Return the address, in digits, of a lock on the network that opens this home's door; None for any other lock."""
    there, kind = settings(machine), _lock(machine)
    if not there.get("real") or kind is None or kind.address is None or kind.line:
        return None
    return str(there.get("door.address", "")).partition(":")[0]


def lock_line(machine: Machine) -> str | None:
    """Return the kernel's name for the kind of serial line of a lock that opens this home's door; None for any other
    lock.
    """
    there, kind = settings(machine), _lock(machine)
    if not there.get("real") or kind is None or not kind.line:
        return None
    return str(there.get("door.address", "")).replace(":", "").rstrip("0123456789")  # `tty:USB1`: ttyUSB


def _lock(machine: Machine) -> locks.LockKind | None:
    """Return the kind of lock that the home's settings name, a relay where they name none; None for a kind that this
    release does not know.
    """
    return locks.KINDS.get(str(settings(machine).get("door.lock", locks.RELAY)))


def _flat(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Yield a table's values by their dotted keys, like `door.lock`."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
