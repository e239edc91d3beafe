"""Asks the proxy on this machine, as a browser does, for the certificate that officers' browsers get."""

import socket
import ssl
from datetime import datetime, timedelta

from cryptography import x509
from msgspec import Struct

from kiosk.config import Config

HTTPS = 443
PATIENCE_SECONDS = 3.0  # for the proxy to answer
_INSIDE = ("localhost", "127.0.0.1", "::1")  # names that only this machine knows itself by


def host_of(settings: Config) -> str | None:
    """Return the first name by which the network knows the desk; None where no proxy shows it to the network."""
    return next((host for host in settings.desk.hosts if host not in _INSIDE), None) if settings.desk.proxy else None


class Life(Struct, frozen=True):
    """For how long a certificate is still valid, and which share of its validity that is."""

    left: timedelta
    share: float


def life(host: str, now: datetime, port: int = HTTPS) -> Life | None:
    """Return how long the certificate is still valid; None without an answer. The issuer is not checked:
    browsers do.
    """
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with (
            socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=host) as secured,
        ):
            shown = secured.getpeercert(binary_form=True)
    except OSError:  # an ssl.SSLError is one
        return None
    if shown is None:
        return None
    certificate = x509.load_der_x509_certificate(shown)
    left = certificate.not_valid_after_utc - now
    return Life(left, left / (certificate.not_valid_after_utc - certificate.not_valid_before_utc))
