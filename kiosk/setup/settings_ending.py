"""Brings a kiosk.toml of an earlier release up to date, once: its last line, and values that it left to defaults.

Earlier releases did not mark the file's end, and left settings that touch the door to defaults. They can read what is
added here, so that going back finds a file that they know. *Accepted* are the settings that a person last put in force:
a copy beside the file (`config_in_force`), so that a changed or damaged file does not change what opens the door.
"""

import re
import tomllib
from pathlib import Path

from kiosk import config_file, config_in_force
from kiosk.config import Config
from kiosk.config_file import END, PROMISE
from kiosk.home import Paths
from kiosk.setup import settings_lines

_MORE_DOORS = re.compile(r"\[\[[ \t]*more_doors[ \t]*\]\][ \t]*(#.*)?")


def settle(paths: Paths) -> bool:
    """Accept a home's settings where none were accepted yet, bringing an older file up to date for it, and return
    whether anything was written.

    A file that promises its last line and lacks it was cut short, and is left. Raises RequestError `config` where an
    older file is wrong, OSError, MachineError `foreign-file`.
    """
    accepted = paths.root / config_in_force.ACCEPTED
    if accepted.is_symlink() or accepted.exists() or not paths.config.exists():
        return config_in_force.adopt(paths.root)
    text = config_file.content(paths.config)
    if config_file.is_ended(text) or PROMISE.encode() in text:
        return config_in_force.adopt(paths.root)
    config_in_force.put(paths.root, ended(text, paths.config))
    return True


def ended(text: bytes, path: Path) -> bytes:
    """Return the content of an older file brought up to date; one that is complete already stays as it is.

    Raises RequestError `config`, which names `path`.
    """
    if config_file.is_ended(text):
        return text
    settings = _with_relay(text.decode("utf-8", "replace"), config_file.parse(text, path, is_older=True))
    complete = f"{PROMISE}\n{settings.rstrip()}\n\n{END}\n".encode()
    config_file.parse(complete, path)  # raises where it is wrong
    return complete


def _with_relay(text: str, settings: Config) -> str:
    """Return a configuration with pin and level of each relay of a real home written out, where they were left to
    defaults.
    """
    if not settings.real:
        return text
    document = tomllib.loads(text)
    if settings.door.lock == "relay":
        door = document.get("door", {})
        for key in ("relay_active_high", "relay_pin"):
            if key not in door:
                line = f"{key} = {str(getattr(settings.door, key)).lower()}"
                text = settings_lines.with_line(text, "door", key, line)
    others = iter(document.get("more_doors", []))
    lines = []
    for line in text.splitlines():
        lines.append(line)
        # Headings and tables come in the same order; a heading beyond the last table gets no line.
        if _MORE_DOORS.fullmatch(line.strip()) and "relay_active_high" not in next(others, {"relay_active_high": 1}):
            lines.append("relay_active_high = true")
    return "\n".join([*lines, ""])
