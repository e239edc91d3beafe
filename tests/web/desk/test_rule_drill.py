"""The third drill of docs/changing.md, done on a copy of the program: a rule with a number.

Five files are edited, a line or a few in each. A test that asks for a step fails on the copy as long as it lacks.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import kiosk

ROOT = Path(kiosk.__file__).parents[1]
ASKED_FOR = """
from tests.domain.space.test_protecting import test_each_rule_is_declared_as_protecting_or_not
from tests.web.desk.space.test_rule_sentences import test_each_rule_has_its_words_and_one_subject
test_each_rule_is_declared_as_protecting_or_not()
test_each_rule_has_its_words_and_one_subject()
"""
STEPS: dict[str, tuple[str, str]] = {
    "kiosk/domain/money/tariffs.py": (
        "    guest_days_a_year: int | None = None  # of one guest of a member; None: no limit\n",
        "    plants: int | None = None\n",
    ),
    "kiosk/space/first_rules.py": ("    guest_days_a_year: int | None = None\n", "    plants: int | None = None\n"),
    "kiosk/web/desk/space/rule_labels.py": (
        '        Rule(\n            "guest_days_a_year",\n',
        '        Rule(\n            "plants",\n            ValueKind.COUNT,\n            Text("Plantes", "Plants"),\n'
        '            Text("Combien il y en a.", "How many there are."),\n'
        '            Text("aucune", "none"),\n        ),\n',
    ),
    "kiosk/web/desk/space/subjects.py": ('"guests_a_day", ', '"plants", '),
    "kiosk/domain/space/protecting.py": ('"guest_days_a_year",', '"plants", '),
}
FORGOTTEN = "kiosk/web/desk/space/subjects.py"
USE = (
    "from kiosk.store.space import policies; from kiosk.space.first_rules import FirstRules; "
    "assert policies.rule('plants', 3) == 3 and policies.OPTIONAL >= {'plants'}"
)


def drilled(root: Path) -> int:
    """Make a copy of the program and do each step. Returns how many lines were written."""
    unread = shutil.ignore_patterns("static", "templates", "locale")
    shutil.copytree(ROOT / "kiosk", root / "kiosk", copy_function=os.symlink, ignore=unread)
    (root / "tests").symlink_to(ROOT / "tests")
    for name, (before, more) in STEPS.items():
        path, text = root / name, (ROOT / name).read_text("utf-8")
        assert before in text, name
        path.unlink()
        path.write_text(text.replace(before, more + before, 1), "utf-8")
    return sum(more.count("\n") or 1 for _, more in STEPS.values())


def run(root: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run a text in the copy."""
    words, environment = [sys.executable, "-c", code], {**os.environ, "PYTHONPATH": str(root)}
    return subprocess.run(words, cwd=root, env=environment, capture_output=True, text=True, check=False, timeout=240)


def test_a_rule_with_a_number_is_five_files_and_some_lines_and_a_forgotten_step_is_asked_for(tmp_path: Path) -> None:
    assert drilled(tmp_path) <= 15
    done = run(tmp_path, USE + ASKED_FOR)
    assert done.returncode == 0, done.stderr
    (tmp_path / FORGOTTEN).write_text((ROOT / FORGOTTEN).read_text("utf-8"), "utf-8")
    asked = run(tmp_path, ASKED_FOR)
    assert asked.returncode == 1
    assert "AssertionError" in asked.stderr, asked.stderr
