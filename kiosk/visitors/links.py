"""Signs the one link of each request, which goes out by mail alone, so that following it proves the address.

A link contains its request's random mark. Opening it does nothing, because mail servers open every link; a button on
its page acts.
"""

import hashlib
import re

from itsdangerous import BadData, URLSafeSerializer
from msgspec import Struct

LONGEST = 200  # characters; a longer token is none of ours
_SALT = "a request of the public's pages"  # keeps these signatures apart from others by the same key
_MARK = re.compile(r"[0-9a-f]{32}")  # a request's mark in hexadecimal


class Links(Struct, frozen=True):
    """Makes links below the public pages' `address`, signed with the desk's key, and reads them."""

    key: bytes
    address: str

    def of(self, mark: bytes) -> str:
        """Return the link of a request's mark."""
        return f"{self.address}/d/{self._signer.dumps(mark.hex())}"

    def mark(self, token: str) -> bytes | None:
        """Return the mark in a link's last part; None where it is too long, not signed by us, or holds no mark."""
        try:
            mark = self._signer.loads(token) if len(token) <= LONGEST else ""
        except BadData:
            return None
        return bytes.fromhex(mark) if isinstance(mark, str) and _MARK.fullmatch(mark) else None

    @property
    def _signer(self) -> URLSafeSerializer:
        """Return the signer of links; its salt separates them from other links signed with the same key."""
        return URLSafeSerializer(self.key, salt=_SALT, signer_kwargs={"digest_method": hashlib.sha256})
