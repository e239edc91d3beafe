"""Remembers which questions each page asked last, so that a server is asked for all of them with the page's first
question.

A page of the desk asks some twenty questions, each a round trip to the server. No list is kept by hand: what a page
asked last time is asked together with its first question this time, within the same snapshot, so that an answer is true
whether it was asked ahead or not. A question that was not foreseen is asked when it comes.

A page that only looks keeps its snapshot to its end, so that all its questions go out at once. A write ends the
snapshot: what the page reads afterwards is read in another one.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from msgspec import Struct

Question = tuple[str, tuple[object, ...]]  # a statement in the driver's SQL, and its parameters

_MOST_PAGES = 1200  # transactions of pages: a release has some five hundred
_MOST_QUESTIONS = 160  # remembered of one transaction
_MOST_TRANSACTIONS = 16  # of one page, fewer than these are searched for one with the same first question
_LONGEST = 4000  # characters of a parameter: a longer one is not remembered


class Unknown(Struct, frozen=True):
    """A parameter of before the desk's last start, whose value was not kept: the same number stands
    for the same value.
    """

    number: int


class Transaction(Struct, frozen=True):
    """The questions of one transaction of a page, in order, and the moment for which the page was drawn."""

    asked: Sequence[Question] = ()
    at: datetime | None = None


class Reading:
    """A page that a thread is reading for, and the number of its transactions so far.

    `name` is the page's, `at` its moment, None for a page without one. What it asks `lasts` beyond the desk's next
    start; a page that only `looks` reads in one snapshot.
    """

    def __init__(self, name: str, at: datetime | None, *, lasts: bool = False, looks: bool = False) -> None:
        self.name = name
        self.at = at
        self.lasts = lasts
        self.looks = looks
        self.is_another = False  # the answer is not the page of this name, as for an unknown member
        self.count = 0  # transactions begun for the page so far
        self.snapshot: Snapshot | None = None


class Snapshot:
    """A page's transaction that several readings share, one after the other or one inside the other."""

    def __init__(self, store: object, transaction: AbstractContextManager[Any]) -> None:
        self.store = store  # the store that it reads from
        self._stack = ExitStack()
        self._depth = 0  # readings going on in it
        self.is_over = False
        self.connection = self._stack.enter_context(transaction)

    @contextmanager
    def read(self) -> Iterator[Any]:
        """Read in this snapshot. After an error of the database the store ends the snapshot; another error ends
        nothing.
        """
        self._depth += 1
        try:
            yield self.connection
        finally:
            self._depth -= 1
            if self.is_over:
                self.end()

    def end(self) -> None:
        """Let no further reading begin in this snapshot, and close it with the last one that goes on."""
        self.is_over = True
        if not self._depth:
            self._stack.close()


_NOTHING = Transaction()
_reading: ContextVar[Reading | None] = ContextVar("reading", default=None)


def begin(name: str, at: datetime | None = None, *, lasts: bool = False, looks: bool = False) -> None:
    """Remember what this thread reads from now on under a page's name. `at` is the page's moment.

    What it asks `lasts` beyond the desk's next start; a page that only `looks` reads in one snapshot.
    """
    end()
    _reading.set(Reading(name, at, lasts=lasts, looks=looks))


def end() -> None:
    """Stop remembering what this thread reads, and end the page's snapshot."""
    let_go()
    _reading.set(None)


def snapshot(store: object, begun: Callable[[], AbstractContextManager[Any]]) -> AbstractContextManager[Any] | None:
    """Return a context to read in the page's snapshot of this store, begun if need be; None if this reading has its
    own: no page is drawn, the page writes, or its snapshot is of another store.
    """
    reading = _reading.get()
    if reading is None or not reading.looks:
        return None
    held = reading.snapshot
    if held is not None and held.store is not store:
        return None
    if held is None or held.is_over:
        held = reading.snapshot = Snapshot(store, begun())
    return held.read()


def let_go() -> None:
    """End the page's snapshot: something is to be written, or the page is done."""
    reading = _reading.get()
    if reading is not None and reading.snapshot is not None:
        reading.snapshot.end()
        reading.snapshot = None


@contextmanager
def writing() -> Iterator[None]:
    """End the page's snapshot for a write: readings during the write are on their own, later ones in a new snapshot."""
    reading = _reading.get()
    looks = reading is not None and reading.looks
    let_go()
    if reading is not None:
        reading.looks = False
    try:
        yield
    finally:
        if reading is not None:
            reading.looks = looks


def answer_otherwise() -> None:
    """Mark the page as answered otherwise than its name says: its questions are remembered only if none are yet."""
    reading = _reading.get()
    if reading is not None:
        reading.is_another = True


def part() -> None:
    """Give each later reading of this page a snapshot of its own: a write has begun whose end is not seen here."""
    let_go()
    reading = _reading.get()
    if reading is not None:
        reading.looks = False


class Memory:
    """The questions that each page asked last, by transaction. Shared by all threads of a desk."""

    def __init__(self) -> None:
        self._asked: OrderedDict[tuple[str, int], Transaction] = OrderedDict()  # by page and number of the transaction
        self._beginnings: dict[str, Transaction] = {}  # the shortest transaction by its first statement
        self._barred: set[tuple[str, int]] = set()  # transactions for which nothing is asked ahead
        self._lasting: set[tuple[str, int]] = set()  # transactions to be kept beyond the desk's next start
        self.shapes = 0  # how many lasting transactions were new so far: a change is a reason to save

    def to_keep(self) -> list[tuple[str, int, Transaction]]:
        """Return the questions that last beyond a start of the desk, oldest first: page, number of the transaction,
        questions.
        """
        return [(*key, transaction) for key, transaction in list(self._asked.items()) if key in self._lasting]

    def learn(self, kept: Sequence[tuple[str, int, Transaction]]) -> None:
        """Take over the questions that an earlier run of the desk left."""
        for name, count, known in kept:
            self._lasting.add((name, count))
            self.keep((name, count), known)

    def next(self) -> "Foresight | None":
        """Return what is foreseen for the transaction that begins now; None if no page is reading, or nothing is asked
        ahead for it.
        """
        reading = _reading.get()
        if reading is None:
            return None
        reading.count += 1
        key = (reading.name, reading.count)
        if reading.lasts and key not in self._lasting:
            self._lasting.add(key)
            self.shapes += 1
        elif not reading.lasts:
            self._lasting.discard(key)
        return None if key in self._barred else Foresight(self, key, reading)

    def before(self, key: tuple[str, int]) -> Transaction:
        """Return what this transaction of a page asked last time; an empty Transaction if it is new."""
        return self._asked.get(key, _NOTHING)

    def beginning(self, name: str, sql: str, *, of_any: bool = True) -> Transaction:
        """Return a transaction of the page that began with this SQL; else, with `of_any`, the shortest such one of any
        page.

        A page's transactions are not always the same number, since what is shown decides how often it reads.
        """
        for count in range(1, _MOST_TRANSACTIONS):
            known = self.before((name, count))
            if known.asked and known.asked[0][0] == sql:
                return known
        return self._beginnings.get(sql, _NOTHING) if of_any else _NOTHING

    def keep(self, key: tuple[str, int], now: Transaction) -> None:
        """Remember what a transaction asked, and as a beginning if it is the shortest with its first statement.

        One that stopped early in the remembered order, as for an unknown member, replaces nothing. The pages not asked
        for the longest time are forgotten first.
        """
        before, asked = self.before(key).asked, now.asked
        if [sql for sql, _ in asked] != [sql for sql, _ in before[: len(asked)]]:
            self._asked[key] = Transaction(asked[:_MOST_QUESTIONS], now.at)
        elif len(asked) == len(before):
            self._asked[key] = now
        self._asked.setdefault(key, now)
        if len(asked) > 1:
            shortest = self._beginnings.setdefault(asked[0][0], now)
            if len(asked) < len(shortest.asked):
                self._beginnings[asked[0][0]] = now
        self._asked.move_to_end(key)
        while len(self._asked) > _MOST_PAGES:
            self._asked.popitem(last=False)

    def bar(self, key: tuple[str, int]) -> None:
        """Ask nothing ahead any more for this transaction of a page: a question that was foreseen was refused."""
        self._barred.add(key)
        self._asked.pop(key, None)


class Foresight:
    """One transaction of a page: the questions of last time in their order, the answers that came ahead, the other
    values.

    A page about another member asks the same with another number: if a question is a remembered one with other values,
    these replace the old values in all questions that follow.
    """

    def __init__(self, memory: Memory, key: tuple[str, int], reading: Reading) -> None:
        self._memory, self._key, self._at = memory, key, reading.at
        self._reading = reading
        self._look_back(memory.before(key))
        # this page's value for a remembered one, by type and value
        self._instead: dict[tuple[type, object], object] = {}
        self._asked: list[Question] = []
        self._answers: dict[Question, list[Any]] = {}  # cursors that came ahead

    def take(self, question: Question) -> Any | None:
        """Return the answer to a question that was asked ahead, once; None if the question must be asked now. Either
        way the question counts as asked, and is remembered at the end.
        """
        self._asked.append(question)
        waiting = self._answers.get(question)
        if not waiting:
            return None
        answer = waiting.pop(0)
        self._pass(question[0])
        return answer

    def ahead(self, question: Question) -> list[Question]:
        """Return the questions to send together with one that has no answer yet: those that followed it last time, with
        this page's values, without answers that are here. Empty if no known transaction asked this question.
        """
        place = self._pass(question[0])
        if place is None:  # not foreseen: look for a transaction that began with this question
            is_first = len(self._asked) == 1
            known = self._memory.beginning(self._key[0], question[0], of_any=is_first)
            if known.asked and known.asked is not self._before:
                self._look_back(known)
                place = self._pass(question[0])
        if place is None:
            return []
        # this page asks with other values than last time: they replace the old ones in all that follows
        for old, new in zip(self._before[place][1], question[1], strict=False):
            key = (type(old), old)
            self._instead[key] = new
        counts = {known: len(waiting) for known, waiting in self._answers.items()}  # answers that are here already
        following = []
        for sql, values in self._before[self._place :]:
            expected = (sql, tuple([self._expected(value) for value in values]))
            if any(isinstance(value, Unknown) for value in expected[1]):
                continue  # no earlier question has told the value yet
            if counts.get(expected, 0):
                counts[expected] -= 1
            else:
                following.append(expected)
        return following

    def answer(self, question: Question, cursor: Any) -> None:
        """Keep the answer to a question that was asked ahead."""
        self._answers.setdefault(question, []).append(cursor)

    def end(self) -> None:
        """End the transaction: remember its questions for next time. Not if a parameter is too long, or the page was
        answered otherwise than its name says and its questions are known.
        """
        if self._reading.is_another and self._memory.before(self._key).asked:
            return
        if all(_is_short(values) for _, values in self._asked):
            self._memory.keep(self._key, Transaction(tuple(self._asked), self._at))

    def refuse(self) -> None:
        """Bar this transaction of the page from asking ahead: a foreseen question was refused, and the transaction with
        it.
        """
        self._memory.bar(self._key)

    def _look_back(self, known: Transaction) -> None:
        """Foresee the questions of a known transaction (`_before`), from its first one on (`_place` is the next one
        expected). Days and moments in them are moved on (`_moved_on`) to the page's moment.
        """
        self._before, self._place, self._moved_on = known.asked, 0, _as_it_is
        if known.at is not None and self._at is not None and known.at != self._at:
            from kiosk.store.asking.moved_on import MovedOn  # a file asks nothing ahead and does not need it

            self._moved_on = MovedOn(known.at, self._at).of

    def _expected(self, bound: object) -> object:
        """Return the value that a remembered parameter will have this time: this page's for it, if an earlier question
        told that; else the remembered one, moved on if it is a day or a moment.
        """
        key = (type(bound), bound)
        return self._instead[key] if key in self._instead else self._moved_on(bound)

    def _pass(self, sql: str) -> int | None:
        """Move behind the next remembered question with this SQL and return its place; None if there is none. Questions
        between, which this page did not ask, are passed over.
        """
        for place in range(self._place, len(self._before)):
            if self._before[place][0] == sql:
                self._place = place + 1
                return place
        return None


def _as_it_is(bound: object) -> object:
    """Return a parameter unchanged."""
    return bound


def _is_short(values: tuple[object, ...]) -> bool:
    """Return whether no parameter, text or bytes, is longer than `_LONGEST`."""
    return all(not isinstance(value, str | bytes) or len(value) <= _LONGEST for value in values)
