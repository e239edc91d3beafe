"""Every word of the screen, in both languages side by side, keyed by the code it puts into words.

French is the original: plain, and for everyone. What takes up a whole card is a `Words`; `{name}`, `{day}`, `{time}`
and `{amount}` are filled in by `faces`. Dates and amounts are written by `formats`.
"""

import re
from dataclasses import dataclass
from typing import Literal

from kiosk.cards import CardKind
from kiosk.domain.access import Denial, NextStep, NoticeKind
from kiosk.domain.choices import Act

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")

# The narrow one that print prefers before "?" is hardly seen from 1.5 m.
NO_BREAK = "\u00a0"
_BEFORE_MARKS = re.compile(r" (?=[:;?!])")


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages."""

    fr: str
    en: str

    def to(self, language: Language, **values: str) -> str:
        """The text in a language, its values filled in, with the spaces that French typography wants."""
        said = own.get(self, self)
        if language == "en":
            return said.en.format(**values)
        return _BEFORE_MARKS.sub(NO_BREAK, said.fr).format(**values)


# The association's own words in the place of ours: put in by `own_words.speak`, which checks them.
own: dict[Text, Text] = {}


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a whole card: the verdict, what it means, what else there is to know."""

    title: Text
    lead: Text
    lines: tuple[Text, ...] = ()


def language_of(code: str | None, otherwise: Language) -> Language:
    """A language we speak: the one asked for if it is one of ours."""
    return next((language for language in LANGUAGES if language == code), otherwise)


_HELLO = Text("Bonjour {name}", "Hello {name}")
_OPEN = Text("La porte est ouverte.", "The door is open.")
_ASK = Text("Demandez à une personne membre ou à l’accueil.", "Ask a member or the host.")
_ONE_STEP = Text("Une étape avant d’entrer", "One step before you come in")
_BACK_SOON = Text("Un instant, nous reprenons", "One moment, we will be right back")
_HELPED = Text("Une personne membre ou l’accueil vous aidera.", "A member or the host will help you.")
_ASK_IF_IT_LASTS = Text(
    "Si cela dure, demandez à une personne membre ou à l’accueil.", "If it goes on, ask a member or the host."
)
_SMALL_PROBLEM = Text("Petit souci de notre côté.", "We have a small problem.")
_TAP_AGAIN = Text("Présentez encore une fois votre badge.", "Please tap your badge once more.")

CARDS: dict[CardKind, Words] = {
    CardKind.GRANTED_DAY: Words(_HELLO, _OPEN, (Text("Journée comptée.", "Your day is counted."),)),
    CardKind.GRANTED_PLAN: Words(_HELLO, _OPEN, (Text("Bonne journée.", "Have a good day."),)),
    CardKind.AGAIN: Words(
        Text("Rebonjour {name}", "Hello again {name}"),
        _OPEN,
        (Text("Journée déjà comptée à {time}.", "Your day was counted at {time}."),),
    ),
    CardKind.SPOOLED: Words(
        _HELLO,
        _OPEN,
        (
            Text(
                "Petit souci de notre côté : votre journée sera comptée plus tard, une seule fois.",
                "We have a small problem: your day will be counted later, and only once.",
            ),
        ),
    ),
    # No promise here: what only the memory knows is lost with the power.
    CardKind.SPOOLED_IN_MEMORY: Words(
        _HELLO,
        _OPEN,
        (
            Text("Petit souci : votre journée reste à compter.", "Small problem: your day is not counted yet."),
            Text("Elle est gardée en mémoire seulement.", "It is kept in memory only."),
            Text("Dites-le à l’accueil, s’il vous plaît.", "Please tell the host."),
        ),
    ),
    CardKind.UNDONE: Words(
        Text("Journée annulée", "Day undone"),
        Text("Rien n’est compté pour aujourd’hui.", "Nothing is counted for today."),
    ),
    CardKind.UNDO_REFUSED: Words(
        Text("Pas d’annulation ici", "It cannot be undone here"),
        Text("Votre journée reste comptée.", "Your day stays counted."),
        (
            Text(
                "Plusieurs journées ont été annulées ces derniers temps : voyez avec le bureau de l’association.",
                "Several days have been undone lately: please see the association’s office.",
            ),
        ),
    ),
    CardKind.UNDO_OVER: Words(
        Text("Trop tard pour annuler ici", "Too late to undo here"),
        Text("Votre journée reste comptée.", "Your day stays counted."),
        (Text("Pour la faire corriger, voyez avec le bureau.", "To have it corrected, please see the office."),),
    ),
    CardKind.TOUCH_OVER: Words(
        Text("Trop tard", "Too late"),
        Text("Rien n’a changé.", "Nothing has changed."),
        (Text("Présentez votre badge encore une fois.", "Please tap your badge once more."),),
    ),
    CardKind.IN_FREE_CORNER: Words(
        Text("Au coin gratuit", "In the free corner"),
        Text("Rien n’est compté pour aujourd’hui.", "Nothing is counted for today."),
    ),
    CardKind.IN_COMFORT: Words(
        Text("Dans l’espace payant", "In the space that costs"),
        Text("Journée comptée.", "Your day is counted."),
    ),
    CardKind.PASSING: Words(
        Text("De passage", "Just passing"),
        Text("Rien n’est compté pour aujourd’hui.", "Nothing is counted for today."),
        (
            Text(
                "Si vous restez après {time}, présentez votre badge.",
                "If you stay after {time}, please tap your badge.",
            ),
        ),
    ),
    CardKind.GUEST: Words(
        Text("Bienvenue à votre invité·e", "Your guest is welcome"),
        Text("Sa venue est notée avec la vôtre.", "The visit is noted with yours."),
    ),
    CardKind.LEFT: Words(Text("À bientôt {name}", "See you soon {name}"), Text("Bonne route.", "Safe travels.")),
    CardKind.LAST_OUT: Words(
        Text("À bientôt {name}", "See you soon {name}"),
        Text("Vous partez en dernier.", "You are the last to leave."),
        (Text("Fenêtres, chauffage, lumières : merci !", "Windows, heating, lights: thank you!"),),
    ),
    CardKind.BADGE_AGAIN: Words(
        Text("Présentez votre badge", "Tap your badge"),
        Text("Juste pour être sûrs que c’est bien vous.", "Just to be sure that it is you."),
    ),
    CardKind.ACCOUNT: Words(
        Text("Mon compte", "My account"), Text("Cette page se ferme d’elle-même.", "This page closes by itself.")
    ),
    CardKind.MORE: Words(Text("{name}", "{name}"), Text("Que souhaitez-vous ?", "What would you like?")),
    # A refusal's words are below, by its reason; these stand in for a reason that is not said.
    CardKind.DENIED: Words(_ONE_STEP, Text("La porte reste fermée.", "The door stays shut."), (_ASK,)),
    CardKind.BADGE_GIVEN: Words(
        Text("Badge attribué à {name}", "This badge is now {name}’s"),
        Text("Il ouvrira la porte à partir de maintenant.", "It opens the door from now on."),
        (Text("Présentez-le encore une fois pour entrer.", "Tap it once more to come in."),),
    ),
    CardKind.DOOR_FAULT: Words(
        _HELLO,
        Text("La serrure ne répond pas.", "The lock does not answer."),
        (
            Text(
                "Votre venue est notée. Présentez encore votre badge, ou faites-vous ouvrir de l’intérieur.",
                "Your visit is noted. Tap your badge again, or have someone open from inside.",
            ),
        ),
    ),
    CardKind.FAULT: Words(_BACK_SOON, _TAP_AGAIN, (_ASK_IF_IT_LASTS,)),
}

DENIALS: dict[Denial, Words] = {
    Denial.UNKNOWN_BADGE: Words(
        Text("Badge inconnu", "Unknown badge"),
        Text("Première visite ?", "Your first visit?"),
    ),
    Denial.BADGE_LOST: Words(
        Text("Badge désactivé", "Badge switched off"),
        Text("Déclaré perdu le {day}.", "Reported lost on {day}."),
    ),
    Denial.MEMBER_LEFT: Words(_ONE_STEP, Text("L’adhésion a pris fin le {day}.", "The membership ended on {day}.")),
    Denial.MEMBERSHIP_OVER: Words(
        _ONE_STEP,
        Text("L’adhésion est à renouveler.", "The membership is to be renewed."),
        (Text("Elle courait jusqu’au {day}.", "It ran until {day}."),),
    ),
    # What is owed is nobody else's business: the queue reads this too.
    Denial.TAB_OVER_LIMIT: Words(
        _ONE_STEP, Text("Un point à voir avec la Trésorerie.", "A word with the treasurer, please.")
    ),
    Denial.CLOSED: Words(
        Text("L’espace est fermé", "The space is closed"), Text("Fermé jusqu’à {time}.", "Closed until {time}.")
    ),
    Denial.FULL: Words(
        Text("Complet aujourd’hui", "Full today"),
        Text("L’espace a atteint sa capacité.", "The space has reached its capacity."),
    ),
    Denial.NOT_ON_ROSTER: Words(
        Text("Badge non reconnu pour l’instant", "Badge not recognised for now"), _SMALL_PROBLEM
    ),
}

# A step that is said in the place of the refusal's own lead.
LEADS: dict[NextStep, Text] = {
    NextStep.USE_A_CARD: Text("Un téléphone change de numéro à chaque fois.", "A phone’s number changes each time."),
}

# What is said where the day is not known.
WITHOUT_DAY: dict[Denial, Text] = {
    Denial.BADGE_LOST: Text("Déclaré perdu.", "Reported lost."),
    Denial.MEMBER_LEFT: Text("L’adhésion a pris fin.", "The membership has ended."),
    Denial.MEMBERSHIP_OVER: Text("L’adhésion n’est pas encore faite.", "The membership is still to be taken."),
    Denial.CLOSED: Text("La porte reste fermée.", "The door stays shut."),
}

NEXT_STEPS: dict[NextStep, Text] = {
    NextStep.FIRST_VISIT: Text(
        "Bienvenue ! Demandez à une personne membre de vous accueillir. "
        "Déjà membre ? Faites attribuer ce badge par l’accueil.",
        "Welcome! Ask a member to show you in. Already a member? Ask the host to add this badge.",
    ),
    NextStep.USE_A_CARD: Text("Présentez plutôt une carte ou un badge.", "Please tap a card or a badge instead."),
    NextStep.ASK: Text(
        "Vous l’avez retrouvé ? Demandez à une personne membre ou à l’accueil.",
        "Found it again? Ask a member or the host.",
    ),
    NextStep.REJOIN: Text(
        "Pour revenir, adhérez de nouveau : une personne membre ou l’accueil vous aidera.",
        "To come back, simply join again: a member or the host will help you.",
    ),
    NextStep.RENEW: _HELPED,
    NextStep.PAY: _HELPED,
    NextStep.COME_BACK_WHEN_OPEN: Text(
        "Revenez aux heures d’ouverture. À bientôt !", "Please come back during opening hours. See you soon!"
    ),
    NextStep.COME_BACK_LATER: Text(
        "Revenez plus tard, ou demandez à une personne membre ou à l’accueil.",
        "Please come back later, or ask a member or the host.",
    ),
    NextStep.COME_BACK_OR_RING: Text("Revenez dans un moment, ou sonnez.", "Come back in a moment, or ring the bell."),
}

NOTICES: dict[NoticeKind, Text] = {
    NoticeKind.MEMBERSHIP_GRACE: Text(
        "Adhésion à renouveler, au plus tard le {day}.", "Please renew your membership by {day}."
    ),
    NoticeKind.CAP_REACHED: Text(
        "Plafond du mois atteint : journée offerte.", "This month’s cap is reached: the day is free."
    ),
    NoticeKind.LAST_PREPAID_DAY: Text(
        "C’était la dernière journée payée d’avance.", "That was the last day paid in advance."
    ),
    NoticeKind.FULL: Text(
        "Il y a du monde : toutes les places sont peut-être prises.", "It is busy: all the places may be taken."
    ),
}

# A notice whose day is not known.
GRACE_WITHOUT_DAY = Text("Adhésion à renouveler.", "Please renew your membership.")

# States that are no card.
IDLE = Words(
    Text("Passez votre badge", "Tap your badge"),
    Text("sur le lecteur, juste à droite", "on the reader, just to the right"),
)
READING = Words(Text("Un instant…", "One moment…"), Text("Votre badge est lu.", "Your badge has been read."))
READER_DOWN = Words(
    Text("Lecteur en panne", "The reader is down"),
    _ASK,
    (Text("Nous essayons de le rétablir.", "We are trying to bring it back."),),
)
TROUBLE = Words(
    _BACK_SOON,
    Text("Rien à faire de votre côté.", "There is nothing you need to do."),
    (_ASK_IF_IT_LASTS,),
)
DATABASE_DOWN = Words(
    _BACK_SOON,
    Text("Présentez votre badge dans un moment.", "Please tap your badge in a moment."),
    (_ASK_IF_IT_LASTS,),
)

# Chips in the status bar, where there is room for few words.
DOOR_DOWN = Text("Serrure en panne", "Lock out of order")
IN_MEMORY = Text("Gardé en mémoire seulement", "Kept in memory only")
CLOCK_UNSURE = Text("Heure à vérifier", "Clock to be checked")
CLOCK_UNSURE_KEPT = Text("Heure à vérifier, tout est gardé", "Clock to be checked, all is kept")
KEPT = Text("Petit souci, tout est gardé", "Small problem, all is kept")

# What differs where nothing opens, or nothing counts.
WOULD_OPEN = Text("La porte s’ouvrirait.", "The door would open.")
COUNTED_TO_PRACTISE = Text("Journée comptée, pour s’exercer.", "Your day is counted, for practice.")
COUNTED_WITH_SUM = Text("Journée comptée : {amount}.", "Your day is counted: {amount}.")
COUNTED_WITH_SUM_TO_PRACTISE = Text(
    "Journée comptée, pour s’exercer : {amount}.", "Your day is counted, for practice: {amount}."
)
AGAIN_WITHOUT_TIME = Text("Journée déjà comptée.", "Your day is already counted.")
TRAINING_BAND = Text("MODE ÉCOLE · rien n’est compté", "TRAINING · nothing is counted")
SIMULATED = Text("porte simulée", "simulated door")
SIMULATED_BAND = Text("PORTE SIMULÉE · rien ne s’ouvre vraiment", "SIMULATED DOOR · nothing really opens")

# What is asked for again before something that costs.
ASKED: dict[Act, Text] = {
    Act.COMFORT: Text("Votre journée sera alors comptée.", "Your day will then be counted."),
    Act.GUEST: Text("La venue de votre invité·e sera sur votre ardoise.", "Your guest will be on your tab."),
    Act.ACCOUNT: Text("Votre compte s’affichera ici.", "Your account will be shown here."),
}

# Buttons and what a screen reader is told.
ACTS: dict[Act, Text] = {
    Act.UNDO: Text("Annuler", "Undo"),
    Act.FREE_CORNER: Text("Coin gratuit", "Free corner"),
    Act.PASSING: Text("De passage", "Just passing"),
    Act.COMFORT: Text("Espace payant", "Space that costs"),
    Act.GUEST: Text("Inviter", "A guest"),
    Act.LEAVE: Text("Je m’en vais", "I am leaving"),
    Act.MORE: Text("Autre…", "More…"),
    Act.ACCOUNT: Text("Mon compte", "My account"),
    Act.DONE: Text("J’ai fini", "Done"),
}
CLOSE = Text("Fermer", "Close")
LEFT = Text("s", "s left")
OTHER_LANGUAGE = Text("English", "Français")
PAGE_TITLE = Text("L’entrée", "The entrance")
