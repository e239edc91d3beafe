"""Sends commands to the chip of the badge that lies on the reader. A badge that leaves meanwhile is neither fault nor
tap.
"""

import secrets
from typing import Any

from kiosk.devices.nfcpy import nfc
from kiosk.devices.protocols import Apdu
from kiosk.domain.badges import products
from kiosk.domain.badges.products import Product, Proving
from kiosk.domain.checkin.badges import UID_SIZES, BadgeRead

_GET_VERSION: Apdu = (0x90, 0x60, 0, 0, b"")  # asks a chip what it is (NXP data sheets)
_ALL = 256  # bytes, the longest answer to a short command: the chip sends what it has


def product(tag: Any) -> Product | None:
    """Return the kind of chip of nfcpy's tag, with one command at most; None where it left before it had answered."""
    uid = bytes(tag.identifier)
    is_random = len(uid) in UID_SIZES and BadgeRead(uid).is_random
    known = products.by_selection(tag.target.sel_res[0], str(tag.product), is_random=is_random)
    if known is not None:
        return known
    answer = exchange(tag, _GET_VERSION)
    return None if answer is None else products.by_version(answer)


def prove(tag: Any, site_key: bytes) -> Proving:
    """Have nfcpy's tag prove that it has its own key, made from this site's key: at most three commands, in one go.
    LEFT where it was taken away meanwhile, which proves nothing either way; REFUSED where its answer is wrong, or
    its chip takes no such commands.
    """
    from kiosk.devices import aes  # where a badge must prove itself, and never as the entrance starts
    from kiosk.domain.badges import ev2

    if not hasattr(tag, "send_apdu"):
        return Proving.REFUSED
    key = ev2.badge_key(site_key, bytes(tag.identifier), aes)
    asking = ev2.proves(key, secrets.token_bytes(ev2.KEY_BYTES), aes)
    try:
        command = next(asking)
        while (answer := exchange(tag, command)) is not None:
            command = asking.send(answer)
    except StopIteration as end:
        return Proving.PROVEN if end.value else Proving.REFUSED
    return Proving.LEFT


def exchange(tag: Any, command: Apdu) -> bytes | None:
    """Send a command to the chip of nfcpy's tag. Returns its answer with the status; None where it left meanwhile.
    Notes on the tag that its chip has answered.
    """
    try:
        answer = bytes(tag.send_apdu(*command, mrl=_ALL, check_status=False))
    except (nfc.tag.TagCommandError, nfc.clf.CommunicationError):
        return None
    tag.has_answered = True
    return answer
