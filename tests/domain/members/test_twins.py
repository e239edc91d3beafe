"""Files that may be of one person: what is proposed, in which order, and what is not."""

from datetime import date

import pytest
from msgspec.structs import replace

from kiosk.domain.members import twins
from kiosk.domain.members.matching import Person, digits
from kiosk.domain.members.twins import Alike


def person(number: int, name: str, email: str | None = None, phone: str | None = None) -> Person:
    return Person(
        number=number,
        name=name,
        shown=name,
        email=email,
        phone=phone,
        plan="itinerant",
        language=None,
        joined=date(2026, 1, number),
        left=None,
        membership_until=None,
    )


INES = person(1, "Inès Moreau", "ines@exemple.fr", "06 12 34 56 78")
AGAIN = person(4, "MOREAU Ines", None, "+33612345678")
OTHER = person(5, "Inès Moreau", "autre@exemple.fr")
CLAIRE = person(6, "Claire Moreau", "ines@exemple.fr")  # of the same household


def test_the_surest_come_first_and_probable_homonyms_last() -> None:
    found = [
        (pair.first.number, pair.second.number, pair.alike, pair.differs)
        for pair in twins.likely([OTHER, INES, AGAIN, CLAIRE])
    ]
    assert found == [
        (1, 4, (Alike.NAME, Alike.PHONE), False),
        (4, 5, (Alike.NAME,), False),
        (1, 5, (Alike.NAME,), True),
    ]


def test_an_address_alone_is_a_household_in_the_list_and_proposed_on_the_file() -> None:
    assert [pair.second.number for pair in twins.of(INES, [INES, CLAIRE])] == [6]
    assert twins.likely([INES, CLAIRE]) == []


def test_a_longer_name_is_proposed_on_the_file() -> None:
    married = replace(AGAIN, name="Inès Moreau-Petit", phone=None)
    assert [pair.alike for pair in twins.of(INES, [married])] == [(Alike.NAME,)]
    assert twins.of(INES, [person(7, "Hugo Petit")]) == []


@pytest.mark.parametrize("written", ["06 12 34 56 78", "+33612345678", "+33 (0)6 12 34 56 78", "0033 6 12.34.56.78"])
def test_a_french_number_is_one_however_it_is_written(written: str) -> None:
    assert digits(written) == "0612345678"


def test_a_number_abroad_keeps_all_its_digits() -> None:
    assert digits("+32 470 12 34 56") == "32470123456"
