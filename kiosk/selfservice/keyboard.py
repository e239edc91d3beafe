"""The keyboard on the screen: keys are touched one by one, and the typed text stays on the server.

A page that needs a text shows a `card` with its own act; its template includes `sheets/typing.html`. Each key is
handled here (`press`), and then that page is shown again.
"""

from msgspec import Struct
from msgspec.structs import replace

from kiosk.checkin.cards import Card, CardKind, Option
from kiosk.checkin.dialogue import Page, PageContext
from kiosk.domain.checkin.choices import Act
from kiosk.domain.money import vouchers
from kiosk.errors import RequestError
from kiosk.language.texts import Said, Text

# Keys that write no letter, and the layers of keys: a touch on a layer's name shows that layer.
DELETE, SPACE, LETTERS, ACCENTS, SIGNS = "delete", "space", "letters", "accents", "signs"
NAMES, TEXT, CODE = "names", "text", "code"  # how a text is written: `card` explains them
_TYPED = Text("« {what} »", "“{what}”")
LONGEST = 60  # characters of a name on the screen; the desk takes longer ones

# Three rows of ten keys of 80 px fill the screen's width.
_ROWS = {
    LETTERS: (*"azertyuiop", *"qsdfghjklm", *"wxcvbné", ACCENTS, SPACE, DELETE),
    ACCENTS: (*"éèêëàâäçîï", *"ôöùûüÿœæñ’", *"áíóúß-.", LETTERS, SPACE, DELETE),
    SIGNS: (*vouchers.SIGNS, DELETE),
}
_LABELS: dict[str, Said | str] = {
    DELETE: Text("Effacer", "Delete"),
    SPACE: Text("Espace", "Space"),
    ACCENTS: "éàç",
    LETTERS: "abc",
}


class Typing(Struct, frozen=True):
    """The state of the keyboard: the act of the page that needs the text, the text typed so far, the layer of keys
    shown, and how it is written (NAMES, TEXT or CODE).
    """

    act: Act
    text: str = ""
    layer: str = LETTERS
    writes: str = NAMES


class Typed(Struct, frozen=True):
    """What the card shows of it: the text typed so far; `missing_line` is the number, from 0, of the line that says
    what is missing, None for none.
    """

    typed: str
    missing_line: int | None = None


def typed(context: PageContext, act: Act | None = None) -> str:
    """Return the text typed so far; empty where an act is named and the text is for another page."""
    typing = context.recall(Typing)
    return "" if typing is None or act not in (None, typing.act) else typing.text


def is_for(context: PageContext, act: Act) -> bool:
    """Tell whether text is being typed for the page of this act."""
    typing = context.recall(Typing)
    return typing is not None and typing.act is act


def empty(context: PageContext) -> None:
    """Clear the typed text, for the same page."""
    typing = context.recall(Typing)
    if typing is not None:
        context.keep(replace(typing, text=""))


def card(
    context: PageContext, kind: CardKind, page: Act, *acts: Act, missing_line: int | None = None, writes: str = NAMES
) -> Card:
    """Return a card with the keyboard for the `page` of an act, and the acts that it leads to. Text already typed for
    that page stays. With a line number, that line of the card says what is missing.

    NAMES begin each word with a capital, a TEXT only the first; a CODE has all its signs on one layer of keys.
    """
    typing = context.recall(Typing)
    if typing is None or typing.act is not page:
        typing = Typing(page, layer=SIGNS if writes == CODE else LETTERS, writes=writes)
        context.keep(typing)
    return Card(
        kind, context.name, acts=(*acts, Act.DONE), sheet=Typed(typing.text, missing_line), options=keys(typing)
    )


def keys(typing: Typing) -> tuple[Option, ...]:
    """Return the keys, ten a row, labelled as they will be written: a word begins with a capital."""
    return tuple(_key(value, _written(typing, value)) for value in _ROWS[typing.layer])


def name_it(context: PageContext) -> Card:
    """Return the card that shows what was typed, before the badge confirms it."""
    typed_text = _TYPED.of(what=typed(context).strip())
    return Card(CardKind.BADGE_AGAIN, context.name, asked=context.act, confirms=typed_text)


def press(context: PageContext) -> Card | None:
    """Handle a touched key (write, delete the last character, or change the layer), and show the page that it was typed
    for. Beyond LONGEST characters nothing is added. Raises RequestError `touch-over` for a key not offered.
    """
    typing, value = _typing(context), context.value
    page = context.flows.pages().get(typing.act)
    if page is None or value not in _ROWS[typing.layer]:
        raise RequestError("touch-over", "there is no such key here")
    if value in _ROWS:
        typing = replace(typing, layer=value)
    elif value == DELETE:
        typing = replace(typing, text=typing.text[:-1])
    elif len(typing.text) < LONGEST:
        layer = LETTERS if typing.layer == ACCENTS else typing.layer  # one accent, then letters again
        typing = replace(typing, text=typing.text + _written(typing, value), layer=layer)
    context.keep(typing)
    return page.show(replace(context, value="", act=typing.act))


def _typing(context: PageContext) -> Typing:
    """Return what is typed so far. Raises RequestError `touch-over` without a keyboard on the page."""
    typing = context.recall(Typing)
    if typing is None:
        raise RequestError("touch-over", "there is no such key here")
    return typing


def _written(typing: Typing, key: str) -> str:
    """Return what a key writes: no second space, nor one at the beginning; a capital at the beginning of a text, and of
    each word of a name (after a space, hyphen, apostrophe or point).
    """
    if typing.writes == CODE:
        return key
    after_word = not typing.text or typing.text[-1] in " -’."
    if key == SPACE:
        return "" if after_word else " "
    is_first_letter = after_word if typing.writes != TEXT else not typing.text
    # Longer keys are names of keys; "ß" would become two letters.
    return key.upper() if is_first_letter and len(key) == 1 and key != "ß" else key


def _key(key: str, shown: str) -> Option:
    """Return a key as a choice, labelled by its word or by what it writes."""
    return Option(Act.KEY, key, _LABELS.get(key, shown))


PAGES = {Act.KEY: Page(press)}
