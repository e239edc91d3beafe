"""Holds signing in: the forms and pages of Flask-Security that the desk offers, and no others."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import ChangePasswordForm, LoginForm, UserMixin, recovery_codes, tf_plugin, views, webauthn
from flask_security.recoverable import generate_reset_password_token
from flask_security.utils import get_message
from wtforms import StringField  # type: ignore[import-untyped]  # ships no types
from wtforms.validators import InputRequired  # type: ignore[import-untyped]

from kiosk.members.officers import DEMO
from kiosk.members.passwords import LONGEST, normal
from kiosk.web.desk.officers import codes

LINK_LASTS = timedelta(days=3)  # of a link to choose a password


def minutes(count: int) -> timedelta:
    """Return a duration of some minutes, as Flask-Security's settings take it."""
    return timedelta(minutes=count)


class SignIn(LoginForm):
    """The form for an address and a password. An unknown address takes as long to answer as a known one."""

    email: Any = StringField(filters=[lambda text: (text or "").strip().casefold()], validators=[InputRequired()])
    training = False

    def validate(self, **kwargs: Any) -> bool:
        """Tell whether address and password are right. Demo accounts, known by the end of their address (`DEMO`), are
        accepted in training homes only.
        """
        if not super().validate(**kwargs):
            return False
        user = self.user
        if user is not None and user.email.endswith(DEMO) and not self.training:
            self.form_errors.append(get_message("GENERIC_AUTHN_FAILED")[0])
            return False
        return True


def form(training: bool) -> type[SignIn]:
    """Return the sign-in form of a home."""
    return type("SignIn", (SignIn,), {"training": training})


class ChangePassword(ChangePasswordForm):
    """The form for the old and the new password; a wrong old password counts as a guess."""

    def validate(self, **kwargs: Any) -> bool:
        """Tell whether the password may be changed, and keep in `g.wrong_password` whether the old one was wrong."""
        is_valid: bool = super().validate(**kwargs)
        g.wrong_password = bool(self.password.errors)
        return is_valid


def link_for(user: UserMixin) -> str:
    """Return a link to choose a password: valid once, for `LINK_LASTS`, and until the password changes."""
    token: str = generate_reset_password_token(user)  # type: ignore[no-untyped-call]
    return url_for("security.reset_password", token=token, _external=True)


def _link_is_over() -> str:
    """Return the page that says what to do after an expired link, or with a lost password."""
    return render_template("security/link_over.html")


def _to_recovery() -> ResponseReturnValue:
    """Redirect to the recovery codes, which take the place of the library's rescue by mail."""
    return redirect(url_for("security.mf_recovery"))


def _bounded() -> None:
    """Answer 413 for a typed password longer than `LONGEST`, so that it is not hashed."""
    typed = [value for name, value in request.form.items() if "password" in name]
    if any(len(normal(value)) > LONGEST for value in typed):
        abort(413)


_BOTH = ("GET", "POST")
# Each page of the library that the desk offers: its path, endpoint, view and methods.
_PAGES: tuple[tuple[str, str, Any, tuple[str, ...]], ...] = (
    ("/login", "login", views.login, _BOTH),
    ("/logout", "logout", views.logout, ("POST",)),
    ("/verify", "verify", views.verify, _BOTH),
    ("/change", "change_password", views.change_password, _BOTH),
    ("/reset", "forgot_password", _link_is_over, ("GET",)),
    ("/reset/<token>", "reset_password", views.reset_password, _BOTH),
    ("/tf-setup", "two_factor_setup", views.two_factor_setup, _BOTH),
    ("/tf-setup/<token>", "two_factor_setup_validate", codes.of_new_telephone, ("POST",)),
    ("/tf-validate", "two_factor_token_validation", codes.after_password, _BOTH),
    ("/tf-rescue", "two_factor_rescue", _to_recovery, ("GET",)),
    ("/tf-select", "tf_select", tf_plugin.tf_select, _BOTH),
    ("/mf-recovery-codes", "mf_recovery_codes", recovery_codes.mf_recovery_codes, _BOTH),
    ("/mf-recovery", "mf_recovery", recovery_codes.mf_recovery, _BOTH),
    ("/wan-register", "wan_register", webauthn.webauthn_register, _BOTH),
    ("/wan-register/<token>", "wan_register_response", webauthn.webauthn_register_response, ("POST",)),
    ("/wan-signin", "wan_signin", webauthn.webauthn_signin, _BOTH),
    ("/wan-signin/<token>", "wan_signin_response", webauthn.webauthn_signin_response, ("POST",)),
    ("/wan-delete", "wan_delete", webauthn.webauthn_delete, ("POST",)),
    ("/wan-verify", "wan_verify", webauthn.webauthn_verify, _BOTH),
    ("/wan-verify/<token>", "wan_verify_response", webauthn.webauthn_verify_response, ("POST",)),
)


def area() -> Blueprint:
    """Return the blueprint with the sign-in pages, under the name that the library expects."""
    blueprint = Blueprint("security", __name__)
    blueprint.before_request(_bounded)
    for path, name, view, methods in _PAGES:
        blueprint.add_url_rule(path, name, view, methods=list(methods))
    return blueprint
