"""The keys that sign releases: a numbered set of three keys, two of which must sign; and the signatures in a text.

A set is a small file, `keys/N.json`; a kiosk that trusts one moves to the next when two keys of each set have signed
it. So one stolen key can install or change nothing, and one lost key can be replaced without visiting any door. A
signature is OpenSSH's, and a file of signatures is several of them in a row: ssh-keygen itself reads the first, as did
older kiosks that knew only one key. Whether a signature is valid is for ssh-keygen to say
(`kiosk.install.release_trust`). *Pinned* is the set, or the single key, that was installed on a machine; its *state*
has the newer set that it moved to since.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

KEYS, WANTED = 3, 2  # of a set, and how many of these must sign
KEYS_KIND = "kiosk-keys"  # the kind written in such a file, so that a signature of another file cannot be used for it

_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_BLOCK = re.compile(rf"{_BEGIN}\n([A-Za-z0-9+/=\n]{{1,4000}})\n{_END}")
_MOST_SIGNATURES = 8  # in one text
_MAGIC = b"SSHSIG\0\0\0\1"  # the beginning of a signature in OpenSSH's form
# kinds of keys that may sign releases
_KINDS = ("ssh-ed25519", "sk-ssh-ed25519@openssh.com", "ecdsa-sha2-nistp256", "sk-ecdsa-sha2-nistp256@openssh.com")
_FILE = re.compile(r"([1-9]\d{0,5})\.json", re.ASCII)


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """A set of keys, each as OpenSSH writes a public key: its kind and its base64, without a comment."""

    number: int
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature's text, and the public key that it claims to be made with."""

    text: str
    key: str


def parse_keys(text: str) -> SigningKeys | None:
    """Return the set of keys in a text; None for any other text: a repeated key, a wrong number, an extra word."""
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
    """Return the digest that is stored with a set to show from which pinned key or set a machine came to it."""
    return hashlib.sha256(pinned.encode()).hexdigest()


def kept(state: str, pinned: str) -> str:
    """Return the text of the set stored in a machine's state; empty where the state belongs to another pinned key or
    set.
    """
    try:
        facts = json.loads(state)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(facts, dict) or facts.get("pin") != pin_digest(pinned):
        return ""
    return str(facts.get("keys"))


def trusted(pinned: str, state: str) -> tuple[int, tuple[str, ...]] | None:
    """Return the number of the set that a machine trusts, and its keys; number 0 for a single key from before there
    were sets. None where the pinned text is neither.
    """
    sets = [keys for text in (pinned, kept(state, pinned)) if (keys := parse_keys(text)) is not None]
    if sets:
        newest = max(sets, key=lambda keys: keys.number)
        return newest.number, newest.keys
    key = public_key(pinned)
    return None if key is None else (0, (key,))


def fingerprint(key: str) -> str:
    """Return a public key's fingerprint, as `ssh-keygen -l` prints it."""
    digest = hashlib.sha256(base64.b64decode(key.split()[1])).digest()
    return f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}"


def write_keys(keys: SigningKeys) -> str:
    """Return the text of a set's file."""
    return json.dumps({"kind": KEYS_KIND, "number": keys.number, "keys": list(keys.keys)}, indent=1) + "\n"


def public_key(line: str) -> str | None:
    """Return the key in a line of OpenSSH's without its comment; None for a kind of key that does not sign here."""
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
    """Return the signatures in a text, in order; empty where it holds anything else, or too many."""
    listed: list[Signature] = []
    rest = text.replace("\r\n", "\n")
    while rest.strip():
        match = _BLOCK.match(rest.lstrip())
        key = _signer(match[1]) if match is not None else None
        if match is None or key is None or len(listed) == _MOST_SIGNATURES:
            return []
        listed.append(Signature(f"{match[0]}\n", key))
        rest = rest.lstrip()[match.end() :]
    return listed


def of_these(candidates: Iterable[Signature], keys: Sequence[str]) -> list[Signature]:
    """Return one signature for each of these keys that claims to have signed, in the order of the keys."""
    first: dict[str, Signature] = {}
    for signature in candidates:
        first.setdefault(signature.key, signature)
    return [first[key] for key in keys if key in first]


def number_of(name: str) -> int | None:
    """Return the number in the name of a keys' file, `3.json`; None for any other file."""
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
    """Return an SSH string (four bytes of length, then its content) and where it ends; None where the bytes are too
    short.
    """
    begin = start + 4
    end = begin + int.from_bytes(blob[start:begin])
    return (blob[begin:end], end) if begin <= len(blob) and end <= len(blob) else None
