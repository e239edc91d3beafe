"""Words a comparison of scenarios: its rows, its groups of people, where its figures come from."""

from kiosk.domain.checkin.verdicts import Denial
from kiosk.domain.space.groups import Group
from kiosk.language.texts import Plural, Text

TITLE = Plural(
    Text("Et si ? Sur {count} mois, du {first} au {last}", "What if? Over {count} month, from {first} to {last}"),
    Text("Et si ? Sur {count} mois, du {first} au {last}", "What if? Over {count} months, from {first} to {last}"),
)
STATE = Text("simulation, sans effet", "simulation only: nothing changes")
AS_IT_WAS = Text("Chiffres réels", "Actual figures")
MONEY = Text("Compté, par produit", "Charged, by product")
TIMES = Text("Combien de fois", "How often")
BALANCE = Text("Par rapport au loyer", "Compared with the rent")
INCOME = Text("Compté", "Charged")
COST = Text("Loyer et charges", "Rent and running costs")
LEFT = Text("Reste après les charges", "Left over after costs")
LEFT_A_MONTH = Text("Reste par mois", "Left over per month")
BY_MONTH = Text("Compté, mois par mois", "Charged, month by month")
PEOPLE = Text("Qui paierait plus, qui paierait moins", "Who would pay more, who would pay less")
SEATS = Text("Personnes et places", "People and places")
PEAK = Text("Nombre maximal de personnes en un jour", "Most people on a single day")
MEAN = Text("Personnes par jour ouvert, en moyenne", "Average number of people per open day")
ZONES = Text("Venues par zone", "Visits by zone")
REFUSED = {
    Denial.CLOSED: Text("Venues hors des heures d’ouverture", "Visits outside opening hours"),
    Denial.FULL: Text("Venues refusées faute de place", "Visits refused because the space was full"),
}
PRODUCT = Text("Produit", "Product")
MONTH = Text("Mois", "Month")
GROUP = Text("Groupe", "Group")
WHAT = Text("Quoi", "What")
ZONE = Text("Zone", "Zone")
IN_ALL = Text("En tout", "Total")
EVERYBODY = Text("Tout le monde", "Everyone")
OF = Text("{name} : {what}", "{name}: {what}")
HOW_MANY = Text("personnes", "people")
MORE = Text("paieraient plus", "would pay more")
LESS = Text("paieraient moins", "would pay less")
EACH = Text("en moyenne par mois", "on average per month")
OTHER = Text("Autre", "Other")
LINE = Text("loyer et charges : {cost}", "rent and running costs: {cost}")
TOLD = Text(
    "Les mêmes venues et les mêmes ventes, recalculées selon les règles de la porte.",
    "The same visits and sales, recalculated with the door’s own rules.",
)
GROUPS = {
    Group.PERMANENTS: Text("Au mois ou à la semaine", "By the month or the week"),
    Group.REDUCED: Text("Tarif réduit", "Reduced tariff"),
    Group.OFTEN: Text("Plus de 8 jours par mois", "More than 8 days a month"),
    Group.REGULAR: Text("De 3 à 8 jours par mois", "3 to 8 days a month"),
    Group.SELDOM: Text("Jusqu’à 2 jours par mois", "Up to 2 days a month"),
    Group.ELSE: Text("Sans venue", "No visits"),
}
PEOPLE_NOTE = Text(
    "Les groupes et les nombres de moins de cinq personnes sont cachés.",
    "Groups and counts of fewer than five people are hidden.",
)
NEW_PLAN = Text("Nouvelle formule : {name}", "New plan: {name}")
SOURCES = (
    Text(
        "« Compté » : comme sur la page « Chiffres », chaque débit au jour où il est fait, TVA comprise. Les"
        " recettes du rapport annuel comptent un carnet journée par journée.",
        "“Charged”: as on the “Figures” page, each charge on the day it is made, VAT included. The annual report"
        " counts the income of a carnet day by day.",
    ),
    Text(
        "Personne ne sait combien de gens viendraient à d’autres prix : sauf si le scénario"
        " indique combien de personnes viennent en plus ou en moins, les mêmes personnes viennent"
        " les mêmes jours.",
        "No one knows how prices change attendance: unless the scenario says how many more or fewer people come,"
        " the same people come on the same days.",
    ),
    Text(
        "Les visites corrigées par le bureau, ou payées autrement, restent comme elles étaient (visites : {count}).",
        "Visits corrected at the desk or paid another way stay as they were (visits: {count}).",
    ),
    Text(
        "Une demi-journée se compte d’après l’heure d’arrivée. Les heures de plus de 90 jours sont effacées : ces"
        " venues gardent leur demi-journée, et ne sont jamais refusées à cause de l’heure ou du manque de place.",
        "The arrival time decides which half day is counted. Times are deleted after 90 days: those visits keep"
        " their half day, and are never refused because of opening hours or capacity.",
    ),
)
SWITCHED = Text(
    "Abonnements d’un mois que des membres auraient pris au lieu de ce qu’ils ont payé : {counts}.",
    "Monthly plans that members would have bought instead of what they paid for: {counts}.",
)
