"""Imports nfcpy for badges alone; no other module imports nfc.

nfcpy also talks to telephones, with a stack of protocols above the reader (LLCP, SNEP, handover) that looks for OpenSSL
by running `ldconfig` as it is imported, and reads records written on a tag (NDEF). No door uses any of this, and all of
it would be within reach of any device held to the reader. Empty modules stand in their place: a use of one by mistake
raises AttributeError.
"""

import sys

from kiosk.stand_ins import stand_in

if "nfc" not in sys.modules:
    for _name in ("nfc.llcp", "nfc.snep", "nfc.handover"):
        stand_in(_name)
    stand_in("ndef", message_decoder=None, message_encoder=None)  # nfc.tag wants the names as it is imported

import nfc  # after what stands in for parts of it

__all__ = ["nfc"]
