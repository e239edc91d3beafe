"""A training that is paid before the fiscal year ends and held after it: whose income it is, told by hand."""

from datetime import UTC, date, datetime

import pytest

from kiosk.books import accounting_files, annual_report
from kiosk.books.accounting_files import ExtractRequest
from kiosk.books.closing import Closings
from kiosk.domain.books.annual import Annual
from kiosk.domain.books.closings import Period
from kiosk.exports.books import annual_tables
from tests.conftest import Space
from tests.events.happenings import Happenings

DEADLINE = datetime(2026, 12, 20, 22, tzinfo=UTC)
STARTS, ENDS = datetime(2027, 1, 14, 17, tzinfo=UTC), datetime(2027, 1, 14, 20, tzinfo=UTC)
INCOME = ("487", "706", "7083")


@pytest.fixture
def paid(space: Space) -> Happenings:
    """Six seats at 30,00 EUR, a fifth of it for the rent, charged on 20 December for 14 January."""
    space.rule("association", '{"name": "La Coroutine", "siren": "732829320"}')
    told = Happenings(space)
    training = told.propose()
    told.open(training, starts_at=STARTS, ends_at=ENDS, deadline_at=DEADLINE)
    for number in told.people(6):
        told.planning.join(training, number)
    [decision] = told.pass_until(DEADLINE).decided
    assert decision.charged == 6
    return told


def until(told: Happenings, at: datetime) -> None:
    """Let the days go by and be closed, with the year that ends among them."""
    told.space.clock.set(at)
    home = told.space.home
    parts = {"store": home.store, "rules": told.rules, "seal": home.seal, "clock": told.space.clock}
    closings = Closings(**parts, actor="cli")  # type: ignore[arg-type]
    closings.close_days()
    if at.year == 2027:
        for month in (11, 12):
            closings.close(Period.MONTH, date(2026, month, 1))
        closings.close(Period.YEAR, date(2026, 12, 1))


def report(told: Happenings, year: str) -> Annual:
    with told.space.home.store.reading() as connection:
        _, moment = told.rules.at(connection, told.space.clock.now())
        return annual_report.report(connection, told.rules, annual_report.named(connection, year, moment.day), moment)


def balances(told: Happenings, year: int) -> dict[str, int]:
    """What a year's file has on the accounts of income and of what waits for it: credit less debit."""
    with told.space.home.store.reading() as connection:
        extract = accounting_files.find(connection, ExtractRequest(year=year))
    found = dict.fromkeys(INCOME, 0)
    text = b"".join(accounting_files.stream(told.space.home.store, extract, training=False)).decode("iso8859-15")
    header, *rows = (line.split("\t") for line in text.splitlines())
    for row in (dict(zip(header, each, strict=True)) for each in rows):
        number = row["CompteNum"]
        if number in found and ("Formation" in row["EcritureLib"] or "constatés" in row["EcritureLib"]):
            found[number] += int(row["Credit"].replace(",", "")) - int(row["Debit"].replace(",", ""))
    return found


def test_what_is_paid_in_december_for_january_is_income_of_january(paid: Happenings) -> None:
    until(paid, datetime(2027, 1, 5, 9, tzinfo=UTC))
    # By hand: 6 x 30,00 = 180,00 wait at the end of 2026; then 6 x 24,00 = 144,00 are the training's, 36,00 the rent's.
    assert balances(paid, 2026) == {"487": 18000, "706": 0, "7083": 0}
    assert balances(paid, 2027) == {"487": -18000, "706": 14400, "7083": 3600}
    then, now = report(paid, "2026"), report(paid, "2027")
    assert (then.income.deferred_cents, then.income.products["training"].income) == (18000, 0)
    assert (now.income.deferred_cents, now.income.products["training"].income) == (0, 18000)
    assert annual_tables.facts(then)["money"]["deferred"]["year"] == 18000
    assert then.agrees


def test_cancelled_in_the_new_year_it_is_nobody_s_income(paid: Happenings) -> None:
    until(paid, datetime(2027, 1, 5, 9, tzinfo=UTC))
    paid.planning.cancel(1, "l’animatrice est malade")
    paid.space.clock.set(datetime(2027, 1, 7, 9, tzinfo=UTC))
    until_days = Closings(
        store=paid.space.home.store, rules=paid.rules, seal=paid.space.home.seal, clock=paid.space.clock, actor="cli"
    )
    until_days.close_days()
    assert balances(paid, 2027) == {"487": -18000, "706": 0, "7083": 0}
    assert report(paid, "2027").income.products["training"].income == 0
