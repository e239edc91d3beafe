"""Words acts that wait for a second officer, and carries them out once that officer has agreed.

A *wish* is such an act: its kind, and in `about` what it would change, by name. An act is carried out in the name of
the officer that asked for it (`actor`), as its kind's entry in `doers` does it.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from msgspec.structs import replace

from kiosk.books.chain_heads import Heads
from kiosk.domain.days import Moment
from kiosk.domain.members.roles import Role
from kiosk.domain.members.wishes import OUTSIDER, OWN_FILE, Wish
from kiosk.domain.space.protecting import Change
from kiosk.language import common
from kiosk.language.texts import Text
from kiosk.members.acts_by_two import CALL_OFF, COUNT, HEADS, MERGE, ROLES, RULE, Doer
from kiosk.members.member_files import Files
from kiosk.members.officers import Officers
from kiosk.store.officers import desk_users
from kiosk.web.desk.common import formats, four_eyes
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.words import language, t
from kiosk.web.desk.space import change_words
from kiosk.web.desk.space.rule_forms import rulebook

KINDS = {  # what an act is called, by its kind
    RULE: Text("Assouplir une règle qui protège", "Loosen a protective rule"),
    CALL_OFF: Text(
        "Annuler un changement qui protégerait davantage", "Cancel a change that would have given more protection"
    ),
    MERGE: Text(
        "Réunir deux fiches, dont une donne droit à des journées ou à un tarif réduit",
        "Merge two files, one with days left or a reduced tariff",
    ),
    HEADS: Text("Changer qui reçoit les codes de contrôle", "Change who receives the control codes"),
    COUNT: Text("Écart d’un comptage de la caisse", "Cash count difference"),
    OUTSIDER: Text("Déclarer qu’un compte n’appartient à aucun membre", "Declare that an account belongs to no member"),
    OWN_FILE: Text("Relier son propre compte à une fiche", "Link an officer’s own account to a file"),
}
_MOVES = {  # the rights that a merge moves from one file to the other
    "reduced_grant": Text("tarifs réduits : {count}", "reduced tariffs: {count}"),
    "carnet": Text("carnets : {count}", "carnets: {count}"),
    "voucher": Text("bons : {count}", "vouchers: {count}"),
    "banked_day": Text("journées d’accueil : {count}", "days earned by hosting: {count}"),
}


def may_decide(kind: str, roles: tuple[str, ...]) -> bool:
    """Tell whether an officer with these roles may decide on acts of a kind: one role that `ROLES` names is enough."""
    return any(Role(name) in ROLES[kind] for name in roles)


def lines(connection: sa.Connection, wish: Wish) -> Iterator[str]:
    """Yield the act that is asked for in words, in the page's language, line by line; nothing for an unknown kind."""
    about: Mapping[str, Any] = wish.about or {}
    if wish.kind in (RULE, CALL_OFF):  # a rule's name, its value before (`from`) and after (`to`), and its first day
        change = change_words.of(connection, Change("rule", about["name"], about["from"], about["to"]))
        yield change.name.to(language())
        yield t("Avant : {value}", "Before: {value}", value=_value(change.before))
        yield t("Désormais : {value}", "From then on: {value}", value=_value(change.after))
        yield t(
            "À partir du {day} au plus tôt",
            "From {day} at the earliest",
            day=formats.day_text(date.fromisoformat(about["day"])),
        )
    elif wish.kind == MERGE:  # the numbers of both files, and the ids of the rows that move, by what they are
        names = {"kept": f"{about['kept']:04d}", "other": f"{about['other']:04d}"}
        yield t("Réunir la fiche {other} à la fiche {kept}", "Merge file {other} into file {kept}", **names)
        yield from (t(_MOVES[name], count=len(rows)) for name, rows in about["moves"].items() if rows)
    elif wish.kind == HEADS:  # the officers that receive the control codes, before and after
        called = desk_users.called(connection)
        for text, ids in ((t("Avant", "Before"), about["from"]), (t("Désormais", "From then on"), about["to"])):
            yield text + t(common.COLON) + ", ".join(called.get(officer, str(officer)) for officer in ids)
    elif wish.kind in (OUTSIDER, OWN_FILE):
        yield from _of_account(connection, about)
    elif wish.kind == COUNT:
        yield t("Comptage : écriture {entry}", "Count: entry {entry}", entry=wish.entry)
        yield t(
            "Compté {counted}, attendu {expected} : écart {difference}",
            "Counted {counted}, expected {expected}: difference {difference}",
            counted=formats.euros(about["counted"]),
            expected=formats.euros(about["expected"]),
            difference=formats.euros(wish.cents),
        )


def _of_account(connection: sa.Connection, about: Mapping[str, Any]) -> Iterator[str]:
    """Yield two lines about a desk account (`user`): its number and name, and the file that it would be linked to
    (`member`), or for None that it is to be without one.
    """
    user_id = int(about["user"])
    holder = desk_users.called(connection).get(user_id, "")
    yield t("Compte n° {number} : {name}", "Account no. {number}: {name}", number=user_id, name=holder)
    if about["member"] is None:
        yield t(
            "Ce compte encaissera et corrigera des paiements sans être relié à une fiche de membre.",
            "This account will take and correct payments without being linked to a member’s file.",
        )
    else:
        yield t("Fiche {number}", "File {number}", number=f"{about['member']:04d}")


def _value(wording: Any) -> str:
    """Return a value in words; for None, a value shown at the desk only (of many fields, or secret), the page to read
    it.
    """
    return (
        t("à lire au bureau, page « Règles »", "see the “Rules” page at the desk")
        if wording is None
        else wording.to(language())
    )


def refuse_own(wish: Wish) -> None:
    """Refuse an officer's decision about a merge of their own file; acts of other kinds pass. Raises RequestError
    `own-account`, `made-account` (the file of an officer with a hand in theirs) or `no-own-file`.
    """
    about: Mapping[str, Any] = wish.about or {}
    if wish.kind == MERGE:
        four_eyes.check_own_file()
        four_eyes.refuse_own(about["kept"])
        four_eyes.refuse_own(about["other"])


def doers() -> Mapping[str, Doer]:
    """Return for each kind of act the function that carries it out once it is agreed to, in the name of the officer
    that asked for it.
    """
    return {
        RULE: _loosen,
        CALL_OFF: _call_off,
        MERGE: _merge,
        HEADS: _choose_heads,
        COUNT: _nothing,
        OUTSIDER: _settle_account,
        OWN_FILE: _settle_account,
    }


def _loosen(connection: sa.Connection, _moment: Moment, actor: str, wish: Wish) -> None:
    """Change a rule as agreed, from the day in the wish at the earliest."""
    rulebook(actor).loosen(connection, wish.about or {})


def _call_off(connection: sa.Connection, _moment: Moment, actor: str, wish: Wish) -> None:
    """Cancel the coming change of a rule, as agreed."""
    rulebook(actor).call_off_agreed(connection, wish.about or {})


def _merge(connection: sa.Connection, moment: Moment, actor: str, wish: Wish) -> None:
    """Merge the file `other` into the file `kept`, as agreed."""
    files = Files.of(replace(office(), actor=actor))
    files.merge_agreed(connection, moment, wish.about or {})


def _choose_heads(connection: sa.Connection, moment: Moment, actor: str, wish: Wish) -> None:
    """Choose the recipients of control codes, as agreed."""
    desk = office()
    heads = Heads(home=desk.home, rules=desk.rules, clock=desk.clock, actor=actor)
    heads.choose_agreed(connection, moment, wish.about or {})


def _settle_account(connection: sa.Connection, moment: Moment, actor: str, wish: Wish) -> None:
    """Link an account to a member's file, or declare it an outsider's, as agreed."""
    from kiosk.members.account_files import AccountFiles  # seldom agreed to

    desk = office()
    AccountFiles.of(Officers.of(desk.home, desk.clock, actor, desk.rules)).agreed(connection, moment, wish)


def _nothing(_connection: sa.Connection, _moment: Moment, _actor: str, _wish: Wish) -> None:
    """Do nothing: the count is written already, and the entry of the agreement records that its difference was
    accepted.
    """
