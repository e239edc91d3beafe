"""Writes and reads a JSON document sealed by a MAC: what the entrance keeps for a time without its database."""

import hmac
import json
import logging
import os
from pathlib import Path
from typing import Any

from kiosk.domain import macs

log = logging.getLogger(__name__)


def save(path: Path, key: bytes, label: str, document: object) -> None:
    """Replace the file whole, or leave it as it was. Raises OSError."""
    draft = path.with_suffix(".new")
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{body}\n{_mac(key, label, body)}")
        file.flush()
        os.fsync(descriptor)
    draft.replace(path)


def load(path: Path, key: bytes, label: str) -> Any | None:
    """The document at `path`; None where there is none, or where it is not what we wrote."""
    try:
        body, _, mac = path.read_text("utf-8").rpartition("\n")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as fault:
        log.error("the %s %s cannot be read: %s", label, path, fault)
        return None
    if not hmac.compare_digest(_mac(key, label, body).encode(), mac.encode()):
        log.error("the %s %s is not what was written: it is not used", label, path)
        return None
    return json.loads(body)


def _mac(key: bytes, label: str, body: str) -> str:
    return macs.of(key, label.encode() + b"\n" + body.encode()).hex()
