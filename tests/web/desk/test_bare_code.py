"""The desk's modules come without docstrings, and do what they did."""

import subprocess
import sys

from kiosk.web.bare_code import without_docstrings

_SOURCE = '''
def told():
    """Tell it."""
    def inner():
        """Tell it, too."""
        return 2
    return inner

def same():
    """What it returns."""
    return """What it returns."""

def bare():
    return "no docstring"

async def later():
    """Tell it later."""
'''


def test_functions_lose_their_docstring_at_any_depth_and_keep_what_they_return() -> None:
    names: dict[str, object] = {}
    exec(without_docstrings(compile(_SOURCE, "source", "exec")), names)  # noqa: S102  # written above
    told, same, bare, later = (names[name] for name in ("told", "same", "bare", "later"))
    assert callable(told)
    assert callable(same)
    assert callable(bare)
    assert [each.__doc__ for each in (told, told(), later)] == [None] * 3
    assert told()() == 2
    assert same() == "What it returns."
    assert bare() == "no docstring"


def test_a_program_imports_libraries_without_docstrings_and_commands_with_theirs() -> None:
    script = (
        "from kiosk.web import bare_code; bare_code.install();"
        "import werkzeug.utils, kiosk.cli.main, kiosk.web.heap;"
        "print(werkzeug.utils.redirect.__doc__, kiosk.web.heap.give_back.__doc__, bool(kiosk.cli.main.main.__doc__))"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["None", "None", "True"]
