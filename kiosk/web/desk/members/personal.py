"""Hands people all their data, as a page and as JSON, and erases it as far as the accounts allow.

A `fresh` view asks for the password or the passkey again where it was given a while ago.
"""

from typing import Literal

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from kiosk.domain import keeping
from kiosk.errors import RequestError
from kiosk.exports.members import personal_page
from kiosk.members.personal_data import PersonalData, PersonalFiles
from kiosk.store.members import erasure
from kiosk.web.desk.common import four_eyes
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import language, t
from kiosk.web.desk.members.member_forms import back_to, known

area = Blueprint("personal", __name__)


def personal_files() -> PersonalFiles:
    """Return the use-case of personal files, in the name of the signed-in officer."""
    desk = office()
    return PersonalFiles(by_mail=bool(desk.home.config.mail.server), **desk.parts)


@area.get("/members/<int:number>/data")
@needs(May.PERSONAL_DATA, fresh=True)
def page(number: int) -> str | Answer:
    """Show all data about a member, and log that it was read. A merged file's number leads to the kept file."""
    g.has_logged = True  # the use-case logs the reading
    file = known(number)
    if file.number != number:
        return redirect(url_for("personal.page", number=file.number))
    data = personal_files().export(number)
    with office().reading() as connection:
        owes = erasure.owes(connection, file.id)  # cents to settle, debts and credits alike, before it can be erased
    return render_template(
        "member/data.html",
        member=file,
        tables=personal_page.tables(data.sections, _words(data)),
        kept=keeping.KEPT,
        owes=owes,
        is_erased=data.sections["file"][0]["erased_on"] is not None,  # this section has one row: the file itself
    )


def _words(personal: PersonalData) -> personal_page.Words:
    """Return the words, the zone and the names by which the data is written out."""
    return personal_page.Words(language(), office().home.config.zone, personal.names)


@area.get("/members/<int:number>/data.<any(json, html):form>")
@needs(May.PERSONAL_DATA, fresh=True)
def download(number: int, form: Literal["json", "html"]) -> Response:
    """Send all data about a member as a JSON or HTML file, and log it."""
    g.has_logged = True  # the use-case logs the reading
    data = personal_files().export(known(number).number)
    if form == "json":
        content, kind = data.as_json(), "application/json"
    else:
        content, kind = personal_page.html(data.name, data.made_on, data.sections, _words(data)), "text/html"
    answer = make_response(content)
    answer.headers["Content-Type"] = f"{kind}; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="{data.made_on:%Y%m%d}-{number:04d}.{form}"'
    return answer


@area.post("/members/<int:number>/erase")
@needs(May.PERSONAL_DATA, fresh=True)
def erase(number: int) -> Answer:
    """Erase a member's file for good, and say its number, which has to be kept on paper. Raises RequestError
    `own-account` for the officer's own file.
    """
    file = known(number)
    if four_eyes.is_own(file.number):
        raise RequestError("own-account", "this file is your own: another officer has to do this")
    erased = personal_files().erase(file.number)
    message = t(
        "Fiche effacée. Écrivez sur papier son numéro : {n}.",
        "File erased. Write its number down on paper: {n}.",
        n=file.number,
    )
    if erased.in_log:  # the database's write-ahead log could not be emptied now
        flash(
            t(
                "Les données de cette personne restent dans la base jusqu’au prochain nettoyage : voyez "
                "l’état de la borne.",
                "This person’s data stays in the database until the next clean-up: see the kiosk’s status.",
            )
        )
    return back_to(file.number, message)
