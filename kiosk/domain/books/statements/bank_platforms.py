"""Recognises the files of payment platforms (HelloAsso, Stripe, SumUp), and statuses of payments and operations.

A platform's payments are not at the bank yet; its fees and payouts are in the bank's own statement.
"""

from collections.abc import Collection

from kiosk.domain.books.statements.bank_columns import bare
from kiosk.domain.books.statements.bank_lines import Source
from kiosk.domain.problems import Problem

_CAME = [  # statuses of a completed payment, or of a booked operation
    "valide",
    "validee",
    "paye",
    "payee",
    "autorise",
    "enregistre",
    "verse",
    "transfere",
    "reussi",
    "reussie",
    "effectue",
    "effectuee",
    "paid",
    "succeeded",
    "successful",
    "complete",
    "completed",
    *("execute", "executee", "comptabilise", "comptabilisee", "accepte", "acceptee", "traite", "traitee", "termine"),
    *("terminee", "confirme", "confirmee", "booked", "settled", "cleared", "posted", "regle", "reglee", "encaisse"),
    *("encaissee", "done", "accepted", "executed", "passe", "passee", "cree", "credite", "debite"),
]
_DID_NOT = [  # statuses of one that was refused, taken back, or is still to come
    "refuse",
    "refusee",
    "rembourse",
    "remboursee",
    "annule",
    "annulee",
    "abandonne",
    "abandonnee",
    "echoue",
    "echec",
    "echouee",
    "failed",
    "canceled",
    "cancelled",
    "pending",
    "refunded",
    "expired",
    "en attente",
    "a venir",
    *(
        "en cours",
        "a traiter",
        "rejete",
        "rejetee",
        "bloque",
        "bloquee",
        "suspendu",
        "suspendue",
        "declined",
        "rejected",
    ),
    *("reverted", "reversed", "programme", "programmee", "planifie", "planifiee", "prevu", "prevue", "previsionnel"),
    *("hold", "processing", "brouillon", "expire", "expiree", "scheduled", "initie", "initiee", "authorized"),
    *(
        "non comptabilise",
        "non comptabilisee",
        "a comptabiliser",
        "non execute",
        "non executee",
        "non abouti",
        "refused",
    ),
    *("geaccepteerd niet", "geweigerd", "a valider", "en traitement", "attente", "differe", "differee"),
]
_MARKED = [  # the account owner's own ticks
    "rapproche",
    "rapprochee",
    "non rapproche",
    "non rapprochee",
    "a rapprocher",
    "pointe",
    "non pointe",
    "lettre",
]
# movements that are a payment or its refund
_PAID_BY = ["charge", "payment", "paiement", "vente", "sale", "refund", "remboursement", "payment refund"]
# movements that are the platform's fee or payout
_KEPT = ["fee", "frais", "payout", "versement", "transfer", "virement", "stripe fee", "network cost", "payout reversal"]
_PAYOUTS = (  # headers that only a list of payouts has
    {"arrival date utc", "destination"},
    {"arrival date", "destination"},
    {"numero de versement", "montant du versement"},
    {"identifiant du versement", "montant du versement"},
    {"payout id", "payout date", "payout amount"},
)


def of(headers: Collection[str]) -> Source | None:
    """Return the platform whose payments a file with these headers lists; None for a bank's file. Raises Problem
    `bank-payouts` for a list of payouts.
    """
    names = set(headers)
    # a list of payments may name the payout of each payment in the same columns
    lists_payments = "reference du paiement" in names or "numero de transaction" in names
    if any(payout_headers <= names for payout_headers in _PAYOUTS) and not lists_payments:
        raise Problem("bank-payouts", "the file lists payouts, not payments: they are in the bank's statement")
    if "balance transaction id" in names and "reporting category" in names:
        return Source.STRIPE
    if "nom payeur" in names and names & {"statut du paiement", "statut"}:
        return Source.HELLOASSO
    if names & {"numero de transaction", "code de la transaction"} and "frais" in names and "statut" in names:
        return Source.SUMUP
    return None


def came(status: str) -> bool | None:
    """Tell whether a payment with this status was completed; None for an unknown word."""
    word = bare(status)
    return True if word in _CAME else False if word in _DID_NOT else None


def is_booked(status: str) -> bool | None:
    """Tell whether the bank has booked an operation with this status; None for an unknown word.

    No status, and the account owner's own ticks, count as booked. "Authorised" gives None: at a platform the payment is
    completed, at a bank it may never be booked.
    """
    word = bare(status)
    if word in _MARKED or not word:
        return True
    if word.startswith("autoris"):
        return None
    if any(word == known or word.startswith(f"{known} ") for known in _DID_NOT):
        return False
    return True if any(word == known or word.startswith(f"{known} ") for known in _CAME) else None


def is_payment(movement: str) -> bool | None:
    """Tell whether a movement is a payment or its refund (True), or the platform's fee or payout (False); None if
    unknown.
    """
    word = bare(movement.replace("_", " "))
    return True if word in _PAID_BY else False if word in _KEPT else None
