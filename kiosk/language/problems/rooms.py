"""Sentences for errors about rooms, bookings, lets and calendars.

`PROBLEMS` maps an error's code to its sentence; `{name}` in a sentence stands for the error's value of that name.
"""

from collections.abc import Mapping

from kiosk.language.texts import Text

PROBLEMS = {
    "booking-changed": Text(
        "Quelqu’un a changé cette réservation entre-temps : relisez-la.",
        "Someone else has changed this booking: read it again.",
    ),
    "booking-charged": Text(
        "Cette réservation est déjà comptée : annulez-la et faites-en une autre.",
        "This booking is already charged: cancel it and make another one.",
    ),
    "booking-over": Text(
        "Cette réservation est annulée, libérée ou terminée : rien n’a changé.",
        "This booking is cancelled, released or over: nothing has changed.",
    ),
    "ical": Text(
        "Ce calendrier est illisible : un fichier .ics est attendu.",
        "This calendar cannot be read: an .ics file is expected.",
    ),
    "ical-endless": Text(
        "Une règle de ce calendrier se répète plus d’une fois par jour, ou ne finit jamais : rien n’est importé.",
        "A rule in this calendar repeats more than once a day, or never ends: nothing was imported.",
    ),
    "ical-large": Text(
        "Ce calendrier est trop grand : {kilobytes} Ko et {most} rendez-vous par an au plus.",
        "This calendar is too large: {kilobytes} KB and {most} events a year at most.",
    ),
    "let-insurance": Text(
        "L’attestation d’assurance doit être valable jusqu’à la fin de la location.",
        "The insurance certificate must be valid until the end of the let.",
    ),
    "let-taken": Text(
        "Cette partie du lieu est déjà louée, ou retenue par un devis, à ce moment.",
        "This part of the place is already let, or reserved by a quote, at that time.",
    ),
    "let-zone": Text(
        "Pour louer une zone, choisissez une autre zone pour ses membres, et 0 place ou plus.",
        "To let a zone, choose another zone for its members, and enter 0 places or more.",
    ),
    "no-caution": Text("Ce devis n’a pas de caution.", "This quote has no security deposit."),
    "no-such-booking": Text("Cette réservation n’existe pas.", "This booking does not exist."),
    "no-such-occurrence": Text(
        "Ce rendez-vous n’est plus sur la liste : relisez la liste.",
        "This calendar event is no longer on the list: check the list again.",
    ),
    "no-such-feed": Text(
        "Ce lien n’existe pas, ou ne fonctionne plus.", "This link does not exist, or no longer works."
    ),
    "no-such-quote": Text("Ce devis n’existe pas.", "This quote does not exist."),
    "no-such-room": Text("Cette salle n’existe pas.", "This room does not exist."),
    "quote": Text(
        "Choisissez une date de fin du devis d’ici à {most} jours.",
        "Choose an end date for the quote within the next {most} days.",
    ),
    "quote-over": Text(
        "Ce devis est accepté, refusé ou périmé : rien n’a changé.",
        "This quote is already accepted, declined or expired: nothing has changed.",
    ),
    "room-closed": Text(
        "La salle n’est pas ouverte pendant toute cette durée : choisissez une autre heure ou une autre salle.",
        "The room is not open for the whole of that time: choose another time or room.",
    ),
    "room-facts": Text(
        "Donnez de 0 à {most} minutes de préparation, et une place au moins.",
        "Enter 0 to {most} minutes for setting up, and at least one seat.",
    ),
    "room-price": Text(
        "Le prix a changé entre-temps : vérifiez-le de nouveau.", "The price has changed: check it again."
    ),
    "room-quota": Text(
        "C’est plus que ce qu’un membre peut réserver par jour, semaine ou mois : {count} minutes "
        "réservées en tout, {most} au plus.",
        "This is more than each member may book in a day, week or month: {count} minutes booked in total, {most} at"
        " most.",
    ),
    "room-small": Text(
        "Cette salle a moins de places que le seuil de l’événement : choisissez une autre salle, ou un seuil plus bas.",
        "This room has fewer seats than the event’s threshold: choose another room, or a lower threshold.",
    ),
    "room-tab": Text(
        "Cette somme dépasse la limite de votre ardoise : payez d’abord, ou demandez à l’accueil.",
        "This amount exceeds your tab limit: pay first, or ask the host.",
    ),
    "room-payer": Text(
        "Choisissez un membre ou un client, pas les deux : ce compte paie la salle.",
        "Choose either a member or a client: that account pays for the room.",
    ),
    "room-taken": Text(
        "La salle est prise à cette heure, ou en préparation : choisissez une autre heure ou une autre salle.",
        "The room is taken or being prepared at that time: choose another time or room.",
    ),
    "rooms-off": Text(
        "Les salles ne sont pas activées : activez-les dans Règles, « Salles ».",
        "Rooms are not enabled: turn them on in Rules, “Rooms”.",
    ),
    "series": Text(
        "Une série a un dernier jour, après le premier, et {most} réservations au plus.",
        "A series needs a last day, after the first, and at most {most} bookings.",
    ),
    "slot": Text("La fin doit venir après le début.", "The end must be after the start."),
    "slot-far": Text("Il est trop tôt pour réserver cette date.", "It is too early to book that date."),
    "slot-hour": Text("Écrivez une heure comme 14:30.", "Enter a time like 14:30."),
    "slot-long": Text(
        "Cette durée est trop longue pour une seule réservation : faites plusieurs réservations, ou une série.",
        "This is too long for one booking: make several bookings, or a series.",
    ),
    "slot-past": Text(
        "Ce moment est passé : choisissez un moment à venir.", "That time is in the past: choose a later time."
    ),
    "slot-skipped": Text(
        "Cette nuit-là, les horloges avancent : cette heure n’existe pas.",
        "The clocks go forward that night: this time does not exist.",
    ),
    "title": Text(
        "Écrivez {longest} caractères au plus, sur une ligne.", "Enter at most {longest} characters, on one line."
    ),
}

# For an error that comes with all the values named here: used in place of the code's sentence in `PROBLEMS`.
VALUED: Mapping[str, Text] = {
    "room-taken": Text(
        "La salle est prise à cette heure, de {since} à {until} par {who} : changez d’heure ou de salle.",
        "The room is taken from {since} to {until} by {who}: choose another time or room.",
    ),
    "let-taken": Text(
        "Cette partie du lieu est louée, ou retenue par un devis, de {since} à {until} pour {who}.",
        "This part of the place is let, or reserved by a quote, from {since} to {until} for {who}.",
    ),
}
