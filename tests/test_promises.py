"""Each promise has tests that show it, and the page that names them is made of their marks."""

import pytest

from tests import promises


def test_the_page_is_what_the_marks_make_it() -> None:
    assert promises.PAGE.read_text(encoding="utf-8") == promises.page(), "write it: python -m tests.promises"


@pytest.mark.parametrize("number", list(promises.PROMISES))
def test_every_promise_is_shown_by_a_test(number: int) -> None:
    assert [shown for shown in promises.found() if number in shown.numbers and shown.name]


def test_every_mark_names_a_promise_that_there_is() -> None:
    assert {number for shown in promises.found() for number in shown.numbers} <= set(promises.PROMISES)


def test_no_mark_stands_where_it_is_not_read() -> None:
    """In a class or a parameter it would be lost in silence."""
    own = {promises.ROOT / "tests" / "promises.py", promises.ROOT / "tests" / "test_promises.py"}
    sources = [path.read_text(encoding="utf-8") for path in (promises.ROOT / "tests").rglob("*.py") if path not in own]
    assert sum(text.count("mark.promise(") for text in sources) == len(promises.found())
