"""Puts a line into kiosk.toml, or takes it out; all else in there stays as it is, and so do its owner and rights."""

import re
from itertools import takewhile

from kiosk import root_files
from kiosk.home import Paths


def with_line(text: str, section: str, name: str, line: str) -> str:
    """The file with this line for a name, first in its section; without one, where `line` is empty."""
    lines = (text if text.endswith("\n") else f"{text}\n").splitlines(keepends=True)
    head = re.compile(rf"\[{section}\][ \t]*(#.*)?\n")
    start = next((number for number, each in enumerate(lines, 1) if head.fullmatch(each)), None)
    if start is None:
        return f"{text}\n[{section}]\n{line}\n" if line else text
    inside = list(takewhile(lambda each: not each.startswith("["), lines[start:]))
    others = [each for each in inside if not re.match(rf"[ \t]*{name}[ \t]*=", each)]
    return "".join([*lines[:start], *([f"{line}\n"] if line else []), *others, *lines[start + len(inside) :]])


def write(paths: Paths, text: str) -> None:
    """Put a home's kiosk.toml in the place of the one that is there, whole or not at all."""
    found = paths.config.stat()
    holder = root_files.Holder(found.st_mode & 0o777, found.st_uid, found.st_gid)
    root_files.write(paths.config, text.encode(), holder)
