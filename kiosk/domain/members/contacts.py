"""Cleans e-mail addresses and telephone numbers as people type them, or says that they are wrong."""

import re

from kiosk.domain.problems import Problem

LONGEST_ADDRESS = 254  # RFC 5321, 4.5.3.1
_ADDRESS = re.compile(r"[^\s@<>,;:\"'()]+@[^\s@<>,;:\"'()]+\.[^\s@<>,;:\"'().]{2,}")
_PHONE = re.compile(r"\+?[0-9](?:[ .\-()]*[0-9]){5,17}")


def email(text: str | None) -> str | None:
    """An e-mail address, or None where nothing was typed. Raises Problem `email`."""
    address = (text or "").strip()
    if not address:
        return None
    if len(address) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(address):
        raise Problem("email", "an e-mail address is written like ines@exemple.fr")
    return address


def phone(text: str | None) -> str | None:
    """A telephone number as it was written, or None where nothing was typed. Raises Problem `phone`."""
    number = " ".join((text or "").split())
    if not number:
        return None
    if not _PHONE.fullmatch(number):
        raise Problem("phone", "a telephone number has 6 to 18 digits, with or without + and spaces")
    return number
