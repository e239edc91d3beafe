"""Coins and notes, and cheques as free texts keep them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.money import cash, cheques
from kiosk.domain.money.cheques import Cheque
from kiosk.domain.problems import Problem

COUNTS = st.dictionaries(st.sampled_from(cash.PIECES), st.integers(0, 50))


def test_there_is_every_note_and_coin_in_euros() -> None:
    assert cash.NOTES == (50000, 20000, 10000, 5000, 2000, 1000, 500)
    assert cash.COINS == (200, 100, 50, 20, 10, 5, 2, 1)


@pytest.mark.parametrize("count", [{3: 1}, {0: 1}, {500: -1}, {500: 10_000}])
def test_what_is_no_count_of_euros_is_refused(count: dict[int, int]) -> None:
    with pytest.raises(Problem):
        cash.checked(count)


@given(COUNTS)
def test_a_count_is_kept_and_read_as_it_was(count: dict[int, int]) -> None:
    checked = cash.checked(count)
    assert cash.total(checked) == cash.total(count)
    assert cash.from_detail(cash.as_detail(checked)) == checked
    assert list(checked) == sorted(checked, reverse=True)


@given(COUNTS, st.integers(0, 100_000))
def test_what_is_carried_leaves_the_change_that_is_wanted(count: dict[int, int], keep: int) -> None:
    taken = cash.to_bank(count, keep)
    assert all(0 < many <= count[piece] for piece, many in taken.items())
    left = cash.total(count) - cash.total(taken)
    assert left >= keep or not taken


def test_change_is_kept_in_the_smallest_pieces() -> None:
    assert cash.to_bank({5000: 2, 1000: 1, 200: 10, 50: 20}, 3000) == {5000: 2, 1000: 1}
    assert cash.to_bank({5000: 1}, 1) == {}


@pytest.mark.parametrize(
    "cheque",
    [Cheque("Crédit du Nord", "7001234", "Inès Moreau"), Cheque(number="7"), Cheque(drawer="n° 12 ; rue des Arts")],
)
def test_a_cheque_is_read_back_from_its_text(cheque: Cheque) -> None:
    found = cheques.read(cheque.text)
    assert (found.bank, found.number, found.drawer) == (
        cheque.bank,
        cheque.number,
        cheque.drawer.replace(" ;", " ,"),
    )


@pytest.mark.parametrize("text", [None, "", "payé par sa tante", ";;;", "banque"])
def test_a_text_that_says_nothing_of_a_cheque_is_no_mistake(text: str | None) -> None:
    assert cheques.read(text) == Cheque()
    assert Cheque().text is None
