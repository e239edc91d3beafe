"""Decides which keys a machine trusts for releases, and checks that enough of them signed a file.

Trust begins with what was pinned at the installation: a set of keys (`keys/N.json`), or the single key (`release.pub`)
that machines pinned before there were sets. From there it moves on by number, one set at a time, as long as each set
that a source or an archive has is signed by two keys of the set before and two of its own; the first set, by the single
key before it and two of its own. How far the machine came is stored beside the releases with the digest of what was
pinned: pinning something else by hand begins anew, which is the way out when two keys are lost.

Installer and updater both verify here, with the standard library and ssh-keygen only.
"""

import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.domain.copies import release_keys
from kiosk.domain.copies.release_keys import WANTED, Signature, SigningKeys
from kiosk.errors import MachineError, RequestError

SIGNER, NAMESPACE = "kiosk", "kiosk-release"  # what ssh-keygen signs as, and for which purpose
FOLDER = "keys"  # of the sets, in a source, an archive or a clone
ENDING = ".sig"
STATE = "keys.json"  # beside the releases: the last set that this machine came to trust
LARGEST = 20_000  # bytes of a set, or of a file of signatures; a larger file counts as missing
_MOST_STEPS = 100  # sets that one call of `walked` goes on by; the next call goes on from there

Read = Callable[[str], bytes | None]  # returns a file by name; None where there is none


@dataclass(frozen=True, slots=True)
class Trust:
    """What a machine trusts: a set of signing keys (`keys`) and its file's `text`, or, with None, the single key from
    before there were sets, which is then `pin`. `pin` is the text of the file that the installation pinned.
    """

    pin: str
    keys: SigningKeys | None = None
    text: str = ""

    @property
    def number(self) -> int:
        """Return the set's number; 0 for the single key."""
        return self.keys.number if self.keys is not None else 0


def load(pin: Path, state: Path | None = None) -> Trust:
    """Return what is trusted: the set in the file `state`, if that began at this pin and has a later number, else the
    pin itself. Raises RequestError `release-key` where the pin cannot be read or is a damaged set.
    """
    try:
        pinned = pin.read_text("utf-8")
    except (OSError, ValueError):
        raise RequestError("release-key", f"no key of releases at {pin}: put the one that you trust there") from None
    began = Trust(pinned, release_keys.parse_keys(pinned), pinned)
    if began.keys is None and pinned.lstrip().startswith("{"):
        raise RequestError("release-key", f"{pin} is no set of keys: put the one that you trust there")
    text = _stored_keys(state, pinned) if state is not None else ""
    keys = release_keys.parse_keys(text)
    return began if keys is None or keys.number <= began.number else Trust(pinned, keys, text)


def brought(folder: Path) -> Trust | None:
    """Return the set of keys with the highest number in a release or a clone, its signatures unchecked, for a machine
    that pins for the first time; None where there is none, or that one is damaged.
    """
    names = [path.name for path in (folder / FOLDER).glob("*.json")] if (folder / FOLDER).is_dir() else []
    newest = max((number for name in names if (number := release_keys.number_of(name)) is not None), default=0)
    text = _reader_of(folder)(f"{FOLDER}/{newest}.json") if newest else None
    keys = release_keys.parse_keys(text.decode("utf-8", "replace")) if text is not None else None
    if text is None or keys is None or keys.number != newest:
        return None
    return Trust(text.decode(), keys, text.decode())


def dump(trust: Trust) -> dict[str, str]:
    """Return the content of `STATE` as JSON has it: the digest of the pin, and the text of the set now trusted."""
    return {"pin": release_keys.pin_digest(trust.pin), "keys": trust.text}


def walked(trust: Trust, read: Read) -> Trust:
    """Return what is trusted after the sets numbered next, read by name until `read` returns None for one.

    Raises RequestError `release-damaged` or `release-signature` at the first set that is wrong; it is never passed
    over.
    """
    for _ in range(_MOST_STEPS):
        name = f"{FOLDER}/{trust.number + 1}.json"
        text = read(name)
        if text is None:
            return trust
        trust = _trust_next_set(trust, name, text, read(name + ENDING) or b"")
    return trust


def in_folder(trust: Trust, folder: Path) -> Trust:
    """Return what is trusted after the further sets of keys in a folder. Raises as `walked`."""
    return walked(trust, _reader_of(folder))


def check_signed(name: str, content: bytes, signatures: bytes, trust: Trust, least: int = WANTED) -> None:
    """Refuse a file that fewer than `least` keys of the trusted set signed, or any file while only a single key is
    trusted. Raises RequestError `release-signature`.
    """
    if trust.keys is None:
        raise RequestError(
            "release-signature",
            f"{name} comes without {FOLDER}/1.json, which the pinned key leads to: nothing was installed",
        )
    count = len(_genuine_signers(content, _parsed(signatures), trust.keys))
    if count < least:
        raise RequestError(
            "release-signature",
            f"{name} is signed by {count} of {FOLDER}/{trust.number}.json's keys, not {least}: nothing was installed",
        )


def signed_by(content: bytes, signatures: bytes, keys: SigningKeys) -> list[str]:
    """Return the keys of a set that signed exactly this content."""
    return _genuine_signers(content, _parsed(signatures), keys)


def signed_by_pin(content: bytes, signatures: bytes, pin: str) -> bool:
    """Return whether a key in a list of allowed signers signed exactly these bytes."""
    return any(_verifies(content, each, pin) for each in _parsed(signatures))


def _trust_next_set(trust: Trust, name: str, text: bytes, signatures: bytes) -> Trust:
    """Return what is trusted once the next set of keys is checked: it has the next number, and is signed by two of its
    own keys and by two of the set before, or by the single key. Raises RequestError as `walked`.
    """
    keys = release_keys.parse_keys(text.decode("utf-8", "replace"))
    if keys is None or keys.number != trust.number + 1:
        raise RequestError("release-damaged", f"{name} is no set of keys of that number: nothing was installed")
    if len(signed_by(text, signatures, keys)) < WANTED:
        raise RequestError(
            "release-signature", f"{name} is not signed by {WANTED} of its own keys: nothing was installed"
        )
    if trust.keys is not None:
        is_led_to = len(signed_by(text, signatures, trust.keys)) >= WANTED
    else:
        is_led_to = signed_by_pin(text, signatures, trust.pin)
    if not is_led_to:
        raise RequestError("release-signature", f"{name} is not signed by the keys before it: nothing was installed")
    return replace(trust, keys=keys, text=text.decode())


def _genuine_signers(content: bytes, signatures: list[Signature], keys: SigningKeys) -> list[str]:
    """Return the keys of a set whose signatures of the content are genuine; of each key its first signature counts."""
    mine = release_keys.of_these(signatures, keys.keys)
    return [each.key for each in mine if _verifies(content, each, f"{SIGNER} {each.key}\n")]


def _parsed(signatures: bytes) -> list[Signature]:
    """Return the signatures in the bytes of a file; none where it holds anything else, or too many."""
    return release_keys.signatures(signatures.decode("utf-8", "replace"))


def _verifies(content: bytes, signature: Signature, allowed: str) -> bool:
    """Return whether ssh-keygen accepts a signature by a signer in the list `allowed`. Raises MachineError
    `release-tools` where ssh-keygen cannot be run.
    """
    with tempfile.TemporaryDirectory(prefix="kiosk-signature-") as folder:
        signers, block = Path(folder, "allowed"), Path(folder, "signature")
        signers.write_text(allowed, "utf-8")
        block.write_text(signature.text, "utf-8")
        command = ["ssh-keygen", "-Y", "verify", "-f", str(signers), "-I", SIGNER, "-n", NAMESPACE, "-s", str(block)]
        try:
            done = subprocess.run(command, input=content, capture_output=True, check=False)  # noqa: S603  # our words
        except OSError as fault:
            raise MachineError("release-tools", f"{fault.filename or 'ssh-keygen'}: {fault.strerror}") from None
    return done.returncode == 0


def _reader_of(folder: Path) -> Read:
    """Return a function that reads plain files of a folder that is not trusted yet: a link in a file's or its folder's
    place, which could lead elsewhere, and a file over `LARGEST` count as missing.
    """

    def read(name: str) -> bytes | None:
        """Return a file of a set; None where it is missing, a link or too large."""
        path = folder / name
        if path.is_symlink() or path.parent.is_symlink() or not path.is_file() or path.stat().st_size > LARGEST:
            return None
        return path.read_bytes()

    return read


def _stored_keys(state: Path, pinned: str) -> str:
    """Return the set of keys that this machine stored, if it began with these pinned keys; "" otherwise."""
    try:
        return release_keys.kept(state.read_text("utf-8"), pinned)
    except (OSError, ValueError):
        return ""
