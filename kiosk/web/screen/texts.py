"""Holds what the screen says in both languages, of states that are no card and on pages.

What a kind of card, a refusal or an act says stands in its row: `kiosk.checkin.specs`. French is the original: plain,
and for everyone. `formats` writes dates and amounts.
"""

from collections.abc import Mapping

from kiosk.checkin.specs.rows import ASK, ASK_IF_IT_LASTS, BACK_SOON, ONE_STEP, Words
from kiosk.domain.checkin.aids import Aids
from kiosk.domain.checkin.verdicts import NextStep, NoticeKind
from kiosk.language import common
from kiosk.language.texts import Plural, Text

_SEE_HOST = Text("Passez par l’accueil.", "Please see the host.")
_HELPED = Text("Sinon, l’accueil vous aidera.", "Or the host will help you.")

# What joining is and costs, where it is offered.
JOINING = Text(
    "Adhérer, c’est être membre un an : {amount}. Une personne membre vous accueille avec son badge. "
    "Déjà membre ? L’accueil attribue ce badge.",
    "Membership lasts a year: {amount}. A member welcomes you with their badge. Already a member? The host adds"
    " this badge.",
)

# Leads for a next step, in place of the refusal's own lead.
LEADS: dict[NextStep, Text] = {
    NextStep.USE_A_CARD: Text("Un téléphone change de numéro à chaque fois.", "A phone’s number changes every time."),
}

# In the place of a refusal that a step of the member's would end: the screen cannot offer that step, as while the
# database does not answer; or what is refused is an act inside that costs too much.
STEP_ELSEWHERE = Words(title=ONE_STEP, lead=_SEE_HOST)
STEP_INSIDE = Words(title=Text("Une étape d’abord", "One step first"), lead=_SEE_HOST)

# The list of people inside.
INSIDE = Plural(Text("{count} personne", "{count} person"), Text("{count} personnes", "{count} people"))
UNNAMED = Plural(
    Text("et {count} personne sans nom affiché", "and {count} person whose name is not shown"),
    Text("et {count} personnes sans nom affiché", "and {count} people whose names are not shown"),
)
GUESTS_INSIDE = Plural(
    Text("dont {count} invité·e", "{count} guest among them"),
    Text("dont {count} invité·es", "{count} guests among them"),
)
# Money goes in before the button that declares it is touched.
PUT_IN_FIRST = Text("Mettez l’argent dans la caisse, puis choisissez.", "Put the money in the box, then choose.")
NOTED_STILL = Text("{noted} notés, il manque {missing}.", "{noted} saved, {missing} to go.")
NOT_HERE = Text("Cela ne se fait pas à l’écran.", "This cannot be done on the screen.")

NEXT_STEPS: dict[NextStep, Text] = {
    NextStep.FIRST_VISIT: Text(
        "Bienvenue ! Demandez à une personne membre de vous accueillir. "
        "Déjà membre ? Faites attribuer ce badge par l’accueil.",
        "Welcome! Ask a member to show you in. Already a member? Ask the host to add this badge.",
    ),
    NextStep.USE_A_CARD: Text("Présentez plutôt une carte ou un badge.", "Please tap a card or a badge instead."),
    NextStep.ASK: Text(
        "Badge retrouvé ? Demandez à une personne membre ou à l’accueil.",
        "Found your badge? Ask a member or the host.",
    ),
    NextStep.TAP_AGAIN: Text(
        "Laissez le badge à plat un instant. Sinon, demandez à l’accueil.",
        "Hold the badge flat for a moment. Or ask the host.",
    ),
    NextStep.CONFIRM: _HELPED,
    NextStep.REJOIN: _HELPED,
    NextStep.RENEW: _HELPED,
    NextStep.PAY: _HELPED,
    NextStep.PAY_AHEAD: _HELPED,
    NextStep.COME_BACK_WHEN_OPEN: Text(
        "Revenez aux heures d’ouverture. À bientôt !", "Please come back during opening hours. See you soon!"
    ),
    NextStep.COME_BACK_LATER: Text(
        "Revenez plus tard, ou demandez à une personne membre ou à l’accueil.",
        "Please come back later, or ask a member or the host.",
    ),
    NextStep.TAKE_ANOTHER_DOOR: Text(
        "Prenez une autre porte, ou appelez quelqu’un de l’équipe.", "Use another door, or call someone from the team."
    ),
    NextStep.COME_BACK_OR_RING: Text("Revenez dans un moment, ou sonnez.", "Come back in a moment, or ring the bell."),
}

NOTICES: dict[NoticeKind, Text] = {
    NoticeKind.MEMBERSHIP_GRACE: Text(
        "Adhésion à renouveler, au plus tard le {day}.", "Please renew your membership by {day}."
    ),
    NoticeKind.RENEWED: Text("Adhésion renouvelée jusqu’au {day}.", "Membership renewed until {day}."),
    NoticeKind.CAP_REACHED: Text(
        "Plafond du mois atteint : journée offerte.", "This month’s cap is reached: the day is free."
    ),
    NoticeKind.LAST_PREPAID_DAY: Text(
        "C’était la dernière journée payée d’avance.", "That was the last day paid in advance."
    ),
    NoticeKind.LAST_PREPAID_HALF: Text(
        "C’était la dernière demi-journée payée d’avance.", "That was the last half day paid in advance."
    ),
    NoticeKind.FULL: Text(
        "Il y a du monde : il n’y a peut-être plus de place.", "It is busy: all the places may be taken."
    ),
}

# A member's own affairs stand on their own page; the card only says that there is a message.
A_WORD = Text("Un mot pour vous dans « Mon compte ».", "A message for you in “My account”.")
# A notice whose day is not known.
GRACE_WITHOUT_DAY = Text("Adhésion à renouveler.", "Please renew your membership.")

# States that are no card.
IDLE = Words(
    title=Text("Passez votre badge", "Tap your badge"),
    lead=Text("sur le lecteur, juste à droite", "on the reader, just to the right"),
)
IDLE_LEFT = Text("sur le lecteur, juste à gauche", "on the reader, just to the left")
READING = Words(title=Text("Un instant…", "One moment…"), lead=Text("Votre badge est lu.", "Your badge has been read."))
READER_DOWN = Words(
    title=Text("Lecteur en panne", "The reader is out of order"),
    lead=ASK,
    lines=(Text("Nous essayons de rétablir le lecteur.", "We are trying to restart the reader."),),
)
TROUBLE = Words(
    title=BACK_SOON,
    lead=Text("Rien à faire de votre côté.", "There is nothing you need to do."),
    lines=(ASK_IF_IT_LASTS,),
)
UPDATING = Words(
    title=Text("Mise à jour, un instant", "Updating, one moment"),
    lead=Text("Présentez votre badge dans une ou deux minutes.", "Please tap your badge in a minute or two."),
    lines=(ASK_IF_IT_LASTS,),
)
DATABASE_DOWN = Words(
    title=BACK_SOON,
    lead=Text("Présentez votre badge dans un moment.", "Please tap your badge in a moment."),
)

# What the idle screen says of the place.
PEOPLE = Text("{count} personnes ici", "{count} people here")
PEOPLE_OF = Text("{count} personnes sur {places}", "{count} people out of {places}")
HOST = Text("Vous accueille", "Your host")
HOSTED = Text("{name} {since} – {until}", "{name} {since}–{until}")
A_MEMBER = Text("Une personne membre", "A member")
TODAY = Text("Aujourd’hui", "Today")
SEEKS = Plural(
    Text("Il manque {count} personne pour", "{count} more person needed for"),
    Text("Il manque {count} personnes pour", "{count} more people needed for"),
)
EAT_HERE = Text("Qui mange ici", "Who is eating here")
EATING = Plural(
    Text("{count} personne à midi", "{count} person for lunch"),
    Text("{count} personnes à midi", "{count} people for lunch"),
)
PRICES = Text("Tarifs", "Tariffs")
RENT_OF_MONTH = common.RENT_OF_THE_MONTH
RENT = Text("Loyer couvert\u00a0: {count}\u00a0%", "Rent covered: {count}%")

# The number to call where nothing rings.
CALL_NUMBER = Text("Appelez le {phone}.", "Call {phone}.")

# Chips in the status bar, where there is room for few words.
DOOR_DOWN = Text("Serrure en panne", "Lock out of order")
IN_MEMORY = Text("Gardé en mémoire seulement", "Held in memory only")
CLOCK_UNSURE = Text("Heure à vérifier", "Check the time")
CLOCK_UNSURE_KEPT = Text("Heure à vérifier, tout est gardé", "Check the time, all is saved")
SETTINGS_UNSURE = Text("Réglages à vérifier", "Check settings")
KEPT = Text("Petit souci, tout est gardé", "Small problem, all is saved")
NEGLECTED = Text("Sauvegarde à vérifier", "Check backup")

# Texts of a simulated door, and of training.
WOULD_OPEN = Text("La porte s’ouvrirait.", "The door would open.")
COUNTED_TO_PRACTISE = Text("Mode école : journée comptée.", "Training: day counted.")
DAY_COSTS = Text("La journée coûte {amount}.", "The day costs {amount}.")
COUNTED_WITH_SUM = Text("Journée comptée : {amount}.", "Your day is counted: {amount}.")
COUNTED_WITH_SUM_TO_PRACTISE = Text("Mode école : journée comptée {amount}.", "Training: day charged {amount}.")
AGAIN_WITHOUT_TIME = Text("Journée déjà comptée.", "Your day is already counted.")
TRAINING_BAND = common.TRAINING_BAND
SIMULATED = Text("porte simulée", "simulated door")
SIMULATED_BAND = Text("PORTE SIMULÉE · rien ne s’ouvre vraiment", "SIMULATED DOOR · nothing really opens")

# Texts of the account's pages, beside their titles.
OWED = Text("Votre ardoise : {amount}.", "Your tab: {amount}.")
AHEAD = Text("D’avance sur votre compte : {amount}.", "Credit on your account: {amount}.")
DECLARED = Text("Mis dans la caisse, pas encore compté : {amount}.", "In the box, not counted yet: {amount}.")
PUT_IN = Text("Mettez {amount} dans la caisse.", "Put {amount} in the box.")
BEFORE = Text("Ardoise avant", "Tab before")
AFTER = Text("Ardoise après", "Tab after")
AFTER_COUNT = Text("Une fois la caisse comptée", "Once the cash is counted")
IN_ADVANCE = Text("d’avance", "in advance")
PAYEE = Text("À", "To")
IBAN = Text("IBAN", "IBAN")
SUM = Text("Somme", "Amount")
REFERENCE = Text("Motif", "Reference")
NOTHING_FOR_SALE = Text("Rien à acheter ici pour l’instant.", "Nothing to buy here for now.")
PAID_NOW = Text("Journée payée avec : {name}.", "Day paid with: {name}.")
NOTHING_TO_CHOOSE = Text("Aucun autre moyen de payer la journée.", "No other way to pay for the day.")
LEAST = Text("{name}. Au moins {amount}.", "{name}. At least {amount}.")
VALID_UNTIL = Text("Valable jusqu’au {day}.", "Valid until {day}.")
COUNTED_DAYS = Text("Déjà comptées : {days}.", "Already counted: {days}.")
SAID_DAYS = Text("Déjà signalées : {days}.", "Already reported: {days}.")
NO_DAYS = Text("Chacun de ces jours est déjà compté ou signalé.", "Each of these days is already counted or reported.")
AND_MORE = Plural(Text("et {count} autre", "and {count} more"), Text("et {count} autres", "and {count} more"))
UNUSUAL_SUM = Text(
    "C’est plus que ce que vous devez. Si la somme est bonne : « J’ai payé » encore une fois.",
    "This is more than you owe. If correct, touch “I have paid” again.",
)
TO_CHOOSE = Text("À choisir : {names}.", "Choose: {names}.")
NOTHING_HERE = Text("Rien pour l’instant.", "Nothing for now.")
NO_LINES = Text("Aucune ligne à corriger.", "No entry to correct.")
# How much of a code is typed, for screen readers; and what is wrong with a code.
DIGITS = Text("{count} chiffres", "{count} digits")
PIN_SAYS: dict[str, Text] = {
    "short": Text("Il faut 4 chiffres au moins.", "At least 4 digits."),
    "same": Text("Trop facile : le même chiffre se répète.", "Too easy: the same digit is repeated."),
    "run": Text("Trop facile : des chiffres qui se suivent.", "Too easy: digits in order."),
    "own-number": Text("Trop facile : c’est votre numéro.", "Too easy: this is your number."),
    "differs": Text("Les codes diffèrent.", "The codes do not match."),
    "wrong": Text("Code incorrect.", "Wrong code."),
}
# What a new member accepts.
VERSION = Text("(depuis le {day})", "(since {day})")
FEE = Text("L’adhésion d’un an coûte {amount}.", "A year’s membership costs {amount}.")
JOINING_SUM = Text(
    "Adhésion d’un an {fee} + journée {day} = {total}.", "A year’s membership {fee} + day {day} = {total}."
)
CLOSE = Text("Fermer", "Close")
AIDS: Mapping[Aids, Text] = {
    Aids.NONE: Text("Affichage habituel", "Usual display"),
    Aids.LARGER: Text("Texte plus grand", "Larger text"),
    Aids.CONTRAST: Text("Plus de contraste", "More contrast"),
    Aids.VOICE: Text("Voix activée", "Voice on"),
}
# Shown twenty seconds before typed text is lost; NOT_KEPT where a badge was read meanwhile, else STILL_THERE.
NOT_KEPT = Text("Badge lu. Rien n’est encore enregistré.", "Badge read. Nothing is saved yet.")
STILL_THERE = Text("Encore là ?", "Still there?")
I_AM_HERE = Text("Oui, je continue", "Yes, continue")
LEFT = Text("s", "s left")  # after a number of seconds
NAME_AND_CODE = Text("Nom et code", "Name and code")
PAGE_TITLE = Text("L’entrée", "The entrance")
