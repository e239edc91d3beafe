"""Words headings and codes of files for people, in French; English files have them as they are."""

from kiosk.exports.sheets import Sheet

SHEETS_FR = {
    "day-passes": "Journées",
    "visits": "Visites",
    "occupancy": "Fréquentation",
    "payments": "Paiements",
    "cash": "Livre de caisse",
    "remittances": "Remises en banque",
    "tabs": "Ardoises",
    "entries": "Écritures",
    "members": "Membres et soldes",
    "member-files": "Fiches des membres",
}
COLUMNS_FR = {
    "account": "Compte",
    "actor": "Auteur",
    "amount": "Montant",
    "balance": "Solde",
    "credited": "Arrivée en banque",
    "day": "Jour",
    "day_passes": "Journées",
    "days_30": "Jusqu’à 30 jours",
    "days_60": "31 à 60 jours",
    "days_90": "61 à 90 jours",
    "email": "E-mail",
    "entry": "Écriture",
    "fee": "Frais",
    "free": "Gratuites",
    "guests": "Personnes invitées",
    "in": "Entrée",
    "in_box": "En caisse",
    "joined": "Arrivée",
    "kind": "Nature",
    "known_by": "Reconnue par",
    "language": "Langue",
    "left": "Départ",
    "member": "Membre",
    "members": "Membres",
    "membership_until": "Adhésion jusqu’au",
    "method": "Moyen",
    "name": "Nom",
    "older": "Plus de 90 jours",
    "out": "Sortie",
    "part": "Part du jour",
    "phone": "Téléphone",
    "pieces": "Pièces",
    "plan": "Formule",
    "prepaid": "Payées d’avance",
    "product": "Produit",
    "received": "Reçu",
    "reference": "Référence",
    "reversed_by": "Contre-écriture",
    "reverses": "Corrige",
    "right": "Droit",
    "shown": "Nom affiché",
    "slip": "Bordereau",
    "state": "État",
    "subscription": "Abonnements",
    "tariff": "Tarif",
    "undone": "Annulées",
    "visits": "Visites",
    "zone": "Zone",
}
COLUMNS_EN = {
    "days_30": "Up to 30 days",
    "days_60": "31 to 60 days",
    "days_90": "61 to 90 days",
    "older": "Over 90 days",
}
_CODES_FR = {
    "right": {
        "free-zone": "coin gratuit",
        "passing": "de passage",
        "subscription": "abonnement",
        "free": "gratuit",
        "cap": "plafond atteint",
        "voucher": "bon entreprise",
        "banked": "journée d’accueil",
        "carnet": "carnet",
        "reduced": "tarif réduit",
        "full": "plein tarif",
    },
    "tariff": {"full": "plein", "reduced": "réduit", "guest": "invitation"},
    "part": {"day": "jour entier", "first-half": "première moitié", "second-half": "seconde moitié"},
    "known_by": {"badge": "badge", "code": "code, sans badge", "desk": "bureau"},
    "state": {"kept": "conservée", "undone": "annulée"},
    "kind": {
        "charge": "débit",
        "use": "journée utilisée",
        "payment": "paiement",
        "refund": "remboursement",
        "reversal": "contre-écriture",
        "write-off": "abandon de créance",
        "deposit": "caution",
        "count": "comptage",
        "declaration": "dépôt déclaré",
        "remittance": "remise en banque",
        "credited": "espèces créditées",
        "bounce": "chèque impayé",
        "closing": "clôture",
        "notice": "avis",
    },
    "method": {
        "cash": "espèces",
        "cheque": "chèque",
        "transfer": "virement",
        "card": "carte",
        "online": "en ligne",
    },
    "language": {"fr": "français", "en": "anglais"},
}


def title(name: str, language: str) -> str:
    """A file's name in words."""
    return SHEETS_FR[name] if language == "fr" else name.replace("-", " ").capitalize()


def heading(column: str, language: str) -> str:
    """A column's name in words."""
    if language == "fr":
        return COLUMNS_FR[column]
    return COLUMNS_EN.get(column) or column.replace("_", " ").capitalize()


def codes(sheet: Sheet, language: str) -> dict[int, dict[str, str]]:
    """The codes of each column in words. What is missing is no code, or one of the association's own."""
    if language != "fr":
        return {}
    return {index: _CODES_FR[column] for index, column in enumerate(sheet.columns) if column in _CODES_FR}
