"""Offers the keyboard on the screen: keys are touched one by one, and what was typed stays on the server.

A page that wants a name calls `begin` with its own act, and gives `letters` as its options; its template includes
`sheets/keyboard.html`. Each key is taken in here, and then that page is shown again.
"""

from msgspec.structs import replace

from kiosk.checkin.cards import Card, Option
from kiosk.checkin.dialogue import Dialogue, Page, PageContext
from kiosk.domain.checkin.choices import Act
from kiosk.domain.money import vouchers
from kiosk.errors import RequestError
from kiosk.language.texts import Said, Text

DELETE, SPACE, LETTERS, ACCENTS, SIGNS = "delete", "space", "letters", "accents", "signs"
_NAMES, _TEXT, _CODE = "names", "text", "code"
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


def begin(dialogue: Dialogue, act: Act, *, names: bool = True) -> None:
    """Begin typing for the page of this act, or go on where it was typed for before; `names` have capitals all along,
    anything else at its beginning.
    """
    if dialogue.kept.get("typing") != act.value:
        dialogue.kept.update(typing=act.value, layer=LETTERS, writes=_NAMES if names else _TEXT)
        dialogue.typed = ""


def begin_code(dialogue: Dialogue, act: Act) -> None:
    """Begin typing the code of a voucher, whose signs are all on one page of keys."""
    begin(dialogue, act)
    dialogue.kept.update(layer=SIGNS, writes=_CODE)


def letters(dialogue: Dialogue) -> tuple[Option, ...]:
    """The keys, ten a row. They look as they will be written: a word begins with a capital."""
    return tuple(_key(value, _written(dialogue, value)) for value in _ROWS[dialogue.kept["layer"]])


def press(context: PageContext) -> Card | None:
    """Take in a key, and show the page that it was typed for. Raises RequestError `touch-over` for any other."""
    dialogue, value = context.dialogue, context.value
    page = context.pages().get(Act(dialogue.kept["typing"])) if "typing" in dialogue.kept else None
    if page is None or value not in _ROWS[dialogue.kept["layer"]]:
        raise RequestError("touch-over", "there is no such key here")
    if value in _ROWS:
        dialogue.kept["layer"] = value
    elif value == DELETE:
        dialogue.typed = dialogue.typed[:-1]
    elif len(dialogue.typed) < LONGEST:
        dialogue.typed += _written(dialogue, value)
        if dialogue.kept["layer"] == ACCENTS:
            dialogue.kept["layer"] = LETTERS
    return page.show(replace(context, value=""))


def _written(dialogue: Dialogue, value: str) -> str:
    """What a key writes: no second space, and a capital where a word of a name begins, or a text."""
    typed = dialogue.typed
    if dialogue.kept.get("writes") == _CODE:
        return value
    ends = not typed or typed[-1] in " -’."
    if value == SPACE:
        return "" if ends else " "
    begins = ends if dialogue.kept.get("writes") != _TEXT else not typed
    return value.upper() if begins and len(value) == 1 and value != "ß" else value


def _key(value: str, shown: str) -> Option:
    return Option(Act.KEY, value, _SAID.get(value, shown))


PAGES = {Act.KEY: Page(press, keeps_waiting=True)}
