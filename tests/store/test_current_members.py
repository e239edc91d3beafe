"""Whether a member still belongs to the association is asked by one condition, so that no page counts another day."""

import re
from pathlib import Path

STORE = Path(__file__).parents[2] / "kiosk" / "store"
OF_A_PERIOD = {"books/annual_people.py", "books/export_queries.py"}
"""These ask for the members of a year or of an export's days: whoever left within it belonged to it."""


def test_no_query_compares_the_day_of_leaving_by_itself() -> None:
    compares = re.compile(r"left_on\.is_\(None\),\s+\S*left_on >")
    found = {str(file.relative_to(STORE)) for file in STORE.rglob("*.py") if compares.search(file.read_text())}
    assert found == OF_A_PERIOD | {"tables/__init__.py"}
