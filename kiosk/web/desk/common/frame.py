"""Frames every page with the association's name and colour, and serves the manifest by which a telephone installs the
desk.
"""

from flask import Blueprint, Response, abort, g, jsonify, url_for
from msgspec import Struct

from kiosk.errors import MachineError, RequestError
from kiosk.language.catalogues import offered
from kiosk.language.texts import Text
from kiosk.store.space import book_rules
from kiosk.web.desk.common import request_rules
from kiosk.web.desk.common.office import office

area = Blueprint("frame", __name__)
_NAME = Text("Bureau", "Desk")
_ALL = Text("Bureau de l’association", "The association’s desk")
_NIGHT, _PAGE = "#12302b", "#fcf7ee"  # colours of the installed desk's frame and background


class Place(Struct, frozen=True):
    """The association's name and colour (six hexadecimal digits), each empty where the association entered none."""

    name: str = ""
    colour: str = ""


def place() -> Place:
    """Return the association's name and colour as of today, read once while no rule changes; both empty while the
    database cannot be read.
    """
    if "place" not in g:
        try:
            g.place = _read()
        except (MachineError, RequestError):
            g.place = Place()
    known: Place = g.place
    return known


def _read() -> Place:
    """Read the place's name and colour from the rules."""
    desk = office()
    with desk.reading() as connection:
        today = desk.now(connection)[1].day
        facts = request_rules.of(desk.home).fact("place", connection, today, book_rules.association)
    return Place(facts.get("name", ""), facts.get("colour", ""))


@area.get("/frame/<code>.css")
def colour(code: str) -> Response:
    """Return a style sheet that sets the association's colour: the Content-Security-Policy allows no style inside a
    page, and the colour is the same for everyone. Answers 404 for a code that is not six hexadecimal digits.
    """
    if len(code) != 6 or set(code) - set("0123456789abcdef"):
        abort(404)
    return Response(f":root {{ --place: #{code}; }}\n", mimetype="text/css")


@area.get("/frame/<language>.webmanifest")
def manifest(language: str) -> Response:
    """Return the web manifest by which a telephone installs the desk among its programs; no page is stored on the
    telephone. Answers 404 for a language that is not offered.
    """
    if language not in offered():
        abort(404)
    icons = [
        {"src": url_for("static", filename=f"app/{name}"), "sizes": sizes, "type": kind, "purpose": purpose}
        for name, sizes, kind, purpose in (
            ("desk.svg", "any", "image/svg+xml", "any"),
            ("desk-192.png", "192x192", "image/png", "any"),
            ("desk-512.png", "512x512", "image/png", "maskable"),
        )
    ]
    answer = jsonify(
        id="/",
        start_url="/",
        scope="/",
        display="standalone",
        lang=language,
        name=_ALL.to(language),
        short_name=_NAME.to(language),
        theme_color=_NIGHT,
        background_color=_PAGE,
        icons=icons,
    )
    answer.mimetype = "application/manifest+json"
    return answer
