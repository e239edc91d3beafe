"""Finds the encoding of a text file (its "letters", in messages to people), and says how sure that is.

UTF-8 is recognised by itself. Older encodings are not: any bytes are a text in each of them. So each is tried, and its
result is judged as French: é between letters is likely, Ž inside a word is not, a box-drawing character is no letter.
The share of likely characters is the score. If two encodings score alike and give different texts, a person has to
decide.
"""

import re
from itertools import islice

from msgspec import Struct

from kiosk.domain.problems import Problem

LETTERS = {  # the encodings by the names that a person chooses, and Python's codecs
    "utf-8": "utf-8-sig",
    "windows-1252": "cp1252",
    "iso-8859-15": "iso8859-15",
    "mac-roman": "mac_roman",
    "dos-850": "cp850",
    "utf-16": "utf-16",
}
_OLDER = ("windows-1252", "iso-8859-15", "mac-roman", "dos-850")  # encodings that are tried if a file is no UTF-8
_BEYOND = re.compile(r"[^\x00-\x7f]")  # a character beyond ASCII: the only ones that encodings differ in
_NEAR = 0.5  # in letters: a smaller difference decides nothing
_LEAST = 0.5  # a lower score is no French in any encoding
_WEIGHED = 20_000  # characters beyond ASCII that are judged: enough for any file
# letters of French, letters of names, and typographic signs
_LIKELY = frozenset("éèêëàâçùûüîïôœæÉÈÊËÀÂÇÙÛÜÎÏÔŒÆ")
_RARER = frozenset("äáãåíìñóòöõøúÿßÄÁÃÅÍÌÑÓÒÖÕØÚŸ")  # in names from elsewhere
_SIGNS = frozenset("€°«»’‘“”–—…•\u00a0\u202f\u2009\u2212")


class Reading(Struct, frozen=True):
    """A file's text, the encoding it was read in, and a score of 0 to 100. `doubt` names another encoding that fits as
    well and gives another text.
    """

    text: str
    name: str
    score: int = 100
    doubt: str = ""


def read(content: bytes, encoding: str = "") -> Reading:
    """Return the text of a file in the encoding asked for, or else in the one that fits best. Raises Problem
    `import-letters`.
    """
    if encoding:
        text = _decoded(content, encoding)
        if text is None:
            raise Problem("import-letters", "the file is no text in {given}: choose other letters", given=encoding)
        return Reading(text, encoding, round(100 * _weight(text)))
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):  # the byte-order mark of UTF-16
        return _sure(_decoded(content, "utf-16"), "utf-16")
    text = _decoded(content, "utf-8")
    if text is not None:
        return Reading(text, "utf-8")
    decoded = [(name, text) for name in _OLDER for text in [_decoded(content, name)] if text is not None]
    # by score, and of equal ones the encoding that is tried first
    weighed = sorted(((_weight(text), -place, name, text) for place, (name, text) in enumerate(decoded)), reverse=True)
    if not weighed or weighed[0][0] < _LEAST:
        raise Problem("import-letters", "the file is no text whose letters are known: save it as CSV in UTF-8")
    best, _, name, text = weighed[0]
    beyond = sum(1 for _ in islice(_BEYOND.finditer(text), _WEIGHED))
    near = (
        other for score, _, other, other_text in weighed[1:] if other_text != text and (best - score) * beyond < _NEAR
    )
    rival = next(near, "")
    return Reading(text, name, round(100 * best), rival)


def _sure(text: str | None, name: str) -> Reading:
    """Return a text whose encoding is beyond doubt. Raises Problem `import-letters` for bytes that do not fit it."""
    if text is None:
        raise Problem("import-letters", "the file is no text that can be read")
    return Reading(text, name)


def _decoded(content: bytes, name: str) -> str | None:
    """Return the text in a named encoding, None where the bytes do not fit it. Raises Problem `import-letters`."""
    codec = LETTERS.get(name)
    if codec is None:
        raise Problem(
            "import-letters", "letters are one of {choices}, not {given!r}", choices=", ".join(LETTERS), given=name[:20]
        )
    try:
        text = content.decode(codec)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text  # no text has NULs: the file is binary, or UTF-16 without its mark


def _weight(text: str) -> float:
    """Return how likely the characters beyond ASCII are in French, from 0 to 1; 1 where there are none."""
    places = [match.start() for match in islice(_BEYOND.finditer(text), _WEIGHED)]
    if not places:
        return 1.0
    return sum(_likely(text, place) for place in places) / len(places)


def _likely(text: str, place: int) -> float:
    """Return how likely a letter is at its place in a French text, from 0 to 1."""
    letter = text[place]
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    if letter in _SIGNS:
        return 0.9
    if letter not in _LIKELY and letter not in _RARER:
        return 0.0
    worth = 1.0 if letter in _LIKELY else 0.5
    if letter.isupper() and before.islower():  # a capital inside a word
        return 0.1
    if not (before.isalpha() or after.isalpha() or letter in "àÀ"):
        return 0.3  # a letter on its own; of these, only "à" is a word
    return worth
