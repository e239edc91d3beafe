"""Words for what is wrong with what members do together: hosting, and what comes with it."""

from kiosk.language.texts import Text

PROBLEMS = {
    "asked-already": Text(
        "Vous avez déjà fait signe à cette personne aujourd’hui.", "You asked this person already today."
    ),
    "asked-often": Text(
        "{most} personnes sollicitées aujourd’hui, c’est le plus possible : demain.",
        "You asked {most} people today, as many as one can: tomorrow.",
    ),
    "duty-days": Text("On reporte de 1 à {most} jours.", "A duty is put off for 1 to {most} days."),
    "duty-kind": Text("Cette ligne ne se reporte pas, ou pas par vous.", "This line is not put off, or not by you."),
    "no-such-notice": Text("Cette annonce n’est plus là.", "This notice is no longer there."),
    "no-such-project": Text("Ce projet n’est pas dans la liste.", "This project is not on the list."),
    "no-such-skill": Text("Personne de visible ne l’a écrit.", "Nobody who can be seen wrote that."),
    "notice-kind": Text("Choisissez cherche, offre ou projet.", "Choose seeks, offers or project."),
    "notice-many": Text(
        "{most} annonces à la fois, c’est le plus possible : retirez-en une.",
        "{most} notices at a time, as many as one can have: take one down.",
    ),
    "notice-text": Text("Écrivez de 1 à {longest} caractères.", "Write 1 to {longest} characters."),
    "notice-until": Text(
        "Une annonce finit dans les {most} jours, et pas avant aujourd’hui.",
        "A notice ends within {most} days, and not before today.",
    ),
    "project": Text(
        "Écrivez un nom et quelques phrases ; ceci a {longest} caractères au plus.",
        "Write a name and some sentences; this has {longest} characters at most.",
    ),
    "skill": Text("Écrivez de 1 à {longest} caractères.", "Write 1 to {longest} characters."),
    "skill-many": Text(
        "{most} savoir-faire, c’est le plus possible : retirez-en un.",
        "{most} skills, as many as one can have: drop one.",
    ),
    "link-over": Text(
        "Ce lien a déjà servi, ou il est trop tard pour lui.", "This link was used already, or it is too late for it."
    ),
    "no-such-shift": Text("Ce tour d’accueil n’existe pas.", "There is no such turn of hosting."),
    "no-such-slot": Text("Cette ligne du planning n’existe pas.", "The rota has no such line."),
    "no-such-swap": Text("Cet échange n’a pas été demandé.", "This swap was not asked for."),
    "reward-shifts": Text("Écrivez un nombre de tours, de 0 à {most}.", "Write a number of turns, from 0 to {most}."),
    "reward-warning": Text(
        "Lisez l’avertissement, puis cochez que l’association l’accepte.",
        "Read the warning, then tick that the association accepts it.",
    ),
    "shift-called-off": Text("Ce tour est annulé.", "This turn is called off."),
    "shift-clash": Text(
        "Cette personne a déjà un tour à cette heure-là.", "This person has another turn at that hour already."
    ),
    "shift-confirmed": Text("Ce tour a été tenu, c’est noté.", "This turn was held, and that is noted."),
    "shift-minutes": Text(
        "Écrivez une durée comme 4, 3,5 ou 3:30, de 12 h au plus, et pas plus que ce qui a pu être tenu jusqu’ici.",
        "Write a time like 4, 3,5 or 3:30, 12 h at most, and no more than can have been held until now.",
    ),
    "shift-not-yet": Text(
        "Ce tour n’a pas commencé : confirmez-le ensuite, il compte les heures tenues.",
        "This turn has not begun: confirm it afterwards, it counts the hours that were held.",
    ),
    "shift-not-yours": Text(
        "Ce tour est à quelqu’un d’autre, ou à personne.", "This turn is somebody else’s, or nobody’s."
    ),
    "shift-over": Text("Son jour est passé.", "Its day is past."),
    "shift-same": Text(
        "Un échange se fait entre deux personnes et deux tours.", "A swap is between two people and two turns."
    ),
    "shift-taken": Text("Quelqu’un l’a pris entre-temps.", "Somebody took it meanwhile."),
    "shift-too-late": Text(
        "C’était il y a plus de deux semaines : demandez au bureau de le noter.",
        "That was more than two weeks ago: ask the office to note it.",
    ),
    "slot-hours": Text(
        "De 15 minutes à 12 heures dans une même journée, pour 1 à 9 personnes.",
        "From 15 minutes to 12 hours within one day, for 1 to 9 people.",
    ),
    "slot-kind": Text("Choisissez ouverture, accueil ou ménage.", "Choose opening, hosting or cleaning."),
    "slot-many": Text(
        "Le planning a {most} lignes, c’est le plus possible : arrêtez-en une.",
        "The rota has {most} lines, as many as it can: end one.",
    ),
    "swap-over": Text("Cet échange n’est plus possible.", "This swap is no longer possible."),
}
