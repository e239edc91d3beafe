"""A house whose public pages are on, with rooms to let and an event, asked as the pages' program asks."""

import pytest

from kiosk.domain.events.terms import EventKind
from kiosk.events.planning import Description
from tests.events.happenings import Happenings
from tests.rooms.hall import let
from tests.web.pages.conftest import Browser, House, house

__all__ = ["house", "open_house", "visitor"]


@pytest.fixture
def open_house(house: House) -> House:
    """The house, with all public pages on and something on each."""
    space = house.space
    for name in ("public_work", "public_let", "public_agenda"):
        space.rule(name, "true")
    let(space)
    told = Happenings(space)
    for title, product in (("La compta", "training"), ("Une soirée", None)):
        event = told.planning.propose(Description(kind=EventKind.TRAINING, title=title, is_listed=True))
        told.open(event, product, places=1, threshold=None, deadline_at=None)
    space.rule(
        "association", '{"name": "La Coroutine", "address": "16 rue du Fil\\n59000 Lille", "phone": "03 20 00 00 00"}'
    )
    return house


@pytest.fixture
def visitor(open_house: House) -> Browser:
    return open_house.telephone()
