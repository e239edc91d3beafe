"""`scripts/release`: tells whether a release can be made, and makes it."""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import kiosk
from kiosk.devices.clock import HostClock
from kiosk.domain.copies.release_keys import WANTED
from kiosk.domain.copies.versions import parse
from kiosk.errors import KioskError
from kiosk.jobs.update import release_files
from kiosk.jobs.update.release_files import ARCHIVE, LISTED, PLATFORM, SUMS
from release import building, changelog, key_sets, rekeying, sbom, signing, wheels

CHECKOUT = Path(__file__).parents[1]
_LONGEST_UNSET = timedelta(days=92)
_MANUAL = "docs/installation.md"  # where the first installation reads the key's fingerprint
_KEPT = 3  # releases stay in the published folder


def main() -> None:
    """Make keys, check, or make a release; exit with status 1 where a release cannot be made now."""
    given = _parser().parse_args()
    keys: list[Path] = given.key or []
    try:
        if given.new_key is not None:
            _tell_key(signing.new_key(given.new_key), given.new_key)
        elif given.new_keys is not None:
            lines = [Path(path).read_text("utf-8") for path in given.new_keys]
            _tell_set(key_sets.make(CHECKOUT, lines, *keys))
        elif given.sign_keys:
            _tell_set(key_sets.sign(CHECKOUT, *keys))
        elif given.again or given.cosign:
            _sign_again(given.into, keys, cosign=given.cosign)
        else:
            _release(given.version or kiosk.__version__, keys, given)
    except (ValueError, OSError, KioskError) as fault:
        sys.exit(f"scripts/release: {fault}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/release")
    parser.add_argument("version", nargs="?", help="such as 1.2.0: what kiosk/__init__.py and CHANGELOG.md say, too")
    parser.add_argument("--check", action="store_true", help="only say whether this release could be made now")
    parser.add_argument(
        "--key",
        type=Path,
        action="append",
        help="a private key, or a token's handle; again for a second",
    )
    parser.add_argument("--into", type=Path, default=CHECKOUT / "dist", help="where it is put (dist/)")
    parser.add_argument("--cosign", action="store_true", help="add the signatures of --key to what is in DIR")
    parser.add_argument("--again", action="store_true", help="vouch for the list in DIR anew, with one key")
    parser.add_argument(
        "--wheels", type=Path, default=CHECKOUT / "var/wheels", help="where packages are kept (var/wheels)"
    )
    parser.add_argument("--new-key", type=Path, metavar="FILE", help="make a private key there")
    parser.add_argument("--new-keys", nargs=3, metavar="PUB", help="make the next keys/N.json, of three public keys")
    parser.add_argument("--sign-keys", action="store_true", help="add --key's signatures to the newest keys/N.json")
    return parser


def _tell_key(line: str, private: Path) -> None:
    print(f"{private} signs releases: keep it away from here. Its public key is {private}.pub, and its fingerprint")
    print(f"    {signing.fingerprint(line)}")


def _tell_set(path: Path) -> None:
    """Print what a set of keys still lacks, and where the fingerprints of its keys go."""
    print(f"{path.relative_to(CHECKOUT)} is to be committed, with its signatures. The fingerprints of its keys")
    keys = key_sets.newest(CHECKOUT)
    for key in keys.keys if keys is not None else ():
        print(f"    {signing.fingerprint(key)}")
    print(f"go into {_MANUAL}, on paper, and wherever the association is known by: not only here.")
    for lack in key_sets.missing(CHECKOUT):
        print(f"not yet: {lack}")


def _sign_again(into: Path, keys: list[Path], *, cosign: bool) -> None:
    if not keys:
        raise ValueError("who signs it: --key FILE")
    if cosign:
        cosigned(into, CHECKOUT, keys, HostClock().now())
        _tell_signers(into)
    else:
        vouch(into, keys[0], HostClock().now())
        print(f"the list in {into} is vouched for anew")


def _tell_signers(into: Path) -> None:
    count = len(signing.signers(into / SUMS))
    print(
        f"{into / SUMS} has {count} signatures"
        + ("" if count >= WANTED else f" and wants {WANTED}: --cosign --key FILE")
    )
    single = CHECKOUT / building.KEY
    if single.is_file() and not any(
        key.split()[1] in single.read_text("utf-8") for key in signing.signers(into / SUMS)
    ):
        print(f"{building.KEY} is not among them: machines from before there were sets of keys will not take it")


def _release(version: str, keys: list[Path], given: argparse.Namespace) -> None:
    problems = list(wrong(CHECKOUT, version))
    if not given.check and not keys:
        problems.append("who signs it: --key FILE")
    if problems:
        sys.exit("\n".join(f"scripts/release: {problem}" for problem in problems))
    if given.check:
        print(f"release {version} can be made")
        return
    given.into.mkdir(parents=True, exist_ok=True)
    for archive in make(CHECKOUT, version, keys, given.into, HostClock().now(), given.wheels):
        print(f"{archive}  {archive.stat().st_size / 1e6:.0f} MB")
    _tell_signers(given.into)
    print(f"its tag: git -c gpg.format=ssh -c user.signingkey={keys[0]} tag -s v{version} -m {version}")


def wrong(checkout: Path, version: str) -> Iterator[str]:
    """Yield why this version cannot be released from a checkout."""
    if parse(version) is None:
        yield f"{version} is no version: three numbers, such as 1.2.0"
    if version != kiosk.__version__:
        yield f"kiosk/__init__.py says {kiosk.__version__}"
    if _git(checkout, "status", "--porcelain"):
        yield "the tree has changes that are not committed"
    yield from changelog.faults((checkout / changelog.NAME).read_text("utf-8"), version)
    yield from rekeying.unconfirmed(checkout)
    made_at = datetime.fromtimestamp(commit_time(checkout), UTC)
    if made_at - kiosk.MADE_AFTER > _LONGEST_UNSET:
        yield f"kiosk/__init__.py says MADE_AFTER {kiosk.MADE_AFTER:%Y-%m-%d}: set it to the day of this release"
    for name in (*building.CARRIED, *building.CARRIED_SCRIPTS):
        if not (checkout / name).exists():
            yield f"{name} is missing"
    yield from key_sets.missing(checkout)
    keys, manual = key_sets.newest(checkout), (checkout / _MANUAL).read_text("utf-8")
    for mark in [signing.fingerprint(key) for key in keys.keys] if keys is not None else []:
        if mark not in manual:
            yield f"{_MANUAL} does not name {mark}: who installs first compares it"


def make(checkout: Path, version: str, keys: Sequence[Path], into: Path, now: datetime, kept: Path) -> list[Path]:
    """Build, list, sum, sign and pack a release for each kind of machine, sign the list of archives in `into`, and
    return the archives.

    `kept` is the folder of packages that were downloaded before.
    """
    made_at, archives = commit_time(checkout), []
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch) / "tree"
        building.export(checkout, building.WHEEL_OF, tree)
        own = building.wheel(tree, Path(scratch), made_at)
        for platform in wheels.PLATFORMS:
            folder = Path(scratch) / platform.name / f"kiosk-{version}"
            also = (*building.CARRIED_SCRIPTS, building.KEY, building.KEYS)
            building.export(checkout, (*building.CARRIED, *also), folder)
            shutil.copyfile(own, folder / own.name)
            (folder / "sbom.json").write_text(sbom.listed(checkout, version, made_at), "utf-8")
            furnish(folder, platform, made_at, kept)
            seal(folder, *keys)
            archives.append(building.archive(folder, into, made_at, platform.name))
    prune(into)
    index(into, checkout, keys, now)
    return archives


def furnish(folder: Path, platform: wheels.Platform, made_at: int, kept: Path) -> None:
    """Put every package for one kind of machine into a release's folder, and pin exactly these."""
    listed = folder / "requirements.txt"
    text = wheels.gather(listed.read_text("utf-8"), platform, folder / "wheels", made_at, kept)
    listed.write_text(text, "utf-8")
    (folder / PLATFORM).write_text(f"{platform.name}\n", "utf-8")


def prune(folder: Path) -> None:
    """Delete all but the newest three releases from a published folder."""
    found = [(parse(match[1]), path) for path in folder.iterdir() if (match := ARCHIVE.fullmatch(path.name))]
    versions = sorted({version for version, _ in found if version is not None})[-_KEPT:]
    for version, path in found:
        if version is not None and version not in versions:
            path.unlink()


def seal(folder: Path, *keys: Path) -> None:
    """Write the checksums of every file in a release's folder, and sign them."""
    text = building.summed(folder)
    (folder / SUMS).write_text(text, "utf-8")
    signing.sign(folder / SUMS, *keys, first=_single(folder))


def index(folder: Path, checkout: Path, keys: Sequence[Path], now: datetime) -> None:
    """Write and sign the checksums of the archives in a folder, the list in which a kiosk looks for the newest release,
    with every set of keys beside it.
    """
    if (checkout / building.KEYS).is_dir():
        shutil.copytree(checkout / building.KEYS, folder / building.KEYS, dirs_exist_ok=True)
    lines = building.summed(folder).splitlines(keepends=True)
    (folder / SUMS).write_text("".join(line for line in lines if line.endswith(".tar.gz\n")), "utf-8")
    signing.sign(folder / SUMS, *keys, first=_single(checkout))
    vouch(folder, keys[0], now)


def vouch(folder: Path, key: Path, now: datetime) -> None:
    """Vouch that the list in a folder is the latest one now, with one key of three; to be repeated each quarter.

    A source that shows an old list for ever, to hide newer releases, is recognised by the age of this moment.
    """
    (folder / LISTED).write_text(release_files.listed_text((folder / SUMS).read_bytes(), now), "utf-8")
    signing.sign(folder / LISTED, key)


def cosigned(folder: Path, checkout: Path, keys: Sequence[Path], now: datetime) -> None:
    """Add signatures to the newest release in a folder, and to its list.

    An archive signed by one key only is packed again with the further signature inside. The list then begins anew, and
    the first signer has to sign it again.
    """
    changed = [_cosign_archive(path, keys) for path in _newest_archives(folder)]
    if any(changed):
        index(folder, checkout, keys, now)
    else:
        signing.add(folder / SUMS, *keys, first=_single(checkout))
        vouch(folder, keys[0], now)


def _newest_archives(folder: Path) -> list[Path]:
    found = [(parse(match[1]), path) for path in folder.iterdir() if (match := ARCHIVE.fullmatch(path.name))]
    last = max((version for version, _ in found if version is not None), default=None)
    return sorted(path for version, path in found if version is not None and version == last)


def _cosign_archive(path: Path, keys: Sequence[Path]) -> bool:
    """Add signatures inside an archive that has too few, and return whether it was packed again."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = release_files.unpack(path, Path(scratch))
        release_files.whole(folder, any_kind=True)
        if len(signing.signers(folder / SUMS)) >= WANTED:
            return False
        signing.add(folder / SUMS, *keys, first=_single(folder))
        match = ARCHIVE.fullmatch(path.name)
        building.archive(folder, path.parent, building.made_at(path), (match[2] or "") if match else "")
    return True


def _single(folder: Path) -> str:
    path = folder / building.KEY
    return path.read_text("utf-8") if path.is_file() else ""


def commit_time(checkout: Path) -> int:
    """Return when the commit was made, in seconds since 1970."""
    return int(_git(checkout, "log", "-1", "--format=%ct"))


def _git(checkout: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(checkout), *words], capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    main()
