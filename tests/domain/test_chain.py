"""The seal: whatever changes in an entry changes its MAC, and so does what stands before it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kiosk.domain import chain, ids
from kiosk.domain.chain import Seal
from kiosk.fields import Cents, ProductRef

pytestmark = pytest.mark.promise(3)

SEAL = Seal(bytes(range(32)), "0123abcd", "home")
MOMENTS = st.integers(0, 80 * 366 * 86_400_000).map(
    lambda milliseconds: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
)

ENTRY: dict[str, Any] = {
    "number": 42,
    "id_": bytes(range(16)),
    "recorded_at": "2026-11-25T07:52:03.000000Z",
    "day_on": "2026-11-25",
    "kind": "charge",
    "account_id": 3,
    "visit_id": 7,
    "group_id": bytes(range(16, 32)),
    "member_number": 12,
    "actor": "kiosk",
    "amount_cents": 500,
    "method": None,
    "reverses": None,
    "detail": '{"product":"day"}',
    "digest": None,
    "form": 1,
    "key_name": "0123abcd",
}

_LINES = st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), min_size=1, max_size=20)
_OTHER = {
    int: st.integers(-(2**40), 2**40),
    bytes: st.binary(min_size=1, max_size=32),
    str: _LINES,
    type(None): st.integers(1, 2**40) | _LINES,
}


def mac(entry: dict[str, Any], previous: bytes = chain.START, seal: Seal = SEAL) -> bytes:
    """The MAC of an entry after another."""
    return seal.mac(previous, chain.canonical(**entry))


@pytest.mark.promise(3)
@given(st.data(), st.sampled_from(sorted(ENTRY)))
def test_any_field_that_changes_changes_the_seal(data: st.DataObject, name: str) -> None:
    value = data.draw(_OTHER[type(ENTRY[name])] if name != "digest" else st.binary(min_size=1, max_size=32))
    assume(value != ENTRY[name])
    changed = {**ENTRY, name: value}
    assert chain.canonical(**changed) != chain.canonical(**ENTRY)
    assert mac(changed) != mac(ENTRY)


@pytest.mark.parametrize("name", ["account_id", "visit_id", "member_number"])
def test_field_taken_away_changes_the_seal(name: str) -> None:
    assert mac({**ENTRY, name: None}) != mac(ENTRY)


@pytest.mark.promise(3)
def test_value_moved_to_the_field_beside_it_changes_the_seal() -> None:
    moved = {**ENTRY, "account_id": None, "visit_id": 3}
    assert mac({**ENTRY, "account_id": 3, "visit_id": None}) != mac(moved)


@pytest.mark.promise(3)
def test_form_1_stays_as_it_is() -> None:
    """Another form would break every chain that was sealed in it."""
    assert chain.canonical(**ENTRY) == (
        "1\n42\n000102030405060708090a0b0c0d0e0f\n2026-11-25T07:52:03.000000Z\n2026-11-25\ncharge\n3\n7\n"
        '101112131415161718191a1b1c1d1e1f\n12\nkiosk\n500\n\n\n{"product":"day"}\n\n0123abcd'
    )


@pytest.mark.promise(3)
def test_order_of_two_entries_is_sealed() -> None:
    other = {**ENTRY, "amount_cents": 250}
    assert mac(other, mac(ENTRY)) != mac(ENTRY, mac(other))
    assert len({mac(ENTRY), mac(ENTRY, mac(other)), mac(ENTRY, mac(ENTRY))}) == 3


@pytest.mark.parametrize(
    "seal", [Seal(bytes(32), "0123abcd", "home"), Seal(bytes(range(32)), "0123abcd", "another home")]
)
def test_other_key_or_other_home_seals_otherwise(seal: Seal) -> None:
    assert mac(ENTRY, seal=seal) != mac(ENTRY)


def test_name_of_a_key_gives_nothing_of_it_away() -> None:
    key = bytes(range(32))
    assert chain.key_id(key) == "630dcd29"
    assert chain.key_id(key) not in key.hex()


_TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | _TEXTS,
    lambda each: st.lists(each) | st.lists(each).map(tuple) | st.dictionaries(_TEXTS, each),
    max_leaves=20,
)


@given(st.dictionaries(_TEXTS, _JSON))
def test_detail_is_one_line_that_reads_back_without_what_is_absent(detail: dict[str, Any]) -> None:
    text = chain.detail_text(detail)
    assert "\n" not in text
    present = {key: value for key, value in detail.items() if value is not None}
    assert text == json.dumps(present, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert chain.detail_text(dict(reversed(detail.items()))) == text


@given(st.binary(min_size=16, max_size=16), _LINES, _LINES)
def test_digest_of_a_text_is_the_texts_own(salt: bytes, body: str, other: str) -> None:
    assume(body != other)
    digest = chain.text_digest(salt, body)
    assert len(digest) == 32
    assert digest == chain.text_digest(salt, body)
    assert digest != chain.text_digest(salt, other)
    assert digest != chain.text_digest(bytes([salt[0] ^ 1]) + salt[1:], body)


RANDOM = st.binary(min_size=16, max_size=16)


@given(MOMENTS, RANDOM)
def test_id_is_a_uuid_of_version_8(at: datetime, random: bytes) -> None:
    made = UUID(bytes=ids.new(at, random))
    assert (made.version, made.variant) == (8, "specified in RFC 4122")


@pytest.mark.promise(6)
@given(MOMENTS, st.integers(0, 24 * 3600 - 1), RANDOM)
def test_id_does_not_tell_the_hour(at: datetime, seconds: int, random: bytes) -> None:
    midnight = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    assert ids.new(midnight, random) == ids.new(midnight + timedelta(seconds=seconds), random)


@pytest.mark.promise(6)
def test_ids_of_two_days_are_drawn_from_the_same_numbers_but_for_one_in_thirty_two() -> None:
    begin = datetime(2026, 11, 1, tzinfo=UTC)
    lots = [bytes(15) + bytes([lot]) for lot in range(32)]
    for day in range(70):
        here, there = ([ids.new(begin + timedelta(days=day + more), lot)[:2] for lot in lots] for more in (0, 1))
        assert sum(one != other for one, other in zip(here, there, strict=True)) == 1


@given(MOMENTS, st.integers(64, 10**4), RANDOM, RANDOM)
def test_act_of_months_later_has_the_later_id(at: datetime, days: int, first: bytes, second: bytes) -> None:
    assert ids.new(at, first) < ids.new(at + timedelta(days=days), second)


def test_two_acts_of_one_moment_have_two_ids() -> None:
    now = datetime(2026, 11, 25, 7, 52, 3, tzinfo=UTC)
    assert ids.new(now, bytes(16)) != ids.new(now, bytes(13) + b"\x01" + bytes(2))


def test_a_value_of_a_class_of_its_own_is_sealed_as_what_it_is() -> None:
    plain: dict[str, Any] = {"product": "day", "unit_cents": 500, "parts": [{"days": 3}]}
    own: dict[str, Any] = {"product": ProductRef("day"), "unit_cents": Cents(500), "parts": [{"days": 3}]}
    assert chain.detail_text(own) == chain.detail_text(plain)
    with pytest.raises(NotImplementedError):
        chain.detail_text({"product": object()})  # type: ignore[dict-item]  # as no caller may
