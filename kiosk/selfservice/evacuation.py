"""Shows the evacuation list at the screen after the house's code for it: the number of people inside, and some names.

Everyone inside is counted, guests too, but only visible members are named: firefighters ask how many are missing, and
no law asks for names at a door. The desk has the full list.
"""

from msgspec import Struct

from kiosk.checkin.cards import Card, CardKind
from kiosk.checkin.dialogue import ACTOR, Page, PageContext
from kiosk.domain.checkin.choices import Act
from kiosk.selfservice import pad
from kiosk.selfservice.without_badge import pin
from kiosk.store.checkin import inside
from kiosk.store.officers import desk_log
from kiosk.store.selfservice import pins

MOST_NAMES = 24  # as many as can be read from a step away; `unnamed` counts the others


class EvacuationSheet(Struct, frozen=True):
    """The number of people inside, guests among them, and the visible members' names at the door."""

    count: int
    guests: int
    names: tuple[str, ...]

    @property
    def unnamed(self) -> int:
        """Return how many people inside are neither guests nor named."""
        return self.count - self.guests - len(self.names)


def ask(context: PageContext) -> Card:
    """Ask for the code; where the rules set none, say where the list is; after too many wrong codes at this screen,
    refuse for a while.
    """
    if context.policy.evacuation_code is None:
        return Card(CardKind.EVACUATION_AT_DESK, acts=(Act.DONE,))
    if pin.is_paused_now(context):
        return Card(CardKind.PIN_REFUSED, acts=(Act.DONE,))
    return pad.empty(context, CardKind.EVACUATION_CODE, Act.EVACUATION_LIST)


def show(context: PageContext) -> Card:
    """Show the list after the right code. A wrong one is written in the desk's log, from which the wrong codes at this
    screen are counted, and the pad is shown again. The list is of all sites, by name.
    """
    digits, code = pad.take(context), context.policy.evacuation_code
    if code is None or pin.is_paused_now(context):
        return ask(context)
    if digits != str(code):
        desk_log.add(context.connection, context.moment.at, ACTOR, pins.REFUSED, None, "evacuation")
        return pad.empty(context, CardKind.EVACUATION_CODE, Act.EVACUATION_LIST, says="wrong")
    people = inside.everyone(context.connection, context.moment.day)
    visible_names = sorted(person.shown for person in people if person.visible and person.shown and not person.is_guest)
    guests = sum(person.is_guest for person in people)
    sheet = EvacuationSheet(len(people), guests, tuple(visible_names[:MOST_NAMES]))
    return Card(CardKind.EVACUATION, acts=(Act.DONE,), sheet=sheet)


PAGES = {
    Act.EVACUATION: Page(ask),
    Act.EVACUATION_LIST: Page(show, writes=True),
}
