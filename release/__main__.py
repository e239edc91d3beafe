"""`scripts/release`: whether a release can be made, and making it."""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import kiosk
from kiosk.devices.clock import HostClock
from kiosk.domain.copies.versions import parse
from kiosk.jobs.update.release_files import ARCHIVE, LISTED, PLATFORM, SUMS
from release import building, sbom, signing, wheels

CHECKOUT = Path(__file__).parents[1]
_LONGEST_UNSET = timedelta(days=92)
_MANUAL = "docs/installation.md"  # where whoever installs for the first time reads the key's fingerprint
_KEPT = 3  # releases, in the folder that is published


def main() -> None:
    """Make a key, look, or make a release; ends with 1 where one cannot be made now."""
    parser = argparse.ArgumentParser(prog="scripts/release")
    parser.add_argument("version", nargs="?", help="such as 1.2.0: what kiosk/__init__.py and CHANGELOG.md say, too")
    parser.add_argument("--check", action="store_true", help="only say whether this release could be made now")
    parser.add_argument("--key", type=Path, help="the private key, in no repository; or an OpenSSH token's handle")
    parser.add_argument("--into", type=Path, default=CHECKOUT / "dist", help="where it is put (dist/)")
    parser.add_argument("--again", action="store_true", help="sign the list in DIR anew, with today's moment")
    parser.add_argument(
        "--wheels", type=Path, default=CHECKOUT / "var/wheels", help="where packages are kept (var/wheels)"
    )
    parser.add_argument("--new-key", type=Path, metavar="FILE", help="make a key there, and release.pub here")
    given = parser.parse_args()
    if given.new_key is not None:
        (CHECKOUT / building.KEY).write_text(signing.new_key(given.new_key), "utf-8")
        said = signing.fingerprint(CHECKOUT / building.KEY)
        print(
            f"{given.new_key} signs releases: keep it away from here. release.pub is to be committed.\nIts fingerprint"
        )
        print(f"    {said}\ngoes into {_MANUAL}, on paper, and wherever the association is known by: not only here.")
        return
    if given.again and given.key is not None:
        index(given.into, given.key, HostClock().now())
        print(f"the list in {given.into} is signed anew")
        return
    version = given.version or kiosk.__version__
    problems = list(wrong(CHECKOUT, version))
    if not given.check and given.key is None:
        problems.append("who signs it: --key FILE")
    if problems:
        sys.exit("\n".join(f"scripts/release: {problem}" for problem in problems))
    if given.check:
        print(f"release {version} can be made")
        return
    given.into.mkdir(parents=True, exist_ok=True)
    for archive in make(CHECKOUT, version, given.key, given.into, HostClock().now(), given.wheels):
        print(f"{archive}  {archive.stat().st_size / 1e6:.0f} MB")
    print(f"its tag: git -c gpg.format=ssh -c user.signingkey={given.key} tag -s v{version} -m {version}")


def wrong(checkout: Path, version: str) -> Iterator[str]:
    """Why this version cannot be released from a checkout."""
    if parse(version) is None:
        yield f"{version} is no version: three numbers, such as 1.2.0"
    if version != kiosk.__version__:
        yield f"kiosk/__init__.py says {kiosk.__version__}"
    if _git(checkout, "status", "--porcelain"):
        yield "the tree has changes that are not committed"
    log = (checkout / "CHANGELOG.md").read_text("utf-8")
    if not re.search(rf"^## {re.escape(version)}\b", log, re.MULTILINE):
        yield f"CHANGELOG.md has no section {version}"
    made_at = datetime.fromtimestamp(commit_time(checkout), UTC)
    if made_at - kiosk.MADE_AFTER > _LONGEST_UNSET:
        yield f"kiosk/__init__.py says MADE_AFTER {kiosk.MADE_AFTER:%Y-%m-%d}: set it to the day of this release"
    for name in (*building.CARRIED, *building.CARRIED_SCRIPTS, building.KEY):
        if not (checkout / name).exists():
            yield f"{name} is missing" + (": --new-key makes it" if name == building.KEY else "")
    pinned = checkout / building.KEY
    if pinned.exists() and signing.fingerprint(pinned) not in (checkout / _MANUAL).read_text("utf-8"):
        yield f"{_MANUAL} does not name {signing.fingerprint(pinned)}: who installs first compares it"


def make(checkout: Path, version: str, key: Path, into: Path, now: datetime, kept: Path) -> list[Path]:
    """Build, list, sum, sign, pack, once for each kind of machine; and a signed list of the archives in that folder.

    `kept` is where packages are that were fetched before. Returns the archives.
    """
    made_at, archives = commit_time(checkout), []
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch) / "tree"
        building.export(checkout, building.WHEEL_OF, tree)
        own = building.wheel(tree, Path(scratch), made_at)
        for platform in wheels.PLATFORMS:
            folder = Path(scratch) / platform.name / f"kiosk-{version}"
            building.export(checkout, (*building.CARRIED, *building.CARRIED_SCRIPTS, building.KEY), folder)
            shutil.copyfile(own, folder / own.name)
            (folder / "sbom.json").write_text(sbom.listed(checkout, version, made_at), "utf-8")
            furnish(folder, platform, made_at, kept)
            seal(folder, key)
            archives.append(building.archive(folder, into, made_at, platform.name))
    prune(into)
    index(into, key, now)
    return archives


def furnish(folder: Path, platform: wheels.Platform, made_at: int, kept: Path) -> None:
    """Put every package for one kind of machine into a release's folder, and pin exactly those."""
    listed = folder / "requirements.txt"
    text = wheels.gather(listed.read_text("utf-8"), platform, folder / "wheels", made_at, kept)
    listed.write_text(text, "utf-8")
    (folder / PLATFORM).write_text(f"{platform.name}\n", "utf-8")


def prune(folder: Path) -> None:
    """Keep the newest three releases of what is published."""
    found = [(parse(match[1]), path) for path in folder.iterdir() if (match := ARCHIVE.fullmatch(path.name))]
    versions = sorted({version for version, _ in found if version is not None})[-_KEPT:]
    for version, path in found:
        if version is not None and version not in versions:
            path.unlink()


def seal(folder: Path, key: Path) -> None:
    """Sum every file of a release's folder, and sign the sums."""
    text = building.summed(folder)
    (folder / SUMS).write_text(text, "utf-8")
    signing.sign(folder / SUMS, key)


def index(folder: Path, key: Path, now: datetime) -> None:
    """Sum the archives in a folder, and sign the sums: what a kiosk looks at for what is newest.

    The list tells when it was signed: whoever shows an old one for ever, to hide newer releases, is known by its age.
    """
    (folder / LISTED).write_text(f"{now.isoformat(timespec='seconds')}\n", "utf-8")
    lines = building.summed(folder).splitlines(keepends=True)
    (folder / SUMS).write_text("".join(line for line in lines if line.endswith((".tar.gz\n", f" {LISTED}\n"))), "utf-8")
    signing.sign(folder / SUMS, key)


def commit_time(checkout: Path) -> int:
    """When the commit was made, in seconds."""
    return int(_git(checkout, "log", "-1", "--format=%ct"))


def _git(checkout: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(checkout), *words], capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    main()
