"""Look at what the records say of each member, and name what became of it: words of the house, sums in cents."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tests.conftest import Space

Row = tuple[object, ...]
Rows = Mapping[str, Mapping[object, dict[str, object]]]

# Of each table: its key, and the columns that say whose a row is or what became of it.
TABLES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "account": ("id", ("member_id",)),
    "entry": ("number", ("account_id", "member_number", "kind", "amount_cents", "actor")),
    "visit": (
        "id",
        ("member_id", "host_visit_id", "state", "zone_id", '"right"', "charge_entry", "left_at", "known_by"),
    ),
    "member": (
        "id",
        (
            *("number", "name", "pin", "language", "larger_text", "more_contrast", "voice", "visible", "door_name"),
            *("hides_sums", "notify", "left_on"),
        ),
    ),
    "badge": ("fingerprint", ("member_id", "lost_on")),
    "joining": ("id", ("member_id", "sponsor_id")),
    "declaration": ("entry_number", ("account_id", "cents", "state")),
    "carnet": ("id", ("member_id", "used")),
    "membership": ("id", ("member_id", "until_on")),
    "chosen_price": ("id", ("member_id", "cents")),
    "correction": ("id", ("member_id", "kind")),
}
_WORDS = {"carnet": "bought", "membership": "bought", "chosen_price": "price", "correction": "reported"}
LESS = frozenset({"undone", "lost", "no code", "left", "moved"})
"""What takes power or money away, or leaves it as it is."""


@dataclass
class Ledger:
    """The rows of a space, read again only where something was committed since."""

    space: Space

    def __post_init__(self) -> None:
        config = self.space.home.config.database
        self._watch = None if config.url else sqlite3.connect(self.space.home.paths.database, check_same_thread=False)
        self._version: object = None
        self._rows: Rows = {}

    def rows(self) -> Rows:
        version = None if self._watch is None else self._watch.execute("PRAGMA data_version").fetchone()
        if version is None or version != self._version:
            self._version, self._rows = version, read(self.space)
        return self._rows

    def close(self) -> None:
        if self._watch is not None:
            self._watch.close()


@dataclass
class Change:
    """What one deed changed of one member: in words, and how much more they owe."""

    words: set[str] = field(default_factory=set)
    cents: int = 0
    declared_cents: int = 0
    settings: set[str] = field(default_factory=set)


def read(space: Space) -> Rows:
    """Return the rows of all members, by table and key."""
    kept: dict[str, dict[object, dict[str, object]]] = {}
    for table, (key, columns) in TABLES.items():
        names = [each.strip('"') for each in columns]
        rows = space.sql(f"SELECT {key}, {', '.join(columns)} FROM {table}")
        kept[table] = {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}
    return kept


def changes(before: Rows, after: Rows) -> dict[int, Change]:
    """Return what became of each member, by their id."""
    made: dict[int, Change] = defaultdict(Change)
    owner = {account: row["member_id"] for account, row in after["account"].items()}
    by_number = {row["number"]: member for member, row in after["member"].items()}
    for table in TABLES:
        for key, row in after[table].items():
            old = before[table].get(key)
            if row == old:
                continue
            for member, word in _told(table, old, row, after, owner, by_number):
                if not isinstance(member, int):
                    continue
                change = made[member]
                change.words.add(word)
                if table == "entry":
                    change.cents += int(str(row["amount_cents"])) if row["account_id"] is not None else 0
                if word == "declared":
                    change.declared_cents += int(str(row["cents"]))
                if word == "setting" and old is not None:
                    change.settings.update(name for name in row if row[name] != old[name])
    for change in made.values():
        change.words.discard("entered")
    return {member: change for member, change in made.items() if change.words or change.cents}


def _told(
    table: str,
    old: dict[str, object] | None,
    row: dict[str, object],
    after: Rows,
    owner: Mapping[object, object],
    by_number: Mapping[object, object],
) -> Iterable[tuple[object, str]]:
    """Name the member of a new or changed row, and what it says of them."""
    whose, is_new = row.get("member_id"), old is None
    match table:
        case "entry":
            account = owner.get(row["account_id"], by_number.get(row["member_number"]))
            return [(account, "replayed" if row["actor"] == "replay" else "entered")]
        case "visit":
            return [_visited(old, row, after)]
        case "member":
            return _member(old, row, by_number)
        case "declaration":
            return [(owner.get(row["account_id"]), "declared" if is_new else "withdrawn")]
        case "joining":
            return [(row["sponsor_id"], "sponsored")]
        case "badge":
            return [(whose, "new badge" if is_new else "lost" if row["lost_on"] else "not lost")]
    return [(whose, _WORDS[table])] if table in _WORDS and (is_new or table == "membership") else []


def _visited(old: dict[str, object] | None, row: dict[str, object], after: Rows) -> tuple[object, str]:
    host = after["visit"].get(row["host_visit_id"])
    whose = row["member_id"] if host is None else host["member_id"]
    if old is None:
        if host is not None:
            return whose, "guest"
        return whose, {"badge": "day", "code": "by code", "vouched": "vouched"}[str(row["known_by"])]
    if row["state"] != old["state"]:
        return whose, "undone"
    return whose, "left" if row["left_at"] != old["left_at"] and row["zone_id"] == old["zone_id"] else "moved"


def _member(
    old: dict[str, object] | None, row: dict[str, object], by_number: Mapping[object, object]
) -> Iterable[tuple[object, str]]:
    whose = by_number[row["number"]]
    if old is None:
        return [(whose, "joined")]
    told = []
    if row["pin"] != old["pin"]:
        told.append((whose, "no code" if row["pin"] is None else "code"))
    if row["left_on"] != old["left_on"]:
        told.append((whose, "undone"))
    if any(row[name] != old[name] for name in row if name not in ("pin", "left_on")):
        told.append((whose, "setting"))
    return told
