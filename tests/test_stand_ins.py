"""What the program's start leaves out of its libraries, and that they work without it."""

import subprocess
import sys

START = "from kiosk import stand_ins; stand_ins.import_libraries(); "


def printed(code: str) -> list[str]:
    """The words that a program of its own prints: here, everything is imported long since."""
    return subprocess.run(
        [sys.executable, "-c", START + code], check=True, capture_output=True, text=True
    ).stdout.split()


def test_the_entrance_and_its_command_carry_no_event_loop_no_encryption_and_no_second_server() -> None:
    loaded = "import sys, kiosk.cli.main, kiosk.cli.entrance, kiosk.entrance, gpiozero; print(*sys.modules)"
    names = set(printed(loaded))
    assert {"sqlalchemy.dialects.sqlite", "flask.app", "kiosk.entrance"} <= names
    assert not names & {"asyncio", "ssl", "http.server", "http.client", "socketserver"}
    assert not names & {"sqlalchemy.dialects.sqlite.aiosqlite", "sqlalchemy.connectors.asyncio"}
    assert "kiosk.domain.books.posting" not in names
    assert not names & {"zipfile", "email.message", "pdb"}


def test_an_event_loop_is_there_for_whoever_asks_for_one_afterwards() -> None:
    assert printed("import asyncio; print(asyncio.run(asyncio.sleep(0, 'done')))") == ["done"]


def test_another_driver_of_sqlite_is_there_for_whoever_asks_for_it_afterwards() -> None:
    assert printed("from sqlalchemy.dialects.sqlite import aiosqlite; print(aiosqlite.dialect.driver)") == ["aiosqlite"]


def test_entry_points_are_found_by_the_function_that_was_taken_at_the_start() -> None:
    taken = "from gpiozero.devices import entry_points; import sys; "
    asked = "print(type(sys.modules['importlib.metadata']).__name__); "
    assert printed(taken + asked + "print(len(entry_points(group='gpiozero_pin_factories')) > 2)") == [
        "_Seldom",
        "True",
    ]


def test_what_is_seldom_asked_for_comes_when_it_is() -> None:
    began = "import sys, flask; names = ('importlib.metadata', 'difflib', 'werkzeug.test'); "
    here = "print(*(type(sys.modules[name]).__name__ for name in names)); "
    asked = "from importlib.metadata import version; import difflib; app = flask.Flask('x'); "
    said = "print(version('flask') > '3', *difflib.get_close_matches('ab', ['abc']), app.test_client() is not None)"
    seldom = ["_Seldom"] * 3
    assert printed(began + here + asked + said) == [*seldom, "True", "abc", "True"]
    assert printed(began + asked + said + "; " + here)[-3:] == ["module"] * 3


def test_libraries_that_are_there_already_stay() -> None:
    again = "from sqlalchemy.dialects.sqlite import aiosqlite as there; stand_ins.import_libraries(); "
    assert printed(again + "from sqlalchemy.dialects.sqlite import aiosqlite as now; print(now is there)") == ["True"]


def test_what_the_driver_raises_is_still_raised_as_sqlalchemys() -> None:
    asked = "import sqlalchemy as sa\ntry:\n sa.create_engine('sqlite://').connect().exec_driver_sql('?')\n"
    assert printed(asked + "except sa.exc.OperationalError: print('told')") == ["told"]


def test_a_loop_that_is_there_already_stays() -> None:
    """As where somebody else's program imports ours."""
    code = "import asyncio; there = asyncio.sleep; stand_ins.import_libraries(); import asyncio as now"
    assert printed(f"{code}; print(now.sleep is there)") == ["True"]
