"""Reads officers' passkeys, and checks their signatures. The library for this is imported by the first check.

A yes is an officer's agreement to another officer's act, signed with a passkey.
"""

import base64
import json

import sqlalchemy as sa

from kiosk.domain.members import signed_yes
from kiosk.domain.members.signed_yes import Key, SignedYes
from kiosk.store.tables.desk import desk_passkey

_C = desk_passkey.c
_COLUMNS = (_C.id, _C.user_id, _C.credential_id, _C.public_key)


def of_officer(connection: sa.Connection, officer: int) -> list[Key]:
    """Return an officer's passkeys, oldest first."""
    rows = connection.execute(sa.select(*_COLUMNS).where(_C.user_id == officer).order_by(_C.id))
    return [Key(*row) for row in rows]


def has_signed(yes: SignedYes) -> bool:
    """Return whether a yes is signed by the passkey that it names, with its user verified (by PIN, finger or face).

    The signature must be over these texts, from this site. False for a yes that cannot be read, too.
    """
    from webauthn.authentication.verify_authentication_response import verify_authentication_response
    from webauthn.helpers.exceptions import WebAuthnException

    response = {"authenticatorData": yes.data, "clientDataJSON": yes.client, "signature": yes.signature}
    credential = {"id": yes.credential, "rawId": yes.credential, "type": "public-key", "response": response}
    try:
        verify_authentication_response(
            credential=json.dumps(credential),
            expected_challenge=signed_yes.challenge(unpacked(yes.random), yes.texts),
            expected_rp_id=yes.site,
            expected_origin=yes.origin,
            credential_public_key=unpacked(yes.key),
            credential_current_sign_count=0,  # no counter needed: an act takes one yes and then waits no more
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError):
        return False
    return True


def packed(content: bytes) -> str:
    """Return bytes as base64url without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def unpacked(text: str) -> bytes:
    """Return the bytes of a base64url text. Raises ValueError for any other text."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
