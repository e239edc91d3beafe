"""Sentences for errors about trainings and events.

`PROBLEMS` maps an error's code to its sentence; `{name}` in a sentence stands for the error's value of that name.
"""

from kiosk.language.texts import Text

PROBLEMS = {
    "event-about": Text(
        "La description est trop longue : raccourcissez-la.", "The description is too long: shorten it."
    ),
    "event-deadline": Text(
        "Un seuil exige une date limite : choisissez une date à venir, au plus tard au début de l’événement.",
        "A threshold needs a deadline: choose a future date, no later than the start of the event.",
    ),
    "event-decided": Text(
        "La décision sur cet événement est déjà prise : voyez la page de l’événement.",
        "The decision about this event has already been made: see the event’s page.",
    ),
    "event-full": Text("La liste des inscriptions est pleine.", "The sign-up list is full."),
    "event-moment": Text("Écrivez un jour et une heure.", "Enter a date and a time."),
    "event-name": Text("Écrivez le nom de la personne.", "Enter the person’s name."),
    "event-not-held": Text(
        "La présence se note quand l’événement a lieu.", "Attendance is recorded only for an event that takes place."
    ),
    "event-number": Text("Entrez un nombre entier.", "Enter a whole number."),
    "event-over": Text(
        "L’événement est fini ou annulé : rien n’a changé.", "The event is over or cancelled: nothing has changed."
    ),
    "event-past": Text(
        "Choisissez un jour et une heure de début à venir.", "Choose a start day and time in the future."
    ),
    "event-payer": Text(
        "Pour une personne sans fiche, c’est une structure qui paie : choisissez-la.",
        "For someone without a file, an organisation pays: choose the organisation.",
    ),
    "event-period": Text(
        "La fin doit venir après le début, {most} jours plus tard au plus, et dans les deux ans.",
        "The end must be after the start, at most {most} days later, and within two years.",
    ),
    "event-place": Text("Le nom du lieu est trop long : raccourcissez-le.", "The place name is too long: shorten it."),
    "event-places": Text(
        "Écrivez de 1 à {most} places, ou laissez vide pour ne pas mettre de limite.",
        "Enter 1 to {most} seats, or leave empty for no limit.",
    ),
    "event-product": Text("Choisissez un tarif d’événement de la liste.", "Choose an event tariff from the list."),
    "event-proposals": Text(
        "Plusieurs de vos propositions attendent déjà une réponse.",
        "Several of your suggestions are already waiting for an answer.",
    ),
    "event-rent": Text(
        "La part du loyer doit être comprise entre 0 et 100 %.",
        "The share that pays the rent must be between 0 and 100%.",
    ),
    "event-threshold": Text(
        "Le seuil doit être compris entre 1 et le nombre de places.",
        "The threshold must be between 1 and the number of seats.",
    ),
    "event-title": Text(
        "Écrivez un titre de {shortest} à {longest} caractères.", "Enter a title of {shortest} to {longest} characters."
    ),
    "events-off": Text(
        "Les événements ne sont pas activés : activez-les dans Règles, « Formations et événements ».",
        "Events are not enabled: turn them on in Rules, “Training courses and events”.",
    ),
    "no-such-event": Text("Aucun événement ne porte ce numéro.", "No event has this number."),
    "no-such-signup": Text(
        "Cette inscription n’existe pas, ou n’a pas de place.", "This sign-up does not exist, or has no seat."
    ),
    "no-such-sitting": Text("L’événement n’a pas lieu ce jour-là.", "The event does not take place on that day."),
    "no-such-topic": Text("Ce sujet n’est plus sur la liste.", "This topic is no longer on the list."),
    "no-topics": Text("Seule une non-conférence a des sujets.", "Only an unconference has topics."),
    "not-there": Text(
        "Cette personne n’était là aucun des jours passés : il n’y a rien à attester.",
        "This person attended none of the past days: there is nothing to certify.",
    ),
    "topics-full": Text(
        "Il y a déjà assez de sujets : {most} en tout au plus, et {most_of_one} par personne.",
        "There are enough topics already: at most {most} in total, and {most_of_one} per person.",
    ),
}
