"""Makes pages to print, as HTML or PDF: templates of `templates/`, in any language, with one style."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from kiosk.exports import formats, pdf
from kiosk.exports.pdf import Attached, Variant
from kiosk.language import catalogues, codes, common
from kiosk.language.catalogues import OURS, Language
from kiosk.language.texts import Text, Voice

PRACTICE = Text("MODE ÉCOLE : pour s’exercer", "TRAINING: for practice")
TRANSLATION = Text(
    "Traduction pour information : seul le texte français ci-dessus fait foi.",
    "Translation for information only: the French text above is the one that counts.",
)
_TEMPLATES = Path(__file__).parent / "templates"


def languages() -> tuple[Language, ...]:
    """Return the languages of papers that hang on a wall or lie in a safe: French, English, and the language that the
    home is set to.
    """
    return tuple(dict.fromkeys((*OURS, catalogues.settled())))


@cache
def _environment() -> jinja2.Environment:
    """Return Jinja's environment: a template that names a missing value is an error, and values are escaped."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def in_french(template: str, values: Callable[[Language], Mapping[str, Any]], beside: Language) -> str:
    """Return a page that French law requires in French; for a reader of another language, followed by its whole
    translation.

    `values` returns the values that the template needs in a language.
    """
    translated = ""
    if beside != "fr":
        translated = html(template, beside, **values(beside), translation=TRANSLATION)
    return html(template, "fr", **values("fr"), translated=Markup(translated))  # noqa: S704  # a page of our own making


def printed_in_french(template: str, values: Callable[[Language], Mapping[str, Any]], beside: Language) -> bytes:
    """Return the page of `in_french` as a PDF. Raises MachineError `pdf`."""
    return pdf.make(in_french(template, values, beside), _css())


def html(template: str, language: str, **values: Any) -> str:
    """Return a page. Templates have `t(fr, en)`, `common`, `codes`, `euros(cents)` and `day(date)` in `language`, and
    what `in_french` adds: `translation`, a line at the head of a translated page (else None), and `translated`, the
    page that follows (else "").
    """
    return (
        _environment()
        .get_template(template)
        .render(
            language=language,
            translation=values.pop("translation", None),
            translated=values.pop("translated", ""),
            t=Voice(language),
            common=common,
            codes=codes,
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
    """Return a page as a PDF. Raises MachineError `pdf`."""
    return pdf.make(html(template, language, **values), _css(), variant=variant, attachments=attachments)


def _css() -> str:
    """Return the style sheet of all printed pages."""
    return (_TEMPLATES / "print.css").read_text("utf-8")
