"""Nothing of the API is in a program's memory before it is asked for, neither the desk's nor the pages'."""

import subprocess
import sys

_DESK = """
import sys
import kiosk.desk
import kiosk.web.member_pages.answers
import kiosk.web.member_pages.listening
import kiosk.web.member_pages.office
"""
_PAGES = """
import sys
from kiosk.web.pages import app, serving
from kiosk.web.pages.speech import House
house = House(name="", address="", needs_wifi=False, has_mail=False, training=True)
made = app.create_app(lambda question: house)
made.test_client().get("/healthz")
"""
_ASKED = """
made.test_client().get("/api/v1/lists/visits")
"""
_TELL = """
print(sorted(name for name in sys.modules if name.startswith(("kiosk.web.pages.api", "kiosk.exports.sheets"))))
"""


def _imported(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program + _TELL], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_the_desk_starts_without_the_api() -> None:
    assert "kiosk.web.pages.api" not in _imported(_DESK)


def test_the_pages_program_starts_without_the_api_and_knows_no_list() -> None:
    assert _imported(_PAGES) == "[]"


def test_the_api_is_there_once_it_was_asked_for() -> None:
    """So that the tests above would notice."""
    assert "kiosk.web.pages.api.answering" in _imported(_PAGES + _ASKED)


def test_the_pages_program_has_no_database_s_library_even_then() -> None:
    tell = "\nprint([name for name in sys.modules if name.startswith(('sqlalchemy', 'kiosk.store', 'babel'))])"
    program = _PAGES + _ASKED + 'made.test_client().get("/api/v1/openapi.json")' + tell
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
