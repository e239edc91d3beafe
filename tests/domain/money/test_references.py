"""A reference survives what a bank does to a label, and no ordinary label holds one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.money import references
from kiosk.domain.problems import Problem

ACCOUNTS = st.integers(1, references.MOST)
ORDINARY = """VIR SEPA INST RECU DE MME DUPONT MARTIN LOYER COTISATION 2026 NOVEMBRE REF FACTURE 12345 KW KQ QK 0 1/2
COWORKING BANQUE NOTPROVIDED FR7630006000011234567"""
WORDS = st.sampled_from(ORDINARY.split())


@given(ACCOUNTS)
def test_a_reference_is_found_again(account: int) -> None:
    assert references.find(references.of_account(account)) == account


@given(ACCOUNTS, st.data())
def test_a_mangled_reference_is_found(account: int, data: st.DataObject) -> None:
    pieces = []
    for sign in references.of_account(account):
        pieces += [sign, data.draw(st.sampled_from(["", "", "", " ", "-", "\n", " / ", ".", "_"]))]
    text = "".join(pieces)
    text = data.draw(st.sampled_from([text, text.lower(), text.title()]))
    before, after = (data.draw(st.lists(WORDS, max_size=4).map(" ".join)) for _ in range(2))
    glue = data.draw(st.sampled_from(["", " "]))
    assert references.find(f"{before}{glue}{text}{glue}{after}") == account


@given(ACCOUNTS, st.integers(1, 8), st.lists(WORDS, max_size=3).map(" ".join))
def test_a_reference_cut_over_two_fields_is_found(account: int, cut: int, before: str) -> None:
    whole = references.of_account(account)
    assert references.find(f"{before} {whole[:cut]}", None, whole[cut:]) == account


@given(st.lists(WORDS, max_size=12))
def test_ordinary_labels_hold_no_reference(words: list[str]) -> None:
    assert references.find(" ".join(words)) is None


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -/", max_size=140))
def test_a_label_of_any_letters_holds_no_reference(text: str) -> None:
    assert references.find(text) is None


@given(ACCOUNTS, st.data())
def test_up_to_three_wrong_signs_find_nobody_else(account: int, data: st.DataObject) -> None:
    signs = list(references.of_account(account))
    for place in data.draw(st.lists(st.integers(2, 8), min_size=1, max_size=3, unique=True)):
        signs[place] = data.draw(st.sampled_from(references.SIGNS))
    assert references.find("".join(signs)) in (account, None)
    if "".join(signs) != references.of_account(account):
        assert references.find("".join(signs)) is None


@given(ACCOUNTS, st.integers(2, 7))
def test_two_signs_exchanged_find_nobody_else(account: int, place: int) -> None:
    signs = list(references.of_account(account))
    signs[place], signs[place + 1] = signs[place + 1], signs[place]
    assert references.find("".join(signs)) in ({account} if signs[place] == signs[place + 1] else {None})


def test_the_references_of_two_accounts_in_one_label_find_neither() -> None:
    assert references.find(f"{references.of_account(4)} {references.of_account(5)}") is None
    assert references.find(f"{references.of_account(4)} {references.of_account(4)}") == 4


def test_a_reference_is_short_read_in_threes_and_has_nothing_that_is_mistaken() -> None:
    found = references.of_account(42)
    assert len(found) == 9
    assert len(references.spaced(found)) == 11
    assert not set("01OILUSZBGAEY") & set(references.SIGNS)


@pytest.mark.parametrize("account", [0, -1, references.MOST + 1])
def test_a_number_that_is_no_account_has_no_reference(account: int) -> None:
    with pytest.raises(Problem, match="reference"):
        references.of_account(account)
