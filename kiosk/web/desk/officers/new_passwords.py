"""Refuses passwords that anyone would try first, wherever a password is chosen at the desk."""

from typing import Any

from flask import current_app
from flask_security import PasswordUtil

from kiosk.domain.problems import Problem
from kiosk.members import passwords
from kiosk.web.desk.common.office import EXTENSION
from kiosk.web.desk.common.words import told


class NewPasswords(PasswordUtil):
    """The library's check of a new password, with a check against known and obvious passwords."""

    def validate(self, password: str, is_register: bool, **kwargs: Any) -> tuple[list[Any] | None, str]:
        """Return the mistakes of a password in words (None without any), and the password in the form that is hashed.
        It is compared with known passwords only where the library finds no mistake.
        """
        wrong, normalised = super().validate(password, is_register, **kwargs)
        if not wrong:
            try:
                passwords.want_unknown(normalised, _about(kwargs.get("user")))
            except Problem as problem:
                return [told(problem)], normalised
        return wrong, normalised


def _about(user: Any) -> list[str]:
    """Return words that anyone can know about this account: those of the place, the officer's name and e-mail
    address.
    """
    home, clock = current_app.extensions[EXTENSION]
    with home.store.reading() as connection:
        place = passwords.words_of_place(connection, clock.now().date())
    return [*place, str(getattr(user, "name", "")), *str(getattr(user, "email", "")).split("@")]
