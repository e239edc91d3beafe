"""SQLAlchemy's PostgreSQL dialect, with columns and values as SQLite has them, and statements translated by `speech`.

Each statement on a connection stands alone until a transaction begins: as on SQLite, `server_store` says BEGIN. While a
page is read, its connection's `foresight` has the questions that the page asked last time: they are sent ahead, with
its first one. A statement may also *wait* on its connection (`bounded`), to be sent `together` with the next one: a
server that `is_far` costs time for each round trip.
"""

from datetime import date
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg.adapt import Buffer, Loader
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql import psycopg as driver
from sqlalchemy.dialects.postgresql.base import PGDDLCompiler, PGTypeCompiler
from sqlalchemy.engine.interfaces import Dialect

from kiosk.store.asking.asked_again import Foresight
from kiosk.store.postgresql import bounded, speech
from kiosk.store.postgresql.bounded import without_values
from kiosk.store.tables import UtcTime

NAME = "postgresql.kiosk"


class SpeakingCursor(psycopg.Cursor[Any]):
    """A cursor that takes statements in SQLite's SQL."""

    def execute(self, query: Any, params: Any = None, **how: Any) -> "SpeakingCursor":
        """Run a statement in SQLite's SQL, together with the queued ones.

        While a page is read, its `foresight` may have the answer already. A statement that may write makes answers that
        came ahead invalid.
        """
        connection: Any = self._conn
        foresight = connection.foresight
        if foresight is not None and isinstance(query, str):
            return self._foreseen(foresight, _translated(query), params or ())
        if not _only_reads(query):
            connection.forget()  # answers that came ahead, which this write may change
        if connection.is_waiting or (connection.is_far and params):
            with connection.together():  # then preparing it costs no round trip of its own
                super().execute(_translated(query), params or (), **how)
            return self
        try:
            super().execute(_translated(query), params or (), **how)
        except psycopg.Error as fault:
            raise without_values(fault) from None
        return self

    def _foreseen(self, foresight: Foresight, statement: str, params: Any) -> "SpeakingCursor":
        """Run a page's statement together with the questions that the page will ask; or take its answer, if that came
        ahead.
        """
        connection: Any = self._conn
        question = bounded.named(statement, params)
        answer = foresight.take(question)
        if answer is not None:
            self._start_over(answer)
            return self
        following = foresight.ahead(question)
        if not following and not connection.is_waiting and not params:  # nothing to send with it, or to prepare
            try:
                super().execute(statement, params)
            except psycopg.Error as fault:
                raise without_values(fault) from None
            return self
        ahead = [(foreseen, psycopg.Cursor(connection)) for foreseen in following]
        with connection.together():
            super().execute(statement, params)
            try:
                for (sql, values), cursor in ahead:
                    cursor.execute(sql, values)
            except psycopg.Error:
                foresight.refuse()  # from now on nothing is asked ahead here
                raise
        for foreseen, cursor in ahead:
            foresight.answer(foreseen, cursor)
        return self

    def _start_over(self, answer: psycopg.Cursor[Any]) -> None:
        """Become the cursor of an answer that came ahead: by psycopg's own parts, since it has no public way."""
        self._reset()
        self._tx = psycopg.adapt.Transformer(self)
        self._set_results(answer._results)

    @property
    def lastrowid(self) -> int | None:
        """The id of the added row, as on SQLite's cursors: the answer's first value; None if it has no row."""
        row = self.fetchone() if self.description else None
        return None if row is None else int(row[0])

    def executemany(self, query: Any, params_seq: Any, **how: Any) -> None:
        """Run a statement once for each row of values, after sending the queued statements."""
        connection: Any = self._conn
        connection.forget()
        connection.flush()
        try:
            super().executemany(_translated(query), params_seq, **how)
        except psycopg.Error as fault:
            raise without_values(fault) from None


class StreamingCursor(psycopg.ServerCursor[Any]):
    """A cursor like `SpeakingCursor`, for answers that are read in pages."""

    def execute(self, query: Any, params: Any = None, **how: Any) -> "StreamingCursor":
        """Send the queued statements, then run a statement in SQLite's SQL."""
        connection: Any = self._conn
        connection.flush()
        try:
            super().execute(_translated(query), params or (), **how)
        except psycopg.Error as fault:
            raise without_values(fault) from None
        return self

    def __del__(self, *_how: Any) -> None:
        """Leave the rest of a partly read answer to the transaction's end, as on SQLite, without a warning."""


def _only_reads(query: Any) -> bool:
    """Return whether a statement is a text that begins with SELECT; any other counts as one that may write."""
    return isinstance(query, str) and query.startswith("SELECT ")


def _translated(query: Any) -> Any:
    """Return a statement in the server's SQL; anything but a text unchanged."""
    return speech.for_server(query) if isinstance(query, str) else query


class _Number(Loader):
    """Reads numbers as SQLite has them: a sum of whole numbers is whole, a mean is not."""

    def load(self, data: Buffer) -> int | float:
        """Return the number in a text, whole if it has no decimal point."""
        text = bytes(data)
        return float(text) if b"." in text else int(text)


class _Flag(Loader):
    """Reads yes and no as 1 and 0, as SQLite has them."""

    def load(self, data: Buffer) -> int:
        """Return 1 for `t`, 0 for `f`."""
        return int(bytes(data) == b"t")


class _Day(sa.Date):
    """A day, stored as ISO 8601 text: it sorts as text, and is sealed as stored."""

    render_bind_cast = True

    def bind_processor(self, dialect: Dialect) -> Any:
        """Return a function from a day, or a moment's day, to its text; it leaves a text as it is."""
        return lambda value: value.isoformat()[:10] if isinstance(value, date) else value

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Return a function from a text to its day; None stays None."""
        return lambda value: None if value is None else date.fromisoformat(value)

    def literal_processor(self, dialect: Dialect) -> Any:
        """Return a function from a day to its text in quotes."""
        return lambda value: f"'{value.isoformat()}'"


class _Text(sa.String):
    """A text, bound with its type, so that a server need not guess it."""

    render_bind_cast = True


class _Whole(sa.BigInteger):
    """A whole number; the driver itself decides its length."""


class _Statements(driver.PGCompiler_psycopg):
    """Writes statements."""

    def _on_conflict_target(self, clause: Any, **how: Any) -> Any:
        """Write the target of ON CONFLICT: statements are in SQLite's form, which names no constraint."""
        if not hasattr(clause, "constraint_target"):
            clause.constraint_target = None
        return super()._on_conflict_target(clause, **how)  # type: ignore[no-untyped-call]  # has no types

    def visit_substr_func(self, function: Any, **how: Any) -> str:
        """Write `substr` with its numbers in the text: as parameters, a grouped expression would differ from the
        selected one.
        """
        return self._with_constants("substr", function, **how)

    def visit_json_extract_func(self, function: Any, **how: Any) -> str:
        """Write `json_extract` with its path in the text, from which `speech` knows which members are numbers."""
        return self._with_constants("json_extract", function, **how)

    def _with_constants(self, name: str, function: Any, **how: Any) -> str:
        """Write a function with its constants in the text, put there at each execution, so that statements that differ
        only in these are compiled once.
        """
        clauses = [
            clause.render_literal_execute() if isinstance(clause, sa.BindParameter) else clause
            for clause in function.clauses
        ]
        return f"{name}({', '.join(self.process(clause, **how) for clause in clauses)})"


class _Types(PGTypeCompiler):
    """Writes the types of columns and casts."""

    def visit_VARCHAR(self, type_: Any, **_how: Any) -> str:
        """Write the type of text: of any length, as on SQLite."""
        return "TEXT"

    def visit_DATE(self, type_: Any, **_how: Any) -> str:
        """Write the type of a day: text."""
        return "TEXT"

    def visit_BOOLEAN(self, type_: Any, **_how: Any) -> str:
        """Write the type of yes and no: 1 and 0."""
        return "SMALLINT"

    def visit_INTEGER(self, type_: Any, **_how: Any) -> str:
        """Write the type of a whole number: 64 bits, as on SQLite."""
        return "BIGINT"


class _Tables(PGDDLCompiler):
    """Writes the definitions of tables."""

    def visit_create_index(self, create: Any, *args: Any, **how: Any) -> str:
        """Write an index; the condition of a partial index, stated for SQLite, holds here, too, also in a migration."""
        options = create.element.dialect_options
        options["postgresql"]["where"] = options["sqlite"].get("where")
        return str(super().visit_create_index(create, *args, **how))  # type: ignore[no-untyped-call]  # as above

    def get_column_specification(self, column: sa.Column[Any], **how: Any) -> str:
        """Write a column: of a domain if its text has a form, else compared byte by byte."""
        specification: str = super().get_column_specification(column, **how)  # type: ignore[no-untyped-call]  # as above
        name = self.preparer.format_column(column)
        kind = specification.removeprefix(name).split()[0]
        if isinstance(column.type, sa.Date):
            instead = "day"
        elif isinstance(column.type, UtcTime):
            instead = "moment"
        elif isinstance(column.type, sa.Boolean):
            instead = "flag"
        elif kind == "TEXT":
            instead = 'TEXT COLLATE "C"'
        else:
            return specification
        return specification.replace(f"{name} {kind}", f"{name} {instead}", 1)


class _Execution(driver.PGExecutionContext_psycopg):
    """The execution of a statement that adds a row and tells its id."""

    def get_lastrowid(self) -> int:
        """Return the id of the added row; after a statement in plain SQL, the last id that was given."""
        if self.compiled is None:
            return int(self.root_connection.exec_driver_sql("SELECT lastval()").scalar_one())
        rows: Any = self.inserted_primary_key_rows
        return int(rows[0][0])


class SpeakingDialect(driver.PGDialect_psycopg):
    """PostgreSQL with SQLite's SQL, columns and values."""

    supports_statement_cache = True
    supports_native_boolean = False
    default_paramstyle = "qmark"
    statement_compiler = _Statements
    type_compiler_cls = _Types
    ddl_compiler = _Tables
    execution_ctx_cls = _Execution
    colspecs = {  # noqa: RUF012  # SQLAlchemy's own way
        **driver.PGDialect_psycopg.colspecs,
        sa.Date: _Day,
        sa.String: _Text,
        sa.Integer: _Whole,
    }

    def connect(self, *where: Any, **how: Any) -> Any:
        """Return a connection whose waiting for the server is limited."""
        return bounded.connected(*where, **how)

    @staticmethod
    def waiting(statement: str, values: tuple[object, ...]) -> tuple[str, tuple[object, ...]]:
        """Return a statement in the driver's own SQL with its values, for a connection that sends it later."""
        return speech.for_server(statement), values

    def __init__(self, **how: Any) -> None:
        super().__init__(**{"paramstyle": "qmark", "use_native_hstore": False, **how})  # type: ignore[no-untyped-call]
        adapters: Any = self._psycopg_adapters_map
        if adapters is not None:
            adapters.register_loader("numeric", _Number)
            adapters.register_loader("bool", _Flag)


registry.register(NAME, __name__, SpeakingDialect.__name__)
