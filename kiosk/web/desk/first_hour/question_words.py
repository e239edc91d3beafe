"""The eight questions in words: what each asks and writes, what is wrong with an answer, what is asked back."""

from collections.abc import Mapping

from kiosk.domain.space.answer_doubts import Doubt
from kiosk.domain.space.answers import Question
from kiosk.language import common
from kiosk.language.texts import Text
from kiosk.web.desk.common import formats
from kiosk.web.desk.common.words import t

TITLES: Mapping[Question, Text] = {
    Question.WHO: Text("Qui êtes-vous ?", "Who are you?"),
    Question.FEE: Text("Faut-il adhérer ?", "Does one have to join?"),
    Question.PRICES: Text("Que paie-t-on pour travailler ici ?", "What does working here cost?"),
    Question.PAYING: Text("Quand paie-t-on, et comment ?", "When does one pay, and how?"),
    Question.OPENING: Text("Quand est-ce ouvert ?", "When is it open?"),
    Question.PLACES: Text("Combien de personnes ?", "How many people?"),
    Question.RENT: Text("Que coûte le lieu par mois ?", "What does the place cost a month?"),
    Question.MORE: common.WHAT_ELSE_IS_DONE_HERE,
}
WRITES: Mapping[Question, Text] = {
    Question.WHO: Text(
        "Écrit l’association et sa TVA, sur chaque reçu et chaque facture. Sans nom ni numéro, aucun reçu.",
        "Writes the association and its VAT, on each receipt and invoice. Without a name and a number, no receipt.",
    ),
    Question.FEE: Text(
        "Écrit le prix de l’adhésion, l’année qu’elle couvre, et combien de jours on entre encore après.",
        "Writes the price of the membership, the year that it covers, and for how many days one comes in after it.",
    ),
    Question.PRICES: Text(
        "Écrit les prix, le tarif réduit et ce que coûte chaque zone. Une case vide : ce n’est pas vendu.",
        "Writes the prices, the reduced tariff and what each zone costs. An empty box: it is not sold.",
    ),
    Question.PAYING: Text(
        "Écrit la limite de l’ardoise, son échéance et votre IBAN. Les moyens de paiement décident de ce que le bureau"
        " vous rappellera.",
        "Writes the tab’s limit, when it is due, and your IBAN. The ways to pay decide what the desk reminds you of.",
    ),
    Question.OPENING: Text(
        "Écrit les heures où la porte s’ouvre, et pour qui elle s’ouvre aussi en dehors.",
        "Writes the hours in which the door opens, and for whom it opens outside of them.",
    ),
    Question.PLACES: Text(
        "Écrit à partir de combien de personnes l’écran dit « c’est plein », et la porte reste fermée. Vide : jamais.",
        "Writes from how many people on the screen says “it is full”, and the door stays shut. Empty: never.",
    ),
    Question.RENT: Text(
        "Écrit le loyer et les charges, que les chiffres comparent à ce qui est gagné.",
        "Writes the rent and the charges, which the figures hold against what is earned.",
    ),
    Question.MORE: Text(
        "Écrit ce que le bureau et l’écran montrent en plus. Rien de coché : rien de plus.",
        "Writes what desk and screen show besides. Nothing ticked: nothing more.",
    ),
}
_WRONG: Mapping[str, Text] = {
    "amount": Text("Une somme comme 5 ou 5,00.", "A sum like 5 or 5.00."),
    "number": Text("Un nombre entier, comme 30.", "A whole number, like 30."),
    "choice": Text("Choisissez une des réponses.", "Choose one of the answers."),
    "empty": Text("Écrivez le nom.", "Write the name."),
    "hours": Text("De … à …, comme 08:00 et 19:00.", "From … to …, like 08:00 and 19:00."),
    "no-day": Text("Cochez un jour au moins.", "Tick one day at least."),
    "name": Text("Un nom de 80 caractères au plus.", "A name of 80 characters at most."),
    "day-needed": Text(
        "La porte a besoin du prix d’une journée, pour qui n’a ni mois ni carnet. Écrivez-le ; 0 : la journée est"
        " gratuite.",
        "The door needs a day’s price, for whoever has neither a month nor a carnet. Write it; 0: the day is free.",
    ),
}
_FIELDS: Mapping[str, Text] = {
    "siren": Text("Neuf chiffres, comme 123 456 782.", "Nine digits, like 123 456 782."),
    "rna": Text("W et neuf signes, comme W595000001.", "W and nine signs, like W595000001."),
    "iban": Text("Un IBAN comme FR76 3000 6000 0112 3456 7890 189.", "An IBAN like FR76 3000 6000 0112 3456 7890 189."),
    "address": Text("Une adresse de six lignes au plus.", "An address of six lines at the most."),
    "name": Text("Un nom de 300 caractères au plus.", "A name of 300 characters at most."),
}
_DOUBTS: Mapping[str, Text] = {
    "no-number": Text(
        "Sans SIREN ni RNA, aucun reçu ne peut être émis : est-ce voulu ?",
        "Without SIREN and RNA no receipt can be issued: is that meant?",
    ),
    "dear-fee": Text("Une adhésion à {cents} : est-ce voulu ?", "A membership at {cents}: is that meant?"),
    "long-grace": Text(
        "Jours où l’on entre encore après la fin : {count}. Est-ce voulu ?",
        "Days on which one comes in after its end: {count}. Is that meant?",
    ),
    "six-days-over-three-months": Text(
        "6 journées coûtent plus que 3 mois ({cents} et {months}) : est-ce voulu ?",
        "6 days cost more than 3 months ({cents} and {months}): is that meant?",
    ),
    "month-under-day": Text(
        "Un mois ({month}) coûte moins qu’une journée ({day}) : est-ce voulu ?",
        "A month ({month}) costs less than a day ({day}): is that meant?",
    ),
    "half-over-day": Text(
        "Une demi-journée ({half}) coûte plus qu’une journée ({day}) : est-ce voulu ?",
        "A half day ({half}) costs more than a day ({day}): is that meant?",
    ),
    "carnet-over-days": Text(
        "Le carnet ({carnet}) coûte plus que ses 10 journées ({days}) : est-ce voulu ?",
        "The carnet ({carnet}) costs more than its 10 days ({days}): is that meant?",
    ),
    "reduced-over-day": Text(
        "Le tarif réduit ({reduced}) coûte plus qu’une journée ({day}) : est-ce voulu ?",
        "The reduced tariff ({reduced}) costs more than a day ({day}): is that meant?",
    ),
    "all-free": Text(
        "Rien n’est vendu : travailler ici est gratuit. Est-ce voulu ?",
        "Nothing is sold: working here is free. Is that meant?",
    ),
    "high-tab": Text("Une ardoise jusqu’à {cents} : est-ce voulu ?", "A tab of up to {cents}: is that meant?"),
    "long-due": Text("Jours pour payer : {count}. Est-ce voulu ?", "Days to pay: {count}. Is that meant?"),
    "no-way": Text("Aucun moyen de paiement n’est coché : est-ce voulu ?", "No way to pay is ticked: is that meant?"),
    "no-iban": Text(
        "Sans IBAN, personne ne sait où virer : est-ce voulu ?",
        "Without an IBAN nobody knows where to transfer to: is that meant?",
    ),
    "short-day": Text("Ouvert moins de 2 heures par jour : est-ce voulu ?", "Open less than 2 hours: is that meant?"),
    "past-midnight": Text("Ouvert au-delà de minuit : est-ce voulu ?", "Open past midnight: is that meant?"),
    "notice-over-legal": Text(
        "« C’est plein » à {notice}, mais la porte se ferme à {legal}, avant : est-ce voulu ?",
        "“It is full” at {notice}, but the door shuts at {legal}, before: is that meant?",
    ),
    "many-places": Text("Personnes : {count}. Est-ce voulu ?", "People: {count}. Is that meant?"),
    "cheap-rent": Text("Un loyer de {cents} par mois : est-ce voulu ?", "A rent of {cents} a month: is that meant?"),
    "dear-rent": Text("Un loyer de {cents} par mois : est-ce voulu ?", "A rent of {cents} a month: is that meant?"),
    "room-free": Text(
        "La salle n’a aucun prix : elle se prête gratuitement. Est-ce voulu ?",
        "The room has no price: it is lent for nothing. Is that meant?",
    ),
    "member-over-external": Text(
        "La salle coûte plus à un membre ({member}) qu’à une structure ({external}) : est-ce voulu ?",
        "The room costs a member more ({member}) than an organisation ({external}): is that meant?",
    ),
}
PRICES: Mapping[str, Text] = {
    "day": Text("Une journée", "A day"),
    "half": Text("Une demi-journée", "A half day"),
    "week": Text("Une semaine", "A week"),
    "month": Text("Un mois", "A month"),
    "carnet": Text("Un carnet de 10 journées", "A carnet of 10 days"),
}
_COUNTS = ("count", "notice", "legal")


def wrong(field: str, code: str) -> str:
    """Say what is wrong with a field."""
    text = _WRONG.get(code) if code != "association" else _FIELDS.get(field)
    return t(text or _WRONG["choice"])


def doubt(found: Doubt) -> str:
    """Ask back."""
    values = {name: each if name in _COUNTS else formats.euros(each) for name, each in found.values.items()}
    return t(_DOUBTS[found.code], **values)
