"""Reads which member a field names: by number, as picked from the list below it, or by a name that one member has."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kiosk.errors import RequestError
from kiosk.web.desk.common.office import office

if TYPE_CHECKING:
    from kiosk.web.desk.finder.people import Person

LONGEST, MOST, _MOST_NAMED = 100, 8, 3
_NUMBER = re.compile(r"^\s*0*(\d{1,9})(?:\s*·.*|\s*)$")
_SURE, _CLEAR = 95.0, 8.0


def member(typed: str) -> int | None:
    """Return the number of the member whom a field names; None where it is empty.

    A name is taken where it fits one member whole, and no other nearly. Raises RequestError `member-unclear`, with the
    names that fit, or `member-none`.
    """
    if not typed.strip():
        return None
    numbered = _NUMBER.match(typed)
    if numbered is not None:
        return int(numbered[1])
    from kiosk.web.desk.finder import asked, people  # a number needs none of it

    with office().reading() as connection:
        found = people.People(connection, sees_contacts=False, sees_money=False).find(asked.read(typed))
    if not found:
        raise RequestError("member-none", field="member")
    if found[0].score < _SURE or (len(found) > 1 and found[1].score > found[0].score - _CLEAR):
        raise RequestError("member-unclear", field="member", likely=", ".join(_options(found[:_MOST_NAMED])))
    return found[0].named.number


def likely(typed: str) -> list[str]:
    """Return what a field may mean, as it is picked: a number, and whose it is."""
    from kiosk.web.desk.finder import asked, people

    with office().reading() as connection:
        found = people.People(connection, sees_contacts=False, sees_money=False).find(asked.read(typed[:LONGEST]))
    return _options(found[:MOST])


def _options(people: Sequence["Person"]) -> list[str]:
    return [f"{each.named.number:04d} · {each.named.name}" for each in people if each.named.number is not None]
