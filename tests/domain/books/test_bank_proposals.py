"""Two invented months of a small association: what is proposed for the second by what was decided in the first."""

from collections import Counter
from datetime import date

from kiosk.domain.books.statements import bank_proposals
from kiosk.domain.books.statements.bank_lines import BankLine, Source, checked_line
from kiosk.domain.books.statements.bank_proposals import OpenItems, OpenPayments, Parts, Payer, Worth

PAYERS = [
    Payer(1, "Inès Moreau", 1, 10000),
    Payer(2, "Karim Haddad", 2, 1500),
    Payer(3, "Zoé Petit", 3, 500),
    Payer(4, "Hugo Petit", 4, 500),
    Payer(5, "Fatou Diallo", 5, 500),
    Payer(6, "Coopaname", None, 48000, (36000, 12000)),
    Payer(7, "Atelier du Nord", None, 7500, (7500,)),
]
ENTERED = [
    OpenPayments((90,), (3,), "transfer", date(2026, 11, 20), 500),
    OpenPayments((91,), (4,), "transfer", date(2026, 11, 21), 500),
]
# What each line says, its sum, and whose it truly is; 0 for what stands for nothing here.
OCTOBER = [
    ("VIR SEPA MLLE MOREAU I. LOYER OCT", 10000, 1),
    ("VIR SEPA SASU KH CONSEIL", 1500, 2),
    ("VIR SEPA FAMILLE DIALLO", 500, 5),
    ("VIR SEPA MAIRIE DE LILLE SUBVENTION", 150000, 0),
    ("VIR SEPA CAF DU NORD", 500, 0),
    ("REMB ASSURANCE MAIF 8812", 1500, 0),
]
NOVEMBER = [
    ("VIR SEPA MLLE MOREAU I. LOYER NOV", 10000, 1),
    ("VIR SEPA SASU KH CONSEIL", 3000, 2),
    ("VIR SEPA FAMILLE DIALLO", 500, 5),
    ("VIR SEPA MAIRIE DE LILLE SUBVENTION", 150000, 0),
    ("VIR SEPA CAF DU NORD", 500, 0),
    ("REMB ASSURANCE MAIF 9127", 1500, 0),
    ("VIR SEPA INCONNU 77", 500, 0),
    ("VIR SEPA PETIT ZOE", 500, 3),
    ("VIR SEPA M HUGO PETIT", 500, 4),
    ("VIR SEPA COOPANAME FACT 36", 36000, 6),
    ("VIR SEPA ADN", 7500, 7),
    ("VIR SEPA PRODUITS DIVERS", 12000, 0),
    ("VIR SEPA INES MOREAU", 4200, 1),
    ("VIR SEPA BARRE ET FILS", 48000, 0),
]


def line(label: str, cents: int) -> BankLine:
    return checked_line(Source.CSV, date(2026, 11, 22), cents, label)


def learned() -> dict[frozenset[str], Counter[Parts]]:
    found: dict[frozenset[str], Counter[Parts]] = {}
    for label, cents, payer in OCTOBER:
        found.setdefault(bank_proposals.key(line(label, cents)), Counter())[(payer,) if payer else ()] += 1
    return found


def test_what_is_proposed_is_right_and_what_nothing_speaks_for_proposes_nothing() -> None:
    books = OpenItems(PAYERS, ENTERED, (), learned())
    verdicts: Counter[tuple[str, bool]] = Counter()
    silent = 0
    for label, cents, truth in NOVEMBER:
        found = bank_proposals.propose(line(label, cents), books)
        for each in found:
            accounts = {account for account, _ in each.amounts} | set(each.accounts)
            verdicts[each.worth.value, accounts == {truth}] += 1
        silent += not found
        if found:
            assert {account for account, _ in found[0].amounts} | set(found[0].accounts) == {truth}, label
    assert verdicts == {("sure", True): 2, ("likely", True): 4, ("possible", True): 3}
    assert silent == 7  # of which one was somebody's: nothing in it said whose


def test_without_what_was_decided_before_fewer_are_known() -> None:
    books = OpenItems(PAYERS, ENTERED)
    worths = [
        each.worth for label, cents, _ in NOVEMBER for each in bank_proposals.propose(line(label, cents), books)[:1]
    ]
    assert worths.count(Worth.LIKELY) < 4
