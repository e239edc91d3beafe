"""Writes a line into the desk's log for each page about a member that an officer reads, where the page wrote none
itself.
"""

from flask import Flask, Response, g, request
from flask_security import current_user

from kiosk.store.members import whose
from kiosk.web.desk.common.office import office

_KINDS = ("account", "entry", "document", "payment", "subscription")  # names in a path of what a member has
_BY_NUMBER = ("/members/<", "/money/pay/<", "/money/sell/<")  # whose number is a member's
_POLLED = "/now"  # asked for each second, after a page that was logged


def install(app: Flask) -> None:
    """Log each page that is shown to a signed-in officer and is about one member."""

    @app.after_request
    def _note(response: Response) -> Response:
        """Log that a member's file was read, unless the request has logged something itself."""
        if request.method == "GET" and response.status_code == 200 and current_user.is_authenticated:
            number = None if "has_logged" in g else _about()
            if number is not None:
                office().log("read-file", number)  # by the machine's clock, even while it is not trusted
        return response


def _about() -> int | None:
    """Return the number of the member that this page is about, by its address: the number in it, or the owner of the
    first account, entry or the like that has one. None where it is about no member, or is a part that is polled.
    """
    rule, values = "" if request.url_rule is None else request.url_rule.rule, request.view_args or {}
    if rule.endswith(_POLLED):
        return None
    if "number" in values and any(part in rule for part in _BY_NUMBER):
        return int(values["number"])
    with office().reading() as connection:
        numbers = (whose.number_of(connection, kind, values[kind]) for kind in _KINDS if kind in values)
        return next((number for number in numbers if number is not None), None)
