"""Names in the form in which they are searched, without accents and case, and as the door's screen shows them."""

import unicodedata
from enum import StrEnum


class DoorName(StrEnum):
    """The choice of name with which the door's screen greets a member."""

    SHOWN = "shown"  # as the file has it
    FULL = "full"
    FIRST = "first"
    INITIAL = "initial"
    NONE = "none"


def at_the_door(name: str, shown: str, choice: str) -> str:
    """Return the name on the door's screen: by a `DoorName`, the whole `name`, its first word, that word's initial, or
    nothing. `shown` and any unknown choice give the name that the member's file shows.
    """
    first = next(iter(name.split()), "")
    names: dict[str, str] = {
        DoorName.FULL: name,
        DoorName.FIRST: first,
        DoorName.INITIAL: f"{first[:1].upper()}." if first else "",
        DoorName.NONE: "",
    }
    return names.get(choice, shown)


def searchable(text: str) -> str:
    """Return a text in the form in which typed and stored texts are compared: `Éloïse  Gîté` as `eloise gite`, with
    single spaces. A text without accents takes a shorter way.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())
