"""What is kept beside a payment is said in each language; what somebody wrote is left as it is."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.money import cheques
from kiosk.domain.money.cheques import Transfer
from kiosk.exports import payment_words

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=20)


@given(st.none() | st.dates(date(1990, 1, 1)), WORDS)
def test_a_transfer_is_read_as_it_was_written(on: date | None, reference: str) -> None:
    written = Transfer(on, reference.replace(";", ","))
    assert cheques.read_transfer(written.text) == written


def test_each_part_is_said_in_each_language() -> None:
    transfer, cheque = "reçu le 20/11/2026 ; réf. VIR 7", "banque CIC ; n° 12 ; au nom de Claire"
    assert payment_words.in_words(transfer, "en") == "received on 20 Nov 2026 · ref. VIR 7"
    assert payment_words.in_words("réf. VIR 7", "fr") == "réf. VIR 7"
    assert payment_words.in_words(cheque, "en") == "bank CIC · no. 12 · drawn by Claire"
    assert payment_words.in_words("banque CIC", "fr") == "banque CIC"


@pytest.mark.parametrize(
    "text",
    ["", "par sa mère", "reçu le 31/02/2026", "reçu le 20/11/2026 de Paul", "n° 12 ; banque CIC", "réf. 7 ; donné"],
)
def test_what_is_written_otherwise_is_left_as_it_is(text: str) -> None:
    assert payment_words.in_words(text, "en") == text
