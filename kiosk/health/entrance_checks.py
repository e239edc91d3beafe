"""Turns what the entrance reports, and when upkeep was last done, into findings for the desk and `kiosk check`.

A *drill* is a backup restored for a trial; a *paper test* opens a backup with the keys on paper. Taps that cannot be
entered wait in the *spool*. A *fallback* is what the door goes by while it lacks the database.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from kiosk.domain.health.findings import Finding
from kiosk.domain.health.upkeep import Care, Upkeep
from kiosk.health import door_checks
from kiosk.health.finding_codes import make_finding
from kiosk.health.findings import fallback_findings
from kiosk.health.status_file import Disk
from kiosk.offline import unreplayed_taps

DISPLAY_SECONDS = 120.0  # a display that has asked nothing for longer is silent: its page asks every eight seconds
LARGEST_ENTRANCE_MB = 250  # an entrance that holds more memory is to be restarted
FULL_SHARE, NEARLY_FULL_SHARE = (
    0.03,
    0.1,
)  # of the disk that is still free: an error below one, a warning below the other
FALLBACKS = frozenset(row[0] for row in fallback_findings.OF_ENTRANCE)  # codes that an entrance may report
# Topics whose findings, and codes whose finding, the desk makes anew itself: those that a check stored are outdated.
_TOPICS = {
    "fallbacks",
    "settings",
    "entrance",
    "display",
    "set-aside",
    "door-days",
    "doors",
    "backup",
    "away",
    "drill",
    "keys",
    "erased",
    "due",
}
_CODES = {
    "reader",
    "reader-offline",
    "door",
    "door-simulated",
    "door-simulated-counts",
    "door-fault",
    "clock",
    "clock-untrusted",
    "database",
}
_CODES |= {
    "database-fault",
    "server-fault",
    "server-right",
    "database-memory",
    "database-nowhere",
    "spool",
    "spool-memory",
    "memory-entrance",
}
_CODES |= {"disk", "disk-nearly-full", "disk-full", "disk-gone", "chain-checked", "chain-failed", "chain-overdue"}
_CODES |= {"update", "update-failed", "last-rules"}
_CARED_FOR = (Care.BACKUP, Care.AWAY, Care.DRILL, Care.KEYS)  # judged alike: see `_care`


def is_seen_here(finding: Finding) -> bool:
    """Tell whether the desk makes this finding by itself, so that the one that the last check stored is outdated."""
    return finding.kind.topic.id in _TOPICS or finding.kind.code in _CODES


def of_entrance(facts: Mapping[str, Any], *, wants_display: bool, on_server: bool = False) -> Iterator[Finding]:
    """Yield findings from the facts that the entrance answers at `/healthz` or writes into status.json.

    `wants_display`: a real door with a display, whose silence is a fault. `on_server`: the database is on a server, so
    that a fault is named as the server's, not the disk's. A missing fact counts as a fault of reader, lock or database;
    any other missing one is none.
    """
    yield make_finding("entrance", version=str(facts.get("version", "?")))
    yield make_finding("reader" if facts.get("reader") == "online" else "reader-offline")
    yield _door(facts.get("door") or {})
    source = str(facts.get("clock"))
    yield make_finding("clock-untrusted") if source == "untrusted" else make_finding("clock", source=source)
    yield from _records(facts, on_server)
    for table, row, column in facts.get("wrong_values") or ():
        yield make_finding("wrong-value", table=str(table), row=str(row), column=str(column))
    if facts.get("last_rules"):
        yield make_finding("last-rules")
    yield from door_checks.of_facts(facts)
    yield from of_fallbacks(facts)
    aside = facts.get("set_aside")
    if aside:
        yield make_finding("set-aside", count=int(aside), file=unreplayed_taps.NAME)
    if wants_display:
        yield _display(facts.get("display_seconds"), float(facts.get("up_seconds") or 0))
    used = int(facts.get("memory_mb") or 0)
    if used > LARGEST_ENTRANCE_MB:
        yield make_finding("memory-entrance", used=used)


def of_fallbacks(facts: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield a finding for each of the entrance's fallbacks that would fail, with its age. Codes that this release does
    not know, and values that are neither text nor number, are left out.
    """
    for each in facts.get("fallbacks") or ():
        if isinstance(each, dict) and each.get("code") in FALLBACKS:
            values = {name: value for name, value in (each.get("values") or {}).items() if isinstance(value, str | int)}
            yield make_finding(each["code"], age=timedelta(seconds=float(each.get("seconds") or 0)), **values)


def _door(door: Mapping[str, Any]) -> Finding:
    """Return the finding about the lock: simulated, obedient when it was last used, or at fault."""
    if door.get("simulated"):
        return make_finding("door-simulated")
    return make_finding("door" if door.get("state") == "ok" else "door-fault")


def _records(facts: Mapping[str, Any], on_server: bool) -> Iterator[Finding]:
    """Yield whether the entrance can write to the ledger, and where taps wait while it cannot: on a disk, in memory
    only, or nowhere. `spooled` taps wait. The database's state `right` says that its server refuses the entrance's
    account a right, which is no passing outage.
    """
    waiting, spool_kind = int(facts.get("spooled") or 0), str(facts.get("spool"))
    if facts.get("database") == "ok":
        yield make_finding("database")
        yield make_finding("spool-memory" if spool_kind == "memory" else "spool", waiting=waiting)
    elif facts.get("database") == "right":
        yield make_finding("server-right", waiting=waiting)
    else:
        fault = "server-fault" if on_server else "database-fault"
        yield make_finding({"disk": fault, "memory": "database-memory"}.get(spool_kind, "database-nowhere"))


def _display(silent: float | None, up: float) -> Finding:
    """Return whether the display still asks the entrance. `silent` are the seconds since it last did; where it never
    has (None), the `up` seconds since the entrance started count.
    """
    seconds = up if silent is None else silent
    if seconds <= DISPLAY_SECONDS:
        return make_finding("display")
    return make_finding("display-silent", age=timedelta(seconds=seconds))


def of_disk(disk: Disk | None) -> Finding:
    """Return the finding about free space on the home's disk: `disk-gone` for None, else by the share that is free."""
    if disk is None:
        return make_finding("disk-gone")
    share = disk.free_share
    code = "disk-full" if share < FULL_SHARE else "disk-nearly-full" if share < NEARLY_FULL_SHARE else "disk"
    return make_finding(code, free=disk.free_bytes / 1e9)


def of_upkeep(known: Mapping[Care, Upkeep], now: datetime, version: str) -> Iterator[Finding]:
    """Yield findings about backup, backup elsewhere, drill, paper copy of the keys, erased data that is still in the
    database, last whole verification, and update to release `version`. Where no erasure failed, and where no whole
    verification was ever made, there is no finding.
    """
    for care in _CARED_FOR:
        yield _care(care.value, known.get(care), now)
    erased = known.get(Care.ERASED)
    if erased is not None and erased.failed:
        yield make_finding("erased-in-log", age=now - erased.tried_at)
    chain = known.get(Care.CHAIN)
    if chain is not None:
        yield _chain(chain, now)
    update = known.get(Care.UPDATE)
    if update is not None and update.failed:
        why = f" ({update.says})" if update.says else ""
        yield make_finding("update-failed", version=version, age=now - update.tried_at, why=why)
    else:
        yield make_finding("update", version=version)


def _care(name: str, done: Upkeep | None, now: datetime) -> Finding:
    """Return the finding about one kind of upkeep: never done, failed, overdue or done, by the age of its last success.
    A failed drill or paper test counts at once, since it shows that nothing can be restored; a failed backup leaves the
    one before, and so is called overdue where that one is too old, else failed.
    """
    if done is None or (done.succeeded_at is None and not done.failed):
        return make_finding(f"{name}-none")
    age = now - (done.succeeded_at or done.tried_at)
    if name in ("drill", "keys") and done.failed:
        return make_finding(f"{name}-failed")
    if done.is_overdue(now):
        return make_finding(f"{name}-overdue", age=age)
    return make_finding(f"{name}-failed" if done.failed else name, age=age)


def _chain(done: Upkeep, now: datetime) -> Finding:
    """Return the finding about the last whole verification of the ledger: failed, overdue or done."""
    if done.failed:
        return make_finding("chain-failed", age=now - done.tried_at)
    age = now - (done.succeeded_at or done.tried_at)
    return make_finding("chain-overdue" if done.is_overdue(now) else "chain-checked", age=age)
