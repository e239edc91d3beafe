"""Gathers every package that a kiosk of one platform installs, as wheels in a folder, with the list that pins exactly
these.

Packages that PyPI has as source only are built into wheels here, from the pinned source, so that a kiosk builds and
downloads nothing.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# Debian 13's Python and an older one, on which a clone may still be tried; compiled libraries have wheels for each.
PYTHONS = ("3.11", "3.13")
FROM_SOURCE = ("flask-principal", "pydes")  # PyPI has no wheel of these; pip fails for any other
_LIBC = (17, *range(24, 42))  # manylinux_2_17 to Debian 13's glibc 2.41
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s\\;]+)([^\n\\]*)((?:\\\n[^\n\\]*)*)", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_WHEEL = re.compile(r"([A-Za-z0-9_.]+?)-([^-]+)(?:-[0-9][^-]*)?-([^-]+)-([^-]+)-([^-]+)\.whl")
_QUIET = ("--quiet", "--disable-pip-version-check", "--no-input", "--no-deps")


@dataclass(frozen=True, slots=True)
class Platform:
    """A kind of machine: Debian's name for it, and the name in wheels' file names."""

    name: str
    machine: str

    @property
    def tags(self) -> list[str]:
        """Return the platform tags that pip may accept, from the widest to the narrowest."""
        return [f"manylinux2014_{self.machine}", *(f"manylinux_2_{minor}_{self.machine}" for minor in _LIBC)]


PLATFORMS = (Platform("arm64", "aarch64"), Platform("amd64", "x86_64"))


@dataclass(frozen=True, slots=True)
class Pin:
    """One pinned package of requirements.txt."""

    name: str
    version: str
    marker: str
    hashes: frozenset[str]

    @property
    def line(self) -> str:
        """Return the pin as a line of requirements.txt."""
        listed = "".join(f" \\\n    --hash=sha256:{each}" for each in sorted(self.hashes))
        return f"{self.name}=={self.version}{self.marker}{listed}\n"


def pins(requirements: str) -> Iterator[Pin]:
    """Yield the packages that a requirements file pins."""
    for name, version, marker, rest in _PINNED.findall(requirements):
        yield Pin(name, version, f" {marker.strip()}" if marker.strip() else "", frozenset(_HASH.findall(rest)))


def gather(requirements: str, platform: Platform, folder: Path, made_at: int, cache: Path) -> str:
    """Fill a folder with the wheels of a platform, for each Python, and return the requirements that pin exactly these.

    `cache` keeps downloads, so that nothing is downloaded twice.
    """
    wanted = list(pins(requirements))
    mine = cache / platform.name
    mine.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        listed = Path(scratch) / "wheels.txt"
        listed.write_text("".join(pin.line for pin in wanted if plain(pin.name) not in FROM_SOURCE), "utf-8")
        for python in PYTHONS:
            _fetch(listed, platform, python, mine)
        built = _built([pin for pin in wanted if plain(pin.name) in FROM_SOURCE], wanted, cache, made_at)
    folder.mkdir(parents=True)
    for wheel in sorted([*_of(wanted, mine), *built]):
        shutil.copyfile(wheel, folder / wheel.name)
    return "".join(pin.line for pin in _locked(wanted, folder))


def _fetch(listed: Path, platform: Platform, python: str, into: Path) -> None:
    done = into / f"fetched-{python}-{_digest(listed)}"
    if done.exists():
        return
    abi = f"cp{python.replace('.', '')}"
    kinds = [word for tag in reversed(platform.tags) for word in ("--platform", tag)]
    # pip evaluates markers by the Python that runs it; a test ensures that ours name no version.
    which = ["--python-version", python, "--implementation", "cp", "--abi", abi, "--abi", "abi3", "--abi", "none"]
    _pip("download", "--only-binary=:all:", "--require-hashes", *kinds, *which, "-d", str(into), "-r", str(listed))
    done.touch()


def _built(sources: list[Pin], pinned: list[Pin], cache: Path, made_at: int) -> list[Path]:
    """Return the wheels of source-only packages, built by the pinned setuptools: the same bytes from the same
    source.
    """
    folder = cache / "built" / str(made_at)
    if not sources or len(list(folder.glob("*.whl"))) == len(sources):
        return sorted(folder.glob("*.whl"))
    with tempfile.TemporaryDirectory() as scratch:
        room = Path(scratch)
        python = room / "venv" / "bin" / "python"
        subprocess.run([sys.executable, "-m", "venv", str(room / "venv")], check=True)
        (room / "tools.txt").write_text("".join(pin.line for pin in pinned if pin.name == "setuptools"), "utf-8")
        _pip("install", "--require-hashes", "-r", str(room / "tools.txt"), python=python)
        (room / "sources.txt").write_text("".join(pin.line for pin in sources), "utf-8")
        words = ["wheel", "--require-hashes", "--no-build-isolation", "--no-cache-dir", "-w", str(room / "made")]
        _pip(*words, "-r", str(room / "sources.txt"), python=python, made_at=made_at)
        folder.mkdir(parents=True, exist_ok=True)
        for wheel in (room / "made").glob("*.whl"):
            shutil.copyfile(wheel, folder / wheel.name)
    return sorted(folder.glob("*.whl"))


def _of(pinned: list[Pin], folder: Path) -> Iterator[Path]:
    """Yield the wheels in a folder that are pinned now; a cache has older ones, too."""
    hashes = {each for pin in pinned for each in pin.hashes}
    yield from (wheel for wheel in folder.glob("*.whl") if _digest(wheel) in hashes)


def _locked(pinned: list[Pin], folder: Path) -> Iterator[Pin]:
    """Yield each pin with the hashes of its wheels in a folder only; a pin without a wheel is for other systems."""
    found: dict[str, set[str]] = {}
    for wheel in sorted(folder.glob("*.whl")):
        match = _WHEEL.fullmatch(wheel.name)
        if match is None:
            raise ValueError(f"{wheel.name} is no wheel's name")
        found.setdefault(plain(match[1]), set()).add(_digest(wheel))
    for pin in pinned:
        if plain(pin.name) in found:
            yield Pin(pin.name, pin.version, pin.marker, frozenset(found[plain(pin.name)]))
        elif not pin.marker:
            raise ValueError(f"{pin.name} {pin.version} has no wheel for this platform")


def plain(name: str) -> str:
    """Return a package's name in the form that all its spellings share."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _pip(*words: str, python: Path | None = None, made_at: int = 0) -> None:
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(made_at), "PYTHONHASHSEED": "0"}
    command = [str(python or sys.executable), "-m", "pip", words[0], *_QUIET, *words[1:]]
    subprocess.run(command, env=environment, check=True, umask=0o022)
