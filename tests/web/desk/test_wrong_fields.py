"""What is wrong with a form stands beside its field, and above the page where no field has it."""

from collections.abc import Callable
from html import unescape

import pytest
from flask import render_template_string

from kiosk.domain.problems import Problem
from kiosk.errors import MachineError, RequestError
from kiosk.exports.words import problem_words
from kiosk.language.problems.values import UNSAID
from kiosk.web.desk.common import labels
from kiosk.web.desk.common.labels import Errors
from tests.exports import test_problem_words as problems
from tests.web.desk.conftest import Desk, Officer


def _fails(error: Exception) -> Callable[[], int]:
    def act() -> int:
        raise error

    return act


def test_an_error_stands_where_it_says_and_a_form_may_call_its_field_otherwise(desk: Desk) -> None:
    wrong = _fails(Problem("import-quotes", field="file", line=47))
    with desk.app.test_request_context():
        _, errors = labels.attempt(wrong)
        _, called = labels.attempt(wrong, file="sheet")
        _, whole = labels.attempt(_fails(RequestError("own-account", "yourself")))
    assert (list(errors), list(called), list(whole)) == (["file"], ["sheet"], ["form"])
    assert errors["file"].endswith("Ligne 47.")
    assert (errors.code, whole.code) == ("import-quotes", "own-account")


_SHOWN = (
    '{% from "member/macros.html" import error with context %}'
    "{% for field in errors %}{{ error(field, errors) }}{% endfor %}"
)


@pytest.mark.parametrize("language", ["fr", "en", "nl"])
def test_what_thirty_errors_know_is_read_on_the_page_in_each_language(desk: Desk, language: str) -> None:
    for place in problems.drawn():
        error = problems.made(place)
        with desk.app.test_request_context(headers={"Accept-Language": language}):
            _, errors = labels.attempt(_fails(error))
            page = unescape(render_template_string(_SHOWN, errors=errors)).replace("\xa0", " ").replace("\u202f", " ")
        for name in place.values - UNSAID:
            told = problem_words.written(name, error.values[name], language)
            assert told.replace("\xa0", " ").replace("\u202f", " ") in page, (place, page)


def test_a_form_with_several_mistakes_has_each_beside_its_field(desk: Desk) -> None:
    first = Problem("import-quotes", field="file", line=47)
    first.others = (Problem("day", field="from"), RequestError("own-account"))
    with desk.app.test_request_context():
        _, errors = labels.attempt(_fails(first), file="sheet")
    assert list(errors) == ["sheet", "from", "form"]


def test_a_machine_that_fails_is_no_mistake_of_the_form(desk: Desk) -> None:
    with desk.app.test_request_context(), pytest.raises(MachineError):
        labels.attempt(_fails(MachineError("backup", "the disk is full")))


def test_what_no_field_of_a_page_has_asked_for_is_left_over() -> None:
    errors = Errors({"name": "un nom", "zone": "une zone"})
    assert errors["name"] == "un nom"
    assert labels.unplaced(errors, {}) == ["une zone"]
    assert labels.unplaced({"zone": "une zone"}, {}) == []


def test_a_page_without_such_a_field_says_it_above(desk: Desk, treasurer: Officer) -> None:
    desk.space.enrolment.leave(desk.space.join("Inès Moreau", "04A2000000E511"))
    page = treasurer.post("/money/sell/1", {"product": "carnet-10", "key": "0" * 32}).get_data(as_text=True)
    assert '<p class="message error" role="alert">Cette personne est partie' in page
    assert page.index("message error") < page.index("<h1>")
