"""Leads members from their account to what they do together: hosting, and whatever else the association turned on.

Without any of it this page is not offered, and an account's page stays as it was.
"""

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from kiosk.checkin.cards import Card, CardKind, Option
from kiosk.checkin.dialogue import Page, PageContext
from kiosk.domain.checkin.choices import Act
from kiosk.domain.money.tariffs import Policy
from kiosk.domain.problems import Mistake, Value
from kiosk.errors import RequestError
from kiosk.language import problems
from kiosk.language.catalogues import Language
from kiosk.language.texts import Said, Text
from kiosk.store.members import members


class HouseSheet(Struct, frozen=True):
    """What stands below each of the page's options, in their order; `about` stands above them all."""

    values: tuple[Said | str, ...] = ()
    about: Said | None = None
    chosen: str = ""


class Problem(Struct, frozen=True):
    """An error in words, in the language of whoever reads it."""

    code: str
    values: dict[str, Value] = {}

    def to(self, language: Language, /) -> str:
        """What is wrong."""
        return problems.told(self.code, language, self.values)


class Entry(Struct, frozen=True):
    """A choice, and what stands below it."""

    option: Option
    value: Said | str = ""


MOST_WAYS = 4  # on a page: each is a target that nobody misses, and one line
_MORE = Text("Autre chose", "Something else")
_SEEKS = Text("S’inscrire : encore {count}", "Sign up: {count} more")  # one line; its page has the title whole
# What there is: whether a policy has it, and its name. What members know is behind who is here.
WAYS: Mapping[Act, tuple[Callable[[Policy], bool], Text]] = {
    Act.ROOM: (lambda policy: policy.books_rooms, Text("Salles", "Rooms")),
    Act.EVENTS: (lambda policy: policy.events, Text("Événements", "Events")),
    Act.HOSTING: (lambda policy: policy.hosting, Text("Accueil", "Hosting")),
    Act.PEOPLE: (lambda policy: policy.people, Text("Qui est là ?", "Who is here?")),
    Act.NOTICES: (lambda policy: policy.notices, Text("Annonces", "Notices")),
    Act.FLOOR: (lambda policy: policy.floor_plan, Text("Plan et bureaux", "Plan and desks")),
    Act.THINGS: (lambda policy: policy.things, Text("Objets et cabines", "Items and booths")),
}


def show(context: PageContext) -> Card:
    """Show what there is, the most used first and so many on a page; before it all a training that seeks people."""
    named = [(act, *WAYS[act]) for act in context.ways or WAYS]
    entries = [
        *_seeking(context),
        *(Entry(Option(act, "", name)) for act, is_on, name in named if is_on(context.policy)),
    ]
    first = number_in(context.value) if context.value else 0
    shown = entries[first:]
    if len(shown) > MOST_WAYS:
        shown = [*shown[: MOST_WAYS - 1], Entry(Option(Act.HOUSE, str(first + MOST_WAYS - 1), _MORE))]
    return page(context, CardKind.HOUSE, shown, Act.ACCOUNT)


def _seeking(context: PageContext) -> Iterator[Entry]:
    """The next event that too few come to yet, where this member does not come."""
    if not context.policy.events:
        return
    from kiosk.store.events import signup_rows  # few spaces have events

    mine = signup_rows.events_of(context.connection, members.by_number(context.connection, context.number).id)
    for event, missing in signup_rows.lacking(context.connection, context.moment.at):
        if event.id not in mine:
            yield Entry(Option(Act.EVENT, str(event.id), _SEEKS.of(count=str(missing))))
            return


def page(
    context: PageContext, kind: CardKind, entries: list[Entry], back: Act = Act.HOUSE, *, about: Said | None = None
) -> Card:
    """A page of choices, with a way back."""
    sheet = HouseSheet(tuple(each.value for each in entries), about)
    options = tuple(each.option for each in entries)
    return Card(kind, context.name, acts=(back, Act.DONE), sheet=sheet, options=options)


def done(context: PageContext, what: Said, back: Act, *, thanks: bool = False) -> Card:
    """Say that something was done."""
    kind = CardKind.HOUSE_THANKS if thanks else CardKind.HOUSE_DONE
    return Card(kind, context.name, acts=(back, Act.DONE), confirms=what)


def refused(context: PageContext, error: Mistake, back: Act) -> Card:
    """Say why something cannot be; nothing was changed."""
    return replace(done(context, Problem(error.code, error.values), back), kind=CardKind.HOUSE_REFUSED)


def number_in(text: str) -> int:
    """A number that a touch brought. Raises RequestError `touch-over` for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise RequestError("touch-over", "there is no such choice here")
    return int(text)


PAGES = {Act.HOUSE: Page(show)}
"""The page that all others of this family come back to."""
