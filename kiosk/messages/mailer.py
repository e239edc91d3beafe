"""Sends mail if a server is configured, and notifications to the addresses that are stored for them.

A notification address is a secret, since anyone with it can write there: it is never shown or logged, and is named by a
part of its digest.
"""

import hashlib
import logging
from email.message import EmailMessage
from typing import TYPE_CHECKING

from msgspec import Struct

from kiosk import keys
from kiosk.config import MailConfig
from kiosk.errors import MachineError
from kiosk.home import Paths
from kiosk.language.catalogues import offered
from kiosk.language.texts import Text

if TYPE_CHECKING:
    import smtplib

PATIENCE_SECONDS = 10.0  # for the mail server to answer
_TLS_FROM_THE_START = 465  # the port on which a server expects an encrypted connection at once
_MARK = Text("[MODE ÉCOLE]", "[TRAINING]")
_EXERCISE = Text(
    "MODE ÉCOLE : ce message est un exercice. Rien de ce qu’il dit ne compte.",
    "TRAINING: this message is an exercise. Nothing in it counts.",
)


class UnsendableMessage(ValueError):
    """Raised for a message that no mail server could carry."""


class RefusedMessage(MachineError):
    """Raised for a message whose recipient or content the server refuses, while it still takes others."""


class Attachment(Struct, frozen=True):
    """A file attached to a mail."""

    name: str
    data: bytes


def marked(language: str, subject: str, text: str) -> tuple[str, str]:
    """Return subject and text of a training home's message, both marked as an exercise; a subject that is marked in any
    language stays.
    """
    is_marked = any(subject.startswith(_MARK.to(each)) for each in offered())
    marked_subject = subject if is_marked else f"{_MARK.to(language)} {subject}"
    return marked_subject, f"{_EXERCISE.to(language)}\n\n{text}"


def send(
    settings: MailConfig, paths: Paths, to: str, subject: str, text: str, attachment: Attachment | None = None
) -> bool:
    """Hand a mail over to the server, and return False where none is configured.

    The connection is encrypted, except to a server on this machine. Raises MachineError `mail` where the server does
    not take mail, RefusedMessage where it refuses this message, UnsendableMessage where no mail could carry it.
    """
    if not settings.server:
        return False
    import smtplib  # loads TLS, which a resting program does without

    message = _letter(settings.sender, to, subject, text, attachment)
    host, _, port = settings.server.partition(":")
    try:
        with _connected(host, int(port or 587)) as server:
            if settings.user:
                server.login(settings.user, keys.read_word(paths.mail_password))
            server.send_message(message)
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPNotSupportedError) as refused:
        raise RefusedMessage("mail", f"{settings.server} refuses the message: {type(refused).__name__}") from None
    except (OSError, smtplib.SMTPException) as fault:
        raise MachineError("mail", f"{settings.server} does not take mail: {type(fault).__name__}") from None
    return True


def _letter(sender: str, to: str, subject: str, text: str, attachment: Attachment | None) -> EmailMessage:
    """Return a mail ready to send. Raises MachineError `mail` for an impossible sender, which is a fault of kiosk.toml,
    and UnsendableMessage for a fault of this message.
    """
    message = EmailMessage()
    try:
        message["From"] = sender
        message["From"].addresses  # noqa: B018  # parsed here and now
    except Exception as fault:  # Python's parser of addresses may raise anything
        raise MachineError("mail", f"mail.sender is no address: {type(fault).__name__}") from None
    import mimetypes  # when a mail is made, as the next
    from email import policy

    try:
        message["To"], message["Subject"] = to, subject
        message.set_content(text)
        if attachment is not None:
            main_type, _, subtype = (mimetypes.guess_type(attachment.name)[0] or "application/octet-stream").partition(
                "/"
            )
            message.add_attachment(attachment.data, maintype=main_type, subtype=subtype, filename=attachment.name)
        message.as_bytes(policy=policy.SMTPUTF8)
        recipients = [each.addr_spec for each in message["To"].addresses if each.username and each.domain]
    except Exception as fault:  # as above, of one message
        raise UnsendableMessage(f"no header and no body can hold it: {type(fault).__name__}") from None
    if recipients != [to]:
        raise UnsendableMessage("what it is addressed to is not one address")
    return message


def addresses(paths: Paths) -> dict[str, str]:
    """Return the notification addresses by their public names, one from each line of their file; lines with `#` are
    comments.

    Raises MachineError `key` where everyone can read the file, or this program's user cannot.
    """
    try:
        if not paths.notify.exists():
            return {}
    except OSError as fault:
        raise MachineError("key", f"{paths.notify} cannot be looked at: {fault.strerror}") from None
    lines = [line.strip() for line in keys.read_word(paths.notify).splitlines()]
    return {_public(line): line for line in lines if line and not line.startswith("#")}


def notify(paths: Paths, name: str, subject: str, text: str) -> bool:
    """Send a notification to the address of a public name, and return False where it is no longer stored.

    Raises MachineError `notify` where the service does not take it.
    """
    address = addresses(paths).get(name)
    if address is None:
        return False
    import apprise  # heavy, and seldom needed

    for library in ("apprise", "urllib3"):  # their logs would show the address
        logging.getLogger(library).setLevel(logging.CRITICAL + 1)
    service = apprise.Apprise()
    if not service.add(address) or not service.notify(title=subject, body=text, body_format=apprise.NotifyFormat.TEXT):
        raise MachineError("notify", f"the notification to {name} is not taken: see keys/outside/notify")
    return True


def _public(address: str) -> str:
    """Return the public name of a notification address: part of its digest, since the address is a secret."""
    return hashlib.sha256(address.encode()).hexdigest()[:8]


def _connected(host: str, port: int) -> "smtplib.SMTP":
    """Return a connection to the mail server, encrypted from the start or by STARTTLS; only this machine's own server
    may go without.
    """
    import smtplib  # loads TLS, which a resting program does without
    import ssl

    if port == _TLS_FROM_THE_START:
        return smtplib.SMTP_SSL(host, port, timeout=PATIENCE_SECONDS, context=ssl.create_default_context())
    server = smtplib.SMTP(host, port, timeout=PATIENCE_SECONDS)
    if host not in ("localhost", "127.0.0.1"):
        server.starttls(context=ssl.create_default_context())
    return server
