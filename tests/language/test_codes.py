"""Codes have their words in one place, and every code has some."""

import ast
from pathlib import Path

import sqlalchemy as sa

import kiosk
from kiosk.domain.checkin.standing import Right
from kiosk.language import codes
from kiosk.language.texts import Text
from kiosk.money.till import METHODS
from kiosk.store.tables import entry_kind
from tests.conftest import Space

ROOT = Path(kiosk.__file__).parent
TABLES = {name: words for name, words in vars(codes).items() if name.isupper()}


def test_every_code_that_is_kept_has_its_words(space: Space) -> None:
    with space.home.store.reading() as connection:
        kinds = set(connection.execute(sa.select(entry_kind.c.code)).scalars())
    assert kinds == set(codes.ENTRY_KINDS)
    assert set(METHODS) == set(codes.METHODS)
    assert {right.value for right in Right} == set(codes.RIGHTS)


def test_what_writes_entries_by_itself_is_called_something() -> None:
    found = {
        node.value.value
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name) and target.id == "ACTOR"
    }
    assert "due" in found
    assert found <= set(codes.ACTORS)


def test_a_table_of_methods_is_written_nowhere_else() -> None:
    said = {words.fr for words in codes.METHODS.values() if isinstance(words, Text)}
    again = {
        str(path.relative_to(ROOT))
        for path in (*ROOT.rglob("*.py"), *ROOT.rglob("*.html"))
        if path.name != "codes.py" and sum(f'"{words}"' in path.read_text("utf-8") for words in said) > 1
    }
    assert again == set()


def test_a_code_without_words_is_said_as_it_is() -> None:
    assert codes.say(codes.METHODS, "barter", "fr") == "barter"
    assert codes.say(codes.METHODS, None, "fr") == ""
    assert codes.say(codes.METHODS, "cash", "fr") == "espèces"
