"""Writes and reads a JSON document sealed by a MAC, for what the entrance keeps without its database.

The document's last field is its own seal; behind the document stands a MAC by the spool's key, which the previous
releases look for. So both releases can read the file, whichever is installed.
"""

import hmac
import json
import logging
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kiosk import plain_files
from kiosk.domain import macs
from kiosk.offline.door_keys import SealKeys

log = logging.getLogger(__name__)

LONGEST_BYTES = 64 << 20  # read of a file, whatever it is
_SEALED = re.compile(r'(.*),"seal":"([0-9a-f]{64})"\}', re.DOTALL)


def save(path: Path, keys: SealKeys, label: str, document: Mapping[str, object]) -> None:
    """Replace a file with a document, which has at least one field, as a whole, or leave the file as it was. Raises
    OSError.
    """
    draft = path.with_suffix(".new")
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    body = f'{text[:-1]},"seal":"{_mac(keys.now, label, text)}"}}'
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NONBLOCK | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{body}\n{_mac(keys.spool or keys.now, label, body)}")
        file.flush()
        os.fsync(descriptor)
    draft.replace(path)


def load(path: Path, keys: SealKeys, label: str) -> Any | None:
    """Return the document at `path`; None where there is none, it cannot be read, or its seal is wrong."""
    try:
        body, _, mac = plain_files.read(path, LONGEST_BYTES).decode("utf-8").rpartition("\n")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as fault:
        log.error("the %s %s cannot be read: %s", label, path, fault)
        return None
    sealed = _SEALED.fullmatch(body)
    if sealed is not None and any(_fits(key, label, f"{sealed[1]}}}", sealed[2]) for key in keys.reading):
        return json.loads(f"{sealed[1]}}}")
    if keys.spool is not None and _fits(keys.spool, label, body, mac):  # written by an earlier release
        return json.loads(body)
    log.error("the %s %s is not what was written: it is not used", label, path)
    return None


def is_of_other_key(path: Path, keys: SealKeys, label: str) -> bool:
    """Return whether the document at `path` is whole by the spool's key, but sealed under another badge key."""
    try:
        body, _, mac = plain_files.read(path, LONGEST_BYTES).decode("utf-8").rpartition("\n")
    except (OSError, UnicodeDecodeError):
        return False
    sealed = _SEALED.fullmatch(body)
    if sealed is None or keys.spool is None or not _fits(keys.spool, label, body, mac):
        return False
    return not any(_fits(key, label, f"{sealed[1]}}}", sealed[2]) for key in keys.reading)


def _fits(key: bytes, label: str, body: str, mac: str) -> bool:
    """Tell whether a MAC is the one that a key gives a document."""
    return hmac.compare_digest(_mac(key, label, body).encode(), mac.encode())


def _mac(key: bytes, label: str, body: str) -> str:
    """Return the MAC of a document, which also binds it to its label: no sealed file passes for another one."""
    return macs.of(key, label.encode() + b"\n" + body.encode()).hex()
