"""Each door seals with a key of its own, made from the chain's: its name, and a walk along what several keys sealed."""

import hashlib
from typing import Any

import pytest

from kiosk.domain import chain
from kiosk.domain.chain import Seal, Walk

KEY, NEWER = bytes(range(32)), bytes(range(32, 64))
OFFICE = Seal(KEY, chain.key_id(KEY), "home")
RENEWED = Seal(NEWER, chain.key_id(NEWER), "home", older=(KEY,))
pytestmark = pytest.mark.promise(3)


def _rows(*sealed: tuple[Seal, dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Entries as the table has them, one after the other, each sealed by one."""
    rows, previous = [], chain.START
    for number, (seal, changes) in enumerate(sealed, 1):
        values: dict[str, Any] = {
            "number": number,
            "id_": bytes(16),
            "recorded_at": "2026-11-25",
            "day_on": "2026-11-25",
            "kind": "charge",
            "account_id": 3,
            "visit_id": 7,
            "group_id": bytes(16),
            "member_number": 12,
            "actor": "kiosk",
            "amount_cents": 500,
            "method": None,
            "reverses": None,
            "detail": "{}",
            "digest": None,
            "form": chain.FORM,
            "key_name": seal.key_id,
            **changes,
        }
        previous = seal.mac(previous, chain.canonical(**values))
        rows.append((*values.values(), previous))
    return rows


def test_a_door_s_key_is_made_from_the_chain_s_and_named_by_its_number() -> None:
    first, second = OFFICE.of_door(1), OFFICE.of_door(2)
    assert (first.key_id, second.key_id) == ("630dcd29.1", "630dcd29.2")
    assert len({KEY, first.key, second.key, RENEWED.of_door(1).key}) == 4
    assert OFFICE.key_of("630dcd29.2") == second.key
    assert RENEWED.key_of("630dcd29.1") == first.key
    assert first.key_of("630dcd29.1") == first.key
    assert [chain.door_of(name) for name in ("630dcd29.12", "630dcd29", "630dcd29.0", "630dcd29.01", "x.1")] == [
        12,
        None,
        None,
        None,
        None,
    ]
    for name in ("630dcd29.0", "630dcd29.01", "630dcd29.", "630dcd29.1.1", "00000000.1", ""):
        assert OFFICE.key_of(name) is None, name
    assert first.key_of("630dcd29") is None, "a door makes no key of the office's"


def test_doors_and_office_take_turns_in_one_chain() -> None:
    door, other = OFFICE.of_door(1), OFFICE.of_door(2)
    rows = _rows(*((seal, {}) for seal in (door, door, OFFICE, other, OFFICE, door)))
    walk = Walk(OFFICE)
    assert walk.follow(rows) is None
    assert (walk.number, walk.is_current) == (6, True)
    for cut in range(1, 6):
        first, rest = Walk(OFFICE), Walk(OFFICE, cut, rows[cut - 1][17])
        assert first.follow(rows[:cut]) is None
        assert rest.follow(rows[cut:]) is None
        assert first.passes_over(rest.stretch)
        assert first.number == 6


def test_a_renewed_key_has_doors_of_its_own_from_its_notice_on() -> None:
    notice = {"kind": "notice", "detail": chain.detail_text({"key": RENEWED.key_id})}
    rows = _rows((OFFICE.of_door(1), {}), (RENEWED, notice), (RENEWED.of_door(1), {}))
    assert Walk(RENEWED).follow(rows) is None
    rows = _rows((OFFICE, {}), (RENEWED, notice), (OFFICE.of_door(1), {}))
    assert Walk(RENEWED).follow(rows) == "entry 3 is sealed with key 630dcd29.1, not " + RENEWED.key_id
    rows = _rows((OFFICE, {}), (RENEWED.of_door(1), notice))
    assert "entry 2 is sealed with key" in str(Walk(RENEWED).follow(rows)), "no door says that the key is another"


@pytest.mark.parametrize("name", ["630dcd29.2", "630dcd29", "630dcd29.01", "00000000.1", "", 5, None])
def test_an_entry_that_says_another_key_than_sealed_it_breaks_the_chain(name: object) -> None:
    rows = _rows((OFFICE, {}), (OFFICE.of_door(1), {}))
    rows[1] = (*rows[1][:16], name, rows[1][17])
    assert str(Walk(OFFICE).follow(rows)).startswith("entry 2 ")


@pytest.mark.parametrize("name", ["", None])
@pytest.mark.parametrize("honest", [0, 1, 3])
def test_entries_that_name_no_key_break_the_chain_wherever_a_walk_begins(name: str | None, honest: int) -> None:
    rows = _rows(*((OFFICE, {}) for _ in range(5)))
    previous = rows[honest - 1][17] if honest else chain.START
    for place in range(honest, 5):  # made by somebody who has the file and no key: a seal that only looks like one
        bare = (*rows[place][:16], name, b"")
        inner = hashlib.sha256(previous + chain.canonicals([bare])[0].encode()).digest()
        previous = hashlib.sha256(inner).digest()
        rows[place] = (*bare[:17], previous)
    broken = f"entry {honest + 1} is sealed with key {name}, not "
    whole, later, over = (
        Walk(OFFICE),
        Walk(OFFICE, honest, rows[honest - 1][17] if honest else chain.START),
        Walk(OFFICE),
    )
    assert str(whole.follow(rows)).startswith(broken)
    assert str(later.follow(rows[honest:])).startswith(broken)
    checked = Walk(OFFICE)
    assert checked.follow(rows[:honest]) is None
    assert over.passes_over(checked.stretch)
    assert str(over.follow(rows[honest:])).startswith(broken)
