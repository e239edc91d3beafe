"""Second factors: codes of an application on a telephone, and passkeys."""

import threading
from typing import Any

import qrcode  # type: ignore[import-untyped]  # ships no types
from flask_security import Totp, UserMixin, WebauthnUtil
from markupsafe import Markup


class TotpCodes(Totp):
    """Codes by time. One that was used is not taken again while this process lives."""

    def __init__(self, secrets: dict[str, str], issuer: str) -> None:
        super().__init__(secrets, issuer)
        self._lock = threading.Lock()
        self._used: dict[int, int] = {}

    def get_last_counter(self, user: UserMixin) -> int | None:
        """The counter of the newest code that was accepted from somebody."""
        with self._lock:
            return self._used.get(user.id)

    def set_last_counter(self, user: UserMixin, tmatch: Any) -> None:
        """Remember that this code is used."""
        with self._lock:
            self._used[user.id] = tmatch.counter

    def generate_qrcode(self, username: str, totp: str) -> str:
        """The code to photograph, drawn in the page itself: nothing is loaded, nothing is styled inline."""
        picture = qrcode.QRCode(border=4)
        picture.add_data(self.get_totp_uri(username, totp))
        rows = picture.get_matrix()
        path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
        size = len(rows)
        return Markup(
            '<svg class="code" viewBox="0 0 {0} {0}" role="img" aria-labelledby="code-title">'
            '<title id="code-title">QR code</title><rect width="{0}" height="{0}" fill="#fff"/><path d="{1}"/></svg>'
        ).format(size, path)


class Passkeys(WebauthnUtil):
    """Passkeys of any kind: the laptop's own, the telephone's, or a key on a ring."""

    def authenticator_selection(self, user: UserMixin, usage: str) -> Any:
        """Let any kind of passkey do."""
        wanted = super().authenticator_selection(user, usage)
        wanted.authenticator_attachment = None
        return wanted
