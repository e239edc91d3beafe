"""`scripts/release`: whether a release can be made, and making it."""

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import kiosk
from kiosk.domain.copies.versions import parse
from kiosk.jobs.update.release_files import SUMS
from release import building, sbom, signing

CHECKOUT = Path(__file__).parents[1]
_LONGEST_UNSET = timedelta(days=92)


def main() -> None:
    """Make a key, look, or make a release; ends with 1 where one cannot be made now."""
    parser = argparse.ArgumentParser(prog="scripts/release")
    parser.add_argument("version", nargs="?", help="such as 1.2.0: what kiosk/__init__.py and CHANGELOG.md say, too")
    parser.add_argument("--check", action="store_true", help="only say whether this release could be made now")
    parser.add_argument("--key", type=Path, help="the private key, in no repository; or an OpenSSH token's handle")
    parser.add_argument("--into", type=Path, default=CHECKOUT / "dist", help="where it is put (dist/)")
    parser.add_argument("--new-key", type=Path, metavar="FILE", help="make a key there, and release.pub here")
    given = parser.parse_args()
    if given.new_key is not None:
        (CHECKOUT / building.KEY).write_text(signing.new_key(given.new_key), "utf-8")
        print(f"{given.new_key} signs releases: keep it away from here. release.pub is to be committed.")
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
    print(make(CHECKOUT, version, given.key, given.into))
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


def make(checkout: Path, version: str, key: Path, into: Path) -> Path:
    """Build, list, sum, sign, pack; and a signed list of the archives in that folder. Returns the archive."""
    made_at = commit_time(checkout)
    with tempfile.TemporaryDirectory() as scratch:
        tree, folder = Path(scratch) / "tree", Path(scratch) / f"kiosk-{version}"
        building.export(checkout, building.WHEEL_OF, tree)
        building.export(checkout, (*building.CARRIED, *building.CARRIED_SCRIPTS, building.KEY), folder)
        building.wheel(tree, folder, made_at)
        (folder / "sbom.json").write_text(sbom.listed(checkout, version, made_at), "utf-8")
        seal(folder, key)
        archive = building.archive(folder, into, made_at)
    index(into, key)
    return archive


def seal(folder: Path, key: Path) -> None:
    """Sum every file of a release's folder, and sign the sums."""
    text = building.summed(folder)
    (folder / SUMS).write_text(text, "utf-8")
    signing.sign(folder / SUMS, key)


def index(folder: Path, key: Path) -> None:
    """Sum the archives in a folder, and sign the sums: what a kiosk looks at for what is newest."""
    lines = building.summed(folder).splitlines(keepends=True)
    (folder / SUMS).write_text("".join(line for line in lines if line.endswith(".tar.gz\n")), "utf-8")
    signing.sign(folder / SUMS, key)


def commit_time(checkout: Path) -> int:
    """When the commit was made, in seconds."""
    return int(_git(checkout, "log", "-1", "--format=%ct"))


def _git(checkout: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(checkout), *words], capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    main()
