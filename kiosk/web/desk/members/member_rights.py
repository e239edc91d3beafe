"""Changes what belongs to a member: badges, codes, telephones, reduced tariffs, payers.

Views marked `money` refuse an officer whose desk account names no member's file. `refuse_own` raises where another
officer has to decide, as on an account of the officer's own.
"""

from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain.checkin import badges
from kiosk.domain.problems import Problem
from kiosk.errors import RequestError
from kiosk.fields import OrganisationRef
from kiosk.members.payers import Payers
from kiosk.store.members import grants, members, payer_rows
from kiosk.store.members.members import Member
from kiosk.web.desk.common import four_eyes, labels
from kiosk.web.desk.common.labels import Errors, attempt
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, Money, needs
from kiosk.web.desk.common.words import t
from kiosk.web.desk.finder import picking
from kiosk.web.desk.members import member
from kiosk.web.desk.members.member_forms import back_to, day_of, files, known

area = member.area


def paying() -> Payers:
    """Return the payers' use-cases."""
    desk = office()
    return Payers(store=desk.store, rules=desk.rules, clock=desk.clock)


@area.route("/members/<int:number>/badges", methods=["GET", "POST"])
@needs(May.EDIT_MEMBERS)
def give_badge(number: int) -> str | Response | tuple[str, int]:
    """Show the form to give a badge by its number, or give it; a reader that acts as a keyboard types the number. A
    form sent twice leads to the member's page. Warn of a number that other badges may share.
    """
    file = known(number)
    typed = request.form.get("badge", "").strip()
    if request.method == "GET":
        return render_template("member/badge.html", member=file, typed="", errors={})
    _, errors = attempt(lambda: office().enrolment.give_badge(file.number, badges.parse(typed)))
    if errors and _holds(file, typed):  # sent twice
        return redirect(url_for("member.page", number=file.number), 303)
    if errors:
        return render_template("member/badge.html", member=file, typed=typed, errors=errors), 400
    if badges.parse(typed).is_shared:
        flash(t(labels.BADGE_NOT_UNIQUE), "warning")
    return back_to(file.number, t(labels.BADGE_OPENS))


def _holds(person: Member, typed: str) -> bool:
    """Tell whether the typed badge already belongs to this member and is not lost. The database knows badges by keyed
    hashes, so those by former keys that are still valid are compared, too.
    """
    try:
        read = badges.parse(typed)
    except Problem:
        return False
    with office().reading() as connection:
        home = office().home
        fingerprints = badges.marks(read, home.badge_key, home.old_badge_keys, office().now(connection)[1].day)
        return any(
            badge.fingerprint in fingerprints and badge.lost_on is None
            for badge in members.badges_of(connection, person)
        )


@area.post("/members/<int:number>/badges/<string:mark>/<any(lost, found):what>")
@needs(May.EDIT_MEMBERS)
def mark_badge(number: int, mark: str, what: str) -> Response:
    """Mark a badge as lost, or as found again. `mark` is its fingerprint in hexadecimal."""
    file = known(number)
    try:
        fingerprint = bytes.fromhex(mark)
    except ValueError:
        abort(404)
    office().enrolment.mark_badge(file.number, fingerprint, lost=what == "lost")
    lost = t("Le badge n’ouvre plus la porte.", "The badge no longer opens the door.")
    return back_to(
        file.number,
        lost if what == "lost" else t("Le badge ouvre de nouveau la porte.", "The badge opens the door again."),
    )


@area.post("/members/<int:number>/pin/<any(unlock, remove):what>")
@needs(May.EDIT_MEMBERS)
def mark_pin(number: int, what: str) -> Response:
    """Unlock the code for a forgotten badge, or remove it. Officers neither see nor set codes."""
    file = known(number)
    office().enrolment.mark_pin(file.number, unlock=what == "unlock")
    unlocked = t("Code débloqué : il peut de nouveau servir.", "Code unlocked: it can be used again.")
    return back_to(file.number, unlocked if what == "unlock" else t("Le code est retiré.", "Code withdrawn."))


@area.post("/members/<int:number>/telephones/<int:which>/end", endpoint="end_telephone")
@area.post("/members/<int:number>/telephones/end", endpoint="end_telephones")
@needs(May.EDIT_MEMBERS)
def end_telephones(number: int, which: int | None = None) -> Response:
    """Unpair one telephone of a member (`which`, its id), or all of them (None)."""
    from kiosk.telephones import pairing  # few members have one

    file, desk = known(number), office()
    with desk.store.writing() as connection:
        _, moment = desk.now(connection)
        pairing.end(connection, file.number, moment, desk.actor, which)
    return back_to(
        file.number,
        t(
            "Téléphone retiré : il ne montre plus les pages de cette personne.",
            "Phone removed: it no longer shows this member’s pages.",
        ),
    )


@area.route("/members/<int:number>/reduced", methods=["GET", "POST"])
@needs(May.EDIT_MEMBERS, money=Money.OF_MEMBERS)
def reduced(number: int) -> str | Response | tuple[str, int]:
    """Show the form for a reduced tariff, or grant one: with a reason from a closed list, a first and a last day, and
    the officer's word that they saw the proof. No document is kept; the form has 400 where something is missing.
    """
    file, errors, form = known(number), {}, request.form
    today = office().today()
    with office().reading() as connection:
        levels = grants.levels(connection)
    if request.method == "POST":
        from_on, until_on = day_of(form.get("from")), day_of(form.get("until"))
        wrong = t("Choisissez un jour.", "Choose a day.")
        errors = {name: wrong for name, day in (("from", from_on), ("until", until_on)) if day is None}
        if not form.get("seen"):
            errors["seen"] = t(
                "Cochez la case une fois le justificatif vu.",
                "Tick the box once you have seen the supporting document.",
            )
        if from_on is not None and until_on is not None and not errors:
            level = form.get("level", levels[0] if len(levels) == 1 else "")  # with one level the form asks for none
            first, last = from_on, until_on
            _, errors = attempt(lambda: _grant(file.number, level, first, last))
            if not errors:
                return back_to(file.number, t("Le tarif réduit est accordé.", "Reduced tariff granted."))
    page = render_template(
        "member/reduced.html",
        member=file,
        form=form,
        errors=errors,
        levels=levels,
        level_choices=[(level, t("réduit", "reduced") if level == "reduced" else level) for level in levels],
        reasons=labels.reasons(),
        today=today,
    )
    return (page, 400) if request.method == "POST" else page


def _grant(number: int, level: str, from_on: date, until_on: date) -> None:
    """Grant a reduced tariff to another member; officers cannot grant their own."""
    four_eyes.refuse_own(number)
    files().grant(number, level, request.form.get("reason", ""), from_on, until_on)


@area.post("/members/<int:number>/reduced/<int:grant>/end")
@needs(May.EDIT_MEMBERS, money=Money.OF_MEMBERS)
def end_reduced(number: int, grant: int) -> Response:
    """End a reduced tariff today."""
    file = known(number)
    files().end_grant(file.number, grant)
    return back_to(file.number, t("Le tarif réduit s’arrête aujourd’hui.", "The reduced tariff ends today."))


@area.route("/members/<int:number>/payers", methods=["GET", "POST"])
@needs(May.CORRECT_MONEY, money=Money.OF_MEMBERS)
def appoint(number: int) -> str | Response | tuple[str, int]:
    """Show the form for a member's payer, or appoint one: an organisation or the member, for kinds of product, from a
    day on.
    """
    file, errors, form = known(number), Errors(), request.form
    today = office().today()
    if request.method == "POST":
        kinds = form.getlist("kinds")
        _, errors = attempt(lambda: _appoint(file.number, kinds, _payer(), day_of(form.get("from"))))
        if not errors:
            office().log("change-payer", file.number, ", ".join(kinds))
            return back_to(
                file.number,
                t(
                    "Enregistré : le payeur changera au jour choisi.",
                    "Saved: the payer will change on the day you chose.",
                ),
            )
    with office().reading() as connection:
        page = render_template(
            "member/payers.html",
            member=file,
            form=form,
            errors=errors,
            current=payer_rows.of_member(connection, file, today),
            kinds=labels.product_kinds(),
            offered=_offered(),
            today=today,
        )
    return (page, 400) if request.method == "POST" else page


def _payer() -> OrganisationRef | None:
    """Return the organisation that the form names; None for the member (`self`). Raises RequestError
    `no-such-organisation`.
    """
    if request.form.get("payer") == "self":
        return None
    named = picking.organisation(request.form.get("organisation", "")[: picking.LONGEST])
    if named is None:
        raise RequestError("no-such-organisation", field="organisation")
    return named


def _appoint(number: int, kinds: list[str], organisation: int | None, from_on: date | None) -> None:
    """Appoint an organisation (None: the member) as payer; officers cannot appoint one for themselves. Raises Problem
    `day` without a first day, and as `Payers.appoint`.
    """
    if from_on is None:
        raise Problem("day", field="from")
    four_eyes.refuse_own(number)
    paying().appoint(number, kinds, organisation, from_on)


def _offered() -> list[str]:
    """Return the kinds of product on sale that a payer may pay for a member; voucher pools, which organisations buy,
    are left out.
    """
    with office().reading() as connection:
        policy, _ = office().now(connection)
    on_sale = {product.kind.value for product in policy.products.values()}
    return sorted(on_sale & labels.product_kinds().keys())
