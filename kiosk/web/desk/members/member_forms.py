"""Changes members' files, as the secretary does: enrol, edit, change plan, leave, come back.

A `Way` says how a running plan ends: once what is paid is used up (`PAID`, the default), or today, with the remaining
days credited (`CREDIT`) or without credit (`NOW`).

Views marked `money` refuse an officer whose desk account names no member's file.
"""

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from msgspec.structs import replace
from werkzeug.wrappers import Response

from kiosk.domain import inputs, periods
from kiosk.domain.checkin.badges import parse
from kiosk.domain.members import contacts, joining
from kiosk.domain.money.endings import Ending, Way
from kiosk.domain.money.tariffs import Policy
from kiosk.domain.names import searchable
from kiosk.domain.problems import FieldReader
from kiosk.language import catalogues
from kiosk.members import leaving
from kiosk.members.enrolment import Application, clean_name
from kiosk.members.member_files import Edit, Files, checked
from kiosk.money import plan_endings
from kiosk.money.plan_endings import check_way
from kiosk.store import name_rows
from kiosk.store.members import directory, members
from kiosk.store.members.members import Member
from kiosk.store.money import rights, statements, subscription_rows
from kiosk.store.space import policies
from kiosk.web.desk.common.labels import Errors, attempt
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, Money, needs
from kiosk.web.desk.common.words import in_page_language, t
from kiosk.web.desk.members import member
from kiosk.web.desk.members.members import area as list_area

area = member.area
LONGEST_NAME = 100  # characters
# What the form edits of a file. `visible`: to other members; `no_tab`: the member can only pay in advance.
FIELDS = ("name", "shown_name", "email", "phone", "language", "visible", "insured_until", "no_tab", "note")


def files() -> Files:
    """Return the use-cases of members' files, in the name of the signed-in officer."""
    desk = office()
    return Files.of(desk)


def back_to(number: int, message: str) -> Response:
    """Return a redirect to the member's page, with a message about what was done."""
    flash(message, "done")
    return redirect(url_for("member.page", number=number), 303)


def known(number: int) -> Member:
    """Return the file under a number. Answers 404 where there is none."""
    with office().reading() as connection:
        return member.file_of(connection, number)


def choices(connection: sa.Connection, policy: Policy) -> list[tuple[str, str, int | None]]:
    """Return each plan: its code, its name, and the price of its first period in cents, at the full tariff (None: the
    plan sells nothing).
    """
    names = name_rows.plans(connection)
    plans = policies.plans(connection)
    price = {code: _price(policy, plan.product) for code, plan in plans.items()}
    return [(code, in_page_language(names[code]), price[code]) for code in names]


def _price(policy: Policy, product: str | None) -> int | None:
    """Return the price of a plan's product in cents, at the full tariff; None for a plan without one."""
    return None if product is None else policy.ask(product, None, None)[0]  # no reduced level, no price chosen


@list_area.route("/members/new", methods=["GET", "POST"])
@needs(May.EDIT_MEMBERS)
def new() -> str | Response | tuple[str, int]:
    """Show the form to enrol a member; or enrol one: a number, a membership from today, a plan, perhaps a badge. Where
    files have the same name, show them and enrol only once the form comes with `another`: it is another person.
    """
    form: Mapping[str, str] = request.form or {"name": request.args.get("name", "")[:LONGEST_NAME]}
    twins = list[directory.Found]()
    errors: dict[str, str] = {}
    if request.method == "POST":
        twins = _twins(form.get("name", ""))
        if not twins or form.get("another"):
            added, errors = attempt(lambda: office().enrolment.add(_application()))
            if added is not None:
                return back_to(
                    added.number,
                    t("Fiche créée : membre n° {number}.", "Member added: no. {number}.", number=added.number),
                )
    with office().reading() as connection:
        policy, _ = office().now(connection)
        page = render_template(
            "members/new.html",
            form=form,
            errors=errors,
            twins=twins,
            plans=choices(connection, policy),
            fee=joining.fee(policy),
            here="members",
        )
    return (page, 400) if request.method == "POST" else page


def _application() -> Application:
    """Return the enrolment that the form asks for; a language that the kiosk does not offer counts as none. Raises
    Problem where the name, the badge's number or a contact detail is wrong.
    """
    form = request.form
    typed_badge = form.get("badge", "").strip()
    with FieldReader() as read:
        name = read(clean_name, form.get("name", ""))
        badge = read(parse, typed_badge) if typed_badge else None
        email, phone = read(contacts.email, form.get("email")), read(contacts.phone, form.get("phone"))
    return Application(
        name=name,
        plan=form.get("plan", ""),
        badge=badge,
        email=email,
        phone=phone,
        shown_name=form.get("shown_name") or None,
        language=form.get("language") if form.get("language") in catalogues.offered() else None,
        no_tab=bool(form.get("no_tab")),
        key=key(),
    )


def key() -> bytes | None:
    """Return the form's own id (16 bytes), by which it acts once; None for an empty one. Answers 400 for any other
    text.
    """
    text = request.form.get("key", "")
    try:
        key_bytes = bytes.fromhex(text)
    except ValueError:
        abort(400)
    if len(key_bytes) not in (0, 16):
        abort(400)
    return key_bytes or None


def _twins(name: str) -> list[directory.Found]:
    """Return the files that already have this name; none where this very form was sent before and made one of them."""
    with office().reading() as connection:
        enrolled = members.of_entry(connection, key() or b"")
        same = [file for file in directory.find(connection, name) if searchable(file.name) == searchable(name)]
    return [] if enrolled is not None else same


def _insured(wish: Edit) -> Edit:
    """Return an edited file with the last day of its insurance as it was typed (None: empty). Raises Problem with all
    mistakes of the form at once.
    """
    with FieldReader() as read:
        until = read(inputs.typed_day, request.form.get("insured_until", ""), "insured_until")
        read(checked, wish)
    return replace(wish, insured_until=until)


@area.route("/members/<int:number>/edit", methods=["GET", "POST"])
@needs(May.EDIT_MEMBERS)
def edit(number: int) -> str | Response | tuple[str, int]:
    """Show the form to edit a file, or save it. If two officers save at once, the second one sees the first one's
    changes, and chooses.
    """
    file = known(number)
    errors = Errors()
    typed = {name: getattr(file, name) for name in FIELDS}
    if request.method == "POST":
        form = request.form
        typed = {name: form.get(name, "").strip() or None for name in FIELDS} | {
            "visible": bool(form.get("visible")),
            "no_tab": bool(form.get("no_tab")),
            "insured_until": form.get("insured_until", ""),
        }
        wish = Edit(
            version=form.get("version", 0, int),
            name=typed["name"] or "",
            shown_name=typed["shown_name"] or "",
            email=typed["email"],
            phone=typed["phone"],
            language=typed["language"],
            visible=typed["visible"],
            insured_until=None,  # `_insured` reads it, together with the other mistakes
            no_tab=typed["no_tab"],
            note=typed["note"] if "note" in form else file.note,  # a form from before it had this field
        )
        changed, errors = attempt(lambda: files().edit(file.number, _insured(wish)))
        if errors.code == "file-changed":  # the typed day becomes a date, to be compared with the saved one
            return _choose(known(number), typed | {"insured_until": inputs.day(form.get("insured_until", ""))})
        if changed is not None:
            return back_to(file.number, t("Fiche enregistrée.", "File saved."))
    version = request.form.get("version", file.version, int)
    page = render_template(
        "member/edit.html",
        member=file,
        typed=typed,
        version=version,
        errors=errors,
        longest_note=contacts.LONGEST_NOTE,
    )
    return (page, 400) if request.method == "POST" else page


def _choose(person: Member, typed: dict[str, str | bool | date | None]) -> tuple[str, int]:
    """Return the page that shows the saved file and the typed one side by side, with status 409."""
    saved = {name: getattr(person, name) for name in FIELDS}
    return render_template("member/choose.html", member=person, saved=saved, typed=typed, fields=FIELDS), 409


@area.route("/members/<int:number>/plan", methods=["GET", "POST"])
@needs(May.EDIT_MEMBERS, money=Money.OF_MEMBERS)
def plan(number: int) -> str | Response | tuple[str, int]:
    """Show the form to change a member's plan from today, or change it; the plan that the member has already changes
    nothing.
    """
    file = known(number)
    errors: dict[str, str] = {}
    if request.method == "POST":
        chosen = request.form.get("plan", "")
        if chosen == file.plan:  # sent twice, or nothing chosen
            return redirect(url_for("member.page", number=file.number), 303)
        changed, errors = attempt(
            lambda: office().enrolment.change_plan(file.number, chosen, check_way(request.form.get("way", Way.PAID)))
        )
        if changed is not None:
            return back_to(file.number, t("Le changement de formule est enregistré.", "Change of plan saved."))
    return _plan_page("member/plan.html", file, errors)


@area.route("/members/<int:number>/back", methods=["GET", "POST"])
@needs(May.EDIT_MEMBERS, money=Money.OF_MEMBERS)
def come_back(number: int) -> str | Response | tuple[str, int]:
    """Show the form for a former member's return, or make them a member again, under the old number."""
    file = known(number)
    errors: dict[str, str] = {}
    if file.left_on is None:  # sent twice
        return redirect(url_for("member.page", number=file.number), 303)
    if request.method == "POST":
        chosen = request.form.get("plan", "")
        changed, errors = attempt(lambda: office().enrolment.come_back(file.number, chosen))
        if changed is not None:
            return back_to(
                file.number,
                t("Bon retour : le numéro de membre reste le même.", "Welcome back: the member number stays the same."),
            )
    return _plan_page("member/back.html", file, errors)


def _ways(connection: sa.Connection, person: Member) -> tuple[Ending, ...]:
    """Return the ways in which the running plan can be ended today, each with its credit, the default first; empty
    where none runs, or it begins later. Of several plans the first is taken.
    """
    policy, moment = office().now(connection)
    for running in subscription_rows.all_endless(connection, person.id).values():
        if running.terms.from_on <= moment.day:
            return _offered(plan_endings.ways(connection, running, moment.day), pro_rata=policy.pro_rata)
    return ()


def _offered(ways: tuple[Ending, ...], *, pro_rata: bool) -> tuple[Ending, ...]:
    """Return the ways to end a plan, without the one that gives no credit (`NOW`) where the association credits the
    rest of a period anyway (`pro_rata`) and there is another way.
    """
    return tuple(ending for ending in ways if not pro_rata or ending.way is not Way.NOW or len(ways) == 1)


def _plan_page(template: str, person: Member, errors: dict[str, str]) -> str | tuple[str, int]:
    """Show a form that chooses a plan: with the plans' prices, the membership fee (0 while a membership runs), and how
    the running plan can be ended.
    """
    with office().reading() as connection:
        policy, moment = office().now(connection)
        until = rights.membership_end(connection, person.id)
        page = render_template(
            template,
            member=person,
            plans=choices(connection, policy),
            fee=0 if periods.holds(until, moment.day) else joining.fee(policy),
            ways=_ways(connection, person),
            errors=errors,
        )
    return (page, 400) if request.method == "POST" else page


@area.route("/members/<int:number>/leave", methods=["GET", "POST"])
@needs(May.EDIT_MEMBERS, money=Money.OF_MEMBERS)
def leave(number: int) -> str | Response:
    """Show the form for a member's departure, or record it; recorded before, it stays as it is. It can be withdrawn
    until that day is over.
    """
    file = known(number)
    if request.method == "GET":
        with office().reading() as connection:
            owed = sum(account.balance_cents for account in statements.accounts_of(connection, file.id))
            policy, moment = office().now(connection)
            ways = _offered(leaving.ways(connection, file, moment.day), pro_rata=policy.pro_rata)
        return render_template("member/leave.html", member=file, owed=owed, ways=ways)
    if file.left_on is None:
        office().enrolment.leave(file.number, check_way(request.form.get("way", Way.PAID)))
    return back_to(file.number, t("Départ enregistré.", "Departure recorded."))


@area.post("/members/<int:number>/stay")
@needs(May.EDIT_MEMBERS)
def stay(number: int) -> Response:
    """Withdraw a departure of today or of a later day; for a member without a departure nothing changes."""
    file = known(number)
    if file.left_on is not None:
        office().enrolment.stay(file.number)
    return back_to(file.number, t("Le départ est annulé.", "Departure cancelled."))


def day_of(text: str | None) -> date | None:
    """Return a day as a form sends it; None where it is empty or not a day."""
    return inputs.day(text or "")
