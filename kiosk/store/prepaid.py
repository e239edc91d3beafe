"""Days paid for before they are used: taken from a carnet, given back to it."""

import sqlalchemy as sa
from sqlalchemy import bindparam

from kiosk.store.tables import carnet

_TAKE = (
    carnet.update()
    .where(carnet.c.id == bindparam("which"))
    .values(used=carnet.c.used + bindparam("more", type_=sa.Integer))
)


def take(connection: sa.Connection, carnet_id: int) -> None:
    """Use one day. The database refuses a day that is not there."""
    connection.execute(_TAKE, {"which": carnet_id, "more": 1})


def give_back(connection: sa.Connection, carnet_id: int) -> None:
    """Give one used day back."""
    connection.execute(_TAKE, {"which": carnet_id, "more": -1})
