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
LONGEST, MOST, _MOST_NAMED = 100, 8, 3  # characters of a text; choices in a list, and in an error
_NUMBER = re.compile(r"^\s*0*([0-9]{1,9})(?:\s*·.*|\s*)$")  # alone, or before " · " and a name, as a list shows it
_ALIKE = 110.0  # points of a name that is equal to the text: above all that `matching` gives
_SURE, _CLEAR = 95.0, 8.0  # the least points of a name that is taken, and by how many it must lead
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
    """Return the product of a kind that a field names, by code, else by name, among those that `offered` lists; None
    where the field is empty.

    Raises RequestError `product-unclear`, with the names that fit, or `product-none`.
    """
    text = typed.strip()
    if not text:
        return None
    desk = office()
    with desk.reading() as connection:
        by_code = offered(connection, desk.now(connection)[0], kind, unit, priced=priced)
    if text in by_code:
        return ProductRef(text)
    fits = _named(text, (Fit(code, shown.partition(" · ")[0], shown) for code, shown in by_code.items()))
    return ProductRef(_only(fits, "product", field).key)


def offered(
    connection: sa.Connection, policy: Policy, kind: ProductKind, unit: Unit | None = None, *, priced: bool = False
) -> dict[str, str]:
    """Return the products of a kind and a unit by code, as a list shows them; with `priced` only those with a full
    price.
    """
    names = name_rows.products(connection)
    by_code = {}
    for product in policy.products.values():
        price = policy.prices.get((product.code, FULL))
        if product.kind is kind and unit in (None, product.unit) and not (priced and price is None):
            beside = f" · {formats.euros(price.cents)}" if priced and price is not None else ""
            by_code[product.code] = in_page_language(names[product.code]) + beside
    return by_code


def likely(typed: str, kind: Kind = "member") -> list[str]:
    """Return what a field may mean, the best first, in the form in which it is picked: a number and a name."""
    find = _members if kind == "member" else _organisations
    with office().reading() as connection:
        return [fit.shown for fit in find(connection, typed[:LONGEST])[:MOST]]


def _numbered(typed: str) -> str:
    """Return the number at the beginning of a text that was picked from a list, or typed alone; an empty text where
    there is none.
    """
    match = _NUMBER.match(typed)
    return match[1] if match is not None else ""


def _members(connection: sa.Connection, typed: str) -> list[Fit]:
    """Return the members that a text fits, the best first."""
    from kiosk.web.desk.finder import asked, people  # a number needs none of it

    best = people.People(connection, office().today(), sees_contacts=False, sees_money=False).find(asked.read(typed))
    persons = [(person.named.number, person.named.name, person.score) for person in best]
    return [Fit(str(number), name, f"{number:04d} · {name}", score) for number, name, score in persons if number]


def _organisations(connection: sa.Connection, typed: str) -> list[Fit]:
    """Return the organisation with the typed number, else those whose names a text fits, the best first."""
    kinds = organisation_kinds()
    known = [(payer.id, payer.facts.name, payer.facts.kind) for payer in organisations.everyone(connection)]
    every = [
        Fit(str(number), name, f"{number} · {name} ({kinds.get(kind, kind)})", brief=f"{number} · {name}")
        for number, name, kind in known
    ]
    typed_number = _numbered(typed)
    return [fit for fit in every if fit.key == typed_number] or _named(typed, every)


def _named(typed: str, every: Iterable[Fit]) -> list[Fit]:
    """Return the choices whose names a text fits, the best first; a name equal to the text comes before all others."""
    from kiosk.web.desk.finder import folded, matching

    choices, text = list(every), _plain(typed)
    phrases = [(matching.Phrase(folded.name_words(fit.name), len(fit.name.split())),) for fit in choices]
    scores = matching.scores(folded.words(typed), phrases)
    scores |= {place: _ALIKE for place, fit in enumerate(choices) if text in (_plain(fit.name), _plain(fit.shown))}
    fits = [structs.replace(fit, score=scores[place]) for place, fit in enumerate(choices) if place in scores]
    return sorted(fits, key=lambda fit: -fit.score)


def _plain(text: str) -> str:
    """Return a text folded, with single blanks."""
    from kiosk.web.desk.finder.folded import folded

    return " ".join(folded(text).split())


def _only(fits: Sequence[Fit], kind: str, field: str) -> Fit:
    """Return the fit that is clearly the best: it has at least `_SURE` points and leads by `_CLEAR`. Raises
    RequestError with the code of its kind for any other, and where none fits.
    """
    if not fits:
        raise RequestError(_NONE[kind], field=field)
    if fits[0].score < _SURE or (len(fits) > 1 and fits[1].score > fits[0].score - _CLEAR):
        raise RequestError(
            _UNCLEAR[kind], field=field, likely=", ".join(fit.brief or fit.shown for fit in fits[:_MOST_NAMED])
        )
    return fits[0]
