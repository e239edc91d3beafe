"""Judges and hashes the passwords of the desk: one on a common list, or made of the person's own words, is refused."""

import re
import threading
import unicodedata
from collections.abc import Iterable

import argon2

from kiosk.domain.problems import Problem

SHORTEST = 10
LONGEST = 1000
MEMORY_KIB, PASSES = 19456, 2  # argon2's, by OWASP, for a small board
_JUDGED = 72  # signs that are looked at: the judge takes no more
_STRONG = 3  # of zxcvbn's 0 to 4: 10 to the 8 guesses, by whoever knows the lists
_HERE = (
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
_one_at_a_time = threading.Lock()  # what the judge is told of one person lies in a table of its module


def hashed(password: str) -> str:
    """The hash that is kept of a password. Raises Problem `password`."""
    text = normal(password)
    if not SHORTEST <= len(text) <= LONGEST:
        raise Problem("password", field="password", shortest=SHORTEST)
    return argon2.PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1).hash(text)


def want_unknown(password: str, about: Iterable[str] = ()) -> None:
    """Refuse an easily guessed password. Raises Problem `password-known`.

    `about` is what is known of the person who chooses it: their name, their address, the association's name.
    """
    from zxcvbn import zxcvbn  # its lists weigh 14 MB, and passwords are seldom chosen

    known = [*_HERE, *_words(about)]
    with _one_at_a_time:
        score = zxcvbn(normal(password)[:_JUDGED], user_inputs=known)["score"]
    if score < _STRONG or _is_made_of(password, known):
        raise Problem("password-known", field="password")


def normal(password: str) -> str:
    """A password as it is hashed, however its accents were typed."""
    return unicodedata.normalize("NFKD", password)


def _is_made_of(password: str, words: Iterable[str]) -> bool:
    """Tell whether a password is nothing but some of these words, digits and marks, however many: the judge counts each
    word as one guess more, and a guesser who knows the person or the place tries them together.
    """
    folded = unicodedata.normalize("NFKD", password.casefold()).encode("ascii", "ignore").decode()[:LONGEST]
    wanted = list(words)
    ends = {0}
    for start, letter in enumerate(folded):
        if start not in ends:
            continue
        if not letter.isalpha():
            ends.add(start + 1)
        ends.update(start + len(word) for word in wanted if folded.startswith(word, start))
    return len(folded) in ends


def _words(about: Iterable[str]) -> list[str]:
    """Each text as it is, its words, and its words in one: "La Coroutine" is `lacoroutine`, too."""
    found: list[str] = []
    for text in about:
        plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
        words = re.findall(r"[a-z0-9]{2,}", plain)
        found += [plain, "".join(re.findall(r"[a-z0-9]", plain)), *words]
    return [word for word in dict.fromkeys(found) if word]
