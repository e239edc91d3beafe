"""Sees which routes of the desk wrote a member's money or a right, in any test: each has to say so to `needs`."""

from flask import Flask, Response, g, request

from kiosk.store.engine import Store

ACCOUNTS = "SELECT id FROM account WHERE member_id IS NOT NULL"
MONEY = "(amount_cents <> 0 OR kind = 'use')"  # a receipt is an entry without a sum
_OF_MEMBERS = f"SELECT coalesce(max(number), 0) FROM entry WHERE {MONEY} AND account_id IN ({ACCOUNTS})"
_RIGHTS = ("reduced_grant", "carnet", "voucher", "banked_day", "payer", "subscription")
QUERY = "SELECT " + ", ".join([f"({_OF_MEMBERS})", *(f"(SELECT count(*) FROM {each})" for each in _RIGHTS)])
NO_MARK = frozenset({"members.new", "imports.apply", "joining.confirm", "visitors.enrol"})
"""Routes that take up a member, whose fee is what the rules say. They are open to an account without a file: where no
member has one yet, no account could name any.
"""


def install(app: Flask, store: Store) -> set[str]:
    """Watch an application. Returns the routes without a mark that wrote any, as they are found."""
    found: set[str] = set()

    def before() -> None:
        view = app.view_functions.get(request.endpoint or "")
        if request.method == "POST" and hasattr(view, "needs") and getattr(view, "money", None) is None:
            g.money_before = _standing(store)

    def after(answer: Response) -> Response:
        standing = g.pop("money_before", None)
        if standing is not None and standing != _standing(store) and request.endpoint not in NO_MARK:
            found.add(str(request.endpoint))
        return answer

    app.before_request(before)
    app.after_request(after)
    return found


def _standing(store: Store) -> object:
    with store.reading() as connection:
        return tuple(connection.exec_driver_sql(QUERY).one())
