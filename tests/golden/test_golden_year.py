"""The golden year: lived through the program, worked out apart from it, kept as a file, and some of it done by hand.

By hand, from the diary: 8 permanents on the 1st of each month, at 100 EUR from September to February and at 110 EUR
from March on; VAT of 20 % from January on; rent of 800 EUR from September to December, of 850 EUR from January on.
"""

import io
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from kiosk import home
from kiosk.books import accounting_files, annual_report
from kiosk.domain.books.annual import Annual
from kiosk.domain.space.scenario import Scenario
from kiosk.exports.books import annual_tables
from kiosk.home import Home
from kiosk.space import simulations
from kiosk.store import audit
from kiosk.store.kept_sums import Sums
from kiosk.store.space.policies import Rules
from tests.golden import living, reckoning
from tests.shared import once

KEPT = Path(__file__).with_name("year-2025-2026.json")
AFTERWARDS = datetime(2026, 9, 9, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    lived = once("golden", living.lived)
    with home.opened(Path(shutil.copytree(lived, tmp_path_factory.mktemp("golden") / "home"))) as opened:
        yield opened


@pytest.fixture(scope="module")
def year(golden: Home) -> Annual:
    rules = Rules(golden.config.zone)
    with golden.store.reading() as connection:
        _, moment = rules.at(connection, AFTERWARDS)
        return annual_report.report(connection, rules, annual_report.named(connection, "2025-2026", moment.day), moment)


@pytest.fixture(scope="module")
def figures(year: Annual) -> dict[str, Any]:
    return annual_tables.facts(year)


@pytest.fixture(scope="module")
def reckoned() -> dict[str, Any]:
    return reckoning.figures()


@pytest.fixture(scope="module")
def balances(golden: Home) -> Counter[str]:
    """By account, of the accounting file: debits less credits."""
    with golden.store.reading() as connection:
        extract = accounting_files.find(connection, accounting_files.ExtractRequest(year=2025))
    text = b"".join(accounting_files.stream(golden.store, extract, training=False)).decode("iso8859-15")
    header, *lines = (line.split("\t") for line in text.splitlines())
    found: Counter[str] = Counter()
    for line in lines:
        row = dict(zip(header, line, strict=True))
        debit, credit = (round(100 * float(row[side].replace(",", "."))) for side in ("Debit", "Credit"))
        found[row["CompteNum"]] += debit - credit
    return found


def test_every_figure_is_the_one_worked_out_apart(figures: dict[str, Any], reckoned: dict[str, Any]) -> None:
    assert figures.keys() == reckoned.keys()
    for table, found in figures.items():
        assert found == reckoned[table], table


def test_what_was_worked_out_is_what_is_kept(reckoned: dict[str, Any]) -> None:
    assert json.loads(KEPT.read_text("utf-8"))["figures"] == reckoned


def test_permanents_by_hand(figures: dict[str, Any]) -> None:
    """8 x 6 x 100.00 + 8 x 6 x 110.00; in 100.00 are 16.67 of VAT and in 110.00 are 18.33, from January on."""
    months = figures["income"]["permanent"]
    assert months["gross"] == 8 * 6 * 10000 + 8 * 6 * 11000 == 1008000
    assert months["vat"] == 8 * 2 * 1667 + 8 * 6 * 1833 == 114656
    assert months["income"] == 893344
    by_month = [figures["months"][month]["permanent"] for month in list(figures["months"])[:12]]
    assert by_month == [80000] * 4 + [8 * 8333] * 2 + [8 * 9167] * 6


def test_memberships_by_hand(figures: dict[str, Any]) -> None:
    """9 stay from before, 60 join at 5.00, 6 renew, 3 leave; of those of August 2 let theirs end."""
    assert figures["income"]["membership"]["income"] == (60 + 6) * 500
    people = {name: row["year"] for name, row in figures["members"].items()}
    assert (people["start"], people["joined"], people["left"], people["end"]) == (9, 60, 3, 66)
    assert people["renewed"] == 6
    assert people["valid"] == 66 - 2


def test_weeks_over_two_years_by_hand(figures: dict[str, Any]) -> None:
    """29 August to 4 September 2025, 20.00: 3 days of 7 are 8.57, 4 days are 11.43; 28 August to 3 September: the other
    way round, and taken back whole. In 2026 with VAT: 24.00 is 20.00 net; 5 of 7 days are 14.29, 4 of 7 are 11.43.
    """
    week = figures["income"]["week"]
    assert week["before"] == 857 + 1143
    released, taken_back = 1143 + 857, 2000
    assert week["earned"] == released
    assert week["gross"] == 3 * 2400 - taken_back
    assert week["ahead"] == (2000 - 1429) + (2000 - 1143) == figures["money"]["deferred"]["year"]
    assert figures["months"]["2026-05"]["week"] == 2000
    assert figures["months"]["2026-08"]["week"] == 1429 + 1143
    assert figures["months"]["2025-09"]["week"] == released - taken_back


def test_rent_and_what_covers_it_by_hand(figures: dict[str, Any]) -> None:
    summary = {name: row["year"] for name, row in figures["summary"].items()}
    assert summary["rent"] == 4 * 80000 + 8 * 85000 == 1000000
    assert summary["covered"] == round(summary["income"] / 1000)
    assert summary["received"] + summary["aside"] == figures["methods"]["total"]["total"]


def test_carnets_by_hand(figures: dict[str, Any]) -> None:
    """10 are sold and one is taken back; a day of 45.05 is worth 4.50, the odd cents are income at once."""
    carnets = figures["carnets"]
    assert (carnets["sold"]["carnets"], carnets["sold"]["days"]) == (9, 90)
    assert figures["income"]["carnet-10"]["income"] == carnets["expired"]["worth"] + 3 * 5
    before = 8  # of the carnet of August 2025: two days were used by then
    assert carnets["left"]["days"] == before + 90 - carnets["used"]["days"] - carnets["expired"]["days"]


def test_cash_by_hand(figures: dict[str, Any]) -> None:
    """2.00 missing, 1.50 too much; the 5.00 of July were counted wrongly, and taken back in August."""
    money = {name: row["year"] for name, row in figures["money"].items()}
    assert (money["counts"], money["missing"], money["surplus"]) == (4, 200, 150)


def test_gifts_by_hand(figures: dict[str, Any], balances: Counter[str]) -> None:
    """50.00 and 120.00; 25.00 were given and handed back the next day. No sale has them as income."""
    assert figures["money"]["given"] == {"year": 5000 + 12000, "before": 0}
    assert -balances["754"] == 5000 + 12000


def test_the_short_year_s_result_waits_and_is_voted_by_hand(figures: dict[str, Any], balances: Counter[str]) -> None:
    """What August 2025 made opens the year on 120, and leaves it in November: 100.00 to the reserves, the rest to 110.

    It made what its income was: nothing was written off, and the box was not counted.
    """
    made = figures["summary"]["income"]["before"]
    assert made > 10000
    assert balances["120"] == balances["129"] == 0
    assert balances["1068"] == -10000
    assert balances["110"] == 10000 - made


def test_income_is_that_of_the_accounting_file(figures: dict[str, Any], balances: Counter[str]) -> None:
    class_7 = -sum(
        cents for account, cents in balances.items() if account.startswith("7") and account not in ("754", "758")
    )
    assert class_7 == figures["income"]["total"]["income"]
    assert -balances["756"] == figures["income"]["membership"]["income"]
    assert -balances["44571"] == figures["income"]["total"]["vat"]


def test_what_is_open_is_that_of_the_accounting_file(figures: dict[str, Any], balances: Counter[str]) -> None:
    money = {name: row["year"] for name, row in figures["money"].items()}
    assert balances["411"] == money["owed"] - money["advance"]
    assert -balances["4191"] == money["prepaid"]
    assert -balances["487"] == money["deferred"]
    assert balances["654"] == money["written-off"]
    assert (balances["658"], -balances["758"]) == (money["missing"], money["surplus"])


def test_the_year_is_closed_and_its_closing_says_the_same(year: Annual) -> None:
    assert year.is_closed
    assert year.agrees


def test_the_short_year_before_has_a_report_of_its_own(golden: Home, reckoned: dict[str, Any]) -> None:
    rules = Rules(golden.config.zone)
    with golden.store.reading() as connection:
        _, moment = rules.at(connection, AFTERWARDS)
        before = annual_report.report(connection, rules, annual_report.named(connection, "2025", moment.day), moment)
    found = annual_tables.facts(before)
    for table in ("summary", "money", "occupancy", "members", "reduced"):
        wanted = {name: row["before"] for name, row in reckoned[table].items()}
        assert {name: row["year"] for name, row in found[table].items()} == wanted
    assert before.before is None


def test_the_chain_of_the_year_is_whole(golden: Home) -> None:
    with golden.store.reading() as connection:
        count, _ = audit.check_chain(connection, golden.seal)
        audit.check_sums(connection)
    assert count > 3000


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", ("Rapport annuel 2025-2026", "Clos", "8 933,44 €", "210,8 %", "caché", "Part du tarif réduit")),
        (
            "en",
            (
                "Annual report 2025-2026",
                "Closed",
                "€8,933.44",
                "210.8%",
                "hidden",
                "Share of paid days at the reduced tariff",
            ),
        ),
    ],
)
def test_the_report_is_a_few_pages_to_print(year: Annual, language: str, words: tuple[str, ...]) -> None:
    content = annual_tables.pdf(year, language, {"name": "Espace inventé"}, training=False)
    read = PdfReader(io.BytesIO(content))
    assert len(read.pages) <= 6
    text = " ".join(" ".join(page.extract_text() for page in read.pages).split())
    assert "Espace inventé" in text
    for word in words:
        assert word in text
    assert "ÉCOLE" not in text


def test_the_simulator_prices_the_year_under_its_own_rules_to_the_cent_of_the_ledger(golden: Home) -> None:
    with golden.store.reading() as connection:
        wanted = simulations.period(date(2025, 9, 1), date(2026, 8, 31), AFTERWARDS.date())
        sums = Sums(connection, AFTERWARDS.date())
        (found,) = simulations.play(sums, wanted, [Scenario()], golden.config.zone)
        standing = connection.exec_driver_sql(
            "SELECT sum(amount_cents) FROM entry AS e WHERE kind = 'charge'"
            " AND day_on BETWEEN '2025-09-01' AND '2026-08-31'"
            " AND NOT EXISTS (SELECT 1 FROM entry AS r WHERE r.reverses = e.number)"
        ).scalar()
    assert found.before_cents == found.after_cents == standing
    assert found.unlike == 0
