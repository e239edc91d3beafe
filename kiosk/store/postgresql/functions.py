"""Defines in a database the functions that statements use and only SQLite has. Each answers as SQLite's does."""

from collections.abc import Iterator

import sqlalchemy as sa

# The value at a path ($2) of a JSON text ($1). A path like $.guest[0] or $.lost."slip-cash"[1] means the same in both.
_FOUND = "jsonb_path_query_first($1::jsonb, $2::jsonpath)"
_AS_SQLITE = "LANGUAGE sql IMMUTABLE PARALLEL SAFE"  # the options of each function
_FUNCTIONS = (  # each with what it returns and its body
    ("json_extract(text, text)", "text", f"SELECT {_FOUND} #>> '{{}}'"),
    (
        "json_number(text, text)",
        "numeric",
        f"SELECT CASE jsonb_typeof({_FOUND}) WHEN 'number' THEN ({_FOUND} #>> '{{}}')::numeric"
        f" WHEN 'boolean' THEN ({_FOUND} #>> '{{}}')::boolean::int::numeric END",
    ),
    ("json_listed(json[])", "text", "SELECT '[' || array_to_string($1, ',') || ']'"),
    (
        "json_extract(text, text, text)",
        "text",
        f"SELECT jsonb_build_array({_FOUND}, {_FOUND.replace('$2', '$3')})::text",
    ),
    (
        "json_each(text, text)",
        "TABLE (value text)",
        f"SELECT value FROM jsonb_each_text(CASE jsonb_typeof({_FOUND}) WHEN 'object' THEN {_FOUND} ELSE '{{}}' END)"
        f" UNION ALL SELECT value FROM jsonb_array_elements_text(CASE jsonb_typeof({_FOUND}) WHEN 'array'"
        f" THEN {_FOUND} ELSE '[]' END) AS value",
    ),
    (  # of paths like $.name: members of the outermost object alone
        "json_remove(text, VARIADIC text[])",
        "text",
        "SELECT ($1::jsonb - ARRAY(SELECT substr(path, 3) FROM unnest($2) AS path))::text",
    ),
    ("typeof(bigint)", "text", "SELECT CASE WHEN $1 IS NULL THEN 'null' ELSE 'integer' END"),
    ("typeof(bytea)", "text", "SELECT CASE WHEN $1 IS NULL THEN 'null' ELSE 'blob' END"),
    ("iif(boolean, text, text)", "text", "SELECT CASE WHEN $1 THEN $2 ELSE $3 END"),
    ("iif(boolean, bigint, bigint)", "bigint", "SELECT CASE WHEN $1 THEN $2 ELSE $3 END"),
    ("hex(bytea)", "text", "SELECT upper(encode($1, 'hex'))"),
    ("instr(text, text)", "integer", "SELECT strpos($1, $2)"),
    # As on SQLite, the greater or smaller of two values is NULL if one of them is.
    ("max(bigint, bigint)", "bigint", "SELECT CASE WHEN $1 >= $2 THEN $1 WHEN $1 < $2 THEN $2 END"),
    ("min(bigint, bigint)", "bigint", "SELECT CASE WHEN $1 <= $2 THEN $1 WHEN $1 > $2 THEN $2 END"),
    ("max(numeric, numeric)", "numeric", "SELECT CASE WHEN $1 >= $2 THEN $1 WHEN $1 < $2 THEN $2 END"),
    ("min(numeric, numeric)", "numeric", "SELECT CASE WHEN $1 <= $2 THEN $1 WHEN $1 > $2 THEN $2 END"),
    ("max(text, text)", "text", 'SELECT CASE WHEN $1 COLLATE "C" >= $2 THEN $1 WHEN $1 COLLATE "C" < $2 THEN $2 END'),
    ("min(text, text)", "text", 'SELECT CASE WHEN $1 COLLATE "C" <= $2 THEN $1 WHEN $1 COLLATE "C" > $2 THEN $2 END'),
    ("date(text, text)", "text", "SELECT to_char($1::timestamp + $2::interval, 'YYYY-MM-DD')"),
    (
        # The only form that statements use: a moment some minutes after another.
        "strftime(text, text, text)",
        "text",
        "SELECT to_char(replace(replace($2, 'T', ' '), 'Z', '')::timestamp + $3::interval,"
        ' \'YYYY-MM-DD"T"HH24:MI:SS."000000Z"\')',
    ),
)
_AGGREGATES = (  # functions over all rows of an answer, each with its definition
    ("group_concat(text, text)", "SFUNC = string_agg_with, STYPE = text"),
    ("sum(boolean)", "SFUNC = how_many, STYPE = bigint, INITCOND = '0'"),
    ("json_group_array(json)", "SFUNC = array_append, STYPE = json[], INITCOND = '{}', FINALFUNC = json_listed"),
)
_STEPS = (  # what the aggregates call for each row
    ("how_many(bigint, boolean)", "bigint", "SELECT $1 + CASE WHEN $2 THEN 1 ELSE 0 END"),
    (
        "string_agg_with(text, text, text)",
        "text",
        "SELECT CASE WHEN $2 IS NULL THEN $1 ELSE coalesce($1 || $3, '') || $2 END",
    ),
)
# True is 1: a condition can be compared with a column of yes and no, or with a number.
_TRUTHS = ("smallint", "integer")  # the types of such numbers
# Days and moments are text, as in the chain: the domain checks their form.
_DOMAINS = (  # each with its type and its check
    ("day", 'text COLLATE "C"', r"VALUE ~ '^\d{4}-\d\d-\d\d$' AND isfinite(VALUE::date)"),
    ("moment", 'text COLLATE "C"', r"VALUE ~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$'"),
    ("flag", "smallint", "VALUE IN (0, 1)"),
)
_RANGE = 'CREATE TYPE moments AS RANGE (subtype = text, collation = "C")'  # ranges of moments as text, which sorts


def statements() -> Iterator[str]:
    """Yield the statements that define types, functions and operators in an empty schema."""
    yield _RANGE
    for name, base, check in _DOMAINS:
        yield f"CREATE DOMAIN {name} AS {base} CONSTRAINT {name} CHECK ({check})"
    for name, answer, body in (*_FUNCTIONS, *_STEPS):
        yield f"CREATE FUNCTION {name} RETURNS {answer} {_AS_SQLITE} AS $${body}$$"
    for name, definition in _AGGREGATES:
        yield f"CREATE AGGREGATE {name} ({definition})"
    for whole in _TRUTHS:
        for left, right in ((whole, "boolean"), ("boolean", whole)):
            for sign, name in (("=", "is_so"), ("<>", "is_not_so")):
                body = f"SELECT $1::int {sign} $2::int"
                yield f"CREATE FUNCTION {name}({left}, {right}) RETURNS boolean {_AS_SQLITE} AS $${body}$$"
                yield f"CREATE OPERATOR {sign} (FUNCTION = {name}, LEFTARG = {left}, RIGHTARG = {right})"


_THERE = (  # the schema's functions in SQL, and whether each is an aggregate
    "SELECT CAST(p.oid::regprocedure AS text), p.prokind = 'a' FROM pg_proc AS p"
    " JOIN pg_language AS l ON l.oid = p.prolang WHERE p.pronamespace = current_schema()::regnamespace"
    " AND p.prorettype <> 'trigger'::regtype AND (l.lanname = 'sql' OR p.prokind = 'a')"
)
_TYPES_THERE = (  # the schema's domains and ranges
    "SELECT typname FROM pg_type WHERE typtype IN ('d', 'r') AND typnamespace = current_schema()::regnamespace"
)


def bring(connection: sa.Connection) -> None:
    """Give a schema of another release this release's functions and types, and delete its other functions.

    Missing types are created; existing ones stay as they are, since columns use them.
    """
    types, ours = set(connection.exec_driver_sql(_TYPES_THERE).scalars()), set()
    for statement in statements():
        _, kind, name = statement.split(maxsplit=2)  # CREATE, what is created, its name and the rest
        if kind in ("FUNCTION", "AGGREGATE"):
            connection.exec_driver_sql(statement.replace("CREATE ", "CREATE OR REPLACE ", 1))
            ours.add(name[: name.index(")") + 1].replace("VARIADIC ", "").replace(", ", ","))  # as a server writes it
        elif kind in ("DOMAIN", "TYPE") and name.split()[0] not in types:
            connection.exec_driver_sql(statement)
    for name, is_aggregate in connection.exec_driver_sql(_THERE).all():
        if name not in ours:
            connection.exec_driver_sql(f"DROP {'AGGREGATE' if is_aggregate else 'FUNCTION'} {name}")
