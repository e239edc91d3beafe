"""Imports nfcpy for badges alone. The only import of nfc.

nfcpy talks to telephones, too: a stack of protocols above the reader (LLCP, SNEP, handover), which looks for OpenSSL by
asking `ldconfig` as it is imported, and records that are written on a tag (NDEF). None of it is ever spoken at a door,
and all of it would be within reach of any device held to the reader. In its place stand empty modules: a use of one by
mistake would get an AttributeError.
"""

import sys

from kiosk.stand_ins import stand_in

if "nfc" not in sys.modules:
    for _name in ("nfc.llcp", "nfc.snep", "nfc.handover"):
        stand_in(_name)
    stand_in("ndef", message_decoder=None, message_encoder=None)  # nfc.tag wants the names as it is imported

import nfc  # after what stands in for parts of it

__all__ = ["nfc"]
