"""Renews the desk's secrets, the chain's key or the badges' key after a memory card was stolen, so that those on it are
worthless.

The desk's key signs sessions and links and seals the secrets of second factors: with it and the database a thief has
them all, and can guess passwords without limit. Members' codes for a forgotten badge are guessed in a minute. With the
chain's key a thief can build a ledger with right seals: a new key begins with an entry that says so, and the old key
stays for what it sealed.
"""

import secrets
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from kiosk import home, root_files
from kiosk.devices.protocols import Clock
from kiosk.domain import ids
from kiosk.domain.chain import Seal, family, key_id
from kiosk.errors import MachineError
from kiosk.home import Home, Paths
from kiosk.jobs.copies import placing
from kiosk.keys import KEY_BYTES
from kiosk.members.officers import Officers
from kiosk.setup import key_mending
from kiosk.store import ledger
from kiosk.store.ledger import Draft
from kiosk.store.officers import desk_log, desk_users
from kiosk.store.officers.desk_users import Officer
from kiosk.store.selfservice import pins
from kiosk.store.space.policies import Rules

_ACTOR = "cli"  # the author of what the command does


class Renewed(Struct, frozen=True):
    """The active accounts, which need a new link, and how many members' codes were deleted."""

    officers: list[Officer]
    codes: int


def renew(opened: Home, clock: Clock) -> Renewed:
    """Make a new desk key, void every password, second factor, session, link and code, and return what needs to be
    renewed.

    Where it fails, run it again. Raises MachineError `key`.
    """
    path = opened.paths.desk_key
    try:
        placing.write(path, secrets.token_bytes(KEY_BYTES).hex().encode("ascii"), 0o640)
    except OSError as fault:
        raise MachineError("key", f"the key {path} cannot be made anew: {fault.strerror}") from None
    officers = Officers.of(opened, clock, _ACTOR)
    here = replace(officers, watch=replace(officers.watch, sends=False))  # no mails: every officer needs a new link
    with opened.store.writing() as connection:
        everyone, numbers = desk_users.everyone(connection), pins.with_code(connection)
        for officer in everyone:
            desk_users.change(connection, officer.id, password=None)
        for number in numbers:
            pins.keep(connection, number, clock.now(), _ACTOR, None)  # None: the code is deleted
    for officer in everyone:
        here.take_second_factors(officer.id)
    return Renewed([officer for officer in everyone if officer.active], len(numbers))


def renew_chain(opened: Home, clock: Clock) -> int:
    """Begin a new chain key and return the entry that announces it. No program may use the home meanwhile.

    The old key is kept beside it (`chain.1` and so on). After an interruption, running it again continues. Raises
    MachineError `entrance-runs` or `key`.
    """
    paths, seal = opened.paths, opened.seal
    with home.locked(paths):
        with opened.store.reading() as connection:
            last = ledger.head(connection)
        before = None if last.key_id is None else family(last.key_id)  # a door's key is derived from a chain's
        # None: no entry yet. Where another key sealed the last one, an interrupted run has made the new key already.
        if before in (None, seal.key_id):
            seal = _new_chain_key(paths, seal)  # outside a transaction, where root has all its rights
        with opened.store.writing() as connection:
            _, moment = Rules(opened.config.zone).at(connection, clock.now())
            draft = Draft(
                kind="notice",
                day_on=moment.day,
                group=ids.new(moment.at, secrets.token_bytes(16)),
                actor=_ACTOR,
                detail={
                    **{"about": "chain-key", "key": seal.key_id, "before": before},
                    **desk_log.key_from_here(connection, seal),  # the desk's log goes on under the new key
                },
            )
            entry = ledger.append(connection, seal, draft, moment.at)
    key_mending.renew_door_seals(paths.root)  # the doors' keys are derived from the chain's
    return entry


def renew_badges(opened: Home, clock: Clock, until: date) -> int:
    """Begin a new badge key and return the entry that announces it: a badge tapped by the day `until` is recognised by
    the old key and stored under the new one; later only the new key counts. No program may use the home meanwhile.

    The old key is kept beside it, with that day in its name; old keys whose day is past are deleted. Raises
    MachineError `entrance-runs` or `key`.
    """
    paths = opened.paths
    rules = Rules(opened.config.zone)
    with home.locked(paths):
        with opened.store.reading() as connection:
            today = rules.at(connection, clock.now())[1].day
        _new_badge_key(paths, opened.badge_key, until, today)  # outside a transaction, as above
        with opened.store.writing() as connection:
            _, moment = rules.at(connection, clock.now())
            draft = Draft(
                kind="notice",
                day_on=moment.day,
                group=ids.new(moment.at, secrets.token_bytes(16)),
                actor=_ACTOR,
                detail={"about": "badge-key", "until": until.isoformat()},
            )
            return ledger.append(connection, opened.seal, draft, moment.at)


def _new_badge_key(paths: Paths, key: bytes, until: date, today: date) -> None:
    """Keep the old badge key under the next number and its last day, put a new one in its place, and delete the old
    keys whose last day was before today. Raises MachineError `key`.
    """
    place, kept = paths.badge_key, paths.old_badge_keys  # like badge.1.2027-01-31, each with its last day
    count = 1 + max((int(path.name.split(".")[1]) for path, _ in kept if path.name.split(".")[1].isdigit()), default=0)
    beside = place.with_name(f"{place.name}.{count}.{until.isoformat()}")
    try:
        placing.write(beside, key.hex().encode("ascii"), 0o640)
        placing.write(place, secrets.token_bytes(KEY_BYTES).hex().encode("ascii"), 0o640)
        with root_files.acting_in(place.parent):
            for path, day in kept:
                if day < today:
                    path.unlink()
    except OSError as fault:
        raise MachineError("key", f"the key {place} cannot be made anew: {fault.strerror}") from None


def _new_chain_key(paths: Paths, seal: Seal) -> Seal:
    """Keep the old chain key under the next number, put a new one in its place, and return the seal with it. Raises
    MachineError `key`.
    """
    numbers = [int(path.suffix[1:]) for path in paths.old_chain_keys]
    kept = paths.chain_key.with_name(f"{paths.chain_key.name}.{max(numbers, default=0) + 1}")
    key = secrets.token_bytes(KEY_BYTES)
    try:
        placing.write(kept, seal.key.hex().encode("ascii"), 0o640)
        placing.write(paths.chain_key, key.hex().encode("ascii"), 0o640)
    except OSError as fault:
        raise MachineError("key", f"the key {paths.chain_key} cannot be made anew: {fault.strerror}") from None
    return Seal(key, key_id(key), seal.home_id, seal.zone, seal.keys)
