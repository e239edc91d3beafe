"""Gives badges that are tapped at the entrance: to one member, or to all members without one, one after the other.

A badge that was read belongs to no member until an officer confirms the name and the badge's last two bytes.
A badge's *mark* is the keyed hash by which the database knows it, its *tail* the last two bytes of its number. To
*exchange* a badge is to give a new one in its place: the old one opens until the new one is first tapped.
"""

import json
from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from msgspec.structs import replace
from werkzeug.wrappers import Response

from kiosk.checkin.desk_requests import BADGE_SECONDS, EXPIRED, LIFTED, RANDOM, REPLACED
from kiosk.domain.badges import typed
from kiosk.domain.badges.products import Proof
from kiosk.domain.checkin import badges
from kiosk.domain.problems import Mistake
from kiosk.errors import RequestError
from kiosk.language.texts import Text
from kiosk.members.badge_giving import DECLINED, UNDONE, BadgeGiving
from kiosk.store.checkin.request_rows import ENROL, Request
from kiosk.store.members import badge_rows, chip_rows, members
from kiosk.store.members.badge_rows import ToExchange, Without
from kiosk.web.desk.checkin import door_requests
from kiosk.web.desk.checkin.door_requests import RequestStatus
from kiosk.web.desk.common import labels, timing
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import t, told

area = door_requests.area
SERIES_SECONDS = 180.0  # longer than for one badge: sixty people queue, and search for theirs
# How a reader that acts as a keyboard may write a badge's number; the code is what `typed.typing` reads.
WAYS = {
    "": Text("en hexadécimal, comme le lit la porte", "in hexadecimal, as read at the door"),
    "reversed": Text("en hexadécimal, à l’envers", "in hexadecimal, reversed"),
    "decimal": Text("en décimal, 4 octets", "in decimal, 4 bytes"),
    "decimal reversed": Text("en décimal, 4 octets, à l’envers", "in decimal, 4 bytes, reversed"),
    "decimal 7": Text("en décimal, 7 octets", "in decimal, 7 bytes"),
    "decimal reversed 7": Text("en décimal, 7 octets, à l’envers", "in decimal, 7 bytes, reversed"),
    "hex 7": Text(
        "en hexadécimal, 7 octets, sans les zéros du début", "in hexadecimal, 7 bytes, without leading zeros"
    ),
}
# For the page's script: the signs of the keys by their names in the browser, without Enter, which ends a number.
_KEYS = json.dumps({name: sign for name, sign in typed.NAMES.items() if sign != typed.ENTER})
_UNTIL_TAPPED = Text(
    "L’ancien badge ouvre encore la porte, jusqu’au premier passage du nouveau.",
    "The old badge still opens the door until the new badge is first tapped.",
)
_TYPING, _YEAR_SECONDS = "typing", 365 * 24 * 3600  # the cookie with the format of typed numbers


@area.get("/members/badges")
@needs(May.EDIT_MEMBERS)
def series() -> str:
    """Show the page of badges: the first member without one, badges to exchange, badges whose writing was interrupted,
    and how many there are of each product and key.
    """
    with office().reading() as connection:
        first = badge_rows.next_without(connection)
        exchanged = badge_rows.next_to_exchange(connection)
        waiting = badge_rows.waiting_exchanges(connection)
        versions = badge_rows.by_version(connection)
        counted = badge_rows.counted(connection)
        # Badges whose writing was interrupted: those of members, and how many belong to no member yet.
        half, half_new = chip_rows.half_written(connection)
        today = badge_rows.given_on(connection, office().now(connection)[1].day)
    rows = sorted(
        (labels.badge_product(code), labels.badge_worth(code, proof), n) for (code, proof), n in counted.items()
    )
    return render_template(
        "badges/series.html",
        first=first,
        exchanged=exchanged,
        waiting=waiting,
        versions=versions,
        half=half,
        half_new=half_new,
        counted=rows,
        today=len(today),
        here="members",
    )


@area.get("/members/badges/list")
@needs(May.EDIT_MEMBERS)
def given() -> str:
    """Show the badges given today, to print and to sign, and log that they were read."""
    with office().reading() as connection:
        day = office().now(connection)[1].day
        rows = badge_rows.given_on(connection, day)
    office().log("read-list", None, "badges")
    shown = [(badge_given, labels.badge_product(badge_given.product)) for badge_given in rows]
    return render_template("badges/list.html", rows=shown, day=day, here="members")


@area.post("/members/badges/next")
@needs(May.EDIT_MEMBERS)
def next_member() -> Response:
    """Ask the entrance for the badge of the next member without one, after the number `after` (0 for the first); in a
    series of exchanges, for the one that replaces the next badge to exchange.
    """
    return _next(_number(request.form.get("after", "0")), mark=_mark())


@area.post("/members/<int:number>/badges/wait")
@needs(May.EDIT_MEMBERS)
def wait_for_badge(number: int) -> Response:
    """Ask the entrance for the next unknown badge, for this member; as the replacement of another where the form names
    one.
    """
    return _wait(number, f"/members/{number}", replaces=_mark())


@area.get("/members/<int:number>/badges/wait/<int:request_id>")
@needs(May.EDIT_MEMBERS)
def badge(number: int, request_id: int) -> str:
    """Show a request for a badge: still waiting, or what came of it."""
    asked = door_requests.known(request_id, ENROL, number)
    return render_template(
        "badge_wait.html",
        waiting=_status(asked),
        ways=[(words, t(says)) for words, says in WAYS.items()],
        way=request.cookies.get(_TYPING, ""),
        keys=_KEYS,
        **_facts(asked),
        here="members",
    )


@area.get("/members/<int:number>/badges/wait/<int:request_id>/now")
@needs(May.EDIT_MEMBERS)
def badge_now(number: int, request_id: int) -> str | tuple[str, int]:
    """Return the state of a request for a badge, for the page that polls it; 204 while the state is the one already
    shown.
    """
    asked = door_requests.known(request_id, ENROL, number)
    status = _status(asked)
    if status.goes_on and request.args.get("shown", "") == status.code:  # still waiting, and nothing new to say
        return "", 204
    return render_template("badge_waiting.html", waiting=status, **_facts(asked))


@area.post("/members/<int:number>/badges/wait/<int:request_id>/typed")
@needs(May.EDIT_MEMBERS)
def typed_badge(number: int, request_id: int) -> Response:
    """Take a badge's number that was typed, by hand or by a reader that acts as a keyboard, for the badge that is
    waited for.

    How the reader types is stored in a cookie, because the reader is plugged into that computer. Answers 400 for a way
    of typing that is not in `WAYS`; a number that is refused is an error on the page that waits.
    """
    door_requests.known(request_id, ENROL, number)  # answers 404 where there is none
    words = request.form.get("typing", "")
    way = typed.typing(tuple(words.split()))
    if way is None:
        abort(400)

    def act() -> None:
        digits = request.form.get("badge", "").strip()
        # `Typing()` is the usual way, in hexadecimal, which may be typed by hand with signs between the bytes.
        read = badges.parse(digits) if way == typed.Typing() else badges.by_keys(digits, way)
        key = office().home.badge_key
        door_requests.requests(timing.machine_clock()).type_badge(request_id, number, read, key)

    _try(act)
    answer = redirect(url_for(".badge", number=number, request_id=request_id, **_going()), 303)
    answer.set_cookie(_TYPING, words, max_age=_YEAR_SECONDS, secure=True, httponly=True, samesite="Lax")
    return answer


@area.post("/members/<int:number>/badges/wait/<int:request_id>/confirm")
@needs(May.EDIT_MEMBERS)
def confirm_badge(number: int, request_id: int) -> Response:
    """Give the badge to the member, after the officer has checked the member's name and the badge's last two bytes. A
    series goes on with the next member; a refusal leads back to the page that waits.
    """
    asked = door_requests.known(request_id, ENROL, number)
    if not _try(lambda: _giving().confirm(request_id, number, request.form.get("tail", ""))):
        return redirect(url_for(".badge", number=number, request_id=request_id, **_going()), 303)
    if asked.badge_bytes == badges.UID_SIZES[0]:  # a number of 4 bytes, which other badges may have too
        flash(t(labels.BADGE_NOT_UNIQUE), "warning")
    if "series" in _going():
        return _next(number, undo=f"{number}-{request_id}", mark=asked.replaces)
    flash(t(labels.BADGE_OPENS))
    if asked.replaces is not None:
        flash(t(_UNTIL_TAPPED))
    return redirect(f"/members/{number}", 303)


@area.post("/members/<int:number>/badges/wait/<int:request_id>/decline")
@needs(May.EDIT_MEMBERS)
def decline_badge(number: int, request_id: int) -> Response:
    """Decline the badge that was read, and wait for the right one for this member."""
    asked = door_requests.known(request_id, ENROL, number)
    if _try(lambda: _giving().decline(request_id, number)):
        return _wait(number, f"/members/{number}", undo=request.form.get("undo", ""), replaces=asked.replaces)
    return redirect(url_for(".badge", number=number, request_id=request_id, **_going()), 303)


@area.post("/members/<int:number>/badges/wait/<int:request_id>/undo")
@needs(May.EDIT_MEMBERS)
def undo_badge(number: int, request_id: int) -> Response:
    """Withdraw a badge that was given a moment ago, and ask the entrance for this member's again, even where the badge
    could not be withdrawn.
    """
    asked = door_requests.known(request_id, ENROL, number)
    _try(lambda: _giving().take_back(request_id, number))
    return _wait(number, f"/members/{number}", replaces=asked.replaces)


def _giving() -> BadgeGiving:
    """Return the use-case that gives badges."""
    return BadgeGiving.of(office())


def _going() -> dict[str, Any]:
    """Return the values carried from page to page, "1" where set: `series`, badges are given one after the other;
    `exchange`, they replace others; `writes`, keys are written to them at the door. In a series also `undo`, the badge
    given last, as "member-request".
    """
    carried = {name: "1" for name in ("series", "exchange", "writes") if request.values.get(name)}
    undo = request.values.get("undo", "")
    return {**carried, "undo": undo} if "series" in carried and _undone(undo) else carried


def _undone(undo: str) -> tuple[int, int] | None:
    """Return the member's number and the request's id of the badge that was given last; None where `undo` holds no such
    pair.
    """
    number, _, request_id = undo.partition("-")
    return (int(number), int(request_id)) if _is_number(number) and _is_number(request_id) else None


def _is_number(text: str) -> bool:
    """Tell whether a text is a number of at most nine digits, which an id of the database can always hold."""
    return text.isascii() and text.isdigit() and len(text) < 10


def _number(text: str) -> int:
    """Return a number of the form. Answers 400 for any other text."""
    if not _is_number(text):
        abort(400)
    return int(text)


def _mark() -> bytes | None:
    """Return the mark of the badge to exchange, as the form names it; None where it names none. Answers 400 if it is
    not hexadecimal.
    """
    try:
        return bytes.fromhex(request.values.get("mark", "")) or None
    except ValueError:
        abort(400)


def _next(after: int, undo: str = "", mark: bytes | None = None) -> Response:
    """Ask for the badge of the next member of the series, or end the series. `after` is the last member's number,
    `undo` the badge given last, as `_undone` reads it, `mark` that of the old badge exchanged last.
    """
    exchanges = "exchange" in _going()
    with office().reading() as connection:
        without = None if exchanges else badge_rows.next_without(connection, after)
        old = badge_rows.next_to_exchange(connection, after, mark or b"") if exchanges else None
    following = old or without
    if following is None:
        flash(
            t("C’est fini : il n’y a plus de badge à échanger.", "Done: there are no more badges to replace.")
            if exchanges
            else t(
                "C’est fini : tous les membres suivants ont un badge.",
                "Done: all the remaining members have a badge.",
            )
        )
        return redirect(url_for(".series"), 303)
    replaces = None if old is None else old.mark
    return _wait(following.number, url_for(".series"), undo=undo, replaces=replaces, series=True)


def _wait(number: int, back: str, undo: str = "", replaces: bytes | None = None, *, series: bool = False) -> Response:
    """Ask the entrance for a member's badge, and redirect to the page that waits; to `back` where another officer waits
    for a badge already. `replaces` is the mark of the old badge; other errors are the error page's.
    """
    series = series or bool(request.form.get("series"))
    going = {name: value for name, value in _going().items() if name in ("exchange", "writes")}
    try:
        asking = door_requests.requests(timing.machine_clock())
        seconds = SERIES_SECONDS if series else BADGE_SECONDS
        request_id = asking.wait_for_badge(number, seconds, replaces, writes="writes" in going)
    except RequestError as error:
        if error.code != "badge-awaited":  # only this error passes by itself, once the other request ends
            raise
        flash(told(error), "error")
        return redirect(back, 303)
    office().log("wait-for-badge", number, f"request {request_id}")
    if series:
        going |= {"series": "1", **({"undo": undo} if undo else {})}
    return redirect(url_for("doorway.badge", number=number, request_id=request_id, **going), 303)


def _try(act: Callable[[], None]) -> bool:
    """Run an act and flash its error for the next page. Returns whether it succeeded."""
    try:
        act()
    except Mistake as refused:
        flash(told(refused), "error")
        return False
    return True


def _facts(asked: Request) -> dict[str, Any]:
    """Return what the page shows beside the request's state: the member, the badge given before, and how many badges
    are left to give (`left`, None outside a series).
    """
    number, going = asked.member or 0, _going()
    last = _undone(going.get("undo", ""))
    following: Without | ToExchange | None = None
    with office().reading() as connection:
        member = members.by_number(connection, number)
        # Looked for from the number before on, so that this member counts among those that are left.
        if "exchange" in going and "series" in going:
            following = badge_rows.next_to_exchange(connection, number - 1)
        elif "series" in going:
            following = badge_rows.next_without(connection, number - 1)
        replaced = None if asked.replaces is None else badge_rows.tail(connection, asked.replaces)
        before = members.by_number(connection, last[0]) if last else None
    return {
        "member": member,
        "request_id": asked.id,
        "going": going,
        "left": None if following is None else following.left,
        "last": last,
        "before": before,
        "tail": asked.outcome,  # once a badge was read, the outcome is the end of its number
        "replaced": replaced,
        "mark": "" if asked.replaces is None else asked.replaces.hex(),
        "writes": asked.writes,
        "again": url_for(".badge_now", number=number, request_id=asked.id, **going),
    }


def _status(asked: Request) -> RequestStatus:
    """Return how far a request for a badge is, in words.

    Its outcome says what happened last: LIFTED, a badge was taken away before it was read, and RANDOM, a telephone was
    shown, let it go on, as does an error's code; EXPIRED, REPLACED (by a newer request), DECLINED and UNDONE end it.
    """
    if asked.badge_mark is not None and asked.outcome not in (DECLINED, UNDONE):
        return _of_a_badge(asked)
    if asked.outcome in (DECLINED, UNDONE):
        says = t(
            "Ce badge n’est attribué à personne. Attendez un autre badge.",
            "This badge is not assigned to anyone. Wait for another badge.",
        )
        return RequestStatus(False, "warning", says)
    if asked.outcome in (EXPIRED, REPLACED) or not asked.is_open(timing.desk_time().clock.now()):
        says = t("Délai dépassé : aucun badge n’a été attribué.", "Time is up: no badge was assigned.")
        return RequestStatus(False, "warning", says)
    says = t("Présentez le badge au lecteur de l’entrée.", "Tap the badge on the reader at the entrance.")
    if asked.outcome == RANDOM:
        says = t(
            "C’était un téléphone : son numéro change à chaque fois. Présentez une carte ou un badge.",
            "That was a phone, whose number changes every time. Tap a card or a tag instead.",
        )
    elif asked.outcome and asked.outcome != LIFTED:
        says = f"{told(asked.outcome)} {says}"
    if asked.outcome == LIFTED:
        says = t(
            "Présentez de nouveau le badge, et laissez-le un instant sur le lecteur.",
            "Tap the badge again, and hold it on the reader for a moment.",
        )
    return RequestStatus(True, "warning", says, asked.outcome or "")


def _of_a_badge(asked: Request) -> RequestStatus:
    """Return the status of a request whose badge was read: given, already another member's, or to be confirmed. The
    request's outcome is then the badge's tail.
    """
    with office().reading() as connection:
        owner = badge_rows.owner(connection, asked.badge_mark or b"")
        is_written = badge_rows.is_written(connection, asked.badge_mark or b"")
    if owner == asked.member:
        says = t("C’est fait : le badge …{tail} est attribué.", "Done: badge …{tail} assigned.", tail=asked.outcome)
        return RequestStatus(False, "", says)
    if owner is not None:
        says = t("Ce badge est déjà attribué à quelqu’un.", "This badge is already assigned to someone.")
        return RequestStatus(False, "error", says)
    says = t(
        "Badge lu, numéro finissant par {tail} : {product}, {worth}.",
        "Badge read, number ending in {tail}: {product}, {worth}.",
        tail=asked.outcome,
        product=labels.badge_product(asked.product),
        worth=labels.badge_worth(asked.product, Proof.EV2.value if is_written else None),
    )
    if asked.badge_bytes == badges.UID_SIZES[0]:  # 4 bytes, as above
        says = f"{says} {t(labels.BADGE_NOT_UNIQUE)}"
    return replace(RequestStatus(False, "warning", says), pending=True)
