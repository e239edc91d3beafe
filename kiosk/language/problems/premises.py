"""Sentences for errors about the premises: spots of the plan, lent days, things, registered offices.

`PROBLEMS` maps an error's code to its sentence; `{name}` in a sentence stands for the error's value of that name.
"""

from kiosk.language.texts import Text

PROBLEMS = {
    "approval-period": Text(
        "Un agrément vaut {years} ans au plus, et sa fin doit venir après son début.",
        "An approval lasts {years} years at most, and must end after it starts.",
    ),
    "approval-words": Text(
        "Écrivez la préfecture ({longest} caractères au plus) et le numéro de l’agrément ({longest_number} au plus).",
        "Enter the prefecture (at most {longest} characters) and the approval number (at most {longest_number}).",
    ),
    "no-such-approval": Text("Cet agrément n’est pas dans la liste.", "This approval is not on the list."),
    "no-such-loan": Text(
        "Ce prêt n’existe pas, ou il est à quelqu’un d’autre.", "This loan does not exist, or is someone else’s."
    ),
    "no-such-office": Text(
        "Cette domiciliation n’est pas dans la liste.", "This registered office is not on the list."
    ),
    "no-such-spot": Text("Cette place n’est pas sur le plan.", "This spot is not on the floor plan."),
    "no-such-thing": Text("Cet objet n’est plus dans la liste.", "This item is no longer on the list."),
    "office-approval": Text(
        "Aucun agrément de la préfecture ne vaut ce jour-là : notez-le d’abord.",
        "No prefect’s approval is valid on that day: record it first.",
    ),
    "office-end": Text("La fin d’un contrat doit venir après son début.", "A contract cannot end before it starts."),
    "office-name": Text("Écrivez un nom, de 1 à {longest} caractères.", "Enter a name of 1 to {longest} characters."),
    "office-period": Text(
        "Le contrat dure au moins {months} mois (Code de commerce, R. 123-168).",
        "The contract must last at least {months} months (Code de commerce, R. 123-168).",
    ),
    "office-siren": Text(
        "Un SIREN a neuf chiffres ; laissez vide s’il n’est pas encore connu.",
        "A SIREN has nine digits; leave the field empty if you do not know it yet.",
    ),
    "spot-day": Text(
        "Choisissez aujourd’hui ou un jour d’ici à {most} jours.", "Choose today or a day within the next {most} days."
    ),
    "spot-has-one": Text(
        "Cette personne a déjà pris un autre bureau ce jour-là.",
        "This person has already taken another desk on that day.",
    ),
    "spot-held": Text(
        "Ce bureau est déjà attribué, ou cette personne en a déjà un : mettez-y fin d’abord.",
        "This desk is already assigned, or this person has one: unassign that desk first.",
    ),
    "spot-kind": Text("Choisissez dans la liste la sorte de place.", "Choose the kind of spot from the list."),
    "spot-known": Text(
        "Une place du plan s’appelle déjà ainsi : choisissez un autre nom.",
        "Another spot already has that label: choose another label.",
    ),
    "spot-label": Text("Écrivez de 1 à {longest} caractères.", "Enter 1 to {longest} characters."),
    "spot-many": Text(
        "Le plan est limité à {most} places : enlevez-en une.",
        "The floor plan is limited to {most} spots: remove one of them first.",
    ),
    "spot-no-desk": Text("Seul un bureau peut être attribué à quelqu’un.", "Only a desk can be assigned to someone."),
    "spot-none": Text(
        "Cette personne n’a pas de bureau à elle ce jour-là.", "This person has no desk of their own on that day."
    ),
    "spot-not-lent": Text("Ce bureau n’est pas prêté ce jour-là.", "This desk is not lent on that day."),
    "spot-place": Text(
        "Le plan fait {wide} pas de large et {high} pas de haut : choisissez une position à l’intérieur.",
        "The floor plan is {wide} steps wide and {high} steps high: choose a position inside the plan.",
    ),
    "spot-step": Text("Choisissez une des huit flèches.", "Choose one of the eight arrows."),
    "spot-taken": Text(
        "Ce bureau est déjà pris ce jour-là. Choisissez-en un autre.",
        "This desk is already taken on that day. Choose another one.",
    ),
    "thing-kind": Text("Choisissez dans la liste la sorte d’objet.", "Choose the kind of item from the list."),
    "thing-known": Text(
        "Un objet s’appelle déjà ainsi : choisissez un autre nom.",
        "Another item already has that name: choose another name.",
    ),
    "thing-label": Text("Écrivez de 1 à {longest} caractères.", "Enter 1 to {longest} characters."),
    "thing-many": Text(
        "La liste est limitée à {most} objets : enlevez-en un.",
        "The list is limited to {most} items: remove one of them first.",
    ),
    "thing-out": Text(
        "Quelqu’un a encore cet objet : notez d’abord son retour.",
        "Someone still has this item: record its return first.",
    ),
    "thing-taken": Text("Quelqu’un d’autre a cet objet à ce moment-là.", "Someone else has this item at that time."),
    "thing-terms": Text(
        "Écrivez combien de personnes l’ont à la fois (de 1 à {most}), et soit des minutes "
        "({minutes} au plus), soit des jours ({days} au plus).",
        "Enter how many people can have it at a time (1 to {most}), and either minutes ({minutes} at "
        "most) or days ({days} at most), not both.",
    ),
    "thing-time": Text(
        "Pour réserver, choisissez un moment à venir, dans le mois ; un prêt commence maintenant.",
        "For a booking, choose a future time within the month; a loan starts now.",
    ),
    "thing-yours": Text("Cette personne a déjà cet objet.", "This person already has this item."),
}
