"""Tells whether this desk can send mail, so that no page claims to send what it cannot."""

from flask import flash

from kiosk.language import common
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.words import t


def is_there() -> bool:
    """Tell whether a mail server is set up."""
    return bool(office().home.config.mail.server)


def refused() -> bool:
    """Tell whether no mail server is set up, and flash then that nothing was sent."""
    if is_there():
        return False
    flash(t(common.NO_MAIL_SERVER), "error")
    return True


def say_waiting(to: str) -> None:
    """Flash that a message is queued: it is sent once the mail server has accepted it."""
    flash(t(common.MESSAGE_WAITS_FOR.of(to=to)))
