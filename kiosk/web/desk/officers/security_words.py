"""Says what Flask-Security says: in its own French, Dutch and so on, but for what it says wrongly for the desk."""

from babel import Locale
from babel.core import get_global
from flask_babel import force_locale
from flask_security.babel import FsDomain

from kiosk.web.desk.common.words import french, language, t

_OTHERWISE = {
    # What is lost is the way through the pages, no permission.
    "You currently do not have permissions to access this page": (
        "Recommencez la connexion.",
        "Begin signing in again.",
    ),
    # Followed by somebody who knows of a link, not of a token.
    "Invalid reset password token.": ("Ce lien ne sert plus.", "This link is no longer good."),
    # The cause is English in every language, and for whoever wrote the library.
    "Could not verify passkey: %(cause)s.": (
        "La clé d’accès n’a pas convaincu.",
        "The passkey did not prove itself.",
    ),
    # One word for a thing: the pages call them so. The first is said of the first time, too.
    "You successfully changed your two-factor method.": (
        "Les codes par téléphone sont en place.",
        "Codes by telephone are set up.",
    ),
    "You successfully disabled two-factor authorization.": (
        "Les codes par téléphone sont retirés.",
        "Codes by telephone are taken away.",
    ),
    "Recovery code invalid": ("Ce code de secours n’est pas bon.", "This recovery code is not good."),
    "No recovery codes generated yet": ("Pas encore de codes de secours.", "No recovery codes yet."),
}


class Spoken(FsDomain):
    """Stands where the library looks for its translations."""

    def gettext(self, string: str, **variables: object) -> str:
        """A text in the page's language; the library's English where it has no words in that language."""
        ours = _OTHERWISE.get(string)
        text = t(*ours) if ours else self._theirs(string)
        return text % variables if variables else text

    def _theirs(self, string: str) -> str:
        # Its files are called by language and land (fr_FR); ours speak a language wherever it is spoken.
        with force_locale(_where_it_is_spoken(language())):
            text: str = super().gettext(string)  # type: ignore[no-untyped-call]
        return french(text.replace("'", "’")) if language() == "fr" else text


def _where_it_is_spoken(language: str) -> str:
    """A language with the land that has most of its speakers: `fr_FR`."""
    likely = Locale.parse(get_global("likely_subtags").get(language, language))
    return "_".join(filter(None, (likely.language, likely.territory)))
