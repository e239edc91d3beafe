"""Has the first words of the notice at the door: which data the association keeps, why and for how long, and people's
rights.

The association may replace each section's words by its own, under the section's code.
"""

from msgspec import Struct

from kiosk.language.texts import Text

LONGEST = 800  # characters


class Section(Struct, frozen=True):
    """One paragraph with its heading; `words` is the text that ships with the program."""

    code: str
    heading: Text
    words: Text


TILL_HEADING = Text("La caisse", "The till")
TILL = Text(
    "L’association collecte la TVA : la loi demande alors de garder, avec les comptes, l’heure et la "
    "minute de chaque écriture.",
    "The association collects VAT, so the law requires it to keep the time of every entry with the accounts.",
)
SECTIONS = (
    Section(
        "notice-who",
        Text("Qui", "Who"),
        Text(
            "L’association qui tient cet espace. Un badge présenté à la porte lui dit qui entre.",
            "The association that runs this space. A badge tapped at the door tells it who comes in.",
        ),
    ),
    Section(
        "notice-why",
        Text("Pourquoi", "Why"),
        Text(
            "Ouvrir la porte, compter les journées et tenir les comptes de chacune et chacun. Rien d’autre : "
            "ni caméra, ni biométrie, ni localisation.",
            "To open the door, count days and keep everyone’s account. Nothing else: no camera, no biometrics, no"
            " location.",
        ),
    ),
    Section(
        "notice-how-long",
        Text("Durée de conservation", "How long data is kept"),
        Text(
            "Les heures d’arrivée et de départ : 90 jours. Les journées : 3 ans. Les comptes : 10 ans, comme la loi le "
            "demande. La fiche d’une personne membre : 3 ans après son départ.",
            "Times of arrival and departure: 90 days. Days: 3 years. Accounts: 10 years, as the law "
            "requires. A member’s file: 3 years after they leave.",
        ),
    ),
    Section(
        "notice-rights",
        Text("Vos droits", "Your rights"),
        Text(
            "Voir ce que nous savons de vous, le faire corriger, en recevoir une copie, le faire effacer dans la "
            "limite des comptes. En cas de désaccord : la CNIL, cnil.fr.",
            "You may see what we know about you, have it corrected, get a copy, and have it erased as "
            "far as the accounts allow. If you disagree with us, contact the CNIL, cnil.fr.",
        ),
    ),
    Section(
        "notice-contact",
        Text("À qui parler", "Who to ask"),
        Text("Demandez à l’accueil, ou au bureau de l’association.", "Ask the host, or the association’s office."),
    ),
)
