"""Each column of text and of days has its line in the one table, and the line is true."""

import sqlalchemy as sa

from kiosk.exports.members import personal_words
from kiosk.store import retention
from kiosk.store.members import personal_rows, written
from kiosk.store.tables import UtcTime, metadata
from kiosk.store.tables.desk import Listed
from tests.members import every_row

assert every_row.THERE  # which has all tables known


def columns(*kinds: type) -> set[str]:
    return {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, kinds) and not isinstance(column.type, UtcTime)
    }


def test_every_column_of_text_and_of_days_has_a_line() -> None:
    assert columns(sa.String, Listed) == written.TEXTS.keys()
    assert columns(sa.Date) == written.DAYS.keys()


def test_what_a_line_names_is_there() -> None:
    rules = {rule.name for rule in retention.RETENTION_RULES}
    sections = {section.code for section in personal_rows.SECTIONS}
    kept = [*(each.kept for each in written.TEXTS.values()), *written.DAYS.values()]
    assert {each.removeprefix(written.RULE) for each in kept if each.startswith(written.RULE)} <= rules
    given = [each.given for each in written.TEXTS.values()]
    assert {each.removeprefix(written.SECTION) for each in given if each.startswith(written.SECTION)} <= sections


def test_what_is_emptied_can_be() -> None:
    wrong = [
        name
        for name, line in written.TEXTS.items()
        if line.erasing is written.Erasing.NAMES
        and line.blank is None
        and not metadata.tables[name.partition(".")[0]].columns[name.partition(".")[2]].nullable
    ]
    assert wrong == []


def test_every_table_in_which_anybody_may_be_named_has_words_for_the_page() -> None:
    named = {place.partition(".")[0] for place, line in written.TEXTS.items() if line.erasing is written.Erasing.NAMES}
    assert set(personal_words.TEXT_PLACES) == named
