"""The words of a whole card: what `texts` has for each of them."""

from msgspec import Struct

from kiosk.language.texts import Text


class Words(Struct, frozen=True):
    """The verdict, what it means, what else there is to know."""

    title: Text
    lead: Text
    lines: tuple[Text, ...] = ()
