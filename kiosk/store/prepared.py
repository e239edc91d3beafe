"""Runs a tap's statements on the driver's own cursor: written in Core as all others, compiled once a program.

SQLAlchemy looks each statement up, binds and converts by machinery that serves everybody, at each execution anew: most
of what a tap costs above its statements. Here what never changes is kept: the SQL, the order of what is bound, and the
converters of the columns' own types. What the driver raises is raised as SQLAlchemy's, as everywhere.

What may be a million rows is read from the driver, too, in pages: it has one at a time and no more.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

Convert = Callable[[Any], Any]
Heard = Callable[[str, tuple[str, ...], tuple[object, ...]], object]

_NAMES = count(1)
_NO_LETTERS = "Could not decode to UTF-8"  # as the driver says it
listeners: list[Heard] = []
"""Who hears each statement, the names of what is bound, and its values: for measuring."""


class _Compiled(Struct, frozen=True):
    """A statement as one dialect has it."""

    sql: str
    names: tuple[str, ...]
    binds: tuple[tuple[str, Convert | None], ...]
    constants: Mapping[str, object]
    converters: tuple[tuple[int, Convert], ...]
    row: Callable[[Sequence[Any]], Any]
    asks_ahead: bool


class Prepared:
    """One statement. `make` builds it when it is first wanted; `keys` are the columns that an insert is given."""

    def __init__(self, make: Callable[[], Any], keys: Sequence[str] | None = None) -> None:
        self._make = make
        self._keys = keys
        self._compiled: dict[str, _Compiled] = {}

    def first(self, connection: sa.Connection, values: Mapping[str, object] = {}) -> Any | None:
        """The first row, by its columns' names; None where there is none."""
        compiled = self._of(connection)
        return self._row(compiled, self._execute(connection, compiled, values).fetchone())

    def ahead(self, connection: sa.Connection, values: Mapping[str, object] = {}) -> None:
        """Ask together with the next statement, where `asks_ahead`: `first` with the same values has the answer then,
        as long as nothing was written in between.
        """
        compiled = self._of(connection)
        said = connection.dialect.waiting(compiled.sql, self._converted(compiled, values))  # type: ignore[attr-defined]  # a server's
        _driver(connection).ahead(*said)

    def told_ahead(self, connection: sa.Connection, values: Mapping[str, object] = {}) -> Any | None:
        """Return the first row of what was asked ahead; None where it was not asked, or its answer no longer holds."""
        if not asks_ahead(connection):
            return None
        compiled = self._of(connection)
        cursor = _answered(connection, compiled, self._bound(compiled, values))
        return None if cursor is None else self._row(compiled, cursor.fetchone())

    @staticmethod
    def _row(compiled: _Compiled, found: Any) -> Any | None:
        """Return a row, by names. No cursor is kept: one that met a wrong value would stay open as long as what it
        raised, and SQLite learns no function meanwhile.
        """
        if found is None or not compiled.converters:
            return None if found is None else compiled.row(found)
        row = list(found)
        for place, convert in compiled.converters:
            row[place] = convert(row[place])
        return compiled.row(row)

    def run(self, connection: sa.Connection, values: Mapping[str, object]) -> int:
        """Write. Returns the id of the row that was inserted."""
        found: int = self._execute(connection, self._of(connection), values).lastrowid
        return found

    def run_later(self, connection: sa.Connection, values: Mapping[str, object]) -> None:
        """Write without waiting for an answer: a server may be told together with the next statement, which raises what
        is wrong with this one.
        """
        later = getattr(_driver(connection), "later", None)
        if later is None:
            self._execute(connection, self._of(connection), values)
            return
        compiled = self._of(connection)
        later(*connection.dialect.waiting(compiled.sql, self._bound(compiled, values)))  # type: ignore[attr-defined]  # a server's

    def _of(self, connection: sa.Connection) -> _Compiled:
        name = connection.dialect.name
        found = self._compiled.get(name)
        if found is None:
            found = self._compiled[name] = _compile(self._make(), connection.dialect, self._keys)
        return found

    def _execute(self, connection: sa.Connection, compiled: _Compiled, values: Mapping[str, object]) -> Any:
        bound = self._bound(compiled, values)
        if compiled.asks_ahead and (answered := _answered(connection, compiled, bound)) is not None:
            return answered
        cursor = _driver(connection).cursor()
        try:
            cursor.execute(compiled.sql, bound)
        except connection.dialect.dbapi.Error as fault:  # type: ignore[union-attr]  # every dialect has a driver
            raise told(connection, compiled.sql, fault) from fault
        return cursor

    @classmethod
    def _bound(cls, compiled: _Compiled, values: Mapping[str, object]) -> tuple[object, ...]:
        bound = cls._converted(compiled, values)
        if listeners:
            for each in listeners:
                each(compiled.sql, compiled.names, bound)
        return bound

    @staticmethod
    def _converted(compiled: _Compiled, values: Mapping[str, object]) -> tuple[object, ...]:
        if compiled.constants:
            values = {**compiled.constants, **values}
        return tuple([values[name] if convert is None else convert(values[name]) for name, convert in compiled.binds])


def asks_ahead(connection: sa.Connection) -> bool:
    """Whether asking together saves anything: of a server, to which each question is a way."""
    return _asks_ahead(connection.dialect)


def _asks_ahead(dialect: sa.Dialect) -> bool:
    return dialect.name != "sqlite"


def _driver(connection: sa.Connection) -> Any:
    """The driver's own connection: the DBAPI's, since no driver here waits in an event loop. Asked for as such, it is
    four calls away, eight times a tap.
    """
    return connection.connection.dbapi_connection


def _answered(connection: sa.Connection, compiled: _Compiled, bound: tuple[object, ...]) -> Any | None:
    """The cursor of the answer to what was asked ahead."""
    said = connection.dialect.waiting(compiled.sql, bound)  # type: ignore[attr-defined]  # a server's
    return _driver(connection).answered(*said)


def say(connection: sa.Connection, sql: str) -> None:
    """Say something to the database that binds nothing and answers nothing."""
    try:
        _driver(connection).execute(sql).close()
    except connection.dialect.dbapi.Error as fault:  # type: ignore[union-attr]
        raise told(connection, sql, fault) from fault


def pages(
    connection: sa.Connection, query: str, values: Sequence[object], size: int
) -> Iterator[Sequence[tuple[Any, ...]]]:
    """The rows of an answer, so many at a time. SQLite finds them as they are asked for; a server sends them all at
    once, unless the question has a name by which the next page is asked for.
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
            raise told(connection, query, fault) from fault
        yield from _as_far_as_read(raw, query, values, size, done)


def _as_far_as_read(
    raw: Any, query: str, values: Sequence[object], size: int, done: int
) -> Iterator[Sequence[tuple[Any, ...]]]:
    """Yield the rows after so many, one of which holds undecodable text: with a sign for what cannot be read, so that a
    comparison can name the row. Only tampering writes such a text.
    """
    before = raw.text_factory
    raw.text_factory = _with_signs
    try:
        for rows in _pages(raw.cursor(), query, values, size):
            if done < len(rows):
                yield rows[done:]
            done = max(0, done - len(rows))
    finally:
        raw.text_factory = before


def _with_signs(text: bytes) -> str:
    return text.decode(errors="replace")


def _pages(cursor: Any, query: str, values: Sequence[object], size: int) -> Iterator[Sequence[tuple[Any, ...]]]:
    try:
        cursor.execute(query, values)
        while rows := cursor.fetchmany(size):
            yield rows
    finally:
        cursor.close()


def told(connection: sa.Connection, sql: str, fault: Exception) -> Exception:
    """A driver's error as SQLAlchemy raises it, without the values."""
    dialect = connection.dialect
    driver: Any = dialect.dbapi
    told: Exception = sa.exc.DBAPIError.instance(sql, None, fault, driver.Error, hide_parameters=True, dialect=dialect)
    return told


def _compile(statement: Any, dialect: sa.Dialect, keys: Sequence[str] | None) -> _Compiled:
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
    wanted = [(place, _converter(column, dialect)) for place, column in enumerate(columns)]
    named: Any = namedtuple  # of columns that are known when it runs
    row = named("Row", [column.key for column in columns], rename=True)
    converters = tuple((place, convert) for place, convert in wanted if convert is not None)
    return _Compiled(str(compiled), names, binds, constants, converters, row._make, _asks_ahead(dialect))


def _converter(column: Any, dialect: sa.Dialect) -> Convert | None:
    found: Convert | None = column.type.dialect_impl(dialect).result_processor(dialect, None)
    return found
