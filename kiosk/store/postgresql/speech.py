"""Translates SQL written for SQLite into PostgreSQL's: a few words and signs outside of quotes.

Statements are written once. Both understand most of them; what only one understands is listed here, or is a function
that `functions` defines on the server. Each statement's text is translated once and kept.
"""

import re
from functools import lru_cache

# Members of an entry's detail or a document's content that are numbers. SQLite's json_extract returns any type; here an
# expression has one type, so it must be known. A test compares the list with the statements.
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

_PARTS = re.compile(r"('(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*)")  # texts in quotes, and comments
_WORDS = (  # what SQLite says otherwise, and what a server understands
    (re.compile(r"\bIS NOT (?!NULL\b|TRUE\b|FALSE\b|DISTINCT\b)", re.IGNORECASE), "IS DISTINCT FROM "),
    (re.compile(r"\bIS (?!NOT\b|NULL\b|TRUE\b|FALSE\b|DISTINCT\b)", re.IGNORECASE), "IS NOT DISTINCT FROM "),
    (re.compile(r"\bNOT LIKE\b"), "NOT ILIKE"),  # SQLite's LIKE makes no difference between a and A
    (re.compile(r"(?<!NOT )\bLIKE\b"), "ILIKE"),
    (re.compile(r"\bjson_array\("), "json_build_array("),
    (re.compile(r"(?<!json_number\()\beach\.value\b"), "CAST(each.value AS numeric)"),  # of lists of numbers
    (re.compile(r"\bCROSS JOIN (\w+(?: AS \w+)?) ON\b"), r"JOIN \1 ON"),  # tells SQLite which table to read first
    (re.compile(r"(?<=[ (])\+(?=[A-Za-z_\"])"), ""),  # tells SQLite which index not to use
    # a column's name here, but a word of the server's own
    (re.compile(r"(?<=[(,] )right(?=[,)])|(?<=SELECT )right(?= FROM\b)"), '"right"'),
    # Columns of yes and no are 1 and 0, which is no condition here.
    (
        re.compile(r"(\bAND |\bOR |\bNOT |\bWHERE |\()(confirmed|called_off|counts|active)(?= AND\b|\)| ORDER\b|$)"),
        r"\1\2 = 1",
    ),
)
_NUMBER = re.compile(  # json_extract of a member that is a number
    r"\bjson_extract(\(lost\.detail,|\(each\.value,|\((?:[^(),']|\([^()]*\))*, ?'\$\.(?:"
    + "|".join(map(re.escape, sorted(NUMBERS)))
    + r")'(?=\)))"
)

_BYTES = re.compile(r"\bCAST\(((?:(?!CAST\().)+?) AS BLOB\)")  # a text as its bytes


@lru_cache(maxsize=4096)
def for_server(statement: str) -> str:
    """Return a statement as psycopg needs it: `%s` for `?`, IS DISTINCT FROM for IS NOT, and so on.

    Texts in quotes and comments, every second part, keep their words.
    """
    statement = _BYTES.sub(r"convert_to(CAST(\1 AS TEXT), 'UTF8')", _NUMBER.sub(r"json_number\1", statement))
    return "".join(
        _translated(part) if place % 2 == 0 else part.replace("%", "%%")
        for place, part in enumerate(_PARTS.split(statement))
    )


def in_a_body(statement: str) -> str:
    """Return SQL for the body of a function: as from `for_server`, but with single `%`: the driver fills in nothing."""
    return for_server(statement).replace("%%", "%")


def _translated(text: str) -> str:
    """Return a part outside of quotes in the server's words."""
    text = text.replace("%", "%%").replace("?", "%s")
    for pattern, instead in _WORDS:
        text = pattern.sub(instead, text)
    return text
