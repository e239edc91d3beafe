"""Draws the plan of the premises for the screen, with each desk's state as it concerns the member at the screen."""

from markupsafe import Markup

from kiosk.domain.premises.floor import Stands
from kiosk.exports import floor_plan
from kiosk.exports.floor_plan import Drawn
from kiosk.language.catalogues import Language
from kiosk.premises import words
from kiosk.selfservice.premises.desks import FloorSheet

LETTERS = 42  # the drawing stands at about half its size


def picture(sheet: FloorSheet, language: Language) -> Markup:
    """Return the plan, with its words for screen readers."""
    drawn = []
    for each in sheet.places:
        said = words.STANDS.get(each.stands, words.SPOTS[each.spot.kind]).to(language)
        drawn.append(Drawn(each.spot.box, each.spot.kind.value, each.stands.value, each.spot.label, said))
    told = ", ".join(each.label for each in drawn if each.stands in (Stands.LENT, Stands.YOURS))
    return floor_plan.drawn(drawn, words.PLAN.to(language), told, LETTERS)
