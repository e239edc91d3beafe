"""What is counted is said by `Plural` or `tn`: "1 comptes" is no French, and another language may count otherwise."""

import ast
import re
from pathlib import Path

import pytest

import kiosk

ROOT = Path(kiosk.__file__).parent
NUMBERS = "n|count|entries|waiting|done|days|times"  # what a number is called where it stands before what it counts
AGREES = re.compile(rf"\{{(?:{NUMBERS})\}}\s+(?!€)(?:[a-zà-ÿ’']+\s+)?[a-zà-ÿ’]+(?:s|x|nt)\b", re.IGNORECASE)
LIMITS = {  # a setting or a bound, never one; or of one there is another sentence
    "Se met à jour toutes les {n} secondes",
    "Choisissez un des {n} derniers jours.",
    "plus de {n} lignes",
    "{n} au mois pas encore là.",
    "{count} chiffres",
    "et {count} autres plus tard",
    "personnes pas venues depuis {days} jours",
    "plus de {days} jours",
    "Moins de {days} jours ont passé depuis la demande : une autre personne peut encore l’accepter ou la refuser.",
    "Choisissez un jour d’ici à {days} jours.",
    "et {days} plus tard",
    "Bonjour,\n\nCe lien permet de choisir un mot de passe. Il est valable {days} jours et ne sert qu’une fois :\n"
    "{link}\n\nVous ne l’attendiez pas ? Dites-le à une autre personne du bureau.\n",
    "Pour {who} : ce lien sert une fois, pendant {days} jours, à choisir un mot de passe.",
    "{count} jours ici cette année",
    "{count} personnes ici",
    "{count} personnes sur {places}",
}
_CALL = re.compile(r"""\bt\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\s*,""")
_BY_HAND = re.compile(r"""\bt\((?:[^()]|\([^()]*\))*\)\s*(?:if|IF)\s[^{}]*?(?:[=!]=\s*1|>\s*1|<\s*2)\s*else\s+t\(""")


def _in_code(text: str) -> set[str]:
    tree = ast.parse(text)
    plurals = {
        id(text)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "Plural"
        for text in node.args
    }
    return {
        str(node.args[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and id(node) not in plurals and node.args
        if ast.unparse(node.func).rpartition(".")[2] in ("t", "Text") and isinstance(node.args[0], ast.Constant)
    }


def _french(path: Path) -> set[str]:
    text = path.read_text("utf-8")
    return _in_code(text) if path.suffix == ".py" else {double or single for double, single in _CALL.findall(text)}


def _files() -> list[Path]:
    return [path for path in sorted(ROOT.rglob("*")) if path.suffix in (".py", ".html")]


def _counted_by_hand(sentences: set[str]) -> set[str]:
    return {said for said in sentences if AGREES.search(said) and "au plus" not in said} - LIMITS


def test_what_is_counted_is_said_as_a_language_counts() -> None:
    assert not {path.name: found for path in _files() if (found := _counted_by_hand(_french(path)))}


def test_no_page_chooses_between_one_and_many_by_hand() -> None:
    assert [path.name for path in _files() if _BY_HAND.search(path.read_text("utf-8"))] == []


@pytest.mark.parametrize(
    "said",
    ["{n} comptes", "{days} jours sur {of}", "{count} lignes, gardées", "{count} jours de visite", "{n} passages"],
)
def test_the_next_one_is_found(said: str) -> None:
    assert _counted_by_hand({said}) == {said}


def test_the_next_choice_is_found() -> None:
    assert _BY_HAND.search('{{ t("{n} jours", "{n} days", n=n) if n > 1 else t("1 jour", "1 day") }}')
