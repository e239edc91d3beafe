"""Brings the kiosk.toml of a release before this one up to it, once: its last line, and the values in force.

Those releases ended the file as they liked, and left to defaults what touches the door. What this adds they read, too,
so that the way back finds a file that it knows.
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
    """Let a home's settings be accepted where nothing was yet; a file of a release before is written anew for that.
    Returns whether anything was written.

    A file that promises its last line and has none was cut, and is left. Raises RequestError `config` where an older
    one is wrong, OSError, MachineError `foreign-file`.
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
    """Return the content of an older file as this release has it; one that is whole already stays as it is.

    Raises RequestError `config`, which names `path`.
    """
    if config_file.is_ended(text):
        return text
    said = _with_relay(text.decode("utf-8", "replace"), config_file.parse(text, path, is_older=True))
    made = f"{PROMISE}\n{said.rstrip()}\n\n{END}\n".encode()
    config_file.parse(made, path)
    return made


def _with_relay(text: str, settings: Config) -> str:
    """Name the pin and the level of each relay of a real home that were left to their defaults."""
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
        if _MORE_DOORS.fullmatch(line.strip()) and "relay_active_high" not in next(others, {"relay_active_high": 1}):
            lines.append("relay_active_high = true")
    return "\n".join([*lines, ""])
