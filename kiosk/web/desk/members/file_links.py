"""Lists the acts on a member's file that its reader may do: three that the file's state suggests, the others by
subject.
"""

from collections.abc import Iterator
from datetime import date
from itertools import groupby

from flask import url_for
from msgspec import Struct

from kiosk.domain.members import file_acts
from kiosk.domain.members.file_acts import FileAct, FileState
from kiosk.language import common
from kiosk.language.texts import Text
from kiosk.store.members.members import Member
from kiosk.web.desk.common.permissions import May, may
from kiosk.web.desk.common.words import t

MONEY, BADGE, PLAN, FILE = (
    Text("Argent", "Money"),
    Text("Badge", "Badge"),
    Text("Formule et journées", "Plan and days"),
    Text("Fiche", "File"),
)


class FileLink(Struct, frozen=True):
    """A link to an act: the subject it stands under, its label, address and icon. `act` is the act's code where it may
    stand among the first (None: never); with `is_post` it is a button that acts at once.
    """

    subject: Text
    label: str
    address: str
    icon: str = ""
    act: FileAct | None = None
    is_post: bool = False


class FileLinks(Struct, frozen=True):
    """The acts that stand first, three at most, and the others by subject, in the page's order."""

    first: list[FileLink]
    others: list[tuple[Text, list[FileLink]]]


def of(member: Member, state: FileState, *, renews: str, badge_waits: str) -> FileLinks:
    """Return the acts on a file; `state.is_gone` says that the member has left, today or before. `renews` is the code
    of the membership on sale (empty: none), `badge_waits` the address at which a badge is asked of the entrance (empty:
    not possible).
    """
    links = [*_money(member, state, renews), *_badge(member, state, badge_waits), *_plan(member, state),
             *_file(member, state.today)]  # fmt: skip
    by_act = {link.act: link for link in links if link.act is not None}
    first = [by_act[act] for act in file_acts.first(state, by_act.keys())]
    # Renewing is also done under "Sell", which stands among the others.
    others = [link for link in links if link not in first and link.act is not FileAct.RENEW]
    return FileLinks(first, [(subject, list(of)) for subject, of in groupby(others, lambda link: link.subject)])


def _money(member: Member, state: FileState, renews: str) -> Iterator[FileLink]:
    """Yield the acts on the account that the officer may do: former members can pay but are sold nothing, and a refund
    is offered only for a credit (`owed_cents` below 0).
    """
    if may(May.TAKE_MONEY):
        pay = url_for("money.pay_account", account=member.account)
        yield FileLink(MONEY, t("Encaisser", "Take a payment"), pay, "wallet", FileAct.PAY)
        if not state.is_gone:
            yield FileLink(MONEY, t("Vendre", "Sell"), _selling(member), "plus", FileAct.SELL)
            if renews:
                label = t("Vendre une adhésion", "Sell a membership")
                yield FileLink(MONEY, label, _selling(member, renews), "id-card", FileAct.RENEW)
            code = url_for("vouchers.claim", number=member.number)
            yield FileLink(MONEY, t("Code de bon", "Voucher code"), code, "receipt-text")
    if may(May.CORRECT_MONEY):
        if state.owed_cents < 0:
            refund = url_for("money.amend", account=member.account, kind="refund")
            yield FileLink(MONEY, t("Rembourser", "Refund"), refund, "undo-2", FileAct.REFUND)
        payer = url_for("member.appoint", number=member.number)
        yield FileLink(MONEY, t("Changer qui paie", "Change the payer"), payer, "building-2")


def _selling(member: Member, product: str = "") -> str:
    """Return the address of the form that sells to a member, with a product chosen where one is given."""
    return url_for("money.sell", number=member.number, product=product or None)


def _badge(member: Member, state: FileState, badge_waits: str) -> Iterator[FileLink]:
    """Yield the acts on badges that the officer may do; none for former members, whose badges open nothing."""
    if not may(May.EDIT_MEMBERS) or state.is_gone:
        return
    if badge_waits:
        label = t("Attendre un badge à l’entrée", "Wait for a badge at the entrance")
        yield FileLink(BADGE, label, badge_waits, "nfc", FileAct.BADGE, is_post=True)
    typed = url_for("member.give_badge", number=member.number)
    yield FileLink(BADGE, t("Donner un badge par son numéro", "Assign a badge by its number"), typed, "plus")


def _plan(member: Member, state: FileState) -> Iterator[FileLink]:
    """Yield the acts on the plan and on banked days (earned by hosting) that the officer may do. A plan is not changed
    any more once a departure is recorded, also of a later day.
    """
    if not may(May.EDIT_MEMBERS):
        return
    if not state.is_gone and not member.left_on:
        plan = url_for("member.plan", number=member.number)
        yield FileLink(PLAN, t("Changer de formule", "Change the plan"), plan, "calendar", FileAct.PLAN)
    reduced = url_for("member.reduced", number=member.number)
    yield FileLink(PLAN, t(common.GRANT_REDUCED), reduced, "scale")
    banked = url_for("vouchers.banked", number=member.number)
    yield FileLink(PLAN, t("Journées d’accueil", "Days earned by hosting"), banked, "calendar-days")


def _file(member: Member, today: date) -> Iterator[FileLink]:
    """Yield the acts on the file itself that the officer may do. While a departure is still to come, the file offers
    neither a return nor another departure.
    """
    if may(May.EDIT_MEMBERS):
        edit = url_for("member.edit", number=member.number)
        yield FileLink(FILE, t("Modifier", "Edit"), edit, "pencil", FileAct.EDIT)
        if member.left_on and member.left_on <= today:
            back = url_for("member.come_back", number=member.number)
            yield FileLink(FILE, t("Retour d’un membre", "Return of a member"), back, "log-in", FileAct.COME_BACK)
        elif not member.left_on:
            leave = url_for("member.leave", number=member.number)
            yield FileLink(FILE, t("Départ", "Departure"), leave, "log-out")
        merge = url_for("member.merge", number=member.number)
        yield FileLink(FILE, t("Réunir avec une autre fiche", "Merge with another file"), merge, "users")
    if may(May.PERSONAL_DATA):
        data = url_for("personal.page", number=member.number)
        yield FileLink(FILE, t("Données de la personne", "This person’s data"), data, "scroll-text")
