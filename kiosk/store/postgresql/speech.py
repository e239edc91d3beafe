"""Says to PostgreSQL what is written as SQLite reads it: a few words and marks, outside of what is quoted.

Statements are written once. Most of what they say both understand; what only one does is listed here, or is a function
that `functions` teaches the server. A statement's text is turned once and kept.
"""

import re
from functools import lru_cache

# Members of an entry's detail or a document's content that are numbers. SQLite's json_extract answers with whatever is
# there; here a column has one type, so it is known beforehand. A test holds the list against the statements.
NUMBERS = frozenset(
    (
        "bank_line",
        "banked_day",
        "booking",
        "carnet",
        "carnet_days",
        "cash",
        "cents",
        "counted",
        "day_site",
        "days",
        "declared",
        "difference",
        "door",
        "envelope",
        "expected",
        "fee_cents",
        "guest[0]",
        "guest[1]",
        "log_line",
        "number",
        "online",
        "payment",
        "pieces",
        "quantity",
        "remittance",
        "total_cents",
        "vat",
        "voucher",
        "zone",
    )
)

_PARTS = re.compile(r"('(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*)")  # what is quoted, or said to people
_WORDS = (
    (re.compile(r"\bIS NOT (?!NULL\b|TRUE\b|FALSE\b|DISTINCT\b)", re.IGNORECASE), "IS DISTINCT FROM "),
    (re.compile(r"\bIS (?!NOT\b|NULL\b|TRUE\b|FALSE\b|DISTINCT\b)", re.IGNORECASE), "IS NOT DISTINCT FROM "),
    (re.compile(r"\bNOT LIKE\b"), "NOT ILIKE"),
    (re.compile(r"(?<!NOT )\bLIKE\b"), "ILIKE"),
    (re.compile(r"\bjson_array\("), "json_build_array("),
    (re.compile(r"(?<!json_number\()\beach\.value\b"), "CAST(each.value AS numeric)"),  # of lists of numbers
    (re.compile(r"\bCROSS JOIN (\w+(?: AS \w+)?) ON\b"), r"JOIN \1 ON"),  # to SQLite a hint which to read first
    (re.compile(r"(?<=[ (])\+(?=[A-Za-z_\"])"), ""),  # to SQLite a hint which index not to take
    (re.compile(r"(?<=[(,] )right(?=[,)])|(?<=SELECT )right(?= FROM\b)"), '"right"'),
    # Columns that say yes or no are 1 and 0, which is no condition here.
    (
        re.compile(r"(\bAND |\bOR |\bNOT |\bWHERE |\()(confirmed|called_off|counts|active)(?= AND\b|\)| ORDER\b|$)"),
        r"\1\2 = 1",
    ),
)
_NUMBER = re.compile(
    r"\bjson_extract(\(lost\.detail,|\(each\.value,|\((?:[^(),']|\([^()]*\))*, ?'\$\.(?:"
    + "|".join(map(re.escape, sorted(NUMBERS)))
    + r")'(?=\)))"
)

_BYTES = re.compile(r"\bCAST\(((?:(?!CAST\().)+?) AS BLOB\)")


@lru_cache(maxsize=4096)
def said(statement: str) -> str:
    """A statement as psycopg wants it: `?` is `%s`, what is compared by IS is told so, and so on."""
    statement = _BYTES.sub(r"convert_to(CAST(\1 AS TEXT), 'UTF8')", _NUMBER.sub(r"json_number\1", statement))
    return "".join(
        _said(part) if place % 2 == 0 else part.replace("%", "%%") for place, part in enumerate(_PARTS.split(statement))
    )


def in_a_body(statement: str) -> str:
    """A condition as a function's body has it, which binds nothing."""
    return said(statement).replace("%%", "%")


def _said(text: str) -> str:
    text = text.replace("%", "%%").replace("?", "%s")
    for word, instead in _WORDS:
        text = word.sub(instead, text)
    return text
