"""Makes quotes at the desk: a room or a part of the place, offered to an organisation; accepts, refuses, cancels and
prints them.

A *let* is a zone or the whole place for one organisation's use, a *caution* its security deposit, an *advance* its down
payment; *permanents* are members with a monthly plan. A quote *holds* its time until it is refused, cancelled or over.

`labels.attempt` runs a form's act: it returns the result and no errors, or None and the errors by field. `FieldReader`
reads all fields before it raises, so that each error is shown.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain.money.tariffs import ProductKind
from kiosk.domain.problems import FieldReader
from kiosk.domain.rooms.rules import Permanents
from kiosk.errors import RequestError
from kiosk.rooms.bookings import BookingWish
from kiosk.rooms.quotes import WHOLE, Asked, LetWish, Quotes
from kiosk.store import name_rows
from kiosk.store.members import organisations
from kiosk.store.rooms import booking_rows, quote_rows, room_rows
from kiosk.store.rooms.quote_rows import LetRow, Quote
from kiosk.store.space import book_rules, room_rules
from kiosk.web.desk.common import labels
from kiosk.web.desk.common.money_forms import cents, form_key
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import in_page_language, t
from kiosk.web.desk.finder import picking
from kiosk.web.desk.rooms import room_forms
from kiosk.web.desk.rooms.room_forms import number, slot_of, text

area = Blueprint("quotes", __name__, url_prefix="/rooms/quotes")
ROOM, PART = "room", "part"  # what a quote offers: a room, or a part of the place


@area.context_processor
def _words() -> dict[str, Any]:
    """Return the values that all templates of these pages use; `here` marks the calendar as the open page."""
    return {"in_page_language": in_page_language, "here": "calendar"}


def _about(connection: Any, quote: Quote) -> tuple[str, LetRow | None, Any]:
    """Return three things: the room, zone or whole place that a quote is for, in words; its let, or None for a room;
    and its time. Of several bookings the first counts; without any they are an empty text, None and None.
    """
    if quote.privatisation_id is not None:  # the id of its let
        let = quote_rows.let_by_id(connection, quote.privatisation_id)
        zones = name_rows.zones(connection)
        what = t(WHOLE) if let.zone is None else in_page_language(zones[let.zone])
        return what, let, let.slot
    held = booking_rows.of(connection, quote_id=quote.id)
    if not held:
        return "", None, None
    return in_page_language(room_rows.by_id(connection, held[0].room).names), None, held[0].slot


@area.route("/new", methods=["GET", "POST"])
@needs(May.BOOK_ROOMS)
def new() -> str | Response | tuple[str, int]:
    """Show the form for a quote of a room, a zone or the whole place; or make the quote, which holds the time until its
    day.
    """
    if request.method == "GET":
        return _form({})
    key = form_key()
    quote_id, errors = labels.attempt(lambda: _make(key))
    if quote_id is None:
        return _form(errors)
    office().log("quote-made", what=f"quote {quote_id}")
    flash(t("Devis créé : le créneau est retenu.", "Quote created: the time slot is on hold."), "done")
    return redirect(url_for("quotes.one", quote_id=quote_id), 303)


def _make(key: bytes) -> int:
    """Make the quote that the form asks for, and return its id. Raises Problem or RequestError where something in the
    form is wrong.
    """
    is_room = text("what", 10) == ROOM
    with FieldReader() as read:
        valid_until, slot = read(room_forms.required_day, "valid_until"), read(slot_of)
        advance, caution = (read(cents, name) for name in ("advance", "caution"))
        # 0 stands for an empty field, as for the room below: making the quote refuses it.
        organisation = read(picking.organisation, text("organisation", picking.LONGEST)) or 0
        places = None if is_room else read(room_forms.whole, "places")
        product = None if is_room else read(picking.product, text("product", picking.LONGEST), ProductKind.ROOM)
    terms = Asked(valid_until=valid_until, advance_cents=advance, caution_cents=caution)
    if is_room:
        wish = BookingWish(
            room=number("room") or 0,
            slot=slot,
            organisation=organisation,
            title=text("title", 80),
            any_hour=text("any_hour", 5) == "yes",
        )
        return _use().quote_room(wish, terms, key=key)
    let = LetWish(
        slot=slot,
        organisation=organisation,
        product=product or "",
        zone=text("zone", 30) or None,
        instead=text("instead", 30) or None,  # the zone in which the let zone's members are counted meanwhile
        title=text("title", 80),
        places=places or 0,
        permanents=next((choice for choice in Permanents if choice == text("permanents", 20)), None),
    )
    return _use().quote_let(let, terms, key=key)


def _form(errors: dict[str, str]) -> str | tuple[str, int]:
    """Show the form for a quote of a room or else of a part of the place (`what`), with what was wrong in it (status
    400).
    """
    desk = office()
    with desk.reading() as connection:
        policy, moment = desk.now(connection)
        rules = room_rules.read(connection, moment.day)
        zones = name_rows.zones(connection)
        page = render_template(
            "quotes/new.html",
            what=text("what", 10) if text("what", 10) == ROOM else PART,
            rooms=room_rows.open_on(connection, moment.day),
            products=picking.offered(connection, policy, ProductKind.ROOM),
            zones=[(code, in_page_language(zones[code])) for code in policy.zones],
            permanents=_permanents(),
            usual=rules.privatisation_permanents.value,
            step=rules.room_step_minutes,
            today=moment.day,
            is_on=rules.rooms_on,
            errors=errors,
            typed=request.values,
        )
    return (page, 400) if errors else page


def _permanents() -> list[tuple[str, str]]:
    """Return what a quote may do for permanent members whose place is let on that day, in words, by code."""
    return [
        (
            Permanents.KEPT.value,
            t("les permanents gardent leur place ce jour-là", "permanents keep their place on that day"),
        ),
        (
            Permanents.BANKED.value,
            t("les permanents reçoivent une journée à prendre plus tard", "permanents are given a day to use later"),
        ),
        (
            Permanents.CREDITED.value,
            t("les permanents ne paient pas pour ce jour-là", "permanents do not pay for that day"),
        ),
    ]


@area.get("/<int:quote_id>")
@needs(May.BOOK_ROOMS)
def one(quote_id: int) -> str:
    """Show a quote to print and hand over, with its state and the acts on it."""
    return _one(quote_id, {})


def _one(quote_id: int, errors: dict[str, str]) -> str:
    """Show a quote's page with its time, payer and bookings, and what was wrong in one of its forms. Answers 404 where
    there is no such quote.
    """
    desk = office()
    with desk.reading() as connection:
        _, moment = desk.now(connection)
        try:
            quote = quote_rows.by_id(connection, quote_id)
        except RequestError:
            abort(404)
        what, let, slot = _about(connection, quote)
        payer = organisations.by_id(connection, quote.organisation_id)
        return render_template(
            "quotes/one.html",
            quote=quote,
            what=what,
            let=let,
            starts=None if slot is None else slot.starts_at.astimezone(desk.rules.zone),
            slot=slot,
            payer=payer,
            books=book_rules.read(connection, moment.day),
            line_words=room_forms.line_words,
            client_kinds=labels.organisation_kinds(),
            bookings=booking_rows.of(connection, quote_id=quote_id),
            holds=any(booking.holds for booking in booking_rows.of(connection, quote_id=quote_id)),
            permanents=dict(_permanents()),
            today=moment.day,
            errors=errors,
            typed=request.form,
        )


@area.post("/<int:quote_id>/accept")
@needs(May.BOOK_ROOMS)
def accept(quote_id: int) -> Response | tuple[str, int]:
    """Accept a quote: its time is booked and charged to the organisation, whose page then makes the invoice."""
    message = t("Devis accepté : salle réservée, à facturer.", "Quote accepted: room booked, ready to invoice.")
    return _act(quote_id, "quote-accepted", message, _use().accept)


@area.post("/<int:quote_id>/refuse")
@needs(May.BOOK_ROOMS)
def refuse(quote_id: int) -> Response | tuple[str, int]:
    """Refuse a quote and free the time that it holds."""
    message = t("Devis refusé : le créneau est de nouveau libre.", "Quote declined: the time slot is free again.")
    return _act(quote_id, "quote-refused", message, _use().refuse)


@area.post("/<int:quote_id>/cancel")
@needs(May.CORRECT_MONEY)
def cancel(quote_id: int) -> Response | tuple[str, int]:
    """Cancel the bookings or the let of an accepted quote: reverse its charges and its security deposit, and charge the
    cancellation fee by today's rules.
    """
    message = t(
        "Réservation annulée ; les frais d’annulation sont comptés.",
        "Booking cancelled; the cancellation fee is charged.",
    )
    return _act(quote_id, "quote-cancelled", message, lambda number_: _use().cancel(number_))


@area.post("/<int:quote_id>/caution")
@needs(May.CORRECT_MONEY)
def caution(quote_id: int) -> Response | tuple[str, int]:
    """Reverse the security deposit, so that what was paid for it can be refunded."""
    message = t(
        "La caution est annulée : remboursez ce qui a été versé.", "Security deposit reversed: refund what was paid."
    )
    return _act(quote_id, "quote-caution", message, _use().give_caution_back)


@area.post("/<int:quote_id>/insured")
@needs(May.BOOK_ROOMS)
def insured(quote_id: int) -> Response | tuple[str, int]:
    """Record that the organisation's certificate of insurance was seen, with its last valid day, which must
    be typed.
    """

    def act(number_: int) -> None:
        until = room_forms.day_of("insured_until")
        if until is None:
            raise RequestError("let-insurance", "a day is written like 2026-11-25", field="insured_until")
        _use().insured(number_, until)

    return _act(
        quote_id, "quote-insured", t("Attestation d’assurance enregistrée.", "Insurance certificate saved."), act
    )


def _act(quote_id: int, logged: str, message: str, act: Callable[[int], object]) -> Response | tuple[str, int]:
    """Run an act on a quote, log it under the code `logged`, and return to the quote's page with a message; show the
    page with its errors (status 400) where it fails.
    """
    succeeded, errors = labels.attempt(lambda: (act(quote_id), True)[1])  # True, because an act may return None
    if succeeded is None:
        return _one(quote_id, errors), 400
    office().log(logged, what=f"quote {quote_id}")
    flash(message, "done")
    return redirect(url_for("quotes.one", quote_id=quote_id), 303)


def _use() -> Quotes:
    """Return the quotes' use-case, in the name of the signed-in officer."""
    desk = office()
    return Quotes.of(desk)
