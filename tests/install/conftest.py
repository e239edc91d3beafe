"""One Debian root in which the installer ran, once; each module's own root lies over it."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.install import roots
from tests.install.roots import CLONE, Root

ENTRANCE, DESK, OUTSIDE = "kiosk-entrance", "kiosk-desk", "kiosk-outside"
HOME = "/var/lib/kiosk"
ANSWERS = """\
home = "training"
reader = "udp:localhost:54321"
host = "kiosk.local"
"""
INSTALL = (f"{CLONE}/scripts/install", "--answers", "/root/answers.toml", "--language", "en")


@dataclass
class Told:
    """What there was before the installer and after its dry run, and what it said."""

    before: dict[str, str]
    after_dry_run: dict[str, str]
    dry_words: str
    words: str


@dataclass
class Left:
    """What an installed root came to: to lie over, never to be changed."""

    folder: Path
    environment: dict[str, str]
    told: Told


@pytest.fixture(scope="session")
def left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Left]:
    """The clone, installed without a network. All who ask are tried by one worker (`TOGETHER` in tests/running.py)."""
    if os.geteuid() != 0:
        pytest.skip("a root is mounted by root only")
    folder = tmp_path_factory.mktemp("left")
    with roots.staying(folder):
        with roots.overlaid(folder) as root:
            offline(root)
            made = Left(folder, root.environment, install(root))
        yield made


def install(root: Root, cuts: list[str] | None = None) -> Told:
    """The clone by its own installer: a dry run, runs that are killed after so many seconds, and one to the end."""
    roots.bring_clone(root)
    write(root, "/root/answers.toml", ANSWERS)
    before = roots.tree(root)
    dry = root.says(*INSTALL, "--dry-run")
    after_dry_run = roots.tree(root)
    for seconds in cuts or []:
        root.run("timeout", "--signal=KILL", seconds, *INSTALL, online=True)
    return Told(before, after_dry_run, dry, root.says(*INSTALL, online=True))


def offline(root: Root) -> None:
    """Nothing is fetched: dependencies lie there, and stand-ins note which packages are asked of Debian's archive."""
    roots.bring_wheels(root)
    noted, there = 'printf "%s\\n" "$@" >> /root/asked', 'grep -qsx -- "$4" /root/asked && echo installed'
    write(root, "/usr/local/sbin/apt-get", f"#!/bin/sh\n{noted}\n")
    write(root, "/usr/local/sbin/dpkg-query", f'#!/bin/sh\n{there} || exec /usr/bin/dpkg-query "$@"\n')
    root.says("chmod", "+x", "/usr/local/sbin/apt-get", "/usr/local/sbin/dpkg-query")


def write(root: Root, path: str, text: str) -> None:
    """A file of the root's."""
    root.run("sh", "-c", f"cat > {path}", given=text)
