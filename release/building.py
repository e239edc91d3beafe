"""Builds a wheel and a release's archive that have the same bytes whenever they are made from the same commit."""

import gzip
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

# What a wheel is built from, and what goes beside it into the archive.
WHEEL_OF = ("kiosk", "migrations", "pyproject.toml", "README.md", "LICENSE")
CARRIED = ("CHANGELOG.md", "LICENSE", "docs", "requirements.txt", "requirements-litestream.txt", "systemd")
CARRIED_SCRIPTS = ("scripts/install", "scripts/uninstall", "scripts/update")
KEY = "release.pub"  # the single key that older machines pinned, from before there were sets
KEYS = "keys"  # every set of keys: an installation pins one, and each leads to the next


def export(checkout: Path, names: Iterable[str], into: Path) -> None:
    """Copy the files that git knows under some names, with plain modes, so that neither leftovers nor a local umask get
    into a release.
    """
    listed = ["git", "-C", str(checkout), "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *names]
    found = subprocess.run(listed, capture_output=True, text=True, check=True).stdout
    for name in sorted(filter(None, found.split("\0"))):
        source, target = checkout / name, into / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            target.chmod(0o755 if source.stat().st_mode & 0o100 else 0o644)


def wheel(tree: Path, into: Path, made_at: int) -> Path:
    """Build the wheel of a tree with nothing else in it, and return its path; `made_at` is the commit's time, in
    seconds.
    """
    build = ["-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-build-isolation", "--no-deps"]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(made_at), "PYTHONHASHSEED": "0"}
    command = [sys.executable, *build, "--no-index", "-w", str(into), str(tree.absolute())]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL, umask=0o022)
    (made,) = into.glob("*.whl")
    return made


def summed(folder: Path) -> str:
    """Return the SHA256SUMS of every file below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n" for path in files)


def archive(folder: Path, into: Path, made_at: int, kind: str = "") -> Path:
    """Pack a folder under its own name and that of a kind of machine, and return the archive: sorted, owned by root,
    and dated as the commit.
    """
    packed = BytesIO()  # some wheels have a name longer than the oldest form of tar takes
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for path in [folder, *sorted(folder.rglob("*"))]:
            member = tar.gettarinfo(path, arcname=str(path.relative_to(folder.parent)))
            member.uid = member.gid = 0
            member.uname = member.gname = "root"
            member.mtime = made_at
            member.mode = 0o755 if path.is_dir() or member.mode & 0o100 else 0o644
            with path.open("rb") if path.is_file() else BytesIO() as content:
                tar.addfile(member, content if path.is_file() else None)
    made = into / f"{folder.name}{f'-{kind}' if kind else ''}.tar.gz"
    made.write_bytes(gzip.compress(packed.getvalue(), compresslevel=6, mtime=made_at))
    return made


def made_at(archive: Path) -> int:
    """Return when the commit of a packed release was made, in seconds, from the date of its first member."""
    with tarfile.open(archive, "r:gz") as packed:
        first = packed.next()
    return int(first.mtime) if first is not None else 0
