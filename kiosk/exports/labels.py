"""Words headings and codes of files for people; English files have the codes as they are."""

from kiosk.exports.sheets import Sheet
from kiosk.language.texts import Text

TRAINING = Text("MODE ÉCOLE", "TRAINING")
_LONGEST_TAB = 31
_NOT_IN_A_TAB = dict.fromkeys(map(ord, "[]:*?/\\"))
SHEETS = {
    "day-passes": Text("Journées", "Day passes"),
    "visits": Text("Visites", "Visits"),
    "occupancy": Text("Fréquentation", "Occupancy"),
    "payments": Text("Paiements", "Payments"),
    "cash": Text("Livre de caisse", "Cash"),
    "remittances": Text("Remises en banque", "Remittances"),
    "tabs": Text("Ardoises", "Tabs"),
    "entries": Text("Écritures", "Entries"),
    "members": Text("Membres et soldes", "Members"),
    "member-files": Text("Fiches des membres", "Member files"),
}
COLUMNS = {
    "account": Text("Compte", "Account"),
    "actor": Text("Auteur", "Actor"),
    "amount": Text("Montant", "Amount"),
    "balance": Text("Solde", "Balance"),
    "credited": Text("Arrivée en banque", "Credited"),
    "day": Text("Jour", "Day"),
    "day_passes": Text("Journées", "Day passes"),
    "days_30": Text("Jusqu’à 30 jours", "Up to 30 days"),
    "days_60": Text("31 à 60 jours", "31 to 60 days"),
    "days_90": Text("61 à 90 jours", "61 to 90 days"),
    "email": Text("E-mail", "Email"),
    "entry": Text("Écriture", "Entry"),
    "fee": Text("Frais", "Fee"),
    "free": Text("Gratuites", "Free"),
    "guests": Text("Personnes invitées", "Guests"),
    "in": Text("Entrée", "In"),
    "in_box": Text("En caisse", "In box"),
    "joined": Text("Arrivée", "Joined"),
    "kind": Text("Nature", "Kind"),
    "known_by": Text("Reconnue par", "Known by"),
    "language": Text("Langue", "Language"),
    "left": Text("Départ", "Left"),
    "member": Text("Membre", "Member"),
    "members": Text("Membres", "Members"),
    "membership_until": Text("Adhésion jusqu’au", "Membership until"),
    "method": Text("Moyen", "Method"),
    "name": Text("Nom", "Name"),
    "older": Text("Plus de 90 jours", "Over 90 days"),
    "out": Text("Sortie", "Out"),
    "part": Text("Part du jour", "Part"),
    "phone": Text("Téléphone", "Phone"),
    "pieces": Text("Pièces", "Pieces"),
    "plan": Text("Formule", "Plan"),
    "prepaid": Text("Payées d’avance", "Prepaid"),
    "product": Text("Produit", "Product"),
    "received": Text("Reçu", "Received"),
    "reference": Text("Référence", "Reference"),
    "reversed_by": Text("Contre-écriture", "Reversed by"),
    "reverses": Text("Corrige", "Reverses"),
    "right": Text("Droit", "Right"),
    "shown": Text("Nom affiché", "Shown"),
    "slip": Text("Bordereau", "Slip"),
    "state": Text("État", "State"),
    "subscription": Text("Abonnements", "Subscription"),
    "tariff": Text("Tarif", "Tariff"),
    "undone": Text("Annulées", "Undone"),
    "visits": Text("Visites", "Visits"),
    "zone": Text("Zone", "Zone"),
}
CODES = {
    "right": {
        "free-zone": Text("coin gratuit", "free zone"),
        "passing": Text("de passage", "passing"),
        "subscription": Text("abonnement", "subscription"),
        "free": Text("gratuit", "free"),
        "cap": Text("plafond atteint", "cap"),
        "voucher": Text("bon entreprise", "voucher"),
        "banked": Text("journée d’accueil", "banked"),
        "carnet": Text("carnet", "carnet"),
        "reduced": Text("tarif réduit", "reduced"),
        "full": Text("plein tarif", "full"),
    },
    "tariff": {
        "full": Text("plein", "full"),
        "reduced": Text("réduit", "reduced"),
        "guest": Text("invitation", "guest"),
    },
    "part": {
        "day": Text("jour entier", "day"),
        "first-half": Text("première moitié", "first half"),
        "second-half": Text("seconde moitié", "second half"),
    },
    "known_by": {
        "badge": Text("badge", "badge"),
        "code": Text("code, sans badge", "code"),
        "vouched": Text("parole d’un membre, sans badge", "vouched for"),
        "desk": Text("bureau", "desk"),
    },
    "state": {
        "kept": Text("conservée", "kept"),
        "undone": Text("annulée", "undone"),
    },
    "kind": {
        "charge": Text("débit", "charge"),
        "use": Text("journée utilisée", "use"),
        "payment": Text("paiement", "payment"),
        "refund": Text("remboursement", "refund"),
        "reversal": Text("contre-écriture", "reversal"),
        "write-off": Text("abandon de créance", "write off"),
        "deposit": Text("caution", "deposit"),
        "count": Text("comptage", "count"),
        "declaration": Text("dépôt déclaré", "declaration"),
        "remittance": Text("remise en banque", "remittance"),
        "credited": Text("espèces créditées", "credited"),
        "bounce": Text("chèque impayé", "bounce"),
        "closing": Text("clôture", "closing"),
        "notice": Text("avis", "notice"),
    },
    "method": {
        "cash": Text("espèces", "cash"),
        "cheque": Text("chèque", "cheque"),
        "transfer": Text("virement", "transfer"),
        "card": Text("carte", "card"),
        "online": Text("en ligne", "online"),
    },
    "language": {
        "fr": Text("français", "French"),
        "en": Text("anglais", "English"),
    },
}


def title(name: str, language: str) -> str:
    """A file's name in words."""
    return SHEETS[name].to(language)


def tab(name: str, language: str, *, training: bool) -> str:
    """What a workbook's sheet is called, as long as one may be and without the signs that none may have."""
    marked = f"{TRAINING.to(language)} {name}" if training else name
    return marked.translate(_NOT_IN_A_TAB)[:_LONGEST_TAB].strip(" '")


def heading(column: str, language: str) -> str:
    """A column's name in words."""
    return COLUMNS[column].to(language)


def codes(sheet: Sheet, language: str) -> dict[int, dict[str, str]]:
    """The codes of each column in words. What is missing is no code, or one of the association's own."""
    if language == "en":
        return {}
    return {
        index: {code: words.to(language) for code, words in CODES[column].items()}
        for index, column in enumerate(sheet.columns)
        if column in CODES
    }
