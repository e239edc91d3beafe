"""Hashes and judges the passwords of the desk: one on a list of common ones, or made of the person's own words, is
refused.
"""

import re
import threading
import unicodedata
from collections.abc import Iterable
from datetime import date

import argon2
import sqlalchemy as sa

from kiosk.domain.problems import Problem
from kiosk.store.space import book_rules

SHORTEST = 10  # characters
LONGEST = 1000  # characters, so that hashing stays short
MEMORY_KIB, PASSES = 19456, 2  # argon2's, by OWASP, for a small board
_JUDGED = 72  # characters judged: zxcvbn takes no more
_STRONG = 3  # of zxcvbn's 0 to 4: 10 to the 8 guesses with known word lists
_HERE = (  # words of every such place, known to anyone
    "kiosk",
    "coworking",
    "association",
    "motdepasse",
    "bureau",
    "badge",
    "presidence",
    "tresorerie",
    "secretariat",
)
_one_at_a_time = threading.Lock()  # zxcvbn keeps a person's words in a global table


def hashed(password: str) -> str:
    """Return the hash that is stored of a password. Raises Problem `password` where it is too short or too long."""
    text = normal(password)
    if not SHORTEST <= len(text) <= LONGEST:
        raise Problem("password", field="password", shortest=SHORTEST)
    return argon2.PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1).hash(text)


def want_unknown(password: str, about: Iterable[str] = ()) -> None:
    """Refuse an easily guessed password. Raises Problem `password-known`.

    `about` is what is known of its owner and of the place: names and addresses. Words of every such place count
    without it. zxcvbn scores the first 72 characters only.
    """
    from zxcvbn import zxcvbn  # 14 MB of lists, seldom needed

    known = [*_HERE, *_words(about)]
    with _one_at_a_time:
        score = zxcvbn(normal(password)[:_JUDGED], user_inputs=known)["score"]
    if score < _STRONG or _is_made_of(password, known):
        raise Problem("password-known", field="password")


def words_of_place(connection: sa.Connection, day: date) -> list[str]:
    """Return what anyone can know about the place: the association's name, postal address and e-mail address."""
    known = book_rules.association(connection, day)
    return [known.get(each, "") for each in ("name", "address", "email")]


def normal(password: str) -> str:
    """Return a password in the form that is hashed, the same however its accents were typed."""
    return unicodedata.normalize("NFKD", password)


def _folded(text: str) -> str:
    """Return a text in small letters without accents; letters of every script stay."""
    return "".join(sign for sign in normal(text.casefold()) if not unicodedata.combining(sign))


def _is_made_of(password: str, words: Iterable[str]) -> bool:
    """Return whether a password consists only of these words, digits and punctuation, however many.

    Accents and case do not count. zxcvbn counts each such word as one more guess, but a guesser with knowledge of
    the person or the place combines them.
    """
    folded = _folded(password)[:LONGEST]
    parts = list(words)
    ends = {0}  # positions up to which the password is such words, digits and punctuation
    for start, letter in enumerate(folded):
        if start not in ends:
            continue
        if not letter.isalpha():
            ends.add(start + 1)
        ends.update(start + len(word) for word in parts if folded.startswith(word, start))
    return len(folded) in ends


def _words(about: Iterable[str]) -> list[str]:
    """Return the words of texts, without accents: each text whole, its words, and its words joined ("La Coroutine"
    gives `lacoroutine`, too).
    """
    guesses: list[str] = []
    for text in about:
        plain = _folded(text)
        words = re.findall(r"[^\W_]{2,}", plain)
        guesses += [plain, "".join(re.findall(r"[^\W_]", plain)), *words]
    return [word for word in dict.fromkeys(guesses) if word]
