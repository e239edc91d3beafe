"""The cash box: declared, counted, carried; what is in it by the books."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk import home
from kiosk.books.bank_deposits import BankDeposits
from kiosk.domain.problems import Problem
from kiosk.errors import RequestError
from kiosk.money.cashbox import MOST_AHEAD_CENTS, Finding
from kiosk.store import audit
from kiosk.store.members import members
from kiosk.store.space.policies import Rules
from tests.conftest import WEDNESDAY, Space
from tests.fakes import FakeClock
from tests.money.giving import Box

INES, KARIM = "04A2000000E511", "04A2000000E512"


def box_of(space: Space) -> Box:
    rules = Rules(space.home.config.zone)
    return Box(store=space.home.store, rules=rules, seal=space.home.seal, clock=space.clock, actor="cli")


def bank_of(space: Space) -> BankDeposits:
    rules = Rules(space.home.config.zone)
    return BankDeposits(store=space.home.store, rules=rules, seal=space.home.seal, clock=space.clock, actor="cli")


@pytest.fixture
def box(space: Space) -> Box:
    return box_of(space)


@pytest.fixture
def bank(space: Space) -> BankDeposits:
    return bank_of(space)


def account(space: Space, number: int) -> int:
    with space.home.store.reading() as connection:
        return members.by_number(connection, number).account


def agrees(space: Space) -> None:
    with space.home.store.reading() as connection:
        audit.check_chain(connection, space.home.seal)
        audit.check_sums(connection)


def refused(act: Callable[[], object]) -> str:
    try:
        act()
    except (RequestError, Problem) as refusal:
        return refusal.code
    raise AssertionError("nothing was refused")


def states(space: Space) -> list[object]:
    return [state for (state,) in space.sql("SELECT state FROM declaration ORDER BY entry_number")]


def test_the_box_holds_what_was_paid_in_cash_less_what_was_handed_back(space: Space, box: Box) -> None:
    number = space.join("Inès Moreau", INES)
    space.till.pay(number, 2000, "cash")
    space.till.pay(number, 700, "cheque")
    space.till.refund(account(space, number), 300, "cash", "trop perçu")
    wrong = space.till.pay(number, 900, "cash")
    space.till.reverse(wrong, "mauvaise personne")
    assert box.content().cents == 1700


def test_no_more_cash_is_handed_back_than_is_in_the_box_and_it_is_said_what_to_count(space: Space, box: Box) -> None:
    number = space.join("Inès Moreau", INES)
    own = account(space, number)
    space.till.pay(number, 2000, "transfer")
    with pytest.raises(RequestError, match=r"0\.00 EUR in the box") as refusal:
        space.till.refund(own, 1000, "cash", "trop perçu")
    assert (refusal.value.code, refusal.value.values) == ("box-short", {"content_cents": 0})
    box.declare(own, 1500)
    with pytest.raises(RequestError, match=r"15\.00 EUR are declared") as refusal:
        space.till.refund(own, 1000, "cash", "trop perçu")
    assert refusal.value.values == {"content_cents": 0, "declared_cents": 1500}
    space.till.refund(own, 1000, "transfer", "trop perçu")  # the box has nothing to do with it
    [each] = box.content().declared
    box.count(Finding({1000: 1, 500: 1}, confirmed=[each.entry]))
    space.till.refund(own, 1500, "cash", "trop perçu")
    assert box.content().cents == 0


def test_what_tells_the_truth_is_written_though_the_box_is_below_nothing_then(
    space: Space, box: Box, bank: BankDeposits
) -> None:
    number = space.join("Inès Moreau", INES)
    by_card = space.till.pay(number, 5000, "cash")  # entered as cash
    bank.deposit(cash_cents=5000)
    space.till.reverse(by_card, "par carte")
    assert box.content().cents == -5000
    box.count(Finding({}, reason="compté"))
    assert box.content().cents == 0


def test_declared_cash_lowers_the_tab_when_it_is_counted(space: Space, box: Box) -> None:
    number = space.join("Inès Moreau", INES)
    declared = box.declare(account(space, number), 500).entry
    assert (space.owes(number), box.content().cents, box.content().declared_cents) == (500, 0, 500)
    box.count(Finding({500: 1}, confirmed=[declared]))
    assert (space.owes(number), box.content().cents, box.content().declared) == (0, 500, [])
    agrees(space)


def test_declared_cash_that_is_not_there_leaves_the_tab_as_it_was(space: Space, box: Box) -> None:
    number = space.join("Inès Moreau", INES)
    declared = box.declare(account(space, number), 500).entry
    box.count(Finding({}, missing=[declared]))
    assert (space.owes(number), box.content().cents, states(space)) == (500, 0, ["missing"])
    agrees(space)


def test_a_difference_needs_a_reason_and_goes_into_the_box(space: Space, box: Box) -> None:
    space.till.pay(space.join("Inès Moreau", INES), 2000, "cash")
    short = Finding({1000: 1, 500: 1})
    assert refused(lambda: box.count(short)) == "reason"
    assert box.compare(short).difference_cents == -500
    entry = box.count(Finding(short.coins, reason="rendu de monnaie sans écriture")).entry
    assert box.content().cents == 1500
    ((detail,),) = space.sql(f"SELECT detail FROM entry WHERE number = {entry}")
    assert detail == '{"coins":{"1000":1,"500":1},"counted":1500,"difference":-500,"expected":2000}'


def test_a_count_taken_back_gives_its_difference_back_and_opens_what_was_missing(space: Space, box: Box) -> None:
    number = space.join("Inès Moreau", INES)
    space.till.pay(number, 2000, "cash")
    declared = box.declare(account(space, number), 500).entry
    entry = box.count(Finding({1000: 1}, missing=[declared], reason="moitié partie")).entry
    space.till.reverse(entry, "une enveloppe oubliée")
    assert (box.content().cents, states(space)) == (2000, ["open"])
    assert refused(lambda: space.till.reverse(entry, "encore")) == "reversed-already"
    agrees(space)


def test_a_payment_confirmed_wrongly_is_declared_again_once_it_is_taken_back(space: Space, box: Box) -> None:
    number = space.join("Inès Moreau", INES)
    declared = box.declare(account(space, number), 500).entry
    box.count(Finding({500: 1}, confirmed=[declared]))
    ((payment,),) = space.sql("SELECT number FROM entry WHERE kind = 'payment'")
    space.till.reverse(int(str(payment)), "enveloppe vide")
    assert (space.owes(number), states(space)) == (500, ["open"])
    agrees(space)


def test_a_count_sent_twice_is_one_count(space: Space, box: Box) -> None:
    number = space.join("Inès Moreau", INES)
    finding = Finding({500: 1}, confirmed=[box.declare(account(space, number), 500, key=bytes(16)).entry])
    assert box.declare(account(space, number), 500, key=bytes(16)).again
    first = box.count(finding, key=b"1" * 16)
    assert box.count(finding, key=b"1" * 16).entry == first.entry
    assert space.sql("SELECT count(*) FROM entry WHERE kind IN ('count', 'payment', 'declaration')") == [(3,)]


def test_money_taken_while_somebody_counts_is_noticed(space: Space, box: Box) -> None:
    number = space.join("Inès Moreau", INES)
    space.till.pay(number, 2000, "cash")
    seen = box.compare(Finding({2000: 1})).expected_cents
    space.till.pay(number, 500, "cash")
    counted = Finding({2000: 1}, reason="?")
    assert refused(lambda: box.count(counted, expected_cents=seen)) == "box-changed"


def test_nobody_declares_more_than_they_owe_and_some(space: Space, box: Box) -> None:
    its = account(space, space.join("Inès Moreau", INES))
    assert refused(lambda: box.declare(its, 500 + MOST_AHEAD_CENTS + 1)) == "declared-too-much"
    assert refused(lambda: box.declare(its, 0)) == "declared-too-much"
    box.declare(its, 500 + MOST_AHEAD_CENTS)
    assert refused(lambda: box.declare(its, 1)) == "declared-too-much"


def test_a_declaration_is_withdrawn_by_who_made_it_on_its_day(space: Space, box: Box) -> None:
    ines, karim = (account(space, space.join(name, uid)) for name, uid in (("Inès", INES), ("Karim", KARIM)))
    declared = box.declare(ines, 500).entry
    assert refused(lambda: box.withdraw(declared, karim)) == "no-such-declaration"
    assert refused(lambda: box.withdraw(1, ines)) == "no-such-declaration"
    box.withdraw(declared, ines)
    assert refused(lambda: box.withdraw(declared, ines)) == "declaration-settled"
    later = box.declare(ines, 500).entry
    space.clock.advance(hours=24)
    assert refused(lambda: box.withdraw(later, ines)) == "declaration-old"
    assert states(space) == ["withdrawn", "open"]
    agrees(space)


def test_what_is_counted_is_neither_withdrawn_nor_counted_again(space: Space, box: Box) -> None:
    its = account(space, space.join("Inès Moreau", INES))
    declared = box.declare(its, 500).entry
    assert refused(lambda: box.count(Finding({}, confirmed=[declared], missing=[declared]))) == "declaration-settled"
    box.count(Finding({500: 1}, confirmed=[declared]))
    assert refused(lambda: box.withdraw(declared, its)) == "declaration-settled"
    assert refused(lambda: space.till.reverse(declared, "essai")) == "declaration-settled"
    assert refused(lambda: box.count(Finding({1000: 1}, confirmed=[declared]))) == "declaration-settled"


@pytest.mark.parametrize("coins", [{3: 1}, {500: -1}, {500: 10_000}, {100_000: 1}])
def test_a_count_is_of_euros(box: Box, coins: dict[int, int]) -> None:
    assert refused(lambda: box.count(Finding(coins, reason="?"))) == "coins"


PLACES = st.integers(0, 30)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("pay"), st.integers(1, 5000)),
        st.tuples(st.just("refund"), st.integers(1, 5000)),
        st.tuples(st.just("cheque"), st.integers(1, 5000)),
        st.tuples(st.just("declare"), st.integers(1, 3000)),
        st.tuples(st.just("count"), st.integers(0, 8000)),
        st.tuples(st.just("carry"), st.integers(1, 8000)),
        st.tuples(st.just("credited"), PLACES),
        st.tuples(st.just("withdraw"), PLACES),
        st.tuples(st.just("reverse"), PLACES),
    ),
    max_size=14,
)


MAY_BE_REFUSED = (
    "amount",  # no advance to refund
    "box-short",
    "declared-too-much",
    "remittance-settled",
    "arrived-already",
    "no-such-remittance",  # taken back
)


class Model:
    """A box kept by hand: by entry, what each put in; beside it, what is declared. And the acts, on both."""

    def __init__(self, space: Space) -> None:
        self.space, self.box, self.bank = space, box_of(space), bank_of(space)
        self.account = account(space, space.join("Inès Moreau", INES))
        self.put: dict[int, int] = {}
        self.open: dict[int, int] = {}
        self.missing_by: dict[int, dict[int, int]] = {}  # by count
        self.declared_of: dict[int, tuple[int, int]] = {}  # by payment
        self.arrived: dict[int, int] = {}  # by entry: the cash remittance

    @property
    def cents(self) -> int:
        return sum(self.put.values())

    def pay(self, value: int) -> None:
        self.put[self.space.till.pay(1, value, "cash")] = value

    def refund(self, value: int) -> None:
        self.put[self.space.till.refund(self.account, value, "cash", "avance").entry] = -value

    def cheque(self, value: int) -> None:
        self.put[self.space.till.pay(1, value, "cheque")] = 0

    def declare(self, value: int) -> None:
        self.open[self.box.declare(self.account, value).entry] = value

    def withdraw(self, value: int) -> None:
        if self.open:
            entry = sorted(self.open)[value % len(self.open)]
            self.box.withdraw(entry, self.account)
            del self.open[entry]

    def count(self, value: int) -> None:
        """Every second declaration is found, every fourth is not, the others wait."""
        found, missing = sorted(self.open)[::2], sorted(self.open)[1::4]
        expected = self.cents + sum(self.open[each] for each in found)
        finding = Finding({1: value % 100, 100: value // 100}, found, missing, "compté")
        entry = self.box.count(finding, expected_cents=expected).entry
        self.missing_by[entry] = {each: self.open.pop(each) for each in missing}
        for each in found:
            ((payment,),) = self.space.sql(f"SELECT settled_by FROM declaration WHERE entry_number = {each}")
            self.declared_of[int(str(payment))] = each, self.open[each]
            self.put[int(str(payment))] = self.open.pop(each)
        self.put[entry] = value - expected

    def carry(self, value: int) -> None:
        there = self.cents
        try:
            entry = self.bank.deposit(cash_cents=value).entry
        except RequestError:
            assert value > there
            raise
        assert value <= there
        self.put[entry] = -value

    def credited(self, value: int) -> None:
        carried = self.space.sql("SELECT entry_number FROM remittance WHERE method = 'cash' ORDER BY id")
        if carried:
            entry = int(str(carried[value % len(carried)][0]))
            arrived = self.bank.credited(entry).entry
            self.put[arrived], self.arrived[arrived] = 0, entry

    def reverse(self, value: int) -> None:
        if self.put:
            entry = sorted(self.put)[value % len(self.put)]
            self.space.till.reverse(entry, "essai")
            assert entry not in self.arrived.values()
            del self.put[entry]
            self.arrived.pop(entry, None)
            self.open.update(self.missing_by.pop(entry, {}))
            self.open.update([self.declared_of.pop(entry)] if entry in self.declared_of else [])


@pytest.fixture
def a_space(template: Path, tmp_path: Path) -> Iterator[Callable[[], Space]]:
    """A new space each time that one is asked for."""
    with ExitStack() as opened:

        def make() -> Space:
            root = shutil.copytree(template, tmp_path / str(len(list(tmp_path.iterdir()))))
            space = Space(opened.enter_context(home.opened(Path(root))), FakeClock(WEDNESDAY))
            opened.callback(space.kept.close)
            return space

        yield make


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS)
def test_the_box_is_what_a_book_kept_by_hand_says(a_space: Callable[[], Space], acts: list[tuple[str, int]]) -> None:
    model = Model(a_space())
    for name, value in acts:
        try:
            getattr(model, name)(value)
        except RequestError as refusal:
            assert refusal.code in MAY_BE_REFUSED, refusal
        found = model.box.content()
        assert found.cents == model.cents
        assert {each.entry: each.cents for each in found.declared} == model.open
    agrees(model.space)
