"""Mail, where a server is configured: handed over there and then. Without one nothing is sent."""

import smtplib
import ssl
from email.message import EmailMessage

from kiosk import home
from kiosk.config import MailConfig
from kiosk.errors import MachineError
from kiosk.home import Paths

PATIENCE_SECONDS = 10.0
_TLS_FROM_THE_START = 465


def send(settings: MailConfig, paths: Paths, to: str, subject: str, text: str) -> bool:
    """Whether a mail was handed over; False where no server is configured.

    Encrypted always, but to a server on this machine. Raises MachineError `mail` where the server does not take it.
    """
    if not settings.server:
        return False
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = settings.sender, to, subject
    message.set_content(text)
    host, _, port = settings.server.partition(":")
    try:
        with _connected(host, int(port or 587)) as server:
            if settings.user:
                server.login(settings.user, home.read_word(paths.mail_password))
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as fault:
        raise MachineError("mail", f"{settings.server} does not take mail: {type(fault).__name__}") from None
    return True


def _connected(host: str, port: int) -> smtplib.SMTP:
    if port == _TLS_FROM_THE_START:
        return smtplib.SMTP_SSL(host, port, timeout=PATIENCE_SECONDS, context=ssl.create_default_context())
    server = smtplib.SMTP(host, port, timeout=PATIENCE_SECONDS)
    if host not in ("localhost", "127.0.0.1"):
        server.starttls(context=ssl.create_default_context())
    return server
