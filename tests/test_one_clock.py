"""No test asks the machine what time it is: the suite must be green at any hour.

Who needs the present, because a process beside it goes by it, asks `HostClock` as the program does. Monotonic time, for
waiting, is free. scripts/any-hour runs the tests at other hours than now.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
_ASKING = {"now", "utcnow", "today"}  # of datetime and date
_TIME = {"time", "time_ns", "localtime", "gmtime", "ctime", "asctime", "strftime", "clock_gettime"}  # of the module
_OF_FILES = {"st_mtime", "st_ctime", "st_atime", "getmtime", "getctime"}  # written by the machine's clock
_IN_WORDS = re.compile(r"(?i)'now'|\bcurrent_(date|time|timestamp)\b|\bdate \+%|\bdatetime\.now\(|\btime\.time\(")
_DAY = re.compile(r"\$\(date \+%(?!s\b)")
_ROOT = HERE.parent
# Who may, and why.
EXCEPTIONS = {
    "tests/test_one_clock.py": "names what it looks for",
    "kiosk/devices/clock.py": "the seam itself",
    "tests/compiled.py": "whether what was compiled is older than its source",
    "kiosk/health/status_file.py": "how long ago an empty mark was touched",
    "kiosk/health/fallback_checks.py": "how long ago the entrance wrote its roster",
    "kiosk/jobs/copies/backup.py": "the age of what a migration left, whose name tells no date",
}


_OF_ITS_PLACE = {
    "kiosk/web/screen/words/event_words.py": "a sheet's moments are of the place's clock",
    "kiosk/selfservice/premises/things.py": "a thing lent by days is stored with the day alone, at 0:00 UTC",
    "kiosk/store/officers/asked_acts.py": "a day earlier, which leaves room for either",
    "kiosk/jobs/copies/backup.py": "once a day, whenever that begins",
}
"""Where a moment that is stored is asked for its day as it stands, and why."""


def _asks(node: ast.AST) -> bool:
    """Whether a piece of Python reads the wall clock: itself, or in a command, a statement or a program in words."""
    match node:
        case ast.Attribute(value=ast.Name(id="datetime" | "date"), attr=attr):
            return attr in _ASKING
        case ast.Attribute(value=ast.Attribute(value=ast.Name(id="datetime")), attr=attr):
            return attr in _ASKING
        case ast.Attribute(value=ast.Name(id="time"), attr=attr):
            return attr in _TIME
        case ast.Attribute(attr=attr):
            return attr in _OF_FILES
        case ast.ImportFrom(module="time", names=names):
            return any(each.name in _TIME for each in names)
        case ast.Call(args=words) | ast.List(elts=words) | ast.Tuple(elts=words):
            return [each.value for each in words[:1] if isinstance(each, ast.Constant)] == ["date"] and _is_form(words)
        case ast.Constant(value=str(text)):
            return _IN_WORDS.search(text) is not None
    return False


def _is_form(words: list[ast.expr]) -> bool:
    return any(isinstance(each, ast.Constant) and str(each.value).startswith("+%") for each in words)


def _readings(source: str) -> Iterator[int]:
    """The lines that ask."""
    tree = ast.parse(source)
    yield from (node.lineno for node in ast.walk(tree) if _asks(node) and isinstance(node, (ast.expr, ast.stmt)))


@pytest.mark.parametrize("folder", ["tests", "kiosk"])
def test_nobody_else_asks_what_time_it_is(folder: str) -> None:
    asking = {
        str(path.relative_to(_ROOT)): line
        for path in sorted((_ROOT / folder).rglob("*.py"))
        for line in _readings(path.read_text("utf-8"))
    }
    assert {path: line for path, line in asking.items() if path not in EXCEPTIONS} == {}
    assert {path for path in EXCEPTIONS if path.startswith(f"{folder}/")} == {
        path for path in asking if path in EXCEPTIONS
    }


def test_a_stored_moment_is_brought_to_the_place_s_clock_before_its_day_is_read() -> None:
    """It is stored in UTC: until one or two in the morning that is the day before."""
    as_it_stands = {
        str(path.relative_to(_ROOT))
        for path in (_ROOT / "kiosk").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "date"
        if isinstance(node.value, ast.Attribute | ast.Name)
        if ast.unparse(node.value).endswith("_at")
    }
    assert as_it_stands == set(_OF_ITS_PLACE)


def test_no_script_takes_the_machine_s_date_for_the_space_s_day() -> None:
    asking = {path.name for path in (_ROOT / "scripts").iterdir() if _DAY.search(path.read_text("utf-8"))}
    assert asking == set()


@pytest.mark.parametrize(
    "source",
    [
        "datetime.now(UTC)",
        "datetime.datetime.now()",
        "datetime.utcnow()",
        "date.today()",
        "datetime.date.today()",
        "time.time()",
        "time.time_ns()",
        "time.strftime('%Y')",
        "from time import time",
        "path.stat().st_mtime",
        "os.path.getmtime(path)",
        "run(['date', '+%F'])",
        "root.says('date', '+%F')",
        "database.execute(\"SELECT date('now', '-1 day')\")",
        "database.execute('SELECT CURRENT_TIMESTAMP')",
        "run('echo $(date +%s)', shell=True)",
        "run([sys.executable, '-c', 'import time; print(time.time())'])",
    ],
)
def test_each_way_to_ask_is_noticed(source: str) -> None:
    assert list(_readings(source)) == [1]


@pytest.mark.parametrize(
    "source", ["time.monotonic()", "clock.now()", "HostClock().now()", "desk.today()", "moment.date()"]
)
def test_who_waits_or_is_told_is_left_alone(source: str) -> None:
    assert list(_readings(source)) == []
