"""Shows the hosting rota at the desk: a week of shifts, and one shift with all acts that an officer
may do for members. A *turn*, as the records give it, is a shift with the name of its holder.

Views marked `money` refuse an officer whose desk account names no member's file, in some of their forms only
(`ASKED`). `refuse_own` raises where another officer has to decide, as on an account of the officer's own.
"""

from collections.abc import Callable
from datetime import date, timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain.hosting import rota as rules
from kiosk.domain.hosting.rota import Shift
from kiosk.errors import RequestError
from kiosk.hosting import words
from kiosk.hosting.rota import Rota, weeks
from kiosk.store.hosting import rota_rows, swap_rows
from kiosk.store.members import members
from kiosk.web.desk.common import four_eyes
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, Money, needs
from kiosk.web.desk.common.words import language, t, told
from kiosk.web.desk.finder import picking

area = Blueprint("rota", __name__, url_prefix="/hosting")
_SWAP_DAYS = 42  # from today: shifts that can be swapped, and that a member's page lists
MOST_TYPED = 12  # characters of a typed duration


def rota() -> Rota:
    """Return the rota's use-case, in the name of the signed-in officer."""
    desk = office()
    return Rota.of(desk)


@area.get("/")
@needs(May.SEE_TODAY)
def page() -> str:
    """Show a week of shifts, day by day: that of the day `week` in the URL, else this one."""
    desk = office()
    with desk.reading() as connection:
        policy, moment = desk.now(connection)
        monday, sunday = rota_rows.week_of(_day(request.args.get("week"), moment.day))
        turns = rota_rows.turns(connection, monday, sunday)
        swaps = swap_rows.open_ones(connection)  # asked for, but not agreed to by both members yet
        # Slots are the lines of the weekly template; on the last day of a slot its shifts are still on the rota.
        has_slots = any(slot.until_on is None or slot.until_on >= moment.day for slot in rota_rows.slots(connection))
    days = [monday + timedelta(days=number) for number in range(7)]
    return render_template(
        "hosting/week.html",
        here="rota",
        on=policy.hosting,
        days=[(day, [turn for turn in turns if turn.shift.day_on == day]) for day in days],
        monday=monday,
        weeks=weeks(moment.day),
        today=moment.day,
        swapping={number for swap in swaps for number in (swap.shift, swap.for_shift)},
        has_slots=has_slots,
        kinds=words.KINDS,
        hours=hours,
        own=four_eyes.own_numbers(),
    )


@area.get("/shifts/<int:shift>")
@needs(May.SEE_TODAY)
def one(shift: int) -> str:
    """Show one shift, and what may be done with it."""
    return _one(shift)


def _one(shift: int, errors: dict[str, str] | None = None) -> str:
    """Show a shift's page, with the shifts it can be swapped for. Answers 404 where there is no such shift."""
    desk = office()
    with desk.reading() as connection:
        _, moment = desk.now(connection)
        try:
            turn = rota_rows.turn(connection, shift)
        except RequestError:
            abort(404)
        others = [  # shifts of other members in the coming weeks that are not cancelled
            other
            for other in rota_rows.turns(connection, moment.day, moment.day + timedelta(days=_SWAP_DAYS))
            if other.shift.member not in (None, turn.shift.member) and not other.shift.called_off
        ]
    return render_template(
        "hosting/shift.html",
        here="rota",
        turn=turn,
        others=others,
        today=moment.day,
        may_confirm=turn.shift.day_on <= moment.day,  # a shift is confirmed on its day or later
        kinds=words.KINDS,
        hours=hours,
        errors=errors or {},
        typed=request.form,
    )


@area.post("/shifts/<int:shift>/take")
@needs(May.KEEP_ROTA)
def take(shift: int) -> Response | tuple[str, int]:
    """Assign a free shift to a member; without one (0) it is refused."""
    return _done(
        shift,
        lambda: rota().take(shift, picking.member(request.form.get("member", "")) or 0),
        t("Tour attribué.", "Shift assigned."),
    )


@area.post("/shifts/<int:shift>/give-up")
@needs(May.KEEP_ROTA)
def give_up(shift: int) -> Response | tuple[str, int]:
    """Free a shift that a member holds."""
    return _done(
        shift,
        lambda: rota().give_up(shift),
        t("Tour rendu : sa place est de nouveau libre.", "Shift given up: its place is free again."),
    )


@area.post("/shifts/<int:shift>/swap")
@needs(May.KEEP_ROTA)
def swap(shift: int) -> Response | tuple[str, int]:
    """Swap the shifts of two members."""
    return _done(shift, lambda: rota().swap(shift, _number("other")), t("Tours échangés.", "Shifts swapped."))


@area.post("/shifts/<int:shift>/confirm")
@needs(May.KEEP_ROTA, money=Money.ASKED)
def confirm(shift: int) -> Response | tuple[str, int]:
    """Confirm that a shift was held, with the time that it took, if it was typed. Where shifts earn days, officers
    cannot confirm their own.
    """

    def act() -> Shift:
        with office().reading() as connection:
            holder = rota_rows.turn(connection, shift).shift.member
        if _earns_days():
            four_eyes.refuse_own(holder)
        return rota().confirm(shift, minutes_of(request.form.get("took", "")))

    return _done(
        shift, act, t("Tour confirmé : merci à la personne qui a accueilli.", "Shift confirmed: thanks to the host.")
    )


@area.post("/shifts/<int:shift>/unconfirm")
@needs(May.KEEP_ROTA, money=Money.ASKED)
def unconfirm(shift: int) -> Response | tuple[str, int]:
    """Undo the confirmation of a shift, with the days that it earned."""

    def act() -> Shift:
        if _earns_days():
            four_eyes.check_own_file()
        return rota().unconfirm(shift)

    return _done(shift, act, t("Confirmation annulée.", "Confirmation undone."))


def _earns_days() -> bool:
    """Tell whether confirmed shifts earn days here, without charge: not before the president decided it."""
    with office().reading() as connection:
        decided = swap_rows.reward(connection)
    return decided is not None and bool(decided.shifts_a_day)


@area.post("/shifts/<int:shift>/call-off")
@needs(May.KEEP_ROTA)
def call_off(shift: int) -> Response | tuple[str, int]:
    """Cancel a shift; or reinstate it, where the form says `off=no`."""
    off = request.form.get("off") != "no"
    message = t("Tour annulé.", "Shift cancelled.") if off else t("Tour de nouveau prévu.", "Shift reinstated.")
    return _done(shift, lambda: rota().call_off(shift, off), message)


@area.route("/members/<int:number>", methods=["GET", "POST"])
@needs(May.KEEP_ROTA)
def of_member(number: int) -> Response | str:
    """Show a member's shifts of this year and of the coming six weeks, or save whether they want to be asked for free
    ones.
    """
    desk = office()
    with desk.reading() as connection:
        try:
            member = members.by_number(connection, number)
        except RequestError:
            abort(404)
    if request.method == "POST":
        rota().want_to_be_asked(member.number, request.form.get("wants") == "yes")
        flash(t("C’est noté.", "Saved."))
        return redirect(url_for("rota.of_member", number=member.number), 303)
    with desk.reading() as connection:
        today = desk.now(connection)[1].day
        first = today.replace(month=1, day=1)
        own = rota_rows.own(connection, member.id, first, today + timedelta(days=_SWAP_DAYS))
        wants = rota_rows.wants_to_be_asked(connection, member.id)
    return render_template(
        "hosting/member.html", here="rota", member=member, own=own, wants=wants, kinds=words.KINDS, hours=hours
    )


def hours(shift: Shift) -> str:
    """Return a shift's hours, like `9 h – 13 h`."""
    return words.Hours(shift.from_minute, shift.until_minute).to(language())


def minutes_of(text: str) -> int | None:
    """Return the minutes of a typed duration, which is in hours: `4`, `3,5`, `3:30` or `3 h 30`; None for an empty
    field. Raises RequestError `shift-minutes` for any other text, for nothing, or for more than the longest shift.
    """
    typed = text.strip().lower().replace("h", ":").replace(" ", "").removesuffix(":")
    if not typed:
        return None
    if len(typed) <= MOST_TYPED and typed.isascii():
        whole, mark, after_mark = typed.replace(",", ".").partition(":")
        try:
            minutes = int(whole) * 60 + int(after_mark) if mark else round(float(whole) * 60)
        except (ValueError, OverflowError):
            minutes = 0
        if 0 < minutes <= rules.LONGEST:
            return minutes
    raise RequestError("shift-minutes", given=text[:20], hours=rules.LONGEST // 60)


def _done(shift: int, act: Callable[[], object], message: str) -> Response | tuple[str, int]:
    """Run an act on a shift and redirect to its page with a message; show the page again with the
    error where it fails.
    """
    try:
        act()
    except RequestError as error:
        if error.code in ("no-such-shift", "clock-not-trusted"):  # not about the form: an error page says it
            raise
        return _one(shift, {error.field or "form": told(error)}), 400
    flash(message)
    return redirect(url_for("rota.one", shift=shift), 303)


def _number(field: str) -> int:
    """Return a whole number from the form; 0, which names no shift, for anything else."""
    text = request.form.get(field, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _day(text: str | None, otherwise: date) -> date:
    """Return the day that a text names; `otherwise` for None, any other text, or a day before 2000 or after
    24 December 2999.
    """
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return otherwise
    return day if date(2000, 1, 1) <= day <= date(2999, 12, 24) else otherwise
