"""Shows the president the desk's log: who read or changed which member's file, exported, changed a tariff."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for

from kiosk.domain import inputs
from kiosk.language import common
from kiosk.language.texts import Text
from kiosk.store.officers import desk_log
from kiosk.store.officers.desk_log import LogFilter
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import t

area = Blueprint("log", __name__)
A_PAGE = 50
LONGEST_WORD = 200

_ACTS = {
    "sign-in": Text("connexion", "signed in"),
    "sign-in-new": Text("connexion, nouvel appareil", "signed in, new device"),
    "read-file": Text("fiche lue", "file read"),
    "read-list": Text("liste lue", "list read"),
    "add-file": Text("inscription", "enrolment"),
    "joining-confirmed": Text("adhésion à l’écran confirmée", "joining at the screen confirmed"),
    "joining-declined": Text("adhésion à l’écran refusée", "joining at the screen declined"),
    "edit-file": Text("fiche changée", "file changed"),
    "export-file": Text("données d’une personne remises", "a person’s data handed out"),
    "erase-file": Text("fiche d’un membre effacée", "a member’s file erased"),
    "own-data": Text("ses données demandées à l’écran", "own data asked for at the screen"),
    "own-setting": Text("réglage changé à l’écran", "setting changed at the screen"),
    "pin-chosen": Text("code pour badge oublié choisi", "code for a forgotten badge chosen"),
    "pin-taken-away": Text("code pour badge oublié retiré", "code for a forgotten badge taken away"),
    "pin-refused": Text("code faux à l’écran", "wrong code at the screen"),
    "pin-let-try": Text("code débloqué", "code unlocked"),
    "change-plan": Text("formule changée", "plan changed"),
    "leave": Text("départ", "leaving"),
    "stay": Text("départ annulé", "leaving taken back"),
    "come-back": Text("retour", "coming back"),
    "merge-files": Text("fiches réunies", "files merged"),
    "split-files": Text("fiches séparées", "files separated"),
    "give-badge": Text("badge donné", "badge given"),
    "wait-for-badge": Text("badge attendu à l’entrée", "badge awaited at the entrance"),
    "vouched": Text("entrée sans badge, sur la parole d’un membre", "in without a badge, on a member’s word"),
    "badge-lost": Text("badge perdu", "badge lost"),
    "badge-found": Text("badge retrouvé", "badge found again"),
    "grant-reduced": Text("tarif réduit accordé", "reduced tariff granted"),
    "end-reduced": Text("tarif réduit arrêté", "reduced tariff ended"),
    "category": Text("situation déclarée", "situation declared"),
    "change-payer": Text("qui paie changé", "payer changed"),
    "add-organisation": Text("structure ajoutée", "organisation added"),
    "edit-organisation": Text("structure changée", "organisation changed"),
    "correction-noted": Text("correction notée", "correction noted"),
    "correction-accepted": Text("correction acceptée", "correction accepted"),
    "correction-refused": Text("correction refusée", "correction refused"),
    "correction-reopened": Text("correction rouverte", "correction reopened"),
    "attendance-sheet": Text("feuille d’émargement", "attendance sheet"),
    "open-door": Text("ouverture de la porte demandée", "door opening asked"),
    "tariff-changed": Text("tarif changé", "tariff changed"),
    "rule-changed": Text("règle changée", "rule changed"),
    "rule-called-off": Text("changement annulé", "change called off"),
    "product-added": Text("produit ajouté", "product added"),
    "product-named": Text("produit renommé", "product renamed"),
    "zone-changed": Text("zone changée", "zone changed"),
    "tariffs-confirmed": Text("tarifs confirmés", "tariffs confirmed"),
    "day-closed": Text("jour fermé", "day closed"),
    "day-opened": Text("jour rouvert", "day opened again"),
    "wording-changed": Text("texte changé", "wording changed"),
    "export": Text("export", "export"),
    "import": Text("import", "import"),
    "user-add": Text("compte du bureau créé", "desk account made"),
    "user-change": Text("compte du bureau changé", "desk account changed"),
    "user-suspend": Text("compte du bureau suspendu", "desk account suspended"),
    "user-resume": Text("compte du bureau rétabli", "desk account resumed"),
    "user-confirm": Text("compte du bureau confirmé", "desk account confirmed"),
    "second-asked": Text("correction demandée à deux", "correction asked by two"),
    "second-agreed": Text("correction acceptée à deux", "correction agreed by two"),
    "second-declined": Text("correction à deux refusée ou retirée", "correction by two refused or withdrawn"),
    "user-erase": Text("nom et adresse d’un compte effacés", "an account’s name and address erased"),
    "user-link": Text("lien de mot de passe remis", "password link given"),
    "user-end-sessions": Text("déconnexion partout", "sessions ended"),
    "pay": Text("paiement", "payment"),
    "sell": Text("vente", "sale"),
    "sell-envelope": Text("vente d’une enveloppe", "envelope sold"),
    "voucher-given": Text("bon entreprise donné", "voucher given"),
    "voucher-code": Text("code de bon fait", "voucher code made"),
    "voucher-code-ended": Text("code de bon repris", "voucher code taken back"),
    "voucher-statement": Text("relevé de bons remis", "statement of vouchers handed out"),
    "scenarios": Text("scénarios remis", "scenarios handed out"),
    "voucher-ended": Text("bon entreprise arrêté", "voucher ended"),
    "days-banked": Text("journées d’accueil données", "days banked"),
    "banked-ended": Text("journées d’accueil retirées", "banked days taken back"),
    "refund": Text("remboursement", "refund"),
    "write-off": Text("passage en perte", "write-off"),
    "deposit": Text("caution", "deposit"),
    "reverse": Text("contre-écriture", "reversal"),
    "declare": Text("espèces déclarées", "cash declared"),
    "count": common.COUNT_OF_THE_BOX,
    "gift": common.A_GIFT,
    "result-vote": Text("vote sur un résultat", "vote on a result"),
    "balances-taken-over": Text("soldes d’un autre logiciel repris", "another program’s balances taken over"),
    "remit": Text("remise en banque", "remittance to the bank"),
    "credited": common.CASH_AT_THE_BANK,
    "bounce": Text("chèque impayé", "bounced cheque"),
    "bounce-back": Text("chèque bon finalement", "cheque good after all"),
    "receipt": Text("reçu émis", "receipt issued"),
    "receipt-out": Text("reçu remis", "receipt handed out"),
    "statement": Text("relevé lu", "statement read"),
    "bank-import": Text("relevé importé", "statement imported"),
    "bank-confirm": Text("ligne du relevé confirmée", "bank line confirmed"),
    "bank-match": Text("ligne du relevé rattachée", "bank line matched"),
    "bank-ignore": Text("ligne du relevé laissée", "bank line left aside"),
    "bank-reopen": Text("ligne du relevé rouverte", "bank line reopened"),
    "issue-invoice": Text("facture émise", "invoice issued"),
    "issue-credit-note": Text("avoir émis", "credit note issued"),
    "print-invoice": Text("facture téléchargée", "invoice downloaded"),
    "export-invoice": Text("données de facture téléchargées", "invoice data downloaded"),
    "send-invoice": Text("facture envoyée", "invoice sent"),
    "remind-invoice": Text("rappel de facture envoyé", "invoice reminder sent"),
    "reminder": Text("rappel écrit", "reminder written"),
    "subscription-pause": Text("formule en pause", "plan paused"),
    "subscription-resume": Text("formule reprise", "plan resumed"),
    "subscription-end": Text("formule arrêtée", "plan ended"),
    "subscription-go-on": Text("formule continuée", "plan left running"),
    "shift-taken": Text("tour d’accueil pris", "turn of hosting taken"),
    "shift-given-up": Text("tour d’accueil rendu", "turn of hosting given up"),
    "shift-swapped": Text("tour d’accueil échangé", "turn of hosting swapped"),
    "shift-confirmed": Text("tour d’accueil confirmé", "turn of hosting confirmed"),
    "shift-unconfirmed": Text("confirmation reprise", "confirmation taken back"),
    "shift-called-off": Text("tour d’accueil annulé", "turn of hosting called off"),
    "shift-on-again": Text("tour d’accueil remis", "turn of hosting on again"),
    "swap-asked": Text("échange demandé", "swap asked"),
    "swap-agreed": Text("échange accepté", "swap agreed"),
    "swap-refused": Text("échange refusé", "swap refused"),
    "slot-added": Text("ligne du planning ajoutée", "line of the rota added"),
    "slot-ended": Text("ligne du planning arrêtée", "line of the rota ended"),
    "asked-to-host": Text("sollicitations par e-mail", "asked by e-mail"),
    "plan-changed": Text("plan changé", "plan changed"),
    "spot-given": Text("bureau attribué", "desk given"),
    "spot-ended": Text("bureau repris", "desk taken back"),
    "spot-lent": Text("bureau prêté pour un jour", "desk lent for a day"),
    "spot-kept": Text("bureau gardé un jour prêté", "desk kept on a lent day"),
    "spot-taken": Text("bureau prêté pris", "lent desk taken"),
    "spot-left": Text("bureau prêté laissé", "lent desk left"),
    "things-changed": Text("objets changés", "things changed"),
    "thing-lent": Text("objet confié", "thing handed out"),
    "thing-back": Text("objet rendu", "thing given back"),
    "approval-noted": Text("agrément noté", "approval noted"),
    "approval-ended": Text("agrément retiré", "approval withdrawn"),
    "office-added": Text("domiciliation ajoutée", "registered office added"),
    "office-ended": Text("domiciliation finie", "registered office ended"),
    "office-told": Text("greffe informé", "registry told"),
    "skill-changed": Text("savoir-faire changé", "skill changed"),
    "notice-put-up": Text("annonce mise", "notice put up"),
    "notice-taken-down": Text("annonce retirée", "notice taken down"),
    "reward-decided": Text("journées pour l’accueil décidées", "days for hosting decided"),
    "user-take-factors": Text("clés et codes retirés", "proofs taken away"),
}


def act_name(act: str) -> str:
    """An act in words; its code where it has none here."""
    return t(_ACTS[act]) if act in _ACTS else act


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
            member_number=inputs.number(number),
        )
        return cls(wanted, max(1, inputs.number(page, 6) or 1))

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
        zone=current_app.config["ZONE"],
    )
