"""The words of a whole card: what `texts` has for each of them."""

from dataclasses import dataclass

from kiosk.language.texts import Text


@dataclass(frozen=True, slots=True)
class Words:
    """The verdict, what it means, what else there is to know."""

    title: Text
    lead: Text
    lines: tuple[Text, ...] = ()
