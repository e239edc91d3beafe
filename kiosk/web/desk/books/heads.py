"""Shows the chain's heads (seals of the last entries, to be kept elsewhere), the officers that receive them by mail,
and whether a head that was kept is still in the chain.

A *claim* is a door's word that it sealed an entry under a number which these records do not have; the home's *mark* is
a file with the last entry that this machine saw. Both show entries that a restored copy has lost.

A `fresh` view asks for the password or the passkey again where it was given a while ago.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.books import archive_keys
from kiosk.books.chain_heads import ABOUT, LEAST, Heads
from kiosk.domain import inputs
from kiosk.domain.books import head_notes
from kiosk.domain.problems import Problem
from kiosk.errors import AnswerIsNo, MachineError, RequestError
from kiosk.language import common
from kiosk.messages import outbox
from kiosk.store.books import head_rows
from kiosk.store.marks import claim_rows
from kiosk.store.messages import outbox_rows
from kiosk.store.officers import desk_users
from kiosk.web.desk.common.office import Office, office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import t, told

if TYPE_CHECKING:
    from kiosk.books.recovery.reconciling import Differences

area = Blueprint("heads", __name__)
SHOWN = 14  # closings
_LONGEST = 120  # characters of a typed head


@area.get("/books/heads")
@needs(May.SEE_MONEY)
def page() -> tuple[str, int]:
    """Show the heads of the last closings, their recipients and the state of the mails; compare a typed head with the
    chain (`holds`: the chain has it). `lacking` says which entries are lost, `unproven` has the claims that nothing
    proves.
    """
    desk, typed = office(), request.args.get("head", "")[:_LONGEST].strip()
    status, error = _checked(desk, typed) if typed else (200, "")
    with desk.reading() as connection:
        text = render_template(
            "archive/heads.html",
            here="books",
            closed=head_rows.last_closings(connection, SHOWN),
            recipients=head_rows.recipients(connection),
            messages=outbox_rows.latest(connection, f"{ABOUT} "),  # mails with heads: what they are about begins so
            is_sent=_is_sent(desk),
            noted=head_notes.head_note,
            lacking=_lacking(desk, connection),
            unproven=claim_rows.unproven(connection),
            typed=typed,
            holds=typed and not error,
            error=error,
            least=LEAST,  # recipients
            key=archive_keys.fingerprint(desk.home.paths),
        )
    return text, status


def _checked(desk: Office, typed: str) -> tuple[int, str]:
    """Return a status and what is wrong with a typed head: 400 for a text that is no head, 200 with a warning for a
    head that the chain does not have, 200 and an empty text where it is in the chain.
    """
    try:
        noted = head_notes.parse(typed)
        with desk.reading() as connection:
            head_rows.check(connection, noted)
    except Problem as problem:
        return 400, told(problem)
    except AnswerIsNo:
        return 200, t(
            "Ce code n’est pas dans les comptes. S’il est bien recopié, des écritures ont été changées ou enlevées "
            ": n’enregistrez plus rien, copiez le dossier de l’espace, et prévenez le bureau.",
            "The books do not contain this code. If you copied it correctly, entries were changed or removed: "
            "record nothing more, copy the space’s folder, and tell the other officers.",
        )
    return 200, ""


def _is_sent(desk: Office) -> bool:
    """Tell whether this home can send messages; if not, or if its settings cannot be read, heads are written down on
    paper.
    """
    try:
        return bool(outbox.channels(desk.home))
    except MachineError:
        return False


def _lacking(desk: Office, connection: sa.Connection) -> "Differences | None":
    """Return what the records lack compared with what doors and the home's mark know; None where nothing suggests a
    loss.
    """
    mark = desk.home.store.mark
    if not claim_rows.are_waiting(connection) and (mark is None or mark.fault is None):
        return None
    from kiosk.books.recovery import reconciling  # seldom needed, and heavy

    return reconciling.differences(connection, desk.home.seal, reconciling.seen_by(mark))


@area.post("/books/heads/reconcile")
@needs(May.MANAGE_USERS, fresh=True)
def reconcile() -> ResponseReturnValue:
    """Record in the ledger which entries are lost, so that doors and desk go on."""
    from kiosk.books.recovery import reconciling

    desk = office()
    store = desk.home.store
    _, entry = reconciling.run(  # the differences, and the entry that records them
        store, desk.home.seal, desk.rules, desk.clock.now(), seen=reconciling.seen_by(store.mark), actor=desk.actor
    )
    if entry is None:
        flash(t("Aucune écriture ne manque aux comptes.", "No entries are missing from the records."), "info")
    else:
        desk.log("reconciled", what=f"entry {entry}")
        flash(
            t("Écritures perdues notées : écriture {entry}.", "Lost entries recorded: entry {entry}.", entry=entry),
            "info",
        )
    return redirect(url_for("heads.page"), 303)


@area.post("/books/heads/claims/<int:claim_id>/aside")
@needs(May.MANAGE_USERS, fresh=True)
def set_aside(claim_id: int) -> ResponseReturnValue:
    """Set aside a door's claim to a number that nothing proves, so that the door records again."""
    from kiosk.books.recovery import reconciling

    desk = office()
    with desk.home.store.accounting() as connection:
        moment = desk.rules.at(connection, desk.clock.now())[1]
        claim = reconciling.set_aside(connection, claim_id, moment, desk.actor)
    if claim is None:
        abort(404)
    flash(
        t("La porte {door} enregistre de nouveau les passages.", "Door {door} records taps again.", door=claim.door),
        "info",
    )
    return redirect(url_for("heads.page"), 303)


@area.route("/books/heads/recipients", methods=["GET", "POST"])
@needs(May.MANAGE_USERS, fresh=True)
def choose() -> ResponseReturnValue:
    """Choose the officers that receive the heads: at least two, and two different people; a GET shows the form. The
    ledger's entry names the officer that made the choice, and new and former recipients are told. Removing one is only
    asked of another officer, if there is one.
    """
    desk = office()
    if request.method == "GET":
        with desk.reading() as connection:
            chosen = [officer.id for officer in head_rows.recipients(connection)]
        return _form(desk, chosen, "")
    chosen = [number for text in request.form.getlist("user") if (number := inputs.number(text)) is not None]
    try:
        outcome = Heads(
            home=desk.home, rules=desk.rules, clock=desk.clock, actor=desk.actor, second=desk.acts_by_two
        ).choose(chosen)
    except RequestError as error:
        return _form(desk, chosen, told(error)), 400
    if outcome.asked is not None:
        flash(t(common.ASKED_OF_TWO), "info")
        return redirect(url_for("two.page"), 303)
    if outcome.again:
        flash(
            t("Ces personnes reçoivent déjà les codes de contrôle.", "These people already receive the control codes."),
            "info",
        )
    else:
        flash(t("C’est noté, écriture {entry}.", "Saved, entry {entry}.", entry=outcome.entry), "info")
    return redirect(url_for("heads.page"), 303)


def _form(desk: Office, chosen: Sequence[int], error: str) -> str:
    """Show the active officers, to choose the recipients of control codes, as pages call the heads; `chosen` has the
    ids that are ticked.
    """
    with desk.reading() as connection:
        officers = [officer for officer in desk_users.everyone(connection) if officer.active]
    return render_template("archive/recipients.html", here="books", officers=officers, chosen=chosen, error=error)
