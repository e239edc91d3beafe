"""Imports nfcpy for badges alone. The only import of nfc.

nfcpy talks to telephones, too: a stack of protocols above the reader (LLCP, SNEP, handover), which looks for OpenSSL by
asking `ldconfig` as it is imported, and records that are written on a tag (NDEF). None of it is ever spoken at a door,
and all of it would be there for whoever holds something to the reader. In its place stand empty modules: whoever
reached for one by mistake would get an AttributeError.
"""

import sys
from types import ModuleType

_NOT_FOR_BADGES = {
    "nfc.llcp": (),
    "nfc.snep": (),
    "nfc.handover": (),
    "ndef": ("message_decoder", "message_encoder"),  # nfc.tag wants the names as it is imported
}


def _empty(name: str, wanted: tuple[str, ...]) -> ModuleType:
    module = ModuleType(name)
    for each in wanted:
        setattr(module, each, None)
    return module


if "nfc" not in sys.modules:
    for _name, _wanted in _NOT_FOR_BADGES.items():
        sys.modules.setdefault(_name, _empty(_name, _wanted))

import nfc  # noqa: E402  # after what stands in for parts of it

__all__ = ["nfc"]
