"""Edits the association's own words: for the door's screen, the notice beside the door, the public pages, and what
invoices say about late payment.
"""

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.books.invoicing import PENALTIES
from kiosk.domain.books import invoices
from kiosk.domain.problems import Problem
from kiosk.exports import door_sheet_pdf
from kiosk.language import catalogues
from kiosk.language.names import Names
from kiosk.language.texts import Text
from kiosk.space import door_notice, door_sheet, public_words
from kiosk.space.door_notice import Section
from kiosk.store.space import wording_rows
from kiosk.store.space.first_step_rows import SHEET
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import house, name_languages, t, told
from kiosk.web.desk.space.rule_forms import Form, area, page, rulebook

_INVOICE = Section(
    PENALTIES,
    Text("Pénalités de retard", "Late payment penalties"),
    invoices.LATE,
)
_SECTIONS = (*door_notice.SECTIONS, *public_words.SECTIONS, _INVOICE)
_LONG_TEXTS = {section.code: section for section in _SECTIONS}  # texts of several sentences; the screen's have one line
# What a preview shows in the place of values.
_EXAMPLES = {"day": Text("1er décembre", "1 December"), "time": Text("lundi 8 h", "Monday 8:00")}
_EXAMPLE_NAME = "Inès"


@area.get("/wording")
@needs(May.SEE_RULES)
def words() -> str:
    """Show every text that may be reworded, as it reads now, and whether the association has reworded it."""
    from kiosk.web.screen.words import own_words  # with all cards of the screen, which no other page needs

    wordings = _wordings()
    return render_template(
        "rules/wording.html",
        screen=[(code, _now(code, wordings), code in wordings) for code in own_words.TEXTS],
        notice=[(section, _now(section.code, wordings), section.code in wordings) for section in door_notice.SECTIONS],
        public=[(section, _now(section.code, wordings), section.code in wordings) for section in public_words.SECTIONS],
        invoice=(_INVOICE, _now(PENALTIES, wordings), PENALTIES in wordings),
    )


@area.get("/notice")
@needs(May.SEE_RULES)
def notice() -> str:
    """Show the door's notice, to be printed."""
    wordings = _wordings()
    return render_template(
        "rules/notice.html", sections=[(section, _now(section.code, wordings)) for section in door_notice.SECTIONS]
    )


@area.get("/door-sheet.pdf")
@needs(May.SEE_RULES)
def sheet() -> Response:
    """Send the sheet to hang beside the door as a PDF, by the rules of now."""
    desk = office()
    with desk.reading() as connection:
        _, moment = desk.now(connection)
        content = door_sheet.read(connection, desk.rules, moment.at, training=desk.home.training)
    desk.log(SHEET)
    answer = Response(door_sheet_pdf.pdf(content), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{t("fiche-porte", "door-sheet")}.pdf"'
    return answer


@area.get("/wording/<code>")
@needs(May.EDIT_RULES)
def word_form(code: str) -> tuple[str, int]:
    """Show one text in each language, with a preview."""
    return page("word.html", Form(_now(code, _wordings()).by_language), **_about(code))


@area.post("/wording/<code>")
@needs(May.EDIT_RULES)
def word(code: str) -> tuple[str, int] | Response:
    """Reword a text, preview it, or restore its first words. A language left empty is left out: the house's words stand
    in for it, so these must be filled in.
    """
    form, about = Form(request.form), _about(code)
    if form.text("act") == "restore":
        return _keep(code, Names({}))
    filled_languages = [name for name in name_languages() if form.text(name) or name == house()]
    cleaned = Names({name: _cleaned(form, code, name) for name in filled_languages})
    if form.errors or form.text("act") == "preview":
        return page("word.html", form, **{**about, "preview": None if form.errors else _filled(cleaned)})
    return _keep(code, cleaned)


def _keep(code: str, words: Names) -> Response:
    """Save a text's words (none: its first words apply again), log it, and return to the list."""
    rulebook().word(code, words)
    office().log("wording-changed", what=code)
    flash(t("Texte enregistré.", "Text saved."))
    return redirect(url_for("rules.words"), 303)


def _cleaned(form: Form, code: str, name: str) -> str:
    """Return the text that was typed in a language, with its white space cleaned; errors go into the form."""
    from kiosk.web.screen.words import own_words

    text = form.text(name)
    if code not in _LONG_TEXTS:
        try:
            return own_words.cleaned(code, text)
        except Problem as problem:
            form.errors[name] = told(problem)
            return text
    lines = "\n".join(" ".join(line.split()) for line in text.splitlines())
    if not lines.strip() or len(lines) > door_notice.LONGEST or not lines.replace("\n", "").isprintable():
        form.errors[name] = t(
            "Écrivez quelques phrases, de {longest} caractères au plus.",
            "Write a few sentences, at most {longest} characters.",
            longest=door_notice.LONGEST,
        )
    return lines.strip()


def _first(code: str) -> Names:
    """Return the words that a text was shipped with, in each language offered. Answers 404 for a text that cannot be
    reworded.
    """
    from kiosk.web.screen.words import own_words

    words = section.words if (section := _LONG_TEXTS.get(code)) else own_words.TEXTS.get(code) or abort(404)
    others = (language for language in catalogues.offered() if language not in catalogues.OURS)
    return Names({"fr": words.fr, "en": words.en, **{language: words.words(language) for language in others}})


def _about(code: str) -> dict[str, object]:
    """Return what the page shows about a text: its first words and its maximum length."""
    from kiosk.web.screen.words import own_words

    first, notice = _first(code), code in _LONG_TEXTS
    longest = door_notice.LONGEST if notice else own_words.longest(code)
    return {"code": code, "first": first, "longest": longest, "notice": notice, "preview": None}


def _wordings() -> wording_rows.Wordings:
    """Return the words that the association chose, by text."""
    with office().reading() as connection:
        return wording_rows.current(connection)


def _now(code: str, wordings: wording_rows.Wordings) -> Names:
    """Return a text's present words: the association's, or else its first ones."""
    return wordings.get(code, _first(code))


def _filled(words: Names) -> Names:
    """Return a text with examples in place of its values."""
    filled = dict(words.by_language)
    for language in words.by_language:
        examples = {name: text.to(language) for name, text in _EXAMPLES.items()} | {"name": _EXAMPLE_NAME}
        for name, example in examples.items():
            filled[language] = filled[language].replace(f"{{{name}}}", example)
    return Names(filled)
