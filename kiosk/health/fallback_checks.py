"""Compares the roster with the records, from outside the entrance: it asks the roster about badges, lost ones among
them. The roster is the list by which the door opens while the database cannot be read; it knows a badge by its mark, a
keyed digest of the number.

Fallbacks that the entrance can test by itself are tested there (`kiosk.offline.fallbacks`).
"""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from kiosk import home, key_rights
from kiosk.badges import proof_keys
from kiosk.badges.proof_keys import Cipher
from kiosk.devices.protocols import MachineClock
from kiosk.domain.checkin.verdicts import Denied
from kiosk.domain.health.findings import Finding, Level
from kiosk.domain.offline import roster_rules
from kiosk.errors import MachineError
from kiosk.health import entrance_checks, status_file
from kiosk.health.finding_codes import KINDS, make_finding
from kiosk.home import Home
from kiosk.offline import door_keys, roster
from kiosk.offline.roster import Roster
from kiosk.offline.roster_refresh import TIMER_SECONDS
from kiosk.offline.stopped_badges import StoppedBadges
from kiosk.store.checkin import standing
from kiosk.store.health import finding_rows
from kiosk.store.members import badge_rows
from kiosk.store.space import site_key_rows
from kiosk.store.space.policies import Rules

MOST_ASKED = 40  # badges that the roster is asked about, of each kind: ended (lost, or their member left) and not
# Topics and codes of the last check's findings that the mail names beside those that the entrance reports.
_MAILED_TOPICS, _MAILED_CODES = ("rehearsal", "proof-keys"), ("door-simulated-counts",)
OLD = timedelta(seconds=3 * TIMER_SECONDS)  # of a roster: three times the pace at which it is written


def of_roster(root: Path, clock: MachineClock) -> Iterator[Finding]:
    """Yield the finding about the roster on the disk: of another badge key, missing, old, contradicting the database,
    or good. None where this account may not read its folder, or where no entrance ever ran.
    """
    with home.opened(root) as opened:
        paths, folder = opened.paths, opened.paths.roster.parent
        if not os.access(folder, os.R_OK | os.X_OK) or not any(each != paths.spool_record for each in folder.iterdir()):
            return  # a new home has no more than its spool's record
        keys = door_keys.seals_of(paths)
        if roster.is_of_other_key(paths.roster, keys):
            yield make_finding("badge-key-other", path=str(paths.badge_key))
            return
        saved = roster.load(paths.roster, keys)
        if saved is None:
            yield make_finding("roster-missing")
            return
        age = clock.now().timestamp() - paths.roster.stat().st_mtime
        if age > OLD.total_seconds():
            yield make_finding("roster-old", age=timedelta(seconds=age))
            return
        current = saved.without(StoppedBadges(paths.stopped, keys).marks)  # without stopped badges, like the entrance
        with opened.store.reading() as connection:
            wrong = sum(_contradictions(connection, opened, current, clock))
        yield make_finding("roster-wrong", count=wrong) if wrong else make_finding("roster")


def of_proof_keys(root: Path) -> Iterator[Finding]:
    """Find badges that this door refuses, since it lacks the site's key by which they prove themselves. No finding
    where this account may not read the keys' folder.
    """
    with home.opened(root) as opened:
        file = opened.paths.proof_keys
        if not os.access(file.parent, os.R_OK | os.X_OK):
            return
        with opened.store.reading() as connection:
            demanded = badge_rows.by_version(connection)
        if not demanded:
            return
        try:
            known = proof_keys.read(opened.paths)
        except MachineError:
            known = {}  # no key can be read: all such badges are refused
        refused = sum(count for version, count in demanded.items() if version not in known)
        if refused:
            yield make_finding("proof-keys", count=refused, file=str(file))


def of_site_keys(root: Path, cipher: Callable[[], Cipher]) -> Iterator[Finding]:
    """Find badge keys in the records that this door cannot decrypt, so that a machine that joins could not either. No
    finding where this account may not read the door's key. `cipher` loads the library, so it is called only where there
    are such keys.
    """
    with home.opened(root) as opened:
        paths = opened.paths
        if not os.access(paths.spool_key, os.R_OK):
            return
        with opened.store.reading() as connection:
            if not site_key_rows.everyone(connection):
                return
        closed = proof_keys.closed(paths, opened.store, cipher())
        if closed:
            yield make_finding("site-keys-closed", count=len(closed), file=str(paths.spool_key))


def of_chain_key(root: Path) -> Iterator[Finding]:
    """Find that the entrance can still read the chain's key, though it has a key of its own: the group that would keep
    it out is missing. Found by root only, since other accounts cannot see the entrance's key.
    """
    if key_rights.lacks_group(root / "keys" / "shared"):
        yield make_finding("chain-shared")


def _contradictions(connection: sa.Connection, opened: Home, current: Roster, clock: MachineClock) -> Iterator[bool]:
    """Yield True for each badge about which roster and records contradict each other (one lets it in, the other not),
    else False: for the first `MOST_ASKED` of each kind in the order of their marks.
    """
    policy, moment = Rules(opened.config.zone, door=opened.config.door.number).at(connection, clock.now())
    ended = standing.ended(connection, moment.day)
    for is_over in (True, False):
        for badge in sorted(mark for mark, over in ended.items() if over is is_over)[:MOST_ASKED]:
            by_roster = roster_rules.decide(current.people.get(badge), moment.day)
            try:
                known = standing.find(connection, badge, policy, moment.day)
                listed = None if known is None else roster_rules.listed(known, policy, moment)
            except (MachineError, ValueError, TypeError):  # its values cannot be read: another check reports that
                continue
            # A badge that has ended must not be listed, whatever else its member may still do.
            by_records = roster_rules.decide(None if is_over else listed, moment.day)
            yield isinstance(by_roster, Denied) != isinstance(by_records, Denied)


def known(opened: Home, clock: MachineClock) -> list[Finding]:
    """Return the fallbacks that would fail, as the entrance reports them now and the last check stored them: for the
    mail.
    """
    status = status_file.load(opened.paths.status, clock)
    failing = [] if status is None or not status.answers else list(entrance_checks.of_fallbacks(status.facts))
    with opened.store.reading() as connection:
        _, stored = finding_rows.noted(connection) or (None, [])
    for code, values in stored:
        kind = KINDS.get(code)
        is_mailed = kind is not None and (kind.topic.id in _MAILED_TOPICS or code in _MAILED_CODES)
        if kind is not None and is_mailed and kind.level is not Level.OK:
            failing.append(Finding(kind, values))
    return failing
