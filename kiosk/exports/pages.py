"""Pages to print, as HTML: templates of `templates/`, in French or English side by side, with our one style."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from babel.dates import format_date
from babel.numbers import format_currency

from kiosk.exports import pdf
from kiosk.exports.pdf import Attached, Variant

_HERE = Path(__file__).parent / "templates"


def euros(cents: int, language: str) -> str:
    """A sum as people write it."""
    return str(format_currency(cents / 100, "EUR", locale=language))


def day(on: date | str, language: str) -> str:
    """A day in words."""
    found = date.fromisoformat(on) if isinstance(on, str) else on
    text = str(format_date(found, "long", locale=language))
    return text.replace("1", "1er", 1) if language == "fr" and found.day == 1 else text


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def html(template: str, language: str, **values: Any) -> str:
    """A page. Templates have `t(fr, en)`, `euros(cents)` and `day(date)` in the page's language, and `language`."""
    return (
        _environment()
        .get_template(template)
        .render(
            language=language,
            t=lambda fr, en: fr if language == "fr" else en,
            euros=lambda cents: euros(cents, language),
            day=lambda on: day(on, language),
            **values,
        )
    )


def printed(
    template: str,
    language: str,
    *,
    variant: Variant = Variant.ACCESSIBLE,
    attachments: tuple[Attached, ...] = (),
    **values: Any,
) -> bytes:
    """A page as PDF. Raises MachineError `pdf`."""
    css = (_HERE / "print.css").read_text("utf-8")
    return pdf.make(html(template, language, **values), css, variant=variant, attachments=attachments)
