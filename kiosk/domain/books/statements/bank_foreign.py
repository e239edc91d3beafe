"""Recognises kinds of files that are not read here, to tell people what to ask the bank for instead."""

import re

from kiosk.domain.problems import Problem

_QIF = re.compile(rb"!(type|account|option):", re.IGNORECASE)
_MT940 = re.compile(rb"(^|\n):(20|25|60F|61):")


def refuse(content: bytes) -> None:
    """Refuse a PDF, QIF or MT940 file. Raises Problem `bank-pdf`, `bank-qif` or `bank-mt940`."""
    start = content[:4000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"%PDF"):
        raise Problem("bank-pdf", "a PDF is a picture of a statement: ask the bank for CAMT.053, CFONB 120, OFX or CSV")
    if _QIF.match(start):
        raise Problem("bank-qif", "QIF says neither account nor balance: ask the bank for OFX, CSV or CAMT.053")
    if start.startswith(b"{1:") or len(set(_MT940.findall(start))) > 2:
        raise Problem("bank-mt940", "MT940 is what CAMT.053 came in place of: ask the bank for that, or CFONB 120")
