"""Takes over what members owed, or had in advance, in the program of before: a file, read back, then written."""

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.books.results import MemberOpenings, OpeningsRead
from kiosk.domain import spreadsheet
from kiosk.domain.books import member_openings
from kiosk.domain.books.member_openings import MemberOpening
from kiosk.domain.problems import Problem
from kiosk.errors import RequestError
from kiosk.money.till import TillAct
from kiosk.web.desk.books.book_forms import area
from kiosk.web.desk.books.results import result_page, waiting, wrong_file
from kiosk.web.desk.common import labels, uploads
from kiosk.web.desk.common.labels import Fields
from kiosk.web.desk.common.money_forms import day, done, form_key
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.uploads import Uploads
from kiosk.web.desk.common.words import t

__all__ = ["area"]

_FIELDS: Fields = {
    "no-such-member": "form",
    "opening-there": "form",
    "opening-unbalanced": "form",
    "opening-day": "balance",
    "day": "balance",
}
_Openings = tuple[MemberOpening, ...]


def openings() -> MemberOpenings:
    """The use-case, in the name of the officer who asks."""
    desk = office()
    return MemberOpenings(store=desk.store, rules=desk.rules, seal=desk.seal, clock=desk.clock, actor=desk.actor)


@area.post("/results/members")
@needs(May.CORRECT_MONEY)
def send_member_openings() -> Response | tuple[str, int]:
    """Take in the file of what each member owed, to look at it."""
    try:
        key = uploads.taken(office().actor, spreadsheet.MOST_BYTES, member_openings.read)
    except Problem as problem:
        return result_page({"members": wrong_file(problem)}), 400
    return redirect(url_for("books.member_balances", key=key), 303)


@area.get("/results/members/<key>")
@needs(May.CORRECT_MONEY)
def member_balances(key: str) -> str | Response | tuple[str, int]:
    """What is in the file, by name, and whether it makes the members' account. Nothing is written yet."""
    found = waiting(key, member_openings.read)
    return found if isinstance(found, Response) else _page(key, found, {})


@area.post("/results/members/<key>")
@needs(May.CORRECT_MONEY)
def take_members_over(key: str) -> str | Response | tuple[str, int]:
    """Write an opening for each member, all of them or none."""
    found = waiting(key, member_openings.read)
    if isinstance(found, Response):
        return found

    def act() -> TillAct:
        balance_on = day("balance")
        if balance_on is None:
            raise RequestError("opening-day", "the day of the balances is missing")
        return openings().take_over(found, balance_on, key=form_key())

    written, errors = labels.attempt(act, _FIELDS)
    if written is None:
        page = _page(key, found, errors)
        return page if isinstance(page, tuple) else (page, 400)
    Uploads.of(current_app).forget(key)
    if not written.again:
        office().log("members-taken-over", what=f"from entry {written.entry} on, members: {len(found)}")
    done(written.again, t("Les soldes des membres sont repris.", "The members’ balances are taken over."))
    return redirect(url_for("books.result_list"), 303)


def _page(key: str, found: _Openings, errors: dict[str, str]) -> str | tuple[str, int]:
    read, more = labels.attempt(lambda: openings().preview(found), _FIELDS)
    if read is None:
        Uploads.of(current_app).forget(key)
        return result_page({"members": _which(found, more["form"])}), 400
    return render_template("books/member_balances.html", read=read, errors=errors, typed=request.form, **_sums(read))


def _sums(read: OpeningsRead) -> dict[str, int]:
    owing = [each.cents for each, _ in read.lines if each.cents > 0]
    return {"owed": sum(owing), "ahead": sum(owing) - read.total_cents}


def _which(found: _Openings, text: str) -> str:
    """A reason with the member of the file that it is about."""
    for each in found:
        try:
            openings().preview([each])
        except RequestError as error:
            if error.code != "opening-unbalanced":
                return t("Membre {number} : {text}", "Member {number}: {text}", number=each.member, text=text)
    return text
