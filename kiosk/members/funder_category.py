"""Writes down what a member declares to be for the funders' figures, or takes it back."""

from kiosk.devices.protocols import Clock
from kiosk.domain.members.categories import Category
from kiosk.errors import RequestError
from kiosk.store.engine import Store
from kiosk.store.members import assembly, members
from kiosk.store.space.policies import Rules


def declare(store: Store, rules: Rules, clock: Clock, number: int, category: str) -> None:
    """Declare a category from today on; an empty one takes the last back.

    Raises RequestError `no-such-member`, or `category` for one that is not in the list.
    """
    if category and category not in tuple(Category):
        raise RequestError("category", f"there is no category {category!r}: one of {', '.join(Category)}")
    with store.writing() as connection:
        _, moment = rules.at(connection, clock.now())
        found = members.by_number(connection, number)
        assembly.declare(connection, found.id, category or None, moment.day)
