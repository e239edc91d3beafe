"""Reads what was typed into a Struct, each field on its own, so that every mistake is told at once beside its field.

A field's annotation may hold a function that checks and cleans (`Annotated[str, offices.name]`) and a `Meta` with its
description. An edge hands in how it reads a type: a member by name at the desk, `today` on the command line.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any, NewType, TypeVar, get_args, get_origin

from msgspec import NODEFAULT, Meta, Struct, structs

from kiosk.domain import amounts, inputs
from kiosk.domain.problems import Mistake, Problem

Cents = NewType("Cents", int)
MemberRef = NewType("MemberRef", int)
Month = NewType("Month", date)  # its first day

Reader = Callable[[str], object]
S = TypeVar("S", bound=Struct)


class Field(Struct, frozen=True):
    """A field of a Struct. `wire` is its name in forms, commands and JSON, `type` its type without None."""

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
    for info in structs.fields(struct):
        is_annotated = get_origin(info.type) is Annotated
        annotation, *hints = get_args(info.type) if is_annotated else [info.type]
        bare = next((each for each in get_args(annotation) if each is not type(None)), annotation)
        default = info.default if info.default_factory is NODEFAULT else info.default_factory()
        about = next((hint for hint in hints if isinstance(hint, Meta)), Meta())
        clean = next((hint for hint in hints if callable(hint)), None)
        yield Field(info.name, info.encode_name, bare, info.required, default, clean, about)


def read(struct: type[S], typed: Mapping[str, Any], readers: Mapping[Any, Reader] = MappingProxyType({})) -> S:
    """Return what was typed, by wire names. An empty field takes its default; what is no text is taken as it is.

    Raises Mistake with its field, and with the others.
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
    reader = {**READERS, **readers}.get(field.type)
    value = reader(given) if reader is not None and isinstance(given, str) else given
    return value if field.clean is None else field.clean(value)


def cleaned(wish: S) -> S:
    """Return a Struct that was made in code, its fields checked and cleaned as typed ones are."""
    return read(type(wish), {field.wire: getattr(wish, field.name) for field in of(type(wish))})


def _needs(read_text: Callable[[str], object], wrong: Callable[[str], Problem]) -> Reader:
    def reader(text: str) -> object:
        value = read_text(text)
        if value is None:
            raise wrong(text)
        return value

    return reader


def _no_number(text: str) -> Problem:
    return Problem("number", given=text)


def _no_day(text: str) -> Problem:
    return Problem("day", given=text)


READERS: Mapping[Any, Reader] = {
    int: _needs(inputs.signed, _no_number),
    date: _needs(inputs.day, _no_day),
    Month: _needs(inputs.month, _no_day),
    MemberRef: _needs(inputs.number, _no_number),
    Cents: amounts.parse,
}
"""How each type is read where an edge does not say otherwise."""
