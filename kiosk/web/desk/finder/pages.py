"""Serves the desk's finder, as a part of each page and as a page of its own. The search is imported
with its first use.
"""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from kiosk.web.desk.common.permissions import May, needs

area = Blueprint("finder", __name__)


@area.get("/members/search")
@needs(May.FIND_MEMBERS)
def part() -> str:
    """Return the lines that fit the text, as a part of a page."""
    from kiosk.web.desk.finder import answering  # with all that it needs, at its first use

    return render_template("finder/found.html", answer=answering.answered(_typed()))


@area.get("/find")
@needs(May.FIND_MEMBERS)
def page() -> str | Response:
    """Show the finder as a page. Enter (`go` in the URL) opens the line that clearly fits best, which is a page or a
    form and never acts by itself.
    """
    from kiosk.web.desk.finder import answering

    answer = answering.answered(_typed())
    if request.args.get("go") and answer.first is not None:
        return redirect(answer.first.address, 303)
    return render_template("finder/page.html", answer=answer)


def _typed() -> str:
    """Return the text that the URL asks to search for."""
    return request.args.get("q", "")


@area.get("/members/pick")
@needs(May.FIND_MEMBERS)
def pick() -> str:
    """List the people or organisations that a form's field may mean, as a part of a page. The address has the field's
    name and kind.
    """
    from kiosk.web.desk.finder import picking

    typed = request.args.get(request.args.get("field", "member"), "")
    kind: picking.Kind = "organisation" if request.args.get("kind") == "organisation" else "member"
    return render_template("finder/options.html", options=picking.likely(typed, kind))
