"""Translates what Flask-Security says: with its own French, Dutch and so on, and with the desk's words where those fit
better.
"""

from babel import Locale
from babel.core import get_global
from flask_babel import force_locale
from flask_security.babel import FsDomain

from kiosk.language import common
from kiosk.language.catalogues import Language
from kiosk.language.texts import Text
from kiosk.web.desk.common.words import language, t

_OTHERWISE = {  # by the library's text, ours in its place
    # The library says this when sign-in was not finished; no permission is missing.
    "You currently do not have permissions to access this page": Text(
        "Recommencez la connexion.",
        "Start signing in again.",
    ),
    # The officer has followed a link, and knows of no token.
    "Invalid reset password token.": common.LINK_NO_LONGER_GOOD,
    # The cause is technical, and English in every language.
    "Could not verify passkey: %(cause)s.": Text(
        "La clé d’accès n’a pas été reconnue.",
        "The passkey was not recognised.",
    ),
    # The words of the desk's pages. The first text also appears at a first set-up.
    "You successfully changed your two-factor method.": Text(
        "Les codes par téléphone sont en place.",
        "Phone codes are set up.",
    ),
    "You successfully disabled two-factor authorization.": Text(
        "Les codes par téléphone sont retirés.",
        "Phone codes removed.",
    ),
    # The library speaks here to programmers, of endpoints, resources and handles; an officer reads what to do.
    "Authentication failed - identity or password/passcode invalid": Text(
        "Adresse, mot de passe ou code incorrect.", "Wrong address, password or code."
    ),
    "You do not have permission to view this resource.": Text(
        "Votre compte n’a pas accès à cette page.", "Your account does not have access to this page."
    ),
    "You must reauthenticate to access this endpoint": Text(
        "Reconnectez-vous pour ouvrir cette page.", "Sign in again to open this page."
    ),
    "You successfully reset your password. Please authenticate using your new password.": Text(
        "Mot de passe changé : connectez-vous avec le nouveau.", "Password changed: sign in with the new one."
    ),
    "Your new password must be different than your previous password.": Text(
        "Choisissez un mot de passe différent du précédent.", "Choose a password different from the previous one."
    ),
    "Password not provided": Text("Écrivez un mot de passe.", "Enter a password."),
    "Invalid password": Text("Mot de passe incorrect.", "Wrong password."),
    "Reauthentication successful": Text("Vous êtes reconnecté·e.", "You have signed in again."),
    "You can only access this endpoint when not logged in.": Text(
        "Pour ouvrir cette page, déconnectez-vous d’abord.", "To open this page, sign out first."
    ),
    "Marked method is not valid": Text(
        "Cette méthode n’est pas valable : choisissez-en une autre.", "This method is not valid: choose another one."
    ),
    "Unregistered passkey.": Text(
        "Cette clé d’accès n’est pas enregistrée ici.", "This passkey is not registered here."
    ),
    "Passkey not registered for this use (first or secondary)": Text(
        "Cette clé d’accès n’est pas enregistrée pour cet usage.", "This passkey is not registered for this use."
    ),
    "Credential user handle didn't match": Text(
        "Cette clé d’accès est celle d’un autre compte.", "This passkey belongs to another account."
    ),
    "Input not appropriate for requested API": Text(
        "La demande n’est pas valable : recommencez.", "The request is not valid: try again."
    ),
    "Redirections outside the domain are forbidden": Text(
        "Cette adresse mène à un autre site : elle est refusée.",
        "This address leads to another site, so it is refused.",
    ),
    "Recovery code invalid": Text("Ce code de secours est incorrect.", "This recovery code is not valid."),
    "No recovery codes generated yet": Text("Pas encore de codes de secours.", "No recovery codes yet."),
}

SHOWN = (
    "You did not reset your password within %(within)s. ",
    "You successfully changed your password.",
    "Passwords do not match",
    "Password does not match",
    "Password must be at least %(length)s characters",
    "Invalid code",
    "Your code has been confirmed",
    "Setup must be completed within %(within)s. Please start over.",
    "Passkey operations must be completed within %(within)s. Please start over.",
    "Nickname for new passkey is required.",
    "%(name)s is already associated with a passkey.",
    "Passkey nicknames can contain only letters, numbers, and limited punctuation.",
    "Successfully deleted the passkey with name: %(name)s",
    "Successfully added the passkey with name: %(name)s",
    "Passkey already registered.",
    "Value entered is not valid for the field",
    "%(name)s not registered with current user.",
)
"""The library's texts that the desk's pages may show; our own files translate them for languages that the library
lacks.
"""


class Spoken(FsDomain):
    """Gives the library each of its texts in the page's language, in place of the library's own translations."""

    def gettext(self, string: str, **variables: object) -> str:
        """Return a text in the page's language: the desk's own, else the library's, else from our file for that
        language.
        """
        ours = _OTHERWISE.get(string)
        text = t(ours) if ours else self._theirs(string)
        return text % variables if variables else text

    def _theirs(self, string: str) -> str:
        """Return the library's own translation of a text; from our files where the library lacks the language, and for
        French, whose apostrophes our files write as the desk does.
        """
        text = self._in(language(), string)
        return self.original(string).to(language()) if text == string or language() == "fr" else text

    def original(self, string: str) -> Text:
        """Return the library's French and English for a text, as the msgid of our files."""
        return Text(self._in("fr", string).replace("'", "’"), string)

    def _in(self, language: Language, string: str) -> str:
        """Return the library's own text in a language; the text unchanged where the library lacks that language."""
        # The library's files are named by language and country (fr_FR); ours by language alone.
        with force_locale(_where_it_is_spoken(language)):
            text: str = super().gettext(string)  # type: ignore[no-untyped-call]
        return text


def _where_it_is_spoken(language: str) -> str:
    """Return a language with the country where most of its speakers live, like `fr_FR`."""
    likely = Locale.parse(get_global("likely_subtags").get(language, language))
    return "_".join(filter(None, (likely.language, likely.territory)))
