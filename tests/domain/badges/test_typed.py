"""Whatever a keyboard-like reader types, a badge has the number that the door's other readers give it."""

import random

import pytest

from kiosk.domain.badges import typed
from kiosk.domain.badges.typed import ENTER, Keys, Typing, number, typing

FOUR, SEVEN = bytes.fromhex("00BC614E"), bytes.fromhex("04A1B2C3D4E5F6")


@pytest.mark.parametrize(
    ("digits", "words", "uid"),
    [
        ("04A1B2C3D4E5F6", (), SEVEN),
        ("F6E5D4C3B2A104", ("reversed",), SEVEN),
        ("4A1B2C3D4E5F6", ("7",), SEVEN),  # the reader leaves out the zero before it
        ("4A1B2C3D4E5F6", ("hex", "7"), SEVEN),
        ("0012345678", ("decimal",), FOUR),
        ("12345678", ("decimal",), FOUR),
        ("1315027968", ("decimal", "reversed"), FOUR),
        ("12345678", ("decimal", "4"), FOUR),
        ("1303484302353910", ("decimal", "7"), (1303484302353910).to_bytes(7)),
        ("12345678", (), bytes.fromhex("12345678")),
        ("0102030405060708090A", (), bytes.fromhex("0102030405060708090A")),
    ],
)
def test_the_same_badge_has_one_number_however_it_is_typed(digits: str, words: tuple[str, ...], uid: bytes) -> None:
    way = typing(words)
    assert way is not None
    assert number(digits, way) == uid


@pytest.mark.parametrize(
    ("digits", "words"),
    [
        ("", ()),
        ("", ("decimal",)),
        ("04A1B2C3D4E5F", ()),  # a digit is missing
        ("04A1B2C3D4", ()),  # five bytes
        ("04A1B2C3D4E5F6", ("decimal",)),
        ("4294967296", ("decimal",)),  # one more than four bytes hold
        ("0012345678", ("decimal", "10", "x")),
        ("04A1B2C3D4E5F604", ("7",)),
        ("-12345678", ("decimal",)),
        ("1234_5678", ("decimal",)),
        ("１２３４５６７８", ("decimal",)),
        ("1" * 33, ("decimal", "10")),
    ],
)
def test_what_is_no_badge_s_number_is_none(digits: str, words: tuple[str, ...]) -> None:
    way = typing(words)
    assert way is None or number(digits, way) is None


def test_each_number_of_each_size_comes_back_from_each_way_of_typing_it() -> None:
    chance = random.Random(47)
    for _ in range(500):
        uid = chance.randbytes(chance.choice(typed.SIZES))
        if chance.random() < 0.3:
            uid = b"\x00\x00" + uid[2:]
        for decimal in (False, True):
            for is_reversed in (False, True):
                whole = int.from_bytes(uid[::-1] if is_reversed else uid)
                way = Typing(decimal, is_reversed, len(uid))
                padded = f"{whole:030d}" if decimal else f"{whole:0{2 * len(uid)}X}"
                assert number(padded, way) == uid
                assert number(padded.lstrip("0") or "0", way) == uid


@pytest.mark.parametrize("words", [("octal",), ("5",), ("hex", "decimal"), ("7", "4"), ("reversed", "reversed"), ("",)])
def test_words_that_say_no_way_of_typing_are_refused(words: tuple[str, ...]) -> None:
    assert typing(words) is None


def _typed(keys: Keys, signs: str, at: float, step: float = 0.005) -> list[str]:
    found = [keys.press(sign, at + place * step) for place, sign in enumerate(signs)]
    return [digits for digits in found if digits is not None]


def test_a_number_ends_with_enter_or_with_a_pause() -> None:
    keys = Keys()
    assert _typed(keys, f"04A1B2C3{ENTER}", 10.0) == ["04A1B2C3"]
    assert _typed(keys, "04A1B2C3", 20.0) == []
    assert keys.is_begun
    assert keys.over(20.1) is None, "it may still be typing"
    assert keys.over(20.3) == "04A1B2C3"
    assert keys.over(30.0) is None
    assert not keys.is_begun


def test_two_numbers_in_a_row_are_two_and_enter_alone_is_none() -> None:
    keys = Keys()
    assert _typed(keys, f"12{ENTER}{ENTER}34{ENTER}", 10.0) == ["12", "34"]


def test_what_a_pause_cut_short_is_no_beginning_of_what_comes_after() -> None:
    keys = Keys()
    assert _typed(keys, "04A1", 10.0) == []
    assert _typed(keys, f"B2C3D4E5{ENTER}", 11.0) == ["B2C3D4E5"]


def test_keys_without_end_are_no_number() -> None:
    keys = Keys()
    (digits,) = _typed(keys, "1" * 5000 + ENTER, 10.0, 0.0001)
    assert number(digits, Typing(decimal=True, size=10)) is None


def test_keys_of_the_two_layouts_are_the_same_digits_by_code_and_by_a_browser_s_name() -> None:
    assert sorted(set(typed.KEYS.values())) == sorted(set(typed.NAMES.values())) == sorted("0123456789ABCDEF\n")
    assert typed.KEYS[30] == typed.KEYS[16] == typed.NAMES["KeyA"] == typed.NAMES["KeyQ"] == "A"
    assert [typed.KEYS[code] for code in (*range(2, 12), 82, 73)] == [*"1234567890", "0", "9"]
