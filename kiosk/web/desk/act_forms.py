"""Gives an act its route at the desk: its form is read field by field, and each error stands beside its field.

An act (`kiosk.acts.Act`) is a use-case with the permission that it needs. Its wish is the Struct of what a form asks of
it; a field's `wire` is its name in the form.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from flask import Blueprint, flash, g, redirect, request, url_for
from msgspec import Struct
from werkzeug.wrappers import Response

from kiosk import fields
from kiosk.acts import Act, Done
from kiosk.fields import MemberRef, OrganisationRef, Reader
from kiosk.language.texts import Text
from kiosk.web.desk.common.labels import attempt
from kiosk.web.desk.common.money_forms import form_key
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import needs
from kiosk.web.desk.common.words import t
from kiosk.web.desk.finder import picking

S = TypeVar("S", bound=Struct)
Answer = Response | str | tuple[str, int]
# How a form's text is read, by the type of the act's field; an act refuses 0, which names no member or organisation.
READERS: Mapping[Any, Reader] = {
    MemberRef: lambda text: picking.member(text) or 0,
    OrganisationRef: lambda text: picking.organisation(text) or 0,
    bytes: lambda _: form_key(),
}


class ActForms(Struct, frozen=True):
    """Makes the routes of a page's acts.

    `page` draws the page again, called with the errors and the ids of the address; `at` is the page's endpoint, where
    an act leads; `keeps` names the ids and fields that stay in that address.
    """

    area: Blueprint
    page: Callable[..., Answer]
    at: str
    keeps: tuple[str, ...] = ()

    def add(self, path: str, act: Act[..., Done], done: Text, **places: str) -> None:
        """Add the route of an act. `done` is the message once the act is done; `places` maps a field to this form's own
        name for it, or to "form" where the field belongs to the whole row.
        """

        def view(**ids: int) -> Answer:
            # None and the errors, by field, where the act refuses
            outcome, errors = attempt(lambda: act(office(), *ids.values(), *_wishes(act, places)), **places)
            if outcome is None:
                g.page = self.at  # navigation marks the page that is drawn, not this route
                return self.page(errors, **ids)
            flash(t(done), "done")
            in_address: dict[str, Any] = {name: ids.get(name, request.form.get(name)) for name in self.keeps}
            return redirect(url_for(self.at, **in_address), 303)

        view.__name__, view.__doc__ = act.name, act.help
        self.area.add_url_rule(path, act.name, needs(act.may)(view), methods=["POST"])


def wish(
    struct: type[S],
    readers: Mapping[Any, Reader] = MappingProxyType({}),
    places: Mapping[str, str] = MappingProxyType({}),
) -> S:
    """Return what a form asks of an act, as its Struct; `readers` replace `READERS` for the same type. Raises Mistake
    for values that cannot be read.
    """
    form = request.form
    # A place is mostly the form's name for a field; "form" names none, so the field's own name is looked up instead.
    typed = {
        field.wire: form.get(places.get(field.wire, field.wire), form.get(field.wire)) for field in fields.of(struct)
    }
    return fields.read(struct, typed, {**READERS, **readers})


def _wishes(act: Act[..., Done], places: Mapping[str, str]) -> list[Struct]:
    """Return a list of an act's last argument, its wish; an empty list for an act without one."""
    return [] if act.wish is None else [wish(act.wish, places=places)]
