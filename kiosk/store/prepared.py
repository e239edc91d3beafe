"""Runs a tap's statements on the driver's own cursor: written in SQLAlchemy Core, compiled once in a program's life.

SQLAlchemy looks each statement up, binds and converts anew at every execution: most of a tap's cost beside the
database. Here what never changes is kept: the SQL, the order of the parameters, and the converters of the columns'
types. Errors of the driver are raised as SQLAlchemy's, as everywhere.

Answers that may have a million rows are read from the driver, too, page by page, so that few are in memory.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

Convert = Callable[[Any], Any]  # turns a value into the driver's, or back
# called with a statement, its parameters' names and their values
Heard = Callable[[str, tuple[str, ...], tuple[object, ...]], object]

_NAMES = count(1)  # numbers for the names of cursors
_NO_LETTERS = "Could not decode to UTF-8"  # the driver's message
listeners: list[Heard] = []
"""Functions called with each statement, the names of its parameters, and their values: for measuring."""


class _Compiled(Struct, frozen=True):
    """A statement compiled for one dialect: what never changes between two executions."""

    sql: str
    names: tuple[str, ...]  # of the parameters, in their order
    binds: tuple[tuple[str, Convert | None], ...]  # each parameter's name, and what converts its value; None: nothing
    constants: Mapping[str, object]  # parameters whose value the statement itself has
    # of the answer: each column's place in a row, and what converts its values
    converters: tuple[tuple[int, Convert], ...]
    row: Callable[[Sequence[Any]], Any]  # makes a named row of a fetched one
    asks_ahead: bool  # questions may be queued, as with a server


class Prepared:
    """One statement. `make` builds it at its first use; `keys` are the columns that an insert is given."""

    def __init__(self, make: Callable[[], Any], keys: Sequence[str] | None = None) -> None:
        self._make = make
        self._keys = keys
        self._compiled: dict[str, _Compiled] = {}

    def first(self, connection: sa.Connection, values: Mapping[str, object] = {}) -> Any | None:
        """Run the statement and return its first row, by column names; None if there is none."""
        compiled = self._of(connection)
        return self._row(compiled, self._execute(connection, compiled, values).fetchone())

    def ahead(self, connection: sa.Connection, values: Mapping[str, object] = {}) -> None:
        """Queue the question, so that a server answers it together with the next statement.

        Then `first` with the same values finds the answer waiting, as long as nothing was written in between. Only
        where `asks_ahead`.
        """
        compiled = self._of(connection)
        question = connection.dialect.waiting(compiled.sql, self._converted(compiled, values))  # type: ignore[attr-defined]  # a server's
        _driver(connection).ahead(*question)

    def answer_ahead(self, connection: sa.Connection, values: Mapping[str, object] = {}) -> Any | None:
        """Return the first row of the answer to a queued question; None if it was not queued, or its answer no longer
        holds.
        """
        if not asks_ahead(connection):
            return None
        compiled = self._of(connection)
        cursor = _answered(connection, compiled, self._bound(compiled, values))
        return None if cursor is None else self._row(compiled, cursor.fetchone())

    @staticmethod
    def _row(compiled: _Compiled, answer: Any) -> Any | None:
        """Return a fetched row with names and converted values; None for None.

        No cursor is kept: one that met a wrong value would stay open as long as its exception, and SQLite accepts no
        new function meanwhile.
        """
        if answer is None or not compiled.converters:
            return None if answer is None else compiled.row(answer)
        row = list(answer)
        for place, convert in compiled.converters:
            row[place] = convert(row[place])
        return compiled.row(row)

    def run(self, connection: sa.Connection, values: Mapping[str, object]) -> int:
        """Run a writing statement. Return the id of the inserted row."""
        row_id: int = self._execute(connection, self._of(connection), values).lastrowid
        return row_id

    def run_later(self, connection: sa.Connection, values: Mapping[str, object]) -> None:
        """Run a writing statement without waiting for an answer: a server gets it together with the next statement,
        which raises this one's error.
        """
        later = getattr(_driver(connection), "later", None)
        if later is None:
            self._execute(connection, self._of(connection), values)
            return
        compiled = self._of(connection)
        later(*connection.dialect.waiting(compiled.sql, self._bound(compiled, values)))  # type: ignore[attr-defined]  # a server's

    def _of(self, connection: sa.Connection) -> _Compiled:
        """Return the statement compiled for the connection's dialect, compiled at its first use."""
        name = connection.dialect.name
        compiled = self._compiled.get(name)
        if compiled is None:
            compiled = self._compiled[name] = _compile(self._make(), connection.dialect, self._keys)
        return compiled

    def _execute(self, connection: sa.Connection, compiled: _Compiled, values: Mapping[str, object]) -> Any:
        """Run the statement and return the cursor with its answer; a queued question is not asked again."""
        bound = self._bound(compiled, values)
        if compiled.asks_ahead and (answered := _answered(connection, compiled, bound)) is not None:
            return answered
        cursor = _driver(connection).cursor()
        try:
            cursor.execute(compiled.sql, bound)
        except connection.dialect.dbapi.Error as fault:  # type: ignore[union-attr]  # every dialect has a driver
            raise sqlalchemy_error(connection, compiled.sql, fault) from fault
        return cursor

    @classmethod
    def _bound(cls, compiled: _Compiled, values: Mapping[str, object]) -> tuple[object, ...]:
        """Return the statement's values as the driver takes them, and let listeners hear them."""
        bound = cls._converted(compiled, values)
        if listeners:
            for listener in listeners:
                listener(compiled.sql, compiled.names, bound)
        return bound

    @staticmethod
    def _converted(compiled: _Compiled, values: Mapping[str, object]) -> tuple[object, ...]:
        """Return the values in the parameters' order, converted for the driver."""
        if compiled.constants:
            values = {**compiled.constants, **values}
        return tuple([values[name] if convert is None else convert(values[name]) for name, convert in compiled.binds])


def asks_ahead(connection: sa.Connection) -> bool:
    """Return whether queueing questions saves time: with a server, where each question is a round trip."""
    return _asks_ahead(connection.dialect)


def _asks_ahead(dialect: sa.Dialect) -> bool:
    """Return whether a dialect's database is a server."""
    return dialect.name != "sqlite"


def _driver(connection: sa.Connection) -> Any:
    """Return the driver's connection. The DBAPI's will do, since no driver here waits in an event loop: the attribute
    for it is four calls longer, eight times a tap.
    """
    return connection.connection.dbapi_connection


def _answered(connection: sa.Connection, compiled: _Compiled, bound: tuple[object, ...]) -> Any | None:
    """Return the cursor with the answer to a queued question; None if there is none."""
    question = connection.dialect.waiting(compiled.sql, bound)  # type: ignore[attr-defined]  # a server's
    return _driver(connection).answered(*question)


def say(connection: sa.Connection, sql: str) -> None:
    """Run a statement without parameters and without an answer, such as BEGIN."""
    try:
        _driver(connection).execute(sql).close()
    except connection.dialect.dbapi.Error as fault:  # type: ignore[union-attr]
        raise sqlalchemy_error(connection, sql, fault) from fault


def pages(
    connection: sa.Connection, query: str, values: Sequence[object], size: int
) -> Iterator[Sequence[tuple[Any, ...]]]:
    """Yield an answer's rows in pages of `size`.

    SQLite finds the rows as they are asked for; a server would send all at once, so there the query gets a named
    cursor.
    """
    raw = _driver(connection)
    is_file = connection.dialect.name == "sqlite"
    done = 0
    try:
        for rows in _pages(raw.cursor(*(() if is_file else (f"pages_{next(_NAMES)}",))), query, values, size):
            yield rows
            done += len(rows)
    except connection.dialect.dbapi.Error as fault:  # type: ignore[union-attr]  # every dialect has a driver
        if _NO_LETTERS not in str(fault):
            raise sqlalchemy_error(connection, query, fault) from fault
        yield from _rest(raw, query, values, size, done)


def _rest(raw: Any, query: str, values: Sequence[object], size: int, done: int) -> Iterator[Sequence[tuple[Any, ...]]]:
    """Yield the rows after the first `done`, one of which has text that is not UTF-8, with a replacement character in
    its place: so a comparison can name the row. Only tampering writes such a text.
    """
    before = raw.text_factory
    raw.text_factory = _with_replacements
    try:
        for rows in _pages(raw.cursor(), query, values, size):
            if done < len(rows):
                yield rows[done:]
            done = max(0, done - len(rows))
    finally:
        raw.text_factory = before


def _with_replacements(text: bytes) -> str:
    """Return a text with a replacement character for each byte that is not UTF-8."""
    return text.decode(errors="replace")


def _pages(cursor: Any, query: str, values: Sequence[object], size: int) -> Iterator[Sequence[tuple[Any, ...]]]:
    """Yield the rows that a cursor fetches, page by page, and close it at the end."""
    try:
        cursor.execute(query, values)
        while rows := cursor.fetchmany(size):
            yield rows
    finally:
        cursor.close()


def sqlalchemy_error(connection: sa.Connection, sql: str, fault: Exception) -> Exception:
    """Return a driver's error as SQLAlchemy's, without the statement's values."""
    dialect = connection.dialect
    driver: Any = dialect.dbapi
    error: Exception = sa.exc.DBAPIError.instance(sql, None, fault, driver.Error, hide_parameters=True, dialect=dialect)
    return error


def _compile(statement: Any, dialect: sa.Dialect, keys: Sequence[str] | None) -> _Compiled:
    """Compile a statement for a dialect, with the converters of its parameters and columns.

    Raises TypeError for a statement whose SQL or values are not the same at each execution.
    """
    compiled = statement.compile(dialect=dialect, column_keys=keys)
    if compiled.positiontup is None or compiled.post_compile_params:
        raise TypeError("only what is bound by its place, each value once, can be prepared")
    if getattr(compiled, "insert_prefetch", ()) or getattr(compiled, "update_prefetch", ()):
        raise TypeError("a column of this table wants a value that Python makes")
    names = tuple(compiled.positiontup)
    types = {name: bind.type for name, bind in compiled.binds.items()}
    binds = tuple((name, types[name].dialect_impl(dialect).bind_processor(dialect)) for name in names)
    required = {name for name, bind in compiled.binds.items() if bind.required}
    constants = {name: value for name, value in compiled.params.items() if name in names and name not in required}
    if keys is not None:
        constants = {name: value for name, value in constants.items() if name not in keys}
    columns = list(statement.selected_columns) if isinstance(statement, sa.Select) else []
    by_place = [(place, _converter(column, dialect)) for place, column in enumerate(columns)]
    named: Any = namedtuple  # its columns are known only at run time
    row = named("Row", [column.key for column in columns], rename=True)
    converters = tuple((place, convert) for place, convert in by_place if convert is not None)
    return _Compiled(str(compiled), names, binds, constants, converters, row._make, _asks_ahead(dialect))


def _converter(column: Any, dialect: sa.Dialect) -> Convert | None:
    """Return the function that converts a column's fetched values; None if they need none."""
    convert: Convert | None = column.type.dialect_impl(dialect).result_processor(dialect, None)
    return convert
