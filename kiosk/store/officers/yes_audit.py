"""Checks each yes that an officer signed with a passkey: its signature, and that the key was that officer's at the
time. A yes is an officer's agreement to another officer's act, or to another's account.

The key stands in the yes's entry, and an earlier entry sealed the key's row: so a passkey that was removed since can be
checked, too. A yes without signature is reported if a passkey of its officer was sealed before it and is still there:
in a home kept by an older release only from the entry that says so (`YES_FROM`), or from the officer's first signed
yes. A desk that was taken over can forge a yes only of an officer without a passkey.
"""

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain import sealed_rows
from kiosk.domain.chain import Seal
from kiosk.domain.members import officer_numbers
from kiosk.domain.members.signed_yes import Key, SignedYes
from kiosk.errors import AnswerIsNo
from kiosk.store.officers import passkey_rows
from kiosk.store.tables import are_of_books
from kiosk.store.tables.desk import desk_passkey

ACTS = ("agreed", "user-confirm")
"""The acts in entries that are an officer's yes."""
_TABLE = desk_passkey.name
_YESES = f"SELECT number, actor, detail FROM entry WHERE {are_of_books('notice')} ORDER BY number"
_START = f"SELECT min(number) FROM entry WHERE {are_of_books('seal')} AND detail LIKE '%\"{sealed_rows.YES_FROM}\"%'"
_SEALED = " UNION ALL ".join(
    f"SELECT number, key_id, detail FROM entry WHERE {are_of_books(kind)} AND detail LIKE '%\"{_TABLE}\"%'"
    for kind in ("closing", "seal")
)


class _Sealed(Struct, frozen=True):
    """A seal over a passkey's row: the entry that has it, the key that sealed that entry, and the seal."""

    entry: int
    key: bytes
    seal: str


def check(connection: sa.Connection, seal: Seal) -> None:
    """Check every yes of officers. Raises AnswerIsNo `seal-differs`, naming the first wrong one."""
    sealed: dict[str, list[_Sealed]] | None = None
    signing: set[int] = set()  # officers with an earlier signed yes
    start: int | None = connection.exec_driver_sql(_START).scalar()
    for number, officer, detail in _yeses(connection):
        # a yes from which on this officer had to sign
        is_late = officer in signing or (start is not None and number > start)
        if "yes" not in detail and not is_late:
            continue
        sealed = _sealed(connection, seal) if sealed is None else sealed
        if "yes" in detail:
            signing.add(officer)
            wrong = _wrong_signature(number, officer, detail, sealed)
        else:
            wrong = _lacking_signature(number, passkey_rows.of_officer(connection, officer), sealed)
        if wrong is not None:
            raise AnswerIsNo("seal-differs", f"entry {number}: {wrong}")


def _yeses(connection: sa.Connection) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Yield entry, officer and detail of each yes, oldest first."""
    for number, actor, text in connection.exec_driver_sql(_YESES):
        detail = json.loads(text)
        officer = officer_numbers.number_of(actor)
        if officer is not None and detail.get("act") in ACTS:
            yield number, officer, detail


def _sealed(connection: sa.Connection, seal: Seal) -> dict[str, list[_Sealed]]:
    """Return all seals over passkeys that any entry has, by the passkey's row (its id as text).

    An entry whose key this program does not have gets an empty key, under which no seal is right.
    """
    known: dict[str, list[_Sealed]] = {}
    for number, key_id, text in connection.exec_driver_sql(_SEALED):
        for row, row_seal in json.loads(text).get("rows", {}).get(_TABLE, {}).items():
            known.setdefault(row, []).append(_Sealed(number, seal.key_of(key_id) or b"", row_seal))
    return known


def _lacking_signature(number: int, keys: list[Key], sealed: dict[str, list[_Sealed]]) -> str | None:
    """Return what is wrong with a yes without signature: that its officer had a passkey; None if none was sealed
    before.
    """
    had_passkey = any(seal.entry < number for key in keys for seal in sealed.get(str(key.row), ()))
    return "its yes is not signed, though the officer has a passkey" if had_passkey else None


def _wrong_signature(number: int, officer: int, detail: dict[str, Any], sealed: dict[str, list[_Sealed]]) -> str | None:
    """Return what is wrong with a signed yes: its key must have been the officer's, and must have signed this act."""
    try:
        yes = msgspec.convert(detail["yes"], SignedYes)
        key = Key(yes.row, yes.officer, passkey_rows.unpacked(yes.credential), passkey_rows.unpacked(yes.key))
    except (msgspec.ValidationError, ValueError):
        return "its yes cannot be read"
    before = [seal for seal in sealed.get(str(yes.row), ()) if seal.entry < number]
    if yes.officer != officer or not any(_is_of(key, seal) for seal in before):
        return "its yes is signed by a passkey that was not the officer's"
    if detail.get("digest") not in yes.texts or not passkey_rows.has_signed(yes):
        return "its yes was not signed by the officer's passkey"
    return None


def _is_of(key: Key, sealed: _Sealed) -> bool:
    """Return whether a seal is that of a passkey's row with this officer and key, and not one of a row that is gone."""
    salt = sealed_rows.salt(sealed.key, _TABLE, str(key.row))
    values = (key.officer, key.credential, key.public_key)
    return sealed.seal != sealed_rows.GONE and (
        sealed_rows.differing(salt, _TABLE, str(key.row), values, sealed.seal) is None
    )
