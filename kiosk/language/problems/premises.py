"""Words for what is wrong with the premises: spots of the plan, lent days, things, registered offices."""

from kiosk.language.texts import Text

PROBLEMS = {
    "approval-period": Text(
        "Un agrément vaut {years} ans au plus, et finit après avoir commencé.",
        "An approval holds for {years} years at most, and ends after it begins.",
    ),
    "approval-words": Text(
        "Écrivez la préfecture ({longest} caractères au plus) et le numéro de l’agrément ({longest_number} au plus).",
        "Write the prefecture ({longest} characters at most) and the approval’s number ({longest_number} at most).",
    ),
    "no-such-approval": Text("Cet agrément n’est pas dans la liste.", "This approval is not on the list."),
    "no-such-loan": Text("Ce prêt n’existe pas, ou il est à quelqu’un d’autre.", "There is no such loan of yours."),
    "no-such-office": Text(
        "Cette domiciliation n’est pas dans la liste.", "This registered office is not on the list."
    ),
    "no-such-spot": Text("Cette place n’est pas sur le plan.", "There is no such spot on the plan."),
    "no-such-thing": Text("Cet objet n’est plus dans la liste.", "This thing is no longer on the list."),
    "office-approval": Text(
        "Aucun agrément de la préfecture ne vaut ce jour-là : notez-le d’abord.",
        "No approval of the prefect holds on that day: note it first.",
    ),
    "office-end": Text("Un contrat ne finit pas avant d’avoir commencé.", "A contract does not end before it begins."),
    "office-name": Text("Écrivez un nom, de 1 à {longest} caractères.", "Write a name, 1 to {longest} characters."),
    "office-period": Text(
        "Le contrat est de {months} mois au moins (Code de commerce, R. 123-168).",
        "The contract is for {months} months at least (Code de commerce, R. 123-168).",
    ),
    "office-siren": Text("Un SIREN a neuf chiffres ; vide : pas encore.", "A SIREN has nine digits; empty: not yet."),
    "spot-day": Text(
        "Choisissez un jour, d’aujourd’hui à dans {most} jours.", "Choose a day from today to {most} days ahead."
    ),
    "spot-has-one": Text(
        "Cette personne a déjà pris un autre bureau ce jour-là.", "This person took another desk on that day already."
    ),
    "spot-held": Text(
        "Ce bureau est à quelqu’un, ou cette personne en a déjà un : arrêtez d’abord.",
        "This desk is somebody’s, or this person has one already: end that first.",
    ),
    "spot-kind": Text("Choisissez dans la liste ce que c’est.", "Choose from the list what it is."),
    "spot-known": Text("Une place du plan s’appelle déjà ainsi.", "A spot of the plan has that label already."),
    "spot-label": Text("Écrivez de 1 à {longest} caractères.", "Write 1 to {longest} characters."),
    "spot-many": Text(
        "Le plan a {most} places, c’est le plus possible : enlevez-en une.",
        "The plan has {most} spots, as many as it can: take one off.",
    ),
    "spot-no-desk": Text("Seul un bureau peut être à quelqu’un.", "Only a desk can be somebody’s own."),
    "spot-none": Text(
        "Cette personne n’a pas de bureau à elle ce jour-là.", "This person has no desk of their own on that day."
    ),
    "spot-not-lent": Text("Ce bureau n’est pas prêté ce jour-là.", "This desk is not lent on that day."),
    "spot-place": Text(
        "Le plan a {wide} pas de large et {high} de haut : restez dedans.",
        "The plan is {wide} steps wide and {high} high: stay within.",
    ),
    "spot-step": Text("Choisissez une des huit flèches.", "Choose one of the eight arrows."),
    "spot-taken": Text(
        "Ce bureau est déjà pris ce jour-là. Choisissez-en un autre.",
        "This desk is taken on that day already. Choose another one.",
    ),
    "thing-kind": Text("Choisissez dans la liste quelle sorte d’objet c’est.", "Choose from the list what sort it is."),
    "thing-known": Text("Un objet s’appelle déjà ainsi.", "A thing has that name already."),
    "thing-label": Text("Écrivez de 1 à {longest} caractères.", "Write 1 to {longest} characters."),
    "thing-many": Text(
        "La liste a {most} objets, c’est le plus possible : enlevez-en un.",
        "The list has {most} things, as many as it can: take one off.",
    ),
    "thing-out": Text(
        "Quelqu’un l’a encore : notez d’abord son retour.", "Somebody still has it: note first that it came back."
    ),
    "thing-taken": Text("Quelqu’un l’a à ce moment-là.", "Somebody has it then."),
    "thing-terms": Text(
        "De 1 à {most} à la fois ; pour des minutes ({minutes} au plus) ou des jours ({days} au plus), pas les deux.",
        "1 to {most} at once; for minutes ({minutes} at most) or days ({days} at most), not both.",
    ),
    "thing-time": Text(
        "Choisissez un moment à venir, dans le mois ; un objet prêté l’est dès maintenant.",
        "Choose a time to come, within the month; a thing that is lent is lent from now on.",
    ),
    "thing-yours": Text("Cette personne l’a déjà.", "This person has it already."),
}
