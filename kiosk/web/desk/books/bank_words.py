"""What the bank's pages say of columns, and of files that cannot be read."""

from kiosk.domain.books.bank_csv import Field
from kiosk.domain.problems import Problem
from kiosk.language.texts import Text
from kiosk.web.desk.common.words import told

FIELDS = {
    Field.DAY: Text("jour de l’opération", "day"),
    Field.SUM: Text("somme avec son signe", "sum with its sign"),
    Field.CREDIT: Text("crédit", "credit"),
    Field.DEBIT: Text("débit", "debit"),
    Field.LABEL: Text("libellé", "label"),
    Field.REFERENCE: Text("suite du libellé, motif", "more of the label, message"),
    Field.PARTY: Text("qui paie", "who pays"),
    Field.BANK_ID: Text("numéro unique de l’opération", "the operation’s own number"),
    Field.STATUS: Text("statut (HelloAsso)", "status (HelloAsso)"),
}
_WITH_DETAIL = ("bank-row", "bank-day", "bank-sum", "bank-line", "import-quotes")


def wrong(problem: Problem) -> str:
    """What is wrong with a file, and what to do."""
    return f"{told(problem)} ({problem})" if problem.code in _WITH_DETAIL else told(problem)
