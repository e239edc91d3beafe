"""Matches what is typed with what can be found: one function over folded texts, the same on every database.

Each typed word is compared once with each different word that exists, so that forgiving slips stays fast with five
thousand names.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct
from rapidfuzz import process
from rapidfuzz.distance import OSA

from kiosk.web.desk.finder.folded import sounded

# How near a word is to what is typed, from 0 to 1: equal, a plural, one the beginning of the other, of the same sound,
# with one slip, with two, nearly of the same sound.
EXACT, PLURAL, BEGUN, SOUNDS, SLIPPED, SLIPPED_TWICE, SOUNDS_NEAR = 1.0, 0.97, 0.92, 0.8, 0.78, 0.64, 0.6
LEAST = 40.0  # points below which a candidate does not fit
_SHORTEST_SLIP, _LONG = 4, 7  # letters of a word in which one slip is forgiven, and two
_HALF, _MOST = 0.5, 0.6  # least share of typed words met: by a whole phrase, by part of one


class Phrase(Struct, frozen=True, gc=False):  # not tracked for garbage: there are thousands, and none in a cycle
    """What something is called: its words, how many of them make the whole name, and how much the phrase counts, at
    most 1.
    """

    words: frozenset[str]
    count: int
    weight: float = 1.0

    @classmethod
    def of(cls, words: Iterable[str], weight: float = 1.0) -> "Phrase":
        """Return the phrase of these words, all of which make its name."""
        distinct = frozenset(words)
        return cls(distinct, len(distinct), weight)


def near(typed: str, vocabulary: Sequence[str]) -> dict[str, float]:
    """Return the words that a typed word may stand for, each with its nearness, from 0 to 1. In numbers and in words of
    less than four letters no slip is forgiven: too many others would be near.
    """
    nearness = {word: quality for word in vocabulary if (quality := _plain(typed, word))}
    if len(typed) < _SHORTEST_SLIP or typed.isdigit():
        return nearness
    most_slips = 2 if len(typed) >= _LONG else 1
    for word, distance, _ in process.extract(
        typed, vocabulary, scorer=OSA.distance, score_cutoff=most_slips, limit=None
    ):
        if len(word) >= _SHORTEST_SLIP - 1:  # the slip may be a letter too many
            nearness[word] = max(nearness.get(word, 0.0), SLIPPED if distance <= 1 else SLIPPED_TWICE)
    _add_sounds(nearness, typed, vocabulary)
    return nearness


def _add_sounds(nearness: dict[str, float], typed: str, vocabulary: Sequence[str]) -> None:
    """Add the words that sound like the typed one, and for a longer sound those that differ by one sign of it."""
    sound = sounded(typed)
    if len(sound) < _SHORTEST_SLIP - 1:
        return
    sounds = [sounded(word) for word in vocabulary]
    most_slips = 1 if len(sound) > _SHORTEST_SLIP else 0
    for _, distance, place in process.extract(sound, sounds, scorer=OSA.distance, score_cutoff=most_slips, limit=None):
        word = vocabulary[place]
        if len(word) >= _SHORTEST_SLIP - 1:
            nearness[word] = max(nearness.get(word, 0.0), SOUNDS if distance == 0 else SOUNDS_NEAR)


def _plain(typed: str, word: str) -> float:
    """Return how near two words are without a slip: equal, one the plural of the other, or one the beginning of the
    other; 0 otherwise.
    """
    if typed == word:
        return EXACT
    if typed.rstrip("sx") == word.rstrip("sx") and len(typed) > 2:
        return PLURAL
    if len(typed) > 1 and word.startswith(typed):
        return BEGUN - 0.01 * min(len(word) - len(typed), 12)  # the less, the more letters are missing
    return 0.0


class Candidates:
    """What can be found, with its different words collected once, for several questions of one request."""

    def __init__(self, candidates: Sequence[tuple[Phrase, ...]]) -> None:
        self._candidates = candidates
        self._vocabulary = list({word for phrases in candidates for phrase in phrases for word in phrase.words})

    def scores(self, typed: Sequence[str]) -> dict[int, float]:
        """Return how well each candidate fits what is typed, from 0 to 100, by its place; those below `LEAST` are left
        out.
        """
        meanings = [near(word, self._vocabulary) for word in typed]
        meant = frozenset(word for meaning in meanings for word in meaning)
        best: dict[int, float] = {}
        for place, phrases in enumerate(self._candidates):
            met = [phrase for phrase in phrases if not meant.isdisjoint(phrase.words)]
            if met and (score := max(_score(meanings, phrase) for phrase in met)) >= LEAST:
                best[place] = score
        return best


def scores(typed: Sequence[str], candidates: Sequence[tuple[Phrase, ...]]) -> dict[int, float]:
    """Return how well each candidate fits what is typed, as `Candidates` does, for one question."""
    return Candidates(candidates).scores(typed)


def _score(meanings: Sequence[dict[str, float]], phrase: Phrase) -> float:
    """Return how well a phrase fits, from 0 to 100: by the best nearness of each typed word, less where the phrase has
    further words or typed words are not met; 0 where too few of them are (`_HALF`, `_MOST`).
    """
    qualities = [max((meaning[word] for word in phrase.words & meaning.keys()), default=0.0) for meaning in meanings]
    met = [quality for quality in qualities if quality]
    if not met:
        return 0.0
    covered = min(1.0, len(met) / phrase.count)  # the share of the phrase's words that were typed: a fifth of the
    # score, so that "Martin" alone finds Hugo Martin by little less than both words do
    if len(met) == len(qualities):
        return 100 * phrase.weight * sum(met) / len(met) * (0.8 + 0.2 * covered)
    share = len(met) / len(qualities)
    if share < _HALF or (covered < 1 and share < _MOST):
        return 0.0
    # At most 80, so that a candidate that meets all typed words well comes first.
    return 80 * phrase.weight * sum(met) / len(qualities) * (0.8 + 0.2 * covered)
