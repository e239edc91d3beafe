"""Words the rules about rooms: what each is called and does.

A `Rule` has its name in the code, the kind of its value, its name on the page, its explanation, and perhaps what an
empty value means.
"""

from kiosk.language.texts import Text
from kiosk.web.desk.space.rule_kinds import Rule, ValueKind

_NO_LIMIT = Text("sans limite", "no limit")
ROOMS: tuple[Rule, ...] = (
    Rule(
        "rooms_on",
        ValueKind.FLAG,
        Text("Salles à réserver", "Room booking"),
        Text("Le bureau montre le calendrier et les réservations.", "The desk shows the calendar and the bookings."),
    ),
    Rule(
        "rooms_at_screen",
        ValueKind.FLAG,
        Text("Réserver à l’écran", "Booking on the screen"),
        Text(
            "Les membres présentent leur badge, puis réservent en trois touches.",
            "Members tap their badge, then book in three touches.",
        ),
    ),
    Rule(
        "room_counts_toward_day",
        ValueKind.FLAG,
        Text("Le prix de la salle réduit celui de la journée", "Room charges reduce the day’s price"),
        Text(
            "Ce que la personne doit pour ses salles du même jour, payé ou non, est déduit du prix de la journée.",
            "The day’s price is reduced by what the member owes for rooms on that day, paid or not.",
        ),
    ),
    Rule(
        "room_step_minutes",
        ValueKind.COUNT,
        Text("Durée d’une case du calendrier (minutes)", "Calendar slot length (minutes)"),
        Text(
            "Minutes entre deux heures de début possibles : 15, 30 ou 60.",
            "Minutes between possible start times: 15, 30 or 60.",
        ),
    ),
    Rule(
        "room_half_day_minutes",
        ValueKind.COUNT,
        Text("Une demi-journée de salle (minutes)", "Half day for a room (minutes)"),
        Text("La durée que couvre le prix à la demi-journée.", "The length of time that the half-day price covers."),
    ),
    Rule(
        "room_longest_minutes",
        ValueKind.COUNT,
        Text("Réservation la plus longue (minutes)", "Longest booking (minutes)"),
        Text(
            "Au-delà de cette durée, faites plusieurs réservations, ou une série.",
            "For longer, make several bookings or a series.",
        ),
    ),
    Rule(
        "room_ahead_days",
        ValueKind.COUNT,
        Text("Réserver à l’avance (jours)", "Advance booking (days)"),
        Text(
            "Combien de jours à l’avance une salle peut être réservée.", "How many days ahead members can book a room."
        ),
    ),
    Rule(
        "room_claim_minutes",
        ValueKind.COUNT,
        Text("Salle libérée après (minutes)", "Room released after (minutes)"),
        Text(
            "Si aucun badge n’est présenté dans ce délai, la salle réservée par un membre redevient libre.",
            "If no badge is tapped within this time, a room booked by a member becomes free again.",
        ),
        Text("jamais", "never"),
    ),
    Rule(
        "room_presence_claims",
        ValueKind.FLAG,
        Text("Une visite le même jour suffit pour garder la salle", "A visit on the same day keeps the room"),
        Text(
            "Un membre déjà venu dans la journée ne présente pas son badge une seconde fois pour sa salle.",
            "Members already here that day need not tap again for the room.",
        ),
    ),
    Rule(
        "room_no_show_percent",
        ValueKind.COUNT,
        Text("Réservation non honorée (% du prix)", "No-show fee (% of the price)"),
        Text("Ce que paie une personne qui n’est pas venue.", "What members pay if they book and do not come."),
    ),
    Rule(
        "room_cancel_hours",
        ValueKind.COUNT,
        Text("Annuler sans frais jusqu’à (heures avant)", "Cancelling is free until (hours before)"),
        Text(
            "Annuler plus tard coûte la part du prix fixée ci-dessous.",
            "Cancelling later costs the share of the price set below.",
        ),
    ),
    Rule(
        "room_cancel_percent",
        ValueKind.COUNT,
        Text("Annulation tardive (% du prix)", "Late cancellation (% of the price)"),
        Text("0 : annuler est toujours gratuit.", "Enter 0 to make cancelling always free."),
    ),
    Rule(
        "room_quota_day_minutes",
        ValueKind.COUNT,
        Text("Limite par membre et par jour (minutes)", "Limit per member per day (minutes)"),
        Text("Toutes les salles comptent ensemble dans cette limite.", "All rooms count together towards this limit."),
        _NO_LIMIT,
    ),
    Rule(
        "room_quota_week_minutes",
        ValueKind.COUNT,
        Text("Limite par membre et par semaine (minutes)", "Limit per member per week (minutes)"),
        Text("La semaine va du lundi au dimanche.", "A week runs from Monday to Sunday."),
        _NO_LIMIT,
    ),
    Rule(
        "room_quota_month_minutes",
        ValueKind.COUNT,
        Text("Limite par membre et par mois (minutes)", "Limit per member per month (minutes)"),
        Text("Le temps se compte par mois du calendrier.", "The time is counted by calendar month."),
        _NO_LIMIT,
    ),
    Rule(
        "room_plan_minutes",
        ValueKind.SHEET,
        Text("Heures comprises dans les formules", "Hours included in plans"),
        Text(
            "Heures de salle comprises chaque mois : seules les heures en plus vont sur l’ardoise.",
            "Room hours included each month: only further hours go on the tab.",
        ),
        Text("aucune", "none"),
    ),
    Rule(
        "privatisation_notice_days",
        ValueKind.COUNT,
        Text("Privatisation annoncée (jours avant)", "Private hire notice (days before)"),
        Text("Les membres sont prévenus par e-mail et à l’écran.", "Members are informed by e-mail and on the screen."),
    ),
    Rule(
        "privatisation_permanents",
        ValueKind.CHOICE,
        Text("Permanents pendant une privatisation", "Permanents during a private hire"),
        Text(
            "Ce que devient l’accès des permanents pendant une privatisation.",
            "What happens to permanents’ access during a private hire.",
        ),
        choices={
            "kept": Text("les permanents entrent comme d’habitude", "permanents come in as usual"),
            "banked": Text(
                "les permanents n’entrent pas et reçoivent une journée",
                "permanents cannot come in, and are given a day to use later",
            ),
            "credited": Text(
                "les permanents n’entrent pas, leur formule est suspendue ce jour-là",
                "permanents cannot come in; their plan is paused on that day",
            ),
        },
    ),
)
