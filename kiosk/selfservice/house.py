"""Leads members from their account to what they do together: hosting, and whatever else the association turned on.

Without any of it this page is not offered, and an account's page stays as it was.
"""

from collections.abc import Callable

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
# What there is, the most used first: whether a policy has it, which page it leads to, and its name. What members know
# is behind who is here.
_WAYS: tuple[tuple[Callable[[Policy], bool], Act, Text], ...] = (
    (lambda policy: policy.books_rooms, Act.ROOM, Text("Salles", "Rooms")),
    (lambda policy: policy.events, Act.EVENTS, Text("Événements", "Events")),
    (lambda policy: policy.hosting, Act.HOSTING, Text("Accueil", "Hosting")),
    (lambda policy: policy.people, Act.PEOPLE, Text("Qui est là ?", "Who is here?")),
    (lambda policy: policy.notices, Act.NOTICES, Text("Annonces", "Notices")),
    (lambda policy: policy.floor_plan, Act.FLOOR, Text("Plan et bureaux", "Plan and desks")),
    (lambda policy: policy.things, Act.THINGS, Text("Objets et cabines", "Things and booths")),
)


def show(context: PageContext) -> Card:
    """Show what there is, so many on a page."""
    entries = [Entry(Option(act, "", name)) for is_on, act, name in _WAYS if is_on(context.policy)]
    first = number_in(context.value) if context.value else 0
    shown = entries[first:]
    if len(shown) > MOST_WAYS:
        shown = [*shown[: MOST_WAYS - 1], Entry(Option(Act.HOUSE, str(first + MOST_WAYS - 1), _MORE))]
    return page(context, CardKind.HOUSE, shown, Act.ACCOUNT)


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
