"""Makes and uses the keys that sign releases: OpenSSH's, in files outside any repository, or on tokens."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from kiosk.domain.copies import release_keys
from kiosk.install.release_trust import ENDING, NAMESPACE, SIGNER


def new_key(private: Path) -> str:
    """Make a key, with a passphrase where a person can answer ssh-keygen, and return its public line."""
    quiet = [] if sys.stdin.isatty() else ["-N", ""]
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-C", SIGNER, "-f", str(private), *quiet], check=True)
    return public(private)


def public(private: Path) -> str:
    """Return the public line of a private key, which lies beside it."""
    return private.with_name(f"{private.name}.pub").read_text("utf-8").strip()


def pinned(line: str) -> str:
    """Return a public key as a list of allowed signers, for releases and git tags only: what machines pinned before
    there were sets of keys.
    """
    return f'{SIGNER} namespaces="{NAMESPACE},git" {line.strip()}\n'


def fingerprint(line: str) -> str:
    """Return OpenSSH's fingerprint of a public key, for people to compare."""
    command = ["ssh-keygen", "-lf", "-"]
    return subprocess.run(command, input=line, capture_output=True, text=True, check=True).stdout.split()[1]


def sign(path: Path, *privates: Path, first: str = "") -> Path:
    """Sign a file with each key, replacing signatures of other keys beside it, and return the path of the
    signatures.
    """
    path.with_name(f"{path.name}{ENDING}").unlink(missing_ok=True)
    return add(path, *privates, first=first)


def add(path: Path, *privates: Path, first: str = "") -> Path:
    """Add the signatures of these keys to those that are there, one for each key, and return the path of the
    signatures.

    The signature of a key that `first` names (release.pub) goes before all others, because a machine that knows only
    one key uses ssh-keygen, which reads the first signature.
    """
    to = path.with_name(f"{path.name}{ENDING}")
    there = release_keys.signatures(to.read_text("utf-8")) if to.is_file() else []
    made = [each for private in privates for each in release_keys.signatures(_signature(path, private))]
    by_key = {each.key: each.text for each in [*there, *made]}
    ordered = sorted(by_key, key=lambda key: key.split()[1] not in first)
    to.write_text("".join(by_key[key] for key in ordered), "utf-8")
    return to


def signers(path: Path) -> Sequence[str]:
    """Return the keys that a file's signatures claim to be of."""
    to = path.with_name(f"{path.name}{ENDING}")
    return [each.key for each in release_keys.signatures(to.read_text("utf-8"))] if to.is_file() else []


def _signature(path: Path, private: Path) -> str:
    """Return a signature by ssh-keygen, which asks for a passphrase or a touch itself."""
    command = ["ssh-keygen", "-q", "-Y", "sign", "-f", str(private), "-n", NAMESPACE]
    said = None if sys.stdin.isatty() else subprocess.DEVNULL
    with path.open("rb") as content:
        return subprocess.run(command, stdin=content, stdout=subprocess.PIPE, stderr=said, text=True, check=True).stdout
