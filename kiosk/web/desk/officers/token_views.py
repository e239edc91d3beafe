"""Lists, makes and ends API tokens: the views behind `tokens`, imported with the first request for them.

`labels.attempt` runs a form's act: it returns the result and no errors, or None and the errors by field.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from kiosk.domain import inputs
from kiosk.domain.space import sharing
from kiosk.domain.space.sharing import SHARED
from kiosk.errors import RequestError
from kiosk.exports import labels as export_labels
from kiosk.members.api_tokens import MOST_DAYS, ApiTokens, Made, readable
from kiosk.store.officers import desk_users, token_rows
from kiosk.web.desk.common import labels
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, may
from kiosk.web.desk.common.words import language, t

_DAYS = 90  # the lifetime that the form proposes


def make() -> ResponseReturnValue:
    """Show the form for a token; or make the token, and show it this one time."""
    if request.method == "GET":
        return _form({})
    form = request.form
    token, errors = labels.attempt(
        lambda: _use().make(
            current_user.id, form.get("label", "")[:200], form.getlist("lists"), _day(form.get("until", ""))
        ),
        name="label",  # an error of the token's name stands beside the form's field `label`
    )
    return (_form(errors), 400) if token is None else page(token)


def end(number: int) -> ResponseReturnValue:
    """End a token: an officer's own; anyone's for an officer that manages accounts, as the president does."""
    _, errors = labels.attempt(lambda: _use().end(number, None if may(May.MANAGE_USERS) else current_user.id))
    flash(
        *(
            (errors["form"], "error")
            if errors
            else (t("Jeton retiré : il ne donne plus accès à rien.", "Token withdrawn: it no longer works."), "done")
        )
    )
    return redirect(url_for("tokens.page"), 303)


def _use() -> ApiTokens:
    """Return the use-case of API tokens, in the name of the signed-in officer."""
    return ApiTokens.of(office())


def _day(text: str) -> date:
    """Return the token's last day as typed. Raises RequestError `token-until` for a text that is no day."""
    try:
        return inputs.the_day(text)
    except ValueError:
        raise RequestError("token-until", field="until", most=MOST_DAYS) from None


def page(fresh: Made | None = None) -> str:
    """Show the tokens that were not ended, expired ones too (the officer's own; all, to officers that manage accounts),
    and the parts of the place that a web site can show; with the new token `fresh`, shown this one time.
    """
    desk = office()
    with desk.reading() as connection:
        policy, moment = desk.now(connection)
        tokens = token_rows.standing(connection, None if may(May.MANAGE_USERS) else current_user.id)
        called = desk_users.called(connection)
    address = desk.home.config.pages.address
    return render_template(
        "users/tokens.html",
        tokens=tokens,
        called=called,
        made=fresh,
        today=moment.day,
        titles=_titles(),
        address=address,
        shared=[  # what can be published: its name, its words, whether the rules publish it, and the line to paste
            (name, t(words), sharing.is_shared(name, policy), _line(address, name, t(words)))
            for name, words in SHARED.items()
        ],
        rules=sharing.RULES,
    )


def _form(errors: Mapping[str, str]) -> str:
    """Show the form for a token with the lists that the officer may read, and what was wrong in it."""
    desk = office()
    chosen = request.form.getlist("lists") if request.method == "POST" else []
    roles = [role.name for role in current_user.roles]
    return render_template(
        "users/token_new.html",
        errors=errors,
        typed=request.form,
        chosen=chosen,
        lists=[(name, export_labels.title(name, language())) for name in readable(roles)],
        until=request.form.get("until") or str(desk.today() + timedelta(days=_DAYS)),
    )


def _line(address: str, name: str, title: str) -> str:
    """Return the HTML line to paste into a web site."""
    frame = f'src="{address}/api/v1/public/{name}.html" title="{title}"'
    return f'<iframe {frame} width="100%" height="72" style="border:0"></iframe>'


def _titles() -> dict[str, str]:
    """Return the titles of the lists in words, by name."""
    return {name: export_labels.title(name, language()) for name in export_labels.SHEETS}
