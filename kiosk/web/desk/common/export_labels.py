"""What the exports' page says of each file and each period."""

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
TOLD = {
    "day-passes": Text(
        "Une ligne par journée comptée, annulée aussi.",
        "One row a charged day, undone ones too.",
    ),
    "visits": Text(
        "Une ligne par visite, gratuite aussi.",
        "One row a visit, free ones too.",
    ),
    "occupancy": Text(
        "Une ligne par jour : combien de visites, et ce qui les a payées.",
        "One row a day: how many visits, and what paid for them.",
    ),
    "payments": Text(
        "Une ligne par paiement ou remboursement, et par contre-écriture qui les reprend.",
        "One row a payment or refund, and a reversal that takes one back.",
    ),
    "cash": Text(
        "Une ligne par mouvement de la caisse, avec ce qu’elle contient ensuite.",
        "One row a movement of the cash box, with what is in it afterwards.",
    ),
    "remittances": Text(
        "Une ligne par bordereau, dépôt d’espèces ou versement reçu, avec les frais retenus.",
        "One row a slip, cash carried or payout received, with the fees kept.",
    ),
    "tabs": Text(
        "Une ligne par compte qui doit, ou est en avance, au dernier jour choisi.",
        "One row an account that owes, or is in advance, on the last day chosen.",
    ),
    "entries": Text(
        "Une ligne par écriture, contre-écritures comprises.",
        "One row an entry, reversals too.",
    ),
    "members": Text(
        "Une ligne par membre de la période, avec ce que la personne doit aujourd’hui.",
        "One row a member of the period, with what they owe today.",
    ),
    "member-files": Text(
        "Une ligne par membre de la période : coordonnées et adhésion, ce qu’un import relit.",
        "One row a member of the period: how to reach them, their membership, what an import reads back.",
    ),
}
