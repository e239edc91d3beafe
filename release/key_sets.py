"""Makes and signs the numbered sets of keys, `keys/N.json`, by the keys before and their own, and names what they
lack.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from kiosk.domain.copies import release_keys
from kiosk.domain.copies.release_keys import WANTED, SigningKeys
from kiosk.install import release_trust
from kiosk.install.release_trust import ENDING, FOLDER
from release import signing
from release.building import KEY


def numbers(checkout: Path) -> list[int]:
    """Return the numbers of the existing sets, in order."""
    folder = checkout / FOLDER
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    return sorted(number for name in names if (number := release_keys.number_of(name)) is not None)


def newest(checkout: Path) -> SigningKeys | None:
    """Return the set that signs releases; None where there is none yet."""
    there = numbers(checkout)
    return _read(checkout, there[-1]) if there else None


def make(checkout: Path, lines: Sequence[str], *privates: Path) -> Path:
    """Make the next set from three public keys, sign it with the given private keys, and return its path. Raises
    ValueError.
    """
    number = max(numbers(checkout), default=0) + 1
    keys = tuple(key for line in lines if (key := release_keys.public_key(line)) is not None)
    text = release_keys.write_keys(SigningKeys(number, keys))
    if release_keys.parse_keys(text) is None:
        raise ValueError(f"a set has {release_keys.KEYS} different public keys of OpenSSH (ed25519 or ecdsa)")
    path = checkout / FOLDER / f"{number}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    signing.sign(path, *privates, first=_single(checkout))
    return path


def sign(checkout: Path, *privates: Path) -> Path:
    """Add signatures to the newest set, and return its path. Raises ValueError where there is none."""
    there = numbers(checkout)
    if not there:
        raise ValueError(f"there is no {FOLDER}/1.json yet: --new-keys")
    path = checkout / FOLDER / f"{there[-1]}.json"
    signing.add(path, *privates, first=_single(checkout))
    return path


def missing(checkout: Path) -> Iterator[str]:
    """Yield what keeps the sets from leading a machine from the first to the last."""
    there = numbers(checkout)
    if not there:
        yield f"{FOLDER}/1.json is missing: --new-keys makes it, of three public keys"
    for number in range(1, (there or [0])[-1] + 1):
        keys = _read(checkout, number) if number in there else None
        if keys is None:
            yield f"{FOLDER}/{number}.json is no set of keys of that number"
            return
        yield from _unsigned(checkout, keys)


def _unsigned(checkout: Path, keys: SigningKeys) -> Iterator[str]:
    path = checkout / FOLDER / f"{keys.number}.json"
    beside = path.with_name(path.name + ENDING)
    content, signatures = path.read_bytes(), beside.read_bytes() if beside.is_file() else b""
    sets = [keys, *([before] if (before := _read(checkout, keys.number - 1)) is not None else [])]
    for each in sets:
        count = len(release_trust.signed_by(content, signatures, each))
        if count < WANTED:
            yield f"{FOLDER}/{keys.number}.json is signed by {count} of the keys of {each.number}, and {WANTED} must"
    single = _single(checkout)
    if keys.number == 1 and single and not release_trust.signed_by_pin(content, signatures, single):
        yield f"{FOLDER}/1.json is not signed by {KEY}, which leads to it at machines from before"


def _read(checkout: Path, number: int) -> SigningKeys | None:
    path = checkout / FOLDER / f"{number}.json"
    keys = release_keys.parse_keys(path.read_text("utf-8")) if path.is_file() else None
    return keys if keys is not None and keys.number == number else None


def _single(checkout: Path) -> str:
    """Return the single key from before there were sets; empty where there never was one."""
    path = checkout / KEY
    return path.read_text("utf-8") if path.is_file() else ""
