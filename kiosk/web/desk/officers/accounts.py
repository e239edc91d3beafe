"""Keeps officers' accounts with Flask-Security-Too: argon2, roles, second factors.

`account_store` reads and writes them for the library. The library commits inside its own views, so `undo` has to
discard what a request that fails has begun.
"""

import base64
import hashlib
from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, g, request
from flask import session as flask_session
from flask.globals import request_ctx
from flask_security import (
    MfRecoveryCodesUtil,
    Security,
    Totp,
    WebauthnUtil,
    url_for_security,
)
from flask_security.core import UserMixin
from markupsafe import Markup
from passlib.exc import TokenError  # type: ignore[import-untyped]  # ships no types

from kiosk.devices.protocols import Clock
from kiosk.domain.members import officer_numbers
from kiosk.exports import qr
from kiosk.home import Home
from kiosk.members.officers import Officers
from kiosk.members.passwords import MEMORY_KIB, PASSES, SHORTEST
from kiosk.members.sign_ins import SignIns
from kiosk.messages import account_notice
from kiosk.messages.account_notice import AccountNotices
from kiosk.store.engine import Store
from kiosk.store.officers import account_rows, desk_users
from kiosk.store.officers.account_rows import AccountChange
from kiosk.store.space.policies import Rules
from kiosk.web.desk import late_encryption
from kiosk.web.desk.common.permissions import FRESH_MINUTES, GRACE_MINUTES
from kiosk.web.desk.officers import attempts, new_passwords, sessions, sign_in
from kiosk.web.desk.officers.account_store import AccountStore
from kiosk.web.desk.officers.attempts import Attempts
from kiosk.web.desk.officers.security_words import Spoken


class TotpCodes(Totp):
    """Time-based codes (TOTP). A code that was used is never accepted again: the database records it, for every thread
    and process.
    """

    use: Callable[[str, int], bool]  # uses up a secret's code by its counter; False where it was used before

    @property
    def _totp(self) -> Any:
        """Return the factory that makes and reads the encrypted secrets; encryption is loaded with its first use."""
        late_encryption.load_encryption()
        return self._factory

    @_totp.setter
    def _totp(self, factory: Any) -> None:
        self._factory = factory

    def verify_totp(self, token: str, totp_secret: str, user: UserMixin, window: int = 0) -> bool:
        """Tell whether a code is right, its clock at most `window` seconds off, and was not used before; use it up."""
        try:
            match = self._totp.verify(token, totp_secret, window=window)
        except TokenError:
            return False
        return type(self).use(totp_secret, match.counter)

    def generate_qrcode(self, username: str, totp: str) -> str:
        """Return the QR code to scan as SVG inside the page: nothing is loaded and nothing is styled inline."""
        drawn = qr.svg(self.get_totp_uri(username, totp), title="QR code", css="code")
        return Markup(drawn)  # noqa: S704  # our own, which escapes its title


class RecoveryCodes(MfRecoveryCodesUtil):
    """Recovery codes, each used up by one UPDATE that compares: of several requests at once only one succeeds, and no
    code can be used again.
    """

    store: Store
    # Made with the first use, because it needs the encryption library.
    _cryptor: Any = None
    _keys: list[bytes]

    def check_recovery_code(self, user: UserMixin, code: str) -> bool:
        """Tell whether a code is right, and use it up. A code that another browser has used meanwhile is wrong."""
        with type(self).store.writing() as connection:
            kept = desk_users.recovery_codes(connection, user.id)
            left = [encrypted for encrypted in kept if self._decrypt_codes([encrypted]) != [code]]
            return len(left) < len(kept) and desk_users.change_recovery_codes(connection, user.id, kept, left)

    def delete_recovery_code(self, user: UserMixin, code: str) -> bool:
        """Do nothing: the code was used up when it was checked."""
        return True

    def setup_cryptor(self, keys: list[bytes]) -> None:
        """Keep the keys, each of which decrypts, and the first encrypts; the cryptor is made with its first use."""
        self._keys = keys

    @property
    def cryptor(self) -> Any:
        """Return what encrypts the recovery codes, made at the first call."""
        if self._cryptor is None:
            from cryptography.fernet import Fernet, MultiFernet

            self._cryptor = MultiFernet([Fernet(key) for key in self._keys])
        return self._cryptor

    @cryptor.setter
    def cryptor(self, cryptor: Any) -> None:
        self._cryptor = cryptor


class Passkeys(WebauthnUtil):
    """Passkeys of any kind: the laptop's own, the telephone's, or a key on a ring."""

    def authenticator_selection(self, user: UserMixin, usage: str) -> Any:
        """Return the library's criteria for a passkey, without limiting its kind."""
        criteria = super().authenticator_selection(user, usage)
        criteria.authenticator_attachment = None
        return criteria


def install(app: Flask, home: Home, clock: Clock, secret: bytes) -> None:
    """Add signing in, with its accounts, sessions and counted attempts, to an application that has its settings."""
    datastore = AccountStore(home.store, clock, _writer(home, clock))
    app.config["SECURITY_DATETIME_FACTORY"] = clock.now
    sign_ins = SignIns(store=home.store, clock=clock, key=key(secret, b"attempts"), notices=AccountNotices.of(home))
    # The library itself makes what checks codes and recovery codes, from classes without arguments: what these need of
    # this application stands in a class that is made here.
    security = Security(
        app,
        datastore,
        register_blueprint=False,
        login_form=sign_in.form(home.training),
        change_password_form=sign_in.ChangePassword,
        totp_cls=type("TotpCodes", (TotpCodes,), {"use": staticmethod(sign_ins.use_code)}),
        password_util_cls=new_passwords.NewPasswords,
        webauthn_util_cls=Passkeys,
        mf_recovery_codes_util_cls=type("RecoveryCodes", (RecoveryCodes,), {"store": home.store}),
    )
    security.i18n_domain = Spoken(app)  # type: ignore[no-untyped-call]
    security.want_json(lambda _request: False)  # answers are pages, whatever the browser asks for
    security.unauthn_handler(sessions.not_signed_in)
    security.reauthn_handler(sessions.not_fresh)
    app.context_processor(lambda: {"url_for_security": url_for_security, "is_anybody_there": _is_anybody_there(home)})

    @app.before_request
    def _who_asks() -> None:
        """Before a view: remember the session as it is, for `undo`, and sign it out where it is over. Style sheets,
        fonts and the health check need no session.
        """
        if request.endpoint in ("static", "font", "healthz"):
            return
        g.session_before = dict(flask_session)
        if (request.endpoint or "").startswith("security.wan_"):  # pages about passkeys, whose library is loaded late
            late_encryption.load_passkeys()
        sessions.check(home.store, clock)

    sessions.install(app, clock)
    Attempts(sign_ins, _sealed_of(home, clock)).install(app)
    app.register_blueprint(sign_in.area())


def undo() -> None:
    """Discard what a failed request was about to do: in the database, in the session, and in the mails and log lines
    that would follow. Otherwise the library would commit after the page of the error.
    """
    current_app.extensions["security"].datastore.rollback()
    request_ctx._after_request_functions.clear()
    attempts.forget()
    before = g.pop("session_before", None)
    if before is not None:
        flask_session.clear()
        flask_session.update(before)


def _writer(home: Home, clock: Clock) -> Callable[[AccountChange], None]:
    """Return a function that writes the changes that the library made to an account."""
    rules = Rules(home.config.zone)

    def write(change: AccountChange) -> None:
        """Write one account's change in one transaction, sealed at the desk's moment if it changes a right."""
        with home.store.writing() as connection:
            rules.at(connection, clock.now())  # leaves the moment on the connection, for the transaction's seal
            account_rows.write(connection, change)

    return write


def _sealed_of(home: Home, clock: Clock) -> Callable[[int, str], None]:
    """Return a function that seals, in an account's own name, an act that may have put the account into other hands."""

    def seal(user_id: int, what: str) -> None:
        """Seal an act in the name of the account's holder: a first or a further second factor, or a chosen password."""
        officers = Officers.of(home, clock, officer_numbers.actor(user_id))
        acts = {
            attempts.FIRST_FACTOR: officers.set_up_first_factor,
            account_notice.FACTOR_ADDED: officers.note_factor,
            account_notice.CHOSEN: officers.note_chosen,
        }
        acts[what](user_id)

    return seal


def _is_anybody_there(home: Home) -> Callable[[], bool]:
    """Return a function for templates that tells whether the desk has an account yet."""

    def is_there() -> bool:
        """Tell whether there is an account."""
        with home.store.reading() as connection:
            return desk_users.is_anybody_there(connection)

    return is_there


def key(secret: bytes, purpose: bytes) -> bytes:
    """Return a key of 32 bytes derived from the desk's one secret, a different one for each purpose."""
    return hashlib.blake2b(secret, person=purpose, digest_size=32).digest()


def settings(secret: bytes) -> dict[str, Any]:
    """Return Flask-Security's settings, as far as they differ from its defaults."""
    return {
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
            "argon2__memory_cost": MEMORY_KIB,
            "argon2__rounds": PASSES,
            "argon2__parallelism": 1,
        },
        "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],
        # A link holds a hash of what Argon2 has hashed and salted already: slowness guards nothing there, and 535,000
        # rounds in Python, Flask-Security's own choice, are half a second, and more on a Pi.
        "SECURITY_HASHING_SCHEMES": ["hex_sha512"],
        "SECURITY_DEPRECATED_HASHING_SCHEMES": [],
        "SECURITY_PASSWORD_SALT": key(secret, b"passwords").hex(),
        "SECURITY_PASSWORD_LENGTH_MIN": SHORTEST,
        "SECURITY_USE_REGISTER_V2": True,
        "SECURITY_RECOVERABLE": True,
        "SECURITY_CHANGEABLE": True,
        "SECURITY_RESET_PASSWORD_WITHIN": sign_in.LINK_LASTS,
        "SECURITY_RESET_SALT": "a link to choose a password",
        "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": False,
        "SECURITY_SEND_PASSWORD_RESET_NOTICE_EMAIL": False,
        "SECURITY_SEND_REGISTER_EMAIL": False,
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": 60,  # seconds either way: a telephone's clock, and a Pi's
        "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
        "SECURITY_TWO_FACTOR_POST_SETUP_VIEW": "account.page",
        "SECURITY_TOTP_SECRETS": {"1": base64.urlsafe_b64encode(key(secret, b"totp")).decode()},
        "SECURITY_TOTP_ISSUER": "Kiosk",
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS": [base64.urlsafe_b64encode(key(secret, b"recovery"))],
        "SECURITY_WEBAUTHN": True,
        "SECURITY_WAN_RP_NAME": "Kiosk",
        "SECURITY_WAN_ALLOW_USER_HINTS": False,  # else strangers could learn which accounts have passkeys
        "SECURITY_FRESHNESS": sign_in.minutes(FRESH_MINUTES),
        "SECURITY_FRESHNESS_GRACE_PERIOD": sign_in.minutes(GRACE_MINUTES),
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_POST_LOGIN_VIEW": "/",
        "SECURITY_POST_LOGOUT_VIEW": "/login",
        "SECURITY_POST_CHANGE_VIEW": "account.page",
        "SECURITY_UNAUTHORIZED_VIEW": None,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_CLI_USERS_NAME": None,
        "SECURITY_CLI_ROLES_NAME": None,
    }
