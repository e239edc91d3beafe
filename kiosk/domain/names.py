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
    """Return the name on the door's screen: empty for a member with the choice of none. An unknown choice gives
    `shown`.
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
    """Return a text in the form in which typed and stored texts are compared: `Éloïse Gîté` as `eloise gite`."""
    if text.isascii():
        return " ".join(text.lower().split())
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())
