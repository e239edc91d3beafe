"""Serves two pages about phone codes (TOTP): the one that follows the password, and the check of a new telephone's
code.

Both wrap the library's view, which would sign an officer out, or after a wrong code begin the set-up anew.
"""

from typing import Any

from flask import current_app, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import TwoFactorVerifyCodeForm, current_user, views
from flask_security.utils import check_and_get_token_status, get_message


def after_password() -> ResponseReturnValue:
    """Ask for the code after the password. A signed-in officer is sent to their account, and not signed out."""
    if current_user.is_authenticated:
        return redirect(url_for("account.page"))
    answer: ResponseReturnValue = views.two_factor_token_validation()
    return answer


def of_new_telephone(token: str) -> ResponseReturnValue:
    """Check the first code of a telephone that is being set up; `token` is the library's link of this set-up. After a
    wrong code the same QR code is shown again, as long as the link is valid.
    """
    answer: Any = views.two_factor_setup_validate(token)
    if getattr(answer, "location", None) != url_for("security.two_factor_setup"):  # it leads there after a wrong code
        return answer  # type: ignore[no-any-return]  # a library without types
    expired, invalid, state = check_and_get_token_status(
        token, "tf_setup", current_app.config["SECURITY_TWO_FACTOR_SETUP_WITHIN"]
    )
    if expired or invalid:
        return answer  # type: ignore[no-any-return]  # the set-up took too long: its link leads nowhere
    session.pop("_flashes", None)  # the error stands beside the field instead
    typed = TwoFactorVerifyCodeForm()
    typed.code.errors = [get_message("TWO_FACTOR_INVALID_TOKEN")[0]]
    values = current_app.extensions["security"].totp_factory.fetch_setup_values(state["totp_secret"], current_user)
    return render_template(
        "security/two_factor_setup.html",
        chosen_method="authenticator",
        two_factor_verify_code_form=typed,
        changing=True,
        state_token=token,
        authr_qrcode=values["image"],
        authr_key=values["key"],
    )
