"""Finds members and organisations by name, number, end of a badge or e-mail."""

import sqlalchemy as sa
from msgspec import Struct

from kiosk.store.members import name_list
from kiosk.store.members.name_list import Named
from kiosk.web.desk.finder.asked import Asked
from kiosk.web.desk.finder.folded import name_words, words
from kiosk.web.desk.finder.matching import Phrase, scores

_MAIL, _GONE = 0.85, 12  # how much an address counts beside a name; what one who left stands behind


class Person(Struct, frozen=True):
    """A member or an organisation that fits, how well, and the ends of badges that do."""

    named: Named
    score: float
    tails: str = ""


def find(connection: sa.Connection, asked: Asked, *, sees_contacts: bool, sees_money: bool) -> list[Person]:
    """Return the people that a text fits, best first. Addresses are looked at for officers who may see them."""
    everyone = [*name_list.members(connection), *(name_list.organisations(connection) if sees_money else ())]
    found = fitting(everyone, asked, sees_contacts=sees_contacts)
    if asked.number is not None:
        number = name_list.merged_into(connection, asked.number) or asked.number
        found |= {place: 100.0 for place, named in enumerate(everyone) if named.number == number}
    tails = name_list.holders(connection, asked.tail) if asked.tail else {}
    for place, named in enumerate(everyone):
        if named.number in tails:
            found[place] = max(found.get(place, 0.0), 90.0)
    people = [
        Person(named, score - (_GONE if named.left_on else 0), tails.get(named.number or 0, ""))
        for named, score in ((everyone[place], score) for place, score in found.items())
    ]
    return sorted(people, key=lambda each: (-each.score, words(each.named.name), each.named.number or 0))


def fitting(everyone: list[Named], asked: Asked, *, sees_contacts: bool) -> dict[int, float]:
    """Return how well each of these fits by name or address, by its place."""
    if not "".join(asked.words):
        return {}
    return scores(asked.words, [_phrases(named, asked, sees_contacts=sees_contacts) for named in everyone])


def _phrases(named: Named, asked: Asked, *, sees_contacts: bool) -> tuple[Phrase, ...]:
    by_name = name_words(named.name)
    name = Phrase(by_name, len(named.name.split()))
    if not sees_contacts or not named.email:
        return (name,)
    address = words(named.email if asked.has_address else named.email.partition("@")[0])
    return name, Phrase(frozenset(address), len(address), _MAIL)
