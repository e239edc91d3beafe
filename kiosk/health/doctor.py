"""The doctor, `kiosk check`: checks all that can be checked from this machine, even in a broken home. It changes
nothing.

Each check stands alone: one that fails becomes a finding, and stops no other. The door's *fallbacks* are what it goes
by while it lacks the database: the spool, which keeps taps, and the roster, which lists members.
"""

import http.client
import json
import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from kiosk import MADE_AFTER, __version__, home
from kiosk.config import Config
from kiosk.devices.protocols import MachineClock
from kiosk.domain.health.findings import Finding, Level
from kiosk.errors import KioskError, MachineError
from kiosk.health import (
    database_checks,
    door_checks,
    due_checks,
    entrance_checks,
    fallback_checks,
    machine_checks,
    online_checks,
    opening_faults,
    other_doors,
    release_checks,
    settings_checks,
    tls_certificate,
)
from kiosk.health.finding_codes import make_finding
from kiosk.health.machine_facts import Machine
from kiosk.home import Home, Paths
from kiosk.offline import spool, unreplayed_taps
from kiosk.store.health import finding_rows, upkeep_rows

log = logging.getLogger(__name__)

_LATE_SHARE = 0.1  # with less than this share of its life left, a certificate was not renewed automatically
_OLD_LIBRARIES = timedelta(days=400)  # since this release was made, which pinned the libraries' versions
_RECENT = timedelta(days=40)  # visits and entries that are read without `whole`: a tap reads those of its month
_OPENING = frozenset(("roster", "proof-keys", "chain-key"))  # checks that open the home by themselves
Check = Callable[[], Iterable[Finding]]  # makes one check; what it raises becomes a finding in `_guarded`


def examine(root: Path, clock: MachineClock, machine: Machine, *, whole: bool = False) -> list[Finding]:
    """Make every check that can be made, and return the findings in the order of the checks. A home without readable
    settings gets the finding of that, and the machine's. One whose database does not open gets all other checks, since
    its entrance may still run. `whole` verifies the whole database and ledger, not their latest part alone.
    """
    try:
        paths = home.find(root)
        settings = home.settings(paths)
    except KioskError as error:
        return [*opening_faults.closed(error, root), *_guarded("machine", lambda: _of_machine(machine))]
    folder = paths.root / settings.spool.path
    checks: tuple[tuple[str, Check], ...] = (
        ("home", lambda: _of_home(root, clock, machine, whole=whole)),
        ("settings", lambda: settings_checks.check(root, _ask(settings.screen.port) or {})),
        ("entrance", lambda: of_entrance(paths, settings, machine)),
        ("roster", lambda: fallback_checks.of_roster(root, clock)),
        ("proof-keys", lambda: fallback_checks.of_proof_keys(root)),
        ("chain-key", lambda: fallback_checks.of_chain_key(root)),
        ("doors", lambda: of_doors(root, paths, settings, clock)),
        ("reader", lambda: _of_readers(settings, machine)),
        ("gpio", lambda: machine_checks.gpio(settings, machine)),
        ("disks", lambda: machine_checks.disks(paths, folder, settings, machine)),
        ("certificate", lambda: of_certificate(settings, clock.now())),
        ("release", lambda: release_checks.check(machine, __version__, settings.update, clock.now())),
        ("release-keys", lambda: release_checks.keys(machine, settings.update)),
        ("libraries", lambda: of_libraries(clock.now())),
        ("machine", lambda: _of_machine(machine)),
    )
    findings = [finding for name, check in checks for finding in _guarded(name, check)]
    return list(_told_once(findings))


def _told_once(findings: list[Finding]) -> Iterator[Finding]:
    """Yield the findings; where one says that the home cannot be opened, leave out the failures of the checks in
    `_OPENING`, which have the same cause.
    """
    is_closed = any(finding.kind.topic.id == "opening" and finding.level is Level.BAD for finding in findings)
    for finding in findings:
        if not (is_closed and finding.kind.code == "check-failed" and finding.values["check"] in _OPENING):
            yield finding


def note(root: Path, found_now: list[Finding], at: datetime, *, whole: bool) -> bool:
    """Store the findings for the desk's pages, and after a `whole` check the result for the ledger. Returns False where
    the home cannot be opened or written, as from an account that may only read.
    """
    try:
        with home.opened(root) as opened:
            if whole:
                database_checks.note(opened, found_now, at)
            with opened.store.writing() as connection:
                finding_rows.note(connection, at, [(each.kind.code, dict(each.values)) for each in found_now])
    except KioskError:
        return False
    return True


def of_entrance(paths: Paths, settings: Config, machine: Machine) -> Iterator[Finding]:
    """Check what the entrance reports about itself. Where it does not answer, or another home's entrance answers on its
    port, check what can be known without it: the waiting taps and the clock.
    """
    # The folder that the settings name, and the home's own, which keeps taps while that one is away.
    spools = tuple(dict.fromkeys((paths.own(settings.spool.path), paths.own("spool"))))
    answer = _ask(settings.screen.port)
    # An answer that names no home is taken for this home's.
    if answer is not None and answer.get("home") not in (None, "", paths.mark):
        yield make_finding("entrance-of-another", port=settings.screen.port)
        answer = None
    elif answer is None:
        yield make_finding("entrance-down")
    if answer is not None:
        # Taps set aside are counted in both folders here. The entrance's own wrong values and its days of the door's
        # journal are left out: `_of_home` checks all of them.
        yield from entrance_checks.of_entrance(
            {**answer, "set_aside": unreplayed_taps.count(spools), "wrong_values": [], "door_days": None},
            wants_display=settings.real and settings.screen.display,
            on_server=bool(settings.database.url),
        )
        if settings.real and settings.clock.source == "host":
            yield make_finding("clock-believed")
        return
    yield make_finding("spool", waiting=sum(map(spool.count, spools)))
    if aside := unreplayed_taps.count(spools):
        yield make_finding("set-aside", count=aside, file=unreplayed_taps.NAME)
    yield from _clock(settings, machine)


def of_doors(root: Path, paths: Paths, settings: Config, clock: MachineClock) -> Iterator[Finding]:
    """Check what the other doors report; where the database cannot be read, only the other doors of this machine."""
    try:
        with home.opened(root) as opened, opened.store.reading() as connection:
            others = other_doors.every_other(connection, paths, settings, clock)
    except KioskError:
        others = other_doors.here(paths, settings, clock)
    yield from other_doors.findings(others)


def _of_readers(settings: Config, machine: Machine) -> Iterator[Finding]:
    """Check the reader of each door of this machine."""
    for of_door in (settings, *(settings.at(door.number) for door in settings.more_doors)):
        yield from machine_checks.reader(of_door, machine)


def _clock(settings: Config, machine: Machine) -> Iterator[Finding]:
    """Yield a finding where a home with a real lock trusts the clock without proof (source `host`), or where the source
    that the settings name has not set the clock yet. A clock with a battery gets none.
    """
    source = settings.clock.source
    if source == "host" and settings.real:
        yield make_finding("clock-believed")
    # The file that shows that the clock was set: systemd's, or one that the settings name, as `flag:/path`.
    flag = "/run/systemd/timesync/synchronized" if source == "timesync" else source.partition("flag:")[2]
    if flag and not machine.at(flag).exists():
        yield make_finding("clock-waiting", source=source)


def of_certificate(settings: Config, now: datetime, port: int = tls_certificate.HTTPS) -> Iterator[Finding]:
    """Check how long the desk's certificate is still valid: none shown, expired, ending, or good. No finding where no
    proxy shows the desk to the network.
    """
    host = tls_certificate.host_of(settings)
    if host is None:
        return
    life = tls_certificate.life(host, now, port)
    if life is None:
        yield make_finding("certificate-none", host=host)
    elif life.left <= timedelta(0):
        yield make_finding("certificate-over", host=host)
    else:
        yield make_finding(
            "certificate-ending" if life.share < _LATE_SHARE else "certificate", host=host, left=life.left
        )


def of_libraries(now: datetime) -> Iterator[Finding]:
    """Yield the age of the pinned libraries, counted from the making of this release. `scripts/audit` looks for their
    known flaws.
    """
    age = now - MADE_AFTER
    yield make_finding("libraries-old" if age > _OLD_LIBRARIES else "libraries", age=age)


def _of_home(root: Path, clock: MachineClock, machine: Machine, *, whole: bool) -> Iterator[Finding]:
    """Open the home and check it part by part; yield a finding where it does not open."""
    try:
        with home.opened(root) as opened:
            yield make_finding("home-training" if opened.training else "home", path=str(root))
            yield from settings_checks.simulated_door(opened, machine)
            yield from _guarded("database", lambda: database_checks.database(opened, whole=whole))
            since = None if whole else (clock.now() - _RECENT).date()  # None: visits and entries of all days
            yield from _guarded("values", lambda: database_checks.values(opened, since))
            yield from _guarded("ledger", lambda: database_checks.books(opened, whole=whole))
            yield from _guarded("records", lambda: database_checks.seen(opened))
            yield from _guarded("door-days", lambda: door_checks.check(opened, clock.now()))
            yield from _guarded("upkeep", lambda: _upkeep(opened, clock.now(), whole=whole))
            yield from _guarded("due", lambda: _due(opened, clock.now()))
            yield from _guarded("online", lambda: _online(opened))
    except KioskError as error:
        yield from opening_faults.closed(error, root)


def _upkeep(opened: Home, now: datetime, *, whole: bool) -> Iterator[Finding]:
    """Yield the findings about backups, drills and checks by their last runs; a `whole` check verifies the chain
    itself, so its last run is left out.
    """
    with opened.store.reading() as connection:
        known = upkeep_rows.found(connection)
    for finding in entrance_checks.of_upkeep(known, now, __version__):
        if not (whole and finding.kind.topic.id == "chain"):  # it is verified here and now
            yield finding


def _due(opened: Home, now: datetime) -> Iterator[Finding]:
    """Check the acts of `kiosk due`, in a transaction of their own."""
    with opened.store.reading() as connection:
        yield from due_checks.check(connection, now)


def _online(opened: Home) -> Iterator[Finding]:
    """Check online payment, in a transaction of its own."""
    with opened.store.reading() as connection:
        yield from online_checks.check(connection, opened)


def _of_machine(machine: Machine) -> Iterator[Finding]:
    """Check memory, heat and power, each guarded for itself."""
    for check in (machine_checks.memory, machine_checks.heat, machine_checks.power):
        yield from _guarded(check.__name__, partial(check, machine))


def _guarded(name: str, check: Check) -> list[Finding]:
    """Return the findings of one check; a check that fails becomes a finding itself, so that the others are still
    made.
    """
    try:
        return list(check())
    except MachineError as fault:
        return [make_finding("check-failed", check=name, fault=str(fault))]
    except Exception as fault:  # one check: the others are made all the same
        log.exception("the check %s failed", name)
        return [make_finding("check-failed", check=name, fault=type(fault).__name__)]  # its text is in the log alone


def _ask(port: int) -> dict[str, Any] | None:
    """Ask the entrance on this machine for its health, and return its JSON; it tries its fallbacks first. None where it
    does not answer, or another program does.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)  # seconds
    try:
        connection.request("GET", "/healthz?exercise=1")
        answer = json.loads(connection.getresponse().read())
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    return answer if isinstance(answer, dict) and "reader" in answer else None  # else another program answered
