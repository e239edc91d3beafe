"""Reads the number of a badge from the keys that a keyboard-like reader presses.

Such a reader types what its maker chose: decimal or hexadecimal digits, the bytes in the radio's order or reversed,
with or without leading zeros, with or without Enter at the end. Keys are read, not characters, because a keyboard
layout (AZERTY) changes only the characters. A reader that is itself set to AZERTY presses the key of Q for an A; since
no hexadecimal digit is a Q, both keys count as A.

The result has one form: the number's bytes in the radio's order, as from the door's other readers.
"""

from collections.abc import Mapping
from typing import NamedTuple

SIZES = (4, 7, 10)  # bytes that a badge's number may have
QUIET_SECONDS = 0.2  # a reader types within hundredths of a second; after this pause the number is complete
_MOST_KEYS = 32  # more than any number has: 10 bytes are 20 hexadecimal or 25 decimal digits
HEXADECIMAL, DECIMAL, REVERSED = "hex", "decimal", "reversed"  # the words of `reader.device` for how it types

ENTER = "\n"  # stands for any key that ends a number
# Linux's codes of keys (input-event-codes.h), and their names in browsers (KeyboardEvent.code).
_ROWS: tuple[tuple[str, int, str], ...] = (  # what is typed, the key's code, its name
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
KEYS: Mapping[int, str] = {code: sign for sign, code, _name in _ROWS}  # by the key's code
NAMES: Mapping[str, str] = {name: sign for sign, _code, name in _ROWS}  # by the key's name


class Typing(NamedTuple):
    """How a reader types: its digits, the order of the bytes, and how many bytes a number has (0: as many as typed).

    Decimal digits do not tell how many bytes they stand for; without a size it is four.
    """

    decimal: bool = False
    reversed: bool = False
    size: int = 0


def typing(words: tuple[str, ...]) -> Typing | None:
    """Return the way of typing that these words name (`decimal`, `reversed`, `7`); None for an unknown word, a repeated
    one, two sizes, or both kinds of digits. Without words, hexadecimal digits in the radio's order.
    """
    if len(words) != len(set(words)) or not set(words) <= {HEXADECIMAL, DECIMAL, REVERSED, *map(str, SIZES)}:
        return None
    sizes = [int(word) for word in words if word.isdigit()]
    if len(sizes) > 1 or {HEXADECIMAL, DECIMAL} <= set(words):
        return None
    return Typing(DECIMAL in words, REVERSED in words, sizes[0] if sizes else 0)


def number(digits: str, way: Typing) -> bytes | None:
    """Return the number in these digits, in the radio's byte order; None where it is not a badge's number.

    Leading zeros that the reader leaves out are restored where the number of bytes is known. Without a size, decimal
    digits stand for four bytes, and hexadecimal ones for half as many bytes as digits: an odd count is refused.
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
    """Collects keys as they are pressed, up to a complete number. Each key has its moment, in monotonic seconds."""

    def __init__(self) -> None:
        self._digits = ""
        self._at = 0.0  # when the last key was pressed

    @property
    def is_begun(self) -> bool:
        """Tell whether a number is being typed."""
        return bool(self._digits)

    def press(self, sign: str, at: float) -> str | None:
        """Take a key, and return the number's digits if it completes them. After a pause, keys typed before it are
        discarded.
        """
        if at - self._at >= QUIET_SECONDS:
            self._digits = ""
        self._at = at
        if sign != ENTER:
            self._digits = (self._digits + sign)[-_MOST_KEYS - 1 :]  # one too many stays, so that it is refused
            return None
        digits, self._digits = self._digits, ""
        return digits or None

    def over(self, at: float) -> str | None:
        """Return the digits of a number that ended by a pause, without Enter; None while one is being typed, or none
        was.
        """
        if not self._digits or at - self._at < QUIET_SECONDS:
            return None
        digits, self._digits = self._digits, ""
        return digits
