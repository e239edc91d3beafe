"""Finds the program in a clone or a release, and builds it into a folder of its own under /opt/kiosk/releases.

A *release* is an archive with a wheel, its packages and signed checksums, a *clone* a working copy of the repository.
The folder is built as a draft and renamed once complete. Every dependency must have its pinned hash.
"""

import hashlib
import re
import shutil
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kiosk.domain.copies import versions
from kiosk.errors import KioskError, RequestError
from kiosk.install import debian, release_trust
from kiosk.install.layout import PROGRAMS
from kiosk.install.machine import PLAIN, Machine
from kiosk.install.release_trust import Trust
from kiosk.install.words import Words

RELEASES = f"{PROGRAMS}/releases"
PYTHON = "/usr/bin/python3"  # Debian's own
_SUMS, _SIGNATURE = "SHA256SUMS", f"SHA256SUMS{release_trust.ENDING}"  # in a release: its files' digests, signed
_PIP = ("-m", "pip", "--quiet", "--no-input", "--disable-pip-version-check")
_ALONE = ("--no-deps", "--no-compile", "--root-user-action", "ignore")  # all are pinned, and compiled once at the end
_PINNED = ("--require-hashes", "--ignore-installed", *_ALONE)
# pip is run from the wheel that Python makes environments with, so that it need not be copied into each of ours. The
# distribution has its own folder of wheels, or Python has one; of several wheels the last by path is taken.
_WHERE_PIP = """\
import ensurepip, pathlib, sysconfig
places = [sysconfig.get_config_var("WHEEL_PKG_DIR"), pathlib.Path(ensurepip.__file__).with_name("_bundled")]
print(max(found for place in places if place for found in pathlib.Path(place).glob("pip-*.whl")))
"""
# What a clone's release is built from, and what of it is left out.
_BUILT_FROM = ("kiosk", "migrations", "pyproject.toml", "README.md", "LICENSE")
_LEFT_OUT = ("__pycache__", "*.pyc", "*.egg-info")
_Trusted = tuple[Path | None, Path | None]  # files: the pinned keys, and the set of keys this machine went on to


@dataclass(frozen=True, slots=True)
class Source:
    """The files that the program is installed from, in the folder `root`. `wheel` is the package of a checked release;
    None for a clone, whose wheel has to be built.
    """

    root: Path
    version: str
    wheel: Path | None

    @property
    def units(self) -> Path:
        """Return the folder of units, rules and templates."""
        return self.root / "systemd"

    @property
    def wheels(self) -> Path:
        """Return the folder with every needed package; a clone, or a release for any kind of machine, has none."""
        return self.root / "wheels"

    def digest(self) -> str:
        """Return a SHA-256 over the wheel, or a clone's sources, and the lists of requirements: it tells two builds of
        one version apart.
        """
        names = [self.root / name for name in _BUILT_FROM] if self.wheel is None else [self.wheel]
        digest = hashlib.sha256()
        for path in sorted([*_files(names), *self.root.glob("requirements*.txt")]):
            digest.update(f"{path.relative_to(self.root)}\n{_sha256(path)}\n".encode())
        return digest.hexdigest()


@contextmanager
def opened(given: Path, words: Words, pinned: Path | None = None, state: Path | None = None) -> Iterator[Source]:
    """Yield the source at a path: a clone, an unpacked release, or a release's archive, which is unpacked meanwhile.
    `pinned` are the release keys of an earlier installation and `state` how far this machine followed them: they must
    have signed the release. Without them, the newest set of keys in the release must have.

    Raises RequestError `release` where the path is none of these, is not signed, or does not match its checksums.
    """
    if given.is_dir():
        yield _source(given, words, (pinned, state))
        return
    with tempfile.TemporaryDirectory(prefix="kiosk-release-") as folder:
        try:
            with tarfile.open(given) as archive:
                archive.extractall(folder, filter="data")
        except (OSError, tarfile.TarError) as fault:
            raise RequestError("release", f"{given}: {fault}") from None
        inside = list(Path(folder).iterdir())
        yield _source(inside[0] if len(inside) == 1 and inside[0].is_dir() else Path(folder), words, (pinned, state))


def build(machine: Machine, source: Source, interpreter: str = PYTHON) -> tuple[str, bool]:
    """Build the release's folder, and return its path and True. Where a folder of this version has the source's digest
    already, return its path and False; one with another digest is replaced.
    """
    target, digest = f"{RELEASES}/{source.version}", source.digest()
    mark = machine.at(f"{target}/digest")
    machine.folder(PROGRAMS)
    machine.folder(RELEASES)
    if mark.is_file() and mark.read_text("utf-8").strip() == digest:
        return target, False
    draft, old = f"{RELEASES}/.{source.version}-draft", f"{RELEASES}/.{source.version}-old"
    machine.remove(draft)  # left by a build that was cut short, as is `old`
    machine.remove(old)
    machine.folder(draft)
    _build(machine, source, draft, interpreter)
    machine.write(f"{draft}/digest", digest + "\n", PLAIN)
    if machine.at(target).exists():
        machine.rename(target, old)
    machine.rename(draft, target)
    machine.remove(old)
    return target, True


def prune(machine: Machine, built: str) -> None:
    """Remove all releases but the one at the path `built` and the two newest older ones: newer ones go too, and folders
    whose name is no version. Nothing is removed where `built` itself is not named by a version.
    """
    folder, kept = machine.at(RELEASES), versions.parse(Path(built).name)
    if kept is None or not folder.is_dir():
        return
    for name in versions.outdated(sorted(path.name for path in folder.iterdir()), [kept]):
        machine.remove(f"{RELEASES}/{name}")


def _build(machine: Machine, source: Source, draft: str, interpreter: str) -> None:
    """Make a virtual environment with the pinned dependencies and the program's wheel in `draft`, and copy the manual.
    Modules are compiled now, since a service cannot write there later.

    A release with its own packages is installed from these alone; one without, and a clone, download from PyPI.
    """
    venv = str(machine.at(f"{draft}/venv"))
    python = f"{venv}/bin/python"
    # lgpio has no wheel for Python 3.13: on a Pi it is the distribution's, seen through the environment.
    shared = ["--system-site-packages"] if debian.is_pi(machine) else []
    machine.run(interpreter, "-m", "venv", "--without-pip", *shared, venv)
    # Where no wheel of pip is found, a path that does not exist: the next command then fails for want of pip.
    pip = {"PYTHONPATH": machine.answers(interpreter, "-I", "-c", _WHERE_PIP) or "pip.whl"}
    with tempfile.TemporaryDirectory(prefix="kiosk-build-") as folder:
        requirements = Path(folder) / "wanted.txt"
        text = (source.root / "requirements.txt").read_text("utf-8")
        if source.wheel is not None and source.wheels.is_dir():
            own = f"kiosk @ {source.wheel.absolute().as_uri()} --hash=sha256:{_sha256(source.wheel)}\n"
            requirements.write_text(text + own, "utf-8")
            here = ("--no-index", "--find-links", str(source.wheels))
            machine.run(python, *_PIP, "install", *_PINNED, *here, "-r", str(requirements), environment=pip)
        else:
            # pyDes comes as source only and would fetch an unpinned setuptools to build itself: ours goes first.
            requirements.write_text(_setuptools(text), "utf-8")
            machine.run(python, *_PIP, "install", *_PINNED, "-r", str(requirements), environment=pip)
            every = str(source.root / "requirements.txt")
            machine.run(python, *_PIP, "install", *_PINNED, "--no-build-isolation", "-r", every, environment=pip)
            wheel = source.wheel or _wheel(machine, source, python, Path(folder), pip)
            machine.run(python, *_PIP, "install", *_ALONE, "--no-index", str(wheel), environment=pip)
    machine.run(python, "-m", "compileall", "-q", "-j", "0", f"{venv}/lib")
    docs = source.root / "docs"
    for page in sorted(path for path in docs.rglob("*") if path.is_file()):
        machine.write(f"{draft}/docs/{page.relative_to(docs)}", page.read_bytes())


def _wheel(machine: Machine, source: Source, python: str, folder: Path, pip: Mapping[str, str]) -> Path:
    """Build a clone's wheel from a copy of its sources, so that no file is made in the clone, and return its path."""
    copy = folder / "clone"
    copy.mkdir()
    for name in _BUILT_FROM:
        here = source.root / name
        if here.is_dir():
            shutil.copytree(here, copy / name, ignore=shutil.ignore_patterns(*_LEFT_OUT))
        elif here.is_file():
            shutil.copy2(here, copy / name)
    wheels = folder / "wheels"
    words = ("wheel", "--no-deps", "--no-build-isolation", "-w", str(wheels), str(copy))
    machine.run(python, *_PIP, *words, environment=pip)
    return next(wheels.glob("*.whl"), wheels / "kiosk.whl")  # a dry run has none


def _source(root: Path, words: Words, trusted: _Trusted) -> Source:
    """Return the source in a folder. A folder with pyproject.toml and a version in `kiosk` is a clone, and not checked;
    one with a single wheel and requirements.txt is a release, whose signature and checksums are. Raises RequestError
    `release` for any other, or where a check fails.
    """
    root = root.resolve()
    wheels = sorted(root.glob("kiosk-*.whl"))
    if (root / "pyproject.toml").is_file() and (root / "kiosk" / "__init__.py").is_file():
        text = (root / "kiosk" / "__init__.py").read_text("utf-8")
        version = re.search(r'^__version__ = "([^"]+)"', text, re.MULTILINE)
        if version is not None:
            return Source(root, version[1], None)
    if len(wheels) == 1 and (root / "requirements.txt").is_file():
        _check_signature(root, words, trusted)
        _check_sums(root, words)
        return Source(root, wheels[0].name.split("-")[1], wheels[0])
    raise RequestError("release", words("no-source", path=root))


def _check_signature(root: Path, words: Words, trusted: _Trusted) -> None:
    """Check that the checksums are signed by two of the keys that the pinned ones lead to, or else of the newest set in
    the release, whose keys people compared by hand before they ran anything (docs/installation.md). Raises RequestError
    `release`.
    """
    sums, signature, (pinned, state) = root / _SUMS, root / _SIGNATURE, trusted
    try:
        if pinned is not None and pinned.is_file():
            trust: Trust | None = release_trust.in_folder(release_trust.load(pinned, state), root)
        else:
            trust = release_trust.brought(root)
        if trust is None or not (signature.is_file() and sums.is_file()):
            raise RequestError("release", words("not-signed", path=root))
        release_trust.check_signed(_SUMS, sums.read_bytes(), signature.read_bytes(), trust)
    except KioskError as fault:
        if fault.code == "release-tools":
            raise RequestError("release", words("no-ssh-keygen")) from None
        raise RequestError("release", words("not-signed", path=root)) from None


def _check_sums(root: Path, words: Words) -> None:
    """Check that each file in SHA256SUMS is there with its digest, and that a release has no further file or link but
    the list itself and its signature. Raises RequestError `release`.
    """
    try:
        lines = (root / _SUMS).read_text("utf-8").splitlines()
        pairs = [
            (total, name.lstrip("*")) for total, name in (line.split(maxsplit=1) for line in lines if line.strip())
        ]
        wrong = [name for total, name in pairs if _sha256(root / name) != total]
        there = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file() or path.is_symlink()}
        wrong += sorted(name for name in there - {name for _, name in pairs} - {_SUMS, _SIGNATURE} if _is_ours(name))
    except (OSError, ValueError) as fault:
        raise RequestError("release", words("not-as-summed", path=f"{root} ({fault})")) from None
    if wrong:
        raise RequestError("release", words("not-as-summed", path=root / wrong[0]))


def _is_ours(name: str) -> bool:
    """Tell whether a file counts as the release's; Python itself writes those in `__pycache__` when it runs modules."""
    return "__pycache__" not in name.split("/")


def _setuptools(requirements: str) -> str:
    """Return the lines of requirements.txt that pin setuptools, which builds a clone, with their hashes; "" without
    them.
    """
    pinned = re.search(r"^setuptools==(?:.*\\\n)*.*\n", requirements, re.MULTILINE)
    return pinned[0] if pinned else ""


def _files(paths: list[Path]) -> Iterator[Path]:
    """Yield the files below those paths that are folders, without compiled ones, and the paths that are files."""
    for path in paths:
        if path.is_dir():
            yield from (each for each in path.rglob("*") if each.is_file() and not _is_left_out(each))
        elif path.is_file():
            yield path


def _is_left_out(path: Path) -> bool:
    """Tell whether a file is compiled or built from others, so that it is not part of the sources."""
    return path.suffix == ".pyc" or any(part.endswith(".egg-info") or part == "__pycache__" for part in path.parts)


def _sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
