"""Shows the manual inside the desk, without a network: each page's "?" opens its own section; searchable, printable."""

import re

from flask import Blueprint, Response, abort, redirect, render_template, request, send_from_directory, url_for
from markupsafe import Markup, escape
from werkzeug.wrappers import Response as Answer

from kiosk.exports import manual
from kiosk.exports.manual import Section
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.help.topics import topic

area = Blueprint("help", __name__, url_prefix="/help")
_LONGEST = 80  # characters of a search


@area.get("")
@needs(May.SEE_TODAY)
def page() -> str:
    """Show all guides by their readers; or the sections that match a search."""
    text = request.args.get("q", "").strip()[:_LONGEST]
    return render_template(
        "help/page.html",
        readers=[(words, [(name, manual.guides()[name]) for name in names if name in manual.guides()])
                 for words, names in manual.READERS],
        text=text,
        hits=manual.search(text),
    )  # fmt: skip


@area.get("/for/<page>")
@needs(May.SEE_TODAY)
def of_page(page: str) -> Answer:
    """Redirect from a page's "?" to its section."""
    guide, anchor = topic(page)
    return redirect(url_for("help.go", guide=guide, anchor=anchor), 303)


@area.get("/go/<guide>", defaults={"anchor": ""})
@area.get("/go/<guide>/<path:anchor>")
@needs(May.SEE_TODAY)
def go(guide: str, anchor: str) -> Answer:
    """Redirect from a link inside the manual to its section."""
    place = manual.with_anchor(guide, anchor)
    if place is None:
        return redirect(url_for("help.page"), 303)
    section, heading = place  # a section has a page of its own; smaller headings are anchors on it
    return redirect(url_for("help.section", guide=section.guide, name=section.slug, _anchor=heading or None), 303)


@area.get("/read/<guide>/<name>")
@needs(May.SEE_TODAY)
def section(guide: str, name: str) -> str:
    """Show one section, with links to those before and after it."""
    shown = manual.section(guide, name) or abort(404)
    body = _body(shown)
    sections = manual.guides()[shown.guide]
    index = sections.index(shown)
    return render_template(
        "help/section.html",
        section=shown,
        body=_raised(body),
        before=sections[index - 1] if index else None,
        after=sections[index + 1] if index + 1 < len(sections) else None,
        words=_words_of(body),
    )


@area.get("/whole/<guide>")
@needs(May.SEE_TODAY)
def whole(guide: str) -> str:
    """Show a whole guide on one page, to be printed with its pictures."""
    sections = manual.guides().get(guide) or abort(404)
    parts = [(chapter, _body(chapter)) for chapter in sections]
    return render_template("help/whole.html", parts=parts, words=_words_of("".join(body for _, body in parts)))


@area.get("/error/<code>")
@needs(May.SEE_TODAY)
def error(code: str) -> str:
    """Show what the manual says about an error: its cause and what to do."""
    cells = manual.errors().get(code) or abort(404)
    return render_template("help/error.html", code=code, cells=[_plain(cell) for cell in cells])


@area.get("/pictures/<path:name>")
@needs(May.SEE_TODAY)
def picture(name: str) -> Response:
    """Send one of the manual's pictures."""
    place = manual.folder()
    if place is None or not name.endswith((".png", ".svg")):
        abort(404)
    return send_from_directory(place / "pictures", name)


def _body(chapter: Section) -> Markup:
    """Return a section as HTML, with a link on the first occurrence of each word of the glossary."""
    html = manual.page(chapter, "/help")
    return Markup(_with_words(html))  # noqa: S704  # our own manual


def _words_of(body: str) -> list[manual.Word]:
    """Return the glossary's words that a section links to, to explain them at the page's end."""
    return [word for word in manual.words().values() if f'"#word-{word.slug}"' in body]


def _raised(body: Markup) -> Markup:
    """Return a section with its headings one level higher, since its title is the page's title."""
    return Markup(re.sub(r"(</?h)([3-6])", lambda tag: f"{tag[1]}{int(tag[2]) - 1}", body))  # noqa: S704  # ours


def _with_words(html: str) -> str:
    """Return HTML with a link on the first place of each of the glossary's words, in running text only: tags,
    headings, links and code stay as they are.
    """
    # In turn: a text, a tag or a whole element to be left as it is, and that element's name (None for a tag).
    parts = re.split(r"(<(h\d|a|code|pre)\b.*?</\2>|<[^>]+>)", html, flags=re.DOTALL)
    text_parts = [number for number in range(0, len(parts), 3) if parts[number] and parts[number].strip()]
    for word in manual.words().values():
        pattern = re.compile(rf"(?<![\w-]){re.escape(str(escape(word.name)))}s?(?![\w-])", re.IGNORECASE)
        for number in text_parts:
            match = pattern.search(parts[number])
            if match is not None and "<" not in parts[number]:  # a piece has one link at most
                link = f'<a class="word" href="#word-{word.slug}">{match[0]}</a>'
                parts[number] = parts[number][: match.start()] + link + parts[number][match.end() :]
                break
    # The elements' names are left out, since the parts before them have them already.
    return "".join(part for number, part in enumerate(parts) if number % 3 != 2 and part is not None)


def _plain(cell: str) -> Markup:
    """Return a table's cell as HTML, with its code set apart and links to other pages of the manual."""
    coded = re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(cell)))
    linked = re.sub(r"\[([^\]]+)\]\((\w+)\.md(?:#([\w-]+))?\)", r'<a href="/help/go/\2/\3">\1</a>', coded)
    return Markup(linked)  # noqa: S704  # escaped before
