"""What is wrong goes to the desk: a day without a tap, a line of one's account."""

import pytest

from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.language.texts import NO_BREAK, spoken
from kiosk.money.corrections import Corrections
from kiosk.selfservice.error_report import DaysSheet
from kiosk.store.space.policies import Rules
from tests.conftest import Space
from tests.selfservice.self_service import Visit, is_well

INES, KARIM = "04A2000000E511", "04A1B2C3D4E501"


@pytest.fixture
def ines(space: Space) -> int:
    """She joined ten days ago and came on the day before yesterday."""
    space.clock.advance(days=-10)
    number = space.join("Inès Moreau", INES)
    space.clock.advance(days=8)
    space.tap(INES)
    space.clock.advance(days=2)
    return number


def asked(space: Space) -> list[tuple[object, ...]]:
    return space.sql("SELECT kind, day_on, entry_number, state FROM correction ORDER BY id")


def at_reporting(space: Space, act: Act, uid: str = INES) -> Visit:
    visit = Visit(space, uid)
    visit.pick(Act.PAY)
    return visit if visit.pick(Act.REPORT).kind is CardKind.WRONG and act is Act.WRONG else _beside(visit, act)


def _beside(visit: Visit, act: Act) -> Visit:
    """The page to which a button beside the lines leads."""
    visit.pick(act)
    return visit


def test_a_forgotten_day_goes_to_the_desk(space: Space, ines: int) -> None:
    visit = at_reporting(space, Act.FORGOTTEN)
    days = [f"2026-11-{day}" for day in (24, 22, 21, 20, 19, 18)]
    assert visit.values[Act.FORGOT] == days
    assert isinstance(visit.card.sheet, DaysSheet)
    assert [str(day) for day in visit.card.sheet.counted] == ["2026-11-23"]
    before = space.owes(ines)
    assert visit.pick(Act.FORGOT, "2026-11-24").kind is CardKind.REPORTED
    assert asked(space) == [("forgotten", "2026-11-24", None, "open")]
    assert space.owes(ines) == before
    visit.touch(Act.FORGOT, "2026-11-24")
    assert len(asked(space)) == 1
    visit.pick(Act.REPORT)
    visit.pick(Act.FORGOTTEN)
    assert "2026-11-24" not in visit.values[Act.FORGOT]
    home = space.home
    Corrections(store=home.store, rules=Rules(home.config.zone), seal=home.seal, clock=space.clock, actor="cli").accept(
        1
    )
    assert space.owes(ines) == before + 500
    is_well(space)


@pytest.mark.parametrize("value", ["2026-11-23", "2026-11-17", "2026-11-26", "2026-11-25"])
def test_what_cannot_be_forgotten_is_not_passed_on(space: Space, ines: int, value: str) -> None:
    visit = at_reporting(space, Act.FORGOTTEN)
    assert visit.touch(Act.FORGOT, value).kind is CardKind.NOT_REPORTED
    assert asked(space) == []


@pytest.mark.parametrize("value", ["", "yesterday", "2026-13-45"])
def test_what_is_no_day_changes_nothing(space: Space, ines: int, value: str) -> None:
    visit = at_reporting(space, Act.FORGOTTEN)
    assert visit.touch(Act.FORGOT, value).kind is CardKind.FORGOTTEN
    assert asked(space) == []


def test_who_joined_today_forgot_nothing(space: Space) -> None:
    space.join("Karim Benali", KARIM, "permanent")
    visit = at_reporting(space, Act.FORGOTTEN, KARIM)
    assert visit.card.sheet == DaysSheet((), (), is_empty=True)


def test_a_wrong_line_goes_to_the_desk(space: Space, ines: int) -> None:
    visit = at_reporting(space, Act.WRONG)
    entries = visit.values[Act.WRONG_LINE]
    assert len(entries) == 3  # the membership, two days
    assert visit.pick(Act.WRONG_LINE, entries[0]).kind is CardKind.REPORTED
    visit.touch(Act.WRONG_LINE, entries[0])
    assert asked(space) == [("error", "2026-11-25", int(entries[0]), "open")]
    is_well(space)


def test_a_line_that_was_taken_back_is_not_offered(space: Space, ines: int) -> None:
    entry = space.till.pay(ines, 500, "cash")
    assert str(entry) in at_reporting(space, Act.WRONG).values[Act.WRONG_LINE]
    by = space.till.reverse(entry, "mauvaise personne")
    found = at_reporting(space, Act.WRONG).values[Act.WRONG_LINE]
    assert not {str(entry), str(by)} & {*found}


def test_cash_that_is_declared_is_named_with_its_sum(space: Space, ines: int) -> None:
    visit = Visit(space, INES)
    for act, value in ((Act.PAY, ""), (Act.CASH, ""), (Act.DECLARE, "1000")):
        visit.pick(act, value)
    visit = at_reporting(space, Act.WRONG)
    said = spoken(visit.card.options[0].said, "fr").replace(NO_BREAK, " ")
    assert said == "mer. 25 nov. Espèces · 10 €"


def test_ten_lines_are_shown_five_at_a_time(space: Space, ines: int) -> None:
    for _ in range(12):
        space.till.pay(ines, 100, "cash")
    visit = at_reporting(space, Act.WRONG)
    first = visit.values[Act.WRONG_LINE]
    visit.pick(Act.WRONG, "older")
    older = visit.values[Act.WRONG_LINE]
    assert (len(first), len(older), len({*first, *older})) == (5, 5, 10)
    visit.pick(Act.WRONG)
    assert visit.values[Act.WRONG_LINE] == first


def test_nobody_reports_another_s_line(space: Space, ines: int) -> None:
    other = space.till.pay(space.join("Karim Benali", KARIM, "permanent"), 500, "cash")
    visit = at_reporting(space, Act.WRONG)
    for value in (str(other), "999999"):
        assert visit.touch(Act.WRONG_LINE, value).kind is CardKind.NOT_REPORTED
    assert visit.touch(Act.WRONG_LINE, "²").kind is CardKind.WRONG
    assert asked(space) == []
