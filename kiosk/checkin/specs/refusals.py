"""The rows of refusals: why the door stays shut, and what is missing.

`rows` explains the fields of a row; those used here: `sound` and `light` are what the screen plays and the lamps at the
door show; `missing` is the sentence on what is missing; `seconds` is how long the card stays. `Text` has the French
words, then the English ones; `look` names an icon.
"""

from functools import partial
from typing import Final

from kiosk.checkin.specs.rows import LOW, MIDDLE, ONE_STEP, STEP_FIRST, RefusalSpec, refusal, warning
from kiosk.devices.protocols import Signal
from kiosk.domain.checkin.verdicts import Denial
from kiosk.language.texts import Text

_WHICH_STEP = Text("« Continuer » dit quoi faire.", "“Continue” says what to do.")
_SMALL_PROBLEM = Text("Petit souci de notre côté.", "A small problem on our side.")
OVER_LIMIT = Text(
    "Votre ardoise dépasse sa limite : une partie est à payer.",
    "Your tab is over its limit: please pay part of it.",
)
COME_AGAIN = Text(
    "Pour revenir, adhérez de nouveau : une personne membre ou l’accueil vous aidera.",
    "To come back, simply join again: a member or the host will help you.",
)

# The same words for every refusal that one step mends: people in the queue can read them, and must not learn of debts.
_ONE_STEP: Final = partial(
    RefusalSpec, look=STEP_FIRST, sound=MIDDLE, light=Signal.LOOK, title=ONE_STEP, lead=_WHICH_STEP
)
# A refusal that no step at the screen can mend.
_STAYS_SHUT: Final = partial(RefusalSpec, look=refusal("hand"), sound=LOW, light=Signal.DENIED)
# Laid out by hand, one row per card: first what the card is, then what it says.
# fmt: off
REFUSALS = (
    RefusalSpec(denial=Denial.UNKNOWN_BADGE, look=warning("circle-question-mark"), sound=MIDDLE, light=Signal.LOOK,
        title=Text("Badge inconnu", "Unknown badge"), lead=Text("Première visite ?", "Your first visit?")),
    _STAYS_SHUT(denial=Denial.BADGE_LOST, seconds=12,
        title=Text("Badge désactivé", "Badge switched off"),
        lead=Text("Déclaré perdu le {day}.", "Reported lost on {day}."),
        without_day=Text("Déclaré perdu.", "Reported lost.")),
    _STAYS_SHUT(denial=Denial.BADGE_UNPROVEN,
        title=Text("Badgez encore une fois", "Tap your badge again"),
        lead=Text("La vérification du badge a échoué.", "The badge’s security check failed.")),
    _ONE_STEP(denial=Denial.BADGE_UNCONFIRMED,
        missing=Text("Votre fiche est à compléter au bureau.", "Please complete your file at the office."),
        step_help=Text("Demandez au bureau de confirmer votre badge, ou faites-vous ouvrir de l’intérieur.",
                       "Ask the office to confirm your badge, or ask someone to let you in.")),
    _ONE_STEP(denial=Denial.MEMBER_LEFT,
        missing=Text("Votre adhésion a pris fin le {day}.", "Your membership ended on {day}."),
        without_day=Text("Votre adhésion a pris fin.", "Your membership has ended."), step_help=COME_AGAIN),
    _ONE_STEP(denial=Denial.MEMBERSHIP_OVER,
        missing=Text("Votre adhésion est à renouveler : elle a pris fin le {day}.",
                     "Your membership needs renewing: it ended on {day}."),
        without_day=Text("Vous n’êtes pas encore membre.", "You are not a member yet.")),
    _ONE_STEP(denial=Denial.TAB_OVER_LIMIT, missing=OVER_LIMIT),
    _ONE_STEP(denial=Denial.NO_TAB,
        missing=Text("Votre journée est à payer d’avance.", "Please pay for your day in advance.")),
    _STAYS_SHUT(denial=Denial.CLOSED, seconds=12,
        title=Text("L’espace est fermé", "The space is closed"),
        lead=Text("Fermé jusqu’à {time}.", "Closed until {time}."),
        without_day=Text("La porte reste fermée.", "The door stays shut.")),
    _STAYS_SHUT(denial=Denial.FULL, seconds=12,
        title=Text("Complet aujourd’hui", "Full today"),
        lead=Text("L’espace a atteint sa capacité.", "The space is at full capacity.")),
    _STAYS_SHUT(denial=Denial.OTHER_DOOR, seconds=12,
        title=Text("Pas par cette porte", "Not through this door"),
        lead=Text("Ici, votre badge n’ouvre pas.", "Your badge does not open this door.")),
    RefusalSpec(denial=Denial.NOT_ON_ROSTER, look=warning("hourglass"), sound=MIDDLE, light=Signal.LOOK,
        title=Text("Badge non reconnu pour l’instant", "Badge not recognised for now"), lead=_SMALL_PROBLEM),
)
# fmt: on
