"""Settles a request from the public pages whose sender has joined at the screen: the request's address goes to the new
member's file.
"""

import sqlalchemy as sa

from kiosk.domain.days import Moment
from kiosk.domain.visitors import requests
from kiosk.domain.visitors.requests import State, Step
from kiosk.errors import RequestError
from kiosk.store.members import members
from kiosk.store.members.members import Member
from kiosk.store.visitors import request_rows


def take_over(connection: sa.Connection, request_id: int, person: Member, moment: Moment, actor: str) -> None:
    """Give a member's file the address of their request, unless it has one, mark the request as done, and erase the
    request's name, address and words.

    A request that was cancelled or has expired gives nothing.
    """
    try:
        request = request_rows.by_id(connection, request_id)
    except RequestError:  # it has expired and was erased
        return
    if request.state not in (State.WAITING, State.DONE):
        return
    if request.email is not None and person.email is None:
        members.change(connection, person, email=request.email)
    if request.state is State.WAITING:
        state = requests.step(request.kind, request.state, Step.DO)
        request_rows.move(connection, request.id, state, settled_at=moment.at, settled_by=actor)
    request_rows.note(connection, request.id, name=None, email=None, said=None)
