"""Describes each file and each period on the exports' page."""

from kiosk.domain.spans import Span
from kiosk.language.texts import Text

SPANS = {
    Span.MONTH: Text("Ce mois", "This month"),
    Span.LAST_MONTH: Text("Le mois dernier", "Last month"),
    Span.YEAR: Text("Cette année", "This year"),
    Span.LAST_YEAR: Text("L’année dernière", "Last year"),
    Span.SCHOOL_YEAR: Text("Cette année scolaire", "This school year"),
    Span.LAST_SCHOOL_YEAR: Text("L’année scolaire dernière", "Last school year"),
}
TOLD = {  # what a row of each file is, by the file's code
    "day-passes": Text(
        "Une ligne par journée comptée, y compris annulée.",
        "One row per charged day, including cancelled ones.",
    ),
    "visits": Text(
        "Une ligne par visite, y compris gratuite.",
        "One row per visit, including free ones.",
    ),
    "occupancy": Text(
        "Une ligne par jour : le nombre de visites, et comment elles ont été payées.",
        "One row per day: number of visits, and how they were paid for.",
    ),
    "payments": Text(
        "Une ligne par paiement ou remboursement, et par contre-écriture de l’un d’eux.",
        "One row per payment or refund, and per reversal of a payment or refund.",
    ),
    "cash": Text(
        "Une ligne par mouvement de la caisse, avec ce qu’elle contient ensuite.",
        "One row per cash box movement, with the balance afterwards.",
    ),
    "remittances": Text(
        "Une ligne par bordereau, dépôt d’espèces ou versement reçu, avec les frais retenus.",
        "One row per deposit slip, cash deposit or payout, with the fees withheld.",
    ),
    "tabs": Text(
        "Une ligne par compte qui doit de l’argent ou a une avance, au dernier jour choisi.",
        "One row per account that owes money or has credit on the last day chosen.",
    ),
    "entries": Text(
        "Une ligne par écriture, contre-écritures comprises.",
        "One row per entry, including reversals.",
    ),
    "members": Text(
        "Une ligne par membre de la période, avec ce que la personne doit aujourd’hui.",
        "One row per member of the period, with what each member owes today.",
    ),
    "bookings": Text(
        "Une ligne par réservation de salle, y compris annulée.",
        "One row per room booking, including cancelled ones.",
    ),
    "events": Text(
        "Une ligne par événement daté, avec le nombre de personnes inscrites.",
        "One row per dated event, with the number of people signed up.",
    ),
    "member-files": Text(
        "Une ligne par membre de la période : coordonnées et adhésion, dans des colonnes qu’un import sait relire.",
        "One row per member of the period: contact details and membership, in columns that an import can read.",
    ),
}
