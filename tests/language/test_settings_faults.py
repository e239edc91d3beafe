"""What is wrong with kiosk.toml is told in the language of whoever reads it, by each line that it can be wrong in."""

import ast
import re
from pathlib import Path

import pytest

from kiosk.domain.devices import locks
from kiosk.domain.health.findings import Finding
from kiosk.errors import RequestError
from kiosk.health.finding_codes import make_finding
from kiosk.language import detail_faults, settings_faults
from kiosk.language.catalogues import offered
from tests.test_config import WRONG, load

_KIOSK = Path(locks.__file__).parents[2]
_RAISING = ("devices", "domain", "health", "store")  # where these faults come from
_ENGLISH = re.compile(r"\b(?:expected|unknown|missing|named|got|shorter|same|known here|home|says)\b")
_OF_TOML = ("line 2", "digits")  # what Python's own reader of TOML says, behind the line's number
_OF_LOCKS = (
    "lock.",
    "door.address",
    "door.pulse_seconds",
)  # forms of addresses, and what a kind of lock says of itself


def finding(tmp_path: Path, text: str) -> Finding:
    with pytest.raises(RequestError) as wrong:
        load(tmp_path, text)
    return make_finding("home-settings", fault=str(wrong.value))


@pytest.mark.parametrize(("text", "named"), WRONG)
def test_what_is_wrong_with_a_setting_is_told_without_a_word_of_english(
    tmp_path: Path, text: str, named: list[str]
) -> None:
    made = finding(tmp_path, text)
    for language in set(offered()) - {"en"}:
        told = made.says(language)
        assert str(tmp_path) in told
        if not any(each in name for name in named for each in (*_OF_TOML, *_OF_LOCKS)):
            assert not _ENGLISH.search(told.partition("kiosk.toml : ")[2] or told.partition("toml: ")[2]), told
    assert str(made.values["fault"]) in made.says("en"), "the log's own line"


def test_each_sentence_of_settings_is_known_again_by_its_english() -> None:
    for text in (*settings_faults.FAULTS, *detail_faults.FAULTS, *locks.FAULTS):
        places = re.findall(r"{(\w+)}", text.en)
        english = text.en.format(**{name: f"x{number}" for number, name in enumerate(places)})
        assert settings_faults.told(english, "fr", locks.FAULTS) != english


def test_each_fault_is_raised_in_the_words_that_are_translated() -> None:
    modules = [_KIOSK / "keys.py", *(path for folder in _RAISING for path in (_KIOSK / folder).rglob("*.py"))]
    raised = "\n".join(map(_constants, modules))
    for text in (*detail_faults.FAULTS, *locks.FAULTS):
        parts = [part for piece in re.split("{[^}]*}", text.en) for part in piece.split(": ")]
        assert [part for part in parts if part.strip(" :()") not in raised] == [], text.en


def _constants(path: Path) -> str:
    """Return the texts of a module, a line each, without those of a `Text`."""
    tree = ast.parse(path.read_text("utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "Text"]
    translated = {each for call in calls for each in ast.walk(call)}
    texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and node not in translated)
    return "\n".join(node.value for node in texts if isinstance(node.value, str))


def test_a_line_that_is_no_toml_is_told_by_its_number(tmp_path: Path) -> None:
    assert "ligne 2, colonne 6\u00a0: ce n’est pas du TOML" in finding(tmp_path, "[door\nrelay_pin = 17").says("fr")


def test_what_is_no_sentence_of_ours_stays_as_it_is() -> None:
    assert settings_faults.told("entry 270 was altered", "fr") == "entry 270 was altered"
