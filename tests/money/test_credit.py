"""What an account owes is the same sum at the door and where somebody wants to buy."""

from kiosk.money.credit import standing_of
from kiosk.money.till import Paid
from kiosk.store.checkin import standing
from kiosk.store.members import members
from kiosk.store.space.policies import Rules
from tests.conftest import Space

INES = "04A2000000E511"


def test_what_is_past_due_where_one_buys_is_what_the_door_says(space: Space) -> None:
    """A month that is paid as it is sold settles nothing of an old carnet."""
    number = space.join("Inès Moreau", INES)
    space.till.sell(number, "carnet-10", None)
    space.clock.advance(days=60)
    space.till.sell(number, "permanent", None, paid=Paid("cheque"))
    rules = Rules(space.home.config.zone)
    with space.home.store.reading() as connection:
        policy, moment = rules.at(connection, space.clock.now())
        door = standing.of_member(connection, number, policy, moment.day)
        buying = standing_of(connection, rules, policy, members.by_number(connection, number), moment)
    assert door is not None
    assert door.past_due_cents == 5000  # and the fee of joining
    assert (buying.past_due_cents, buying.chosen_cents) == (5000, 0)
