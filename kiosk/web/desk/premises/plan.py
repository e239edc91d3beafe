"""The plan at the desk: how desks stand on a day, lending them for whose own they are, giving them to others."""

from collections.abc import Callable

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from kiosk.domain import inputs
from kiosk.domain.premises.floor import SpotKind, Stands
from kiosk.premises import plan, words
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import t
from kiosk.web.desk.premises import forms

area = Blueprint("premises", __name__, url_prefix="/premises")
Answer = Response | str | tuple[str, int]


@area.get("/")
@needs(May.SEE_TODAY)
def page() -> Answer:
    """The plan on a day, and who has which desk."""
    return _page({})


def _page(errors: dict[str, str]) -> Answer:
    desk = office()
    with desk.reading() as connection:
        policy, moment = desk.now(connection)
        asked = request.form.get("day") or request.args.get("day", "")
        day = inputs.day(asked) or moment.day
        places = plan.on_day(connection, day)
    shown = render_template(
        "premises/plan.html",
        here="rota",
        on=policy.floor_plan,
        picture=forms.picture(places),
        desks=sorted((each for each in places if each.spot.kind is SpotKind.DESK), key=lambda each: each.spot.label),
        lent=[each for each in places if each.stands is Stands.LENT],
        says=words.STANDS,
        day=day,
        today=moment.day,
        errors=errors,
        form=request.form,
    )
    return (shown, 400) if errors else shown


@area.post("/lend")
@needs(May.FIND_MEMBERS)
def lend() -> Answer:
    """Note that somebody lends their own desk on a day, or keeps it."""
    lent = request.form.get("act") != "keep"
    said = t("Le bureau est prêté ce jour-là.", "Desk lent on that day.")
    if not lent:
        said = t("Le bureau n’est plus prêté ce jour-là.", "The desk is no longer lent on that day.")
    return _done(lambda: forms.floor().lend(forms.member("member"), forms.day("day", inputs.FIRST), lent=lent), said)


@area.post("/take")
@needs(May.FIND_MEMBERS)
def take() -> Answer:
    """Give a lent desk to somebody for a day."""
    return _done(
        lambda: forms.floor().take(forms.member("taker"), forms.number("spot"), forms.day("day", inputs.FIRST)),
        t("Le bureau est à cette personne ce jour-là.", "Desk taken by this person on that day."),
        member="taker",
    )


@area.post("/leave")
@needs(May.FIND_MEMBERS)
def leave() -> Answer:
    """Take a lent desk back from whoever took it."""
    return _done(
        lambda: forms.floor().leave(forms.member("taker"), forms.day("day", inputs.FIRST)),
        t("Le bureau est de nouveau à prendre.", "Desk available again."),
        spot="form",
    )


def _done(act: Callable[[], object], said: str, **places: str) -> Answer:
    """`places` says where in this form stands what another one calls otherwise."""
    day = inputs.day(request.form.get("day", ""))
    answer = forms.done(act, said, "premises.page", places, day=day)
    return _page(answer) if isinstance(answer, dict) else answer
