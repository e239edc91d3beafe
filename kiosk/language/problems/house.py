"""Sentences for errors about what members do together, such as hosting, and about what scripts request.

`PROBLEMS` maps an error's code to its sentence; `{name}` in a sentence stands for the error's value of that name.
"""

from kiosk.language.texts import Text

PROBLEMS = {
    "asked-already": Text(
        "Vous avez déjà contacté cette personne aujourd’hui.", "You have already contacted this person today."
    ),
    "asked-often": Text(
        "Vous avez déjà sollicité {most} personnes aujourd’hui, la limite du jour : réessayez demain.",
        "You have already contacted {most} people today, which is the daily limit: try again tomorrow.",
    ),
    "duty-days": Text(
        "Une tâche peut être reportée de 1 à {most} jours.", "A task can be postponed by 1 to {most} days."
    ),
    "duty-kind": Text("Vous ne pouvez pas reporter cette tâche.", "You cannot postpone this task."),
    "no-such-notice": Text("Cette annonce n’existe plus.", "This notice no longer exists."),
    "no-such-project": Text("Ce projet n’est pas dans la liste.", "This project is not on the list."),
    "no-such-skill": Text(
        "Aucun membre visible n’a indiqué ce savoir-faire.", "No visible member has listed this skill."
    ),
    "notice-kind": Text(
        "Choisissez « Cherche », « Offre » ou « Projet ».", "Choose “Looking for”, “Offering” or “Project”."
    ),
    "notice-many": Text(
        "La limite est de {most} annonces à la fois : retirez-en une.",
        "The limit is {most} notices at a time: take one down first.",
    ),
    "notice-text": Text("Écrivez de 1 à {longest} caractères.", "Enter 1 to {longest} characters."),
    "number": Text("Entrez un nombre entier.", "Enter a whole number."),
    "value": Text("Cette valeur n’est pas acceptée ici : corrigez-la.", "This value is not allowed here: correct it."),
    "notice-until": Text(
        "Choisissez une date de fin de l’annonce d’ici à {most} jours.",
        "Choose an end date for the notice within the next {most} days.",
    ),
    "project": Text(
        "Écrivez un nom et quelques phrases, de {longest} caractères au plus.",
        "Write a name and a few sentences, {longest} characters at most.",
    ),
    "skill": Text("Écrivez de 1 à {longest} caractères.", "Enter 1 to {longest} characters."),
    "skill-many": Text(
        "La limite est de {most} savoir-faire : retirez-en un.",
        "The limit is {most} skills: remove one of them first.",
    ),
    "link-over": Text(
        "Ce lien a déjà servi, ou n’est plus valable.", "This link has already been used, or has expired."
    ),
    "no-such-shift": Text("Ce tour d’accueil n’existe pas.", "This hosting shift does not exist."),
    "no-such-slot": Text("Ce créneau du planning n’existe pas.", "This weekly slot is not on the rota."),
    "no-such-swap": Text("Cet échange n’a pas été demandé.", "This swap was not requested."),
    "reward-shifts": Text("Écrivez un nombre de tours, de 0 à {most}.", "Enter a number of shifts, from 0 to {most}."),
    "reward-warning": Text(
        "Lisez l’avertissement, puis cochez la case pour dire que l’association l’accepte.",
        "Read the warning, then tick the box to confirm that the association accepts it.",
    ),
    "shift-called-off": Text("Ce tour est annulé.", "This shift is cancelled."),
    "shift-clash": Text(
        "Cette personne a déjà un tour à cette heure-là.", "This person already has a shift at that time."
    ),
    "shift-confirmed": Text("Ce tour est déjà noté comme tenu.", "This shift is already recorded as done."),
    "shift-minutes": Text(
        "Écrivez une durée comme 4, 3,5 ou 3:30, de {hours} h au plus, sans dépasser le temps déjà écoulé.",
        "Enter a duration like 4, 3.5 or 3:30, {hours} h at most, and no longer than the time elapsed so far.",
    ),
    "shift-not-yet": Text(
        "Ce tour n’a pas commencé : confirmez-le après, pour que les heures réellement faites comptent.",
        "This shift has not started: confirm it afterwards, so that the actual hours count.",
    ),
    "shift-not-yours": Text("Vous n’avez pas pris ce tour d’accueil.", "You do not hold this hosting shift."),
    "shift-over": Text("Le jour de ce tour est passé.", "The day of this shift has passed."),
    "shift-same": Text(
        "Un échange se fait entre deux personnes et deux tours.", "A swap needs two people and two shifts."
    ),
    "shift-taken": Text("Quelqu’un d’autre a pris ce tour.", "Someone else has taken this shift."),
    "shift-too-late": Text(
        "Ce tour date de plus de deux semaines : demandez au bureau de l’enregistrer.",
        "This shift was more than two weeks ago: ask the office to record it.",
    ),
    "slot-hours": Text(
        "Un tour dure de {minutes} minutes à {hours} heures dans une même journée, pour 1 à {most} personnes.",
        "A shift lasts {minutes} minutes to {hours} hours within one day, for 1 to {most} people.",
    ),
    "slot-kind": Text(
        "Choisissez la sorte de tour : ouverture, accueil ou ménage.",
        "Choose the kind of shift: opening, hosting or cleaning.",
    ),
    "slot-many": Text(
        "Le planning est limité à {most} créneaux : arrêtez-en un d’abord.",
        "The rota is limited to {most} weekly slots: end one of them first.",
    ),
    "swap-over": Text("Cet échange n’est plus possible.", "This swap is no longer possible."),
    # What scripts ask, and their tokens.
    "api-busy": Text(
        "Trop de demandes à la fois : réessayez dans un instant.", "Too many requests at once: try again in a moment."
    ),
    "api-method": Text("L’API est en lecture seule : utilisez GET.", "The API is read-only: use GET."),
    "api-off": Text(
        "L’association ne publie pas cette information.", "The association does not publish this information."
    ),
    "api-query": Text(
        "« {label} » n’est pas un paramètre valable de l’API : voyez /api/v1/openapi.json.",
        "“{label}” is not a valid parameter of the API: see /api/v1/openapi.json.",
    ),
    "no-such-list": Text(
        "Il n’y a rien à cette adresse : voyez /api/v1/openapi.json.",
        "There is nothing at this address: see /api/v1/openapi.json.",
    ),
    "no-such-token": Text(
        "Ce jeton n’existe pas, ou n’est plus valable.", "This token does not exist, or no longer works."
    ),
    "token-lists": Text("Choisissez au moins une liste.", "Choose at least one list."),
    "token-many": Text(
        "La limite est de {most} jetons : arrêtez-en un.", "The limit is {most} tokens: end one of them first."
    ),
    "token-missing": Text(
        "Envoyez un jeton dans l’en-tête « Authorization ».", "Send a token in the “Authorization” header."
    ),
    "token-over": Text(
        "Ce jeton n’est plus valable : créez-en un autre au bureau.",
        "This token no longer works: create another at the desk.",
    ),
    "token-right": Text("Ce compte ne peut pas lire ces listes.", "This account may not read these lists."),
    "token-scope": Text(
        "Ce jeton ne donne pas accès à la liste « {label} ».", "This token does not give access to the list “{label}”."
    ),
    "token-unknown": Text(
        "Ce jeton est inconnu : vérifiez qu’il est entier.",
        "This token is unknown: check that it is complete.",
    ),
    "token-until": Text(
        "Choisissez une date de fin du jeton d’ici à {most} jours.",
        "Choose an end date for the token within the next {most} days.",
    ),
    "too-often": Text(
        "Trop de demandes : réessayez dans {seconds} secondes.", "Too many requests: try again in {seconds} seconds."
    ),
}
