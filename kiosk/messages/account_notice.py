"""Mails officers what happens to their own account, so that they can report what they did not do themselves.

A message has no name or address in it: it says what happened, and when.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from msgspec import Struct

from kiosk.home import Home
from kiosk.language.catalogues import Language
from kiosk.language.texts import Text
from kiosk.store.messages import outbox_rows
from kiosk.store.officers import desk_users

# What happened, as the outbox names it: the account's holder is told of each.
NEW_DEVICE, LINK, CHOSEN, CHANGED = "new-device", "link", "password-chosen", "password-changed"
FACTOR_ADDED, FACTOR_TAKEN = "factor-added", "factor-taken"
_SUBJECTS = {
    NEW_DEVICE: Text("Connexion depuis un nouvel appareil", "Sign-in from a new device"),
    LINK: Text("Un lien pour choisir votre mot de passe a été créé", "A link to choose your password was created"),
    CHOSEN: Text("Un nouveau mot de passe a été choisi par un lien", "A new password was chosen with a link"),
    CHANGED: Text("Votre mot de passe a été changé", "Your password was changed"),
    FACTOR_ADDED: Text("Une deuxième preuve a été ajoutée à votre compte", "A second factor was added to your account"),
    FACTOR_TAKEN: Text(
        "Une deuxième preuve a été retirée de votre compte", "A second factor was removed from your account"
    ),
}
_TOLD = {
    NEW_DEVICE: Text(
        "Le {day} à {hour}, quelqu’un s’est connecté à votre compte du bureau depuis un nouvel "
        "appareil ou un nouveau navigateur.",
        "On {day} at {hour}, someone signed in to your desk account from a new device or browser.",
    ),
    LINK: Text(
        "Le {day} à {hour}, un lien pour choisir un nouveau mot de passe a été donné pour votre compte du bureau. Vos"
        " sessions ouvertes sont terminées.",
        "On {day} at {hour}, a link to choose a new password for your desk account was created. Your open sessions"
        " have ended.",
    ),
    CHOSEN: Text(
        "Le {day} à {hour}, un nouveau mot de passe a été choisi par un lien pour votre compte du bureau.",
        "On {day} at {hour}, a new password for your desk account was chosen with a link.",
    ),
    CHANGED: Text(
        "Le {day} à {hour}, le mot de passe de votre compte du bureau a été changé.",
        "On {day} at {hour}, your desk account password was changed.",
    ),
    FACTOR_ADDED: Text(
        "Le {day} à {hour}, une clé d’accès ou des codes par téléphone ont été ajoutés à votre compte du bureau.",
        "On {day} at {hour}, a passkey or phone codes were added to your desk account.",
    ),
    FACTOR_TAKEN: Text(
        "Le {day} à {hour}, une clé d’accès ou les codes par téléphone ont été retirés de votre compte du bureau.",
        "On {day} at {hour}, a passkey or phone codes were removed from your desk account.",
    ),
}
_BODY = Text(
    "Bonjour,\n\n{what}\n\nC’était vous, ou vous l’aviez demandé ? Il n’y a rien à faire.\n\nSinon, dites-le tout de"
    " suite à une autre personne du bureau : la page « Comptes du bureau » déconnecte un compte partout ou le"
    " suspend.\n",
    "Hello,\n\n"
    "{what}\n\n"
    "If this was you, or you asked for it, there is nothing to do.\n\n"
    "Otherwise tell another officer at once: on the “Desk accounts” page they can sign your account "
    "out everywhere, or suspend it.\n",
)


class AccountNotices(Struct, frozen=True):
    """Writes the notices of one home. Without a mail server it writes none, since they would lie in the outbox for a
    week.
    """

    sends: bool  # whether there is a mail server
    language: Language  # the house's, for an officer without one
    zone: ZoneInfo

    @classmethod
    def of(cls, home: Home) -> "AccountNotices":
        """Return the notices as a home is configured."""
        return cls(bool(home.config.mail.server), home.config.language, home.config.zone)

    def put(self, connection: sa.Connection, user_id: int, what: str, at: datetime) -> None:
        """Put a message to an account's holder into the outbox, within the given transaction. `what` is one of the
        names of this module, such as NEW_DEVICE.
        """
        if not self.sends:
            return
        from kiosk.exports import formats  # heavy, and seldom needed

        officer = desk_users.addressee(connection, user_id)
        language, there = officer.language or self.language, at.astimezone(self.zone)
        when = {"day": formats.day(there.date(), language), "hour": formats.hour(there, language)}
        outbox_rows.put(
            connection,
            channel=outbox_rows.MAIL,
            recipient=officer.email,
            subject=_SUBJECTS[what].to(language),
            body=_BODY.to(language, what=_TOLD[what].to(language, **when)),
            about=f"{what} of user {user_id}",
            at=at,
        )
