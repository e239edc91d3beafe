"""Runs a program with the system calls that a unit leaves it, by the machine's libseccomp; the rest are not permitted.

`python unit_filter.py NAME,NAME... PROGRAM ARGUMENT...`. What a group of systemd's holds, `systemd-analyze` says.
"""

import ctypes
import errno
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

_ALLOW = 0x7FFF0000  # SCMP_ACT_ALLOW
_NOT_PERMITTED = 0x00050000 | errno.EPERM  # SCMP_ACT_ERRNO


@cache
def allowed(unit: Path) -> frozenset[str]:
    """The names that the unit's lines leave: the first says which are allowed, each further one adds or takes away."""
    found: set[str] = set()
    for line in re.findall(r"^SystemCallFilter=(.*)$", unit.read_text("utf-8"), re.M):
        named = set(_named(line.removeprefix("~").split()))
        found = found - named if line.startswith("~") else found | named
    return frozenset(found)


def wrapper(unit: Path, python: str, script: Path) -> list[str]:
    """The words before a command's, to run it so; `script` is where this file is found."""
    return [python, "-I", str(script), ",".join(sorted(allowed(unit)))]


def confine(names: Iterable[str]) -> None:
    """Let this process and all that it becomes have these calls alone. Raises OSError."""
    library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    library.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(library.seccomp_init(_NOT_PERMITTED))
    for name in names:
        number = library.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:  # else this kind of machine does not have it
            library.seccomp_rule_add(context, _ALLOW, number, 0)
    if (failed := library.seccomp_load(context)) < 0:
        raise OSError(-failed, os.strerror(-failed))


def _named(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        if not word.startswith("@"):
            yield word
            continue
        asked = ["systemd-analyze", "syscall-filter", "--no-pager", word]
        said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
        inside = (line.strip() for line in said.splitlines()[1:])
        yield from _named(line for line in inside if line and not line.startswith("#"))


if __name__ == "__main__":
    confine(sys.argv[1].split(","))
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606
