"""Words each rule: what it is called and what it does. `subjects` decides on which page it stands.

A `Rule` has its name in the code, the kind of its value (which says how it is typed), its name on the page, its
explanation, and perhaps what an empty value means.
"""

from kiosk.language import common
from kiosk.language.texts import Text
from kiosk.web.desk.space.book_labels import BOOKS
from kiosk.web.desk.space.house_labels import HOUSE, OUTSIDE
from kiosk.web.desk.space.room_labels import ROOMS
from kiosk.web.desk.space.rule_kinds import Rule, ValueKind

_GROUPS: dict[str, tuple[Rule, ...]] = {  # the names of the groups only order this file: all end in `RULES`
    "membership": (
        Rule(
            "membership_year",
            ValueKind.CHOICE,
            Text("Année d’adhésion", "Membership year"),
            Text("La période que couvre une adhésion.", "The period that a membership covers."),
            choices={
                "rolling": Text("de date à date", "a year from the day of joining"),
                "calendar": Text("année civile", "calendar year"),
                "school": Text("de septembre à août", "September to August"),
            },
        ),
        Rule(
            "membership_grace_days",
            ValueKind.COUNT,
            Text("Délai de grâce (jours)", "Grace period (days)"),
            Text(
                "Une adhésion finie ouvre encore la porte pendant ce temps.",
                "Members can still come in for this long after their membership ends.",
            ),
        ),
        Rule(
            "tab_limit_cents",
            ValueKind.SUM,
            Text("Limite de l’ardoise échue", "Limit for an overdue tab"),
            Text(
                "Au-delà de cette limite, la porte refuse une journée payante.",
                "Above this limit, the door refuses a charged day.",
            ),
        ),
        Rule(
            "tab_due_days",
            ValueKind.COUNT,
            Text("Ardoise échue après (jours)", "Tab overdue after (days)"),
            Text(
                "Après ce nombre de jours, une somme non réglée est échue.",
                "After this many days, an unpaid amount is overdue.",
            ),
        ),
    ),
    "day": (
        Rule(
            "day_start_hour",
            ValueKind.HOUR,
            Text("Début de la journée", "Start of the day"),
            Text(
                "Un badge présenté avant cette heure compte pour la veille.",
                "A badge tapped before this time counts for the day before.",
            ),
        ),
        Rule(
            "half_day_split_hour",
            ValueKind.HOUR,
            Text("Milieu de la journée", "Middle of the day"),
            Text(
                "L’heure qui sépare les deux demi-journées, là où elles sont vendues.",
                "The time that separates the two half days, where half days are sold.",
            ),
            Text("pas de demi-journées", "no half days"),
        ),
        Rule(
            "month_cap_days",
            ValueKind.COUNT,
            common.CAP_OF_THE_MONTH,
            Text(
                "Après ces journées comptées, le reste du mois est offert.",
                "After this many charged days, the rest of the month is free.",
            ),
            Text("pas de plafond", "no cap"),
        ),
        Rule(
            "envelope_low_percent",
            ValueKind.COUNT,
            Text("Prévenir quand une enveloppe est presque vide (%)", "Alert when a voucher pool is nearly empty (%)"),
            Text(
                "Quand il reste cette part de l’enveloppe ou moins, deux membres du bureau reçoivent un message, une "
                "seule fois.",
                "When this share of a voucher pool or less is left, two officers receive one message.",
            ),
            Text("jamais", "never"),
        ),
        Rule(
            "half_day_hours",
            ValueKind.COUNT,
            Text("Durée d’une demi-journée (heures)", "Length of a half day (hours)"),
            Text(
                "Durée comptée pour un bon à l’heure, quand la personne n’a pas signalé son départ.",
                "Time counted against an hourly voucher when the person did not say that they left.",
            ),
        ),
        Rule(
            "undo_limit",
            ValueKind.COUNT,
            Text("Journées annulées à l’écran", "Days undone on the screen"),
            Text(
                "Nombre de journées qu’une personne membre peut annuler elle-même.",
                "How many days members may undo themselves.",
            ),
        ),
        Rule(
            "undo_window_days",
            ValueKind.COUNT,
            Text("Journées annulées à l’écran : période (jours)", "Days undone on the screen: period (days)"),
            Text(
                "La période, en jours, sur laquelle ces annulations sont comptées.",
                "The period, in days, over which undone days are counted.",
            ),
        ),
        Rule(
            "doubted_days",
            ValueKind.COUNT,
            Text("Espèces déclarées mises en doute pendant (jours)", "Cash declarations not trusted for (days)"),
            Text(
                "Si un comptage ne trouve pas les espèces qu’un membre a déclarées, ses déclarations ne "
                "comptent plus pendant ce temps.",
                "If declared cash was not found at a count, the member’s declarations are not trusted for this long.",
            ),
        ),
        Rule(
            "pro_rata",
            ValueKind.FLAG,
            Text("Premier et dernier mois au prorata", "First and last month pro rata"),
            Text(
                "Un mois de permanent incomplet se paie au jour.",
                "A permanent’s partial month is charged by the day.",
            ),
        ),
    ),
    "doors": (
        Rule(
            "opening_hours",
            ValueKind.HOURS,
            Text("Heures d’ouverture", "Opening hours"),
            Text(
                "En dehors de ces heures, la porte dit quand elle rouvre.",
                "Outside these hours, the door says when it opens again.",
            ),
        ),
        Rule(
            "closed_on_holidays",
            ValueKind.FLAG,
            Text("Fermé les jours fériés", "Closed on public holidays"),
            Text(
                "Les jours fériés de France ; chacun peut être ouvert à la main.",
                "The space is closed on France’s public holidays, but you can open any of them.",
            ),
        ),
        Rule(
            "closed_admits_permanents",
            ValueKind.FLAG,
            Text("Les permanents entrent quand c’est fermé", "Permanents come in when the space is closed"),
            Text(
                "Les permanents entrent aussi les jours et heures de fermeture.",
                "Permanents also come in on closed days and outside opening hours.",
            ),
        ),
        Rule(
            "zone_limits",
            ValueKind.ZONES,
            Text("Places, heures et formules de chaque zone", "Seats, hours and plans of each zone"),
            Text(
                "À l’écran, un membre ne change de zone que s’il y reste une place. La porte, elle, ne le vérifie pas.",
                "On the screen, members can change to a zone only if a place is free there. The door "
                "does not check this.",
            ),
            common.NO_LIMITS,
        ),
        Rule(
            "sites_apart",
            ValueKind.FLAG,
            Text("Une journée par site", "One day per site"),
            Text(
                "Oui : chaque site compte sa propre journée. Non : une journée vaut pour tous les sites.",
                "Yes: each site charges its own day. No: one day is valid at every site.",
            ),
        ),
        Rule(
            "capacity_notice",
            ValueKind.COUNT,
            Text("Prévenir qu’il y a du monde à partir de (personnes)", "Warn that the space is busy from (people)"),
            Text(
                "La présence est une estimation : peu de gens disent qu’ils partent. L’écran "
                "prévient, mais la porte s’ouvre.",
                "Presence is an estimate: few people say when they leave. The screen says that it is "
                "busy, but the door still opens.",
            ),
            Text("jamais", "never"),
        ),
        Rule(
            "capacity_legal",
            ValueKind.COUNT,
            Text("Capacité légale (personnes)", "Legal capacity (people)"),
            Text(
                "À partir de ce nombre, la porte reste fermée, sauf aux permanents et aux personnes déjà "
                "venues dans la journée.",
                "From that number on, the door stays shut, except for permanents and people who already came today.",
            ),
            Text("aucune", "none"),
        ),
        Rule(
            "passing_minutes",
            ValueKind.COUNT,
            Text("Durée d’une visite « De passage » (minutes)", "Longest “Just passing” visit (minutes)"),
            Text(
                "À l’écran, « De passage » est gratuit ; une personne qui reste plus longtemps présente son badge.",
                "On the screen, “Just passing” is free; people who stay longer tap their badge.",
            ),
            Text("n’est pas proposé", "not offered"),
        ),
        Rule(
            "guests_a_day",
            ValueKind.COUNT,
            Text("Personnes invitées par jour", "Guests per day"),
            Text(
                "Nombre de personnes qu’un membre peut inviter par jour : il présente son badge, "
                "puis les ajoute à l’écran.",
                "How many guests a member may bring each day. Members tap their badge, then add the "
                "guest on the screen.",
            ),
            Text("n’est pas proposé", "not offered"),
        ),
        Rule(
            "guest_days_a_year",
            ValueKind.COUNT,
            Text("Jours d’invitation par an", "Guest days per year"),
            Text(
                "Comptés par hôte et par prénom, dans l’année civile ; sans prénom, chaque venue "
                "compte. Au-delà, la personne invitée doit adhérer.",
                "Counted per host and guest’s first name, in a calendar year; without a name, every "
                "visit counts. Beyond this number, the guest must join.",
            ),
            Text("sans limite", "no limit"),
        ),
        Rule(
            "guest_cents",
            ValueKind.SUM,
            common.PRICE_OF_A_GUEST,
            Text(
                "Le prix d’une personne invitée va sur l’ardoise de l’hôte.",
                "A guest’s price is charged to the host’s tab.",
            ),
            Text("une journée de sa zone", "a day of the host’s zone"),
        ),
        Rule(
            "guests_by_permanents_only",
            ValueKind.FLAG,
            Text("Inviter : permanents seulement", "Only permanents may bring guests"),
            Text(
                "Seuls les permanents peuvent inviter à l’écran.",
                "Only permanents may add a guest on the screen.",
            ),
        ),
        Rule(
            "lunch_until_hour",
            ValueKind.HOUR,
            Text("« Qui mange ici ? » : heure de fin", "“Who eats here?” ends at"),
            Text(
                "L’écran d’accueil affiche le nombre de personnes qui mangent ici, sans nom ; rien n’est conservé.",
                "The home screen shows how many people are eating here, without names; nothing is stored.",
            ),
            Text("la question n’est pas posée", "the question is not asked"),
        ),
        Rule(
            "show_thermometer",
            ValueKind.FLAG,
            Text(
                "Montrer à l’écran la part du loyer du mois déjà couverte",
                "Show on the screen how much of the month’s rent is covered",
            ),
            Text(
                "La part du loyer couverte par les recettes du mois, en pourcentage, visible par tout le monde.",
                "The share of the rent covered by the month’s income, in percent, visible to everyone.",
            ),
        ),
        Rule(
            "show_break_even",
            ValueKind.FLAG,
            Text(
                "Montrer à l’écran ce qui manque pour le loyer",
                "Show on the screen how much rent is still to be covered",
            ),
            Text(
                "Affiché en nombre de permanents ou de journées, sans somme ni nom ; tout le monde le voit.",
                "Shown as a number of permanents or days, without amounts or names; everyone can see it.",
            ),
        ),
        Rule(
            "evacuation_code",
            ValueKind.COUNT,
            Text("Code de la liste d’évacuation", "Code for the evacuation list"),
            Text(
                "Donnez ce code aux personnes qui accueillent : elles le tapent à l’écran, sous « Aide », "
                "« Évacuation ». Six chiffres sont plus sûrs.",
                "Tell hosts this code: they enter it on the screen under “Help”, “Evacuation”. Six digits are safer.",
            ),
            Text("la liste n’est visible qu’au bureau", "the list is shown at the desk only"),
        ),
        Rule(
            "joins_a_day",
            ValueKind.COUNT,
            Text("Adhésions à l’écran par jour", "New members on the screen per day"),
            Text(
                "Combien de personnes peuvent adhérer à l’écran chaque jour, quand un membre les accueille avec son "
                "badge.",
                "How many people may join on the screen each day, when a member welcomes them with a badge.",
            ),
            Text("n’est pas proposé", "not offered"),
        ),
        Rule(
            "insurance_asked",
            ValueKind.FLAG,
            Text("Demander une attestation d’assurance", "Ask for an insurance certificate"),
            Text(
                "Le bureau voit quels membres n’ont pas fourni l’attestation. La porte s’ouvre de toute façon.",
                "The desk shows which members have not provided a certificate. The door opens anyway.",
            ),
        ),
        Rule(
            "sponsors_are_permanents",
            ValueKind.FLAG,
            Text("Accueillir : permanents seulement", "Only permanents may welcome newcomers"),
            Text(
                "Seuls les permanents peuvent accueillir quelqu’un à l’écran.",
                "Only permanents may welcome someone on the screen.",
            ),
        ),
        Rule(
            "pin_sign_in",
            ValueKind.FLAG,
            Text("Nom et code à l’écran", "Name and code on the screen"),
            Text(
                "Les membres qui ont oublié leur badge entrent avec leur nom et leur code, s’ils en ont choisi un.",
                "Members who forgot their badge can come in with their name and code, if they have chosen one.",
            ),
        ),
        Rule(
            "plans_at_screen",
            ValueKind.FLAG,
            Text("Changer de formule à l’écran", "Changing plans on the screen"),
            Text(
                "Chaque membre choisit une autre formule dans ses réglages : elle commence après ce qui est payé.",
                "Members choose another plan in their settings: it starts when the paid one ends.",
            ),
        ),
        Rule(
            "remote_opening",
            ValueKind.FLAG,
            Text("Ouvrir la porte à distance", "Open the door remotely"),
            Text(
                "Le bureau peut ouvrir la porte une fois, en s’identifiant de nouveau.",
                "An officer can open the door once, after signing in again.",
            ),
        ),
        Rule(
            "show_amounts",
            ValueKind.FLAG,
            Text("Montants à l’écran", "Amounts on the screen"),
            Text(
                "Les personnes qui attendent derrière peuvent aussi lire les montants affichés.",
                "People waiting behind can also read the amounts shown.",
            ),
        ),
        Rule(
            "hide_amounts",
            ValueKind.FLAG,
            Text("Montants cachés dans « Mon compte »", "Amounts hidden in “My account”"),
            Text(
                "Les montants s’affichent seulement après « Montrer », car d’autres personnes attendent derrière.",
                "Amounts are shown only after touching “Show”, since other people may be waiting behind.",
            ),
        ),
    ),
    "events": (
        Rule(
            "events",
            ValueKind.FLAG,
            Text("Formations et événements", "Training courses and events"),
            Text(
                "Les membres proposent des événements à l’écran, le bureau décide. Sans cette règle, aucun "
                "événement n’apparaît.",
                "Members suggest events on the screen and the desk decides. If this is off, no events are shown.",
            ),
        ),
        Rule(
            "events_public",
            ValueKind.FLAG,
            Text("Agenda public", "Public agenda"),
            Text(
                "Une page, un calendrier et un flux ouverts sans mot de passe, avec les événements "
                "que le bureau publie.",
                "A page, a calendar and a feed that anyone can open, with the events that the desk publishes.",
            ),
        ),
        Rule(
            "public_work",
            ValueKind.FLAG,
            Text("Page publique « Venir travailler »", "Public page “Come and work”"),
            Text(
                "Comment venir, et à quels prix ; on peut y annoncer une première journée ou demander à adhérer.",
                "How to get here, and the prices; people can announce a first day or ask to join.",
            ),
        ),
        Rule(
            "public_let",
            ValueKind.FLAG,
            Text("Page publique « Louer »", "Public page “Rent”"),
            Text(
                "Les salles, leurs prix et leurs heures libres ; on peut y demander un devis.",
                "The rooms, their prices and their free hours; people can ask for a quote.",
            ),
        ),
        Rule(
            "public_agenda",
            ValueKind.FLAG,
            Text("Page publique « Agenda »", "Public page “Agenda”"),
            Text(
                "Les événements que le bureau publie ; on s’y inscrit sans badge, avec une adresse e-mail.",
                "The events that the desk publishes; people sign up with an e-mail address, without a badge.",
            ),
        ),
        Rule(
            "event_rent_percent",
            ValueKind.COUNT,
            Text("Part du loyer (%)", "Share for the rent (%)"),
            Text(
                "La part du prix d’une place qui paie le loyer du lieu, sauf autre choix pour un événement.",
                "The share of a seat’s price that pays the rent, unless an event has its own share.",
            ),
            Text("aucune", "none"),
        ),
        Rule(
            "event_leave_days",
            ValueKind.COUNT,
            Text("Désistement sans frais (jours avant)", "Free cancellation (days before)"),
            Text(
                "En cas de désistement plus tardif, le prix de la place reste dû, sauf si quelqu’un la reprend.",
                "If members cancel later than this, they still owe the price of the seat, unless someone else takes "
                "it.",
            ),
            Text("jusqu’au début", "until the event begins"),
        ),
    ),
    "house": HOUSE,
    "outside": OUTSIDE,
    "desk": (
        Rule(
            "second_officer_cents",
            ValueKind.SUM,
            Text("Somme au-dessus de laquelle on corrige à deux", "Amount above which corrections need two people"),
            Text(
                "Au-dessus de cette somme, une annulation, un remboursement ou un passage en perte attend une "
                "deuxième personne, sur la page « À deux ».",
                "Above this amount, reversals, refunds and write-offs wait for a second person, on the “Two people” "
                "page.",
            ),
            empty=Text("chacun·e corrige sans attendre", "one person alone can correct"),
        ),
        Rule(
            "second_factor",
            ValueKind.FLAG,
            Text("Deuxième preuve pour le bureau", "Second factor for the desk"),
            Text(
                "Avec cette règle, chaque page du bureau, sauf « Mon compte », demande un code par téléphone ou une "
                "clé d’accès.",
                "With this rule, every desk page except “My account” requires a phone code or a passkey.",
            ),
        ),
    ),
    "rooms": ROOMS,
    "rent": (
        Rule(
            "rent_cents",
            ValueKind.SUM,
            Text("Loyer du mois", "Monthly rent"),
            Text(
                "Le loyer que les recettes du mois doivent couvrir.", "The rent that the month’s income should cover."
            ),
        ),
        Rule(
            "charges_cents",
            ValueKind.SUM,
            common.CHARGES_BESIDE_THE_RENT,
            Text(
                "La moyenne par mois pour l’énergie, internet et l’assurance. Elle s’ajoute au loyer "
                "sous « Chiffres ».",
                "The monthly average for energy, internet and insurance. It is added to the rent under “Figures”.",
            ),
        ),
    ),
    "books": BOOKS,
}


RULES = {rule.name: rule for rules in _GROUPS.values() for rule in rules}
# Shown only to officers with the right to see money.
MONEY = (
    "rent_cents",
    "charges_cents",
    "tab_limit_cents",
    "accounts",
    "fec_whole",
    "invoice_due_days",
    "cash_limit_cents",
    "gifts",
    "gift_receipts",
)
