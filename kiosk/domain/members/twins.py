"""Finds files that may belong to the same person, for an officer to decide."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import combinations

from msgspec import Struct

from kiosk.domain.members.matching import Person, digits, words

# How many of the files that share one key (a family's address, a cooperative's telephone) are compared with each other,
# those with the lowest numbers: pairs grow with the square of the files.
_MOST_OF_ONE_KEY = 12
_SHORTEST_PHONE = 6  # digits: fewer are not a whole number


class Alike(StrEnum):
    """What two files have in common."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"


class Twins(Struct, frozen=True):
    """Two files, the lower number first, and what they have in common."""

    first: Person
    second: Person
    alike: tuple[Alike, ...]

    @property
    def differs(self) -> bool:
        """Tell whether each file has an e-mail of its own, so that they are more likely two people of one name."""
        both = self.first.email, self.second.email
        return all(both) and Alike.EMAIL not in self.alike


def likely(people: Iterable[Person]) -> list[Twins]:
    """Return the pairs of files with a name in common, or both e-mail and telephone; those with most in
    common first.
    """
    together: dict[tuple[str, object], list[Person]] = {}
    for person in people:
        for key in _keys(person):
            together.setdefault(key, []).append(person)
    in_common: dict[tuple[int, int], list[Alike]] = {}
    by_number: dict[int, Person] = {}
    for (kind, _), group in sorted(together.items(), key=lambda item: item[0][0]):
        for first, other in combinations(sorted(group, key=lambda person: person.number)[:_MOST_OF_ONE_KEY], 2):
            in_common.setdefault((first.number, other.number), []).append(Alike(kind))
            by_number |= {first.number: first, other.number: other}
    pairs = [Twins(by_number[first], by_number[other], tuple(alike)) for (first, other), alike in in_common.items()]
    # An address or a telephone alone is often a household's.
    pairs = [pair for pair in pairs if Alike.NAME in pair.alike or len(pair.alike) > 1]
    return sorted(pairs, key=lambda pair: (pair.differs, -len(pair.alike), pair.first.number, pair.second.number))


def of(person: Person, people: Sequence[Person]) -> list[Twins]:
    """Return the files that may belong to this person too; here a name with more words counts as well."""
    own_words, twins = words(person.name), []
    for other in people:
        if other.number == person.number:
            continue
        other_words, alike = words(other.name), []
        if own_words and other_words and (own_words <= other_words or other_words <= own_words):
            alike.append(Alike.NAME)
        alike += [Alike(kind) for kind, key in _keys(person) if kind != Alike.NAME and (kind, key) in _keys(other)]
        if alike:
            twins.append(Twins(person, other, tuple(alike)))
    return sorted(twins, key=lambda pair: (pair.differs, -len(pair.alike), pair.second.number))


def _keys(person: Person) -> list[tuple[str, object]]:
    """Return what two files of one person would share: the words of the name, the e-mail, the telephone."""
    keys: list[tuple[str, object]] = [(Alike.NAME.value, frozenset(words(person.name)))]
    if person.email:
        keys.append((Alike.EMAIL.value, person.email.casefold()))
    if person.phone and len(digits(person.phone)) >= _SHORTEST_PHONE:
        keys.append((Alike.PHONE.value, digits(person.phone)))
    return keys
