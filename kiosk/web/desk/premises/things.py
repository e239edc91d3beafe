"""Lists things with their loans, since when and due back when; hands them out and takes them back; edits the list."""

from collections.abc import Callable
from typing import Any

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

_SORTS: dict[str, Callable[[tuple[Thing, list[Loan]]], Any]] = {
    "label": lambda each: searchable(each[0].label),
    "kind": lambda each: t(words.THINGS[each[0].kind]),
    "due": lambda each: min((last_first(loan.due_on) for loan in each[1]), default=last_first(None)),
    "who": lambda each: (not each[1], [searchable(loan.person.name) for loan in each[1]]),
}


@area.get("/things")
@needs(May.SEE_TODAY)
def things() -> Answer:
    """List every thing with its present loan."""
    return _page({})


def _page(errors: dict[str, str], **_: int) -> Answer:
    desk = office()
    with desk.reading() as connection:
        policy, moment = desk.now(connection)
        found = thing_rows.things(connection)
        running = thing_rows.running(connection, moment.at)
        spots = spot_rows.spots(connection)
    held = [(each, [one for one in running if one.thing == each.id]) for each in found]
    shown = render_template(
        "premises/things.html",
        here="rota",
        on=policy.things,
        things=listed(held, lambda each: " ".join((each[0].label, *(loan.person.name for loan in each[1]))), _SORTS),
        every=[(str(each.id), each.label) for each in found],
        names=words.THINGS,
        kinds=[(kind.value, t(words.THINGS[kind])) for kind in ThingKind],
        spots=[(str(each.id), each.label) for each in spots],
        today=moment.day,
        errors=errors,
        form=request.form,
    )
    return (shown, 400) if errors else shown


_FORMS = ActForms(area, _page, "premises.things")
_FORMS.add("/things", acts.add_thing, Text("L’objet est dans la liste.", "Item added to the list."), spot="where")
_FORMS.add(
    "/things/<int:thing>/remove",
    acts.remove_thing,
    Text("L’objet n’est plus dans la liste.", "Item removed from the list."),
    thing="form",
)
_FORMS.add("/things/lend", acts.lend_thing, Text("C’est noté.", "Saved."))
_FORMS.add("/loans/<int:loan>/back", acts.thing_back, Text("Le retour est noté.", "Return saved."))
