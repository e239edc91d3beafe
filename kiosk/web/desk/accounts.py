"""Officers' accounts, by Flask-Security-Too: argon2, roles, second factors. It commits inside its own views.

Its sessions to the database are its own: a request reads who asks, and ends that transaction before anything else
begins, so that no view waits for a lock that its own request holds.
"""

from typing import Any

import sqlalchemy as sa
from flask import Flask, request
from flask_security import Security, SQLAlchemySessionUserDatastore, current_user
from flask_security.core import RoleMixin, UserMixin, WebAuthnMixin
from sqlalchemy.orm import registry, relationship, scoped_session, sessionmaker

from kiosk.store.desk_tables import desk_passkey, desk_role, desk_user, desk_user_role
from kiosk.store.engine import Store
from kiosk.web.desk.permissions import MAY


class Account(UserMixin):
    """An officer."""


class AccountRole(RoleMixin):
    """A role of an account."""

    name: str

    def get_permissions(self) -> set[str]:
        """What the table in code lets it do."""
        return {permission.value for permission, roles in MAY.items() if self.name in roles}


class Passkey(WebAuthnMixin):
    """A passkey of an account."""

    def get_user_mapping(self) -> dict[str, Any]:
        """How the library finds whose it is."""
        return {"id": self.user_id}  # type: ignore[attr-defined]  # mapped below


_mappers = registry()
_mappers.map_imperatively(AccountRole, desk_role)
_mappers.map_imperatively(Passkey, desk_passkey)
_mappers.map_imperatively(
    Account,
    desk_user,
    properties={
        "roles": relationship(AccountRole, secondary=desk_user_role, lazy="joined"),
        "webauthn": relationship(Passkey, cascade="all, delete-orphan", lazy="selectin"),
    },
)


def install(app: Flask, store: Store) -> None:
    """Sign-in for an application whose settings are there already."""
    session = scoped_session(sessionmaker(store.reader(), expire_on_commit=False))
    datastore = SQLAlchemySessionUserDatastore(session, Account, AccountRole, Passkey)
    Security(app, datastore)

    @app.before_request
    def _who_asks() -> None:
        if request.endpoint in ("static", "font", "healthz"):
            return
        _ = current_user.is_authenticated  # loads the account now
        session.commit()
        if request.blueprint == "security" and request.method == "POST":
            session.connection(execution_options={"sqlite_begin": "BEGIN IMMEDIATE"})

    @app.teardown_appcontext
    def _end(_error: BaseException | None) -> None:
        session.remove()


def settings(secret: bytes) -> dict[str, Any]:
    """Flask-Security's settings. Parameters of argon2 for a small board: 19 MiB, two passes (OWASP)."""
    return {
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_PASSWORD_HASH_OPTIONS": {"argon2__memory_cost": 19456, "argon2__time_cost": 2},
        "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],
        "SECURITY_PASSWORD_SALT": secret.hex(),
        "SECURITY_PASSWORD_LENGTH_MIN": 10,
        "SECURITY_REGISTERABLE": False,
        "SECURITY_SEND_REGISTER_EMAIL": False,
        "SECURITY_TRACKABLE": False,
        "SECURITY_POST_LOGIN_VIEW": "/",
        "SECURITY_POST_LOGOUT_VIEW": "/login",
        "SECURITY_UNAUTHORIZED_VIEW": None,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_FLASH_MESSAGES": True,
    }


def roles_of(connection: sa.Connection) -> dict[int, set[str]]:
    """Every account's roles, by its id."""
    found: dict[int, set[str]] = {}
    for user_id, name in connection.execute(
        sa.select(desk_user_role.c.user_id, desk_role.c.name).join(
            desk_role, desk_role.c.id == desk_user_role.c.role_id
        )
    ):
        found.setdefault(user_id, set()).add(name)
    return found
