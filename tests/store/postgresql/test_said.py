"""What SQLAlchemy compiles once and says many times: constants that stand in the text are each statement's own."""

import pytest
import sqlalchemy as sa

from kiosk.store.tables import entry
from tests.store.place import Place, morning


@pytest.mark.promise(3)
def test_statements_that_differ_in_a_constant_alone_are_each_answered(there: Place) -> None:
    """The path of a detail’s member, or a part’s length, is not in the key by which a statement is known again."""
    there.join()
    there.tap(morning())
    number = sa.select(sa.func.max(entry.c.number)).scalar_subquery()

    def said(connection: sa.Connection, path: str, length: int) -> tuple[object, ...]:
        day = sa.func.substr(sa.cast(entry.c.day_on, sa.String), 1, length)
        told = sa.select(sa.func.json_extract(entry.c.detail, path), day).where(entry.c.number == number)
        return tuple(connection.execute(told).one())

    with there.store.reading() as connection:
        assert said(connection, "$.product", 4) == ("day", "2026")
        assert said(connection, "$.quantity", 7) == (1, "2026-11")
        assert said(connection, "$.right", 10) == ("full", "2026-11-25")


def test_what_is_grouped_by_product_is_what_is_selected(there: Place) -> None:
    from kiosk.store.books import month_sums
    from kiosk.store.space import book_rules

    there.join()
    there.tap(morning())
    with there.store.reading() as connection:
        found = month_sums.charged(connection, morning().date(), morning().date())
        assert ("day", 1, 500) in [(each.product, each.times, each.cents) for each in found.products]
        assert month_sums.received(connection, morning().date(), morning().date()).cents == 0
        book = book_rules.book(connection)
        assert month_sums.earned(connection, book, morning().date(), morning().date()) == found.cents
