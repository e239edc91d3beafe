"""What people owed in the program of before: an entry a member, as old as it is, neither charged nor earned."""

from datetime import UTC, date, datetime

import pytest

from kiosk.books import accounting_files
from kiosk.books.accounting_files import ExtractRequest
from kiosk.books.results import MemberOpenings, Results
from kiosk.domain.books import member_openings, trial_balance
from kiosk.domain.books.member_openings import MemberOpening
from kiosk.domain.money.tabs import Ages
from kiosk.domain.problems import Problem
from kiosk.errors import RequestError
from kiosk.store import audit
from kiosk.store.accounts import open_rows
from kiosk.store.books import month_sums
from kiosk.store.checkin import standing
from kiosk.store.members import members
from kiosk.store.money import tab_rows
from kiosk.store.space import book_rules
from kiosk.store.space.policies import Rules
from tests.books import closed_year
from tests.conftest import Space

BEFORE = date(2026, 8, 31)
BALANCE = "compte;libellé;débit;crédit\n411000;Membres;{owed};\n512;Banque;100;\n110;Report;;{all}\n"


def use(space: Space, made: type[MemberOpenings] | type[Results]) -> MemberOpenings | Results:
    home = space.home
    return made(store=home.store, rules=Rules(home.config.zone), seal=home.seal, clock=space.clock, actor="cli")


def openings(space: Space) -> MemberOpenings:
    found = use(space, MemberOpenings)
    assert isinstance(found, MemberOpenings)
    return found


def balance(space: Space, owed: int) -> None:
    found = use(space, Results)
    assert isinstance(found, Results)
    found.take_over(trial_balance.read(BALANCE.format(owed=owed, all=owed + 100).encode()), BEFORE)


def people(space: Space, count: int) -> list[int]:
    numbers = [space.join(f"Membre {place}", f"04A2000000E5{place:02X}") for place in range(count)]
    for number in numbers:
        space.till.pay(number, 500, "cash")  # the fee of this year
    return numbers


def test_people_taken_over_have_one_opening_each_as_old_as_the_file_says(space: Space) -> None:
    numbers = people(space, 4)
    balance(space, 60)
    done = openings(space).take_over([MemberOpening(number, 1500) for number in numbers], BEFORE, key=bytes(16))
    assert openings(space).take_over([MemberOpening(numbers[0], 1)], BEFORE, key=bytes(16)).again
    assert space.sql("SELECT count(*) FROM entry WHERE kind = 'opening' AND account_id IS NOT NULL") == [(4,)]
    today = date(2026, 11, 25)
    with space.home.store.reading() as connection:
        audit.check_sums(connection)
        tabs = tab_rows.owing(connection, today)
        (line,) = tab_rows.unpaid(connection, tabs[0].owner)
        charged = month_sums.charged(connection, BEFORE, today)
        received = month_sums.received(connection, BEFORE, today)
        earned = month_sums.earned(connection, book_rules.book(connection), BEFORE, today)
    assert {each.ages for each in tabs} == {Ages(up_to_90=1500)}
    assert (line.kind, line.day_on, line.cents) == ("opening", BEFORE, 1500)
    assert (charged.cents, received.cents, earned) == (2000, 2000, 2000)  # four fees and their payments
    space.till.reverse(done.entry, "erreur")
    assert space.owes(numbers[0]) == 0


@pytest.mark.parametrize(("since", "past_due"), [(date(2026, 10, 27), 0), (date(2026, 10, 26), 1500), (BEFORE, 1500)])
def test_door_holds_what_was_taken_over_as_old_as_the_file_says(space: Space, since: date, past_due: int) -> None:
    (number,) = people(space, 1)
    openings(space).take_over([MemberOpening(number, 1500, since)], date(2026, 11, 24))
    rules = Rules(space.home.config.zone)
    with space.home.store.reading() as connection:
        policy, moment = rules.at(connection, space.clock.now())
        door = standing.of_member(connection, number, policy, moment.day)
    assert door is not None
    assert door.past_due_cents == past_due


def test_advance_of_before_pays_what_is_charged_now(space: Space) -> None:
    (number,) = people(space, 1)
    openings(space).take_over([MemberOpening(number, -1200)], BEFORE)
    space.tap("04A2000000E500")
    with space.home.store.reading() as connection:
        audit.check_sums(connection)
        found = open_rows.of_account(connection, members.by_number(connection, number).account)
    (opening,) = (each for each in found.entries.values() if each.kind == "opening")
    assert sum(found.settled_by(opening.number).values()) == 500
    assert found.ahead == {opening.number: 700}


def test_old_opening_is_settled_before_younger_days_and_stands_in_the_accounts(space: Space) -> None:
    numbers = people(space, 2)
    balance(space, 30)
    space.tap("04A2000000E500")
    openings(space).take_over([MemberOpening(number, 1500, date(2026, 6, 1)) for number in numbers], BEFORE)
    space.till.pay(numbers[0], 1600, "cash")
    with space.home.store.reading() as connection:
        owner = tab_rows.owner(connection, members.by_number(connection, numbers[0]).account)
        assert [(each.kind, each.cents) for each in tab_rows.unpaid(connection, owner)] == [("charge", 400)]
    space.clock.set(datetime(2027, 1, 2, 9, tzinfo=UTC))
    closed_year.close_days(space)
    with space.home.store.reading() as connection:
        extract = accounting_files.find(connection, ExtractRequest(year=2026))
    text = b"".join(accounting_files.stream(space.home.store, extract, training=False)).decode("iso8859-15")
    rows = [line.split("\t") for line in text.splitlines()[1:]]
    sums = {row[4]: 0 for row in rows}
    for row in rows:
        sums[row[4]] += int(row[11].replace(",", "")) - int(row[12].replace(",", ""))
    assert (sums["411000"], sums["411"]) == (0, 3000 + 3 * 500 - 2 * 500 - 1600)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([(1, 1500)], "opening-unbalanced"),
        ([(1, 1500), (2, 1501)], "opening-unbalanced"),
        ([(1, 1500), (99, 1500)], "no-such-member"),
    ],
)
def test_what_does_not_make_the_members_account_is_refused_whole(
    space: Space, lines: list[tuple[int, int]], code: str
) -> None:
    people(space, 2)
    balance(space, 30)
    with pytest.raises(RequestError) as found:
        openings(space).take_over([MemberOpening(*each) for each in lines], BEFORE)
    assert found.value.code == code
    assert space.sql("SELECT count(*) FROM entry WHERE kind = 'opening' AND account_id IS NOT NULL") == [(0,)]


def test_members_account_is_shared_out_once_and_one_mistake_is_put_right_alone(space: Space) -> None:
    numbers = people(space, 3)
    balance(space, 30)
    done = openings(space).take_over([MemberOpening(number, 1500) for number in numbers[:2]], BEFORE)
    with pytest.raises(RequestError, match=r"are not the 0\.00 of account 411000"):
        openings(space).take_over([MemberOpening(numbers[2], 3000)], BEFORE)
    space.till.reverse(done.entry, "autre personne")
    openings(space).take_over([MemberOpening(numbers[2], 1500)], BEFORE)
    assert [space.owes(number) for number in numbers] == [0, 1500, 1500]


def test_balances_come_once_each_way(space: Space) -> None:
    numbers = people(space, 2)
    openings(space).take_over([MemberOpening(numbers[0], 1500)], BEFORE)
    with pytest.raises(RequestError, match="opening-there: member"):
        openings(space).take_over([MemberOpening(numbers[0], 1500)], BEFORE)
    with pytest.raises(RequestError, match="would be there twice"):
        balance(space, 15)
    with pytest.raises(RequestError, match="days that are over"):
        openings(space).take_over([MemberOpening(numbers[1], 1500)], date(2026, 11, 26))


def test_file_is_read_whole_or_refused_with_its_line() -> None:
    text = "N° de membre;Nom;Solde;Depuis\n12;Inès;1 015,00 €;2026-06-01\n13;Léo;−7,50;\n14;Zoé;0;\n15;Ali;5;1/6/2026\n"
    assert member_openings.read(text.encode()) == (
        MemberOpening(12, 101500, date(2026, 6, 1)),
        MemberOpening(13, -750),
        MemberOpening(15, 500, date(2026, 6, 1)),
    )
    for wrong, said in (
        ("x;;5;", "member's number"),
        ("12;;abc;", "a sum"),
        ("12;;5;hier", "a day"),
        ("12;;5;31/13/2026", "a day"),
        ("12;;1;", "before"),
    ):
        with pytest.raises(Problem, match=said):
            member_openings.read(f"{text}{wrong}\n".encode())
    with pytest.raises(Problem, match="opening-columns: given balance"):
        member_openings.read(b"membre;nom\n1;x\n")
