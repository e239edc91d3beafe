"""The key that releases are signed with: OpenSSH's, in a file that is in no repository, or on a token of its own."""

import subprocess
import sys
from pathlib import Path

from kiosk.jobs.update.release_files import NAMESPACE, SIGNER


def new_key(private: Path) -> str:
    """Make a key, with a passphrase where somebody can answer ssh-keygen. Returns the line to be pinned."""
    quiet = [] if sys.stdin.isatty() else ["-N", ""]
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-C", SIGNER, "-f", str(private), *quiet], check=True)
    return pinned(private.with_name(f"{private.name}.pub").read_text("utf-8"))


def pinned(public: str) -> str:
    """A public key as a list of allowed signers, for archives and for git's tags alone."""
    return f'{SIGNER} namespaces="{NAMESPACE},git" {public.strip()}\n'


def fingerprint(pinned_file: Path) -> str:
    """What people compare: OpenSSH's own, of the first key in a list of allowed signers."""
    key = " ".join(pinned_file.read_text("utf-8").split()[2:4])
    command = ["ssh-keygen", "-lf", "-"]
    return subprocess.run(command, input=key, capture_output=True, text=True, check=True).stdout.split()[1]


def sign(path: Path, private: Path) -> Path:
    """Sign a file; the signature lies beside it."""
    signature = path.with_name(f"{path.name}.sig")
    signature.unlink(missing_ok=True)
    command = ["ssh-keygen", "-q", "-Y", "sign", "-f", str(private), "-n", NAMESPACE, str(path)]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL if not sys.stdin.isatty() else None)
    return signature
