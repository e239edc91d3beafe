"""Where a lock that is no relay can be, and by what a Nuki is known: one judge for all who ask for it."""

import re

RELAY, SHELLY, NUKI, OSDP = "relay", "shelly", "nuki", "osdp"
KINDS = (RELAY, SHELLY, NUKI, OSDP)
UNLATCH, STRIKE = "unlatch", "strike"  # what a Nuki is told (Smart Lock, Opener) that ends by itself

_BYTE = r"(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_PORT = r"([1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])"
_DIGITS = re.compile(rf"{_BYTE}(\.{_BYTE}){{3}}(:{_PORT})?")
_SERIAL = re.compile(r"tty:[a-zA-Z0-9-]+")
_DEVICE = re.compile(r"[0-9A-Fa-f]{1,8}")


def form(kind: str) -> str:
    """What an address of such a lock looks like."""
    return "a serial line like tty:USB1" if kind == OSDP else "digits like 192.168.1.50, or 192.168.1.50:80"


def is_address(kind: str, text: str) -> bool:
    """Whether such a lock can be there; a relay is nowhere but on its pin."""
    if kind == RELAY:
        return not text
    return (_SERIAL if kind == OSDP else _DIGITS).fullmatch(text) is not None


def is_nuki(text: str) -> bool:
    """Whether a Nuki can have this number."""
    return _DEVICE.fullmatch(text) is not None
