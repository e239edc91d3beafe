"""Sentences for errors at the door: the clock, the reader, the relay, the screen, the waiting taps.

`PROBLEMS` maps an error's code to its sentence; `{name}` in a sentence stands for the error's value of that name.
"""

from kiosk.language.texts import Text

PROBLEMS = {
    "bad-host": Text("Cet écran ne répond qu’à sa propre adresse.", "This screen responds only at its own address."),
    "bad-origin": Text(
        "Cet écran n’accepte que les demandes de ses propres pages.",
        "This screen accepts requests only from its own pages.",
    ),
    "bad-request": Text("La demande est incomplète : recommencez.", "The request is incomplete: try again."),
    "badge-port": Text(
        "Un autre badge simulé est présenté : attendez, ou corrigez reader.device.",
        "Another simulated badge is being presented: wait, or correct reader.device.",
    ),
    "card-over": Text(
        "Cette carte n’est plus à l’écran : présentez le badge de nouveau.",
        "This card is no longer on the screen: tap the badge again.",
    ),
    "clock-not-trusted": Text(
        "L’heure n’est pas sûre : confirmez-la, ou donnez le jour en toutes lettres.",
        "The clock is not trusted: confirm it, or give the date in words.",
    ),
    "clock-wrong": Text(
        "Cette heure ne peut pas être juste : réglez-la d’abord.", "This time cannot be right: set the clock first."
    ),
    "door-code": Text(
        "Ce code n’ajoute aucune porte : un code sert une seule fois, pendant dix minutes. Demandez-en "
        "un autre au bureau.",
        "This code cannot add a door: each code works once, within ten minutes. Ask the desk for another code.",
    ),
    "door-key": Text(
        "Cette machine n’est pas la porte qu’elle dit être : ajoutez-la de nouveau, par un code du bureau.",
        "This machine is not the door it claims to be: add it again with a code from the desk.",
    ),
    "doors-state": Text(
        "Une porte a un problème : lancez kiosk check sur sa machine.",
        "A door has a problem: run kiosk check on its machine.",
    ),
    "door-shared-keys": Text(
        "Les clés de cette machine sont celles d’un autre espace : copiez keys/shared de la première porte, et "
        "recommencez. Ne renouvelez aucune clé.",
        "This machine has another home’s keys: copy keys/shared from the first door, and try again. Do "
        "not renew any key.",
    ),
    "door-name": Text(
        "Écrivez un nom de 1 à {longest} caractères, sur une ligne.",
        "Enter a name of 1 to {longest} characters, on one line.",
    ),
    "door-name-taken": Text(
        "Une autre porte s’appelle déjà ainsi : choisissez un autre nom.",
        "Another door already has this name: choose another.",
    ),
    "door-revoked": Text(
        "Cette porte est retirée : elle ne peut plus rien enregistrer.",
        "This door is revoked: it can no longer record anything.",
    ),
    "last-door": Text(
        "C’est la seule porte : ajoutez-en une autre d’abord.", "This is the only door: add another one first."
    ),
    "no-such-door": Text("Cette porte n’existe pas, ou elle est retirée.", "This door does not exist, or is revoked."),
    "no-such-site": Text("Ce site n’existe pas.", "This site does not exist."),
    "site-capacity": Text(
        "Écrivez une capacité d’au moins une personne, à partir d’aujourd’hui ou d’un jour à venir.",
        "Enter a capacity of at least one person, from today or a later day.",
    ),
    "site-name": Text(
        "Donnez au site un nom unique, de 1 à {longest} caractères.",
        "Give the site a unique name, of 1 to {longest} characters.",
    ),
    "day-before-ledger": Text(
        "Cette date est plus ancienne que celle de la dernière écriture : vérifiez-la.",
        "This date is earlier than the date of the last entry: check the date.",
    ),
    "day-words": Text(
        "Écrivez le jour en toutes lettres, comme mercredi 25 novembre 2026.",
        "Write the date in words, like mercredi 25 novembre 2026.",
    ),
    "door-from-afar": Text(
        "Les règles ne laissent pas le bureau ouvrir la porte.", "The rules do not allow the desk to open the door."
    ),
    "door-no-gpio": Text(
        "Cette machine n’a pas de broches GPIO : lancez le programme de l’entrée sur le Raspberry "
        "Pi, avec un compte du groupe gpio.",
        "This machine has no GPIO pins: run the entrance program on the Raspberry Pi, as a user in the gpio group.",
    ),
    "door-offline": Text(
        "Le relais de la porte ne réagit pas : vérifiez son câblage, puis redémarrez l’entrée.",
        "The door relay does not respond: check its wiring, then restart the entrance.",
    ),
    "door-pin": Text(
        "Cette broche n’existe pas, ou est prise : choisissez-en une autre.",
        "This pin does not exist, or is in use: choose another.",
    ),
    "door-pulse": Text(
        "Durée d’ouverture impossible : écrivez plus de 0 s, sans dépasser la durée maximale réglée ni 60 s.",
        "This opening duration is invalid: enter more than 0 s, and no more than the configured maximum or 60 s.",
    ),
    "door-unending": Text(
        "Cette serrure ne se referme pas d’elle-même : prenez-en une qui se referme seule.",
        "This lock does not close again by itself: use a lock that does.",
    ),
    "lights-offline": Text(
        "Les lumières ne réagissent pas, mais la porte marche : vérifiez leur câblage.",
        "The lights do not respond, but the door works: check their wiring.",
    ),
    "not-found": Text("Il n’y a rien à cette adresse.", "There is nothing at this address."),
    "no-badge-read": Text(
        "Aucun badge n’a été lu à temps : vérifiez que le lecteur est branché.",
        "No badge was read in time: check that the reader is plugged in.",
    ),
    "not-sensed": Text(
        "Le badge n’a pas été détecté : vérifiez que le programme de l’entrée tourne.",
        "The badge was not detected: check that the entrance program is running.",
    ),
    "not-simulated": Text("Le lecteur est réel : présentez un vrai badge.", "The reader is real: tap a real badge."),
    "reader-device": Text(
        "reader.device n’est pas un chemin de lecteur : voyez le manuel, « La machine ».",
        "reader.device is not a reader path: see “The machine” in the manual.",
    ),
    "relay-declined": Text(
        "Le relais n’a pas été essayé : pour contrôler le reste, lancez kiosk check sans --relay.",
        "The relay was not tested: to check the rest, run kiosk check without --relay.",
    ),
    "roster": Text(
        "La liste de secours ne peut pas être écrite : vérifiez la place libre et les droits.",
        "The roster cannot be written: check free space and permissions.",
    ),
    "spool": Text(
        "Les passages ne peuvent plus être gardés, la porte reste fermée : libérez de la place sur "
        "le disque, ou remplacez-le.",
        "Taps can no longer be stored, so the door stays shut: free up space on the disk, or replace it.",
    ),
    "status": Text(
        "L’état de l’entrée ne peut pas être écrit : vérifiez la place libre et les droits.",
        "The entrance’s state cannot be written: check free space and permissions.",
    ),
    "touch-missed": Text(
        "Vous visiez une autre carte : rien n’a été fait. Touchez de nouveau.",
        "This touch was meant for another card, so nothing was done: touch again.",
    ),
    "touch-over": Text(
        "C’est trop tard, ou déjà fait : présentez le badge de nouveau.",
        "Too late, or already done: tap the badge again.",
    ),
}
