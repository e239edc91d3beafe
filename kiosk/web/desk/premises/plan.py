"""Shows the plan at the desk: how desks are used on a day; lends a desk for its holder, and gives
lent desks to others.
"""

from collections.abc import Sequence

from flask import Blueprint, render_template, request
from markupsafe import Markup

from kiosk.domain import inputs
from kiosk.domain.premises.floor import SpotKind, Stands
from kiosk.exports import floor_plan
from kiosk.exports.floor_plan import Drawn
from kiosk.language.texts import Text
from kiosk.premises import plan, words
from kiosk.premises import spots as acts
from kiosk.premises.plan import Place
from kiosk.web.desk.act_forms import ActForms, Answer
from kiosk.web.desk.common.asked_days import asked_day
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import t

LETTERS = 16  # the height of the drawing's labels, in its own units
area = Blueprint("premises", __name__, url_prefix="/premises")


@area.get("/")
@needs(May.SEE_TODAY)
def page() -> Answer:
    """Show the plan on the day that the URL names, else today, with each desk's holder."""
    return _page({})


def _page(errors: dict[str, str]) -> Answer:
    """Show the plan on the day that the form or else the URL names (today without either), and what was wrong in a
    form.
    """
    desk = office()
    with desk.reading() as connection:
        policy, moment = desk.now(connection)
        asked = asked_day("day", moment.day)
        day = inputs.day(request.form.get("day", "")) or asked
        places = plan.on_day(connection, day)
    shown = render_template(
        "premises/plan.html",
        here="rota",
        on=policy.floor_plan,
        picture=picture(places),
        desks=sorted(
            (place for place in places if place.spot.kind is SpotKind.DESK), key=lambda place: place.spot.label
        ),
        lent=[place for place in places if place.stands is Stands.LENT],
        says=words.STANDS,
        day=day,
        today=moment.day,
        errors=errors,
        form=request.form,
    )
    return (shown, 400) if errors else shown


def picture(places: Sequence[Place], chosen: int = 0) -> Markup:
    """Return the drawing of the plan, with its words for screen readers. `chosen` is the id of the selected spot, 0
    where there is none.
    """
    free = sum(place.stands is Stands.LENT for place in places)
    summary = t("Bureaux prêtés encore libres : {count}.", "Lent desks still free: {count}.", count=free)
    return floor_plan.drawn([_drawn(place, chosen) for place in places], t(words.PLAN), summary, LETTERS)


def _drawn(place: Place, chosen: int) -> Drawn:
    """Return a spot as the drawing shows it, with the words for a desk's use on the day, or what another spot is."""
    spot = place.spot
    text = words.STANDS.get(place.stands, words.SPOTS[spot.kind])
    return Drawn(spot.box, spot.kind.value, place.stands.value, spot.label, t(text), spot.id == chosen)


# Each `add` makes the route of an act: its path, the act, and the message once it is done. The act leads to the page
# named here, with the ids or fields after its name. Keywords give the form's own name for an act's field, beside which
# its errors stand; "form" is the top of the form.
_FORMS = ActForms(area, _page, "premises.page", ("day",))
_FORMS.add("/lend", acts.lend_desk, Text("Le bureau est prêté ce jour-là.", "Desk lent on that day."))
_FORMS.add(
    "/keep",
    acts.keep_desk,
    Text("Le bureau n’est plus prêté ce jour-là.", "The desk is no longer lent on that day."),
)
_FORMS.add(
    "/take",
    acts.take_desk,
    Text("Bureau attribué à cette personne pour ce jour.", "Desk assigned to this person for that day."),
    member="taker",
)
_FORMS.add(
    "/leave",
    acts.leave_desk,
    Text("Le bureau est de nouveau libre.", "The desk is free again."),
    member="taker",
    spot="form",
)
