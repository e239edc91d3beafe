"""Knows the files of those who take payments for others: HelloAsso, Stripe, SumUp. Their payments are not at the bank
yet, what they keep and what they pay out is in the bank's own statement.
"""

from collections.abc import Collection

from kiosk.domain.books.statements.bank_columns import bare
from kiosk.domain.books.statements.bank_lines import Source
from kiosk.domain.problems import Problem

_CAME = [
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
]
_DID_NOT = [
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
]
_PAID_BY = ["charge", "payment", "paiement", "vente", "sale", "refund", "remboursement", "payment refund"]
_KEPT = ["fee", "frais", "payout", "versement", "transfer", "virement", "stripe fee", "network cost", "payout reversal"]
_PAYOUTS = (
    {"arrival date utc", "destination"},
    {"arrival date", "destination"},
    {"numero de versement", "montant du versement"},
    {"identifiant du versement", "montant du versement"},
    {"payout id", "payout date", "payout amount"},
)


def of(headers: Collection[str]) -> Source | None:
    """Whose payments the columns of these names hold. Raises Problem `bank-payouts` for a list of payouts."""
    names = set(headers)
    is_each = "reference du paiement" in names or "numero de transaction" in names
    if any(wanted <= names for wanted in _PAYOUTS) and not is_each:
        raise Problem("bank-payouts", "the file lists payouts, not payments: they are in the bank's statement")
    if "balance transaction id" in names and "reporting category" in names:
        return Source.STRIPE
    if "nom payeur" in names and names & {"statut du paiement", "statut"}:
        return Source.HELLOASSO
    if names & {"numero de transaction", "code de la transaction"} and "frais" in names and "statut" in names:
        return Source.SUMUP
    return None


def came(status: str) -> bool | None:
    """Whether a payment of this status came about; None for a word that is not known."""
    word = bare(status)
    return True if word in _CAME else False if word in _DID_NOT else None


def is_payment(movement: str) -> bool | None:
    """Whether a movement is somebody's payment or its refund, not what the platform keeps or pays out."""
    word = bare(movement.replace("_", " "))
    return True if word in _PAID_BY else False if word in _KEPT else None
