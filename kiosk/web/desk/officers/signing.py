"""Has an officer's passkey sign an agreement: asks the browser for the signature, and reads its answer.

An officer without a passkey agrees by the button alone. What is agreed to is shown once more in full on the page that
asks; the random number in the challenge belongs to the session, and serves for one answer.
"""

import json
import secrets
from collections.abc import Sequence

from flask import render_template, request, session
from flask_security import current_user
from msgspec import Struct

from kiosk.domain.members import signed_yes
from kiosk.domain.members.signed_yes import SignedYes
from kiosk.store.officers import passkey_rows
from kiosk.web.desk.common.office import office

_ASKED = "yes"  # the session's key for the random number of the challenge
_MOST = 20_000  # characters of an answer


class Signable(Struct, frozen=True):
    """A text to agree to: its digest, the form's field and value that stand for it (the page that asks sends them
    again), and the text itself.
    """

    digest: str
    field: str
    value: str
    text: str


def wants() -> bool:
    """Tell whether this request's agreement still has to be signed: the officer has a passkey and sent no signature."""
    return bool(getattr(current_user, "webauthn", ())) and "credential" not in request.form


def ask(texts: Sequence[Signable]) -> str:
    """Return the page that has the browser sign these texts together, with one of the officer's passkeys, and then
    sends the form to the same address again. A new random number replaces the session's earlier one.
    """
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor, UserVerificationRequirement

    random = secrets.token_bytes(signed_yes.RANDOM)
    session[_ASKED] = passkey_rows.packed(random)
    with office().reading() as connection:
        keys = passkey_rows.of_officer(connection, current_user.id)
    options = generate_authentication_options(
        rp_id=_site(),
        challenge=signed_yes.challenge(random, [text.digest for text in texts]),
        allow_credentials=[PublicKeyCredentialDescriptor(id=key.credential) for key in keys],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return render_template("two/sign.html", texts=texts, options=options_to_json(options))


def take(digests: Sequence[str]) -> SignedYes | None:
    """Return the signed agreement to the texts with these digests that came with the request; None where none came or
    it cannot be read: an account with a passkey then agrees to nothing. The act itself checks the signature.
    """
    random, answer = session.pop(_ASKED, ""), request.form.get("credential", "")[:_MOST]
    try:
        return _read(str(random), answer, digests) if answer else None
    except (KeyError, TypeError, ValueError):
        return None


def _read(random: str, answer: str, digests: Sequence[str]) -> SignedYes | None:
    """Return the signed agreement in a browser's answer; None where its passkey is not the officer's. Raises KeyError,
    TypeError or ValueError where the answer is malformed.
    """
    sent = json.loads(answer)
    credential = passkey_rows.unpacked(str(sent["id"]))
    with office().reading() as connection:
        keys = passkey_rows.of_officer(connection, current_user.id)
    key = next((passkey for passkey in keys if passkey.credential == credential), None)
    if key is None:
        return None
    response = {name: str(sent["response"][name]) for name in ("authenticatorData", "clientDataJSON", "signature")}
    return SignedYes(
        row=key.row,
        officer=key.officer,
        credential=passkey_rows.packed(key.credential),
        key=passkey_rows.packed(key.public_key),
        data=response["authenticatorData"],
        client=response["clientDataJSON"],
        signature=response["signature"],
        random=random,
        site=_site(),
        origin=request.host_url.rstrip("/"),
        texts=sorted(digests),
    )


def _site() -> str:
    """Return the id of the relying party, as when a passkey is added: the host without its port."""
    return request.host.split(":", 1)[0]
