"""The annual report of a small space: what is provisional, hidden, compared, left out. The golden year has the rest."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from kiosk.books import annual_report, attestation
from kiosk.books.closing import Closings
from kiosk.domain.books.annual import Annual, Income, agrees, months_of, share
from kiosk.domain.books.closings import Period
from kiosk.domain.books.fiscal import FiscalYear
from kiosk.errors import AnswerIsNo
from kiosk.exports.books import annual_tables, annual_words, attestation_text
from kiosk.exports.books.attestation_text import Attestation
from kiosk.store import ledger
from kiosk.store.ledger import Draft
from kiosk.store.members import members
from kiosk.store.money import rights
from kiosk.store.space.policies import Rules
from tests.conftest import Space

INES, KARIM = "04A2000000E511", "04A1B2C3D4E501"


def report(space: Space, name: str = "2026") -> Annual:
    rules = Rules(space.home.config.zone)
    with space.home.store.reading() as connection:
        _, moment = rules.at(connection, space.clock.now())
        return annual_report.report(connection, rules, annual_report.named(connection, name, moment.day), moment)


def cells(found: Annual, table: str) -> dict[str, int | str | None]:
    return {row: columns["year"] for row, columns in annual_tables.facts(found)[table].items()}


@pytest.fixture
def lived(space: Space) -> Iterator[Space]:
    """An itinerant and a permanent, three days, a payment."""
    space.rule("rent_cents", "80000")
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM, "permanent")
    for _ in range(3):
        space.tap(INES)
        space.tap(KARIM)
        space.clock.advance(days=1)
    space.till.pay(1, 1000, "cash")
    yield space


def test_an_empty_space_has_no_year_to_tell_of(space: Space) -> None:
    with space.home.store.reading() as connection:
        assert annual_report.years(connection, date(2026, 11, 25)) == []
        with pytest.raises(AnswerIsNo) as told:
            annual_report.named(connection, "2026", date(2026, 11, 25))
    assert told.value.code == "nothing-found"


def test_a_year_that_goes_on_is_provisional_and_told_until_today(lived: Space) -> None:
    found = report(lived)
    assert (found.is_closed, found.agrees, found.until_on) == (False, None, date(2026, 11, 28))
    assert annual_words.state(found, "fr") == "Provisoire"
    summary = cells(found, "summary")
    assert (summary["income"], summary["received"], summary["visits"], summary["came"]) == (12500, 1000, 6, 2)
    assert summary["rent"] == 80000  # November's alone: the books know no earlier month
    assert cells(found, "money")["owed"] == 2 * 500 + 3 * 500 + 10000 - 1000


def test_a_closed_year_says_what_its_closing_says_and_what_is_dated_later_changes_nothing(lived: Space) -> None:
    before = annual_tables.facts(report(lived))
    lived.clock.set(datetime(2027, 1, 4, 9, tzinfo=UTC))
    rules = Rules(lived.home.config.zone)
    closings = Closings(store=lived.home.store, rules=rules, seal=lived.home.seal, clock=lived.clock, actor="cli")
    closings.close_days()
    for month in (11, 12):
        closings.close(Period.MONTH, date(2026, month, 1))
    closings.close(Period.YEAR, date(2026, 12, 1))
    lived.till.reverse(1, "vendue par erreur")
    lived.till.pay(2, 5000, "card")
    found = report(lived)
    assert (found.is_closed, found.agrees) == (True, True)
    assert annual_words.told(found, "fr").endswith("les sommes sont celles de son écriture de clôture.")
    after = annual_tables.facts(found)
    assert after["months"].pop("2026-12") == {"day": 0, "membership": 0, "permanent": 0, "total": 0}
    assert {*after["days"].pop("2026-12").values()} == {0}
    changed = {"until", "closed", "agrees", "summary", "members", "methods"}  # December has a rent too
    assert {table for table in before if before[table] != after[table]} == changed
    assert after["money"]["owed"] == before["money"]["owed"]
    with lived.home.store.reading() as connection:
        assert [year.name for year in annual_report.years(connection, date(2027, 1, 4))] == ["2027", "2026"]


def test_sums_that_differ_from_the_closing_are_told() -> None:
    closing = {"products": {"day": 500}, "methods": {"cash": 500, "card": 0}, "vat": {"0": [500, 0]}}
    found = _income(500)
    assert agrees(found, {"2026-11": {"cash": 500}}, closing)
    assert not agrees(_income(501), {"2026-11": {"cash": 500}}, closing)
    assert not agrees(found, {"2026-11": {"cash": 499}}, closing)
    assert not agrees(found, {"2026-11": {"cash": 500}}, {**closing, "vat": {"2000": [417, 83]}})


def _income(gross: int) -> Income:
    found = Income()
    found.products["day"].gross = gross
    return found


@pytest.mark.promise(6)
def test_who_pays_less_is_hidden_where_they_are_few(lived: Space) -> None:
    with lived.home.store.writing() as connection:
        found = members.by_number(connection, 1)
        members.grant_reduced(connection, found, "reduced", date(2026, 11, 28), date(2026, 12, 31))
    lived.tap(INES)
    found_year = report(lived)
    assert cells(found_year, "reduced") == dict.fromkeys(("days", "of", "share", "people"), "hidden")
    assert cells(found_year, "summary")["reduced"] == "hidden"
    assert "reduced" not in str(annual_tables.facts(found_year)["days"])
    assert "2,5" not in annual_tables.html(found_year, "fr", {}, training=False).partition("<h2>Tarif réduit")[2]


def test_a_carnet_sold_before_its_worth_stood_in_the_entry_counts_by_its_own_row(lived: Space) -> None:
    with lived.home.store.writing() as connection:
        policy, moment = Rules(lived.home.config.zone).at(connection, lived.clock.now())
        found = members.by_number(connection, 1)
        draft = Draft(
            kind="charge",
            day_on=moment.day,
            group=bytes(16),
            actor="cli",
            amount_cents=4500,
            account=found.account,
            member_number=1,
            detail={"product": "carnet-10", "quantity": 1, "tariff": "full", "unit_cents": 4500},
        )
        for _ in range(2):
            entry = ledger.append(connection, lived.home.seal, draft, moment.at)
            rights.add_carnet(
                connection,
                found.id,
                policy.products["carnet-10"].id,
                days=10,
                value_cents=450,
                from_on=moment.day,
                expires_on=None,
                entry_number=entry,
            )
    lived.till.reverse(entry, "un de trop")
    lived.tap(INES)
    found_year = report(lived)
    assert found_year.income.products["carnet-10"].ahead == 4500
    assert found_year.income.carnets.sold == 1
    assert found_year.money.left == (9, 0, 0, 4050)
    assert cells(found_year, "summary")["income"] == 12500 + 450


def test_guests_are_counted_apart_and_fill_the_space(lived: Space) -> None:
    with lived.home.store.writing() as connection:
        connection.exec_driver_sql(
            'INSERT INTO visit (tap_id, member_id, day_on, zone_id, "right", part, host_visit_id, ordinal)'
            " VALUES (?, NULL, '2026-11-25', 1, 'full', 'day', 1, 1)",
            (bytes(15) + b"g",),
        )
    occupancy = cells(report(lived), "occupancy")
    assert (occupancy["open"], occupancy["guests"], occupancy["busiest"], occupancy["mean"]) == (3, 1, 3, 23)
    assert (occupancy["places"], occupancy["rate"]) == (None, None)
    assert cells(report(lived), "summary")["visits"] == 6


def test_who_leaves_has_left_and_who_joins_again_has_not(lived: Space) -> None:
    lived.enrolment.leave(1)
    people = cells(report(lived), "members")
    assert (people["start"], people["joined"], people["left"], people["end"]) == (0, 2, 1, 1)
    assert people["valid"] == 1
    lived.clock.advance(days=2)
    lived.enrolment.come_back(1)
    assert cells(report(lived), "members")["left"] == 0


def test_a_year_has_as_many_months_as_it_has() -> None:
    assert months_of(FiscalYear(date(2025, 9, 1), date(2026, 8, 31)))[::11] == ("2025-09", "2026-08")
    assert months_of(FiscalYear(date(2026, 1, 1), date(2026, 2, 28))) == ("2026-01", "2026-02")


@pytest.mark.parametrize(
    ("part", "whole", "found"), [(1, 3, 333), (2, 3, 667), (1, 2000, 1), (0, 5, 0), (7, 5, 1400), (1, 0, None)]
)
def test_a_share_is_in_thousandths(part: int, whole: int, found: int | None) -> None:
    assert share(part, whole) == found


def attested(space: Space, *, anyway: bool = False) -> Attestation:
    rules = Rules(space.home.config.zone)
    with space.home.store.reading() as connection:
        _, moment = rules.at(connection, space.clock.now())
        return attestation.attestation(connection, rules, moment, training=False, anyway=anyway)


def test_the_till_law_asks_nothing_of_a_space_that_collects_no_vat(space: Space) -> None:
    for status in (None, '"franchise"'):
        if status is not None:
            space.rule("vat_status", status)
        with pytest.raises(AnswerIsNo) as told:
            attested(space)
        assert told.value.code == "no-vat"
    assert attested(space, anyway=True).version


def test_the_attestation_names_version_conditions_and_both_who_sign(space: Space) -> None:
    space.rule("vat_status", '"liable"')
    space.rule("association", '{"name": "Espace inventé", "siren": "732829320"}')
    found = attested(space)
    text = attestation_text.text(found).replace("\u00a0", " ")
    for word in ("286", "inaltérabilité", "sécurisation", "conservation", "archivage", "VOLET 1", "VOLET 2"):
        assert word.lower() in text.lower()
    assert f"version n° {found.version}, satisfont aux conditions" in text
    assert f"racine suivante : {found.root}, et que les versions mineures" in text
    assert "version du 25 mars 2026" in text
    for words in (
        "mis sur le marché à compter de la date",
        "Le périmètre couvert",
        "ne sont pas couvertes",
        "acquis ou téléchargé le",
    ):
        assert words in text
    assert text.count("45 000 € d’amende") == 2
    assert found.fingerprint in text
    assert "Espace inventé" in text
    assert "732829320" in text
    assert "devient l’éditeur" in text


@pytest.mark.parametrize(("version", "root"), [("0.1.0", "0.1"), ("0.12.3", "0.12"), ("1.4.2", "1"), ("12.0.1", "12")])
def test_a_major_version_has_a_root(version: str, root: str) -> None:
    assert attestation.root(version) == root


def test_the_fingerprint_is_of_the_code_that_runs(lived: Space) -> None:
    assert attestation.fingerprint() == attestation.fingerprint()
    assert len(attestation.fingerprint()) == 16
    assert lived.clock.now() > datetime(2026, 11, 25, tzinfo=UTC) + timedelta(days=2)
