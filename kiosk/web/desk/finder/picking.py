"""Reads the member, organisation or product that a form's field names: by number or code, as picked from the list below
the field, or by a name that fits only one.

A name that fits none or several is an error beside its field, with the likely ones, so that no form takes a wrong one.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Literal

import sqlalchemy as sa
from msgspec import Struct, structs

from kiosk.domain.money.tariffs import FULL, Policy, ProductKind
from kiosk.domain.periods import Unit
from kiosk.errors import RequestError
from kiosk.fields import MemberRef, OrganisationRef, ProductRef
from kiosk.store import name_rows
from kiosk.store.members import organisations
from kiosk.web.desk.common import formats
from kiosk.web.desk.common.labels import organisation_kinds
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.words import in_page_language

Kind = Literal["member", "organisation"]
LONGEST, MOST, _MOST_NAMED = 100, 8, 3
_NUMBER = re.compile(r"^\s*0*([0-9]{1,9})(?:\s*·.*|\s*)$")
_ALIKE, _SURE, _CLEAR = 110.0, 95.0, 8.0
_NONE = {"member": "member-none", "organisation": "organisation-none", "product": "product-none"}
_UNCLEAR = {"member": "member-unclear", "organisation": "organisation-unclear", "product": "product-unclear"}


class Fit(Struct, frozen=True):
    """Something that a text may mean: its number or code, its name, how a list shows it, and a shorter form for an
    error.
    """

    key: str
    name: str
    shown: str
    score: float = 0.0
    brief: str = ""


def member(typed: str, field: str = "member") -> MemberRef | None:
    """Return the member that a field names; None where the field is empty.

    A name is taken where it fits one member wholly and no other nearly. Raises RequestError `member-unclear`, with the
    names that fit, or `member-none`.
    """
    number = _numbered(typed)
    if number or not typed.strip():
        return MemberRef(number) if number else None
    with office().reading() as connection:
        return MemberRef(_only(_members(connection, typed), "member", field).key)


def organisation(typed: str, field: str = "organisation") -> OrganisationRef | None:
    """Return the organisation that a field names; None where the field is empty.

    Raises RequestError `organisation-unclear`, with the names that fit, or `organisation-none`.
    """
    number = _numbered(typed)
    if number or not typed.strip():
        return OrganisationRef(number) if number else None
    with office().reading() as connection:
        return OrganisationRef(_only(_organisations(connection, typed), "organisation", field).key)


def product(
    typed: str, kind: ProductKind, field: str = "product", unit: Unit | None = None, *, priced: bool = False
) -> ProductRef | None:
    """Return the product of a kind that a field names, among those that `offered` lists; None where the field is empty.

    Raises RequestError `product-unclear`, with the names that fit, or `product-none`.
    """
    text = typed.strip()
    if not text:
        return None
    desk = office()
    with desk.reading() as connection:
        there = offered(connection, desk.now(connection)[0], kind, unit, priced=priced)
    if text in there:
        return ProductRef(text)
    fits = _named(text, (Fit(code, shown.partition(" · ")[0], shown) for code, shown in there.items()))
    return ProductRef(_only(fits, "product", field).key)


def offered(
    connection: sa.Connection, policy: Policy, kind: ProductKind, unit: Unit | None = None, *, priced: bool = False
) -> dict[str, str]:
    """Return the products of a kind and a unit by code, as a list shows them; with `priced` only those with a full
    price.
    """
    names = name_rows.products(connection)
    found = {}
    for each in policy.products.values():
        price = policy.prices.get((each.code, FULL))
        if each.kind is kind and unit in (None, each.unit) and not (priced and price is None):
            beside = f" · {formats.euros(price.cents)}" if priced and price is not None else ""
            found[each.code] = in_page_language(names[each.code]) + beside
    return found


def likely(typed: str, kind: Kind = "member") -> list[str]:
    """Return what a field may mean, in the form in which it is picked: a number and a name."""
    find = _members if kind == "member" else _organisations
    with office().reading() as connection:
        return [each.shown for each in find(connection, typed[:LONGEST])[:MOST]]


def _numbered(typed: str) -> str:
    match = _NUMBER.match(typed)
    return match[1] if match is not None else ""


def _members(connection: sa.Connection, typed: str) -> list[Fit]:
    from kiosk.web.desk.finder import asked, people  # a number needs none of it

    found = people.People(connection, sees_contacts=False, sees_money=False).find(asked.read(typed))
    persons = [(each.named.number, each.named.name, each.score) for each in found]
    return [Fit(str(number), name, f"{number:04d} · {name}", score) for number, name, score in persons if number]


def _organisations(connection: sa.Connection, typed: str) -> list[Fit]:
    kinds = organisation_kinds()
    there = [(each.id, each.facts.name, each.facts.kind) for each in organisations.everyone(connection)]
    every = [
        Fit(str(number), name, f"{number} · {name} ({kinds.get(kind, kind)})", brief=f"{number} · {name}")
        for number, name, kind in there
    ]
    asked = _numbered(typed)
    return [each for each in every if each.key == asked] or _named(typed, every)


def _named(typed: str, every: Iterable[Fit]) -> list[Fit]:
    """Return those whose names a text fits, the best first; a name equal to the text comes before all others."""
    from kiosk.web.desk.finder import folded, matching

    there, text = list(every), _plain(typed)
    phrases = [(matching.Phrase(folded.name_words(each.name), len(each.name.split())),) for each in there]
    scores = matching.scores(folded.words(typed), phrases)
    scores |= {place: _ALIKE for place, each in enumerate(there) if text in (_plain(each.name), _plain(each.shown))}
    fits = [structs.replace(each, score=scores[place]) for place, each in enumerate(there) if place in scores]
    return sorted(fits, key=lambda each: -each.score)


def _plain(text: str) -> str:
    from kiosk.web.desk.finder.folded import folded

    return " ".join(folded(text).split())


def _only(fits: Sequence[Fit], kind: str, field: str) -> Fit:
    if not fits:
        raise RequestError(_NONE[kind], field=field)
    if fits[0].score < _SURE or (len(fits) > 1 and fits[1].score > fits[0].score - _CLEAR):
        raise RequestError(
            _UNCLEAR[kind], field=field, likely=", ".join(each.brief or each.shown for each in fits[:_MOST_NAMED])
        )
    return fits[0]
