"""Sentences for errors about prices, rules, opening hours and the association's own particulars.

`PROBLEMS` maps an error's code to its sentence; `{name}` in a sentence stands for the error's value of that name.
"""

from collections.abc import Mapping

from kiosk.language.texts import Text

PROBLEMS = {
    "answers-none": Text(
        "Il n’y a aucune réponse à enregistrer ou à retirer.", "There are no answers to save or withdraw."
    ),
    "answers-used": Text(
        "Une journée ou une somme a déjà été comptée selon ces réponses : changez plutôt une règle, "
        "pour les jours à venir.",
        "A day or an amount was already counted with these answers: change a rule instead, for future days.",
    ),
    "answers-written": Text(
        "Ces réponses sont déjà enregistrées : répondez à nouveau, ou retirez-les.",
        "These answers are already saved: answer again, or withdraw them.",
    ),
    "accounts": Text(
        "Un de ces numéros n’est pas possible : de 3 à 10 chiffres, le premier de 1 à 8.",
        "One of these numbers is invalid: 3 to 10 digits, starting with 1 to 8.",
    ),
    "association": Text(
        "Un de ces champs a une valeur impossible : corrigez-la.",
        "One of these fields has an invalid value: correct it.",
    ),
    "begun": Text(
        "Ce changement est en vigueur : faites-en un nouveau, à partir d’un autre jour.",
        "This change is already in force: make a new one, starting on another day.",
    ),
    "change-exists": Text(
        "Il y a déjà un changement ce jour-là, peut-être annulé : choisissez un autre jour.",
        "There is already a change on that day, possibly cancelled: choose another day.",
    ),
    "code": Text(
        "Un code a 1 à {longest} minuscules sans accent, chiffres ou tirets, et commence par une lettre.",
        "A code has 1 to {longest} lower-case letters, digits or hyphens, and starts with a letter.",
    ),
    "code-taken": Text(
        "Ce code est déjà pris : choisissez-en un autre.", "This code is already taken: choose another."
    ),
    "loosened-today": Text(
        "Cette règle protège l’association : l’assouplir n’a d’effet qu’à partir de demain.",
        "This rule protects the association: you can loosen it from tomorrow at the earliest.",
    ),
    "counted-today": Text(
        "Des journées sont déjà comptées aujourd’hui : choisissez demain ou plus tard.",
        "Days have already been counted today: choose tomorrow or later.",
    ),
    "no-policy": Text(
        "Une règle n’a pas de valeur ce jour-là : donnez-lui une valeur à une date plus ancienne.",
        "A rule has no value on that day: give it a value with an earlier date.",
    ),
    "no-such-rule": Text("Cette règle, ou ce changement, n’existe pas.", "This rule or change does not exist."),
    "no-such-zone": Text("Cette zone n’existe pas.", "This zone does not exist."),
    "no-zone": Text("Cette zone n’est pas dans les règles.", "This zone is not in the rules."),
    "opening": Text(
        "Écrivez des heures comme 08:00 et 19:00, qui ne se chevauchent pas ; un jour au moins doit être ouvert.",
        "Enter hours like 08:00 and 19:00 that do not overlap; at least one day must be open.",
    ),
    "past-change": Text(
        "Ce jour est passé, et le passé ne change pas : choisissez un jour plus tardif.",
        "That day is in the past, which cannot change: choose a later day.",
    ),
    "period": Text(
        "Cette période n’est pas valable : la fin doit venir après le début.",
        "This period is invalid: the end must be after the start.",
    ),
    "policy": Text("Cette valeur n’est pas valable : corrigez-la.", "This value is invalid: correct it."),
    "price": Text(
        "Le minimum doit être compris entre 0 et le montant proposé.",
        "The minimum must be between 0 and the suggested amount.",
    ),
    "product": Text(
        "Un carnet a au moins une journée, et il ne peut y avoir qu’un produit d’adhésion.",
        "A carnet needs at least one day, and there can be only one membership product.",
    ),
    "no-such-scenario": Text("Ce scénario n’existe plus.", "This scenario no longer exists."),
    "scenario": Text(
        "Ce scénario n’est pas valable : il ne change rien, nomme quelque chose qui n’existe pas, ou ôte plus"
        " que ce qu’il y avait.",
        "This scenario is invalid: it changes nothing, names something that does not exist, or "
        "removes more than there was.",
    ),
    "scenarios-full": Text(
        "Il y a trop de scénarios : supprimez-en un d’abord.",
        "There are too many scenarios: delete one first.",
    ),
    "tariffs": Text(
        "Le fichier de tarifs est illisible ou incomplet : corrigez ce qui est indiqué.",
        "The tariff file cannot be read, or is incomplete: correct the items listed.",
    ),
    "unit": Text(
        "Ce produit ne se vend pas dans cette unité : choisissez-en une autre.",
        "This product cannot be sold by this unit: choose another unit.",
    ),
    "wording": Text(
        "Écrivez un texte court, sans < ni >, qui garde tous les mots entre accolades.",
        "Write a short text, without < or >, that keeps every word in braces.",
    ),
}

# For an error that comes with all the values named here: used in place of the code's sentence in `PROBLEMS`.
VALUED: Mapping[str, Text] = {
    "period": Text(
        "Le dernier jour ne peut pas être avant le premier, ni plus de {most} jours après.",
        "The last day cannot be before the first, nor more than {most} days after it.",
    ),
}
