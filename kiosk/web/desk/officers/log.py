"""Shows the desk's log to the president: files read or changed, exports, changed tariffs, each with its officer."""

from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for
from msgspec import Struct

from kiosk.domain import inputs
from kiosk.language import codes, log_acts
from kiosk.store.officers import desk_log
from kiosk.store.officers.desk_log import LogFilter
from kiosk.web.desk.common.labels import Errors, attempt
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import language
from kiosk.web.desk.finder import picking
from kiosk.web.desk.officers.log_words import Details

area = Blueprint("log", __name__)
A_PAGE = 50  # lines of the log on a page
LONGEST_WORD = 200  # characters of a filter


class LogQuery(Struct, frozen=True):
    """The lines of the log that the address asks for: their filter, the page's number, and the errors by field."""

    wanted: LogFilter
    page: int  # from 1
    errors: Errors

    @classmethod
    def now(cls) -> "LogQuery":
        """Return what this request asks for. Values that are not valid are left out; so is a name that does not fit
        exactly one member, which is an error, too.
        """
        # `attempt` returns the number and no errors, or None and the errors by field.
        number, errors = attempt(lambda: picking.member(request.args.get("member", "")[: picking.LONGEST]))
        page = request.args.get("page", "1")
        criteria = LogFilter(
            actor=request.args.get("who", "")[:LONGEST_WORD] or None,
            act=request.args.get("act", "")[:LONGEST_WORD] or None,
            member_number=number,
        )
        return cls(criteria, max(1, inputs.number(page, 6) or 1), errors)

    def address(self, **other: object) -> str:
        """Return the address of this list with some values replaced; None leaves a value out. It leads to the first
        page unless `page` is given.
        """
        values: dict[str, Any] = {
            "who": self.wanted.actor,
            "act": self.wanted.act,
            "member": self.wanted.member_number,
            "page": None,
            **other,
        }
        return url_for("log.page", **{name: value for name, value in values.items() if value is not None})


@area.get("/log")
@needs(May.SEE_LOG)
def page() -> str:
    """Show a page of the lines that are asked for, the newest first, with all officers and acts to choose from."""
    asked = LogQuery.now()
    with office().reading() as connection:
        count = desk_log.count(connection, asked.wanted)
        lines = desk_log.lines(connection, asked.wanted, A_PAGE, (asked.page - 1) * A_PAGE)
        actors, acts = desk_log.known(connection)
        detail_words = Details(connection).said
    return render_template(
        "log/page.html",
        asked=asked,
        lines=lines,
        count=count,
        last_page=max(1, -(-count // A_PAGE)),  # rounded up
        actors=actors,
        acts=acts,
        act_name=lambda act: codes.say(log_acts.ACTS, act, language()),
        said=detail_words,
        zone=current_app.config["ZONE"],
    )
