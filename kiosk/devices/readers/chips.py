"""Asks the chip of a badge that lies on the reader what it is. One that leaves meanwhile is neither fault nor tap."""

import secrets
from typing import Any

from kiosk.devices.nfcpy import nfc
from kiosk.devices.protocols import Apdu
from kiosk.domain.badges import products
from kiosk.domain.badges.products import Product, Proving
from kiosk.domain.checkin.badges import UID_SIZES, BadgeRead

_GET_VERSION: Apdu = (0x90, 0x60, 0, 0, b"")
_ALL = 256  # as many bytes as there are


def product(tag: Any) -> Product | None:
    """Return the product of nfcpy's tag, by one command at most; None where it left before it had answered."""
    uid = bytes(tag.identifier)
    is_random = len(uid) in UID_SIZES and BadgeRead(uid).is_random
    known = products.by_selection(tag.target.sel_res[0], str(tag.product), is_random=is_random)
    if known is not None:
        return known
    answer = exchange(tag, _GET_VERSION)
    return None if answer is None else products.by_version(answer)


def prove(tag: Any, site_key: bytes) -> Proving:
    """Have nfcpy's tag show that it has its own of a site's key: three commands at most, in one go. LEFT where it left
    meanwhile, which says nothing of it.
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
    """Tell the chip of nfcpy's tag a command. Returns its answer, status and all; None where it left meanwhile. A chip
    that has answered is noted on the tag.
    """
    try:
        answer = bytes(tag.send_apdu(*command, mrl=_ALL, check_status=False))
    except (nfc.tag.TagCommandError, nfc.clf.CommunicationError):
        return None
    tag.has_answered = True
    return answer
