"""Knows where releases lie on a machine, which one runs, and how far an update has come.

`releases/<version>/venv` is a release, `current` a link to the running one. `update.json` exists while an update is
under way: each step is on disk before it is done, so that the next start knows what may have happened.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict, replace

from kiosk import durable
from kiosk.domain.copies import versions
from kiosk.domain.copies.versions import Version, parse
from kiosk.errors import MachineError, RequestError
from kiosk.install import release_trust

FETCHED = ".fetched-"  # the beginning of the names of folders to which releases are fetched
_AHEAD = timedelta(days=1)  # a list's moment may be ahead of this machine's clock by so much
_LOCK_LOOKS = 60  # how often the lock is tried, once a second
_WHERE = ("opt", "kiosk")  # below the file system's root, as scripts/install does


class Place(Struct, frozen=True):
    """The folder with the releases: /opt/kiosk on a Pi."""

    root: Path

    @property
    def machine(self) -> Path:
        """Return the root of the file system."""
        return self.root.parents[1]

    @property
    def current(self) -> Path:
        """Return the path of the link to the running release."""
        return self.root / "current"

    @property
    def state(self) -> Path:
        """Return the path of the file that says how far an update has come; it exists only during one."""
        return self.root / "update.json"

    @property
    def known(self) -> Path:
        """Return the path of the file with what the last look for a release found, and which release was taken back."""
        return self.root / "known.json"

    @property
    def trusted(self) -> Path:
        """Return the path of the file with the release keys that this machine trusts, starting from the pinned ones."""
        return self.root / release_trust.STATE

    def folder(self, version: Version) -> Path:
        """Return a release's folder."""
        return self.root / "releases" / str(version)

    def python(self, version: Version) -> Path:
        """Return a release's interpreter."""
        return self.folder(version) / "venv" / "bin" / "python"

    def running(self) -> Version:
        """Return the version that `current` links to. Raises RequestError `not-installed`."""
        version = parse(self.current.resolve().name)
        if version is None:
            raise RequestError("not-installed", f"{self.current} leads to no release: scripts/install")
        return version

    def point(self, version: Version) -> None:
        """Make `current` link to a release, in one step."""
        draft = self.root / ".current"
        draft.unlink(missing_ok=True)
        draft.symlink_to(Path("releases") / str(version))
        draft.replace(self.current)
        durable.sync_folder(self.root)

    def forget_fetched(self) -> None:
        """Remove what an interrupted update had fetched."""
        for folder in self.root.glob(f"{FETCHED}*"):
            shutil.rmtree(folder, ignore_errors=True)

    def forget_others(self, *kept: Version) -> None:
        """Remove all releases but these and the newest older ones, three in all, and what a broken update left."""
        folder = self.root / "releases"
        for name in versions.outdated([path.name for path in folder.iterdir()], kept):
            shutil.rmtree(folder / name, ignore_errors=True)

    @contextmanager
    def locked(self, pause: Callable[[float], object]) -> Iterator[None]:
        """Lock the place for one update. Raises MachineError `update-runs` where another one does not end soon.

        The commands that an update runs inherit the lock (`way_back.command`): if the update is killed during a
        migration, the next one waits for the migration to end.
        """
        descriptor = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.set_inheritable(descriptor, True)
            for _ in range(_LOCK_LOOKS):
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except OSError:
                    pause(1.0)
            else:
                raise MachineError("update-runs", f"an update of {self.root} is under way already")
            yield
        finally:
            os.close(descriptor)


def of(prefix: Path) -> Place:
    """Return the place of the release that an interpreter belongs to. Raises RequestError `not-installed`."""
    real = prefix.resolve()
    if real.parts[-3:-2] != ("releases",) or real.parts[-5:-3] != _WHERE:
        raise RequestError("not-installed", f"{real} is no installed release: a clone is brought up to date with git")
    return Place(real.parents[2])


class Step(StrEnum):
    """How far an update has come. Once a step is stored, its work may have been done in part or completely."""

    STOPPING = "stopping"  # the programs are stopped; nothing else has changed
    MIGRATING = "migrating"  # a copy of the database is kept; the new release migrates the database
    STARTING = "starting"  # the new release is current and starts: it may have written
    GOING_BACK = "going-back"
    DONE = "done"  # only the report is left


class State(Struct, frozen=True):
    """An update under way, from the release `was` to `to`. `revision` is the database's schema and `copy` the path of
    its copy from before.
    """

    step: Step
    was: str
    to: str
    revision: str
    copy: str
    has_served: bool = False  # the new release may have entered taps
    ok: bool = False  # the new release stays
    says: str = ""  # how the update ended, in words

    def at(self, step: Step, **changed: object) -> "State":
        """Return the same update at a later step."""
        return replace(self, step=step, **changed)


def load(place: Place) -> State | None:
    """Return the update that is under way; None for none. Raises MachineError `update-state` where its file cannot be
    read.
    """
    try:
        facts = json.loads(place.state.read_text("utf-8"))
        return State(**{**facts, "step": Step(facts["step"])})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as fault:
        raise MachineError("update-state", f"{place.state} cannot be read ({fault}): docs/machine.md") from None


def save(place: Place, state: State | None) -> None:
    """Store how far the update has come, durably; for None remove the file, since no update is under way."""
    if state is None:
        place.state.unlink(missing_ok=True)
        durable.sync_folder(place.root)
    else:
        write(place.state, asdict(state))


def known(place: Place) -> dict[str, Any]:
    """Return what the last look for a release found: `newest`, `at`, `listed`; and `taken_back`, the release that
    failed, and `why`.

    Empty where nothing is known.
    """
    try:
        facts = json.loads(place.known.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}


def taken_back(facts: Mapping[str, Any], version: str) -> str | None:
    """Return why a release was taken back the last time; None where it was not."""
    if facts.get("taken_back") != version:
        return None
    return str(facts.get("why") or f"release {version} was taken back once")


def seen_again(
    facts: Mapping[str, Any], source: str, listed_at: datetime | None, keys: int, now: datetime
) -> dict[str, object] | None:
    """Return the newest list of releases seen so far, after a look at a source's. Its moment may only increase,
    whichever source shows it, because the same keys sign the list everywhere. Raises RequestError `release-hidden` for
    an older one.

    One key of three vouches for a moment. So that a thief of one key cannot shut all sources for ever, a moment ahead
    of this machine's clock is not stored, and each new set of keys (`keys` is its number) begins anew.
    """
    before = facts.get("listed")
    before = before if isinstance(before, dict) else None
    if listed_at is None:
        return before
    if before is not None and before.get("keys", 0) == keys:
        last = datetime.fromisoformat(str(before["at"]))
        if listed_at < last:
            raise RequestError(
                "release-hidden",
                f"{source} shows its list of {listed_at:%F}; that of {last:%F} was seen: nothing was changed",
            )
    if listed_at > now + _AHEAD:
        return before
    return {"source": source, "at": listed_at.isoformat(), "keys": keys}


def write(path: Path, facts: Mapping[str, object]) -> None:
    """Replace a small file with facts as JSON, as a whole and durably."""
    draft = path.with_name(f".{path.name}.new")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(facts, file)
        file.flush()
        os.fsync(file.fileno())
    draft.chmod(0o644)
    draft.replace(path)
    durable.sync_folder(path.parent)
