"""The types, strictly, beside all other tests: mypy is one process, and the other cores would wait for it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WRONG = """
from datetime import date

from kiosk import fields
from kiosk.acting import Acting
from kiosk.fields import Cents, MemberRef, Month, OrganisationRef, ProductRef
from kiosk.premises import offices, spots, things
from kiosk.premises.offices import NewOffice, OfficeEnd, OfficeId
from kiosk.premises.spots import SpotId, TakenDesk
from kiosk.premises.things import LoanId
from kiosk.web.desk.finder import picking
from msgspec import Struct


def do(acting: Acting, office: OfficeId, loan: LoanId, member: MemberRef, spot: SpotId, day: date) -> None:
    offices.end_office(acting, office, OfficeEnd(day))
    offices.end_office(acting, loan, OfficeEnd(day))  # wrong
    offices.end_office(acting, OfficeEnd(day), office)  # wrong
    offices.end_office(acting, office)  # wrong
    things.thing_back(acting, 3)  # wrong
    spots.take_desk(acting, TakenDesk(member, spot, day))
    spots.take_desk(acting, TakenDesk(spot, member, day))  # wrong
    offices.told_registry(acting, office).id.strip()  # wrong


class Sale(Struct, frozen=True):
    organisation: OrganisationRef
    product: ProductRef
    cents: Cents
    month: Month


def sell(member: MemberRef, organisation: OrganisationRef, product: ProductRef, cents: Cents, month: Month) -> int:
    Sale(organisation, product, cents, month)
    Sale(member, product, cents, month)  # wrong
    Sale(cents, product, organisation, month)  # wrong
    Sale(organisation, "day", cents, month)  # wrong
    Sale(organisation, product, 500, month)  # wrong
    Sale(organisation, product, cents, date(2026, 11, 1))  # wrong
    NewOffice("Lune", date(2026, 11, 1), member=organisation)  # wrong
    NewOffice("Lune", date(2026, 11, 1), member=picking.member("12"))
    return fields.read(Sale, {}).cents + cents
"""


def _mypy(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "mypy", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_mypy_has_nothing_to_say() -> None:
    done = _mypy()
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


@pytest.mark.slow
def test_two_numbers_of_different_kinds_cannot_change_places_where_an_act_is_called(tmp_path: Path) -> None:
    caller = tmp_path / "caller.py"
    caller.write_text(WRONG, encoding="utf-8")
    told = {int(line) for line in re.findall(r"caller\.py:(\d+): error", _mypy(str(caller)).stdout)}
    assert told == {line for line, text in enumerate(WRONG.split("\n"), 1) if "# wrong" in text}
