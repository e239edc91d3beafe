"""Shows one event: its sign-ups, waiting list, attendance and income, its topics, and its papers.

Views marked `money` refuse an officer whose desk account names no member's file. `refuse_own` raises where another
officer has to decide, as on an account of the officer's own.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from flask import Response as FlaskResponse
from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain.events.terms import LIVE, EventKind
from kiosk.domain.names import searchable
from kiosk.events import attending, certificates, charging, topics
from kiosk.events.attending import Attendance
from kiosk.events.signing_up import Act
from kiosk.exports.events import certificate as certificate_paper
from kiosk.store.events import signup_rows, topic_rows
from kiosk.web.desk.common import four_eyes
from kiosk.web.desk.common.labels import attempt
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import listed
from kiosk.web.desk.common.permissions import May, Money, needs
from kiosk.web.desk.common.words import language, t
from kiosk.web.desk.events import event_rooms
from kiosk.web.desk.events.event_forms import area, known, planning
from kiosk.web.desk.finder import picking

R = TypeVar("R")
_SORTS: dict[str, Callable[[attending.Attendee], Any]] = {  # a sort key, by the column that the URL names
    "name": lambda each: searchable(each.signup.name or ""),
    # By id, so in the order in which they signed up.
    "signed": lambda each: each.signup.id,
}


@area.get("/<int:event>")
@needs(May.FIND_MEMBERS)
def one(event: int) -> str:
    """Show everything about an event."""
    return _page(event, {})


def _page(event: int, errors: dict[str, str]) -> str:
    """Show an event's page, with what was wrong in one of its forms."""
    desk = office()
    with desk.reading() as connection:
        shown = known(connection, event)
        _, moment = desk.now(connection)
        is_over = shown.terms is not None and shown.terms.ends_at <= moment.at
        gross_cents, rent_cents = charging.sums(connection, event)  # what the event earned, and the rent's part of it
        return render_template(
            "events/one.html",
            here="events",
            event=shown,
            line=charging.line(connection, shown),
            attendees=listed(
                attending.attendees(connection, shown, desk.home.config.zone, moment.at),
                lambda each: f"{each.signup.number or ''} {each.signup.name or ''}",
                _SORTS,
            ),
            gross_cents=gross_cents,
            rent_cents=rent_cents,
            has_begun=shown.terms is not None and shown.terms.starts_at <= moment.at,
            takes=shown.state in LIVE and not is_over,  # takes sign-ups: proposed, open or certain
            topics=topic_rows.of_event(connection, event) if shown.kind is EventKind.UNCONFERENCE else None,
            **event_rooms.shown(connection, shown, moment.day),
            now=moment.at,
            errors=errors,
            typed=request.form,
        )


@area.post("/<int:event>/join")
@needs(May.RUN_EVENTS, money=Money.OF_MEMBERS)
def join(event: int) -> Response | tuple[str, int]:
    """Sign up a member by number; or a person without a file by name, for whom an organisation pays if it costs.
    Answers 404 for an unknown event, 400 with the page for any error.
    """
    name = request.form.get("name", "").strip()

    def act() -> object:
        if name:
            payer = picking.organisation(request.form.get("organisation", "")[: picking.LONGEST])
            return planning().add_without_file(event, name[:500], payer)
        number = picking.member(request.form.get("member", "")) or 0  # 0 is no member's number: `join` refuses it
        seat = planning().join(event, number)
        if planning().keeps_day(event, number):  # recalculates the day where the event includes it
            warning = t(
                "La journée que cette personne a déjà payée expire aujourd’hui : elle ne peut pas être rendue.",
                "The day this person has already paid for expires today, so it cannot be given back.",
            )
            flash(warning, "warning")
        return seat

    return _done(event, act, t("Inscription enregistrée.", "Sign-up saved."))


@area.post("/<int:event>/leave/<int:signup>")
@needs(May.RUN_EVENTS, money=Money.OF_MEMBERS)
def leave(event: int, signup: int) -> Response | tuple[str, int]:
    """Cancel a sign-up, and waive its fee where the form says so. Officers cannot cancel a charged sign-up of their
    own.
    """

    def act() -> object:
        with office().reading() as connection:
            cancelled = signup_rows.by_id(connection, signup)
        if cancelled.event != event:
            abort(404)
        if cancelled.charged_cents is not None:
            four_eyes.refuse_own(cancelled.number)
        return _tell_left(planning().leave(signup, forgiven="forgiven" in request.form))

    return _done(event, act, "")


def _tell_left(stays: bool) -> bool:
    """Flash whether a cancelled seat stays charged. Returns True, because the act has succeeded."""
    if stays:
        flash(
            t(
                "Le délai d’annulation gratuite est passé : le prix de la place reste dû, sauf si quelqu’un la "
                "reprend.",
                "The deadline for free cancellation has passed: the seat must still be paid for unless someone else "
                "takes it.",
            ),
            "warning",
        )
    else:
        flash(t("Inscription retirée.", "Sign-up removed."), "done")
    return True


@area.post("/<int:event>/present/<int:signup>")
@needs(May.FIND_MEMBERS)
def present(event: int, signup: int) -> Response | tuple[str, int]:
    """Record a participant's presence or absence on a day."""
    desk = office()

    def act() -> object:
        with desk.reading() as connection:
            if signup_rows.by_id(connection, signup).event != event:
                abort(404)
        attendance = Attendance(store=desk.store, zone=desk.home.config.zone, clock=desk.clock, actor=desk.actor)
        attendance.mark(signup, _day(), present=request.form.get("present") == "yes")
        return True

    return _done(event, act, t("Présence enregistrée.", "Attendance saved."), logged="event-presence")


@area.get("/<int:event>/list")
@needs(May.FIND_MEMBERS)
def sheet(event: int) -> str:
    """Show the attendance list to sign, also for participants without a badge."""
    desk = office()
    with desk.reading() as connection:
        shown = known(connection, event)
        _, moment = desk.now(connection)
        attendees = attending.attendees(connection, shown, desk.home.config.zone, moment.at)
    return render_template("events/sheet.html", here="events", event=shown, attendees=attendees)


@area.get("/<int:event>/certificate/<int:signup>")
@needs(May.FIND_MEMBERS)
def certificate(event: int, signup: int) -> Response:
    """Send a certificate of attendance as a PDF, in the participant's language where it is known, else in the page's;
    or return to the event's page with the reason why there is none.
    """
    desk = office()
    with desk.reading() as connection:
        known(connection, event)  # answers 404 where there is none
        _, moment = desk.now(connection)
        content, errors = attempt(
            lambda: certificates.certificate(
                connection, desk.home.config.zone, moment, event, signup, training=desk.home.training
            ),
        )
        speaks = None if content is None else signup_rows.by_id(connection, signup).language
    if content is None:
        flash(next(iter(errors.values())), "error")
        return redirect(url_for(".one", event=event), 303)
    desk.log("event-certificate", None, f"event {event}: signup {signup}")
    answer = FlaskResponse(certificate_paper.pdf(content, speaks or language()), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="attestation-{event}-{signup}.pdf"'
    return answer


@area.post("/<int:event>/topics")
@needs(May.RUN_EVENTS)
def put_up(event: int) -> Response | tuple[str, int]:
    """Add a topic to an unconference, in no member's name."""
    return _done(
        event,
        lambda: _write(lambda act: topics.put_up(act, event, request.form.get("topic", "")[:500], None)),
        t("Sujet ajouté à la liste.", "Topic added to the list."),
        logged="event-topic",
        title="topic",
    )


@area.post("/<int:event>/topics/<int:topic>/hide")
@needs(May.RUN_EVENTS)
def hide(event: int, topic: int) -> Response | tuple[str, int]:
    """Remove a topic from the list."""
    message = t("Le sujet est retiré.", "Topic removed.")
    return _done(event, lambda: _write(lambda act: topics.hide(act, topic)), message, logged="event-topic")


def _write(act: Callable[[Act], R]) -> R:
    """Run an act on topics in a writing transaction, in the name of the signed-in officer."""
    desk = office()
    with desk.store.writing() as connection:
        policy, moment = desk.now(connection)
        return act(Act(connection, desk.rules, desk.seal, policy, moment, desk.actor))


def _done(
    event: int, act: Callable[[], object], message: str, logged: str = "", title: str = "title"
) -> Response | tuple[str, int]:
    """Run an act on an event, and redirect to the event's page with a message; show the page with the errors where it
    fails. `logged` is its line for the desk's log where the act writes none; `title` names the field of a title's
    errors.
    """
    with office().reading() as connection:
        known(connection, event)  # answers 404 where there is none
    _, errors = attempt(act, title=title)
    if errors:
        return _page(event, errors), 400
    if logged:
        office().log(logged, None, f"event {event}")
    if message:
        flash(message, "done")
    return redirect(url_for(".one", event=event), 303)


def _day() -> date:
    """Return the day in the form. Answers 400 for a text that is no date."""
    try:
        return date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        abort(400)
