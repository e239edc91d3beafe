"""Words for what is wrong with trainings and events."""

from kiosk.language.texts import Text

PROBLEMS = {
    "event-about": Text("La description est trop longue.", "The description is too long."),
    "event-deadline": Text(
        "Un seuil et sa date limite vont ensemble : elle est à venir, et au plus tard au début.",
        "A threshold and its deadline go together: it is to come, and no later than the beginning.",
    ),
    "event-decided": Text("C’est déjà décidé : regardez la page.", "It is decided already: see its page."),
    "event-full": Text("La liste est pleine.", "The list is full."),
    "event-moment": Text("Écrivez un jour et une heure.", "Write a day and an hour."),
    "event-name": Text("Écrivez le nom de la personne.", "Write the person’s name."),
    "event-not-held": Text(
        "La présence se note quand l’événement a lieu.", "Presence is noted for an event that takes place."
    ),
    "event-number": Text("Un nombre entier est attendu.", "A whole number is expected."),
    "event-over": Text("C’est fini, ou annulé : rien n’a changé.", "It is over, or cancelled: nothing has changed."),
    "event-past": Text("Le début est à venir.", "The beginning is to come."),
    "event-payer": Text(
        "Sans fiche, c’est une structure qui paie : choisissez-la.",
        "For somebody without a file an organisation pays: choose it.",
    ),
    "event-period": Text(
        "La fin vient après le début, {most} jours plus tard au plus, et dans les deux ans.",
        "It ends after it begins, {most} days later at most, and within two years.",
    ),
    "event-place": Text("Le lieu est trop long.", "The place is too long."),
    "event-places": Text("De 1 à {most} places, ou rien : sans limite.", "1 to {most} seats, or nothing: no limit."),
    "event-product": Text("Choisissez un tarif d’événement de la liste.", "Choose a tariff for events from the list."),
    "event-proposals": Text(
        "Plusieurs de vos propositions attendent déjà une réponse.", "Several of your proposals wait for an answer."
    ),
    "event-rent": Text("La part du loyer va de 0 à 100 %.", "The rent’s share is 0 to 100%."),
    "event-threshold": Text("Le seuil va de 1 au nombre de places.", "The threshold is 1 to the number of seats."),
    "event-title": Text(
        "Un titre a de {shortest} à {longest} caractères.", "A title has {shortest} to {longest} characters."
    ),
    "events-off": Text(
        "Les événements ne sont pas activés : « Règles », « Événements ».", "Events are off: “Rules”, “Events”."
    ),
    "no-such-event": Text("Aucun événement ne porte ce numéro.", "No event has this number."),
    "no-such-signup": Text(
        "Cette inscription n’existe pas, ou n’a pas de place.", "There is no such signup, or no seat."
    ),
    "no-such-sitting": Text("L’événement n’a pas lieu ce jour-là.", "The event is not on that day."),
    "no-such-topic": Text("Ce sujet n’est plus sur la liste.", "This topic is on the list no more."),
    "no-topics": Text("Seule une non-conférence a des sujets.", "Only an unconference has topics."),
    "not-there": Text(
        "Cette personne n’était là aucun des jours passés : rien n’est à attester.",
        "This person was there on none of the days that are over: there is nothing to certify.",
    ),
    "topics-full": Text(
        "Il y a assez de sujets : {most} en tout, {most_of_one} par personne.",
        "There are topics enough: {most} in all, {most_of_one} of a person.",
    ),
}
