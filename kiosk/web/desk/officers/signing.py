"""Has an officer's passkey sign a yes: asks the browser for it, and takes what comes back.

An officer without a passkey agrees by the button alone. What a yes covers is shown once more, whole, on the page that
asks; the random number that goes into the challenge is the session's, and good for one answer.
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

_ASKED = "yes"
_MOST = 20_000  # characters of an answer


class Signable(Struct, frozen=True):
    """A text that is agreed to: its digest, and the form's field that stands for it."""

    digest: str
    field: str
    value: str
    text: str


def wants() -> bool:
    """Tell whether this request's yes still has to be signed."""
    return bool(getattr(current_user, "webauthn", ())) and "credential" not in request.form


def ask(texts: Sequence[Signable]) -> str:
    """Return the page that has the browser sign these texts, and sends them to the same address again."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor, UserVerificationRequirement

    random = secrets.token_bytes(signed_yes.RANDOM)
    session[_ASKED] = passkey_rows.packed(random)
    with office().reading() as connection:
        keys = passkey_rows.of_officer(connection, current_user.id)
    options = generate_authentication_options(
        rp_id=_site(),
        challenge=signed_yes.challenge(random, [each.digest for each in texts]),
        allow_credentials=[PublicKeyCredentialDescriptor(id=each.credential) for each in keys],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return render_template("two/sign.html", texts=texts, options=options_to_json(options))


def take(digests: Sequence[str]) -> SignedYes | None:
    """Return the yes to these texts that came with the request; None where none came that can be read: an account with
    a passkey then agrees to nothing.
    """
    random, answer = session.pop(_ASKED, ""), request.form.get("credential", "")[:_MOST]
    try:
        return _read(str(random), answer, digests) if answer else None
    except (KeyError, TypeError, ValueError):
        return None


def _read(random: str, answer: str, digests: Sequence[str]) -> SignedYes | None:
    """Raises KeyError, TypeError or ValueError where a browser's answer is none."""
    sent = json.loads(answer)
    credential = passkey_rows.unpacked(str(sent["id"]))
    with office().reading() as connection:
        keys = passkey_rows.of_officer(connection, current_user.id)
    key = next((each for each in keys if each.credential == credential), None)
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
    """The relying party's id, as where passkeys are added: the host, without its port."""
    return request.host.split(":", 1)[0]
