"""Turns the questions of pages into what may be kept on a disk, and back; without names, addresses, tokens or searches.

A parameter that could be personal is replaced by a number, the same wherever it stood: when the page asks again, the
first question with that parameter tells its value. Pure: no file is read or written here.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from kiosk.store.asking.asked_again import Transaction, Unknown

_CODE = re.compile(r"(?:[a-z][a-z_:-]{0,30})?")  # a word of the program's: no name, no address
_MOMENT = re.compile(r"\d{4}-\d{2}(?:-\d{2}[0-9T:.+Z -]{0,30})?")  # a month, a day or a moment


class Asked(Struct, frozen=True):
    """The questions of one transaction of a page, in order, by their places in `Lasting.questions`; `transaction` is
    its number on the page, from 1 on.
    """

    page: str
    transaction: int
    questions: tuple[int, ...]
    at: str = ""  # the page's moment, in ISO form; empty if unknown


class Lasting(Struct, frozen=True):
    """What is kept on the disk: each statement once, and each question as a statement's number and its parameters.

    Statements and questions are numbered by their place, from 0 on. `revision` is the schema for which the statements
    are written.
    """

    revision: str
    statements: tuple[str, ...]
    questions: tuple[tuple[int, tuple[Any, ...]], ...]
    pages: tuple[Asked, ...]


def lasting(
    revision: str, asked: Sequence[tuple[str, int, Transaction]], public: frozenset[str] = frozenset()
) -> Lasting:
    """Return what may be kept of pages' questions: page, number of the transaction, questions. Parameters among the
    `public` words of the release stay as they are. Numbers of unknown parameters begin anew in each transaction.
    """
    statements: dict[str, int] = {}
    questions: dict[str, tuple[int, tuple[Any, ...]]] = {}
    numbers: dict[str, int] = {}
    pages = []
    for page, transaction, known in asked:
        unknown: dict[object, int] = {}
        numbers_of_questions = []
        for sql, values in known.asked:
            number = statements.setdefault(sql, len(statements))
            question = (number, tuple(value if value in public else _kept(value, unknown) for value in values))
            written = repr(question)
            questions.setdefault(written, question)
            numbers_of_questions.append(numbers.setdefault(written, len(numbers)))
        at = "" if known.at is None else known.at.astimezone(UTC).isoformat()
        pages.append(Asked(page, transaction, tuple(numbers_of_questions), at))
    return Lasting(revision, tuple(statements), tuple(questions.values()), tuple(pages))


def asked(kept: Lasting) -> list[tuple[str, int, Transaction]]:
    """Return the questions of pages, with `Unknown` for each parameter that was not kept."""
    known = [(kept.statements[number], tuple(_bound(value) for value in values)) for number, values in kept.questions]
    return [
        (
            page.page,
            page.transaction,
            Transaction(
                tuple(known[number] for number in page.questions),
                datetime.fromisoformat(page.at) if page.at else None,
            ),
        )
        for page in kept.pages
    ]


def _kept(bound: object, unknown: dict[object, int]) -> object:
    """Return a parameter as it may be kept: itself if it cannot be personal (a number, a code, a day), else its number
    in `unknown` as a list of one, to tell it from a parameter that is a number.
    """
    if bound is None or isinstance(bound, int | float):
        return bound
    if isinstance(bound, str) and (_CODE.fullmatch(bound) or _MOMENT.fullmatch(bound)):
        return bound
    return [unknown.setdefault(bound, len(unknown))]


def _bound(kept: object) -> object:
    """Return a parameter from what was kept of it: `Unknown` for a list of one number, all else as it is."""
    return Unknown(kept[0]) if isinstance(kept, list) else kept
