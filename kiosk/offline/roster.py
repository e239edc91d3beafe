"""Keeps the roster: a sealed snapshot, in memory and on disk, that admits members while the database cannot be read.

It has each badge's hash with the member's number, shown name and last day of admission, and for badges that prove
themselves the version of the site's key, and no more. It also has what a start without a database needs: the home's
identity, and when the time was last trusted. A badge is *stopped* once it no longer opens, such as a lost one; a *mark*
tells how far the ledger went; a *word* is an officer's: that the clock is right.
"""

import logging
from collections.abc import Collection, Mapping
from datetime import date, datetime
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.offline.roster_rules import Listed
from kiosk.domain.offline.trust import Reading
from kiosk.errors import MachineError
from kiosk.home import Identity
from kiosk.offline import sealed_file
from kiosk.offline.clock_trust import Trusted
from kiosk.offline.door_keys import SealKeys
from kiosk.store.marks.marks import Mark

log = logging.getLogger(__name__)

FORM = 1  # of the file; a roster of another form is not used
_LABEL = "roster"  # sealed with the file, so that no other sealed file is taken for it


class Roster(Struct, frozen=True):
    """Admitted members by their badges' fingerprints. `last_entry` is the highest entry that this door saw in the
    ledger, `mark` its MAC and server. `proofs` has every badge that proves itself, with the version of the site's key,
    whether or not its holder is admitted.
    """

    home: Identity
    people: Mapping[bytes, Listed]
    trusted: Trusted | None
    last_entry: int
    proofs: Mapping[bytes, int] = msgspec.field(default_factory=dict)
    mark: Mark | None = None  # None where an earlier release wrote it

    def without(self, stopped: Collection[bytes]) -> "Roster":
        """Return the roster without the badges that are stopped."""
        listed = self.people.keys() & stopped
        return replace(self, people={b: p for b, p in self.people.items() if b not in listed}) if listed else self


def save(path: Path, keys: SealKeys, roster: Roster) -> None:
    """Replace the roster on disk as a whole, or leave it as it was. Raises MachineError `roster`."""
    try:
        sealed_file.save(path, keys, _LABEL, _document(roster))
    except OSError as fault:
        raise MachineError("roster", f"{path} cannot be written: {fault.strerror}") from None


def load(path: Path, keys: SealKeys) -> Roster | None:
    """Return the roster at `path`; None where there is none, its seal is wrong, or it is of another release."""
    document = sealed_file.load(path, keys, _LABEL)
    return None if document is None else _roster(document)


def is_of_other_key(path: Path, keys: SealKeys) -> bool:
    """Return whether the roster at `path` was sealed under another badge key than this home has now."""
    return sealed_file.is_of_other_key(path, keys, _LABEL)


def _document(roster: Roster) -> dict[str, object]:
    """Return the roster as the document of its file."""
    return {
        "form": FORM,
        "home": roster.home.home_id,
        "training": roster.home.training,
        "last_entry": roster.last_entry,
        "mark": None if roster.mark is None else _mark_document(roster.mark),
        "trusted": _clock_document(roster.trusted),
        "clock_set_at": None if roster.trusted is None else roster.trusted.set_at,  # earlier releases ignore it
        "proofs": {badge.hex(): version for badge, version in roster.proofs.items()},  # earlier releases ignore it
        # number, shown name and last day of admission
        "people": {badge.hex(): [p.member, p.name, p.until.isoformat()] for badge, p in roster.people.items()},
    }


def _clock_document(trusted: Trusted | None) -> list[object] | None:
    """Return the last trusted reading as the roster's file holds it: wall clock, seconds since the machine's start, the
    id of that start, and the number of the newest officer's word.
    """
    if trusted is None:
        return None
    reading = trusted.reading
    return [reading.at.isoformat(), reading.monotonic, reading.boot, trusted.word]


def _roster(document: dict[str, object]) -> Roster | None:
    """Return the roster that a document holds, None for one of another release."""
    match document:
        case {
            "form": 1,
            "home": str(home_id),
            "training": bool(training),
            "last_entry": int(last_entry),
            "trusted": clock,
            "people": dict(people),
        }:
            listed = {
                bytes.fromhex(b): Listed(n, name, date.fromisoformat(until)) for b, (n, name, until) in people.items()
            }
            trusted = _trusted(clock, document.get("clock_set_at"))
            proofs, mark = _proofs(document.get("proofs", {})), _mark(document.get("mark"))
            return Roster(Identity(home_id, training), listed, trusted, last_entry, proofs, mark)
    log.error("the roster is of another release: it is not used")
    return None


def _proofs(listed: object) -> dict[bytes, int]:
    """Return the badges that prove themselves, with the key's version; empty where an earlier release wrote the
    roster.
    """
    versions = listed if isinstance(listed, dict) else {}
    return {bytes.fromhex(badge): int(version) for badge, version in versions.items()}


def _mark_document(mark: Mark) -> list[object]:
    """Return a mark of the ledger as the roster's file holds it: entry number, its MAC, server, earlier entries."""
    return [mark.number, mark.mac.hex(), mark.server, [[number, mac.hex()] for number, mac in mark.trail]]


def _mark(noted: object) -> Mark | None:
    """Return the mark that a document holds, None where an earlier release wrote it."""
    match noted:
        case [int(number), str(mac), str(server), list(trail)]:
            earlier = tuple((int(before), bytes.fromhex(digits)) for before, digits in trail)
            return Mark(number, bytes.fromhex(mac), server, earlier)
    return None


def _trusted(clock: object, set_at: object) -> Trusted | None:
    """Return the last trusted reading that a document holds, None where there is none."""
    match clock:
        case [str(at), float() | int() as monotonic, str(boot), int(word)]:
            reading = Reading(datetime.fromisoformat(at), float(monotonic), boot)
            return Trusted(reading, word, set_at if isinstance(set_at, int) else None)
    return None
