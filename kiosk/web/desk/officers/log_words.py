"""Words the details of the log's lines. The log stores codes, so that a line stays as it was sealed."""

import re
from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa

from kiosk.exports import labels
from kiosk.exports.sheets import SHEETS
from kiosk.language import log_acts
from kiosk.language.names import Names
from kiosk.store import name_rows
from kiosk.web.desk.common import officer_names
from kiosk.web.desk.common.formats import day_text
from kiosk.web.desk.common.words import in_page_language, language, t

_OTHERS_WORDS = re.compile(r"(rule|tariff|plan|things?|spot|approval|office|wording)-|room-(added|changed)")
"""Acts whose details hold names that people gave: these are left as they are, except for days."""

_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_OFFICER = re.compile(r"\bofficer:\d+")
_CODE = re.compile(r"(?<![\w:-])[a-z][a-z-]*[a-z](?![\w-])")  # a word of small letters and hyphens, which may be a code


class Details:
    """Words the details of log lines in the page's language, with today's names of products, zones and plans."""

    def __init__(self, connection: sa.Connection) -> None:
        known: tuple[Mapping[str, Names], ...] = (
            name_rows.products(connection),
            name_rows.zones(connection),
            name_rows.plans(connection),
        )
        self._own = {code: in_page_language(names) for names_of in known for code, names in names_of.items()}

    def said(self, act: str, what: str | None) -> str:
        """Return the details of one line, in words; an empty text where it has none (None). In acts of `_OTHERS_WORDS`
        only days are worded, because a name that people gave may look like a code.
        """
        text = _DAY.sub(_day, what or "")
        if _OTHERS_WORDS.match(act):
            return text
        text = _OFFICER.sub(lambda actor: officer_names.called(actor[0]), text)
        for pair in ("somebody else", "by two"):  # two words each, which `_CODE` would take for two codes
            text = text.replace(pair, t(log_acts.DETAILS[pair]))
        return _CODE.sub(self._word, text).replace(" -> ", " → ")

    def _word(self, code_match: re.Match[str]) -> str:
        """Return the word for a code in a line of the log: a file's title, a word of the log, the name of a product,
        zone or plan, or a column's heading. A code without a word stays as it is.
        """
        code = code_match[0]
        if code in SHEETS:
            return labels.title(code, language())
        if code in log_acts.DETAILS:
            return t(log_acts.DETAILS[code])
        return self._own.get(code) or (labels.heading(code, language()) if code in labels.COLUMNS else code)


def _day(day_match: re.Match[str]) -> str:
    """Return a date of the log as people write it; what is no date stays as it is."""
    try:
        return day_text(date.fromisoformat(day_match[0]))
    except ValueError:
        return day_match[0]
