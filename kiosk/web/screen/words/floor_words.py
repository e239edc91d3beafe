"""Draws the plan of the premises for the screen, with each desk's state as it concerns the member at the screen."""

from markupsafe import Markup

from kiosk.domain.premises.floor import Stands
from kiosk.exports import floor_plan
from kiosk.exports.floor_plan import Drawn
from kiosk.language.catalogues import Language
from kiosk.premises import words
from kiosk.selfservice.premises.desks import FloorSheet

LETTERS = 42  # of the drawing's labels, which stands at about half its size


def picture(sheet: FloorSheet, language: Language) -> Markup:
    """Return the plan, with its words for screen readers."""
    spots = []
    for place in sheet.places:
        state = words.STANDS.get(place.stands, words.SPOTS[place.spot.kind]).to(language)
        spots.append(Drawn(place.spot.box, place.spot.kind.value, place.stands.value, place.spot.label, state))
    available = ", ".join(spot.label for spot in spots if spot.stands in (Stands.LENT, Stands.YOURS))
    return floor_plan.drawn(spots, words.PLAN.to(language), available, LETTERS)
