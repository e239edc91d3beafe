"""Finds members and organisations by name, number, end of a badge's number, or e-mail address."""

import heapq
from datetime import date
from functools import lru_cache

import sqlalchemy as sa
from msgspec import Struct

from kiosk.store.members import name_list
from kiosk.store.members.name_list import Named
from kiosk.web.desk.finder.asked import Asked
from kiosk.web.desk.finder.folded import name_order, name_words, words
from kiosk.web.desk.finder.matching import Candidates, Phrase

MOST = 24  # of members, and of organisations: far more than a page shows
_MAIL, _GONE = 0.85, 12  # weight of an e-mail address against a name's 1; points that former members lose
_BY_BADGE = 90.0  # points of a member with a badge whose number ends as typed


class Person(Struct, frozen=True):
    """A member or an organisation that fits, how well, the ends of its badges' numbers that match, and whether the
    member has left.
    """

    named: Named
    score: float
    tails: str = ""
    has_left: bool = False


class People:
    """The people that one request may find, read and folded once for all its questions."""

    def __init__(self, connection: sa.Connection, today: date, *, sees_contacts: bool, sees_money: bool) -> None:
        """Read the members, and with `sees_money` the organisations. E-mail addresses are searched only with
        `sees_contacts`.
        """
        self._connection = connection
        self._today = today
        self._sees_contacts = sees_contacts
        self._everyone = [
            *name_list.members(connection),
            *(name_list.organisations(connection) if sees_money else ()),
        ]
        self._folded: dict[bool, Candidates] = {}

    def find(self, asked: Asked) -> list[Person]:
        """Return the people that a text fits, the best first: at most `MOST` members and `MOST` organisations. A whole
        member's number counts 100 points, the end of a badge's number 90, and former members lose 12. A merged file's
        number finds the file that was kept.
        """
        connection, everyone = self._connection, self._everyone
        fits = self._fitting(asked)
        if asked.number is not None:
            number = name_list.merged_into(connection, asked.number) or asked.number
            fits |= {place: 100.0 for place, named in enumerate(everyone) if named.number == number}
        tails = name_list.holders(connection, asked.tail) if asked.tail else {}
        if tails:
            for place, named in enumerate(everyone):
                if named.number in tails:
                    fits[place] = max(fits.get(place, 0.0), _BY_BADGE)
        named_fits = ((everyone[place], score) for place, score in fits.items())
        scored = [(score - (_GONE if named.has_left(self._today) else 0), named) for named, score in named_fits]
        members = [(score, named) for score, named in scored if named.number is not None]
        others = [(score, named) for score, named in scored if named.number is None]
        best = sorted([*heapq.nsmallest(MOST, members, _order), *heapq.nsmallest(MOST, others, _order)], key=_order)
        return [
            Person(named, score, tails.get(named.number or 0, ""), named.has_left(self._today)) for score, named in best
        ]

    def _fitting(self, asked: Asked) -> dict[int, float]:
        """Return how well each person fits the words, from 0 to 100, by their place in the list. Texts are folded once
        with e-mail domains and once without.
        """
        if not "".join(asked.words):
            return {}
        if asked.has_address not in self._folded:
            self._folded[asked.has_address] = _folded(self._everyone, asked, sees_contacts=self._sees_contacts)
        return self._folded[asked.has_address].scores(asked.words)


def fitting(everyone: list[Named], asked: Asked, *, sees_contacts: bool) -> dict[int, float]:
    """Return how well each person fits by name, and with `sees_contacts` by address, from 0 to 100, by their place in
    the list.
    """
    return _folded(everyone, asked, sees_contacts=sees_contacts).scores(asked.words)


def _folded(everyone: list[Named], asked: Asked, *, sees_contacts: bool) -> Candidates:
    """Return the people as candidates of a search."""
    return Candidates([_phrases(named, asked, sees_contacts=sees_contacts) for named in everyone])


def _order(scored: tuple[float, Named]) -> tuple[float, tuple[str, ...], int]:
    """Return the key that sorts people by score, then name, then number."""
    score, named = scored
    return -score, name_order(named.name), named.number or 0


@lru_cache(maxsize=20_000)
def _of_name(name: str) -> Phrase:
    """Return the phrase of a name; all its own words make the whole."""
    return Phrase(name_words(name), len(name.split()))


def _phrases(named: Named, asked: Asked, *, sees_contacts: bool) -> tuple[Phrase, ...]:
    """Return the phrases by which a person is found: the name, and the e-mail address where the officer may see it. Its
    domain counts only where the text has an "@".
    """
    name = _of_name(named.name)
    if not sees_contacts or not named.email:
        return (name,)
    address = words(named.email if asked.has_address else named.email.partition("@")[0])
    return name, Phrase(frozenset(address), len(address), _MAIL)
