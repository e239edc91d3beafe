"""Words the everyday rules as sentences, like "Une ardoise en retard va jusqu'à 50,00 €", which the rules' page shows
first.

A rule without a sentence is worded by its name and its value.
"""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from kiosk.domain.money.tariffs import FULL, Price
from kiosk.language import common
from kiosk.language.texts import Plural, Text
from kiosk.web.desk.common import formats
from kiosk.web.desk.common.words import t
from kiosk.web.desk.space.rule_forms import level_name
from kiosk.web.desk.space.rule_kinds import Rule, ValueKind


class Sentence(Struct, frozen=True):
    """A rule's words around its `{value}`, or its `{count}`. `without` is said where there is no value, or the rule is
    a flag that is off.
    """

    words: Text | Plural
    without: Text | None = None


_YEARS: Mapping[str, Text] = {
    "rolling": Text("Une adhésion vaut un an, de date à date", "A membership covers a year from the day of joining"),
    "calendar": Text("Une adhésion vaut l’année civile", "A membership covers the calendar year"),
    "school": Text("Une adhésion vaut de septembre à août", "A membership covers September to August"),
}
SENTENCES: Mapping[str, Sentence] = {
    "guest_cents": Sentence(
        Text("Une personne invitée coûte {value}", "A guest costs {value}"),
        Text("Une personne invitée coûte une journée de sa zone", "A guest costs a day of the host’s zone"),
    ),
    "month_cap_days": Sentence(
        Plural(
            Text(
                "Après {count} journée, le reste du mois est offert", "After {count} day, the rest of the month is free"
            ),
            Text(
                "Après {count} journées, le reste du mois est offert",
                "After {count} days, the rest of the month is free",
            ),
        ),
        Text("Chaque journée du mois est comptée", "Every day of the month is charged"),
    ),
    "half_day_split_hour": Sentence(
        Text("La deuxième demi-journée commence à {value}", "The second half day begins at {value}"),
        Text("Les demi-journées ne sont pas vendues", "Half days are not sold"),
    ),
    "opening_hours": Sentence(
        Text("La porte s’ouvre à ces heures : {value}", "The door opens at these hours: {value}"),
        Text("La porte s’ouvre à toute heure", "The door opens at any hour"),
    ),
    "closed_on_holidays": Sentence(
        Text("La porte reste fermée les jours fériés", "The door stays shut on public holidays"),
        Text("La porte s’ouvre aussi les jours fériés", "The door also opens on public holidays"),
    ),
    "closed_admits_permanents": Sentence(
        Text(
            "Les permanents entrent aussi quand l’espace est fermé",
            "Permanents can also come in when the space is closed",
        ),
        Text(
            "Les permanents n’entrent pas quand l’espace est fermé",
            "Permanents cannot come in when the space is closed",
        ),
    ),
    "capacity_notice": Sentence(
        Plural(
            Text(
                "« C’est plein » s’affiche à partir de {count} personne",
                "“It is full” is shown once {count} person is here",
            ),
            Text(
                "« C’est plein » s’affiche à partir de {count} personnes",
                "“It is full” is shown once {count} people are here",
            ),
        ),
        Text("« C’est plein » ne s’affiche jamais", "“It is full” is never shown"),
    ),
    "capacity_legal": Sentence(
        Plural(
            Text(
                "La porte reste fermée à partir de {count} personne", "The door stays shut once {count} person is here"
            ),
            Text(
                "La porte reste fermée à partir de {count} personnes",
                "The door stays shut once {count} people are here",
            ),
        ),
        Text("La porte n’a pas de limite de personnes", "The door has no limit on the number of people"),
    ),
    "guests_a_day": Sentence(
        Plural(
            Text("Une personne membre peut amener {count} personne par jour", "A member may bring {count} guest a day"),
            Text(
                "Une personne membre peut amener {count} personnes par jour", "A member may bring {count} guests a day"
            ),
        ),
        Text("L’écran ne propose pas d’inviter quelqu’un", "Members cannot add guests on the screen"),
    ),
    "membership_grace_days": Sentence(
        Plural(
            Text(
                "Une adhésion finie ouvre encore la porte {count} jour",
                "An ended membership opens the door for {count} more day",
            ),
            Text(
                "Une adhésion finie ouvre encore la porte {count} jours",
                "An ended membership opens the door for {count} more days",
            ),
        )
    ),
    "tab_limit_cents": Sentence(
        Text("Une ardoise en retard peut atteindre {value}", "An overdue tab may reach {value}"),
    ),
    "tab_due_days": Sentence(
        Plural(
            Text("Une ardoise est en retard après {count} jour", "A tab is overdue after {count} day"),
            Text("Une ardoise est en retard après {count} jours", "A tab is overdue after {count} days"),
        ),
    ),
    "insurance_asked": Sentence(
        Text("Une attestation d’assurance est demandée", "An insurance certificate is required"),
        Text("Aucune attestation d’assurance n’est demandée", "No insurance certificate is required"),
    ),
    "show_amounts": Sentence(
        Text("L’écran montre les sommes", "The screen shows amounts"),
        Text("L’écran ne montre pas les sommes", "The screen does not show amounts"),
    ),
    "pin_sign_in": Sentence(
        Text(
            "Les membres entrent aussi avec leur nom et leur code", "Members can also come in with their name and code"
        ),
        Text("Les membres entrent seulement avec leur badge", "Members can come in only with their badge"),
    ),
    "plans_at_screen": Sentence(
        Text("Les membres changent de formule à l’écran", "Members can change their plan on the screen"),
        Text("Seul le bureau change une formule", "Only the desk can change a member’s plan"),
    ),
    "joins_a_day": Sentence(
        Plural(
            Text("{count} personne par jour peut adhérer à l’écran", "{count} person a day may join on the screen"),
            Text("{count} personnes par jour peuvent adhérer à l’écran", "{count} people a day may join on the screen"),
        ),
        Text("Personne ne peut adhérer à l’écran", "No one can join on the screen"),
    ),
    "show_thermometer": Sentence(
        Text("L’écran montre la part du loyer déjà couverte", "The screen shows how much of the rent is covered"),
        Text("L’écran ne montre pas le loyer", "The screen does not show the rent"),
    ),
    "rent_cents": Sentence(Text("Le loyer coûte {value} par mois", "The rent is {value} a month")),
    "charges_cents": Sentence(Text("Les charges coûtent {value} par mois", "The charges are {value} a month")),
    "invoice_due_days": Sentence(
        Plural(
            Text("Une facture se paie en {count} jour", "An invoice is due within {count} day"),
            Text("Une facture se paie en {count} jours", "An invoice is due within {count} days"),
        ),
    ),
    "rooms_on": Sentence(
        Text("Des salles peuvent être réservées", "Rooms can be booked"),
        Text("Aucune salle ne peut être réservée", "No rooms can be booked"),
    ),
    "events": Sentence(
        Text("Des formations et des événements sont proposés", "Training courses and events are offered"),
        Text("Aucune formation ni aucun événement n’est proposé", "No training courses or events are offered"),
    ),
    "hosting": Sentence(
        Text("Les membres accueillent à tour de rôle", "Members host in shifts"),
        Text("Les membres n’accueillent pas à tour de rôle", "Members do not host in shifts"),
    ),
    "things": Sentence(
        Text("Des objets peuvent être empruntés", "Items can be borrowed"),
        Text("Aucun objet ne peut être emprunté", "No items can be borrowed"),
    ),
}
_DAY, _HALF, _WEEK = Text("Une journée", "A day"), Text("Une demi-journée", "A half day"), Text("Une semaine", "A week")
_FEE, _MONTH = Text("Une adhésion", "A membership"), Text("Un mois de permanent", "A month as a permanent member")
_SOLD: Mapping[str, Text] = {
    "journée": _DAY,
    "day pass": _DAY,
    "demi-journée": _HALF,
    "half day": _HALF,
    "semaine": _WEEK,
    "week": _WEEK,
    "adhésion": _FEE,
    "membership": _FEE,
    "mois de permanent": _MONTH,
    "permanent month": _MONTH,
    "carnet de 10 journées": common.A_CARNET_OF_TEN,
    "carnet of 10 days": common.A_CARNET_OF_TEN,
}
"""What the first products are called in a sentence, as long as they have the names that came with the first rules."""


def is_everyday(rule: Rule) -> bool:
    """Tell whether a rule belongs to the everyday rules, which are shown first."""
    return rule.name in SENTENCES or rule.name == "membership_year"


def of_rule(rule: Rule, value: Any, say: Callable[[Any], str]) -> str:
    """Return a rule with a value (in its JSON form) in words: an everyday rule as a sentence. `say` words the value."""
    if rule.name == "membership_year" and value in _YEARS:
        return t(_YEARS[value])
    sentence = SENTENCES.get(rule.name)
    if sentence is None:
        return t("{name} : {why}", "{name}: {why}", name=rule.label, why=say(value))
    is_off = not value if rule.kind is ValueKind.FLAG else value is None
    if is_off and sentence.without is not None:
        return t(sentence.without)
    words = sentence.words
    return t(words.of(value)) if isinstance(words, Plural) else t(words, value=say(value))


def of_price(name: str, level: str, price: Price) -> str:
    """Return what a product costs at a level, as a sentence: a first product by its words in `_SOLD`, another by its
    name. The level is named unless it is the full price.
    """
    sold = _SOLD.get(name.casefold())
    subject = t("« {name} »", "“{name}”", name=name) if sold is None else t(sold)
    if level != FULL:
        subject = f"{subject} ({level_name(level)})"
    if price.floor_cents is None:
        return t("{name} coûte {price}", "{name} costs {price}", name=subject, price=formats.euros(price.cents))
    return t(
        "{name} est à prix libre, à partir de {floor} ; {price} sont proposés",
        "People choose what to pay for {name}, from {floor}; {price} is suggested",
        name=subject,
        floor=formats.euros(price.floor_cents),
        price=formats.euros(price.cents),
    )
