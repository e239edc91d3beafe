"""Keeps officers' accounts with Flask-Security-Too: argon2, roles, second factors. The library commits inside its own
views.

Its database session is separate. What it reads holds no lock; what it writes begins with its first change and ends with
its commit, so that no tap at the door waits while a password is hashed.
"""

import base64
import hashlib
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app, g, request
from flask import session as flask_session
from flask.globals import request_ctx
from flask_security import (
    MfRecoveryCodesUtil,
    Security,
    SQLAlchemySessionUserDatastore,
    Totp,
    WebauthnUtil,
    url_for_security,
)
from flask_security.core import RoleMixin, UserMixin, WebAuthnMixin
from markupsafe import Markup
from passlib.exc import TokenError  # type: ignore[import-untyped]  # ships no types
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Session, registry, relationship, scoped_session, sessionmaker

from kiosk.devices.protocols import Clock
from kiosk.domain.members import officer_numbers
from kiosk.exports import qr
from kiosk.home import Home
from kiosk.members.officers import Officers
from kiosk.members.passwords import MEMORY_KIB, PASSES, SHORTEST
from kiosk.members.sign_ins import SignIns
from kiosk.messages import account_notice
from kiosk.messages.account_notice import AccountNotices
from kiosk.store.engine import Store, begin_to_write
from kiosk.store.officers import desk_users
from kiosk.store.tables.desk import Listed, desk_passkey, desk_role, desk_user, desk_user_role
from kiosk.web.desk import late_encryption
from kiosk.web.desk.common.permissions import FRESH_MINUTES, GRACE_MINUTES, MAY
from kiosk.web.desk.officers import attempts, new_passwords, sealed_accounts, sessions, sign_in
from kiosk.web.desk.officers.attempts import Attempts
from kiosk.web.desk.officers.security_words import Spoken

_SESSION = "kiosk.accounts"


class Account(UserMixin):
    """An officer's account."""


class AccountRole(RoleMixin):
    """A role of an officer's account, such as treasurer."""

    name: str

    def get_permissions(self) -> set[str]:
        """Return the role's permissions, by the table in code."""
        return {permission.value for permission, roles in MAY.items() if self.name in roles}


class Passkey(WebAuthnMixin):
    """A passkey of an account."""

    def __init__(self, **columns: object) -> None:
        for name, value in columns.items():
            setattr(self, name, value)
        self.create_datetime = self.lastuse_datetime  # the library sets the latter to now when it adds a passkey

    def get_user_mapping(self) -> dict[str, Any]:
        """Return how the library finds the account that a passkey belongs to."""
        return {"id": self.user_id}  # type: ignore[attr-defined]  # mapped below


class TotpCodes(Totp):
    """Time-based codes (TOTP). A code that was used is never accepted again: the database records it, for every thread
    and process.
    """

    use: Callable[[str, int], bool]

    @property
    def _totp(self) -> Any:
        """Return the factory that makes and reads the encrypted secrets; encryption is loaded with its first use."""
        late_encryption.load_encryption()
        return self._factory

    @_totp.setter
    def _totp(self, factory: Any) -> None:
        self._factory = factory

    def verify_totp(self, token: str, totp_secret: str, user: UserMixin, window: int = 0) -> bool:
        """Tell whether a code is right and was not used before; this uses it up."""
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
        """Keep the keys; the cryptor is made with its first use."""
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


_mappers = registry()
MutableList.associate_with(Listed)  # a recovery code taken from its list is gone from the database too
_mappers.map_imperatively(AccountRole, desk_role)
_mappers.map_imperatively(Passkey, desk_passkey)
_mappers.map_imperatively(
    Account,
    desk_user,
    properties={
        "roles": relationship(AccountRole, secondary=desk_user_role, lazy="joined"),
        "webauthn": relationship(Passkey, cascade="all, delete-orphan"),  # read when needed: few pages do
    },
    version_id_col=desk_user.c.fs_uniquifier,  # of two requests with one link, one fails
    version_id_generator=False,
)


def install(app: Flask, home: Home, clock: Clock, secret: bytes) -> None:
    """Add sign-in to an application that has its settings."""
    session = scoped_session(sessionmaker(_until_it_writes(home.store), expire_on_commit=False))
    sa.event.listen(session, "before_flush", _begin_to_write)
    sealed_accounts.install(session, home, clock)
    datastore = SQLAlchemySessionUserDatastore(session, Account, AccountRole, Passkey)
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
    security.want_json(lambda _request: False)
    security.unauthn_handler(sessions.not_signed_in)
    security.reauthn_handler(sessions.not_fresh)
    app.context_processor(lambda: {"url_for_security": url_for_security, "is_anybody_there": _is_anybody_there(home)})

    @app.before_request
    def _who_asks() -> None:
        """Before a view: remember the session as it is, for `undo`, and check that it may still be used."""
        if request.endpoint in ("static", "font", "healthz"):
            return
        g.session_before = dict(flask_session)
        if (request.endpoint or "").startswith("security.wan_"):
            late_encryption.load_passkeys()
        sessions.check(home.store, clock)

    @app.teardown_appcontext
    def _end(_error: BaseException | None) -> None:
        """Give the database session back at the end of a request."""
        session.remove()

    sessions.install(app, clock)
    Attempts(sign_ins, _sealed_of(home, clock)).install(app, session.rollback)
    app.extensions[_SESSION] = session
    app.register_blueprint(sign_in.area())


def undo() -> None:
    """Discard what a failed request was about to do: in the database, in the session, and in the mails and log lines
    that would follow. Otherwise the library would commit after the page of the error.
    """
    current_app.extensions[_SESSION].rollback()
    request_ctx._after_request_functions.clear()
    attempts.forget()
    before = g.pop("session_before", None)
    if before is not None:
        flask_session.clear()
        flask_session.update(before)


def _sealed_of(home: Home, clock: Clock) -> Callable[[int, str], None]:
    """Return a function that seals, in an account's own name, an act that may have put the account into other hands."""

    def seal(user_id: int, what: str) -> None:
        """Seal an act in the name of the account's holder."""
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


def _until_it_writes(store: Store) -> sa.Engine:
    """Return an engine whose statements stand alone, each with its own snapshot, until `_begin_to_write`: the statement
    that is sent in the place of BEGIN opens no transaction.
    """
    return store.reader().execution_options(sqlite_begin="SELECT 1")


def _begin_to_write(session: Session, *_more: object) -> None:
    """Begin a transaction that may write, before the session first writes."""
    begin_to_write(session.connection())


def key(secret: bytes, purpose: bytes) -> bytes:
    """Return a key derived from the desk's one secret, a different one for each purpose."""
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
        # rounds in Python, Flask-Security's own choice, are half a second, and some on a Pi.
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
