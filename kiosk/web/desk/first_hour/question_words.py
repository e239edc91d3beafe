"""Words the eight questions: what each asks and sets, what is wrong with an answer, and which answers are doubted."""

from collections.abc import Mapping

from kiosk.domain.space.answer_doubts import Doubt
from kiosk.domain.space.answers import Question
from kiosk.language import common
from kiosk.language.texts import Text
from kiosk.web.desk.common import formats
from kiosk.web.desk.common.words import t

TITLES: Mapping[Question, Text] = {  # what each question asks
    Question.WHO: Text("Qui êtes-vous ?", "Who are you?"),
    Question.FEE: Text("Faut-il adhérer ?", "Do people have to become members?"),
    Question.PRICES: Text("Que paie-t-on pour travailler ici ?", "What does working here cost?"),
    Question.PAYING: Text("Quand paie-t-on, et comment ?", "When and how do people pay?"),
    Question.OPENING: Text("Quand est-ce ouvert ?", "When is the space open?"),
    Question.PLACES: Text("Combien de personnes à la fois ?", "How many people at a time?"),
    Question.RENT: Text("Que coûte le lieu par mois ?", "What does the place cost each month?"),
    Question.MORE: Text("Que fait-on d’autre ici ?", "What else happens here?"),
}
WRITES: Mapping[Question, Text] = {  # what its answer sets
    Question.WHO: Text(
        "Fixe l’association et sa TVA, pour chaque reçu et chaque facture. Sans nom ni numéro, aucun "
        "reçu ne peut être émis.",
        "Sets the association’s details and VAT status for every receipt and invoice. Without a "
        "name and a number, no receipt can be issued.",
    ),
    Question.FEE: Text(
        "Fixe le prix de l’adhésion, l’année qu’elle couvre, et le délai de grâce qui la suit.",
        "Sets the membership price, the year it covers, and the grace period after it ends.",
    ),
    Question.PRICES: Text(
        "Fixe les prix, le tarif réduit et ce que coûte chaque zone. Laissez vide ce qui n’est pas vendu.",
        "Sets the prices, the reduced tariff and the cost of each zone. Leave empty anything you do not sell.",
    ),
    Question.PAYING: Text(
        "Fixe la limite de l’ardoise, son échéance et votre IBAN. Les moyens de paiement décident de ce que le"
        " bureau vous rappellera.",
        "Sets the tab limit, when the tab is due, and your IBAN. The payment methods decide what the "
        "desk reminds you about.",
    ),
    Question.OPENING: Text(
        "Fixe les heures où la porte s’ouvre, et les personnes qui peuvent aussi entrer en dehors.",
        "Sets the hours when the door opens, and who may also come in outside those hours.",
    ),
    Question.PLACES: Text(
        "Fixe à combien de personnes l’écran dit « c’est plein » et la porte reste fermée. Laissez vide "
        "pour ne pas mettre de limite.",
        "Sets the numbers of people at which the screen says “it is full” and the door stays shut. "
        "Leave empty for no limit.",
    ),
    Question.RENT: Text(
        "Fixe le loyer et les charges, que la page « Loyer » compare à ce que l’espace gagne.",
        "Sets the rent and charges, which the “Rent” page compares with what the space earns.",
    ),
    Question.MORE: Text(
        "Choisit ce que le bureau et l’écran montrent en plus. Pour ne rien ajouter, laissez tout décoché.",
        "Chooses what else the desk and the screen show. To add nothing, leave everything unticked.",
    ),
}
_WRONG: Mapping[str, Text] = {  # by the code of what is wrong with an answer
    "amount": Text("Écrivez une somme comme 5 ou 5,00.", "Enter an amount like 5 or 5.00."),
    "number": Text("Écrivez un nombre entier, comme 30.", "Enter a whole number, like 30."),
    "choice": Text("Choisissez une des réponses.", "Choose one of the answers."),
    "empty": Text("Écrivez le nom.", "Enter the name."),
    "hours": Text(
        "Écrivez deux heures, comme 08:00 et 19:00.", "Enter an opening and a closing time, like 08:00 and 19:00."
    ),
    "no-day": Text("Cochez un jour au moins.", "Tick at least one day."),
    "name": Text("Écrivez un nom de 80 caractères au plus.", "Enter a name of at most 80 characters."),
    "day-needed": Text(
        "La porte a besoin du prix d’une journée, pour les personnes sans formule au mois ni carnet. "
        "Écrivez-le ; 0 : la journée est gratuite.",
        "The door needs a day price, for people with neither a monthly plan nor a carnet. Enter it; 0 means free.",
    ),
}
_FIELDS: Mapping[str, Text] = {  # by field, what is wrong with a fact about the association
    "siren": Text("Écrivez neuf chiffres, comme 123 456 782.", "Enter nine digits, like 123 456 782."),
    "rna": Text("Écrivez W et neuf caractères, comme W595000001.", "Enter W and nine characters, like W595000001."),
    "iban": Text(
        "Écrivez un IBAN comme FR76 3000 6000 0112 3456 7890 189.",
        "Enter an IBAN like FR76 3000 6000 0112 3456 7890 189.",
    ),
    "address": Text("Écrivez une adresse de six lignes au plus.", "Enter an address of at most six lines."),
    "name": Text("Écrivez un nom de 300 caractères au plus.", "Enter a name of at most 300 characters."),
}
_DOUBTS: Mapping[str, Text] = {  # by code
    "no-number": Text(
        "Sans SIREN ni RNA, aucun reçu ne peut être émis : est-ce voulu ?",
        "Without SIREN or RNA no receipt can be issued: is that intended?",
    ),
    "dear-fee": Text("Une adhésion à {cents} : est-ce voulu ?", "A membership at {cents}: is that intended?"),
    "long-grace": Text(
        "Délai de grâce en jours : {count}. Est-ce voulu ?",
        "Grace period in days: {count}. Is that intended?",
    ),
    "six-days-over-three-months": Text(
        "6 journées coûtent plus que 3 mois ({cents} et {months}) : est-ce voulu ?",
        "6 days cost more than 3 months ({cents} and {months}): is that intended?",
    ),
    "month-under-day": Text(
        "Un mois ({month}) coûte moins qu’une journée ({day}) : est-ce voulu ?",
        "A month ({month}) costs less than a day ({day}): is that intended?",
    ),
    "half-over-day": Text(
        "Une demi-journée ({half}) coûte plus qu’une journée ({day}) : est-ce voulu ?",
        "A half day ({half}) costs more than a day ({day}): is that intended?",
    ),
    "carnet-over-days": Text(
        "Le carnet ({carnet}) coûte plus que ses 10 journées ({days}) : est-ce voulu ?",
        "The carnet ({carnet}) costs more than its 10 days ({days}): is that intended?",
    ),
    "reduced-over-day": Text(
        "Le tarif réduit ({reduced}) coûte plus qu’une journée ({day}) : est-ce voulu ?",
        "The reduced tariff ({reduced}) costs more than a day ({day}): is that intended?",
    ),
    "all-free": Text(
        "Rien n’est vendu : travailler ici est gratuit. Est-ce voulu ?",
        "Nothing is sold: working here is free. Is that intended?",
    ),
    "high-tab": Text("Une ardoise jusqu’à {cents} : est-ce voulu ?", "A tab of up to {cents}: is that intended?"),
    "long-due": Text("Jours pour payer : {count}. Est-ce voulu ?", "Days to pay: {count}. Is that intended?"),
    "no-way": Text(
        "Aucun moyen de paiement n’est coché : est-ce voulu ?", "No payment method is ticked: is that intended?"
    ),
    "no-iban": Text(
        "Sans IBAN, personne ne peut payer par virement : est-ce voulu ?",
        "Without an IBAN no one can pay by transfer: is that intended?",
    ),
    "short-day": Text(
        "Ouvert moins de 2 heures par jour : est-ce voulu ?", "Open for less than 2 hours a day: is that intended?"
    ),
    "past-midnight": Text("Ouvert au-delà de minuit : est-ce voulu ?", "Open past midnight: is that intended?"),
    "notice-over-legal": Text(
        "« C’est plein » s’affiche à {notice} personnes, mais la porte reste déjà fermée à {legal} : est-ce voulu ?",
        "“It is full” shows at {notice} people, but the door already stays shut at {legal}: is that intended?",
    ),
    "many-places": Text(
        "Nombre maximal de personnes : {count}. Est-ce voulu ?", "Maximum number of people: {count}. Is that intended?"
    ),
    "cheap-rent": Text("Un loyer de {cents} par mois : est-ce voulu ?", "A rent of {cents} a month: is that intended?"),
    "dear-rent": Text("Un loyer de {cents} par mois : est-ce voulu ?", "A rent of {cents} a month: is that intended?"),
    "room-free": Text(
        "La salle n’a aucun prix : elle se prête gratuitement. Est-ce voulu ?",
        "The room has no price: it is free to use. Is that intended?",
    ),
    "member-over-external": Text(
        "La salle coûte plus à un membre ({member}) qu’à une structure ({external}) : est-ce voulu ?",
        "The room costs a member more ({member}) than an organisation ({external}): is that intended?",
    ),
}
PRICES: Mapping[str, Text] = {  # what is sold, by the field of its price
    "day": Text("Une journée", "A day"),
    "half": Text("Une demi-journée", "A half day"),
    "week": Text("Une semaine", "A week"),
    "month": Text("Un mois", "A month"),
    "carnet": common.A_CARNET_OF_TEN,
}
_COUNTS = ("count", "notice", "legal")  # values of doubts that are numbers; all others are cents


def wrong(field: str, code: str) -> str:
    """Return what is wrong with a field, in words, by the code of the error. The code `association` stands for any
    wrong fact about the association, so its words depend on the field. A code or field without words of its own is
    answered as a wrong choice.
    """
    text = _WRONG.get(code) if code != "association" else _FIELDS.get(field)
    return t(text or _WRONG["choice"])


def doubt(unusual: Doubt) -> str:
    """Return the question that asks whether an unusual answer is intended."""
    values = {name: value if name in _COUNTS else formats.euros(value) for name, value in unusual.values.items()}
    return t(_DOUBTS[unusual.code], **values)
