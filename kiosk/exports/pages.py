"""Pages to print, as HTML: templates of `templates/`, in any language, with our one style."""

from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from kiosk.exports import formats, pdf
from kiosk.exports.pdf import Attached, Variant
from kiosk.language import catalogues, common
from kiosk.language.catalogues import OURS, Language
from kiosk.language.texts import Text, Voice

PRACTICE = Text("MODE ÉCOLE : pour s’exercer", "TRAINING: for practice")
_HERE = Path(__file__).parent / "templates"


def languages() -> tuple[Language, ...]:
    """What hangs on a wall or lies in a safe is in French and in English, and in the house's language."""
    return tuple(dict.fromkeys((*OURS, catalogues.settled())))


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
    """A page. Templates have `t(fr, en)`, `common`, `euros(cents)` and `day(date)` in `language`."""
    return (
        _environment()
        .get_template(template)
        .render(
            language=language,
            t=Voice(language),
            common=common,
            euros=lambda cents: formats.euros(cents, language),
            day=lambda on: formats.day(on, language),
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
