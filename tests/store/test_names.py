"""What is sold is called in as many languages as the association writes, by rows that are never changed."""

import shutil
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from kiosk import home
from kiosk.exports.books import receipt_words
from kiosk.language import catalogues
from kiosk.language.names import Names
from kiosk.store import name_rows
from kiosk.store.money import charged
from kiosk.store.space import rule_rows, wording_rows

from .place import Place, morning

WEDNESDAY = date(2026, 11, 25)


def test_each_thing_has_its_names_by_language_the_first_one_first(place: Place) -> None:
    with place.store.writing() as connection:
        assert name_rows.products(connection)["day"] == Names({"fr": "Journée", "en": "Day pass"})
        assert list(name_rows.zones(connection)) == ["comfort", "free-corner"]
        assert [names.to("fr") for names in name_rows.plans(connection).values()] == [
            "Coin gratuit",
            "Itinérant",
            "Permanent",
        ]
        rule_rows.name_product(connection, "day", Names({"nl": "Dagkaart"}), WEDNESDAY)
        found = name_rows.products(connection)
    assert dict(found["day"].by_language) == {"fr": "Journée", "en": "Day pass", "nl": "Dagkaart"}
    assert next(iter(found)) == "membership"


def test_a_new_name_is_a_new_row_from_its_day_on_and_a_first_one_holds_always(place: Place) -> None:
    with place.store.writing() as connection:
        rule_rows.name_product(connection, "day", Names({"fr": "Jour", "en": "Day pass", "nl": "Dag"}), WEDNESDAY)
        rule_rows.name_product(connection, "day", Names({"fr": "Jour", "en": "Day pass", "nl": "Dag"}), WEDNESDAY)
        rows = connection.exec_driver_sql(
            "SELECT language, from_on, text FROM name WHERE kind = 'product' AND code = 'day' ORDER BY id"
        ).all()
        assert name_rows.products(connection)["day"].to("fr") == "Jour"
    assert rows == [
        ("fr", "0001-01-01", "Journée"),
        ("en", "0001-01-01", "Day pass"),
        ("fr", "2026-11-25", "Jour"),
        ("nl", "0001-01-01", "Dag"),
    ]


def test_an_empty_name_takes_a_language_back_and_a_nameless_thing_is_called_by_its_code(place: Place) -> None:
    place.write("INSERT INTO product (code, kind, unit) VALUES ('half', 'day', 'half-day')")
    with place.store.writing() as connection:
        rule_rows.name_product(connection, "day", Names({"fr": "Journée", "en": ""}), WEDNESDAY)
        found = name_rows.products(connection)
    assert dict(found["day"].by_language) == {"fr": "Journée"}
    assert found["half"].to("en") == "half"


def test_names_of_a_kind_are_read_in_one_statement(place: Place) -> None:
    statements: list[str] = []
    with place.store.reading() as connection:
        sa.event.listen(connection, "before_cursor_execute", lambda *said: statements.append(said[2]))
        name_rows.products(connection)
    assert len(statements) == 1


def test_own_words_are_rows_by_language_and_what_is_left_out_is_taken_back(place: Place) -> None:
    at = morning(WEDNESDAY)
    with place.store.writing() as connection:
        wording_rows.add(connection, "closed", Names({"fr": "Fermé", "en": "Shut", "nl": "Dicht"}), at, "nadia")
        assert wording_rows.current(connection)["closed"].to("nl") == "Dicht"
        wording_rows.add(connection, "closed", Names({"fr": "C’est fermé"}), at, "nadia")
        assert wording_rows.current(connection) == {"closed": Names({"fr": "C’est fermé"})}
        wording_rows.add(connection, "closed", Names({}), at, "nadia")
        assert wording_rows.current(connection) == {}
        assert not wording_rows.newest(connection, ("closed",))["closed"].words


def test_a_document_s_lines_say_what_was_sold_in_each_language_that_is_offered(place: Place) -> None:
    place.join()
    place.tap(morning(WEDNESDAY))
    with place.store.writing() as connection:
        rule_rows.name_product(connection, "day", Names({"nl": "Dagkaart"}), WEDNESDAY)
        fee, day = charged.lines(connection, [1, 2])
        assert (fee["label"], day["label"]) == (
            {"fr": "Adhésion", "en": "Membership", "nl": "Adhésion"},
            {"fr": "Journée", "en": "Day pass", "nl": "Dagkaart"},
        )
    assert receipt_words.label(day, "nl") == "Dagkaart"


def test_the_home_that_is_opened_has_its_language_stand_in(new_home: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(new_home, tmp_path / "home"))
    settings = root / "kiosk.toml"
    settings.write_text(settings.read_text("utf-8").replace('language = "fr"', 'language = "en"'), "utf-8")
    before = catalogues.settled()
    try:
        with home.opened(root) as opened, opened.store.reading() as connection:
            assert name_rows.products(connection)["day"].to("nl") == "Day pass"
    finally:
        catalogues.settle(before)
