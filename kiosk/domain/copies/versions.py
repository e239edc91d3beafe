"""A release's version: three numbers, compared as numbers. No other text is a version here."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

_FORM = re.compile(r"(0|[1-9]\d{0,4})\.(0|[1-9]\d{0,4})\.(0|[1-9]\d{0,4})", re.ASCII)
_RELEASES = 3  # how many stay on a machine


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """The version of a release. A later one is greater."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


def outdated(names: Iterable[str], kept: Collection[Version]) -> list[str]:
    """Return the names of releases that may be removed: all but the kept ones and the newest older ones, three in all.
    At least one is `kept`. Names that are no version may be removed, too.

    A release newer than all kept ones was never used, or was rolled back, and may be removed.
    """
    by_version = {version: name for name in names if (version := parse(name)) is not None}
    older = sorted((version for version in by_version if version not in kept and version < max(kept)), reverse=True)
    stay = {*kept, *older[: max(0, _RELEASES - len(set(kept)))]}
    return [name for name in names if parse(name) not in stay]


def parse(text: str) -> Version | None:
    """Return the version written as 1.20.3; None for any other text."""
    match = _FORM.fullmatch(text)
    return Version(*map(int, match.groups())) if match else None


def is_git_source(source: str) -> bool:
    """Tell whether a source of releases is a git repository, which is no longer accepted."""
    return source.startswith("git+") or "#" in source or source.endswith(".git")
