"""Renews the desk's secrets on the day when a card is stolen, so that those on it are worthless.

The desk's key signs sessions and links and seals the codes' secrets; whoever has it and the database has them all, and
can guess at the passwords for as long as they like. Members' codes for a forgotten badge are guessed in a minute.
"""

import secrets
from dataclasses import dataclass

from kiosk.devices.protocols import Clock
from kiosk.errors import MachineError
from kiosk.home import KEY_BYTES, Home
from kiosk.jobs.copies import placing
from kiosk.members.officers import Officers
from kiosk.store.officers import desk_users
from kiosk.store.officers.desk_users import Officer
from kiosk.store.selfservice import pins

_ACTOR = "cli"


@dataclass(frozen=True, slots=True)
class Renewed:
    """The accounts that need a new link, and how many members' codes were taken away."""

    officers: list[Officer]
    codes: int


def renew(opened: Home, clock: Clock) -> Renewed:
    """Make a new desk key, and make every password, second factor, session, link and code of before worthless.

    To be begun anew where it fails. Raises MachineError `key`.
    """
    path = opened.paths.desk_key
    try:
        placing.write(path, secrets.token_bytes(KEY_BYTES).hex().encode("ascii"), 0o640)
    except OSError as fault:
        raise MachineError("key", f"the key {path} cannot be made anew: {fault.strerror}") from None
    here = Officers(store=opened.store, clock=clock, actor=_ACTOR, training=opened.training)
    with opened.store.writing() as connection:
        everyone, numbers = desk_users.everyone(connection), pins.with_code(connection)
        for one in everyone:
            desk_users.change(connection, one.id, password=None)
        for number in numbers:
            pins.keep(connection, number, clock.now(), _ACTOR, None)
    for one in everyone:
        here.take_second_factors(one.id)
    return Renewed([one for one in everyone if one.active], len(numbers))
