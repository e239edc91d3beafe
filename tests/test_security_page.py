"""Each test that the page on security names is there, once: a row without its test would be a promise alone."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "securite.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\|(?! menace|---)(.*)\|$", re.MULTILINE)


def test_each_test_that_the_page_names_is_there() -> None:
    defined = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    assert len(named) > 20
    assert named <= defined


def test_each_threat_to_a_telephone_has_a_test() -> None:
    section = PAGE[PAGE.index("RFC 10027") :].partition("\n## ")[0]
    rows = [row for row in ROW.findall(section) if not row.startswith("---")]
    assert len(rows) >= 20
    assert [row for row in rows if "`test_" not in row] == []
