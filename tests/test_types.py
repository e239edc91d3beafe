"""The types, strictly, beside all other tests: mypy is one process, and the other cores would wait for it."""

import re
import subprocess
import sys
from collections.abc import Iterator
from inspect import Parameter, signature
from pathlib import Path
from typing import Any

import pytest

from kiosk import fields
from kiosk.acts import Act, Done
from kiosk.fields import REFS
from tests.test_acts import every_act

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


def _name(kind: Any) -> str:
    """A type as it is written, its module imported by its whole name."""
    return f"{kind.__module__}.{kind.__qualname__}"


def _is_named(kind: Any) -> bool:
    """Whether a type names something: a number of its own kind, or one of those with a hook."""
    return kind in REFS or hasattr(kind, "__supertype__")


def _plain(kind: Any) -> str:
    """What a type is made of, and would let any other in its place."""
    bases = {fields.ProductRef: "''", fields.Month: "date(2026, 11, 1)"}
    return bases.get(kind, "3")


def _swaps(act: Act[..., Done]) -> Iterator[tuple[str, bool]]:
    """Calls of an act and of its wish, as lines, and whether mypy has to refuse each: every argument that names
    something is given as it should be, as another kind, and as a plain value.
    """
    takes: list[Parameter] = list(signature(act._do).parameters.values())[1:]
    right = [f"given({_name(each.annotation)})" for each in takes]
    of = f"{act._do.__module__}.{act.name}"
    yield f"{of}(acting, {', '.join(right)})", False
    for place, each in enumerate(takes):
        if _is_named(each.annotation):
            for wrong in (_plain(each.annotation), "given(Other)"):
                yield f"{of}(acting, {', '.join([*right[:place], wrong, *right[place + 1 :]])})", True
    if act.wish is not None:
        full = {one.name: f"given({_name(one.type)})" for one in fields.of(act.wish) if one.is_required}
        for one in fields.of(act.wish):
            if _is_named(one.type):
                for wrong in (_plain(one.type), "given(Other)"):
                    more = ", ".join(f"{name}={value}" for name, value in (full | {one.name: wrong}).items())
                    yield f"{_name(act.wish)}({more})", True


def _every_swap() -> tuple[str, set[int], int]:
    """A module that calls every act rightly and wrongly, its wrong lines, and how many acts it calls."""
    acts = list(every_act())
    calls = list(dict.fromkeys(call for act in acts for call in _swaps(act)))
    modules = sorted(set(re.findall(r"kiosk(?:\.[a-z_]+)+(?=\.)", " ".join(line for line, _ in calls))))
    head = [f"import {each}" for each in modules]
    head += ["from datetime import date", "from typing import NewType, TypeVar", "from kiosk.acting import Acting"]
    head += [
        "T = TypeVar('T')",
        "Other = NewType('Other', int)",
        "def given(kind: type[T]) -> T: raise NotImplementedError",
    ]
    head += ["def calls(acting: Acting) -> None:"]
    wrong = {len(head) + place for place, (_, is_wrong) in enumerate(calls, 1) if is_wrong}
    return "\n".join([*head, *(f"    {line}" for line, _ in calls)]), wrong, len(acts)


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
    caller, every = tmp_path / "caller.py", tmp_path / "every.py"
    swaps, wrong, count = _every_swap()
    caller.write_text(WRONG, encoding="utf-8")
    every.write_text(swaps, encoding="utf-8")
    told = _mypy(str(caller), str(every)).stdout
    assert _lines(told, "caller") == {line for line, text in enumerate(WRONG.split("\n"), 1) if "# wrong" in text}
    assert _lines(told, "every") == wrong, told
    assert (count, len(wrong)) >= (32, 70)


def _lines(told: str, module: str) -> set[int]:
    return {int(line) for line in re.findall(rf"{module}\.py:(\d+): error", told)}
