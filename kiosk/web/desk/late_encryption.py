"""Keeps encryption and passkey checks out of the desk's memory until the first sign-in with a second factor.

Flask-Security and passlib import both where they are installed, and work without them otherwise; an idle desk would
hold 13 MB for them. So Flask-Security is imported here, before any other module does it, as if both were missing. Their
names are put into its modules just before they are first needed.
"""

import sys
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from kiosk.stand_ins import stand_in

_WEB = "urllib.request"  # brings TLS, for a check of stolen passwords that is not used
_LEFT_OUT = ("webauthn", "cryptography")  # the packages that are to look as if they were not installed
# The names with which Flask-Security checks passkeys, by the module that they come from.
_PASSKEYS: dict[str, tuple[str, ...]] = {
    "webauthn.authentication.verify_authentication_response": ("VerifiedAuthentication",),
    "webauthn.registration.verify_registration_response": ("VerifiedRegistration",),
    "webauthn.helpers": (
        "options_to_json_dict",
        "parse_registration_credential_json",
        "parse_authentication_credential_json",
        "bytes_to_base64url",
    ),
    "webauthn.helpers.exceptions": (
        "InvalidAuthenticationResponse",
        "InvalidJSONStructure",
        "InvalidRegistrationResponse",
    ),
    "webauthn.helpers.structs": (
        "AuthenticatorAttachment",
        "AuthenticatorSelectionCriteria",
        "AuthenticatorTransport",
        "PublicKeyCredentialDescriptor",
        "PublicKeyCredentialType",
        "ResidentKeyRequirement",
        "UserVerificationRequirement",
    ),
}


def import_library() -> None:
    """Import Flask-Security as if the packages for encryption and passkeys were missing, and leave Python's list of
    modules as it was. Does nothing where it is imported already.
    """
    if "flask_security" in sys.modules:
        return
    missing = {name: sys.modules.get(name) for name in _LEFT_OUT if name not in sys.modules}
    modules: dict[str, Any] = sys.modules  # None makes an import fail as if not installed
    modules.update(missing)
    was_there = _WEB in sys.modules
    stand_in(_WEB)  # an empty module in its place, until the library is imported
    stand_in("flask_login.test_client", FlaskLoginClient=None)  # which brings test tools with it
    try:
        import_module("flask_security")
    finally:
        for name in (*missing, *(() if was_there else (_WEB,))):
            del sys.modules[name]


@cache
def load_passkeys() -> None:
    """Put the names by which Flask-Security checks passkeys into its two modules, once for the process."""
    places: tuple[ModuleType, ...] = tuple(
        import_module(f"flask_security.{name}") for name in ("webauthn", "webauthn_util")
    )
    names = {
        name: getattr(import_module(module), name) for module, attributes in _PASSKEYS.items() for name in attributes
    }
    for module_there in places:
        vars(module_there).update(names)
    vars(places[0])["webauthn"] = import_module("webauthn")


@cache
def load_encryption() -> None:
    """Put the ciphers by which passlib encrypts the secrets of second factors into its module, once for the process."""
    totp_names = vars(import_module("passlib.totp"))
    ciphers = import_module("cryptography.hazmat.primitives.ciphers")
    for name in ("algorithms", "modes"):
        import_module(f"{ciphers.__name__}.{name}")
    backends = import_module("cryptography.hazmat.backends")
    totp_names.update(AES_SUPPORT=True, _cg_ciphers=ciphers, _cg_default_backend=backends.default_backend)
