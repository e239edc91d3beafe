"""A year's result waits in 120 or 129 for the assembly's vote; another program's balances come in once."""

import io
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kiosk.books import accounting_files
from kiosk.books.accounting_files import ExtractRequest
from kiosk.books.closing import Closings
from kiosk.books.results import Results
from kiosk.domain.books import trial_balance
from kiosk.domain.books.accounts import DEFAULTS, Account
from kiosk.domain.books.carry_over import CarryOver
from kiosk.domain.books.closings import Period
from kiosk.domain.chain import Json
from kiosk.errors import AnswerIsNo, RequestError
from kiosk.space.rule_change import RuleChange
from kiosk.space.rules import Rulebook
from kiosk.store import audit
from kiosk.store.money import cash_rows
from kiosk.store.space.policies import Rules
from tests.beside import unguarded
from tests.books import closed_year
from tests.conftest import Space

MADE = 2 * 500 + 5 * 500 + 5 * 450  # memberships, five days, five days of a carnet
YEAR, VOTED = date(2027, 1, 1), date(2027, 1, 11)
BALANCE = trial_balance.read(
    "Compte;Libellé;Débit;Crédit\n530;Caisse;80,00;\n512;Banque;1000,00;\n119;Report à nouveau;20,00;\n"
    "120;Résultat;;300,00\n1068;Réserves;;800,00\n".encode()
)


@pytest.fixture
def space(template: Path, tmp_path: Path) -> Iterator[Space]:
    with closed_year.some_days_later(template, tmp_path, 1) as lived:
        yield lived


def results(space: Space) -> Results:
    return Results(
        store=space.home.store,
        rules=Rules(space.home.config.zone),
        seal=space.home.seal,
        clock=space.clock,
        actor="cli",
    )


def fec(space: Space, on: date) -> list[dict[str, str]]:
    with space.home.store.reading() as connection:
        found = accounting_files.find(connection, ExtractRequest(from_on=on))
    text = b"".join(accounting_files.stream(space.home.store, found, training=False))
    header, *lines = (line.split("\t") for line in io.StringIO(text.decode("iso8859-15")).read().splitlines())
    return [dict(zip(header, line, strict=True)) for line in lines]


def held(lines: list[dict[str, str]]) -> Counter[str]:
    """What each account holds after some lines, in cents, debit more than 0."""
    found: Counter[str] = Counter()
    for line in lines:
        sums = [round(100 * float(line[side].replace(",", "."))) for side in ("Debit", "Credit")]
        found[line["CompteNum"]] += sums[0] - sums[1]
    return Counter({account: cents for account, cents in found.items() if cents})


def opened_with(space: Space, on: date) -> Counter[str]:
    lines = fec(space, on)
    return held([line for line in lines if line["PieceRef"].startswith("AN")])


def test_a_surplus_waits_in_120_until_the_vote_sends_it_on(space: Space) -> None:
    assert opened_with(space, YEAR)["120"] == -MADE
    assert "110" not in opened_with(space, YEAR)
    (year,) = results(space).years()
    assert (year.name, year.cents, year.waits) == ("2026", MADE, True)
    done = results(space).vote("2026", {"brought-forward": MADE - 2000, "reserves": 2000}, VOTED)
    assert results(space).years()[0].vote is not None
    space.clock.advance(days=1)
    closed_year.close_days(space)
    lines = [line for line in fec(space, YEAR) if line["PieceRef"] == str(done.entry)]
    assert held(lines) == Counter({"120": MADE, "110": 2000 - MADE, "1068": -2000})
    assert {line["JournalCode"] for line in lines} == {"OD"}
    assert {line["EcritureLib"] for line in lines} == {"Affectation du résultat 2026, assemblée du 11/01/2027"}


def close_a_short_year(space: Space) -> None:
    """Fiscal years begin in February from now on: the one that began in January ends with it, and is closed."""
    rulebook = Rulebook(store=space.home.store, rules=Rules(space.home.config.zone), clock=space.clock, actor="cli")
    rulebook.set_rule(RuleChange("fiscal_year_month", 2, space.clock.now().date()))
    space.clock.set(datetime(2027, 2, 2, 9, tzinfo=UTC))
    closed_year.close_days(space)
    closed_year.closings(space).close(Period.MONTH, date(2027, 1, 1))
    closed_year.closings(space).close(Period.YEAR, date(2027, 1, 1))


def test_the_year_after_a_vote_begins_without_what_was_sent_on(space: Space) -> None:
    """The year in which the vote was entered made nothing; what was voted is where it was sent."""
    results(space).vote("2026", {"brought-forward": MADE}, VOTED)
    close_a_short_year(space)
    began = opened_with(space, date(2027, 2, 1))
    assert began["110"] == -MADE
    assert "120" not in began
    latest, before = results(space).years()
    assert (latest.until_on, latest.cents, latest.waits) == (date(2027, 1, 31), 0, False)
    assert before.vote is not None


def test_a_year_closed_before_results_waited_keeps_what_it_began_with(
    space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its closing says no result and all of 2026 is in 110: so its file stays, and there is nothing to vote on."""
    end_year, begins = CarryOver.end_year, Closings._begins

    def in_one_account(self: CarryOver, _surplus: Account, _deficit: Account) -> None:
        end_year(self, DEFAULTS["brought-forward"], DEFAULTS["brought-forward"])

    def without_a_result(self: Closings, day: date) -> dict[str, Json]:
        return {name: said for name, said in begins(self, day).items() if name != accounting_files.RESULT}

    monkeypatch.setattr(CarryOver, "end_year", in_one_account)
    monkeypatch.setattr(Closings, "_begins", without_a_result)
    close_a_short_year(space)
    before = fec(space, date(2027, 1, 1))
    monkeypatch.undo()
    assert fec(space, date(2027, 1, 1)) == before
    assert opened_with(space, date(2027, 1, 1))["110"] == -MADE
    assert [each.is_brought_forward for each in results(space).years()] == [False, True]
    with pytest.raises(RequestError) as refused:
        results(space).vote("2026", {"reserves": MADE}, VOTED)
    assert refused.value.code == "no-result"


@pytest.mark.parametrize(
    ("parts", "voted_on", "year", "code"),
    [
        ({"brought-forward": MADE - 1}, VOTED, "2026", "vote-parts"),
        ({"brought-forward": MADE + 5, "reserves": -5}, VOTED, "2026", "vote-parts"),
        ({}, VOTED, "2026", "vote-parts"),
        ({"bank": MADE}, VOTED, "2026", "vote-parts"),
        ({"brought-forward": MADE}, date(2026, 12, 31), "2026", "vote-day"),
        ({"brought-forward": MADE}, date(2027, 2, 1), "2026", "vote-day"),
        ({"brought-forward": MADE}, VOTED, "2027", "no-result"),
    ],
)
def test_a_vote_is_on_all_of_a_closed_years_result(
    space: Space, parts: dict[str, int], voted_on: date, year: str, code: str
) -> None:
    with pytest.raises(RequestError) as refused:
        results(space).vote(year, parts, voted_on)
    assert refused.value.code == code


def test_a_vote_is_entered_once_and_again_where_it_was_taken_back(space: Space) -> None:
    key = bytes(range(16))
    first = results(space).vote("2026", {"reserves": MADE}, VOTED, key=key)
    assert results(space).vote("2026", {"reserves": MADE}, VOTED, key=key).again
    with pytest.raises(RequestError) as refused:
        results(space).vote("2026", {"brought-forward": MADE}, VOTED)
    assert refused.value.code == "voted-already"
    space.till.reverse(first.entry, "mauvais compte")
    assert results(space).years()[0].waits
    results(space).vote("2026", {"brought-forward": MADE}, VOTED)
    with space.home.store.reading() as connection:
        audit.check_sums(connection)


def test_balances_of_another_program_come_in_once_balance_and_are_in_the_file(space: Space) -> None:
    with space.home.store.reading() as connection:
        before = cash_rows.content(connection)
    done = results(space).take_over(BALANCE, date(2026, 11, 24))
    with space.home.store.reading() as connection:
        assert cash_rows.content(connection) == before + 8000
    with pytest.raises(RequestError) as refused:
        results(space).take_over(BALANCE, date(2026, 11, 24))
    assert refused.value.code == "opening-there"
    space.clock.advance(days=1)
    closed_year.close_days(space)
    lines = fec(space, YEAR)
    own = [line for line in lines if line["PieceRef"] == str(done.entry)]
    assert held(own) == Counter({"530": 8000, "512": 100000, "119": 2000, "120": -30000, "1068": -80000})
    assert {(line["JournalCode"], line["EcritureLib"]) for line in own} == {
        ("AN", "Soldes repris d'un autre logiciel, au 24/11/2026")
    }
    assert sum(held(lines).values()) == 0


def test_a_result_that_came_with_the_balances_can_be_voted_on(space: Space) -> None:
    results(space).take_over(BALANCE, date(2026, 11, 24))
    assert [(each.cents, each.until_on) for each in results(space).years()] == [
        (MADE, date(2026, 12, 31)),
        (30000, date(2026, 11, 24)),
    ]


def test_balances_taken_back_may_come_again_and_leave_the_box_as_it_was(space: Space) -> None:
    with space.home.store.reading() as connection:
        before = cash_rows.content(connection)
    done = results(space).take_over(BALANCE, date(2026, 11, 24))
    space.till.reverse(done.entry, "mauvais fichier")
    with space.home.store.reading() as connection:
        assert cash_rows.content(connection) == before
    results(space).take_over(BALANCE, date(2026, 11, 24))
    with pytest.raises(RequestError) as refused:
        results(space).take_over(BALANCE, date(2027, 5, 1))
    assert refused.value.code == "opening-there"


@pytest.mark.parametrize(
    ("detail", "says"),
    [
        ('{"balance_on":"2026-11-24","lines":[["530","Caisse",100]],"cash":100}', "do not balance"),
        ('{"year":"2026","until":"2026-12-31","voted_on":"2027-01-11","cents":9,"parts":{"reserves":8}}', "parts"),
    ],
)
def test_verify_names_balances_and_votes_that_do_not_add_up(space: Space, detail: str, says: str) -> None:
    kind = "opening" if "lines" in detail else "appropriation"
    if kind == "opening":
        results(space).take_over(BALANCE, date(2026, 11, 24))
    else:
        results(space).vote("2026", {"reserves": MADE}, VOTED)
    with unguarded(space.home) as raw:
        raw.execute("UPDATE entry SET detail = ? WHERE kind = ?", (detail, kind))
    with space.home.store.reading() as connection, pytest.raises(AnswerIsNo) as wrong:
        audit.check_sums(connection)
    assert says in str(wrong.value)
