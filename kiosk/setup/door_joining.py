"""Makes this machine a door of its home, by a code from the desk: with its own key, and its number in kiosk.toml."""

from contextlib import suppress

from kiosk import config_in_force, keys
from kiosk.domain import doors
from kiosk.errors import MachineError, RequestError
from kiosk.home import Home, Paths
from kiosk.setup import settings_lines
from kiosk.space.doors import Doors
from kiosk.store import ledger
from kiosk.store.space import door_rows


def join(opened: Home, office: Doors, code: str) -> int:
    """Add this machine as a door and return its number. Raises RequestError `door-code`, `door-shared-keys`,
    MachineError `key`.

    An existing key is used again: after a wrong code one can try again, and a revoked door joins as a new one.
    """
    paths = opened.paths
    with opened.store.reading() as connection:
        if not ledger.is_sealed_with(connection, opened.seal):
            raise RequestError(
                "door-shared-keys",
                f"{paths.chain_key.parent} is not this space's: copy keys/shared, keys/entrance/spool,"
                " keys/entrance/codes from the first door's machine: docs/portes.md",
            )
    key = keys.read_key(paths.door_key) if paths.door_key.exists() else keys.make_key(paths.door_key)
    number = office.join(code, key)
    keys.make_door_seal(paths.door_seal, opened.seal.of_door(number))
    _say_number(paths, number)
    return number


def check(opened: Home) -> None:
    """Refuse to start where this machine is not the door that kiosk.toml names. Raises RequestError `door-key`.

    The first door needs no key. Where the database cannot be read the check is left out, since the roster decides then.
    """
    number = opened.config.door.number
    if number == doors.FIRST:
        return
    with suppress(MachineError), opened.store.reading() as connection:
        digest = door_rows.key_digest(connection, number)
        if digest is None:  # no key was recorded for this number, or the door is unknown
            return
        key = keys.read_key(opened.paths.door_key) if opened.paths.door_key.exists() else b""
        if doors.key_digest(key) != digest:
            raise RequestError("door-key", f"this machine has not the key of door {number}: kiosk doors join CODE")


def _say_number(paths: Paths, number: int) -> None:
    """Write the door's number into kiosk.toml."""
    config_in_force.edit(
        paths.root, lambda text: settings_lines.with_line(text, "door", "number", f"number = {number}")
    )
