"""Leads members from their account to what they do together: hosting, and whatever else the association turned on.

Without any of it this page is not offered, and an account's page stays as it was.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import wraps

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
    """An error in words, in the reader's language."""

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
# What leads on in a list, and what stands below it: one by time, and any other.
LATER, FURTHER = (Text("Plus tard", "Later"), Text("Suite", "More")), (Text("Suite", "More"), Text("Plus loin", "Next"))
_MORE = Text("Autre chose", "Something else"), ""
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
    return page(context, CardKind.HOUSE, some(entries, Act.HOUSE, first_of(context), MOST_WAYS, _MORE), Act.ACCOUNT)


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


def some(
    entries: Sequence[Entry],
    act: Act,
    first: int,
    room: int,
    leads_on: tuple[Said, Said | str] = LATER,
    *,
    before: str = "",
) -> list[Entry]:
    """As many entries as there is room for, from the `first` on; the last of a list that is longer leads on by `act`,
    whose value is `before` and the number of the next one.
    """
    rest = list(entries[first:])
    if len(rest) <= room:
        return rest
    words, below = leads_on
    return [*rest[: room - 1], Entry(Option(act, f"{before}{first + room - 1}", words), below)]


def first_of(context: PageContext) -> int:
    """From which entry on a list is shown: the one that was touched. Raises RequestError `touch-over`."""
    return number_in(context.value) if context.value else 0


def on(is_on: bool) -> None:
    """Raise RequestError `touch-over` where the association has not turned this on."""
    if not is_on:
        raise RequestError("touch-over", "there is no such page here")


def answers(back: Act) -> Callable[[Callable[..., Card]], Callable[..., Card]]:
    """Have a page that does something say why it cannot be, with a way back to where it was touched."""

    def decorate(show: Callable[..., Card]) -> Callable[..., Card]:
        @wraps(show)
        def answered(context: PageContext) -> Card:
            try:
                return show(context)
            except Mistake as error:
                if error.code == "touch-over":
                    raise
                return refused(context, error, back)

        return answered

    return decorate


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


def names(context: PageContext, what: Said) -> Card:
    """Name what the badge, shown again, is to do."""
    return Card(CardKind.BADGE_AGAIN, context.name, asked=context.act, confirms=what)


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
