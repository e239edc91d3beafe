"""Words the rules about what people do together: what each is called and does. All of them are off at first."""

from kiosk.language.texts import Text
from kiosk.web.desk.space.rule_kinds import Rule, ValueKind

HOUSE = (
    Rule(
        "hosting",
        ValueKind.FLAG,
        Text("Tours d’accueil", "Hosting shifts"),
        Text(
            "Un planning que les membres remplissent eux-mêmes, à l’écran, au bureau ou par un lien.",
            "A rota that members fill in themselves, on the screen, at the desk or with a link.",
        ),
    ),
    Rule(
        "hosting_ask_days",
        ValueKind.COUNT,
        Text("Demander pour un accueil libre (jours avant)", "Ask about free shifts (days before)"),
        Text(
            "Par e-mail, à qui veut bien être sollicité ; et une fois encore la veille.",
            "By e-mail, to members who agree to be asked; and again the day before.",
        ),
    ),
    Rule(
        "volunteer_hour_cents",
        ValueKind.SUM,
        Text("Valeur d’une heure bénévole", "Value of a volunteer’s hour"),
        Text(
            "Pour les comptes 864 et 875 du rapport annuel ; aucun argent ne bouge.",
            "For the accounts 864 and 875 of the annual report; no money moves.",
        ),
        Text("les heures ne sont pas valorisées", "hours are not valued"),
    ),
    Rule(
        "people",
        ValueKind.FLAG,
        Text("Qui est là, et qui sait quoi", "Who is here, and who knows what"),
        Text(
            "À l’écran, badge à l’appui : seulement les membres qui ont choisi d’être visibles.",
            "On the screen, with a badge: only members who chose to be visible.",
        ),
    ),
    Rule(
        "notices",
        ValueKind.FLAG,
        Text("Annonces et projets", "Notices and projects"),
        Text(
            "Ce que les membres cherchent et offrent, jusqu’à une date ; les projets nés ici.",
            "What members seek and offer, until a given date; projects started here.",
        ),
    ),
    Rule(
        "floor_plan",
        ValueKind.FLAG,
        Text("Plan et bureaux", "Plan and desks"),
        Text(
            "Le plan à l’écran ; qui a un bureau à soi le prête les jours d’absence, et d’autres le prennent.",
            "The plan on the screen; members with their own desk lend it when away, and others take it.",
        ),
    ),
    Rule(
        "lent_days_credit",
        ValueKind.COUNT,
        Text("Bureau prêté : une journée d’avance pour (jours)", "Desk lent: a banked day for (days)"),
        Text(
            "Seuls comptent les jours où quelqu’un l’a pris. Aucun argent ne bouge.",
            "Only days when someone took it count. No money moves.",
        ),
        Text("prêter ne rapporte rien", "lending earns nothing"),
    ),
    Rule(
        "things",
        ValueKind.FLAG,
        Text("Objets et cabines", "Items and booths"),
        Text(
            "Cabine, casiers, vélos, clés : qui les a, depuis quand, à rendre quand.",
            "Booth, lockers, bicycles, keys: who has them, since when, due back when.",
        ),
    ),
    Rule(
        "registered_offices",
        ValueKind.FLAG,
        Text("Domiciliations", "Registered offices"),
        Text(
            "La liste de qui a son siège ici, avec l’agrément du préfet et ses dates.",
            "The list of registered offices here, with the prefect’s approval and its dates.",
        ),
    ),
)

# What anyone may fetch for a web site.
OUTSIDE = (
    Rule(
        "api_opening",
        ValueKind.FLAG,
        Text("Les heures d’ouverture, pour un site", "Opening hours, for a web site"),
        Text(
            "Un site peut les demander et les afficher, sans jeton.",
            "A web site can ask for them and show them, without a token.",
        ),
    ),
    Rule(
        "api_occupancy",
        ValueKind.FLAG,
        Text("Combien de personnes sont là, pour un site", "How many people are here, for a web site"),
        Text(
            "Un nombre à partir de trois personnes, jamais un nom. Sans jeton.",
            "A number from three people on, never a name. Without a token.",
        ),
    ),
    Rule(
        "api_prices",
        ValueKind.FLAG,
        Text("Les prix pleins, pour un site", "Full prices, for a web site"),
        Text("Ceux de l’affiche de la porte. Sans jeton.", "Those on the sheet at the door. Without a token."),
    ),
)
