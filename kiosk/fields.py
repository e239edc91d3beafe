"""Reads typed values into a Struct, each field by itself, so that every mistake is told at once beside its field.

A field's annotation may have a function that checks and cleans (`Annotated[str, offices.name]`) and a `Meta` with its
description. An edge (the desk's pages, the command line) may hand in its own way of reading a type: a member by name at
the desk, `today` on the command line.

What acts refer to (a member, an organisation, a product, a sum, a month) has a class of its own, so that mypy tells
them apart. `dec_hook` reads them for msgspec, `enc_hook` writes them, and `schema_hook` describes them.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Self, TypeVar, get_args, get_origin

import msgspec
from msgspec import NODEFAULT, Meta, Struct, structs

from kiosk.domain import amounts, inputs
from kiosk.domain.problems import Mistake, Problem

Reader = Callable[[str], object]  # reads a typed text as a field's value
S = TypeVar("S", bound=Struct)
Schema = Mapping[str, str | int]  # a JSON schema


class _Number(int):
    """A number that names something, such as a member: 0 or more, typed with at most nine digits."""

    schema: ClassVar[Schema] = {"type": "integer", "minimum": 0}

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the number in a typed text. Raises Problem `number`."""
        number = inputs.number(text)
        if number is None:
            raise Problem("number", given=text)
        return cls(number)


class MemberRef(_Number):
    """A member, by number."""


class OrganisationRef(_Number):
    """An organisation, by number."""


class ProductRef(str):
    """A product, by code."""

    __slots__ = ()
    schema: ClassVar[Schema] = {"type": "string", "minLength": 1}

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the product code in a typed text. Raises Problem `no-such-product` where it is empty."""
        if not text:
            raise Problem("no-such-product", field="product")
        return cls(text)


class Cents(int):
    """An amount in whole cents, typed in euros."""

    schema: ClassVar[Schema] = {"type": "integer", "minimum": 0, "description": "Whole cents."}

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the cents of an amount in euros as people write it: `5`, `5,00`, `1.000,00 €`. Raises Problem
        `amount`.
        """
        return cls(amounts.parse(text))


class Month(date):
    """A month, by its first day."""

    schema: ClassVar[Schema] = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"}

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the month of a day."""
        return cls(day.year, day.month, 1)

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the month in a typed text, like `2026-11`. Raises Problem `day`."""
        first = inputs.month(text)
        if first is None:
            raise Problem("day", "a month is written like 2026-11, not {given!r}", given=text)
        return cls.of(first)


REFS = (MemberRef, OrganisationRef, ProductRef, Cents, Month)  # the classes that msgspec does not know by itself


def dec_hook(kind: Any, given: Any) -> Any:
    """Convert a value to `kind`, one of `REFS`: read text, and convert a plain number of 0 or more, or a date for a
    Month.

    Raises Problem as the class's `read` does, TypeError for any other value (a negative number, True), and
    NotImplementedError where `kind` is another class.
    """
    if kind not in REFS:
        raise NotImplementedError(kind)
    if isinstance(given, str):
        return given if isinstance(given, kind) else kind.read(given)  # a ProductRef is text and may come read already
    if kind is Month and isinstance(given, date):
        return Month.of(given)
    if isinstance(given, int) and not isinstance(given, bool) and issubclass(kind, int) and given >= 0:
        return kind(given)
    raise TypeError(f"{given!r} is no {kind.__name__}")


def enc_hook(given: Any) -> int | str:
    """Convert one of `REFS` to JSON: a month to text like `2026-11`, a number or cents to an integer, a product to its
    code. Raises NotImplementedError for any other value.
    """
    if isinstance(given, Month):
        return f"{given:%Y-%m}"
    if isinstance(given, (_Number, Cents)):
        return int(given)
    if isinstance(given, ProductRef):
        return str(given)
    raise NotImplementedError(type(given))


def schema_hook(kind: Any) -> dict[str, str | int]:
    """Return the JSON schema of one of `REFS`. Raises NotImplementedError for any other class."""
    if kind not in REFS:
        raise NotImplementedError(kind)
    return {"title": kind.__name__, **kind.schema}


class Field(Struct, frozen=True):
    """A field of a Struct. `name` is its name in Python, `wire` its name in forms, commands and JSON, `type` its type
    without None, `default` its value where none is given (NODEFAULT where `is_required`), `clean` the function that
    checks a converted value and returns it cleaned (None: no more than its type is checked), `about` its description.
    """

    name: str
    wire: str
    type: Any
    is_required: bool
    default: Any
    clean: Callable[[Any], Any] | None = None
    about: Meta = Meta()


@cache
def of(struct: type[Struct]) -> tuple[Field, ...]:
    """Return the fields of a Struct, in order."""
    return tuple(_fields(struct))


def _fields(struct: type[Struct]) -> Iterator[Field]:
    """Yield the fields of a struct in order. Of an `Annotated` type the first Meta is a field's description, and the
    first callable the function that cleans it.
    """
    for info in structs.fields(struct):
        is_annotated = get_origin(info.type) is Annotated
        annotation, *hints = get_args(info.type) if is_annotated else [info.type]
        # Of `T | None` it is T.
        bare = next((each for each in get_args(annotation) if each is not type(None)), annotation)
        default = info.default if info.default_factory is NODEFAULT else info.default_factory()
        about = next((hint for hint in hints if isinstance(hint, Meta)), Meta())
        clean = next((hint for hint in hints if callable(hint)), None)
        yield Field(info.name, info.encode_name, bare, info.required, default, clean, about)


def read(struct: type[S], typed: Mapping[str, Any], readers: Mapping[Any, Reader] = MappingProxyType({})) -> S:
    """Make a Struct of typed values, given by wire names. An optional field that is missing, None or blank takes its
    default; a required one is read as "". Names that are no field are ignored. `readers` read a text of their type in
    the place of `READERS`.

    Raises the first wrong field's Mistake, with those of later fields in `others`.
    """
    values: dict[str, Any] = {}
    wrong: list[Mistake] = []
    for field in of(struct):
        given = typed.get(field.wire)
        given = given.strip() if isinstance(given, str) else given
        if given in (None, "") and not field.is_required:
            continue
        try:
            values[field.name] = _value(field, "" if given is None else given, readers)
        except Mistake as mistake:
            mistake.field = field.wire
            wrong.append(mistake)
    if wrong:
        wrong[0].others = tuple(wrong[1:])
        raise wrong[0]
    return struct(**values)


def _value(field: Field, given: Any, readers: Mapping[Any, Reader]) -> Any:
    """Convert a value to a field's type, and clean it. A text that does not convert goes to `clean` unconverted, if the
    field has one. Raises Problem `value`, or the Mistake of the reader or of `clean`.
    """
    kind = getattr(field.type, "__supertype__", field.type)  # of a NewType, the type that it is made from
    reader = readers.get(kind, READERS.get(kind))
    if reader is not None and isinstance(given, str):
        given = reader(given)
    try:
        # Not strict: the text `true` or `2` is taken for a boolean or a number.
        given = msgspec.convert(given, field.type, strict=False, dec_hook=dec_hook)
    except msgspec.ValidationError as wrong:
        if isinstance(wrong.__cause__, Mistake):
            raise wrong.__cause__ from None
        if field.clean is None or not isinstance(given, str):
            raise Problem("value", given=str(given)) from None
    return given if field.clean is None else field.clean(given)


def cleaned(instance: S) -> S:
    """Check and clean the fields of a Struct that was made in code, and return a new one. Raises Mistake as `read`."""
    return read(type(instance), {field.wire: getattr(instance, field.name) for field in of(type(instance))})


def _needs(read_text: Callable[[str], object], wrong: Callable[[str], Problem]) -> Reader:
    """Make a reader that raises `wrong(text)` where `read_text` returns None."""

    def reader(text: str) -> object:
        """Return the value of a typed text. Raises the problem of this kind of field."""
        value = read_text(text)
        if value is None:
            raise wrong(text)
        return value

    return reader


def _no_number(text: str) -> Problem:
    """Return the problem of a text that is not a number."""
    return Problem("number", given=text)


def _no_day(text: str) -> Problem:
    """Return the problem of a text that is not a day."""
    return Problem("day", given=text)


READERS: Mapping[Any, Reader] = {int: _needs(inputs.signed, _no_number), date: _needs(inputs.day, _no_day)}
"""How text becomes a number (at most nine digits) or a day (1900 to 2999) unless an edge hands in its own reader."""
