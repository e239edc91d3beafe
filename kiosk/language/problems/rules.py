"""Words for what is wrong with prices, rules, opening hours and the association's own particulars."""

from kiosk.language.texts import Text

PROBLEMS = {
    "answers-none": Text("Aucune réponse à enregistrer ou à reprendre.", "No answers to keep or to take back."),
    "answers-used": Text(
        "Une journée ou une somme a été comptée selon ces réponses : changez une règle, elle comptera ensuite.",
        "A day or a sum was counted by these answers: change a rule, which counts from then on.",
    ),
    "answers-written": Text(
        "Ces réponses sont déjà enregistrées : répondez à nouveau, ou reprenez-les.",
        "These answers are kept already: answer again, or take them back.",
    ),
    "accounts": Text(
        "Un de ces numéros n’est pas possible : de 3 à 10 chiffres, le premier de 1 à 8.",
        "One of these numbers cannot be: 3 to 10 digits, the first of them 1 to 8.",
    ),
    "association": Text("Un de ces champs n’est pas possible.", "One of these fields cannot be."),
    "begun": Text(
        "Ce changement est en vigueur : faites-en un nouveau, à partir d’un autre jour.",
        "This change is in force: make a new one, from another day on.",
    ),
    "change-exists": Text(
        "Il y a déjà un changement ce jour-là, peut-être annulé : choisissez un autre jour.",
        "There is a change on that day already, perhaps called off: choose another day.",
    ),
    "code": Text(
        "Un code a 1 à 30 minuscules sans accent, chiffres ou tirets, et commence par une lettre.",
        "A code has 1 to 30 small letters, digits or hyphens, and begins with a letter.",
    ),
    "code-taken": Text("Ce code est déjà pris.", "This code is taken."),
    "loosened-today": Text(
        "Cette règle protège l’association : l’assouplir compte demain au plus tôt.",
        "This rule protects the association: loosening it counts from tomorrow at the earliest.",
    ),
    "counted-today": Text(
        "Des journées sont déjà comptées aujourd’hui : choisissez demain ou plus tard.",
        "Days are counted today already: choose tomorrow or later.",
    ),
    "no-policy": Text(
        "Une règle n’a pas de valeur ce jour-là : donnez-lui-en une, datée de plus tôt.",
        "A rule has no value on that day: give it one that is dated earlier.",
    ),
    "no-such-rule": Text("Cette règle, ou ce changement, n’existe pas.", "There is no such rule, or no such change."),
    "no-such-zone": Text("Cette zone n’existe pas.", "There is no such zone."),
    "no-zone": Text("Les règles ne connaissent pas cette zone.", "The rules do not know this zone."),
    "opening": Text(
        "Des heures comme 08:00 et 19:00, sans se chevaucher ; une journée au moins est ouverte.",
        "Hours like 08:00 and 19:00 that do not meet; one day at least is open.",
    ),
    "past-change": Text("Ce jour est passé : le passé ne change pas.", "That day is past: the past stays."),
    "period": Text(
        "Cette période n’est pas possible : la fin vient après le début.",
        "This period cannot be: the end comes after the start.",
    ),
    "policy": Text("Cette valeur n’est pas possible.", "This value cannot be."),
    "price": Text("Le minimum va de 0 au montant proposé.", "The floor is between 0 and the amount that is suggested."),
    "product": Text(
        "Un carnet a au moins une journée, et il n’y a qu’une adhésion.",
        "A carnet has one day or more, and there is one membership.",
    ),
    "no-such-scenario": Text("Ce scénario n’existe plus.", "This scenario is not there any more."),
    "scenario": Text(
        "Ce scénario n’est pas possible : il ne change rien, nomme ce qui n’existe pas, ou ôte plus qu’il n’y avait.",
        "This scenario cannot be: it changes nothing, names what does not exist, or takes away more than there was.",
    ),
    "scenarios-full": Text(
        "Il y a déjà beaucoup de scénarios : oubliez-en un d’abord.",
        "There are many scenarios already: forget one first.",
    ),
    "tariffs": Text(
        "Le fichier de tarifs ne se lit pas, ou est incomplet : corrigez ce qui est nommé.",
        "The file of tariffs cannot be read, or is incomplete: put right what is named.",
    ),
    "unit": Text("Ce produit ne se vend pas ainsi.", "This product is not sold by this."),
    "wording": Text(
        "Un texte court, sans < ni >, qui garde chacun de ses mots entre accolades.",
        "A short text, without tags, that keeps each of its words in braces.",
    ),
}
