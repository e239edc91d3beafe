"""Takes an officer's word that the clock is right, which ends any doubt: for machines without network or battery."""

from kiosk import MADE_AFTER
from kiosk.errors import RequestError
from kiosk.offline.clock_trust import Timekeeper
from kiosk.store import ledger
from kiosk.store.engine import Store
from kiosk.store.offline import clock_facts


def confirm(store: Store, timekeeper: Timekeeper, actor: str) -> None:
    """Write down that the clock is right as it reads now; entries until now no longer speak against it.

    Raises RequestError `clock-wrong` for a time that cannot be.
    """
    reading = timekeeper.look().reading
    if reading.at < MADE_AFTER:
        raise RequestError(
            "clock-wrong", f"the clock shows {reading.at:%Y-%m-%d}, before this program was made: set it"
        )
    with store.writing() as connection:
        clock_facts.add(connection, reading, ledger.head(connection).number, actor)
