"""Another program's trial balance: read as it is written, refused with the line where anything in it is doubtful."""

import pytest

from kiosk.domain.books import trial_balance
from kiosk.domain.problems import Problem

GOOD = [
    "Compte;Libellé;Débit;Crédit\n530;Caisse;120,50;\n512;Banque;1 000,00;\n110;Report à nouveau;;1 120,50\n",
    "N° de compte\tIntitulé\tSolde débiteur\tSolde créditeur\n530\tCaisse\t120,50\t\n512\tBanque\t1000\t0,00\n"
    "110\tReport à nouveau\t\t1120,50\nTotal\t\t1120,50\t1120,50\n",
    # Movements beside balances; an account over two lines; one that holds nothing; a sum without an account.
    "account,label,debit,credit,debit balance,credit balance\n530,Caisse,9,9,100.50,\n530,Caisse,0,0,20.00,\n"
    "512,Banque,5000,4000,1000,\n44571,TVA,7,7,0,0\n110,Report à nouveau,,,,1120.50\n,Totaux,,,1120.50,1120.50\n",
]


@pytest.mark.parametrize("text", GOOD)
def test_a_balance_is_what_each_account_holds(text: str) -> None:
    found = trial_balance.read(text.encode())
    assert [(account.number, cents) for account, cents in found.lines] == [
        ("110", -112050),
        ("512", 100000),
        ("530", 12050),
    ]
    assert found.total == 112050
    assert found.of("530") == 12050
    assert found.of("531") == 0
    assert found.lines[0][0].label == "Report à nouveau"


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("Compte;Libellé;Débit;Crédit\n530;Caisse;120;\n110;Report;;100\n", "opening-unbalanced", "20.00 EUR"),
        ("Compte;Libellé;Débit\n530;Caisse;120\n", "opening-columns", "credit"),
        ("Compte;Libellé;Débit;Crédit\n530;Caisse;0;0\n", "opening-columns", "no account"),
        ("Compte;Libellé;Débit;Crédit\n411DUPONT;Dupont;120;\n110;R;;120\n", "opening-line", "line 2: '411DUPONT'"),
        ("Compte;Libellé;Débit;Crédit\n110;R;;120\n875;Bénévolat;120;\n", "opening-line", "line 3: '875'"),
        ("Compte;Libellé;Débit;Crédit\n;Sans compte;120;\n110;R;;120\n", "opening-line", "line 2"),
        ("Compte;Libellé;Débit;Crédit\n530;Caisse;1.234;\n110;R;;1234\n", "opening-line", "no sum"),
        ("Compte;Libellé;Débit;Crédit\n530;Caisse;-120;\n110;R;;-120\n", "opening-line", "no sum"),
        ("", "import-empty", ""),
    ],
)
def test_what_is_doubtful_is_refused_with_its_line(text: str, code: str, says: str) -> None:
    with pytest.raises(Problem) as refused:
        trial_balance.read(text.encode())
    assert refused.value.code == code
    assert says in str(refused.value)
