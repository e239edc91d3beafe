"""The ledger's seal: each entry carries a keyed MAC over itself and the MAC before it.

An entry altered, taken out, put in or moved breaks the chain there. Who holds the key can build another chain: that
shows only against a head that was kept elsewhere.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass

FORM = 1  # version of the canonical form below; old entries keep the form they were sealed in
START = bytes(32)  # what stands before the first entry

Detail = Mapping[str, str | int | None]


@dataclass(frozen=True, slots=True)
class Seal:
    """What seals a home's entries: its chain key (32 bytes), the key's public name, and the home's id."""

    key: bytes
    key_id: str
    home_id: str

    def mac(self, previous: bytes, canonical: str) -> bytes:
        """HMAC-SHA256 (RFC 2104) over the home's id, the MAC before and the canonical entry: 32 bytes."""
        return hmac.digest(self.key, self.home_id.encode() + previous + canonical.encode(), "sha256")


def key_id(key: bytes) -> str:
    """The public name of a key: the first eight hexadecimal digits of its SHA-256."""
    return hashlib.sha256(key).hexdigest()[:8]


def detail_text(detail: Mapping[str, str | int | None]) -> str:
    """An entry's detail as canonical JSON: sorted keys, no spaces, no line breaks; absent values are left out."""
    present = {key: value for key, value in detail.items() if value is not None}
    return json.dumps(present, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def text_digest(salt: bytes, body: str) -> bytes:
    """What the chain holds of a free text: SHA-256 of salt and text (32 bytes), so that the text can be erased."""
    return hashlib.sha256(salt + body.encode()).digest()


def canonical(
    number: int,
    id_: bytes,
    recorded_at: str,
    day_on: str,
    kind: str,
    account_id: int | None,
    visit_id: int | None,
    group_id: bytes,
    member_number: int | None,
    actor: str,
    amount_cents: int,
    method: str | None,
    reverses: int | None,
    detail: str,
    digest: bytes | None,
    form: int,
    key_name: str,
) -> str:
    """Form 1: one line a field, in the order of the table's columns, absent ones empty, bytes in hexadecimal.

    No field can hold a line break or be empty when present, so no two entries share a form.
    """
    return (
        f"{form}\n{number}\n{id_.hex()}\n{recorded_at}\n{day_on}\n{kind}\n{_(account_id)}\n{_(visit_id)}\n"
        f"{group_id.hex()}\n{_(member_number)}\n{actor}\n{amount_cents}\n{_(method)}\n{_(reverses)}\n{detail}\n"
        f"{'' if digest is None else digest.hex()}\n{key_name}"
    )


def _(value: object) -> object:
    return "" if value is None else value
