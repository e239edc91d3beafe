"""Offers the keyboard on the screen: keys are touched one by one, and what was typed stays on the server.

A page that wants a name is a `card`, with its own act; its template includes `sheets/typing.html`. Each key is taken in
here, and then that page is shown again.
"""

from msgspec import Struct
from msgspec.structs import replace

from kiosk.checkin.cards import Card, CardKind, Option
from kiosk.checkin.dialogue import Page, PageContext
from kiosk.domain.checkin.choices import Act
from kiosk.domain.money import vouchers
from kiosk.errors import RequestError
from kiosk.language.texts import Said, Text

DELETE, SPACE, LETTERS, ACCENTS, SIGNS = "delete", "space", "letters", "accents", "signs"
NAMES, TEXT, CODE = "names", "text", "code"
_TYPED = Text("« {what} »", "“{what}”")
LONGEST = 60  # a name on the screen; the desk has room for more

# Three rows of ten, as wide as the screen: keys of 80 px leave room for no more.
_ROWS = {
    LETTERS: (*"azertyuiop", *"qsdfghjklm", *"wxcvbné", ACCENTS, SPACE, DELETE),
    ACCENTS: (*"éèêëàâäçîï", *"ôöùûüÿœæñ’", *"áíóúß-.", LETTERS, SPACE, DELETE),
    SIGNS: (*vouchers.SIGNS, DELETE),
}
_SAID: dict[str, Said | str] = {
    DELETE: Text("Effacer", "Delete"),
    SPACE: Text("Espace", "Space"),
    ACCENTS: "éàç",
    LETTERS: "abc",
}


class Typing(Struct, frozen=True):
    """What is typed on the keyboard: for the page of which act, so far; on which keys, and how it is written."""

    act: Act
    text: str = ""
    layer: str = LETTERS
    writes: str = NAMES


class Typed(Struct, frozen=True):
    """What is typed so far; `wanted` is which line says what is missing, None where nothing is."""

    typed: str
    wanted: int | None = None


def typed(context: PageContext, act: Act | None = None) -> str:
    """What was typed: for the page of this act, where one is named."""
    typing = context.recall(Typing)
    return "" if typing is None or act not in (None, typing.act) else typing.text


def is_for(context: PageContext, act: Act) -> bool:
    """Whether it is for the page of this act that something is typed."""
    typing = context.recall(Typing)
    return typing is not None and typing.act is act


def empty(context: PageContext) -> None:
    """Begin anew with what is typed for the same page."""
    typing = context.recall(Typing)
    if typing is not None:
        context.keep(replace(typing, text=""))


def card(
    context: PageContext, kind: CardKind, page: Act, *acts: Act, wanted: int | None = None, writes: str = NAMES
) -> Card:
    """Offer the keys for the `page` of an act, with the acts that it leads to; what was typed for it before stays.

    NAMES have capitals all along, a TEXT at its beginning; a CODE's signs are all on one page of keys.
    """
    typing = context.recall(Typing)
    if typing is None or typing.act is not page:
        typing = Typing(page, layer=SIGNS if writes == CODE else LETTERS, writes=writes)
        context.keep(typing)
    return Card(kind, context.name, acts=(*acts, Act.DONE), sheet=Typed(typing.text, wanted), options=keys(typing))


def keys(typing: Typing) -> tuple[Option, ...]:
    """The keys, ten a row. They look as they will be written: a word begins with a capital."""
    return tuple(_key(value, _written(typing, value)) for value in _ROWS[typing.layer])


def name_it(context: PageContext) -> Card:
    """Say what was typed, before the badge does something with it."""
    said = _TYPED.of(what=typed(context).strip())
    return Card(CardKind.BADGE_AGAIN, context.name, asked=context.act, confirms=said)


def press(context: PageContext) -> Card | None:
    """Take in a key, and show the page that it was typed for. Raises RequestError `touch-over` for any other."""
    typing, value = _typing(context), context.value
    page = context.flows.pages().get(typing.act)
    if page is None or value not in _ROWS[typing.layer]:
        raise RequestError("touch-over", "there is no such key here")
    if value in _ROWS:
        typing = replace(typing, layer=value)
    elif value == DELETE:
        typing = replace(typing, text=typing.text[:-1])
    elif len(typing.text) < LONGEST:
        layer = LETTERS if typing.layer == ACCENTS else typing.layer
        typing = replace(typing, text=typing.text + _written(typing, value), layer=layer)
    context.keep(typing)
    return page.show(replace(context, value="", act=typing.act))


def _typing(context: PageContext) -> Typing:
    typing = context.recall(Typing)
    if typing is None:
        raise RequestError("touch-over", "there is no such key here")
    return typing


def _written(typing: Typing, value: str) -> str:
    """What a key writes: no second space, and a capital where a word of a name begins, or a text."""
    if typing.writes == CODE:
        return value
    ends = not typing.text or typing.text[-1] in " -’."
    if value == SPACE:
        return "" if ends else " "
    begins = ends if typing.writes != TEXT else not typing.text
    return value.upper() if begins and len(value) == 1 and value != "ß" else value


def _key(value: str, shown: str) -> Option:
    return Option(Act.KEY, value, _SAID.get(value, shown))


PAGES = {Act.KEY: Page(press)}
