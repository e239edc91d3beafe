"""Checks and cleans e-mail addresses, telephone numbers and notes of a file as people type them.

The only check of addresses, for every form, import and command: what it accepts fits into a mail's header, and any
server takes it. A domain with accents is converted to the form that DNS knows.
"""

import re

from kiosk.domain.problems import Problem

LONGEST_ADDRESS = 254  # RFC 5321, 4.5.3.1
LONGEST_NOTE = 500  # characters
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"  # RFC 5322, 3.2.3: needs neither quotes nor another encoding
_LOCAL = re.compile(rf"(?=.{{1,64}}\Z){_ATOM}(?:\.{_ATOM})*")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"  # RFC 1035, 2.3.1
# labels with dots between; the last has two signs at least, and is no number
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?![0-9]+\Z){_LABEL}(?<=[A-Za-z0-9-]{{2}})")
_PHONE = re.compile(r"\+?[0-9](?:[ .\-()]*[0-9]){5,17}")  # 6 to 18 digits


def email(text: str | None) -> str | None:
    """Return an e-mail address, or None where nothing was typed. Raises Problem `email`."""
    address = (text or "").strip()
    if not address:
        return None
    local, _, domain = address.rpartition("@")
    dns_name = domain if domain.isascii() else _by_dns(domain)
    address = f"{local}@{dns_name}"
    if len(address) > LONGEST_ADDRESS or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(dns_name):
        raise Problem("email", "an e-mail address is written like ines@exemple.fr", field="email")
    return address


def _by_dns(domain: str) -> str:
    """Return a domain as DNS knows it; empty for an invalid one."""
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def phone(text: str | None) -> str | None:
    """Return a telephone number as typed, or None where nothing was typed. Raises Problem `phone`."""
    number = " ".join((text or "").split())
    if not number:
        return None
    if not _PHONE.fullmatch(number):
        raise Problem("phone", field="phone")
    return number


def note(text: str | None) -> str | None:
    """Return a note as one paragraph, or None where nothing was typed. Raises Problem `text`."""
    words = " ".join((text or "").split())
    if len(words) > LONGEST_NOTE or not words.isprintable():
        raise Problem("text", field="note", longest=LONGEST_NOTE)
    return words or None
