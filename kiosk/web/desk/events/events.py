"""Lists events and plans one: it is proposed, described, opened with its terms, held or cancelled.

Views marked `money` refuse an officer whose desk account names no member's file. `attempt` returns what an act returns,
or None and the errors by field; its keywords name the form's own field for an error's.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain.events.terms import LIVE, EventKind, EventState
from kiosk.domain.money.tariffs import Policy, ProductKind
from kiosk.domain.names import searchable
from kiosk.domain.problems import FieldReader
from kiosk.events import charging
from kiosk.store.events import event_rows, signup_rows
from kiosk.store.events.event_rows import Event
from kiosk.web.desk.common.labels import attempt
from kiosk.web.desk.common.money_forms import form_key
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import Listed, listed
from kiosk.web.desk.common.permissions import May, Money, needs
from kiosk.web.desk.common.words import t
from kiosk.web.desk.events import event_forms, people
from kiosk.web.desk.events.event_forms import area, known, planning
from kiosk.web.desk.finder import picking

__all__ = ["area", "people"]  # people adds its pages to the area
# An error of booking the room at the new time names a field of bookings: it is shown beside the event's beginning.
_ROOM = {"from": "starts", "day": "starts"}


@area.get("")
@needs(May.FIND_MEMBERS)
def page() -> str:
    """Show proposals, coming and past events; or how to turn events on."""
    desk = office()
    with desk.reading() as connection:
        policy, moment = desk.now(connection)
        live = event_rows.in_states(connection, LIVE, moment.at)  # proposed, open for sign-up, or certain
        past = event_rows.past(connection, moment.at)
        counts = signup_rows.counts(connection)
    return render_template(
        "events/list.html",
        here="events",
        is_on=policy.events,
        is_public=policy.events_public,
        coming=_listed([event for event in live if event.state is not EventState.PROPOSED], counts, "page"),
        proposed=_listed([event for event in live if event.state is EventState.PROPOSED], counts, "page-proposed"),
        past=_listed(past, counts, "page-past"),
        counts=counts,
    )


def _listed(events: Sequence[Event], counts: Mapping[int, tuple[int, int]], name: str) -> Listed[Event]:
    """Return one page of a list of events, searched and sorted as the URL asks. `counts` has, for each, how many people
    signed up for its present terms, and how many are interested or signed up at all.
    """
    sorts: dict[str, Callable[[Event], Any]] = {
        "title": lambda event: searchable(event.title),
        # Events without a time come after all others, by id.
        "when": lambda event: (event.terms is None, event.terms.starts_at if event.terms else event.id),
        "state": lambda event: event_forms.state_name(event.state),
        # A proposal has no terms to sign up for: it is sorted by the second number.
        "count": lambda event: counts.get(event.id, (0, 0))[event.state is EventState.PROPOSED],
    }
    return listed(events, lambda event: event.title, sorts, name)


@area.route("/new", methods=["GET", "POST"])
@needs(May.RUN_EVENTS)
def new() -> str | Response | tuple[str, int]:
    """Show the form for a new event, or add it, as a proposal until it has its terms."""
    if request.method == "GET":
        return _form("events/new.html", None, {}, {"kind": EventKind.TRAINING.value})
    key = form_key()
    proposed, errors = attempt(lambda: planning().propose(event_forms.description(), key=key))
    if proposed is None:
        return _form("events/new.html", None, errors, request.form), 400
    flash(t("C’est noté. Donnez maintenant une date à l’événement.", "Saved. Now set a date for the event."), "done")
    return redirect(url_for(".open_", event=proposed), 303)


@area.route("/<int:event>/edit", methods=["GET", "POST"])
@needs(May.RUN_EVENTS)
def edit(event: int) -> str | Response | tuple[str, int]:
    """Show the form for an event's title and description, or save it."""
    known_event = _known(event)
    if request.method == "GET":
        typed = {
            "kind": known_event.kind.value,
            "title": known_event.title,
            "about": known_event.about,
            "place": known_event.place,
            **({"named": "yes"} if known_event.is_named else {}),
            **({"listed": "yes"} if known_event.is_listed else {}),
        }
        return _form("events/edit.html", known_event, {}, typed)
    _, errors = attempt(lambda: planning().describe(event, event_forms.description()))
    if errors:
        return _form("events/edit.html", known_event, errors, request.form), 400
    return _back(event, t("C’est noté.", "Saved."))


@area.route("/<int:event>/open", methods=["GET", "POST"])
@needs(May.RUN_EVENTS)
def open_(event: int) -> str | Response | tuple[str, int]:
    """Show the form for an event's terms, or open the event with them: its time, seats and price, the number of
    sign-ups from which it takes place, and the deadline for that.
    """
    known_event = _known(event)
    if request.method == "GET":
        return _form("events/open.html", known_event, {}, _typed_terms(known_event))

    def act() -> Event:
        product = request.form.get("product", "")[: picking.LONGEST]
        with FieldReader() as read:
            seat, terms = read(picking.product, product, ProductKind.EVENT, priced=True), read(event_forms.terms)
        return planning().open(event, terms, seat)

    opened, errors = attempt(act, **_ROOM)
    if opened is None:
        return _form("events/open.html", known_event, errors, request.form), 400
    if opened.state is EventState.HELD:
        return _back(
            event,
            t("L’événement aura lieu : les inscriptions sont ouvertes.", "The event will take place: sign-up is open."),
        )
    return _back(event, t("Inscriptions ouvertes.", "Sign-up is open."))


@area.post("/<int:event>/hold")
@needs(May.RUN_EVENTS, money=Money.OF_MEMBERS)
def hold(event: int) -> Response:
    """Confirm now that the event takes place, and charge its seats."""
    message = t("L’événement aura lieu.", "Confirmed: the event will take place.")
    return _do(event, lambda: planning().hold(event), message)


@area.post("/<int:event>/cancel")
@needs(May.RUN_EVENTS, money=Money.OF_MEMBERS)
def cancel(event: int) -> Response:
    """Cancel the event: charges are reversed, and everyone is informed."""
    reason = request.form.get("reason", "")
    message = t("Événement annulé : tout le monde est prévenu.", "Event cancelled: everyone is informed.")
    return _do(event, lambda: planning().cancel(event, reason), message)


@area.post("/<int:event>/decline")
@needs(May.RUN_EVENTS)
def decline(event: int) -> Response:
    """Decline a proposal, with a reason."""
    reason = request.form.get("reason", "")
    message = t("Réponse enregistrée.", "Answer saved.")
    return _do(event, lambda: planning().decline(event, reason), message)


def _do(event: int, act: Callable[[], object], message: str) -> Response:
    """Run an act on an event, and return to the event's page with a message, or with the error."""
    _known(event)  # answers 404 where there is none
    _, errors = attempt(act)
    if errors:
        flash(next(iter(errors.values())), "error")
        return redirect(url_for(".one", event=event), 303)
    return _back(event, message)


def _known(event: int) -> Event:
    """Return an event. Answers 404 where there is none."""
    with office().reading() as connection:
        return known(connection, event)


def _typed_terms(event: Event) -> dict[str, str]:
    """Return an event's terms as the form shows them; for an event without terms, the rule's share for the rent."""
    terms = event.terms
    with office().reading() as connection:
        policy, _ = office().now(connection)
        seats = _seats(connection, policy)
    if terms is None:
        return {"rent": "" if policy.event_rent_percent is None else str(policy.event_rent_percent)}
    return {
        "starts": event_forms.typed_moment(terms.starts_at),
        "ends": event_forms.typed_moment(terms.ends_at),
        "deadline": event_forms.typed_moment(terms.deadline_at),
        "places": "" if terms.places is None else str(terms.places),
        "threshold": "" if terms.threshold is None else str(terms.threshold),
        "rent": str(terms.rent_percent),
        "includes_day": "1" if terms.includes_day else "",
        "product": seats.get(event.product or "", event.product or ""),
    }


def _seats(connection: sa.Connection, policy: Policy) -> dict[str, str]:
    """Return the products that can be the price of a seat: by code, the name with the full price."""
    return picking.offered(connection, policy, ProductKind.EVENT, priced=True)


def _form(template: str, event: Event | None, errors: Mapping[str, str], typed: Mapping[str, str]) -> str:
    """Show a form about an event, or about a new one (None), with what was wrong in it. `coming` counts the people that
    agreed to come, with a seat or waiting.
    """
    desk = office()
    with desk.reading() as connection:
        policy, _ = desk.now(connection)
        products = _seats(connection, policy)
        coming = 0 if event is None else charging.line(connection, event).coming
    return render_template(
        template,
        here="events",
        event=event,
        kinds=[(kind.value, event_forms.kind_name(kind)) for kind in EventKind],
        products=products,
        coming=coming,
        errors=errors,
        typed=typed,
    )


def _back(event: int, message: str) -> Response:
    """Return to the event's page with a message."""
    flash(message, "done")
    return redirect(url_for(".one", event=event), 303)
