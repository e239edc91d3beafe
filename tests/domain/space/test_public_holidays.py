"""The days that are public holidays are those that another library knows, for as long as anybody will look ahead."""

from datetime import date

from holidays.countries.france import France

from kiosk.domain.space import public_holidays


def test_a_hundred_years_of_them_are_those_of_the_library() -> None:
    years = range(2009, 2101)  # as far as it knows them
    others: dict[date, str] = France(years=years, language="fr")  # type: ignore[no-untyped-call]  # ships few types
    assert public_holidays.between(date(2009, 1, 1), date(2100, 12, 31)) == dict(sorted(others.items()))


def test_only_those_of_the_days_that_are_asked_for_come_in_order() -> None:
    assert public_holidays.between(date(2026, 5, 1), date(2026, 5, 14)) == {
        date(2026, 5, 1): "Fête du Travail",
        date(2026, 5, 8): "Fête de la Victoire",
        date(2026, 5, 14): "Ascension",
    }
