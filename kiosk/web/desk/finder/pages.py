"""The desk's one box, as a part of each page and as a page of its own. What finds is imported at its first use."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from kiosk.web.desk.common.permissions import May, needs

area = Blueprint("finder", __name__)


@area.get("/members/search")
@needs(May.FIND_MEMBERS)
def part() -> str:
    """What the box's text fits: a part of a page."""
    from kiosk.web.desk.finder import answering  # with all that it needs, at its first use

    return render_template("finder/found.html", answer=answering.answered(_typed()))


@area.get("/find")
@needs(May.FIND_MEMBERS)
def page() -> str | Response:
    """The same as a page. Enter opens what fits clearly best, which is a page or a form and never does anything."""
    from kiosk.web.desk.finder import answering

    found = answering.answered(_typed())
    if request.args.get("go") and found.first is not None:
        return redirect(found.first.address, 303)
    return render_template("finder/page.html", answer=found)


def _typed() -> str:
    return request.args.get("q", "")


@area.get("/members/pick")
@needs(May.FIND_MEMBERS)
def pick() -> str:
    """List whom a form's field may mean, as a part of a page. Name and kind of the field are in the address."""
    from kiosk.web.desk.finder import picking

    typed = request.args.get(request.args.get("field", "member"), "")
    kind: picking.Kind = "organisation" if request.args.get("kind") == "organisation" else "member"
    return render_template("finder/options.html", options=picking.likely(typed, kind))
