"""Changes one line in the text of kiosk.toml and keeps everything else, its last line included."""

import re
from itertools import takewhile

from kiosk.config_file import END


def with_line(text: str, section: str, name: str, line: str) -> str:
    """Return the file with a line for a name, first in its section; without the name's line where `line` is empty."""
    lines = (text if text.endswith("\n") else f"{text}\n").splitlines(keepends=True)
    head = re.compile(rf"\[{section}\][ \t]*(#.*)?\n")
    start = next((number for number, each in enumerate(lines, 1) if head.fullmatch(each)), None)
    if start is None:
        return with_section(text, f"[{section}]\n{line}\n") if line else text
    inside = list(takewhile(lambda each: not each.startswith("["), lines[start:]))
    others = [each for each in inside if not re.match(rf"[ \t]*{name}[ \t]*=", each)]
    return "".join([*lines[:start], *([f"{line}\n"] if line else []), *others, *lines[start + len(inside) :]])


def with_section(text: str, section: str) -> str:
    """Return the file with a section added below all others, above its last line."""
    body = text.rstrip()
    if body.rpartition("\n")[2] == END:
        return f"{body.removesuffix(END).rstrip()}\n\n{section}\n{END}\n"
    return f"{text}\n{section}"
