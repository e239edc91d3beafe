"""Merges two files of one person: found by name or among similar files, shown side by side; or splits them again.

A merge moves reduced tariffs, prepaid days and badges. So officers merge and split no file of their own, and where
rights or prepaid days would move, another officer agrees first.

Views marked `money` refuse an officer whose desk account names no member's file. `refuse_own` raises where another
officer has to decide, as on an account of the officer's own.
"""

import sqlalchemy as sa
from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain import inputs
from kiosk.domain.members import twins
from kiosk.domain.members.twins import Alike, Twins
from kiosk.errors import RequestError
from kiosk.language import common
from kiosk.language.texts import Text
from kiosk.store import name_rows
from kiosk.store.members import directory, import_rows, members, merging
from kiosk.store.members.members import Member
from kiosk.web.desk.common import four_eyes
from kiosk.web.desk.common.labels import attempt
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import PAGE_SIZE, Pages, again, asked
from kiosk.web.desk.common.permissions import May, Money, needs
from kiosk.web.desk.common.words import in_page_language, t
from kiosk.web.desk.members import member
from kiosk.web.desk.members.member_forms import back_to, files, known
from kiosk.web.desk.members.members import LONGEST_SEARCH
from kiosk.web.desk.members.members import area as list_area

area = member.area
ALIKE = {
    Alike.NAME: Text("même nom", "same name"),
    Alike.EMAIL: Text("même adresse e-mail", "same e-mail address"),
    Alike.PHONE: Text("même numéro de téléphone", "same phone number"),
}


@list_area.get("/members/twins")
@needs(May.EDIT_MEMBERS)
def likely() -> str:
    """Show a page of the pairs of files that may belong to one person, those with most in common first, and log it."""
    with office().reading() as connection:
        pairs = twins.likely(import_rows.people(connection))
    office().log("read-list", what="twins")
    begin = (asked() - 1) * PAGE_SIZE
    return render_template(
        "members/twins.html",
        pairs=pairs[begin : begin + PAGE_SIZE],
        pages=Pages(asked(), len(pairs)),
        again=again,
        alike=ALIKE,
    )


@area.route("/members/<int:number>/merge", methods=["GET", "POST"])
@needs(May.EDIT_MEMBERS, money=Money.OF_MEMBERS)
def merge(number: int) -> str | Response | tuple[str, int]:
    """Show two files side by side, or merge the second into the kept one, at once or when another officer has agreed;
    without a second (`other`), show how to find it.
    """
    kept = known(number)
    errors: dict[str, str] = {}
    other = request.values.get("other", "").strip()
    second: Member | None = None
    if request.method == "POST" and _leads_to(kept, other):  # sent twice
        return redirect(url_for("member.page", number=kept.number), 303)
    if other:
        # None and the errors by field where it raises; an error of the field `member` is shown beside `other`.
        second, errors = attempt(lambda: _second(kept, other), member="other")
    if request.method == "POST" and second is not None:
        asked_act = files().merge_by_two(kept.number, second.number, office().acts_by_two)
        if asked_act is not None:
            return back_to(kept.number, t(common.ASKED_OF_TWO))
        return back_to(kept.number, t("Les deux fiches n’en font plus qu’une.", "The two files are merged."))
    if second is not None:
        office().log("read-file", second.number)
    text = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    with office().reading() as connection:
        plans = {code: in_page_language(names) for code, names in name_rows.plans(connection).items()}
        near = [] if second else _near(connection, kept)
        fitting = [file for file in directory.find(connection, text) if file.number != kept.number]
        badges = {file.number: members.badges_of(connection, file) for file in (kept, second) if file is not None}
    page = render_template(
        "member/merge.html",
        member=kept,
        second=second,
        other=other,
        errors=errors,
        plans=plans,
        badges=badges,
        near=near,
        text=text,
        found=fitting,
        alike=ALIKE,
    )
    return (page, 400) if request.method == "POST" or errors else page


def _near(connection: sa.Connection, kept: Member) -> list[Twins]:
    """Return the files that may belong to the same person as this one, each paired with it; none for a merged file."""
    people = import_rows.people(connection)
    own = next((person for person in people if person.number == kept.number), None)
    return [] if own is None else twins.of(own, people)


def _leads_to(kept: Member, text: str) -> bool:
    """Tell whether the file of a typed number is already merged into this one, so that a form was sent twice."""
    with office().reading() as connection:
        return any(str(merge.merged) == text for merge in merging.standing(connection, kept))


def _second(kept: Member, text: str) -> Member:
    """Return the file to merge into this one. Raises RequestError `no-such-member`, `same-file`, or as
    `four_eyes.refuse_own` does where one of the two is the officer's own.
    """
    number = inputs.number(text)
    if number is None:
        raise RequestError("no-such-member", field="member", given=text[:20])
    with office().reading() as connection:
        second = members.by_number(connection, number)
    if second.id == kept.id:
        raise RequestError("same-file", field="other", member=kept.number, given=text)
    four_eyes.refuse_own(kept.number)
    four_eyes.refuse_own(second.number)
    return second


@area.post("/members/<int:number>/split")
@needs(May.EDIT_MEMBERS, money=Money.OF_MEMBERS)
def split(number: int) -> Response:
    """Undo the last merge, as long as nothing was written since; do nothing where no merge stands."""
    kept = known(number)
    with office().reading() as connection:
        if not merging.standing(connection, kept):  # sent twice
            return redirect(url_for("member.page", number=kept.number), 303)
    four_eyes.refuse_own(kept.number)
    other = files().split(kept.number)
    return back_to(
        kept.number,
        t("La fiche n° {number} est de nouveau séparée.", "File no. {number} is separate again.", number=other),
    )
