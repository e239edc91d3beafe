"""Words the rules about what people do together: what each is called and does. All of them are off at first.

A `Rule` has its name in the code, the kind of its value, its name on the page, its explanation, and perhaps what an
empty value means.
"""

from kiosk.language.texts import Text
from kiosk.web.desk.space.rule_kinds import Rule, ValueKind

HOUSE = (
    Rule(
        "hosting",
        ValueKind.FLAG,
        Text("Tours d’accueil", "Hosting shifts"),
        Text(
            "Un planning que les membres remplissent eux-mêmes, à l’écran, au bureau ou par un lien.",
            "Members fill in the rota themselves, on the screen, at the desk or with a link.",
        ),
    ),
    Rule(
        "hosting_ask_days",
        ValueKind.COUNT,
        Text("Proposer un tour libre aux membres (jours avant)", "Offer free shifts to members (days before)"),
        Text(
            "Un e-mail part aux membres qui acceptent d’être sollicités, et de nouveau la veille.",
            "An e-mail goes to members who agreed to be asked, and again the day before.",
        ),
    ),
    Rule(
        "volunteer_hour_cents",
        ValueKind.SUM,
        Text("Valeur d’une heure bénévole", "Value of a volunteer’s hour"),
        Text(
            "Pour les comptes 864 et 875 du rapport annuel ; aucun argent ne bouge.",
            "Used for accounts 864 and 875 in the annual report; no money moves.",
        ),
        Text("les heures ne sont pas valorisées", "hours are given no money value"),
    ),
    Rule(
        "people",
        ValueKind.FLAG,
        Text("Qui est là, et qui sait quoi", "Who is here, and who can help with what"),
        Text(
            "Après un badge, l’écran montre qui est là : seulement les membres qui ont choisi d’être visibles.",
            "After a badge is tapped, the screen shows who is here: only members who chose to be visible.",
        ),
    ),
    Rule(
        "notices",
        ValueKind.FLAG,
        Text("Annonces et projets", "Notices and projects"),
        Text(
            "Ce que les membres cherchent et offrent, jusqu’à une date ; les projets nés ici.",
            "What members are looking for or offering, until a given date, and projects started here.",
        ),
    ),
    Rule(
        "floor_plan",
        ValueKind.FLAG,
        Text("Plan et bureaux", "Floor plan and desks"),
        Text(
            "L’écran montre le plan. Les membres qui ont leur bureau peuvent le prêter quand ils sont absents ; "
            "d’autres le prennent.",
            "The screen shows the floor plan. Members with their own desk can lend it when away; other members take "
            "it.",
        ),
    ),
    Rule(
        "lent_days_credit",
        ValueKind.COUNT,
        Text("Jours de prêt pour gagner une journée", "Days lent to earn one free day"),
        Text(
            "Seuls comptent les jours où quelqu’un a pris le bureau. Aucun argent ne bouge.",
            "Only the days on which someone used the desk count. No money moves.",
        ),
        Text("prêter ne rapporte rien", "lending earns nothing"),
    ),
    Rule(
        "things",
        ValueKind.FLAG,
        Text("Objets et cabines", "Items and booths"),
        Text(
            "Cabine, casiers, vélos, clés : qui les a, depuis quand, et quand les rendre.",
            "Booth, lockers, bicycles, keys: who has them, since when, and when they are due back.",
        ),
    ),
    Rule(
        "registered_offices",
        ValueKind.FLAG,
        Text("Domiciliations", "Registered offices"),
        Text(
            "La liste des entreprises qui ont leur siège ici, avec l’agrément du préfet et ses dates.",
            "The list of companies with their registered office here, with the prefect’s approval and its dates.",
        ),
    ),
)

# What anyone may fetch for a web site.
OUTSIDE = (
    Rule(
        "api_opening",
        ValueKind.FLAG,
        Text("Heures d’ouverture, pour votre site web", "Opening hours, for your website"),
        Text(
            "Un site web peut lire et afficher les heures d’ouverture, sans jeton.",
            "A website can read and show the opening hours, without a token.",
        ),
    ),
    Rule(
        "api_occupancy",
        ValueKind.FLAG,
        Text("Nombre de personnes présentes, pour votre site web", "Number of people here, for your website"),
        Text(
            "Affiche un nombre à partir de trois personnes présentes, jamais un nom. Aucun jeton n’est nécessaire.",
            "Shows a number once at least three people are here, never a name. No token is needed.",
        ),
    ),
    Rule(
        "api_prices",
        ValueKind.FLAG,
        Text("Prix pleins, pour votre site web", "Full prices, for your website"),
        Text(
            "Les prix de la fiche affichée à la porte. Aucun jeton n’est nécessaire.",
            "The prices on the sheet at the door. No token is needed.",
        ),
    ),
)
