"""The pad of ten keys for a code. Its digits stay on the server; the screen shows only how many were typed.

A page calls `empty` with its kind and the acts it leads to; each key is handled by `press`, which shows the page again.
"""

from msgspec import Struct
from msgspec.structs import replace

from kiosk.checkin.cards import Card, CardKind
from kiosk.checkin.dialogue import Page, PageContext
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.pins import LONGEST
from kiosk.errors import RequestError
from kiosk.language.texts import Said, Text
from kiosk.selfservice.choice_labels import option

_DELETE = "delete"


class Pad(Struct, frozen=True):
    """The pad's state: its page, the acts that it leads to, what the code will do (`what`), how many digits it takes,
    and those typed.
    """

    kind: CardKind
    acts: tuple[Act, ...]
    what: Said | None = None
    longest: int = LONGEST
    digits: str = ""


class PadSheet(Struct, frozen=True):
    """How many digits are typed, and what was wrong with the code before: a `Weakness`, `wrong` or `differs`; else
    empty.
    """

    digits: int
    says: str = ""


def empty(
    context: PageContext,
    kind: CardKind,
    *acts: Act,
    says: str = "",
    what: Said | None = None,
    longest: int = LONGEST,
) -> Card:
    """Show an empty pad for the page `kind`, with the acts that the code leads to. `says` is the word for what was
    wrong with the code before, `what` names what the code will do, `longest` is how many digits it may have.
    """
    context.keep(Pad(kind, (*acts, Act.DONE), what, longest))
    return _show(context, says)


def press(context: PageContext) -> Card:
    """Add a digit, or delete the last one; a digit beyond `longest` is dropped. Raises RequestError `touch-over` for
    another key, or without a pad on the page.
    """
    pad, value = context.recall(Pad), context.value
    if pad is None or value not in (*"0123456789", _DELETE):
        raise RequestError("touch-over", "there is no such key here")
    digits = pad.digits[:-1] if value == _DELETE else (pad.digits + value)[: pad.longest]
    context.keep(replace(pad, digits=digits))
    return _show(context)


def typed(context: PageContext) -> str:
    """Return the digits typed on the pad; empty without a pad."""
    pad = context.recall(Pad)
    return "" if pad is None else pad.digits


def take(context: PageContext) -> str:
    """Return the digits typed on the pad, and clear it."""
    digits, pad = typed(context), context.recall(Pad)
    if pad is not None:
        context.keep(replace(pad, digits=""))
    return digits


def _show(context: PageContext, says: str = "") -> Card:
    """Show the keys, and how many digits are typed. Raises RequestError `touch-over` without a pad."""
    pad = context.recall(Pad)
    if pad is None:
        raise RequestError("touch-over", "nothing is typed here")
    options = [option(Act.PIN_KEY, key, key) for key in "1234567890"]
    options.append(option(Act.PIN_KEY, _DELETE, Text("Effacer", "Delete")))
    sheet = PadSheet(len(pad.digits), says)
    return Card(pad.kind, context.name, acts=pad.acts, sheet=sheet, options=tuple(options), confirms=pad.what)


PAGES = {Act.PIN_KEY: Page(press)}
