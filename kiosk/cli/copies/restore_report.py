"""Reports what a restore did and what it may have lost, in words and as facts.

*Survivors* are what the home still had before the restore: `left` is what its old database tells (None where that
cannot be read), the roster is the door's list of members and badges, `spooled` counts taps that wait to be entered.
"""

from collections.abc import Iterator

from kiosk.books.recovery.ledger_recovery import ENTRY
from kiosk.domain import amounts
from kiosk.jobs.copies.restore import Lost, Restored
from kiosk.store.remains import Entry

_SHOWN = 20  # lost entries in words; all of them with --json


def facts(done: Restored) -> dict[str, object]:
    """Return the report for programs."""
    lost, left = done.lost, done.lost.survivors.left
    return {
        "entry": done.entry,
        "copy_made_at": lost.copy_made_at,
        "copy_entry": lost.copy_entry,
        "lost": {kind: list(gap) for kind, gap in lost.gaps.items()},
        "lost_entries": None if left is None else [_entry(each) for each in left.entries],
        "badges_stopped": sorted(lost.stopped.values()),
        "accounts_active_again": list(lost.suspended),
        "erased_again": list(done.erased),
        "to_erase": list(done.to_erase),
        "spooled": lost.survivors.spooled,
        "door_days_to_enter": lost.door_days,
        "doubts": list(lost.doubts),
        "aside": [str(path) for path in done.aside],
        "settings_of_copy": None if done.settings_beside is None else str(done.settings_beside),
        "migrated_from": done.migrated_from,
    }


def words(done: Restored) -> str:
    """Return the report for people."""
    lines = [f"restored; entry {done.entry} tells of it", words_of_lost(done.lost)]
    lines += [f"the schema went from {done.migrated_from} to this release's"] if done.migrated_from else []
    lines += [f"erased again: {_numbers(done.erased)}"] if done.erased else []
    if done.to_erase:
        lines.append(f"to be erased once settled (kiosk rgpd erase): {_numbers(done.to_erase)}")
    lines += [f"aside, to be deleted once all is well: {path}" for path in done.aside]
    lines += [f"the copy's own configuration: {done.settings_beside}"] if done.settings_beside else []
    return "\n".join(lines)


def _numbers(members: tuple[int, ...]) -> str:
    """Return members by their numbers, as a list in words."""
    return ", ".join(f"member {number}" for number in members)


def words_of_lost(lost: Lost) -> str:
    """Return, for people, what a restore may lose."""
    return "\n".join(_lines(lost))


def _lines(lost: Lost) -> Iterator[str]:
    """Yield what a restore may lose, for people, and what to do about each."""
    made_at = f"{lost.copy_made_at:%Y-%m-%d %H:%M} UTC"
    yield f"the copy is of {made_at} and ends at entry {lost.copy_entry}; since then may be lost:"
    for kind, (first, until) in lost.gaps.items():
        yield f"  {kind} {first} to {until}: these numbers are not given again"
    if ENTRY not in lost.gaps:
        yield "  no entry is known outside that the copy has not; give --known-head where a later one was noted"
    left = lost.survivors.left
    if left is not None:
        yield from (f"    {_line(each)}" for each in left.entries[:_SHOWN])
        if len(left.entries) > _SHOWN:
            yield f"    and {len(left.entries) - _SHOWN} more: --json lists them"
    if lost.stopped:
        members = ", ".join(str(number) for number in sorted(set(lost.stopped.values())))
        yield f"  badges that were stopped since are stopped again, of member {members}: the desk can give them back"
    elif left is None and lost.survivors.roster is None:
        yield "  badges declared lost since: declare them again (kiosk badges lost), they open the door"
    if lost.suspended:
        yield f"  accounts of the desk suspended since are active again: {', '.join(lost.suspended)}"
    yield "  codes of members, counters of wrong tries, rights and rules changed since: as they were then"
    yield "  messages that waited then may be sent again"
    yield from _to_come(lost)
    for doubt in lost.doubts:
        yield f"the copy's records contradict themselves: {doubt}"


def _to_come(lost: Lost) -> Iterator[str]:
    """Yield what the entrance will enter by itself when it starts."""
    if lost.survivors.spooled:
        yield f"{lost.survivors.spooled} taps wait in the spool: the entrance enters them"
    if lost.door_days:
        yield f"{lost.door_days} days are in the door's journal and not in the copy: the entrance enters them again"


def _line(entry: Entry) -> str:
    """Return a lost entry as a line for people."""
    member = f", member {entry.member_number}" if entry.member_number else ""
    method = f" {entry.method}" if entry.method else ""
    return f"{entry.number} {entry.day_on} {entry.kind}{method} {amounts.plain(entry.amount_cents)} EUR{member}"


def _entry(entry: Entry) -> dict[str, object]:
    """Return a lost entry for programs, as `--json` prints it."""
    return {
        "entry": entry.number,
        "day": entry.day_on,
        "kind": entry.kind,
        "member": entry.member_number,
        "amount": amounts.plain(entry.amount_cents),
        "method": entry.method,
    }
