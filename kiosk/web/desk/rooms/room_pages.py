"""Manages rooms and their bookings at the desk: the rooms to let, making, moving and cancelling a booking, a door's
sheet.

Views marked `money` refuse an officer whose desk account names no member's file, in some of their forms only
(`ASKED`). `refuse_own` raises where another officer has to decide, as on an account of the officer's own.

`attempt` runs a form's act: it returns the result and no errors, or None and the errors by field. `FieldReader` reads
all fields before it raises, so that each error is shown. A booking `holds` its room unless it is cancelled or released.
"""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain import inputs, opening_hours
from kiosk.domain.problems import FieldReader, Problem
from kiosk.domain.slots import Slot, at_wall
from kiosk.errors import RequestError
from kiosk.exports.formats import day as day_of
from kiosk.exports.formats import euros, weekdays
from kiosk.rooms import day_units
from kiosk.rooms.bookings import BookingResult, BookingWish
from kiosk.rooms.series import Recurrence, Repeated, SeriesDesk, of_same_series
from kiosk.store import name_rows
from kiosk.store.rooms import booking_rows, room_rows
from kiosk.store.rooms.booking_rows import Booking
from kiosk.store.space import room_rules
from kiosk.web.desk.common import four_eyes
from kiosk.web.desk.common.labels import attempt
from kiosk.web.desk.common.money_forms import form_key
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, Money, may, needs
from kiosk.web.desk.common.words import in_page_language, language, t, told
from kiosk.web.desk.finder import picking
from kiosk.web.desk.rooms import blocks, room_forms, room_sheets
from kiosk.web.desk.rooms.calendar import KINDS
from kiosk.web.desk.rooms.room_forms import clock, number, room_or_404, slot_of, text, use

area = Blueprint("rooms", __name__, url_prefix="/rooms")


@area.context_processor
def _words() -> dict[str, Any]:
    """Return the values that all templates of these pages use; `here` marks the calendar as the open page."""
    return {
        "clock": clock,
        "kinds": KINDS,
        "in_page_language": in_page_language,
        "here": "calendar",
        "told": told,
        "weekdays": dict(zip(opening_hours.DAYS, weekdays(language()), strict=True)),
    }


# --- what there is to let


@area.get("")
@needs(May.BOOK_ROOMS)
def listing() -> str:
    """Show every room, closed ones too, with its products and zone; `is_on` tells whether the rules let rooms be
    booked.
    """
    desk = office()
    with desk.reading() as connection:
        _, moment = desk.now(connection)
        return render_template(
            "rooms/list.html",
            rooms=room_rows.everyone(connection),
            products=name_rows.products(connection),
            zones=name_rows.zones(connection),
            is_on=room_rules.is_on(connection, moment.day),
            today=moment.day,
        )


@area.route("/new", methods=["GET", "POST"])
@needs(May.EDIT_RULES)
def new() -> str | Response | tuple[str, int]:
    """Show the sheet of a new room, or add the room."""
    return room_sheets.page(None)


@area.route("/<int:room_id>/edit", methods=["GET", "POST"])
@needs(May.EDIT_RULES)
def edit(room_id: int) -> str | Response | tuple[str, int]:
    """Show the sheet of a room, or change its name, capacity, prices, hours or last day."""
    return room_sheets.page(room_or_404(room_id))


# --- a booking


@area.route("/book", methods=["GET", "POST"])
@needs(May.BOOK_ROOMS, money=Money.ASKED)
def book() -> str | Response | tuple[str, int]:
    """Show the form to book a room, or book it once, or as a series where `every` says how often. A form that is sent
    twice books once, by its key.
    """
    if request.method == "GET":
        return _book({}, None)
    key = form_key()
    every = text("every", 20)
    if every:
        return _series(every, key)

    def act() -> BookingResult:
        return use().book(_wish(), key=key)

    booked, errors = attempt(act)
    if booked is None:
        return _book(errors, None)
    flash(t("Réservation enregistrée.", "Booking saved."), "done")
    return redirect(url_for("rooms.booking", booking_id=booked.id), 303)


def _wish() -> BookingWish:
    """Return the booking that the form asks for: for a member, for an organisation, or for the house with neither.
    Raises RequestError `no-own-file` where it is for a member and the officer's desk account names no file.
    """
    with FieldReader() as read:
        slot, member = read(slot_of), read(_member)
        organisation = read(picking.organisation, text("organisation", picking.LONGEST))
    if member is not None:
        four_eyes.check_own_file()
    return BookingWish(
        room=number("room") or 0,  # 0: none was chosen, which is refused like an unknown room
        slot=slot,
        member=member,
        organisation=organisation,
        title=text("title", 80),
        any_hour=text("any_hour", 5) == "yes",  # outside the room's opening hours, too
    )


def _member() -> int | None:
    """Return the member that the form books for; None where it names none. Raises RequestError `member-unclear` or
    `member-none`: an unknown name never books for the house instead.
    """
    return picking.member(text("member", picking.LONGEST))


def _series(every: str, key: bytes) -> str | Response | tuple[str, int]:
    """Show a series with its collisions; once that is confirmed, book it, and name the times that were left out because
    they are taken. `every` says how often it repeats, `key` makes a form that is sent twice book once.
    """

    def act() -> list[Repeated]:
        desk = office()
        with FieldReader() as read:
            until, left_out = read(room_forms.day_of, "last"), read(_days, text("but", 400))
            wish = read(_wish)
        recurrence = Recurrence(every, until, frozenset(left_out))
        series = SeriesDesk.of(desk)
        if text("confirmed", 5) == "yes":
            return series.book(wish, recurrence, key=key)
        return series.look(wish, recurrence)

    repeated, errors = attempt(act)
    if repeated is None or text("confirmed", 5) != "yes":
        return _book(errors, repeated)
    booked = [time for time in repeated if time.booking is not None]
    flash(
        t(
            "Réservations faites : {count}. Dates déjà prises, non réservées : {left}.",
            "Bookings made: {count}. Dates skipped because they were not free: {left}.",
            count=len(booked),
            left=len(repeated) - len(booked),
        ),
        "done",
    )
    _flash_skipped(repeated)
    return redirect(url_for("calendar.page", day=text("day", 20), view="week"), 303)


def _flash_skipped(series: list[Repeated]) -> None:
    """Flash each day of a series that was skipped, with its reason."""
    for time in series:
        if time.why is not None:
            on = day_of(time.slot.starts_at.astimezone(office().rules.zone).date(), language())
            flash(t("{day} : {why}", "{day}: {why}", day=on, why=told(time.why)), "warning")


def _days(typed: str) -> list[date]:
    """Return the days that a series leaves out, typed with blanks or commas between them; none for an empty text.
    Raises Problem `day`.
    """
    days = (room_forms.reached(inputs.typed_day(word, "but"), "but") for word in typed.replace(",", " ").split())
    return [day for day in days if day is not None]


def _book(errors: dict[str, str], series: list[Repeated] | None) -> str | tuple[str, int]:
    """Show the form for a booking, with what was wrong in it (status 400) and the bookings that are in its way, or the
    times of a `series` to confirm. It lists the rooms that are open on the shown day.
    """
    desk = office()
    with desk.reading() as connection:
        _, moment = desk.now(connection)
        rules = room_rules.read(connection, moment.day)
        day = room_forms.shown_day(moment.day)
        rooms = room_rows.open_on(connection, day)
        colliding = _collisions(errors)
        page = render_template(
            "rooms/book.html",
            rooms=rooms,
            day=day,
            step=rules.room_step_minutes,
            errors=errors,
            typed=request.values,
            collides=colliding,
            series=series,
            is_on=rules.rooms_on,
            today=moment.day,
            last=moment.day + timedelta(days=rules.room_ahead_days),
        )
    return (page, 400) if errors else page


def _collisions(errors: dict[str, str]) -> list[Booking]:
    """Return the bookings that hold the requested room at the requested time; none where the time was not refused, or
    names no room or no valid time.
    """
    if "from" not in errors or number("room") is None:  # a taken time is an error of the field `from`
        return []
    try:
        slot = slot_of()
    except ValueError:
        return []
    with office().reading() as connection:
        return booking_rows.between(connection, slot, number("room"))


@area.get("/bookings/<int:booking_id>")
@needs(May.BOOK_ROOMS)
def booking(booking_id: int) -> str:
    """Show a booking: its holder, time, price and entries, and the acts on it."""
    return _one(booking_id, {})


@area.post("/bookings/<int:booking_id>/move")
@needs(May.BOOK_ROOMS, money=Money.ASKED)
def move(booking_id: int) -> str | Response | tuple[str, int]:
    """Move a booking, or with it the later ones of its series: to the time that was typed, or to the place in the
    calendar that was touched.
    """
    present = _booking(booking_id)

    def act() -> list[Repeated]:
        if present.member_number is not None:
            four_eyes.check_own_file()
        place, any_hour = text("place", 40), text("any_hour", 5) == "yes"
        room, slot = _place(place, present) if place else (number("room") or 0, slot_of())
        # A place touched in the calendar may lie outside of the room's opening hours.
        wish = BookingWish(room=room, slot=slot, any_hour=any_hour or bool(place))
        if _with_series():
            return SeriesDesk.of(office()).move(booking_id, wish)
        return [Repeated(slot, use().move(booking_id, room, slot, any_hour=wish.any_hour).id)]

    moved, errors = attempt(act)
    if moved is None:
        return _one(booking_id, errors), 400
    count = sum(time.why is None for time in moved)
    flash(
        t("Réservations déplacées : {count}.", "Bookings moved: {count}.", count=count)
        if _with_series()
        else t("La réservation est déplacée.", "Booking moved."),
        "done",
    )
    _flash_skipped(moved)
    return redirect(url_for("rooms.booking", booking_id=booking_id), 303)


def _place(text_: str, moved: Booking) -> tuple[int, Slot]:
    """Return the room and time of a place in the calendar, `room|day|minute`: the room's id, an ISO date and the
    minutes since midnight. The booking keeps its length. Raises Problem `slot`.
    """
    try:
        room, day, minute = text_.split("|")
        begins = at_wall(date.fromisoformat(day), int(minute), office().rules.zone)
        return int(room), Slot(begins, begins + (moved.slot.ends_at - moved.slot.starts_at))
    except (ValueError, OverflowError):
        raise Problem("slot", "this is no place in the calendar", field="until") from None


@area.post("/bookings/<int:booking_id>/cancel")
@needs(May.BOOK_ROOMS, money=Money.ASKED)
def cancel(booking_id: int) -> Response | tuple[str, int]:
    """Cancel a booking, or with it the later ones of its series: free of charge until some hours before it begins,
    which a rule sets. Officers cannot cancel a booking of their own.
    """
    present = _booking(booking_id)

    def act() -> tuple[int, int]:
        """Cancel, and return how many bookings were cancelled and their fees in cents."""
        four_eyes.refuse_own(present.member_number)
        return SeriesDesk.of(office()).cancel(booking_id) if _with_series() else (1, use().cancel(booking_id))

    cancelled, errors = attempt(act)
    if cancelled is None:
        return _one(booking_id, errors), 400
    count, fee = cancelled
    if count > 1:
        flash(
            t(
                "Réservations annulées : {count}. Frais : {fee}.",
                "Bookings cancelled: {count}. Fees: {fee}.",
                count=count,
                fee=euros(fee, language()),
            ),
            "done",
        )
    elif fee:
        flash(
            t("La réservation est annulée ; les frais sont comptés.", "Booking cancelled; the fee is charged."), "done"
        )
    else:
        flash(t("La réservation est annulée, sans frais.", "Booking cancelled, free of charge."), "done")
    return redirect(url_for("rooms.booking", booking_id=booking_id), 303)


def _with_series() -> bool:
    """Tell whether the act is for the booking and the later ones of its series."""
    return text("series", 5) == "yes"


def _booking(booking_id: int) -> Booking:
    """Return a booking. Answers 404 where there is none."""
    with office().reading() as connection:
        try:
            return booking_rows.by_id(connection, booking_id)
        except RequestError:
            abort(404)


def _one(booking_id: int, errors: dict[str, str]) -> str:
    """Show a booking's page, with what was wrong in one of its forms. Officers without the right to see money see none
    of its entries.
    """
    shown, desk = _booking(booking_id), office()
    starts = shown.slot.starts_at.astimezone(desk.rules.zone)
    ends = shown.slot.ends_at.astimezone(desk.rules.zone)
    with desk.reading() as connection:
        policy, moment = desk.now(connection)
        rules = room_rules.read(connection, moment.day)
        # Where an organisation pays, the booking gives no day back to a member.
        member = shown.member_number if shown.organisation_id is None else None
        return render_template(
            "rooms/booking.html",
            booking=shown,
            # Whether the prepaid day that the member used today is given back, because the rooms' price covers the day;
            # None where the question does not arise.
            unit_comes_back=(
                day_units.comes_back(connection, policy, member, moment)
                if member is not None and shown.holds and shown.day_on == moment.day
                else None
            ),
            block=blocks.block(shown),
            # How many later bookings of its series there are.
            following=len(of_same_series(connection, shown)) - 1 if shown.holds else 0,
            room=room_rows.by_id(connection, shown.room),
            rooms=room_rows.open_on(connection, shown.day_on),
            entries=booking_rows.entries_of(connection, shown.id) if may(May.SEE_MONEY) else [],
            line_words=room_forms.line_words,
            starts=starts,
            ends=ends,
            fee=use().fee(shown, moment.at, rules) if shown.holds else 0,
            errors=errors,
            typed=request.form,
            step=rules.room_step_minutes,
        )
