"""Things at the desk: who has them, since when, due back when; handing out and taking back; and the list itself."""

from collections.abc import Callable

from flask import render_template, request
from werkzeug.wrappers import Response

from kiosk.domain.premises.things import Terms, ThingKind
from kiosk.premises import words
from kiosk.store.premises import spot_rows, thing_rows
from kiosk.web.desk.common.money_forms import form_key
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import t
from kiosk.web.desk.premises import forms
from kiosk.web.desk.premises.plan import Answer, area


@area.get("/things")
@needs(May.SEE_TODAY)
def things() -> Answer:
    """Every thing, and who has it."""
    return _page({})


def _page(errors: dict[str, str]) -> Answer:
    desk = office()
    with desk.reading() as connection:
        policy, moment = desk.now(connection)
        found = thing_rows.things(connection)
        running = thing_rows.running(connection, moment.at)
        spots = spot_rows.spots(connection)
    shown = render_template(
        "premises/things.html",
        here="rota",
        on=policy.things,
        things=[(each, [one for one in running if one.thing == each.id]) for each in found],
        names=words.THINGS,
        kinds=[(kind.value, t(words.THINGS[kind])) for kind in ThingKind],
        spots=[(str(each.id), each.label) for each in spots],
        today=moment.day,
        errors=errors,
        form=request.form,
    )
    return (shown, 400) if errors else shown


@area.post("/things")
@needs(May.EDIT_MEMBERS)
def add_thing() -> Answer:
    """One thing more."""
    form = request.form

    def act() -> None:
        terms = Terms(forms.number("places"), forms.some("minutes"), forms.some("days"))
        forms.things().add(form.get("kind", ""), form.get("label", ""), terms, forms.some("where"))

    return _done(act, t("L’objet est dans la liste.", "Item added to the list."), spot="where")


@area.post("/things/<int:thing>/remove")
@needs(May.EDIT_MEMBERS)
def remove_thing(thing: int) -> Answer:
    """Take a thing off the list."""
    return _done(
        lambda: forms.things().remove(thing),
        t("L’objet n’est plus dans la liste.", "Item removed from the list."),
        thing="form",
    )


@area.post("/things/lend")
@needs(May.FIND_MEMBERS)
def lend_thing() -> Answer:
    """Hand a thing out, or note who has the booth from now on."""
    key = form_key()
    return _done(
        lambda: forms.things().lend(key, forms.member("member"), forms.number("thing")),
        t("C’est noté.", "Saved."),
    )


@area.post("/loans/<int:loan>/back")
@needs(May.FIND_MEMBERS)
def thing_back(loan: int) -> Answer:
    """A thing comes back."""
    return _done(lambda: forms.things().give_back(loan), t("Le retour est noté.", "Return saved."))


def _done(act: Callable[[], object], said: str, **places: str) -> Answer:
    answer = forms.done(act, said, "premises.things", places)
    return answer if isinstance(answer, Response) else _page(answer)
