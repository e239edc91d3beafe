"""Recognises the columns of a members' file, and reads the fields of each line."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum

from msgspec import Struct

from kiosk.domain.checkin import badges
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.domain.members import contacts
from kiosk.domain.names import searchable
from kiosk.domain.problems import Problem
from kiosk.domain.spreadsheet import LONGEST_CELL, Line, Table
from kiosk.language import catalogues
from kiosk.language.names import Names

LONGEST_NAME = 100  # characters
_CENTURY = 100  # a lower year is written with two digits
_PIVOT = 70  # two-digit years: 69 is 2069, 70 is 1970


class Field(StrEnum):
    """What a column may hold."""

    NUMBER = "number"
    NAME = "name"
    FIRST_NAME = "first-name"
    LAST_NAME = "last-name"
    SHOWN = "shown"  # the name that the screen shows
    EMAIL = "email"
    PHONE = "phone"
    PLAN = "plan"
    LANGUAGE = "language"
    JOINED = "joined"
    LEFT = "left"
    MEMBERSHIP_UNTIL = "membership-until"
    BADGE = "badge"


Columns = tuple[Field | None, ...]  # by column; None: not read

# the headers that name each field, in the form that `_bare` returns
_HEADERS = {
    Field.NUMBER: "number, no, n, numero, numero de membre, member, member number, membre, id, num",
    Field.NAME: "name, full name, nom complet, nom et prenom, prenom et nom, prenom nom, nom prenom, personne",
    Field.FIRST_NAME: "first name, firstname, given name, prenom",
    Field.LAST_NAME: "last name, lastname, surname, family name, nom de famille",
    Field.SHOWN: "shown, shown name, nom affiche, affichage, pseudo, nickname, surnom",
    Field.EMAIL: "email, e mail, mail, courriel, adresse e mail, adresse mail, adresse email, mel, email address",
    Field.PHONE: "phone, telephone, tel, telephone number, phone number, mobile, portable, numero de telephone",
    Field.PLAN: "plan, formule, type, statut, status, abonnement, subscription",
    Field.LANGUAGE: "language, langue, lang",
    Field.JOINED: "joined, joined on, arrivee, date d arrivee, entree, inscription, date d inscription, depuis, since, "
    "membre depuis, member since, adhesion le, date d adhesion",
    Field.LEFT: "left, left on, depart, date de depart, sortie",
    Field.MEMBERSHIP_UNTIL: "membership until, member until, adhesion jusqu au, adhesion jusqu a, fin d adhesion, "
    "fin adhesion, echeance, expire le, valable jusqu au, expires, expiry, membership end, until, jusqu au",
    Field.BADGE: "badge, uid, numero de badge, badge number, carte, card",
}
_MEANT = {header: field for field, headers in _HEADERS.items() for header in headers.split(", ")}
_LANGUAGES = {"fr": "fr", "francais": "fr", "french": "fr", "en": "en", "anglais": "en", "english": "en"}


class PersonFields(Struct, frozen=True, kw_only=True):
    """What a line says of a person; None for a field it does not give. A plan is given by its code."""

    number: int | None = None
    name: str | None = None
    shown: str | None = None
    email: str | None = None
    phone: str | None = None
    plan: str | None = None
    language: str | None = None
    joined: date | None = None
    left: date | None = None
    membership_until: date | None = None
    badge: BadgeRead | None = None


def _bare(header: str) -> str:
    """Return a header as it is compared: without accents, case and punctuation."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", searchable(header).replace("°", " ").replace("º", " ")).split())


def guess(table: Table) -> Columns:
    """Return the field of each column, guessed by its header; None where none is. No field is used twice."""
    headers = [_bare(header) for header in table.columns]
    fields: list[Field | None] = []
    for index, header in enumerate(headers):
        field = _MEANT.get(header)
        if header in ("nom", "noms"):  # French for a surname, or for the whole name
            field = Field.LAST_NAME if any(_MEANT.get(other) is Field.FIRST_NAME for other in headers) else Field.NAME
        elif header in ("membre", "member") and not all(
            cell.isdigit() for line in table.lines for cell in line.cells[index : index + 1] if cell
        ):
            field = Field.NAME  # the column holds names, not members' numbers
        fields.append(None if field in fields else field)
    return tuple(fields)


def check(columns: Columns) -> None:
    """Check the columns of a members' file. Raises Problem `import-twice` for a field in two columns, `import-who`
    where no column identifies the person.
    """
    taken = [field for field in columns if field is not None]
    twice = sorted({field.value for field in taken if taken.count(field) > 1})
    if twice:
        raise Problem("import-twice", columns=", ".join(twice))
    if not {Field.NUMBER, Field.NAME, Field.LAST_NAME, Field.EMAIL} & set(taken):
        raise Problem("import-who", "no column says who the members are: a number, a name or an e-mail is needed")


def given(line: Line, columns: Columns, plans: Mapping[str, str]) -> PersonFields:
    """Return the fields of a line. `plans` are plans' codes by the names a plan may have, in `searchable` form.

    Raises Problem with the field's name after `cell-`, or `cells` for too many cells.
    """
    if any(line.cells[len(columns) :]):
        raise Problem("cells", str(len(line.cells)))
    cells = {field: cell for field, cell in zip(columns, line.cells, strict=False) if field is not None and cell}
    for field, cell in cells.items():
        if len(cell) > LONGEST_CELL or not cell.isprintable():
            raise Problem(f"cell-{field}", cell[:40])
    names = [cells.pop(field, "") for field in (Field.FIRST_NAME, Field.LAST_NAME)]
    if any(names):
        cells[Field.NAME] = " ".join(filter(None, names))
    read: dict[str, object] = {}
    for field, cell in cells.items():
        try:
            read[field.value.replace("-", "_")] = _READERS[field](cell, plans)
        except ValueError:  # a Problem is one, too
            raise Problem(f"cell-{field}", cell) from None
    return PersonFields(**read)  # type: ignore[arg-type]  # each reader yields its field's type


def _number(cell: str, _plans: Mapping[str, str]) -> int:
    """Return a member's number. Raises ValueError for anything else."""
    if not re.fullmatch(r"0*[1-9][0-9]{0,8}", cell):
        raise ValueError
    return int(cell)


def _name(cell: str, _plans: Mapping[str, str]) -> str:
    """Return a name with single spaces. Raises ValueError where it is too long."""
    folded = " ".join(cell.split())
    if len(folded) > LONGEST_NAME:
        raise ValueError
    return folded


def _phone(cell: str, _plans: Mapping[str, str]) -> str | None:
    """Return a telephone number. A French one gets its first 0 back, which spreadsheets drop where they take the cell
    for a number.
    """
    if re.fullmatch(r"[1-9][0-9]{8}", cell):
        cell = f"0{cell}"
    return contacts.phone(cell)


def _plan(cell: str, plans: Mapping[str, str]) -> str:
    """Return the code of a plan given by code or name. Gender-inclusive endings (`·e`, `(e)`, `.e`, a plain `e`) are
    ignored.
    """
    name = searchable(cell)
    bare = re.sub(r"(?:[·.\-/]e|\(e\))$", "", name)
    for spelling in (name, bare, name.removesuffix("e")):
        if spelling in plans:
            return plans[spelling]
    raise ValueError


def _language(cell: str, _plans: Mapping[str, str]) -> str:
    """Return a language's code, from its code or one of its names. Raises ValueError."""
    names = {searchable(called): code for code, name in catalogues.names() for called in (code, name)}
    code = (_LANGUAGES | names).get(searchable(cell))
    if code is None:
        raise ValueError
    return code


def _day(cell: str, _plans: Mapping[str, str]) -> date:
    """Return a day in ISO form, or as day, month, year with `/`, `.` or `-` between; never month first."""
    iso = re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ]00:00(?::00)?)?", cell)
    if iso:
        return date(int(iso[1]), int(iso[2]), int(iso[3]))
    written = re.fullmatch(r"([0-9]{1,2})([/.\-])([0-9]{1,2})\2([0-9]{2}|[0-9]{4})", cell)
    if not written:
        raise ValueError
    year = int(written[4])
    if year < _CENTURY:
        year += 2000 if year < _PIVOT else 1900
    return date(year, int(written[3]), int(written[1]))


def _badge(cell: str, _plans: Mapping[str, str]) -> BadgeRead:
    """Return a badge's number. Raises ValueError for a random one, which changes with each tap."""
    badge = badges.parse(cell)
    if badge.is_random:
        raise ValueError
    return badge


_READERS: dict[Field, Callable[[str, Mapping[str, str]], object]] = {  # what reads a cell of each field
    Field.NUMBER: _number,
    Field.NAME: _name,
    Field.SHOWN: _name,
    Field.EMAIL: lambda cell, _plans: contacts.email(cell),
    Field.PHONE: _phone,
    Field.PLAN: _plan,
    Field.LANGUAGE: _language,
    Field.JOINED: _day,
    Field.LEFT: _day,
    Field.MEMBERSHIP_UNTIL: _day,
    Field.BADGE: _badge,
}


def called(plans: Mapping[str, Names]) -> dict[str, str]:
    """Return plans' codes by all names that a plan may have: its code, and its name in any language, in searchable
    form.
    """
    return {searchable(name): code for code, names in plans.items() for name in (code, *names.by_language.values())}
