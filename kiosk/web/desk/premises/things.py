"""Lists things with their loans, since when and due back when; hands them out and takes them back; edits the list."""

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import render_template, request

from kiosk.domain.names import searchable
from kiosk.domain.premises.things import ThingKind
from kiosk.language.texts import Text
from kiosk.premises import things as acts
from kiosk.premises import words
from kiosk.store.premises import spot_rows, thing_rows
from kiosk.store.premises.thing_rows import Loan, Thing
from kiosk.web.desk.act_forms import ActForms, Answer
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import last_first, listed
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import t
from kiosk.web.desk.premises.plan import area


class _Held(NamedTuple):
    """A thing, with its loans that are not over, future ones included."""

    thing: Thing
    loans: list[Loan]


# A sort key, by the column that the URL names. Things without a due day, or that are not lent, come last.
_SORTS: dict[str, Callable[[_Held], Any]] = {
    "label": lambda held: searchable(held.thing.label),
    "kind": lambda held: t(words.THINGS[held.thing.kind]),
    "due": lambda held: min((last_first(loan.due_on) for loan in held.loans), default=last_first(None)),
    "who": lambda held: (not held.loans, [searchable(loan.person.name) for loan in held.loans]),
}


@area.get("/things")
@needs(May.SEE_TODAY)
def things() -> Answer:
    """List every thing, lent or not, with its loans that are not over."""
    return _page({})


def _page(errors: dict[str, str], **_: int) -> Answer:
    """Show the things with their loans that are not over, with what was wrong in a form. Further values are ids in a
    form's path, which the page does not need.
    """
    desk = office()
    with desk.reading() as connection:
        policy, moment = desk.now(connection)
        every = thing_rows.things(connection)
        running = thing_rows.running(connection, moment.at)
        spots = spot_rows.spots(connection)
    held = [_Held(thing, [loan for loan in running if loan.thing == thing.id]) for thing in every]
    shown = render_template(
        "premises/things.html",
        here="rota",
        on=policy.things,
        things=listed(
            held, lambda held: " ".join((held.thing.label, *(loan.person.name for loan in held.loans))), _SORTS
        ),
        every=[(str(thing.id), thing.label) for thing in every],
        names=words.THINGS,
        kinds=[(kind.value, t(words.THINGS[kind])) for kind in ThingKind],
        spots=[(str(spot.id), spot.label) for spot in spots],
        today=moment.day,
        errors=errors,
        form=request.form,
    )
    return (shown, 400) if errors else shown


# Each `add` makes the route of an act: its path, the act, and the message once it is done. The act leads to the page
# named here, with the ids or fields after its name. Keywords give the form's own name for an act's field, beside which
# its errors stand; "form" is the top of the form.
_FORMS = ActForms(area, _page, "premises.things")
_FORMS.add("/things", acts.add_thing, Text("Objet ajouté à la liste.", "Item added to the list."), spot="where")
_FORMS.add(
    "/things/<int:thing>/remove",
    acts.remove_thing,
    Text("Objet retiré de la liste.", "Item removed from the list."),
    thing="form",
)
_FORMS.add("/things/lend", acts.lend_thing, Text("C’est noté.", "Saved."))
_FORMS.add("/loans/<int:loan>/back", acts.thing_back, Text("Le retour est noté.", "Return saved."))
