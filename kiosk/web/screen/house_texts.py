"""The words of the pages about what members do together; `texts` has those of all others, and hands these on."""

from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.language import common
from kiosk.language.texts import Text
from kiosk.web.screen.worded import Words

CARDS: dict[CardKind, Words] = {
    CardKind.HOUSE: Words(
        Text("Le lieu", "The place"),
        Text("Ce que les membres y font ensemble.", "What members do here together."),
    ),
    CardKind.HOSTING: Words(
        Text("Accueil", "Hosting"),
        Text("À vous, et ce qui est libre.", "Yours, and what is free."),
    ),
    CardKind.SHIFT: Words(
        Text("Un accueil", "A turn of hosting"),
        Text("Personne ne pointe.", "Nobody clocks in."),
    ),
    CardKind.SHIFT_SWAP: Words(
        Text("Échanger", "Swap"),
        Text("Rien ne change sans l’accord des deux.", "Nothing changes unless both agree."),
    ),
    CardKind.PEOPLE: Words(
        Text("Qui est là", "Who is here"),
        Text("Seulement qui a choisi d’être visible.", "Only who chose to be seen."),
        (Text("Personne de visible pour l’instant.", "Nobody to be seen for now."),),
    ),
    CardKind.SKILL_FIND: Words(
        Text("Qui ici sait… ?", "Who here knows…?"),
        Text("Un mot, puis « Chercher ».", "A word, then “Search”."),
        (
            Text("Au moins deux lettres.", "Two letters at least."),
            Text("Personne. Un autre mot ?", "Nobody. Another word?"),
        ),
    ),
    CardKind.SKILL_FOUND: Words(
        Text("Qui le sait", "Who knows it"),
        Text("Un nom : la personne est prévenue.", "A name: the person is told."),
    ),
    CardKind.OWN_SKILLS: Words(
        Text("Mes savoir-faire", "What I know"),
        Text("Ce que vous savez faire.", "What you can do."),
    ),
    CardKind.SKILL_NEW: Words(
        Text("Je sais…", "I can…"),
        Text("En un mot ou deux, puis « Garder ».", "In a word or two, then “Keep”."),
        (Text("Quelques lettres d’abord.", "Some letters first."),),
    ),
    CardKind.NOTICES: Words(
        Text("Annonces", "Notices"),
        Text("Chacune finit d’elle-même.", "Each ends by itself."),
    ),
    CardKind.NOTICE_NEW: Words(
        Text("Mon annonce", "My notice"),
        Text("En quelques mots, puis « Garder ».", "In some words, then “Keep”."),
        (Text("Quelques mots d’abord.", "Some words first."),),
    ),
    CardKind.FLOOR: Words(
        Text("Le plan", "The plan"),
        Text("Les bureaux prêtés aujourd’hui.", "The desks that are lent today."),
    ),
    CardKind.SPOT_DAYS: Words(
        Text("Mon bureau", "My desk"),
        Text("Les jours où vous n’êtes pas là.", "The days on which you are away."),
    ),
    CardKind.THINGS: Words(
        Text("Objets et cabines", "Things and booths"),
        Text("Qui les a, et jusqu’à quand.", "Who has them, and until when."),
    ),
    CardKind.THING: Words(
        Text("Un objet", "A thing"),
        Text("Le prendre, le rendre.", "Take it, give it back."),
    ),
    CardKind.ROOM: Words(
        Text("Réserver une salle", "Book a room"),
        Text("Quelle salle ?", "Which room?"),
    ),
    CardKind.ROOM_WHEN: Words(
        Text("Quand ?", "When?"),
        Text("Ce qui est libre.", "What is free."),
    ),
    CardKind.ROOM_LONG: Words(
        Text("Combien de temps ?", "For how long?"),
        Text("Le prix est dessous.", "The price is below."),
    ),
    CardKind.ROOM_OWN: Words(
        Text("Mes réservations", "My bookings"),
        Text("Une réservation : elle s’annule ici.", "A booking: it is cancelled here."),
    ),
    CardKind.VOUCHER_CODE: Words(
        Text("Le code de votre bon", "The code of your voucher"),
        Text("Huit signes, donnés par votre structure.", "Eight signs, given by your organisation."),
        (Text("Code inconnu, utilisé ou plus valable.", "Code unknown, used or over."),),
    ),
    CardKind.HOUSE_DONE: Words(
        Text("C’est noté {name}", "All right {name}"),
        Text("Vous pouvez revenir dessus ici.", "You can change it here."),
    ),
    CardKind.HOUSE_THANKS: Words(
        Text("Merci {name}", "Thank you {name}"),
        Text("Le lieu vit grâce à vous.", "The place lives because of you."),
    ),
    CardKind.HOUSE_REFUSED: Words(
        Text("Pas possible ici", "Not possible here"),
        Text("Rien n’a changé.", "Nothing has changed."),
    ),
}
ACTS: dict[Act, Text] = {
    Act.HOUSE: Text("Le lieu", "The place"),
    Act.HOSTING: Text("Accueil", "Hosting"),
    Act.PEOPLE: Text("Qui est là ?", "Who is here?"),
    Act.SKILL_FIND: Text("Qui ici sait… ?", "Who here knows…?"),
    Act.SKILL_FOUND: Text("Chercher", "Search"),
    Act.SKILL_KEEP: Text("Garder", "Keep"),
    Act.VOUCHER_CODE: common.VOUCHER_CODE,
    Act.VOUCHER_KEEP: Text("Garder", "Keep"),
    Act.OWN_SKILLS: Text("Mes savoir-faire", "What I know"),
    Act.NOTICES: Text("Annonces", "Notices"),
    Act.NOTICE_KEEP: Text("Garder", "Keep"),
    Act.FLOOR: Text("Le plan", "The plan"),
    Act.THINGS: Text("Objets", "Things"),
    Act.ROOM: Text("Une salle", "A room"),
    Act.ROOM_UNDO: Text("Annuler", "Undo"),
}
