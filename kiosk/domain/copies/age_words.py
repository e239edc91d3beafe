"""Checks the text form of age's X25519 keys, so that a typing error is found before anything is sealed.

Bech32 (BIP 173) without its limit on length: a prefix, `1`, 52 characters for 32 bytes, and 6 for the checksum. The
recipient is public; the identity opens what was sealed for it.
"""

from itertools import pairwise

RECIPIENT, IDENTITY = "age", "age-secret-key-"  # the prefixes of the two kinds
_SIGNS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"  # the characters of Bech32, each at the place of its value
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)  # of the checksum (BIP 173)
_LONG = 58  # characters after the prefix and the `1`


def is_recipient(text: str) -> bool:
    """Tell whether a text is a valid recipient like `age1...`, checksum included."""
    return text == text.lower() and _is_word(text, RECIPIENT)


def is_identity(text: str) -> bool:
    """Tell whether a text is a valid identity like `AGE-SECRET-KEY-1...`, checksum included."""
    return text == text.upper() and _is_word(text.lower(), IDENTITY)


def identity_in(text: str) -> str | None:
    """Return the identity in a file's or a person's text, ignoring comments, spaces, line breaks and case; None without
    one.
    """
    typed = "".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    identity = "".join(typed.split()).upper()
    return identity if is_identity(identity) else None


def grouped(text: str, size: int = 4) -> list[str]:
    """Return a text in groups of characters, to be read aloud or typed."""
    bounds = [*range(0, len(text), size), len(text)]
    return [text[begin:end] for begin, end in pairwise(bounds)]


def _is_word(text: str, prefix: str) -> bool:
    """Tell whether a text is a Bech32 word of this prefix, by its checksum."""
    start, signs = text[: len(prefix) + 1], text[len(prefix) + 1 :]
    if start != f"{prefix}1" or len(signs) != _LONG or any(sign not in _SIGNS for sign in signs):
        return False
    spread = [*(ord(letter) >> 5 for letter in prefix), 0, *(ord(letter) & 31 for letter in prefix)]
    return _checksum([*spread, *(_SIGNS.index(sign) for sign in signs)]) == 1


def _checksum(values: list[int]) -> int:
    """Return the Bech32 checksum (BIP 173) of five-bit values."""
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATOR):
            checksum ^= generator if top >> bit & 1 else 0
    return checksum
