"""Says what Flask-Security says in the desk's own words and in both languages, looked up by the library's English."""

from kiosk.web.desk.common.words import t

_WORDS = {
    "Authentication failed - identity or password/passcode invalid": (
        "Adresse ou mot de passe incorrect.",
        "Wrong address or password.",
    ),
    "You do not have permission to view this resource.": (
        "Cette page n’est pas pour ce rôle.",
        "This page is not for this role.",
    ),
    "You must sign in to view this resource.": ("Connectez-vous d’abord.", "Sign in first."),
    "You must reauthenticate to access this endpoint": (
        "Pour cette page, redonnez votre mot de passe.",
        "For this page, give your password again.",
    ),
    "Invalid reset password token.": ("Ce lien ne sert plus.", "This link is no longer good."),
    "You did not reset your password within %(within)s. ": ("Ce lien est trop ancien.", "This link is too old."),
    "You successfully reset your password. Please authenticate using your new password.": (
        "Le mot de passe est enregistré. Connectez-vous.",
        "The password is kept. Sign in.",
    ),
    "You successfully changed your password.": ("Le mot de passe est changé.", "The password is changed."),
    "Your new password must be different than your previous password.": (
        "Le nouveau mot de passe est l’ancien.",
        "The new password is the old one.",
    ),
    "Passwords do not match": ("Les deux mots de passe diffèrent.", "The two passwords differ."),
    "Password does not match": ("Les deux mots de passe diffèrent.", "The two passwords differ."),
    "Password not provided": ("Le mot de passe manque.", "The password is missing."),
    "Password must be at least %(length)s characters": (
        "Il faut au moins %(length)s caractères : plusieurs mots conviennent bien.",
        "It takes %(length)s characters at least: several words do well.",
    ),
    "Invalid password": ("Mot de passe incorrect.", "Wrong password."),
    "Reauthentication successful": ("C’est bien vous.", "It is you."),
    "You can only access this endpoint when not logged in.": (
        "Une session est déjà ouverte.",
        "A session is open already.",
    ),
    "Invalid code": ("Ce code n’est pas le bon.", "This is not the code."),
    "Your code has been confirmed": ("Le code est juste.", "The code is right."),
    "Recovery code invalid": ("Ce code de secours n’est pas bon.", "This recovery code is not good."),
    "No recovery codes generated yet": ("Pas encore de codes de secours.", "No recovery codes yet."),
    "You successfully changed your two-factor method.": (
        "Les codes par téléphone sont en place.",
        "Codes by telephone are set up.",
    ),
    "You successfully disabled two-factor authorization.": (
        "Les codes par téléphone sont retirés.",
        "Codes by telephone are taken away.",
    ),
    "You currently do not have permissions to access this page": (
        "Recommencez la connexion.",
        "Begin signing in again.",
    ),
    "Marked method is not valid": ("Ce choix n’existe pas.", "There is no such choice."),
    "Setup must be completed within %(within)s. Please start over.": (
        "Trop tard : recommencez.",
        "Too late: begin again.",
    ),
    "Passkey operations must be completed within %(within)s. Please start over.": (
        "Trop tard : recommencez.",
        "Too late: begin again.",
    ),
    "Nickname for new passkey is required.": ("Donnez-lui un nom.", "Give it a name."),
    "%(name)s is already associated with a passkey.": (
        "« %(name)s » existe déjà : un autre nom.",
        "“%(name)s” exists already: another name.",
    ),
    "%(name)s not registered with current user.": (
        "Il n’y a pas de clé d’accès « %(name)s ».",
        "There is no passkey “%(name)s”.",
    ),
    "Passkey nicknames can contain only letters, numbers, and limited punctuation.": (
        "Des lettres, des chiffres et des tirets seulement.",
        "Letters, digits and dashes only.",
    ),
    "Successfully deleted the passkey with name: %(name)s": (
        "La clé d’accès « %(name)s » est retirée.",
        "The passkey “%(name)s” is taken away.",
    ),
    "Successfully added the passkey with name: %(name)s": (
        "La clé d’accès « %(name)s » est ajoutée.",
        "The passkey “%(name)s” is added.",
    ),
    "Passkey already registered.": ("Cette clé d’accès est déjà connue.", "This passkey is known already."),
    "Unregistered passkey.": ("Cette clé d’accès n’est à personne.", "This passkey is nobody’s."),
    "Could not verify passkey: %(cause)s.": (
        "La clé d’accès n’a pas convaincu.",
        "The passkey did not prove itself.",
    ),
    "Passkey not registered for this use (first or secondary)": (
        "Cette clé d’accès ne sert pas à cela.",
        "This passkey is not for this use.",
    ),
    "Credential user handle didn't match": ("Cette clé d’accès est à quelqu’un d’autre.", "This passkey is another’s."),
    "Input not appropriate for requested API": ("La demande est incomplète.", "The request is incomplete."),
    "Value entered is not valid for the field": ("Cette valeur ne va pas.", "This value will not do."),
    "Redirections outside the domain are forbidden": (
        "Cette adresse mène ailleurs : elle n’est pas suivie.",
        "This address leads elsewhere: it is not followed.",
    ),
    "authenticator": ("codes d’une application", "codes of an application"),
    "passkey": ("clé d’accès", "passkey"),
    "none": ("aucun", "none"),
}


class Spoken:
    """Stands where the library looks for its translations."""

    @staticmethod
    def gettext(string: str, **variables: object) -> str:
        """A text in the page's language; English where we have no words of our own for it."""
        words = _WORDS.get(string)
        text = t(*words) if words else string
        return text % variables if variables else text
