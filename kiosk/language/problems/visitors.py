"""Sentences for errors about requests from the public pages.

`PROBLEMS` maps an error's code to its sentence; `{name}` in a sentence stands for the error's value of that name.
"""

from kiosk.language.texts import Text

PROBLEMS = {
    "no-such-request": Text(
        "Cette demande n’existe pas, ou a été supprimée.", "This request does not exist, or was deleted."
    ),
    "public-day": Text("Choisissez un jour d’ici à {days} jours.", "Choose a day within the next {days} days."),
    "public-name": Text(
        "Écrivez votre nom, {longest} caractères au plus.", "Enter your name, {longest} characters at most."
    ),
    "public-off": Text("Cette page n’est plus disponible.", "This page is no longer available."),
    "public-organisation": Text(
        "Choisissez la sorte de client, et écrivez le nom de la structure.",
        "Choose the kind of client, and enter the organisation’s name.",
    ),
    "public-text": Text("Écrivez {longest} caractères au plus.", "Enter {longest} characters at most."),
    "request-over": Text(
        "Ce lien n’est plus valable : refaites votre demande.", "This link has expired: make your request again."
    ),
    "too-many-requests": Text(
        "Trop de demandes aujourd’hui : réessayez demain, ou écrivez-nous.",
        "Too many requests today: try again tomorrow, or write to us.",
    ),
    "visit-closed": Text(
        "L’espace est fermé ce jour-là : choisissez un autre jour.",
        "The space is closed on that day: choose another day.",
    ),
}
