"""What a desk that rests holds in memory: what few pages need comes with the first that does."""

import ast
import inspect
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import flask_security.webauthn
import flask_security.webauthn_util
import pytest
from flask import Flask

from kiosk.web import heap
from kiosk.web.desk import late_encryption, serving
from tests.processes import free_port

# Each brought by a page, a file or a second factor; together they were a fifth of the desk.
LATE = {
    *("cryptography", "webauthn", "OpenSSL", "pyasn1", "ssl", "http.client", "asyncio", "smtplib"),  # signing in, mail
    *("qrcode", "PIL", "icalendar", "dateutil", "xlsxwriter", "weasyprint", "facturx", "resvg_py", "lxml"),  # files
    *("stdnum", "holidays", "zxcvbn", "apprise", "markdown", "alembic", "psycopg", "nfc", "gpiozero", "rapidfuzz"),
    *("kiosk.web.screen", "kiosk.checkin.specs"),  # the screen's own words
    *("sqlalchemy.orm", "sqlalchemy.ext.mutable"),  # accounts are read and written in plain statements
    *("flask.testing", "click.testing", "pdb", "xml.etree.ElementTree", "statistics", "kiosk.books.archiving"),
}
_START = """
import sys
from pathlib import Path
from kiosk import stand_ins
stand_ins.import_libraries()
from kiosk import desk, home
with home.opened(Path(sys.argv[1]), is_patient=True, program="desk") as opened:
    app = desk.application(opened)
    {then}
"""


def _printed(root: Path, then: str) -> list[str]:
    """What a desk of its own says; here, everything is imported long since."""
    command = [sys.executable, "-c", _START.format(then=then), str(root)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()


def test_a_desk_that_is_ready_has_imported_nothing_that_few_pages_need(root: Path) -> None:
    loaded = set(_printed(root, "print(*sys.modules)"))
    assert {"kiosk.web.desk.areas", "flask_security"} <= loaded
    assert not loaded & LATE
    assert len([name for name in loaded if name.partition(".")[0] != "kiosk"]) < 590
    assert len(loaded) < 1380


def test_encryption_comes_with_the_first_second_factor(root: Path) -> None:
    then = (
        "factory = app.extensions['security']._totp_factory; print('cryptography' in sys.modules);"
        " secret = factory.generate_totp_secret();"
        " print(factory.get_totp_uri('a', secret)[:15], 'cryptography' in sys.modules)"
    )
    assert _printed(root, then) == ["False", "otpauth://totp/", "True"]


def test_recovery_codes_are_encrypted_and_read_again(root: Path) -> None:
    then = (
        "codes = app.extensions['security']._mf_recovery_codes_util; made = codes._encrypt_codes(['one']);"
        "\n    with app.app_context(): print(made != ['one'], codes._decrypt_codes(made))"
    )
    assert _printed(root, then) == ["True", "['one']"]


def test_passkeys_pages_find_their_library_though_it_came_late(root: Path) -> None:
    then = (
        "print('webauthn' in sys.modules);"
        " answer = app.test_client().get('/wan-signin', base_url='https://localhost');"
        " print(answer.status_code, 'webauthn' in sys.modules)"
    )
    assert _printed(root, then) == ["False", "200", "True"]


@pytest.mark.parametrize("module", [flask_security.webauthn, flask_security.webauthn_util])
def test_every_name_that_passkeys_ask_for_is_given_to_them(module: ModuleType) -> None:
    """A release of the library that asks for one more would miss it at a sign-in."""
    late_encryption.load_passkeys()
    guarded = next(each for each in ast.parse(inspect.getsource(module)).body if isinstance(each, ast.Try))
    names = {name.name for each in guarded.body if isinstance(each, ast.Import | ast.ImportFrom) for name in each.names}
    assert names
    assert names <= vars(module).keys()
    assert None not in [vars(module)[name] for name in names]


def test_a_desk_keeps_no_more_statements_prepared_than_a_page_sends(root: Path) -> None:
    then = (
        "pass"
        "\n    with opened.store.reading() as connection:"
        "\n        raw = connection.connection.driver_connection"
        "\n        for number in range(200): raw.execute(f'SELECT {number}').close()"
        "\n    import gc"
        "\n    kept = [each for each in gc.get_objects() if type(each).__name__ == 'Statement']; print(len(kept) <= 80)"
    )
    assert _printed(root, then) == ["True"]


class Answer:
    """A request that is answered at once."""

    def service(self) -> None:
        """Answer it."""

    def cancel(self) -> None:
        """Give it up."""


def test_a_desk_gives_back_what_pages_freed_once_it_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[float] = []
    at = 0.0
    monkeypatch.setattr(heap, "give_back", lambda: given.append(at))
    desk: Any = serving.server(Flask("desk"), free_port(), None)
    for at in (2.0, 4.0, 6.0, 8.0, 10.0):
        if at == 4.0:
            desk.add_task(Answer())
        desk.maintenance(at)
    desk.close()
    assert given == [6.0]
