"""The page « Le lieu » that leads from a member's account to what members do together, and helpers for the pages
behind.

Each subject is a *way* of this page (`WAYS`). The page is offered only where the association has turned on at least one
of these subjects.
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
    """The texts of a page of choices: the words below each of its options, in their order; `about` stands above them
    all. `chosen` is the value of the option in force, if any.
    """

    values: tuple[Said | str, ...] = ()
    about: Said | None = None
    chosen: str = ""


class Problem(Struct, frozen=True):
    """An error, by its code and values, which the screen shows in words of the reader's language."""

    code: str
    values: dict[str, Value] = {}

    def to(self, language: Language, /) -> str:
        """Return the error's sentence."""
        return problems.told(self.code, language, self.values)


class Entry(Struct, frozen=True):
    """A choice, and the words below it."""

    option: Option
    value: Said | str = ""


MOST_WAYS = 4  # on a page: each button is large enough not to be missed, with one line of words
# The choice that leads on in a list, and the words below it: for lists by time, and for others.
LATER, FURTHER = (Text("Plus tard", "Later"), Text("Suite", "More")), (Text("Suite", "More"), Text("Plus loin", "Next"))
_MORE = Text("Autre chose", "Something else"), ""
_SEEKS = Text("S’inscrire : encore {count}", "Sign up: {count} left")  # one line; the event's page has its title
# The subjects: whether a policy turns one on, and its name. Members' skills are behind "Who is here?".
WAYS: Mapping[Act, tuple[Callable[[Policy], bool], Text]] = {
    Act.ROOM: (lambda policy: policy.books_rooms, Text("Salles", "Rooms")),
    Act.EVENTS: (lambda policy: policy.events, Text("Événements", "Events")),
    Act.HOSTING: (lambda policy: policy.hosting, Text("Accueil", "Hosting")),
    Act.PEOPLE: (lambda policy: policy.people, Text("Qui est là ?", "Who is here?")),
    Act.NOTICES: (lambda policy: policy.notices, Text("Annonces", "Notices")),
    Act.FLOOR: (lambda policy: policy.floor_plan, Text("Plan et bureaux", "Floor plan and desks")),
    Act.THINGS: (lambda policy: policy.things, Text("Objets et cabines", "Items and booths")),
}


def show(context: PageContext) -> Card:
    """Show the subjects, most used first and some at a time; above them the next event that lacks people."""
    subjects = [(act, *WAYS[act]) for act in context.ways or WAYS]  # `ways`: the acts in today's order, if it is known
    entries = [
        *_seeking(context),
        *(Entry(Option(act, "", name)) for act, is_on, name in subjects if is_on(context.policy)),
    ]
    return page(context, CardKind.HOUSE, some(entries, Act.HOUSE, first_of(context), MOST_WAYS, _MORE), Act.ACCOUNT)


def _seeking(context: PageContext) -> Iterator[Entry]:
    """Yield one choice: the next event with too few people that this member does not come to yet; none where there is
    no such event.
    """
    if not context.policy.events:
        return
    from kiosk.store.events import signup_rows  # few spaces have events

    own_ids = signup_rows.events_of(context.connection, members.by_number(context.connection, context.number).id)
    for event, missing in signup_rows.lacking(context.connection, context.moment.at):
        if event.id not in own_ids:
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
    """Return at most `room` entries of a list, from the `first` (counted from 0) on. Where more follow, the last one
    leads on by `act`, whose value is `before` and the number of the next entry.

    `leads_on` are the words of that last choice, and those below it.
    """
    remaining = list(entries[first:])
    if len(remaining) <= room:
        return remaining
    words, below = leads_on
    return [*remaining[: room - 1], Entry(Option(act, f"{before}{first + room - 1}", words), below)]


def first_of(context: PageContext) -> int:
    """Return the number of the entry from which a list is shown, as touched; 0 where nothing was touched. Raises
    RequestError `touch-over`.
    """
    return number_in(context.value) if context.value else 0


def refuse_unless(is_on: bool) -> None:
    """Raise RequestError `touch-over` where the association has not turned on the subject."""
    if not is_on:
        raise RequestError("touch-over", "there is no such page here")


def refusals_as_cards(back: Act) -> Callable[[Callable[..., Card]], Callable[..., Card]]:
    """Return a decorator that makes a page show a refusal as a card, with a way back to where it was touched."""

    def decorate(show: Callable[..., Card]) -> Callable[..., Card]:
        """Return the page with its refusals as cards."""

        @wraps(show)
        def answered(context: PageContext) -> Card:
            """Show the page, or the card of its refusal; `touch-over` is for the screen to answer."""
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
    """Return a page of choices, with a way back."""
    sheet = HouseSheet(tuple(entry.value for entry in entries), about)
    options = tuple(entry.option for entry in entries)
    return Card(kind, context.name, acts=(back, Act.DONE), sheet=sheet, options=options)


def done(context: PageContext, what: Said, back: Act, *, thanks: bool = False) -> Card:
    """Return the card that says what was done, or with `thanks` also thanks for it; `back` is the page behind it."""
    kind = CardKind.HOUSE_THANKS if thanks else CardKind.HOUSE_DONE
    return Card(kind, context.name, acts=(back, Act.DONE), confirms=what)


def names(context: PageContext, what: Said) -> Card:
    """Return the card that names what the badge, shown again, will do."""
    return Card(CardKind.BADGE_AGAIN, context.name, asked=context.act, confirms=what)


def refused(context: PageContext, error: Mistake, back: Act) -> Card:
    """Return the card that says why an act was refused; nothing was changed."""
    return replace(done(context, Problem(error.code, error.values), back), kind=CardKind.HOUSE_REFUSED)


def number_in(text: str) -> int:
    """Return the number in a touched value. Raises RequestError `touch-over` for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise RequestError("touch-over", "there is no such choice here")
    return int(text)


PAGES = {Act.HOUSE: Page(show)}
"""The page that all others of this family lead back to."""
