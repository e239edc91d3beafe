"""One sentence in every language: ours from the code, others from files, and what stands in for what is missing."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import kiosk
from kiosk.language import catalogues
from kiosk.language.texts import NO_BREAK, Plural, Text

HEAD = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n"X-Name: Nederlands\\n"\n"X-Complete: {complete}\\n"\n'
)
DUTCH = """
#. Good day {name}
msgid "Bonjour {name}"
msgstr "Goeiedag {name}"

#. Place
msgctxt "Place"
msgid "Place"
msgstr "Plaats"

msgctxt "Room"
msgid "Place"
msgstr "Ruimte"

msgid "{count} jour"
msgid_plural "{count} jours"
msgstr[0] "{count} dag"
msgstr[1] "{count} "
"dagen"

#, fuzzy
msgid "Au revoir"
msgstr "Hallo"

#, fuzzy
msgid "Oui, au revoir"
msgstr "Nee"

msgid "Merci"
msgstr ""

#~ msgid "Avant"
#~ msgstr "Vroeger"
"""
DAYS = Plural(Text("{count} jour", "{count} day"), Text("{count} jours", "{count} days"))


@pytest.fixture
def dutch(tmp_path: Path) -> Iterator[Path]:
    """A folder of languages with a Dutch in it."""
    path = tmp_path / "nl.po"
    path.write_text(HEAD.format(complete="yes") + DUTCH, "utf-8")
    before = catalogues.look_in(tmp_path)
    yield path
    catalogues.settle("fr")
    catalogues.look_in(before)


def test_french_does_not_break_before_its_marks_and_english_is_as_it_is() -> None:
    text = Text("Vous devez : {sum} €, « rien » ?", "You owe: {sum}")
    assert text.to("fr", sum="5,00") == "Vous devez\u00a0: 5,00\u00a0€, «\u00a0rien\u00a0»\u00a0?"
    assert text.to("en", sum="5.00") == "You owe: 5.00"
    assert NO_BREAK == "\u00a0"


def test_our_two_languages_read_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: pytest.fail("a file was read"))
    monkeypatch.setattr(Path, "open", lambda *_, **__: pytest.fail("a file was opened"))
    assert Text("oui", "yes").to("fr") + Text("oui", "yes").to("en") == "ouiyes"
    assert [DAYS.to("fr", 0), DAYS.to("en", 0), DAYS.to("fr", 2)] == ["0 jour", "0 days", "2 jours"]


@pytest.mark.usefixtures("dutch")
def test_another_language_is_its_file() -> None:
    assert Text("Bonjour {name}", "Good day {name}").to("nl", name="Inès") == "Goeiedag Inès"
    assert [DAYS.to("nl", count) for count in (0, 1, 2)] == ["0 dagen", "1 dag", "2 dagen"]
    assert Text("Place", "Place").to("nl") == "Plaats"  # where one French says two things, the English chooses
    assert Text("Place", "Room").to("nl") == "Ruimte"


@pytest.mark.usefixtures("dutch")
@pytest.mark.parametrize(("house", "said"), [("fr", "Merci\u00a0!"), ("en", "Thanks!"), ("nl", "Merci\u00a0!")])
def test_what_a_file_lacks_is_said_in_the_houses_language_or_else_in_french(house: str, said: str) -> None:
    catalogues.settle(house)
    assert Text("Merci !", "Thanks!").to("nl") == said
    assert Text("Au revoir", "Goodbye").to("nl") == "Hallo"  # a guess, that waits to be confirmed
    assert Text("Oui, au revoir", "Yes, goodbye").to("nl") == "Yes, goodbye"  # a yes is never guessed


@pytest.mark.usefixtures("dutch")
def test_a_language_is_offered_when_its_file_is_complete(dutch: Path, tmp_path: Path) -> None:
    assert catalogues.offered() == ("fr", "en", "nl")
    assert [catalogues.name_of(code) for code in catalogues.offered()] == ["français", "English", "Nederlands"]
    assert catalogues.language_of("nl", "fr") == "nl"
    dutch.write_text(HEAD.format(complete="no") + DUTCH, "utf-8")
    catalogues.look_in(tmp_path)
    assert catalogues.offered() == ("fr", "en")
    assert catalogues.language_of("nl", "fr") == "fr"


@pytest.mark.parametrize("code", ["../nl", "", "nl/..", "xx"])
def test_a_language_that_nobody_has_written_says_french(code: str) -> None:
    assert Text("oui", "yes").to(code) == "oui"


FRENCH_ONLY = {
    "domain/books/ecritures.py": "labels of the accounts",
    "domain/books/statements/bank_csv_rows.py": "a line of the bank's file, read again",
    "domain/money/cheques.py": "a stored text, read again",
    "exports/books/paheko.py": "labels of the accounts",
    "exports/books/verify_archive.py": "a script in French that goes with the archive",
    "language/settings_faults.py": "chosen by the language",
}
_FRENCH = re.compile(r"^[ \u00a0][:;?!] |^[ \u00a0][:;?!]$|[^-][ \u00a0]: ?$|« ?$|^ ?»")


def _joined(node: ast.AST) -> Iterator[str]:
    """Yield the words that a program joins to what it says: around a value, or between parts of a list."""
    match node:
        case ast.JoinedStr():
            yield from (str(part.value) for part in node.values if isinstance(part, ast.Constant))
        case ast.Call(func=ast.Attribute(attr="join", value=ast.Constant(value=str(words)))):
            yield words


def _spaced_as_in_french(text: str) -> bool:
    return any(_FRENCH.search(words) for node in ast.walk(ast.parse(text)) for words in _joined(node))


def test_marks_are_spaced_by_each_language_where_parts_are_joined() -> None:
    root = Path(kiosk.__file__).parent
    joined = (path for path in root.rglob("*.py") if _spaced_as_in_french(path.read_text("utf-8")))
    spaced = {path.relative_to(root).as_posix() for path in joined}
    assert spaced == FRENCH_ONLY.keys()


@pytest.mark.parametrize("code", ["f'{text} : {names}'", "' ; '.join(parts)", "f'« {text} »'"])
def test_the_next_mark_that_is_joined_is_noticed(code: str) -> None:
    assert _spaced_as_in_french(code)


@pytest.mark.parametrize(
    "value, french",
    [
        ("Inès", "Le badge d’Inès, que voici"),
        ("Émile", "Le badge d’Émile, que voici"),
        ("Karim", "Le badge de Karim, que voici"),
        ("Hugo", "Le badge de Hugo, que voici"),  # either is right before an h that a list would have to know
        ("11 membres", "Le badge de 11 membres, que voici"),
        ("", "Le badge de , que voici"),
    ],
)
def test_french_elides_before_a_value_that_begins_with_a_vowel(value: str, french: str) -> None:
    sentence = Text("Le badge de {name}, que voici", "The badge of {name}")
    assert sentence.to("fr", name=value) == sentence.of(name=value).to("fr") == french
    assert sentence.to("en", name=value) == f"The badge of {value}"
    counted = Plural(sentence, Text("Les {count} badges de {name}", "{count} badges of {name}"))
    assert counted.to("fr", 1, name=value) == french


def test_french_elides_de_and_que_and_no_word_that_ends_like_them() -> None:
    sentence = Text("Une somme due {of} de {month}, plus que {name}", "A sum due {of}, {month}, {name}")
    assert sentence.to("fr", of="à Ali", month="avril", name="Ali") == "Une somme due à Ali d’avril, plus qu’Ali"
