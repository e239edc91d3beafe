"""Reads the number of a badge from the keys that a keyboard-like reader presses.

Such a reader types what its maker chose: decimal or hexadecimal digits, the bytes in the radio's order or the other way
round, with or without leading zeros, with Enter at the end or none. What is read are keys, not characters: a layout
(AZERTY) changes the characters alone. Of a reader that is itself set to AZERTY the key of A stands where Q does, and no
hexadecimal digit is a Q: so both keys are an A.

A number has one form here, whatever was typed: its bytes in the order in which the radio gives them, as the door's
other readers do.
"""

from collections.abc import Mapping
from typing import NamedTuple

SIZES = (4, 7, 10)
QUIET_SECONDS = 0.2  # a reader types within some hundredths; after so long the number is over, with Enter or without
_MOST_KEYS = 32  # more than any number has
HEXADECIMAL, DECIMAL, REVERSED = "hex", "decimal", "reversed"

ENTER = "\n"
# Linux's codes of keys (input-event-codes.h), and their names in browsers (KeyboardEvent.code).
_ROWS: tuple[tuple[str, int, str], ...] = (
    *((str(digit), 1 + digit if digit else 11, f"Digit{digit}") for digit in range(10)),
    *((str(digit), code, f"Numpad{digit}") for digit, code in enumerate((82, 79, 80, 81, 75, 76, 77, 71, 72, 73))),
    ("A", 30, "KeyA"),
    ("A", 16, "KeyQ"),
    ("B", 48, "KeyB"),
    ("C", 46, "KeyC"),
    ("D", 32, "KeyD"),
    ("E", 18, "KeyE"),
    ("F", 33, "KeyF"),
    (ENTER, 28, "Enter"),
    (ENTER, 96, "NumpadEnter"),
    (ENTER, 15, "Tab"),
)
KEYS: Mapping[int, str] = {code: sign for sign, code, _name in _ROWS}
NAMES: Mapping[str, str] = {name: sign for sign, _code, name in _ROWS}


class Typing(NamedTuple):
    """How a reader types: its digits, the order of the bytes, and how many bytes a number has; 0: as many as typed.

    Decimal digits do not say how many bytes they stand for: four, where nothing is said.
    """

    decimal: bool = False
    reversed: bool = False
    size: int = 0


def typing(words: tuple[str, ...]) -> Typing | None:
    """Return the way of typing that these words name (`decimal`, `reversed`, `7`); None for any other, or one twice."""
    if len(words) != len(set(words)) or not set(words) <= {HEXADECIMAL, DECIMAL, REVERSED, *map(str, SIZES)}:
        return None
    sizes = [int(word) for word in words if word.isdigit()]
    if len(sizes) > 1 or {HEXADECIMAL, DECIMAL} <= set(words):
        return None
    return Typing(DECIMAL in words, REVERSED in words, sizes[0] if sizes else 0)


def number(digits: str, way: Typing) -> bytes | None:
    """Return the number that these digits are, in the radio's order; None where it is none of a badge.

    Leading zeros that a reader leaves out come back where the number of bytes is known.
    """
    size = way.size or (SIZES[0] if way.decimal else len(digits) // 2)
    if size not in SIZES or len(digits) > _MOST_KEYS or not (digits.isascii() and digits.isalnum()):
        return None
    if not way.decimal and not way.size and len(digits) % 2:
        return None
    try:
        typed = int(digits, 10 if way.decimal else 16).to_bytes(size)
    except (ValueError, OverflowError):
        return None
    return typed[::-1] if way.reversed else typed


class Keys:
    """Keys as they are pressed, up to a whole number. Each has its moment, in seconds that only grow."""

    def __init__(self) -> None:
        self._digits = ""
        self._at = 0.0

    @property
    def is_begun(self) -> bool:
        """Whether a number is being typed."""
        return bool(self._digits)

    def press(self, sign: str, at: float) -> str | None:
        """Note a key, and return the digits that are whole with it. A pause before it ends what came before, unread."""
        if at - self._at >= QUIET_SECONDS:
            self._digits = ""
        self._at = at
        if sign != ENTER:
            self._digits = (self._digits + sign)[-_MOST_KEYS - 1 :]
            return None
        digits, self._digits = self._digits, ""
        return digits or None

    def over(self, at: float) -> str | None:
        """Return the digits of a number that ended without Enter; None while one is typed, or none was."""
        if not self._digits or at - self._at < QUIET_SECONDS:
            return None
        digits, self._digits = self._digits, ""
        return digits
