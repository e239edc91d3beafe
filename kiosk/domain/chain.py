"""Seals the ledger: each entry carries a keyed MAC over itself and the MAC before it.

An entry that is altered, removed, inserted or moved breaks the chain at its place. A holder of the key could build
another chain, which shows only against a head noted elsewhere.

The office seals with the chain's key, each door with its own key, derived from that by the door's number. So the key's
name shows what a door wrote, and an entry that no door may seal is reported if one did.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, tzinfo
from typing import Any

import msgspec
from msgspec import Struct

from kiosk.domain import macs

FORM = 1  # version of the canonical form below; old entries keep the form they were sealed in
START = bytes(32)  # the MAC before the first entry
_DOOR = re.compile(r"([0-9a-f]{8})\.([1-9][0-9]{0,5})", re.ASCII)  # the name of a door's key


def plain(value: object) -> int | str:
    """Return a value of a subclass of int or str, as `kiosk.fields` has them, as a plain int or str."""
    if isinstance(value, int):
        return int(value)
    if isinstance(value, str):
        return str(value)
    raise NotImplementedError(type(value))


# The same text as `json` makes, in half the time.
_CANONICAL = msgspec.json.Encoder(order="sorted", enc_hook=plain)

# What an entry's detail may hold: whole numbers and texts, no floats.
Json = str | int | None | Sequence["Json"] | Mapping[str, "Json"]
Detail = Mapping[str, Json]  # an entry's detail, by name


class Seal(Struct, frozen=True):
    """The key that seals a home's entries (32 bytes), its public name, and the home's id.

    `zone` is the home's time zone, which decides an entry's day. `older` are former keys, the oldest first.
    """

    key: bytes
    key_id: str
    home_id: str
    zone: tzinfo = UTC
    older: tuple[bytes, ...] = ()

    @property
    def keys(self) -> tuple[bytes, ...]:
        """Return all keys that entries are sealed with, the oldest first."""
        return (*self.older, self.key)

    def of_door(self, number: int) -> "Seal":
        """Return the seal of a door: its own key, without former ones."""
        return Seal(door_key(self.key, number), door_key_id(self.key_id, number), self.home_id, self.zone)

    def key_of(self, name: str) -> bytes | None:
        """Return the key with a name found in an entry: a present or former chain key, or a door's key derived from
        one. None for an unknown name.
        """
        if name == self.key_id:
            return self.key
        door = _DOOR.fullmatch(name)
        key = next((known for known in self.keys if key_id(known) == (door[1] if door else name)), None)
        return key if key is None or door is None else door_key(key, int(door[2]))

    def mac(self, previous: bytes, canonical: str) -> bytes:
        """Return the HMAC-SHA256 (RFC 2104) of the home's id, the MAC before and the canonical entry: 32 bytes."""
        return macs.of(self.key, self.home_id.encode() + previous + canonical.encode())


def key_id(key: bytes) -> str:
    """Return the public name of a key: the first eight hexadecimal digits of its SHA-256."""
    return hashlib.sha256(key).hexdigest()[:8]


def door_key(key: bytes, number: int) -> bytes:
    """Return a door's own key, derived one-way from the chain's key: 32 bytes."""
    return macs.of(key, f"kiosk: what a door seals with\n{number}".encode())


def door_key_id(name: str, number: int) -> str:
    """Return the public name of a door's key: the chain key's name, a point, the door's number."""
    return f"{name}.{number}"


def family(name: str) -> str:
    """Return the name of the chain key that a key is, or is derived from."""
    return name.partition(".")[0]


def door_of(name: str) -> int | None:
    """Return the number of the door whose key has this name; None for the chain's."""
    door = _DOOR.fullmatch(name)
    return int(door[2]) if door else None


def detail_text(detail: Detail) -> str:
    """Return an entry's detail as canonical JSON: sorted keys, no spaces, no line breaks, without keys of value
    None.
    """
    present = {key: value for key, value in detail.items() if value is not None}
    return _CANONICAL.encode(present).decode()


def text_digest(salt: bytes, body: str) -> bytes:
    """Return what the chain holds of a free text: SHA-256 of salt and text (32 bytes), so that the text
    can be erased.
    """
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
    """Return an entry in form 1: one line a field, in the order of the table's columns, empty for absent values, bytes
    in hexadecimal.

    No field can hold a line break, or be empty when present, so that no two entries have the same form.
    """
    mac = None  # not part of the form
    whole = number, id_, recorded_at, day_on, kind, account_id, visit_id, group_id, member_number, actor, amount_cents
    return canonicals([(*whole, method, reverses, detail, digest, form, key_name, mac)])[0]


def canonicals(rows: Iterable[Sequence[Any]]) -> list[str]:
    """Return the canonical form of each entry, given as rows of the table, whose last column, the MAC, is not part of
    it.

    A check of the chain spends most of its time here, so a page of rows is formatted at once, without a call for each.
    """
    return [
        f"{form}\n{number}\n{id_.hex()}\n{recorded_at}\n{day_on}\n{kind}\n"
        f"{'' if account_id is None else account_id}\n{'' if visit_id is None else visit_id}\n{group_id.hex()}\n"
        f"{'' if member_number is None else member_number}\n{actor}\n{amount_cents}\n"
        f"{'' if method is None else method}\n{'' if reverses is None else reverses}\n{detail}\n"
        f"{'' if digest is None else digest.hex()}\n{key_name}"
        for (
            number,
            id_,
            recorded_at,
            day_on,
            kind,
            account_id,
            visit_id,
            group_id,
            member_number,
            actor,
            amount_cents,
            method,
            reverses,
            detail,
            digest,
            form,
            key_name,
            _,
        ) in rows
    ]


class Stretch(Struct, frozen=True):
    """A checked part of the chain: from the MAC of one entry to that of another. The chain keys at both ends are given
    by their positions in `Seal.keys`, the oldest at 0.
    """

    before: int  # number of the entry before the first one checked; 0 at the chain's start
    before_mac: bytes
    number: int  # of the last entry checked
    mac: bytes
    first_key: int | None  # None: no entry has shown its key yet
    last_key: int | None


_NAMELESS = object()  # the name of the key in use while there is none: equal to nothing in a row


class Walk:
    """A walk along the chain that recomputes every MAC, entry by entry, from any place whose MAC before is known.

    200,000 entries a second and more: the start of the HMAC is computed once per key, and copied for each entry.
    """

    def __init__(self, seal: Seal, number: int = 0, mac: bytes = START) -> None:
        self._seal = seal
        self._names = [key_id(key) for key in seal.keys]
        # the begun inner and outer hash of each key used so far, by the key's name
        self._halves: dict[str, tuple[Any, Any]] = {}
        # position in `_names` of the chain key in use, also while its doors' keys seal: 0, the oldest, at the chain's
        # start; elsewhere None until an entry shows it
        self._at = 0 if number == 0 else None
        self._name = ""  # name of the last entry's key, perhaps a door's; empty before the first entry
        self._began = number, mac  # number and MAC before the first entry of the walk
        self._first = self._at  # position of the first entry's key
        self.number = number
        self.mac = mac

    @property
    def is_current(self) -> bool:
        """Tell whether the last entry is sealed with the key in use: a chain that ends with a former key is not this
        home's.
        """
        return self.number == 0 or self._at == len(self._names) - 1

    @property
    def stretch(self) -> Stretch:
        """Return the part of the chain that was checked so far."""
        return Stretch(*self._began, self.number, self.mac, self._first, self._at)

    def passes_over(self, other: Stretch) -> bool:
        """Skip a part that another walk has checked already, if that walk began where this one is, with the same key.
        Return whether it did; if not, nothing changes.
        """
        if (other.before, other.before_mac, other.first_key) != (self.number, self.mac, self._at):
            return False
        # without a key's name, so that the next entry shows it again
        self.number, self.mac, self._at, self._name = other.number, other.mac, other.last_key, ""
        return True

    def follow(self, rows: Sequence[Sequence[Any]]) -> str | None:
        """Continue through entries, given as rows of the table. Return what is wrong with the first that does not fit
        (`number` and `mac` then stay as before these rows), None if all fit. Of a row, column 0 is the number, 16 the
        key's name and 17 the MAC.
        """
        inner, outer, name = self._in_use()
        expected, previous = self.number + 1, self.mac
        for row, text in zip(rows, _texts(rows), strict=True):
            if row[0] != expected or row[16] != name:
                wrong = self._turn(row, expected)
                if wrong is not None:
                    return wrong
                inner, outer, name = self._in_use()
            inside, outside = inner(), outer()
            inside.update(previous + text.encode())
            outside.update(inside.digest())
            if outside.digest() != row[17]:
                return f"entry {expected} does not match its seal: it or the one before was altered"
            expected, previous = expected + 1, row[17]
        self.number, self.mac = expected - 1, previous
        return None

    def _in_use(self) -> tuple[Callable[[], Any], Callable[[], Any], object]:
        """Return two functions that each begin a hash, HMAC's inner and outer half under the current key, and that
        key's name. While no entry has shown its key, plain SHA-256 stands in under a name that no row can have, be its
        own empty or absent: `_turn` takes the key of the next entry, or refuses it, before anything is hashed.
        """
        if not self._name:
            return hashlib.sha256, hashlib.sha256, _NAMELESS
        inner, outer = self._halves[self._name]
        return inner.copy, outer.copy, self._name

    def _turn(self, entry_row: Sequence[Any], expected: int) -> str | None:
        """Continue with the key that an entry names. The keys of the office and the doors under one chain key may
        alternate; a newer chain key needs an entry of the office that announces it. Return what is wrong where neither
        holds, or the number is not the expected one; None where the key was changed.
        """
        number, name = entry_row[0], entry_row[16]
        if number != expected:
            return f"entry {expected} is missing: {number} follows {expected - 1}"
        door = _DOOR.fullmatch(name) if isinstance(name, str) else None
        base = door[1] if door else name
        place = self._names.index(base) if base in self._names else -1
        goes_on = self._at is None or place == self._at  # the same chain key, or the first that is seen
        if place >= 0 and (goes_on or (place > (self._at or 0) and door is None and _says_key(entry_row, name))):
            self._first = place if self._at is None else self._first  # the walk's first entry
            self._at, self._name = place, name
            if name not in self._halves:
                key = self._seal.keys[place]
                key = key if door is None else door_key(key, int(door[2]))
                self._halves[name] = _halves(key, self._seal.home_id)
            return None
        return f"entry {number} is sealed with key {name}, not {self._name or self._names[self._at or 0]}"


def _says_key(entry_row: Sequence[Any], name: str) -> bool:
    """Tell whether an entry announces that the key changes to this one: a notice whose detail has it under `key`. Of a
    row, column 4 is the kind and 13 the detail.
    """
    try:
        kind, detail = entry_row[4], entry_row[13]
        return kind == "notice" and bool(json.loads(detail).get("key") == name)
    except (ValueError, TypeError, AttributeError):
        return False  # no JSON object: the entry was altered, and its seal would not fit either


def _texts(rows: Sequence[Sequence[Any]]) -> list[str]:
    """Return the canonical form of each entry; an empty text, which fits no seal, for a row without bytes where they
    belong. That row is found by halving the page.
    """
    try:
        return canonicals(rows)
    except AttributeError:
        return _texts(rows[: len(rows) // 2]) + _texts(rows[len(rows) // 2 :]) if len(rows) > 1 else [""]


def _halves(key: bytes, home_id: str) -> tuple[Any, Any]:
    """Return the inner and outer hash begun with a key, the inner one with the home's id added, as for every entry."""
    inner, outer = macs.halves(key)
    inside = inner.copy()
    inside.update(home_id.encode())
    return inside, outer
