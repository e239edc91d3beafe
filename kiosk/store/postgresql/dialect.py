"""SQLAlchemy's PostgreSQL, with columns and values as SQLite has them, and statements through `speech`.

A connection's statements stand alone until something begins a transaction: as on SQLite, `server_store` says BEGIN.
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
    """A cursor that is spoken to as SQLite's is."""

    def execute(self, query: Any, params: Any = None, **how: Any) -> "SpeakingCursor":
        """Say a statement, in SQLite's words, with what waited for it."""
        connection: Any = self._conn
        foresight = connection.foresight
        if foresight is not None and isinstance(query, str):
            return self._foreseen(foresight, _said(query), params or ())
        if not _only_reads(query):
            connection.forget()
        if connection.is_waiting or (connection.is_far and params):
            with connection.together():  # what is prepared on the way is no way of its own, then
                super().execute(_said(query), params or (), **how)
            return self
        try:
            super().execute(_said(query), params or (), **how)
        except psycopg.Error as fault:
            raise without_values(fault) from None
        return self

    def _foreseen(self, foresight: Foresight, statement: str, params: Any) -> "SpeakingCursor":
        """Say a statement of a page that reads, with what that page is going to ask; or take the answer to it."""
        connection: Any = self._conn
        question = bounded.named(statement, params)
        answer = foresight.take(question)
        if answer is not None:
            self._start_over(answer)
            return self
        following = foresight.ahead(question)
        if not following and not connection.is_waiting and not params:
            try:
                super().execute(statement, params)
            except psycopg.Error as fault:
                raise without_values(fault) from None
            return self
        ahead = [(each, psycopg.Cursor(connection)) for each in following]
        with connection.together():
            super().execute(statement, params)
            try:
                for (sql, values), cursor in ahead:
                    cursor.execute(sql, values)
            except psycopg.Error:
                foresight.refuse()
                raise
        for each, cursor in ahead:
            foresight.answer(each, cursor)
        return self

    def _start_over(self, answer: psycopg.Cursor[Any]) -> None:
        """Be the cursor of an answer that is here."""
        self._reset()
        self._tx = psycopg.adapt.Transformer(self)
        self._set_results(answer._results)

    @property
    def lastrowid(self) -> int | None:
        """The number of the row that was added, where the statement returns it, as SQLite's cursors say."""
        row = self.fetchone() if self.description else None
        return None if row is None else int(row[0])

    def executemany(self, query: Any, params_seq: Any, **how: Any) -> None:
        """Say a statement once for each of these values."""
        connection: Any = self._conn
        connection.forget()
        connection.flush()
        super().executemany(_said(query), params_seq, **how)


class StreamingCursor(psycopg.ServerCursor[Any]):
    """The same, of what is read in pages."""

    def execute(self, query: Any, params: Any = None, **how: Any) -> "StreamingCursor":
        """Say a statement, in SQLite's words."""
        connection: Any = self._conn
        connection.flush()
        try:
            super().execute(_said(query), params or (), **how)
        except psycopg.Error as fault:
            raise without_values(fault) from None
        return self

    def __del__(self, *_how: Any) -> None:
        """Let the rest of a partly read answer end with the transaction, as on SQLite, without a warning."""


def _only_reads(query: Any) -> bool:
    return isinstance(query, str) and query.startswith("SELECT ")


def _said(query: Any) -> Any:
    return speech.said(query) if isinstance(query, str) else query


class _Number(Loader):
    """Sums of whole numbers are whole numbers; a mean is not."""

    def load(self, data: Buffer) -> int | float:
        """A number, of text."""
        text = bytes(data)
        return float(text) if b"." in text else int(text)


class _Flag(Loader):
    """Yes and no are 1 and 0."""

    def load(self, data: Buffer) -> int:
        """1 or 0, of t or f."""
        return int(bytes(data) == b"t")


class _Day(sa.Date):
    """A day, stored as ISO 8601 text: it sorts, seals and reads as it is."""

    render_bind_cast = True

    def bind_processor(self, dialect: Dialect) -> Any:
        """Return a function from a day to its text, which leaves text as it is."""
        return lambda value: value.isoformat()[:10] if isinstance(value, date) else value

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Text to day."""
        return lambda value: None if value is None else date.fromisoformat(value)

    def literal_processor(self, dialect: Dialect) -> Any:
        """Day to text in quotes."""
        return lambda value: f"'{value.isoformat()}'"


class _Text(sa.String):
    render_bind_cast = True


class _Whole(sa.BigInteger):
    """A whole number: the driver says itself how long it is."""


class _Statements(driver.PGCompiler_psycopg):
    """What says statements."""

    def _on_conflict_target(self, clause: Any, **how: Any) -> Any:
        """Where a row is there already: statements say so in SQLite's form, which names no constraint."""
        if not hasattr(clause, "constraint_target"):
            clause.constraint_target = None
        return super()._on_conflict_target(clause, **how)  # type: ignore[no-untyped-call]  # has no types

    def visit_substr_func(self, function: Any, **how: Any) -> str:
        """A part of a text, its numbers said: bound, what is grouped by would not be what is selected."""
        return self._said("substr", function, **how)

    def visit_json_extract_func(self, function: Any, **how: Any) -> str:
        """A member of a detail, its path said: by it `speech` knows which ones are numbers."""
        return self._said("json_extract", function, **how)

    def _said(self, name: str, function: Any, **how: Any) -> str:
        """With its constants in the text, put there each time that it is executed: statements that differ in them alone
        are compiled once.
        """
        said = [
            each.render_literal_execute() if isinstance(each, sa.BindParameter) else each for each in function.clauses
        ]
        return f"{name}({', '.join(self.process(each, **how) for each in said)})"


class _Types(PGTypeCompiler):
    """What columns and casts are called."""

    def visit_VARCHAR(self, type_: Any, **_how: Any) -> str:
        """Text of any length, as SQLite's."""
        return "TEXT"

    def visit_DATE(self, type_: Any, **_how: Any) -> str:
        """A day is text."""
        return "TEXT"

    def visit_BOOLEAN(self, type_: Any, **_how: Any) -> str:
        """1 and 0."""
        return "SMALLINT"

    def visit_INTEGER(self, type_: Any, **_how: Any) -> str:
        """64 bits, as SQLite's."""
        return "BIGINT"


class _Tables(PGDDLCompiler):
    """What makes tables."""

    def visit_create_index(self, create: Any, *args: Any, **how: Any) -> str:
        """An index over some rows says so to SQLite; here it says the same, a migration's, too."""
        options = create.element.dialect_options
        options["postgresql"]["where"] = options["sqlite"].get("where")
        return str(super().visit_create_index(create, *args, **how))  # type: ignore[no-untyped-call]  # as above

    def get_column_specification(self, column: sa.Column[Any], **how: Any) -> str:
        """A column: of a domain where its text has a form, and compared byte by byte where it has none."""
        said: str = super().get_column_specification(column, **how)  # type: ignore[no-untyped-call]  # as above
        name = self.preparer.format_column(column)
        kind = said.removeprefix(name).split()[0]
        if isinstance(column.type, sa.Date):
            instead = "day"
        elif isinstance(column.type, UtcTime):
            instead = "moment"
        elif isinstance(column.type, sa.Boolean):
            instead = "flag"
        elif kind == "TEXT":
            instead = 'TEXT COLLATE "C"'
        else:
            return said
        return said.replace(f"{name} {kind}", f"{name} {instead}", 1)


class _Execution(driver.PGExecutionContext_psycopg):
    def get_lastrowid(self) -> int:
        """The number of the row that was added; of a statement in plain words, the last one that was given."""
        if self.compiled is None:
            return int(self.root_connection.exec_driver_sql("SELECT lastval()").scalar_one())
        rows: Any = self.inserted_primary_key_rows
        return int(rows[0][0])


class SpeakingDialect(driver.PGDialect_psycopg):
    """PostgreSQL as the kiosk speaks to it."""

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
        """A connection that waits for no server for ever."""
        return bounded.connected(*where, **how)

    @staticmethod
    def waiting(statement: str, values: tuple[object, ...]) -> tuple[str, tuple[object, ...]]:
        """A statement in the driver's own words, for a connection that says it later."""
        return speech.said(statement), values

    def __init__(self, **how: Any) -> None:
        super().__init__(**{"paramstyle": "qmark", "use_native_hstore": False, **how})  # type: ignore[no-untyped-call]
        adapters: Any = self._psycopg_adapters_map
        if adapters is not None:
            adapters.register_loader("numeric", _Number)
            adapters.register_loader("bool", _Flag)


registry.register(NAME, __name__, SpeakingDialect.__name__)
