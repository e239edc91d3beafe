"""Words that are said in several places are written once, where people read most of them: the screen and the desk."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import kiosk
from kiosk.language import common
from kiosk.language.texts import Plural, Text

ROOT = Path(kiosk.__file__).parent
PLACES = ("exports", "selfservice", "web")  # where what people read is put together
LONGEST = 3  # words that may be said anew: labels, which mean what stands around them
_CALL = re.compile(r"""\bt\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\s*,""")
_USE = re.compile(r"\bcommon\.([A-Z_]+)\b")


def _in_code(text: str) -> set[str]:
    """The French of each pair of a module: in a call of `t` or `Text`, or in a tuple."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        values: list[ast.expr] = []
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in ("t", "Text"):
            values = node.args[:2]
        elif isinstance(node, ast.Tuple):
            values = node.elts[-2:]
        pair = [each.value for each in values if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        if len(pair) == 2:
            found.add(pair[0])
    return found


def _french(path: Path) -> set[str]:
    text = path.read_text("utf-8")
    return _in_code(text) if path.suffix == ".py" else {double or single for double, single in _CALL.findall(text)}


def _words(sentence: str) -> int:
    bare = re.sub(r"\{[^}]*\}", "", sentence)
    return sum(any(sign.isalpha() for sign in word) for word in bare.split())


def _texts(said: object) -> list[Text]:
    return [said] if isinstance(said, Text) else [said.one, said.many] if isinstance(said, Plural) else []


def _files() -> list[Path]:
    return [
        path
        for path in sorted(ROOT.rglob("*"))
        if path.suffix in (".py", ".html") and path.relative_to(ROOT).parts[0] in PLACES
    ]


def test_no_sentence_is_written_in_two_files() -> None:
    where = defaultdict(list)
    for path in _files():
        for sentence in _french(path):
            if _words(sentence) > LONGEST:
                where[sentence].append(str(path.relative_to(ROOT)))
    assert len(where) > 500
    assert not {sentence: files for sentence, files in where.items() if len(files) > 1}


def test_what_is_shared_is_not_written_again() -> None:
    shared = {text.fr for said in vars(common).values() for text in _texts(said)}
    assert not {path.name: again for path in _files() if (again := shared & _french(path))}


def test_shared_words_are_used_and_those_used_are_there() -> None:
    there = {name for name, said in vars(common).items() if isinstance(said, Text | Plural)}
    used = {
        name for path in [*ROOT.rglob("*.py"), *ROOT.rglob("*.html")] for name in _USE.findall(path.read_text("utf-8"))
    }
    assert used == there
