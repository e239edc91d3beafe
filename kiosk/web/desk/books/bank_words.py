"""What the bank's pages say of columns, and of files that cannot be read."""

from kiosk.domain.books.bank_csv import Field
from kiosk.domain.problems import Problem
from kiosk.web.desk.common.words import told

FIELDS = {
    Field.DAY: ("jour de l’opération", "day"),
    Field.SUM: ("somme avec son signe", "sum with its sign"),
    Field.CREDIT: ("crédit", "credit"),
    Field.DEBIT: ("débit", "debit"),
    Field.LABEL: ("libellé", "label"),
    Field.REFERENCE: ("suite du libellé, motif", "more of the label, message"),
    Field.PARTY: ("qui paie", "who pays"),
    Field.BANK_ID: ("numéro unique de l’opération", "the operation’s own number"),
    Field.STATUS: ("statut (HelloAsso)", "status (HelloAsso)"),
}
_WITH_DETAIL = ("bank-row", "bank-day", "bank-sum", "bank-line", "import-quotes")


def wrong(problem: Problem) -> str:
    """What is wrong with a file, and what to do."""
    return f"{told(problem)} ({problem})" if problem.code in _WITH_DETAIL else told(problem)
