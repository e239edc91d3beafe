"""An act of the office is said once: its fields are read one by one, and page, command and JSON are made of them."""

import importlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec
import pytest
from msgspec import Struct, field

import kiosk
from kiosk import fields
from kiosk.acting import Acting
from kiosk.acts import Act, Done, Writing, act
from kiosk.domain.members.permissions import May
from kiosk.domain.premises import offices as rules
from kiosk.domain.problems import Mistake
from kiosk.errors import RequestError
from kiosk.fields import Cents, MemberRef, Month
from kiosk.premises.offices import NewOffice
from tests.conftest import Space
from tests.premises.keeping import acting

DAY = date(2026, 11, 25)


class Wish(Struct, frozen=True):
    """A field of each kind."""

    name: Annotated[str, rules.name]
    from_on: date = field(name="from")
    member: MemberRef | None = None
    cents: Cents | None = None
    month: Month | None = None
    places: int = 1


def codes(mistake: Mistake) -> dict[str, str]:
    return {each.field: each.code for each in (mistake, *mistake.others)}


def test_what_is_typed_becomes_the_fields_by_their_wire_names() -> None:
    typed = {"name": "  Studio   Lune ", "from": "2026-11-25", "member": "0012", "cents": "5,50", "month": "2026-11"}
    read = fields.read(Wish, typed)
    assert read == Wish("Studio Lune", DAY, MemberRef(12), Cents(550), Month(date(2026, 11, 1)))
    assert fields.read(Wish, {"name": "Lune", "from": DAY, "places": ""}) == Wish("Lune", DAY)


def test_every_mistake_is_told_at_once_beside_its_field() -> None:
    typed = {"name": "", "from": "hugo", "member": "²", "cents": "five", "month": "2026-13", "places": "1.5"}
    with pytest.raises(Mistake) as told:
        fields.read(Wish, typed)
    assert codes(told.value) == {
        "name": "office-name", "from": "day", "member": "number", "cents": "amount", "month": "day", "places": "number",
    }  # fmt: skip


def test_a_missing_number_or_day_is_no_zero_and_no_first_day() -> None:
    with pytest.raises(Mistake) as told:
        fields.read(Wish, {"name": "Lune"})
    assert codes(told.value) == {"from": "day"}


def test_an_edge_reads_a_type_its_own_way() -> None:
    read = fields.read(Wish, {"name": "Lune", "from": "today"}, {date: lambda _: DAY})
    assert read.from_on == DAY


def test_what_is_made_in_code_is_checked_as_what_is_typed() -> None:
    assert fields.cleaned(NewOffice("  Studio   Lune ", DAY, siren="732 829 320")).siren == "732829320"
    with pytest.raises(Mistake) as told:
        fields.cleaned(NewOffice("", DAY, siren="12"))
    assert codes(told.value) == {"name": "office-name", "siren": "office-siren"}


@act(May.EDIT_MEMBERS, log="spot-given")
def note(now: Writing, wish: Wish) -> Done:
    """Note a wish. Raises RequestError `no-such-spot`."""
    now.connection.exec_driver_sql("UPDATE member SET note = 'noted'")
    if wish.places > 1:
        raise RequestError("no-such-spot", field="places")
    return Done(7, wish.member, wish.name, is_new=wish.places == 1)


@pytest.fixture
def desk(space: Space) -> Acting:
    space.join("Nadia Haddad", "04A2B3C4D5E6F0")
    return acting(space.home, space.clock)


def test_an_act_has_one_transaction_and_one_line_in_the_log(space: Space, desk: Acting) -> None:
    assert note(desk, Wish("Lune", DAY, MemberRef(1))).id == 7
    assert space.sql("SELECT actor, act, member_number, what FROM desk_log") == [("officer:1", "spot-given", 1, "Lune")]
    note(desk, Wish("Lune", DAY, places=0))  # nothing new: no line
    assert space.sql("SELECT count(*) FROM desk_log") == [(1,)]


def test_an_act_that_is_refused_leaves_nothing(space: Space, desk: Acting) -> None:
    with pytest.raises(RequestError):
        note(desk, Wish("Lune", DAY, places=2))
    with pytest.raises(Mistake):
        note(desk, wish=Wish("", DAY))
    assert space.sql("SELECT count(*) FROM desk_log") == [(0,)]
    assert space.sql("SELECT count(*) FROM member WHERE note IS NOT NULL") == [(0,)]


def every_act() -> Iterator[Act[...]]:
    """Every act of the program."""
    root = Path(kiosk.__file__).parent
    for path in sorted(root.rglob("*.py")):
        if "\n@act(" in path.read_text("utf-8"):
            module = importlib.import_module(".".join(("kiosk", *path.relative_to(root).with_suffix("").parts)))
            yield from (each for each in vars(module).values() if isinstance(each, Act))


def test_each_act_says_what_it_does_and_its_fields_make_a_schema_by_their_wire_names() -> None:
    acts = list(every_act())
    assert len(acts) >= 19
    assert all(each.help.endswith(".") for each in acts)
    wishes = {each.wish for each in acts if each.wish is not None}
    _, schemas = msgspec.json.schema_components(wishes, ref_template="#/schemas/{name}")
    drawn = {wish.__name__: set(schemas[wish.__name__]["properties"]) for wish in wishes}
    assert drawn == {wish.__name__: {each.wire for each in fields.of(wish)} for wish in wishes}
    assert schemas["NewOffice"]["properties"]["until"]["description"]
