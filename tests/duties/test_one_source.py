"""One source: what speaks of what is to be done takes its lines and numbers from the duties, and nowhere else."""

import ast
from pathlib import Path

import pytest

import kiosk
from kiosk.domain.duties import TABLE
from kiosk.web.desk.app import create_app
from tests.conftest import Space

ROOT = Path(kiosk.__file__).parent
SPEAKERS = {
    "cli/todo.py": set[str](),
    "duties/weekly_mail.py": {"store.books.due_rows", "store.messages.outbox_rows"},  # what it was told, and its mail
    "web/desk/duties/todo.py": set[str](),
    "web/desk/duties/todo_pages.py": set[str](),
    "web/desk/books/month_path.py": set[str](),
    "web/desk/books/closing_forms.py": {"store.name_rows"},  # what products are called
    "web/desk/books/books.py": {"store.books.closing_rows"},  # the last day that is closed
    "web/desk/books/book_closings.py": {
        "store.books.closing_rows",
        "store.name_rows",
        "store.space.book_rules",
    },  # what a closing says itself
    "web/desk/checkin/today.py": {
        "store.books.month_sums",  # the month's money beside its rent
        "store.checkin.inside",
        "store.checkin.presence",
        "store.checkin.request_rows",
        "store.checkin.visits",
        "store.selfservice.pins",  # wrong codes of the day, at the door
    },
}
"""Each module that speaks of duties, and the only stores that it may read beside, none of which counts what is open."""

_OFFICERS = "store.officers.desk_users"


def _stores(path: Path) -> set[str]:
    found = set[str]()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kiosk.store"):
            base = (node.module or "").removeprefix("kiosk.")
            found |= {
                f"{base}.{alias.name}" if (ROOT / base.replace(".", "/") / f"{alias.name}.py").exists() else base
                for alias in node.names
            }
    return found - {_OFFICERS, "store.space.policies"}


@pytest.mark.parametrize("speaker", SPEAKERS)
def test_what_speaks_of_duties_reads_no_number_elsewhere(speaker: str) -> None:
    assert _stores(ROOT / speaker) <= SPEAKERS[speaker]


def test_whoever_says_a_duty_stands_in_this_list() -> None:
    says = {
        str(path.relative_to(ROOT))
        for path in ROOT.rglob("*.py")
        if "kiosk.duties" in path.read_text(encoding="utf-8") and "duties" not in path.relative_to(ROOT).parts[0]
    }
    acts = {"jobs/due/acts.py", "cli/books/closings.py"}  # what puts the mail; a closing's lines on the command line
    assert says - acts <= set(SPEAKERS)


def test_the_act_of_each_kind_is_a_page_of_the_desk(space: Space) -> None:
    app = create_app(space.home, space.clock, bytes(32), ["localhost"])
    assert {rule.act for rule in TABLE.values()} <= set(app.view_functions)
    for rule in TABLE.values():
        needed = getattr(app.view_functions[rule.act], "needs", None)
        assert needed is not None, rule.act
