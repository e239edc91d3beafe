"""What the QR code of a transfer says."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import RequestError
from kiosk.exports import epc

IBAN = "FR76 3000 6000 0112 3456 7890 189"


def test_the_code_says_what_the_guideline_wants() -> None:
    found = epc.transfer("La Coroutine", IBAN, 123456, "KQ2235CHJ", "AGRIFRPP")
    assert found.content.split("\n") == [
        "BCD",
        "002",
        "1",
        "SCT",
        "AGRIFRPP",
        "La Coroutine",
        "FR7630006000011234567890189",
        "EUR1234.56",
        "",
        "",
        "KQ2235CHJ",
    ]
    assert found.spaced_iban == IBAN


def test_names_are_written_in_ascii() -> None:
    assert epc.transfer("Élan  & Cœur de l’Été – n° 1", IBAN, 1, "réf\n1").content.split("\n")[5:] == [
        "Elan Coeur de l'Ete n 1",
        "FR7630006000011234567890189",
        "EUR0.01",
        "",
        "",
        "ref 1",
    ]
    assert epc.ascii_of("Élan & Cœur de l’Été") == "Elan Coeur de l'Ete"


@pytest.mark.parametrize(
    ("name", "iban", "cents", "bic", "code"),
    [
        ("", IBAN, 1, "", "payee"),
        ("  ", IBAN, 1, "", "payee"),
        ("日本", IBAN, 1, "", "payee"),
        ("A", "", 1, "", "iban"),
        ("A", "FR7630006000011234567890188", 1, "", "iban"),
        ("A", IBAN, 0, "", "amount"),
        ("A", IBAN, -1, "", "amount"),
        ("A", IBAN, 100_000_000_000, "", "amount"),
        ("A", IBAN, 1, "ABC", "bic"),
    ],
)
def test_what_no_bank_takes_is_refused(name: str, iban: str, cents: int, bic: str, code: str) -> None:
    with pytest.raises(RequestError) as caught:
        epc.transfer(name, iban, cents, "x", bic)
    assert caught.value.code == code


@given(st.text(max_size=300), st.text(max_size=300), st.integers(1, 99_999_999_999))
def test_whatever_is_written_the_code_keeps_its_form(name: str, text: str, cents: int) -> None:
    try:
        found = epc.transfer(name, IBAN, cents, text)
    except RequestError as error:
        assert error.code == "payee"
        return
    lines = found.content.split("\n")
    assert len(lines) == 11
    assert found.content.isascii()
    assert len(found.content) <= 331
    assert re.fullmatch(r"EUR[0-9]{1,9}\.[0-9]{2}", lines[7])


def test_the_picture_is_an_svg_with_a_title_and_nothing_a_strict_policy_refuses() -> None:
    picture = epc.svg(epc.transfer("A", IBAN, 1, "x"), "Virement <de> 1 centime")
    assert picture.startswith("<svg")
    assert "<title>Virement &lt;de&gt; 1 centime</title>" in picture
    assert "style" not in picture
    assert "<script" not in picture
