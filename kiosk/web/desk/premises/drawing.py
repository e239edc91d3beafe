"""Drawing the plan at the desk, by form and keyboard; and whose own a desk is."""

from collections.abc import Callable

from flask import abort, render_template, request
from werkzeug.wrappers import Response

from kiosk.domain import inputs
from kiosk.domain.premises import floor
from kiosk.domain.premises.floor import SpotKind
from kiosk.premises import plan, words
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import t
from kiosk.web.desk.premises import forms
from kiosk.web.desk.premises.plan import Answer, area


@area.get("/draw")
@needs(May.SEE_RULES)
def draw() -> Answer:
    """The plan with one spot chosen, and what may be done with it."""
    return _page({}, inputs.number(request.args.get("spot", "")) or 0)


def _page(errors: dict[str, str], chosen: int) -> Answer:
    desk = office()
    with desk.reading() as connection:
        _, moment = desk.now(connection)
        places = plan.on_day(connection, moment.day)
    one = next((each for each in places if each.spot.id == chosen), None)
    if chosen and one is None:
        abort(404)
    shown = render_template(
        "premises/draw.html",
        here="rota",
        picture=forms.picture(places, chosen),
        places=sorted(places, key=lambda each: each.spot.label),
        one=one,
        kinds=[(kind.value, t(words.SPOTS[kind])) for kind in SpotKind],
        steps=_steps(),
        size=(floor.WIDE, floor.HIGH),
        today=moment.day,
        errors=errors,
        form=request.form,
    )
    return (shown, 400) if errors else shown


def _steps() -> list[tuple[str, str, str]]:
    """Each step of a spot: its code, its arrow, and what it does."""
    return [
        ("left", "←", t("à gauche", "to the left")),
        ("up", "↑", t("vers le haut", "up")),
        ("down", "↓", t("vers le bas", "down")),
        ("right", "→", t("à droite", "to the right")),
        ("wider", "↔ +", t("plus large", "wider")),
        ("narrower", "↔ −", t("moins large", "narrower")),
        ("higher", "↕ +", t("plus haut", "higher")),
        ("lower", "↕ −", t("moins haut", "lower")),
    ]


@area.post("/draw")
@needs(May.EDIT_RULES)
def add() -> Answer:
    """One spot more."""
    made: list[int] = []
    form = request.form

    def act() -> None:
        made.append(forms.floor().add(form.get("kind", ""), form.get("label", ""), forms.box()))

    answer = forms.done(act, t("C’est sur le plan.", "Added to the plan."), "premises.draw")
    return answer if isinstance(answer, Response) else _page(answer, 0)


@area.post("/draw/<int:spot>")
@needs(May.EDIT_RULES)
def change(spot: int) -> Answer:
    """Another kind, label or place of a spot."""
    form = request.form
    return _done(
        lambda: forms.floor().change(spot, form.get("kind", ""), form.get("label", ""), forms.box()),
        t("Le plan est changé.", "Plan changed."),
        spot,
    )


@area.post("/draw/<int:spot>/move")
@needs(May.EDIT_RULES)
def move(spot: int) -> Answer:
    """One step further, or larger or smaller."""
    step = request.form.get("step", "")
    return _done(lambda: forms.floor().move(spot, step), t("Déplacé d’un pas.", "Moved one step."), spot)


@area.post("/draw/<int:spot>/remove")
@needs(May.EDIT_RULES)
def remove(spot: int) -> Answer:
    """Take a spot off the plan."""
    return _done(lambda: forms.floor().remove(spot), t("Enlevé du plan.", "Removed from the plan."), spot, gone=True)


@area.post("/draw/<int:spot>/give")
@needs(May.EDIT_MEMBERS)
def give(spot: int) -> Answer:
    """Make a desk somebody's own."""
    with office().reading() as connection:
        today = office().now(connection)[1].day
    return _done(
        lambda: forms.floor().give(spot, forms.member("member"), forms.day("from", today)),
        t("Ce bureau est à cette personne.", "Desk assigned to this person."),
        spot,
    )


@area.post("/draw/<int:spot>/end")
@needs(May.EDIT_MEMBERS)
def end(spot: int) -> Answer:
    """A desk is nobody's own any more."""
    return _done(
        lambda: forms.floor().end(spot), t("Ce bureau n’est plus à personne.", "This desk is no longer assigned."), spot
    )


def _done(act: Callable[[], object], said: str, spot: int, *, gone: bool = False) -> Answer:
    answer = forms.done(act, said, "premises.draw", spot=None if gone else spot)
    if isinstance(answer, Response):
        return answer
    if "spot" in answer and "spot-held" not in answer:
        abort(404)
    return _page(answer, spot)
