"""Makes every table of the desk readable on a telephone: each row becomes a card, each value beside its column's
heading.

A template writes a plain `<table>`, or one of a class that `_TABLE` names; the extension passes it through `as_cards`,
which gives each cell its heading. The style sheet draws cards where the screen is narrow, and tables elsewhere. Tables
of another class (the hours of a day, a sheet that is printed) stay as they are.
"""

import re
from html import escape, unescape

from jinja2.ext import Extension
from markupsafe import Markup

_TABLE = re.compile(r'<table(?: class="(?:middle|account|agenda week)")?>')  # plain, or of one of these classes
_HEADING = re.compile(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", re.DOTALL)
_HIDDEN = re.compile(r'<span class="visually-hidden">.*?</span>', re.DOTALL)
_ANY_TAG = re.compile(r"<[^>]*>")
_STARTS = re.compile(r"<(tr|td|th)\b([^>]*)>")  # where a row or a cell begins
_IS_EMPTY = re.compile(r"\s*[–—]?\s*</td>")  # the rest of a cell that holds nothing, or only a dash
# A day as lists write it, perhaps with its weekday or hour: such a cell never wraps.
_IS_A_DAY = re.compile(
    r"\s*(?:[^\W\d]{3,9},? )?\d{1,2}(?:er)?\s[^\s\d<]{3,9}(?:\s\d{4})?"
    r"(?:,?\s(?:[^\W\d]{1,3}\s)?\d{1,2}[\s:][^<]{1,7})?\s*</td>"
)
_WIDTH = re.compile(r'colspan="(\d+)"')


class NarrowTables(Extension):
    """Wraps each plain table of a template in the filter `as_cards`. Lines keep their numbers, so errors name the right
    line.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return a template's source with each table that `_TABLE` finds inside the filter; without any, as it is."""
        parts = _TABLE.split(source)  # before the first table, then after each table's opening tag
        if len(parts) == 1:
            return source
        starts = iter(_TABLE.findall(source))
        marked = [parts[0]]
        for part in parts[1:]:
            inside, end, after = part.partition("</table>")
            marked.append("{% filter as_cards %}" + next(starts) + inside + end + "{% endfilter %}" + after)
        return "".join(marked)


def as_cards(table: str) -> Markup:
    """Return a table's HTML with its column's heading in each cell. A table without a head stays as it is: its rows
    already name what they hold.
    """
    written = str(table)  # a str, because Markup would escape the inserted text
    head, end, rows = written.partition("</thead>")
    if not end:
        return Markup(written)  # noqa: S704  # a template's own output, escaped there
    last = head.rpartition("<tr")[2]  # of a head with several rows, the one that names the columns
    headings = [_words(cell) for cell in _HEADING.findall(last)]
    marked = head.replace("<table", "<table data-cards", 1) + end + _labelled(rows, headings)
    return Markup(marked)  # noqa: S704


def _words(cell: str) -> str:
    """Return a heading's text, including words for screen readers only; an empty text for a heading that is hidden from
    sight, as over a column of buttons.
    """
    visible, whole = (" ".join(unescape(_ANY_TAG.sub("", html)).split()) for html in (_HIDDEN.sub("", cell), cell))
    return whole if visible else ""


def _labelled(rows: str, headings: list[str]) -> str:
    """Return the rows' HTML with its column's heading on each cell (`data-label`); cells that are empty (`data-none`)
    or hold a day (`data-day`) are marked for the style sheet.
    """
    column = 0

    def with_heading(tag_match: re.Match[str]) -> str:
        """Return one opening tag of a row, with its column's heading where it opens a cell."""
        nonlocal column
        tag, attributes = tag_match.groups()
        if tag == "tr":
            column = 0
            return tag_match[0]
        wide = _WIDTH.search(attributes)
        # A cell over several columns has no heading of its own.
        heading = headings[column] if column < len(headings) and wide is None else ""
        column += int(wide[1]) if wide else 1
        if tag == "th":  # names its row, and needs no heading
            return tag_match[0]
        if _IS_EMPTY.match(rows, tag_match.end()):
            return f"<td{attributes} data-none>"
        label = f' data-label="{escape(heading)}"' if heading else ""
        day = " data-day" if _IS_A_DAY.match(rows, tag_match.end()) else ""
        return f"<td{attributes}{label}{day}>"

    return _STARTS.sub(with_heading, rows)
