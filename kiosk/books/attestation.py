"""Fills in the publisher's attestation that the till law requires where VAT is collected: it names this software and
the fingerprint of its files.

The publisher and the signatory are filled in by hand. (CGI art. 286, I, 3° bis; BOI-TVA-DECLA-30-10-30; model:
BOI-LETTRE-000242, of 25 March 2026.)
"""

import hashlib
from functools import cache
from pathlib import Path

import sqlalchemy as sa

import kiosk
from kiosk.domain.days import Moment
from kiosk.domain.money.vat import VatStatus
from kiosk.errors import AnswerIsNo
from kiosk.exports.books.attestation_text import Attestation
from kiosk.store.space import book_rules
from kiosk.store.space.policies import Rules

_SHOWN = 16  # hexadecimal digits of the fingerprint that the attestation shows


def attestation(
    connection: sa.Connection, rules: Rules, moment: Moment, *, training: bool, anyway: bool = False
) -> Attestation:
    """Return the attestation as far as the kiosk can fill it in: the version and its major part, the fingerprint of the
    program, the association, the day, and whether it is a training home.

    `rules` are already read for the moment. Raises AnswerIsNo `no-vat` for a space without VAT, unless `anyway`.
    """
    status = rules.on(connection, moment.day).vat_status
    if status is not VatStatus.LIABLE and not anyway:
        raise AnswerIsNo(
            "no-vat",
            f"the space collects no VAT ({status.value}), and the till law requires an attestation only where VAT "
            "is collected: use --anyway to make one",
        )
    version = kiosk.__version__
    association = book_rules.read(connection, moment.day).association
    return Attestation(version, root(version), fingerprint(), association, moment.day, training)


def root(version: str) -> str:
    """Return the part of a version that names its major version: the first number, or the first two while that is 0."""
    first, _, rest = version.partition(".")
    return first if first != "0" else f"{first}.{rest.partition('.')[0]}"


@cache
def fingerprint() -> str:
    """Return the first 16 hexadecimal digits of the SHA-256 of the program's Python files: any changed
    line changes it.
    """
    digest, folder = hashlib.sha256(), Path(kiosk.__file__).parent
    for path in sorted(folder.rglob("*.py")):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\n{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:_SHOWN]
