"""Draws the plan of the premises at the desk, by form and keyboard; and assigns desks to members."""

from flask import abort, render_template, request

from kiosk.domain import inputs
from kiosk.domain.premises import floor
from kiosk.domain.premises.floor import SpotKind
from kiosk.language.texts import Text
from kiosk.premises import plan, words
from kiosk.premises import spots as acts
from kiosk.web.desk.act_forms import ActForms, Answer
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import t
from kiosk.web.desk.premises.plan import area, picture


@area.get("/draw")
@needs(May.SEE_RULES)
def draw() -> Answer:
    """Show the plan with one spot selected, and the acts on it."""
    return _page({}, inputs.number(request.args.get("spot", "")) or 0)


def _page(errors: dict[str, str], spot: int = 0) -> Answer:
    """Show the plan with one spot selected (0: none), the acts on it, and what was wrong in a form. Answers 404 where
    there is no such spot.
    """
    desk = office()
    with desk.reading() as connection:
        _, moment = desk.now(connection)
        places = plan.on_day(connection, moment.day)
    selected = next((place for place in places if place.spot.id == spot), None)
    if spot and selected is None:
        abort(404)
    shown = render_template(
        "premises/draw.html",
        here="rota",
        picture=picture(places, spot),
        places=sorted(places, key=lambda place: place.spot.label),
        one=selected,
        kinds=[(kind.value, t(words.SPOTS[kind])) for kind in SpotKind],
        steps=_steps(),
        size=(floor.WIDE, floor.HIGH),  # of the plan, in steps
        today=moment.day,
        errors=errors,
        form=request.form,
    )
    return (shown, 400) if errors else shown


def _steps() -> list[tuple[str, str, str]]:
    """Return each way to move or resize a spot by one step: its code, its arrow, and its words."""
    return [
        ("left", "←", t("déplacer vers la gauche", "move left")),
        ("up", "↑", t("déplacer vers le haut", "move up")),
        ("down", "↓", t("déplacer vers le bas", "move down")),
        ("right", "→", t("déplacer vers la droite", "move right")),
        ("wider", "↔ +", t("élargir", "make wider")),
        ("narrower", "↔ −", t("réduire la largeur", "make narrower")),
        ("higher", "↕ +", t("augmenter la hauteur", "make taller")),
        ("lower", "↕ −", t("réduire la hauteur", "make shorter")),
    ]


# Each `add` makes the route of an act: its path, the act, and the message once it is done. The act leads to the page
# named here, with the ids or fields after its name.
_FORMS = ActForms(area, _page, "premises.draw", ("spot",))
_FORMS.add("/draw", acts.add_spot, Text("Place ajoutée au plan.", "Spot added to the floor plan."))
_FORMS.add("/draw/<int:spot>", acts.change_spot, Text("Plan enregistré.", "Floor plan saved."))
_FORMS.add("/draw/<int:spot>/move", acts.move_spot, Text("La place est déplacée d’un pas.", "Spot moved by one step."))
_FORMS.add(
    "/draw/<int:spot>/give", acts.give_spot, Text("Bureau attribué à cette personne.", "Desk assigned to this person.")
)
_FORMS.add(
    "/draw/<int:spot>/end", acts.end_spot, Text("Ce bureau n’est plus attribué.", "This desk is no longer assigned.")
)
_GONE = ActForms(area, _page, "premises.draw")  # leads to the plan alone: the spot is no longer on it
_GONE.add(
    "/draw/<int:spot>/remove", acts.remove_spot, Text("Place enlevée du plan.", "Spot removed from the floor plan.")
)
