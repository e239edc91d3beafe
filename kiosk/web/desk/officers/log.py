"""Shows the president the desk's log: who read or changed which member's file, exported, changed a tariff."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for

from kiosk.language import common
from kiosk.store.officers import desk_log
from kiosk.store.officers.desk_log import LogFilter
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import t

area = Blueprint("log", __name__)
A_PAGE = 50
LONGEST_WORD = 200

_ACTS = {
    "sign-in": ("connexion", "signed in"),
    "read-file": ("fiche lue", "file read"),
    "add-file": ("inscription", "enrolment"),
    "joining-confirmed": ("adhésion à l’écran confirmée", "joining at the screen confirmed"),
    "joining-declined": ("adhésion à l’écran refusée", "joining at the screen declined"),
    "edit-file": ("fiche changée", "file changed"),
    "own-setting": ("réglage changé à l’écran", "setting changed at the screen"),
    "pin-chosen": ("code pour badge oublié choisi", "code for a forgotten badge chosen"),
    "pin-taken-away": ("code pour badge oublié retiré", "code for a forgotten badge taken away"),
    "pin-refused": ("code faux à l’écran", "wrong code at the screen"),
    "pin-let-try": ("code débloqué", "code unlocked"),
    "change-plan": ("formule changée", "plan changed"),
    "leave": ("départ", "leaving"),
    "stay": ("départ annulé", "leaving taken back"),
    "come-back": ("retour", "coming back"),
    "merge-files": ("fiches réunies", "files merged"),
    "split-files": ("fiches séparées", "files separated"),
    "give-badge": ("badge donné", "badge given"),
    "wait-for-badge": ("badge attendu à l’entrée", "badge awaited at the entrance"),
    "badge-lost": ("badge perdu", "badge lost"),
    "badge-found": ("badge retrouvé", "badge found again"),
    "grant-reduced": ("tarif réduit accordé", "reduced tariff granted"),
    "end-reduced": ("tarif réduit arrêté", "reduced tariff ended"),
    "category": ("situation déclarée", "situation declared"),
    "change-payer": ("qui paie changé", "payer changed"),
    "add-organisation": ("structure ajoutée", "organisation added"),
    "edit-organisation": ("structure changée", "organisation changed"),
    "correction-noted": ("correction notée", "correction noted"),
    "correction-accepted": ("correction acceptée", "correction accepted"),
    "correction-refused": ("correction refusée", "correction refused"),
    "correction-reopened": ("correction rouverte", "correction reopened"),
    "attendance-sheet": ("feuille d’émargement", "attendance sheet"),
    "open-door": ("ouverture de la porte demandée", "door opening asked"),
    "tariff-changed": ("tarif changé", "tariff changed"),
    "rule-changed": ("règle changée", "rule changed"),
    "rule-called-off": ("changement annulé", "change called off"),
    "product-added": ("produit ajouté", "product added"),
    "product-named": ("produit renommé", "product renamed"),
    "zone-changed": ("zone changée", "zone changed"),
    "day-closed": ("jour fermé", "day closed"),
    "day-opened": ("jour rouvert", "day opened again"),
    "wording-changed": ("texte changé", "wording changed"),
    "export": ("export", "export"),
    "import": ("import", "import"),
    "user-add": ("compte du bureau créé", "desk account made"),
    "user-change": ("compte du bureau changé", "desk account changed"),
    "user-suspend": ("compte du bureau suspendu", "desk account suspended"),
    "user-resume": ("compte du bureau rétabli", "desk account resumed"),
    "user-link": ("lien de mot de passe remis", "password link given"),
    "user-end-sessions": ("sessions terminées", "sessions ended"),
    "pay": ("paiement", "payment"),
    "sell": ("vente", "sale"),
    "sell-envelope": ("vente d’une enveloppe", "envelope sold"),
    "voucher-given": ("bon entreprise donné", "voucher given"),
    "voucher-ended": ("bon entreprise arrêté", "voucher ended"),
    "days-banked": ("journées d’accueil données", "days banked"),
    "banked-ended": ("journées d’accueil reprises", "banked days taken back"),
    "refund": ("remboursement", "refund"),
    "write-off": ("passage en perte", "write-off"),
    "deposit": ("caution", "deposit"),
    "reverse": ("contre-écriture", "reversal"),
    "declare": ("espèces déclarées", "cash declared"),
    "count": (common.COUNT_OF_THE_BOX.fr, common.COUNT_OF_THE_BOX.en),
    "remit": ("remise en banque", "remittance to the bank"),
    "credited": (common.CASH_AT_THE_BANK.fr, common.CASH_AT_THE_BANK.en),
    "bounce": ("chèque impayé", "bounced cheque"),
    "bounce-back": ("chèque bon finalement", "cheque good after all"),
    "receipt": ("reçu émis", "receipt issued"),
    "receipt-out": ("reçu remis", "receipt handed out"),
    "statement": ("relevé lu", "statement read"),
    "bank-import": ("relevé importé", "statement imported"),
    "bank-confirm": ("ligne du relevé confirmée", "bank line confirmed"),
    "bank-match": ("ligne du relevé rattachée", "bank line matched"),
    "bank-ignore": ("ligne du relevé laissée", "bank line left aside"),
    "bank-reopen": ("ligne du relevé rouverte", "bank line reopened"),
    "issue-invoice": ("facture émise", "invoice issued"),
    "issue-credit-note": ("avoir émis", "credit note issued"),
    "print-invoice": ("facture téléchargée", "invoice downloaded"),
    "export-invoice": ("données de facture téléchargées", "invoice data downloaded"),
    "send-invoice": ("facture envoyée", "invoice sent"),
    "remind-invoice": ("rappel de facture envoyé", "invoice reminder sent"),
    "reminder": ("rappel écrit", "reminder written"),
    "subscription-pause": ("formule en pause", "plan paused"),
    "subscription-resume": ("formule reprise", "plan resumed"),
    "subscription-end": ("formule arrêtée", "plan ended"),
    "subscription-go-on": ("formule laissée courir", "plan left running"),
    "user-take-factors": ("preuves retirées", "proofs taken away"),
}


def act_name(act: str) -> str:
    """An act in words; its code where it has none here."""
    return t(*_ACTS[act]) if act in _ACTS else act


def officer(actor: str) -> str:
    """An officer's address, or which program it was."""
    return actor.removeprefix("desk:")


@dataclass(frozen=True, slots=True)
class LogQuery:
    """What the address asks for."""

    wanted: LogFilter
    page: int

    @classmethod
    def now(cls) -> "LogQuery":
        """By this request; what makes no sense is left out."""
        number = request.args.get("member", "", type=str).strip()
        page = request.args.get("page", "1")
        wanted = LogFilter(
            actor=request.args.get("who", "")[:LONGEST_WORD] or None,
            act=request.args.get("act", "")[:LONGEST_WORD] or None,
            member_number=int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None,
        )
        return cls(wanted, max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 7 else 1)

    def address(self, **other: object) -> str:
        """This list with something else asked."""
        values: dict[str, Any] = {
            "who": self.wanted.actor,
            "act": self.wanted.act,
            "member": self.wanted.member_number,
            "page": None,
            **other,
        }
        return url_for("log.page", **{name: value for name, value in values.items() if value is not None})


@area.get("/log")
@needs(May.SEE_LOG)
def page() -> str:
    """The lines that are asked for, newest first."""
    asked = LogQuery.now()
    with office().reading() as connection:
        count = desk_log.count(connection, asked.wanted)
        lines = desk_log.lines(connection, asked.wanted, A_PAGE, (asked.page - 1) * A_PAGE)
        actors, acts = desk_log.known(connection)
    return render_template(
        "log/page.html",
        asked=asked,
        lines=lines,
        count=count,
        last_page=max(1, -(-count // A_PAGE)),
        actors=actors,
        acts=acts,
        act_name=act_name,
        officer_of=officer,
        zone=current_app.config["ZONE"],
    )
