"""Whether this desk can send mail, and what a page says where it cannot: nothing is said to leave that does not."""

from flask import flash

from kiosk.language import common
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.words import t


def is_there() -> bool:
    """Whether a mail server is set."""
    return bool(office().home.config.mail.server)


def refused() -> bool:
    """Say that nothing left, where no mail server is set. Returns whether that was so."""
    if is_there():
        return False
    flash(t(common.NO_MAIL_SERVER), "error")
    return True


def say_waiting(to: str) -> None:
    """Say that a message waits for the server: it is sent once the server took it."""
    flash(t(common.MESSAGE_WAITS_FOR.of(to=to)))
