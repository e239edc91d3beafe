"""What signs releases: a numbered set of three keys of which two must sign, and whose signatures a text of them holds.

A set is a small file, `keys/N.json`; a kiosk that trusts one goes to the next when two of each have signed that. So one
stolen key installs nothing and changes nothing, and one lost key is exchanged without a visit at any door. A signature
is OpenSSH's, a file of signatures is several of them one after the other: ssh-keygen by itself reads the first, which
is what kiosks did that knew one key only. Whether a signature is true is ssh-keygen's to say
(`kiosk.install.release_trust`).
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

KEYS, WANTED = 3, 2
KEYS_KIND = "kiosk-keys"  # what such a file calls itself: a signature of another file is none of it

_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_BLOCK = re.compile(rf"{_BEGIN}\n([A-Za-z0-9+/=\n]{{1,4000}})\n{_END}")
_MOST_SIGNATURES = 8
_MAGIC = b"SSHSIG\0\0\0\1"
_KINDS = ("ssh-ed25519", "sk-ssh-ed25519@openssh.com", "ecdsa-sha2-nistp256", "sk-ecdsa-sha2-nistp256@openssh.com")
_FILE = re.compile(r"([1-9]\d{0,5})\.json", re.ASCII)


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """A set of keys, each as OpenSSH writes a public key: its kind and its base64, no comment."""

    number: int
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature as it is written, and the public key that it says it is of."""

    text: str
    key: str


def parse_keys(text: str) -> SigningKeys | None:
    """Return the set that a text is; None for any other text: a key twice, one too few, a word too many."""
    try:
        facts = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(facts, dict) or facts.keys() != {"kind", "number", "keys"} or facts["kind"] != KEYS_KIND:
        return None
    number, listed = facts["number"], facts["keys"]
    if type(number) is not int or number < 1 or not isinstance(listed, list):
        return None
    keys = tuple(key for line in listed if isinstance(line, str) and (key := public_key(line)) is not None)
    if len(listed) != KEYS or len({key.split()[1] for key in keys}) != KEYS:
        return None
    return SigningKeys(number, keys)


def pin_digest(pinned: str) -> str:
    """Return what is kept beside a set to say from which pin a machine came to it."""
    return hashlib.sha256(pinned.encode()).hexdigest()


def kept(state: str, pinned: str) -> str:
    """Return the text of the set that a machine came to, as it is kept; nothing where that began at another pin."""
    try:
        facts = json.loads(state)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(facts, dict) or facts.get("pin") != pin_digest(pinned):
        return ""
    return str(facts.get("keys"))


def trusted(pinned: str, state: str) -> tuple[int, tuple[str, ...]] | None:
    """Return the number of the set that a machine trusts, and its keys: 0 for the one key from before there were sets.
    None where what is pinned is neither.
    """
    sets = [found for text in (pinned, kept(state, pinned)) if (found := parse_keys(text)) is not None]
    if sets:
        newest = max(sets, key=lambda each: each.number)
        return newest.number, newest.keys
    key = public_key(pinned)
    return None if key is None else (0, (key,))


def fingerprint(key: str) -> str:
    """Return a public key's fingerprint, as `ssh-keygen -l` says it."""
    digest = hashlib.sha256(base64.b64decode(key.split()[1])).digest()
    return f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}"


def write_keys(keys: SigningKeys) -> str:
    """Return the text of a set."""
    return json.dumps({"kind": KEYS_KIND, "number": keys.number, "keys": list(keys.keys)}, indent=1) + "\n"


def public_key(line: str) -> str | None:
    """Return the key of a line of OpenSSH's, without its comment; None where it is no key of a kind that signs here."""
    words = line.split()
    if len(words) < 2 or words[0] not in _KINDS:
        return None
    try:
        blob = base64.b64decode(words[1], validate=True)
    except (binascii.Error, ValueError):
        return None
    kind = _string(blob, 0)
    return f"{words[0]} {words[1]}" if kind is not None and kind[0].decode("ascii", "replace") == words[0] else None


def signatures(text: str) -> list[Signature]:
    """Return the signatures that a text holds, in order; empty where anything else is in it, or too many are."""
    found: list[Signature] = []
    left = text.replace("\r\n", "\n")
    while left.strip():
        match = _BLOCK.match(left.lstrip())
        key = _signer(match[1]) if match is not None else None
        if match is None or key is None or len(found) == _MOST_SIGNATURES:
            return []
        found.append(Signature(f"{match[0]}\n", key))
        left = left.lstrip()[match.end() :]
    return found


def of_these(found: Iterable[Signature], keys: Sequence[str]) -> list[Signature]:
    """Return one signature for each of the keys that says it signed, in the order of the keys."""
    first: dict[str, Signature] = {}
    for each in found:
        first.setdefault(each.key, each)
    return [first[key] for key in keys if key in first]


def number_of(name: str) -> int | None:
    """Return the number of a file of keys, `3.json`; None for any other file."""
    match = _FILE.fullmatch(name)
    return int(match[1]) if match else None


def _signer(armoured: str) -> str | None:
    """Return the public key inside a signature (OpenSSH's PROTOCOL.sshsig); None where it cannot be read."""
    try:
        blob = base64.b64decode(armoured.replace("\n", ""), validate=True)
    except (binascii.Error, ValueError):
        return None
    key = _string(blob, len(_MAGIC)) if blob.startswith(_MAGIC) else None
    kind = _string(key[0], 0) if key is not None else None
    if key is None or kind is None:
        return None
    return public_key(f"{kind[0].decode('ascii', 'replace')} {base64.b64encode(key[0]).decode()}")


def _string(blob: bytes, start: int) -> tuple[bytes, int] | None:
    """Return a string of SSH's, four bytes of length before it, and where it ends."""
    begin = start + 4
    end = begin + int.from_bytes(blob[start:begin])
    return (blob[begin:end], end) if begin <= len(blob) and end <= len(blob) else None
