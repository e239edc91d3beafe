"""An act of the office is said once: its fields are read one by one, and page, command and JSON are made of them."""

import importlib
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, NewType

import msgspec
import pytest
from msgspec import Struct, field

import kiosk
from kiosk import fields
from kiosk.acting import Acting
from kiosk.acts import Act, Done, Writing, act
from kiosk.domain.members.permissions import May
from kiosk.domain.premises import offices as rules
from kiosk.domain.premises.things import ThingKind
from kiosk.domain.problems import Mistake
from kiosk.errors import RequestError
from kiosk.fields import (
    REFS,
    Cents,
    MemberRef,
    Month,
    OrganisationRef,
    ProductRef,
    dec_hook,
    enc_hook,
    schema_hook,
)
from kiosk.premises.offices import NewOffice
from tests.conftest import Space
from tests.premises.keeping import acting

DAY = date(2026, 11, 25)


SpotId = NewType("SpotId", int)


class Wish(Struct, frozen=True):
    """A field of each kind."""

    name: Annotated[str, rules.name]
    from_on: date = field(name="from")
    member: MemberRef | None = None
    organisation: OrganisationRef | None = None
    product: ProductRef | None = None
    cents: Cents | None = None
    month: Month | None = None
    places: int = 1
    spot: SpotId = SpotId(0)
    kind: ThingKind = ThingKind.BOOTH


def codes(mistake: Mistake) -> dict[str, str]:
    return {each.field: each.code for each in (mistake, *mistake.others)}


def test_what_is_typed_becomes_the_fields_by_their_wire_names() -> None:
    typed = {"name": "  Studio   Lune ", "from": "2026-11-25", "member": "0012", "organisation": "7", "product": "day"}
    typed |= {"cents": "5,50", "month": "2026-11", "places": "2", "spot": "3", "kind": "key"}
    read = fields.read(Wish, typed)
    values = (MemberRef(12), OrganisationRef(7), ProductRef("day"), Cents(550), Month(2026, 11, 1), 2, SpotId(3))
    assert read == Wish("Studio Lune", DAY, *values, ThingKind.KEY)
    assert [type(getattr(read, name)) for name in ("member", "organisation", "product", "cents", "month")] == list(REFS)
    assert fields.read(Wish, {"name": "Lune", "from": DAY, "places": ""}) == Wish("Lune", DAY)


def test_every_mistake_is_told_at_once_beside_its_field() -> None:
    typed = {"name": "", "from": "hugo", "member": "²", "organisation": "-1", "product": " ", "cents": "five"}
    typed |= {"month": "2026-13", "places": "1.5", "spot": "9999999999", "kind": "castle"}
    with pytest.raises(Mistake) as told:
        fields.read(Wish, typed)
    assert codes(told.value) == {
        "name": "office-name", "from": "day", "member": "number", "organisation": "number", "cents": "amount",
        "month": "day", "places": "number", "spot": "number", "kind": "value",
    }  # fmt: skip


@pytest.mark.parametrize("typed", ["5", "5,00", "5.00", " 5 € ", "5,0"])
def test_a_sum_is_read_as_people_write_it(typed: str) -> None:
    assert fields.read(Wish, {"name": "Lune", "from": DAY, "cents": typed}).cents == Cents(500)


@pytest.mark.parametrize(
    ("wire", "given", "code"),
    [
        ("name", 5, "value"),
        ("from", "2026-11-25T00:00:00", "day"),
        ("from", 20, "value"),
        ("member", 12.5, "value"),
        ("member", True, "value"),
        ("member", -1, "value"),
        ("member", [12], "value"),
        ("cents", 5.5, "value"),
        ("product", 7, "value"),
        ("places", {}, "value"),
    ],
)
def test_json_of_another_type_is_told_beside_its_field(wire: str, given: object, code: str) -> None:
    with pytest.raises(Mistake) as told:
        fields.read(Wish, {"name": "Lune", "from": DAY, wire: given})
    assert codes(told.value) == {wire: code}


def test_json_gives_back_what_it_was_made_of_and_its_schema_names_each_kind() -> None:
    values = (MemberRef(12), OrganisationRef(7), ProductRef("day"), Cents(550), Month(2026, 11, 1))
    wish = Wish("Lune", DAY, *values)
    written = msgspec.json.decode(msgspec.json.encode(wish, enc_hook=enc_hook))
    assert {written[name] for name in ("member", "organisation", "product", "cents", "month")} == {
        12, 7, "day", 550, "2026-11",
    }  # fmt: skip
    assert fields.read(Wish, written) == wish
    _, schemas = msgspec.json.schema_components([Wish], schema_hook=schema_hook, ref_template="#/schemas/{name}")
    drawn = {name: schemas["Wish"]["properties"][name]["anyOf"][0] for name in ("member", "cents", "month")}
    assert drawn["member"] == {"title": "MemberRef", "type": "integer", "minimum": 0}
    assert (drawn["cents"]["title"], drawn["cents"]["type"]) == ("Cents", "integer")
    assert re.fullmatch(drawn["month"]["pattern"], written["month"])


@pytest.mark.parametrize("hook", [lambda kind: dec_hook(kind, "5"), schema_hook, lambda kind: enc_hook(kind())])
def test_the_hooks_know_no_other_kind(hook: Callable[[type], object]) -> None:
    with pytest.raises(NotImplementedError):
        hook(set)


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
    with space.by_owner(), space.home.store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM desk_log")
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


def every_act() -> Iterator[Act[..., Done]]:
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
    _, schemas = msgspec.json.schema_components(wishes, schema_hook=schema_hook, ref_template="#/schemas/{name}")
    drawn = {wish.__name__: set(schemas[wish.__name__]["properties"]) for wish in wishes}
    assert drawn == {wish.__name__: {each.wire for each in fields.of(wish)} for wish in wishes}
    assert schemas["NewOffice"]["properties"]["until"]["description"]
