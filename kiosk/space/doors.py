"""Adds, changes and revokes doors, and the sites that they belong to.

A door on another machine joins by a code that the desk shows: it works once, for ten minutes, and no longer after too
many wrong ones. Another door of this machine needs no code, since it shares this home.
"""

import hmac
from collections.abc import Mapping
from datetime import date, timedelta

import sqlalchemy as sa
from msgspec.structs import replace

from kiosk.acting import UseCase
from kiosk.devices.protocols import Clock
from kiosk.domain import doors
from kiosk.domain.days import Moment
from kiosk.errors import RequestError
from kiosk.store.engine import Store
from kiosk.store.space import door_rows
from kiosk.store.space.door_rows import Code, DoorRow, NewDoor
from kiosk.store.space.policies import Rules


class Doors(UseCase):
    """Adds and changes doors and sites. `actor` is the asking officer; `home_id` makes codes good for this home alone;
    `clock` is the machine's.
    """

    def __init__(self, *, store: Store, rules: Rules, home_id: str, clock: Clock, actor: str) -> None:
        super().__init__(store=store, rules=rules, clock=clock, actor=actor)
        self._home_id = home_id

    def give_code(self, door: NewDoor, random: bytes) -> str:
        """Store a code that adds a described door within ten minutes, and return the code; of it only a digest is kept.
        The same `random` bytes give the same code, stored once.

        Raises RequestError `door-name`, `door-name-taken`, `no-such-site` or `no-such-zone`.
        """
        code = doors.drawn(random)
        digest = doors.digest(self._home_id, code)
        with self._store.writing() as connection:
            policy, moment = self._rules.at(connection, self._clock.now())
            door = _checked(connection, door, policy.zones)
            if all(each.digest != digest for each in door_rows.codes(connection, moment.at)):
                until = moment.at + timedelta(seconds=doors.CODE_SECONDS)
                door_rows.give_code(connection, digest, door, until, self._actor)
                self._log(connection, moment.at, "door-code", what=door.name)
        return code

    def join(self, code: str, key: bytes) -> int:
        """Add the door that a code describes, with the door's own key, and return the door's number.

        Raises RequestError `door-code` for a wrong code, which counts as a try, and `door-name-taken` where another
        door was given the name meanwhile.
        """
        with self._store.writing() as connection:
            policy, moment = self._rules.at(connection, self._clock.now())
            candidate = self._meant(door_rows.codes(connection, moment.at), code)
            if candidate is not None:
                facts = _checked(connection, candidate.door, policy.zones)
                number = door_rows.add(connection, facts, doors.key_digest(key), moment.day, candidate.actor)
                door_rows.use_code(connection, candidate.id, number)
                return number
            door_rows.count_try(connection, moment.at)  # raised below, outside, so that the count is committed
        raise RequestError(
            "door-code",
            "this code adds no door: it is shown at the desk, for ten minutes and one door; after {most} wrong ones"
            " ask for another",
            most=doors.MOST_TRIES,
        )

    def _meant(self, codes: list[Code], code: str) -> Code | None:
        """Return the stored code that a typed one matches; None where it matches none or was tried wrongly too often.
        Digests are compared in constant time, so that the time taken tells nothing of a code.
        """
        digest = doors.digest(self._home_id, code)
        fitting = [each for each in codes if hmac.compare_digest(each.digest, digest)]
        return next((each for each in fitting if each.tries < doors.MOST_TRIES), None)

    def add_here(self, door: NewDoor) -> int:
        """Add another door of this machine and return its number.

        Raises RequestError as `give_code` does.
        """
        with self._store.writing() as connection:
            policy, moment = self._rules.at(connection, self._clock.now())
            door = _checked(connection, door, policy.zones)
            number = door_rows.add(connection, door, None, moment.day, self._actor)  # None: no key of its own
            self._log(connection, moment.at, "door-added", what=f"door {number}")
            return number

    def change(self, number: int, door: NewDoor) -> None:
        """Change a door's name, zone or admitted badges; its site stays.

        Raises RequestError `no-such-door`, and as `give_code` does.
        """
        with self._store.writing() as connection:
            policy, moment = self._rules.at(connection, self._clock.now())
            standing_door = _standing(connection, number)
            door = _checked(connection, replace(door, site=standing_door.site), policy.zones, but=number)
            door_rows.change(connection, number, door)
            self._log(connection, moment.at, "door-changed", what=f"door {number}")

    def revoke(self, number: int) -> None:
        """Revoke a door for good: from now on it may write nothing. Revoking it again changes nothing.

        Raises RequestError `no-such-door`, or `last-door` for the only door left.
        """
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            everyone = door_rows.everyone(connection)
            if any(each.id == number and each.revoked_on is not None for each in everyone):
                return
            _standing(connection, number)
            if sum(each.revoked_on is None for each in everyone) == 1:
                raise RequestError("last-door", "the only door is not revoked: add another one first")
            door_rows.revoke(connection, number, moment.day)
            self._log(connection, moment.at, "door-revoked", what=f"door {number}")

    def add_site(self, name: str) -> int:
        """Add a site and return its number; of an existing name, the existing number. Raises RequestError
        `site-name`.
        """
        name = _site_name(name)
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            known = {called: number for number, called in door_rows.sites(connection)}
            if name in known:
                return known[name]
            number = door_rows.add_site(connection, name)
            self._log_site(connection, moment, number)
            return number

    def name_site(self, number: int, name: str) -> None:
        """Rename a site. Raises RequestError `no-such-site` or `site-name`."""
        name = _site_name(name)
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            known = dict(door_rows.sites(connection))
            if number not in known:
                raise RequestError("no-such-site", field="site", number=number)
            if any(called == name for other, called in known.items() if other != number):
                raise RequestError(
                    "site-name",
                    "another site is called {label!r}",
                    field="site_name",
                    label=name,
                    longest=doors.LONGEST_NAME,
                )
            door_rows.name_site(connection, number, name)
            self._log_site(connection, moment, number)

    def set_capacity(self, site: int, notice: int | None, legal: int | None, from_on: date | None = None) -> None:
        """Set from which number of people on a site says that it is busy (`notice`) and keeps its door shut (`legal`),
        from a day on; None for no limit.

        The day is today where none is given. Limits that hold on that day already are not written again. Raises
        RequestError `no-such-site` or `site-capacity`.
        """
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            from_on = from_on or moment.day
            if site not in dict(door_rows.sites(connection)):
                raise RequestError("no-such-site", field="site", number=site)
            if from_on < moment.day or any(each is not None and not 1 <= each <= 99_999 for each in (notice, legal)):
                raise RequestError("site-capacity", "a site holds 1 person or more, from today or a later day on")
            if door_rows.capacities(connection, from_on).get(site) != (notice, legal):
                door_rows.set_capacity(connection, site, from_on, notice, legal, self._actor)
                self._log_site(connection, moment, site)

    def _log_site(self, connection: sa.Connection, moment: Moment, number: int) -> None:
        """Write into the desk's log that a site was added or changed."""
        self._log(connection, moment.at, "site-changed", what=f"site {number}")


def _standing(connection: sa.Connection, number: int) -> DoorRow:
    """Return a door by its number. Raises RequestError `no-such-door` for an unknown or a revoked one."""
    door = next((each for each in door_rows.everyone(connection) if each.id == number), None)
    if door is None or door.revoked_on is not None:
        raise RequestError("no-such-door", number=number)
    return door


def _checked(connection: sa.Connection, door: NewDoor, zones: Mapping[str, object], but: int | None = None) -> NewDoor:
    """Return the description of a door with its name cleaned. A revoked door's name is free again; `but` is the number
    of a door whose own name does not count as taken, None for a new one. Raises RequestError `door-name`,
    `no-such-site`, `no-such-zone` or `door-name-taken`.
    """
    name = _one_line(door.name)
    if name is None:
        raise RequestError("door-name", field="name", longest=doors.LONGEST_NAME)
    if door.site not in dict(door_rows.sites(connection)):
        raise RequestError("no-such-site", field="site", given=door.site)
    if door.zone is not None and door.zone not in zones:
        raise RequestError("no-such-zone", field="zone", given=door.zone)
    standing = [each for each in door_rows.everyone(connection) if each.revoked_on is None and each.id != but]
    if any(each.name == name for each in standing):
        raise RequestError("door-name-taken", field="name", label=name)
    return replace(door, name=name)


def _site_name(typed: str) -> str:
    """Return a site's name on one line. Raises RequestError `site-name`."""
    name = _one_line(typed)
    if name is None:
        raise RequestError(
            "site-name",
            "a site's name has 1 to {longest} signs on one line",
            field="site_name",
            longest=doors.LONGEST_NAME,
        )
    return name


def _one_line(typed: str) -> str | None:
    """Return a name with its spaces tidied; None where it is empty, too long or not printable."""
    name = " ".join(typed.split())
    return name if 0 < len(name) <= doors.LONGEST_NAME and name.isprintable() else None
