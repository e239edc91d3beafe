"""Holds every word of the screen, in both languages side by side, keyed by the code that it puts into words.

French is the original: plain, and for everyone. What takes up a whole card is a `Words`; `{name}`, `{day}`, `{time}`
and `{amount}` are filled in by `faces`. Dates and amounts are written by `formats`.
"""

from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.verdicts import Denial, NextStep, NoticeKind
from kiosk.language import common
from kiosk.language.texts import Plural, Text
from kiosk.web.screen import house_texts
from kiosk.web.screen.worded import Words

__all__ = ["Words"]  # and all else that stands here by its name

_HELLO = Text("Bonjour {name}", "Hello {name}")
_OPEN = common.DOOR_IS_OPEN
_ASK = Text("Demandez à une personne membre ou à l’accueil.", "Ask a member or the host.")
_ONE_STEP = Text("Une étape avant d’entrer", "One step before entry")
_WHICH_STEP = Text("« Continuer » vous dit laquelle.", "“Go on” tells you which.")
_SEE_HOST = Text("Passez par l’accueil.", "Please see the host.")
_HOST_PHONE = Text(
    "Vous pouvez appeler le numéro affiché à côté de la porte.",
    "You can call the number that is shown beside the door.",
)
_BACK_SOON = Text("Un instant, nous reprenons", "One moment, we will be right back")
_HELPED = Text("Sinon, l’accueil vous aidera.", "Or the host will help you.")
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
    CardKind.ZONE_REFUSED: Words(
        Text("Vous restez où vous êtes", "You stay where you are"),
        Text("Rien n’a changé.", "Nothing has changed."),
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
    CardKind.GUEST_ASKS: Words(
        Text("{name} est avec vous ?", "Is {name} with you?"),
        Text("Votre invité·e : rien à payer.", "Your guest: nothing to pay."),
        (Text("La porte est ouverte. Sans votre oui, rien de plus.", "The door is open. Without your yes, no more."),),
    ),
    CardKind.GUEST_UNDONE: Words(
        Text("Venue annulée", "Visit undone"),
        Text("Rien n’est compté pour cette personne.", "Nothing is counted for this person."),
    ),
    CardKind.ONLY_ME: Words(
        Text("C’est noté {name}", "All right {name}"),
        Text("Rien de plus n’est compté.", "Nothing more is counted."),
    ),
    CardKind.GUEST_NAME: Words(
        Text("Prénom de l’invité·e", "The guest’s first name"),
        Text("Si vous voulez. Il est oublié après trois mois.", "If you like. It is forgotten after three months."),
    ),
    CardKind.HOST_BADGE: Words(
        Text("Votre hôte présente son badge", "Your host taps their badge"),
        Text("La porte s’ouvre alors pour vous deux.", "The door then opens for you both."),
        (Text("Votre venue est notée avec la sienne.", "Your visit is noted with theirs."),),
    ),
    CardKind.GUEST_REFUSED: Words(
        Text("Pas d’invité·e cette fois", "No guest this time"),
        Text("Rien n’est compté pour cette personne.", "Nothing is counted for this person."),
        (
            Text(
                "Qui vient souvent peut adhérer : demandez à l’accueil.",
                "Who comes often may join: ask the host.",
            ),
        ),
    ),
    CardKind.LEFT: Words(Text("À bientôt {name}", "See you soon {name}"), Text("Bonne route.", "Safe travels.")),
    CardKind.LAST_OUT: Words(
        Text("À bientôt {name}", "See you soon {name}"),
        Text("Vous partez en dernier.", "You are the last to leave."),
        (Text("Fenêtres, chauffage, lumières : merci !", "Windows, heating, lights: thank you!"),),
    ),
    CardKind.CONFIRM: Words(
        Text("C’est bien cela ?", "Is this right?"),
        Text("Rien n’est acheté avant votre oui.", "Nothing is bought yet."),
    ),
    CardKind.BADGE_AGAIN: Words(
        Text("Présentez votre badge", "Tap your badge"),
        Text("Il confirme que c’est vous.", "It confirms that it is you."),
    ),
    CardKind.ACCOUNT: Words(
        Text("Mon compte", "My account"), Text("Cette page se ferme d’elle-même.", "This page closes by itself.")
    ),
    CardKind.OWN_LINES: Words(
        Text("Mes lignes", "My entries"), Text("Les plus récentes d’abord.", "The newest first.")
    ),
    CardKind.OWN_SETTINGS: Words(
        Text("Mes réglages", "My settings"), Text("Chaque bouton change un réglage.", "Each button changes a setting.")
    ),
    CardKind.OWN_NAME: Words(
        common.MY_NAME_AT_THE_DOOR,
        Text("L’écran vous saluera ainsi.", "The screen will greet you so."),
    ),
    CardKind.OWN_DATA: Words(
        Text("Mes données", "My data"),
        Text("Ce que l’association garde de vous.", "What the association keeps of you."),
    ),
    CardKind.PAY: Words(
        Text("Payer, acheter", "Pay, buy"), Text("Que souhaitez-vous faire ?", "What would you like to do?")
    ),
    CardKind.CASH: Words(
        Text("Payer en espèces", "Pay in cash"),
        Text("Combien mettez-vous ? La caisse ne rend pas.", "How much do you put in? No change is given."),
    ),
    CardKind.CASH_SUM: Words(
        Text("Une autre somme", "Another sum"),
        Text("Tapez 1250 pour 12,50 €.", "Type 1250 for €12.50."),
    ),
    CardKind.CASH_DECLARED: Words(
        Text("C’est noté", "It is noted"),
        Text(
            "Votre ardoise baissera quand la caisse sera comptée.",
            "Your tab goes down when the box is counted.",
        ),
    ),
    CardKind.CASH_WITHDRAWN: Words(
        Text("Dépôt retiré", "Taken back"),
        Text("Plus rien n’est attendu de vous dans la caisse.", "This money is no longer expected in the box."),
    ),
    CardKind.CASH_REFUSED: Words(
        Text("Pas possible ici", "Not possible here"),
        Text("Rien n’a changé.", "Nothing has changed."),
        (Text("Voyez avec le bureau de l’association.", "Please see the association’s office."),),
    ),
    CardKind.TRANSFER: Words(
        Text("Virement", "Transfer"), Text("Visez le QR, ou recopiez.", "Point at the QR, or copy.")
    ),
    CardKind.BUY: Words(Text("Acheter", "Buy"), Text("Le prix va sur votre ardoise.", "The price goes on your tab.")),
    CardKind.PRICE: Words(Text("Prix libre", "Your own price"), Text("Combien donnez-vous ?", "How much do you give?")),
    CardKind.BOUGHT: Words(
        Text("C’est acheté", "It is yours"), Text("C’est noté sur votre compte.", "It is noted on your account.")
    ),
    CardKind.NOT_SOLD: Words(
        Text("Pas possible ici", "Not possible here"),
        Text("Voyez avec le bureau.", "Please see the office."),
        (Text("Rien n’est acheté, rien n’est compté.", "Nothing is bought, nothing is counted."),),
    ),
    CardKind.PRICE_CHOSEN: Words(
        Text("C’est noté", "It is noted"), Text("Votre prix vaudra dès demain.", "Your price holds from tomorrow on.")
    ),
    CardKind.DAY: Words(
        Text("La journée d’aujourd’hui", "Today’s day"), Text("Avec quoi la payer ?", "What shall pay for it?")
    ),
    CardKind.DAY_CHOSEN: Words(
        Text("C’est noté", "It is noted"),
        Text("Aujourd’hui est payé ainsi.", "Today is paid like this."),
        (Text("Ce qui payait avant est rendu.", "What paid before is given back."),),
    ),
    CardKind.RECEIPT: Words(
        Text("Votre reçu", "Your receipt"),
        Text("Visez le QR avec un téléphone.", "Point a telephone at the QR."),
    ),
    CardKind.EVENTS: Words(
        Text("Événements", "Events"), Text("Choisissez pour en savoir plus.", "Choose one to know more.")
    ),
    CardKind.EVENT: Words(Text("Événement", "Event"), Text("Sans votre oui, rien.", "Nothing without your yes.")),
    CardKind.EVENT_KIND: Words(Text("Proposer", "Propose"), Text("Qu’aimeriez-vous ?", "What would you like?")),
    CardKind.EVENT_TITLE: Words(
        Text("Son titre", "Its title"),
        Text("Le bureau lui donnera une date.", "The office gives it a day."),
        (Text("Il faut trois lettres au moins", "It takes three letters at least"),),
    ),
    CardKind.EVENT_REFUSED: Words(
        Text("Pas possible ici", "Not possible here"), Text("Rien n’a changé.", "Nothing has changed.")
    ),
    CardKind.TOPICS: Words(
        Text("Sujets", "Topics"),
        Text("Choisir vote, encore une fois retire.", "Choose to vote, again to take it back."),
    ),
    CardKind.TOPIC_TITLE: Words(
        Text("Votre sujet", "Your topic"),
        Text("En quelques mots.", "In a few words."),
        (Text("Il faut trois lettres au moins", "It takes three letters at least"),),
    ),
    CardKind.FORGOTTEN: Words(common.FORGOT_TO_TAP, Text("Quel jour étiez-vous là ?", "Which day were you here?")),
    CardKind.WRONG: Words(
        Text("Signaler une erreur", "Report a mistake"), Text("Quelle ligne est fausse ?", "Which entry is wrong?")
    ),
    CardKind.REPORTED: Words(
        Text("C’est transmis", "It is passed on"),
        Text("Le bureau regardera et décidera.", "The office looks and decides."),
    ),
    CardKind.NOT_REPORTED: Words(
        Text("Pas possible ici", "Not possible here"),
        Text("C’est déjà compté, ou déjà corrigé.", "It is counted or corrected already."),
        (Text("Sinon, voyez avec le bureau.", "Otherwise, please see the office."),),
    ),
    CardKind.VISIT: Words(
        Text("Bienvenue !", "Welcome!"),
        Text("Vous venez pour…", "You come for…"),
    ),
    CardKind.RUNG: Words(
        Text("Ça sonne", "It is ringing"),
        Text("Quelqu’un vient vous ouvrir.", "Somebody comes to the door."),
        (_HOST_PHONE,),
    ),
    CardKind.CALL: Words(
        Text("Appelez quelqu’un", "Call somebody"),
        Text("Rien ne sonne à l’intérieur.", "Nothing rings inside."),
        (_HOST_PHONE,),
    ),
    CardKind.RUNG_LATER: Words(
        Text("Toujours personne ?", "Still nobody?"),
        Text("Une minute est passée.", "A minute is over."),
        (
            Text(
                "Revenez plus tard, ou écrivez à l’association.",
                "Come back later, or write to the association.",
            ),
        ),
    ),
    CardKind.JOIN_NAME: Words(
        Text("Votre prénom et votre nom", "Your first and last name"),
        Text("Puis « Continuer ».", "Then “Go on”."),
        (Text("Il faut d’abord un nom", "A name comes first"),),
    ),
    CardKind.JOIN_RULES: Words(
        Text("Bienvenue {name}", "Welcome {name}"),
        Text("Vous avez 18 ans ou plus, et vous acceptez :", "You are 18 or older, and you accept:"),
        (
            Text(
                "Les statuts : l’association décide en commun, chaque membre a une voix.",
                "The statutes: the association decides together, each member has a vote.",
            ),
            Text(
                "Le règlement : chacun·e respecte le lieu, le calme et le travail des autres.",
                "The house rules: everyone respects the place, the quiet and each other’s work.",
            ),
            Text("Votre bon paie votre venue.", "Your voucher pays for your visit."),
        ),
    ),
    CardKind.SPONSOR: Words(
        Text("Une personne membre présente son badge", "A member taps their badge"),
        Text("Elle vous accueille aujourd’hui.", "They welcome you today."),
        (
            Text(
                "Adhésion et journée vont sur votre ardoise, pas sur la sienne.",
                "Membership and day go on your tab, not on theirs.",
            ),
        ),
    ),
    CardKind.SPONSOR_REFUSED: Words(
        Text("Ce badge ne peut pas accueillir", "This badge cannot welcome"),
        Text("Rien n’est fait. Un autre badge ?", "Nothing is done. Another badge?"),
    ),
    CardKind.WELCOME_ASKS: Words(
        Text("Accueillir {name} ?", "Welcome {name}?"),
        Text("Pour aujourd’hui. Vous ne payez rien.", "For today. You pay nothing."),
        (Text("Sans votre oui, rien n’est fait.", "Without your yes, nothing is done."),),
    ),
    CardKind.WELCOME_UNDONE: Words(
        Text("Accueil annulé", "Welcome undone"),
        Text("L’adhésion et la journée sont annulées.", "Membership and day are undone."),
        (
            Text(
                "Ce badge n’ouvre plus. Pour adhérer, voyez le bureau.",
                "This badge opens no more. To join, see the office.",
            ),
        ),
    ),
    CardKind.JOINED: Words(
        Text("Bienvenue {name}", "Welcome {name}"),
        _OPEN,
        (
            Text("Adhésion et journée sont sur votre ardoise.", "Membership and day are on your tab."),
            Text(
                "Ce badge ouvre aujourd’hui ; pour demain, passez au bureau.",
                "This badge opens today; for tomorrow, see the office.",
            ),
        ),
    ),
    CardKind.JOIN_ASKED: Words(
        Text("Demande notée", "Your request is noted"),
        Text("La porte reste fermée.", "The door stays shut."),
        (
            Text(
                "Le bureau vous répondra. Aujourd’hui, demandez à une personne membre ou à l’accueil.",
                "The office will answer. For today, ask a member or the host.",
            ),
        ),
    ),
    CardKind.JOIN_AT_DESK: Words(
        Text("Adhérez à l’accueil", "Join with the host"),
        Text("Ici, ce n’est pas possible aujourd’hui.", "It is not possible here today."),
        (
            Text(
                "Avant 18 ans, ou quand plusieurs personnes ont déjà adhéré ici, l’accueil s’en occupe.",
                "Under 18, or when several people have joined here already, the host sees to it.",
            ),
        ),
    ),
    CardKind.MEMBER_NAME: Words(
        Text("Votre prénom et votre nom", "Your first and last name"),
        Text("Une personne membre répondra de vous.", "A member will vouch for you."),
        (Text("Il faut le prénom et le nom", "It takes the first and the last name"),),
    ),
    CardKind.VOUCH: Words(
        Text("Une personne membre présente son badge", "A member taps their badge"),
        Text("Elle entre, puis dit si c’est bien vous.", "They come in, then say whether it is you."),
        (Text("Votre journée est à vous, comme avec votre badge.", "Your day is your own, as with your badge."),),
    ),
    CardKind.VOUCH_ASKS: Words(
        Text("C’est bien {name} ?", "Is it really {name}?"),
        Text(
            "Membre, sans badge aujourd’hui. Vous ne payez rien.", "A member, without a badge today. You pay nothing."
        ),
        (Text("Sans votre oui, rien n’est fait.", "Without your yes, nothing is done."),),
    ),
    CardKind.VOUCH_REFUSED: Words(
        Text("Pas avec ce badge", "Not with this badge"),
        Text(
            "Ou ce n’est pas votre nom entier, comme au bureau.", "Or it is not your whole name, as the office has it."
        ),
    ),
    CardKind.VOUCHED: Words(
        _HELLO, _OPEN, (Text("Votre venue est notée, sans badge.", "Your visit is noted, without a badge."),)
    ),
    CardKind.PIN_NAME: Words(
        Text("Votre prénom ou nom", "Your first or last name"),
        Text("Les premières lettres, puis « Continuer ».", "The first letters, then “Go on”."),
        (
            Text("Deux lettres au moins", "Two letters at least"),
            Text("Personne de ce nom n’a choisi de code", "Nobody of this name has chosen a code"),
        ),
    ),
    CardKind.PIN_WHO: Words(
        Text("C’est vous ?", "Is it you?"),
        Text("Choisissez votre nom.", "Choose your name."),
        (Text("Il y en a d’autres : tapez plus de lettres.", "There are others: type more letters."),),
    ),
    CardKind.PIN_CODE: Words(Text("Votre code", "Your code"), Text("4 à 6 chiffres.", "4 to 6 digits.")),
    CardKind.PIN_REFUSED: Words(
        Text("Pas possible pour l’instant", "Not possible for now"),
        Text("La porte reste fermée.", "The door stays shut."),
        (
            Text(
                "Demandez à une personne membre ou à l’accueil ; le bureau regardera.",
                "Ask a member or the host; the office will look at it.",
            ),
        ),
    ),
    CardKind.CAME_BY_PIN: Words(
        _HELLO, _OPEN, (Text("Votre venue est notée, sans badge.", "Your visit is noted, without a badge."),)
    ),
    CardKind.PIN_NEW: Words(
        Text("Votre code", "Your code"),
        Text("Pour un jour sans badge : 4 à 6 chiffres.", "For a day without your badge: 4 to 6 digits."),
    ),
    CardKind.PIN_AGAIN: Words(Text("Encore une fois", "Once more"), Text("Le même code.", "The same code.")),
    CardKind.LOSE_BADGE: Words(
        Text("Badge perdu ?", "A badge lost?"),
        Text("Touché ici, un badge n’ouvre plus rien.", "Touched here, a badge opens nothing any more."),
        (Text("Aucun de vos badges n’ouvre la porte.", "None of your badges opens the door."),),
    ),
    CardKind.BADGE_STOPPED: Words(
        Text("Badge arrêté", "Badge stopped"),
        Text("Il n’ouvre plus rien.", "It opens nothing any more."),
        (Text("Retrouvé ? Le bureau le remet en service.", "Found again? The office turns it on."),),
    ),
    CardKind.EVACUATION_CODE: Words(
        Text("Liste d’évacuation", "Evacuation list"),
        Text("Le code des personnes qui accueillent.", "The code that hosts know."),
    ),
    CardKind.EVACUATION: Words(
        Text("Liste d’évacuation", "Evacuation list"),
        Text("Autant de personnes sont notées à l’intérieur.", "So many people are noted inside."),
    ),
    CardKind.EVACUATION_AT_DESK: Words(
        Text("Liste d’évacuation", "Evacuation list"),
        Text("Elle est au bureau, sous « Aujourd’hui ».", "It is at the desk, under “Today”."),
    ),
    CardKind.BADGE_KEPT: Words(
        Text("Badge remis en service", "Badge switched on again"),
        Text("Il ouvre comme avant.", "It opens as before."),
    ),
    CardKind.STEP: Words(_ONE_STEP, Text("Ce qui manque, et ce qui suffit.", "What is missing, and what would do.")),
    CardKind.MORE: Words(Text("{name}", "{name}"), Text("Que voulez-vous faire ?", "What would you like?")),
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
    **house_texts.CARDS,
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
    # The same words for each of these: what is owed is nobody else's business, and the queue reads this too.
    Denial.BADGE_UNCONFIRMED: Words(_ONE_STEP, _WHICH_STEP),
    Denial.MEMBER_LEFT: Words(_ONE_STEP, _WHICH_STEP),
    Denial.MEMBERSHIP_OVER: Words(_ONE_STEP, _WHICH_STEP),
    Denial.TAB_OVER_LIMIT: Words(_ONE_STEP, _WHICH_STEP),
    Denial.NO_TAB: Words(_ONE_STEP, _WHICH_STEP),
    Denial.CLOSED: Words(
        Text("L’espace est fermé", "The space is closed"), Text("Fermé jusqu’à {time}.", "Closed until {time}.")
    ),
    Denial.FULL: Words(
        Text("Complet aujourd’hui", "Full today"),
        Text("L’espace a atteint sa capacité.", "The space has reached its capacity."),
    ),
    Denial.OTHER_DOOR: Words(
        Text("Pas par cette porte", "Not by this door"),
        Text("Ici, votre badge n’ouvre pas.", "Your badge opens nothing here."),
    ),
    Denial.NOT_ON_ROSTER: Words(
        Text("Badge non reconnu pour l’instant", "Badge not recognised for now"), _SMALL_PROBLEM
    ),
}

# What joining is and costs, where it is offered.
JOINING = Text(
    "Adhérer, c’est être membre un an : {amount}. Une personne membre vous accueille avec son badge. "
    "Déjà membre ? L’accueil attribue ce badge.",
    "To join is to be a member for a year: {amount}. A member welcomes you with their badge. "
    "Already a member? The host adds this badge.",
)

# A step that is said in the place of the refusal's own lead.
LEADS: dict[NextStep, Text] = {
    NextStep.USE_A_CARD: Text("Un téléphone change de numéro à chaque fois.", "A phone’s number changes each time."),
}

# Where the step cannot be taken at the screen, since the database does not answer; and inside, of what costs too much.
STEP_ELSEWHERE = Words(_ONE_STEP, _SEE_HOST)
STEP_INSIDE = Words(Text("Une étape d’abord", "One step first"), _SEE_HOST)

# What the page behind a refusal says is missing.
MISSING: dict[Denial, Text] = {
    Denial.BADGE_UNCONFIRMED: Text(
        "Votre fiche est à compléter au bureau.", "Your file is to be completed at the office."
    ),
    Denial.MEMBER_LEFT: Text("L’adhésion a pris fin le {day}.", "The membership ended on {day}."),
    Denial.MEMBERSHIP_OVER: Text(
        "L’adhésion est à renouveler : elle courait jusqu’au {day}.",
        "The membership is to be renewed: it ran until {day}.",
    ),
    Denial.TAB_OVER_LIMIT: Text(
        "Votre ardoise a passé sa limite : une partie est à payer.",
        "Your tab is past its limit: some of it is to be paid.",
    ),
    Denial.NO_TAB: Text("Votre journée est à payer d’avance.", "Your day is to be paid in advance."),
}
# Who is inside.
INSIDE = Plural(Text("{count} personne", "{count} person"), Text("{count} personnes", "{count} people"))
UNNAMED = Plural(Text("et {count} sans nom", "and {count} unnamed"), Text("et {count} sans nom", "and {count} unnamed"))
GUESTS_INSIDE = Plural(
    Text("dont {count} invité·e", "{count} guest among them"),
    Text("dont {count} invité·es", "{count} guests among them"),
)
# The money goes in first: what is touched says that it is there.
PUT_IN_FIRST = Text("Mettez l’argent dans la caisse, puis choisissez.", "Put the money in the box, then choose.")
NOT_HERE = Text("Cela ne se fait pas à l’écran.", "That cannot be done at the screen.")

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
        "Prenez une autre porte, ou appelez quelqu’un de l’équipe.", "Take another door, or call somebody of the team."
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

# What the step's own page says of what to do where the screen cannot.
STEP_HELP: dict[Denial, Text] = {
    Denial.BADGE_UNCONFIRMED: Text(
        "Demandez au bureau de confirmer votre badge, ou faites-vous ouvrir de l’intérieur.",
        "Ask the office to confirm your badge, or have someone open from inside.",
    ),
    Denial.MEMBER_LEFT: Text(
        "Pour revenir, adhérez de nouveau : une personne membre ou l’accueil vous aidera.",
        "To come back, simply join again: a member or the host will help you.",
    ),
}

# What concerns nobody but the member is said on their own page; the card says only that there is a word.
A_WORD = Text("Un mot pour vous dans « Mon compte ».", "A word for you in “My account”.")
# A notice whose day is not known.
GRACE_WITHOUT_DAY = Text("Adhésion à renouveler.", "Please renew your membership.")

# States that are no card.
IDLE = Words(
    Text("Passez votre badge", "Tap your badge"),
    Text("sur le lecteur, juste à droite", "on the reader, just to the right"),
)
IDLE_LEFT = Text("sur le lecteur, juste à gauche", "on the reader, just to the left")
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
UPDATING = Words(
    Text("Mise à jour, un instant", "Updating, one moment"),
    Text("Présentez votre badge dans une ou deux minutes.", "Please tap your badge in a minute or two."),
    (_ASK_IF_IT_LASTS,),
)
DATABASE_DOWN = Words(
    _BACK_SOON,
    Text("Présentez votre badge dans un moment.", "Please tap your badge in a moment."),
)

# What the idle screen says of the place.
PEOPLE = Text("{count} personnes ici", "{count} people here")
PEOPLE_OF = Text("{count} personnes sur {places}", "{count} people out of {places}")
HOST = Text("Vous accueille", "Your host")
HOSTED = Text("{name} {since} – {until}", "{name} {since}–{until}")
A_MEMBER = Text("Une personne membre", "A member")
TODAY = Text("Aujourd’hui", "Today")
RENT_OF_MONTH = common.RENT_OF_THE_MONTH
RENT = Text("Loyer du mois\u00a0: {count}\u00a0%", "Rent covered: {count}%")

# Chips in the status bar, where there is room for few words.
DOOR_DOWN = Text("Serrure en panne", "Lock out of order")
IN_MEMORY = Text("Gardé en mémoire seulement", "Kept in memory only")
CLOCK_UNSURE = Text("Heure à vérifier", "Clock to be checked")
CLOCK_UNSURE_KEPT = Text("Heure à vérifier, tout est gardé", "Clock to be checked, all is kept")
SETTINGS_UNSURE = Text("Réglages à vérifier", "Settings to be checked")
KEPT = Text("Petit souci, tout est gardé", "Small problem, all is kept")
NEGLECTED = Text("Sauvegarde à vérifier", "Backup to be checked")

# What differs where nothing opens, or nothing counts.
WOULD_OPEN = Text("La porte s’ouvrirait.", "The door would open.")
COUNTED_TO_PRACTISE = Text("Journée comptée, pour s’exercer.", "Your day is counted, for practice.")
COUNTED_WITH_SUM = Text("Journée comptée : {amount}.", "Your day is counted: {amount}.")
COUNTED_WITH_SUM_TO_PRACTISE = Text(
    "Journée comptée, pour s’exercer : {amount}.", "Your day is counted, for practice: {amount}."
)
AGAIN_WITHOUT_TIME = Text("Journée déjà comptée.", "Your day is already counted.")
TRAINING_BAND = common.TRAINING_BAND
SIMULATED = Text("porte simulée", "simulated door")
SIMULATED_BAND = Text("PORTE SIMULÉE · rien ne s’ouvre vraiment", "SIMULATED DOOR · nothing really opens")

# What is asked for again before something that costs.
ASKED: dict[Act, Text] = {
    Act.DATA: Text("Ensuite : vos données.", "Next: your data."),
    Act.DATA_SEND: Text("Ensuite : vos données vous sont envoyées.", "Next: your data is sent to you."),
    Act.COMFORT: Text("Votre journée sera alors comptée.", "Your day will then be counted."),
    Act.GUEST: Text("La venue de votre invité·e sera sur votre ardoise.", "Your guest will be on your tab."),
    Act.DECLARE: Text("Votre dépôt sera alors noté.", "What you put in will then be noted."),
    Act.WITHDRAW: Text("Votre dépôt sera alors retiré.", "What you put in will then be taken back."),
    Act.PAY: Text("Vous pourrez alors payer et acheter.", "Then you can pay and buy."),
    Act.TAKE_YES: Text("Votre achat sera alors sur votre ardoise.", "It will then be on your tab."),
    Act.CHOOSE: Text("Votre prix sera alors noté.", "Your price will then be noted."),
    Act.DAY_USE: Text("Aujourd’hui sera alors payé ainsi.", "Today will then be paid like this."),
    Act.FORGOT: Text("Votre journée sera alors transmise au bureau.", "Your day will then be passed on to the office."),
    Act.PIN_SAVE: Text("Votre code sera alors enregistré.", "Your code will then be kept."),
    Act.PIN_NONE: Text("Votre code sera alors retiré.", "Your code will then be taken away."),
    Act.EVENT_JOIN: Text("Votre inscription sera alors notée.", "You will then have signed up."),
    Act.EVENT_INTEREST: Text("Votre intérêt sera alors noté.", "Your interest will then be noted."),
    Act.EVENT_LEAVE: Text("Vous ne serez alors plus sur la liste.", "You will then be off the list."),
    Act.PROPOSE_NAMED: Text("Ce sera alors proposé.", "It will then be proposed."),
    Act.PROPOSE_UNNAMED: Text("Ce sera alors proposé.", "It will then be proposed."),
    Act.TOPIC: Text("Votre voix sera alors comptée.", "Your vote will then count."),
    Act.TOPIC_PUT: Text("Votre sujet sera alors sur la liste.", "Your topic will then be on the list."),
    Act.ROOM: Text("Vous choisirez alors une salle.", "Then you choose a room."),
    Act.ROOM_BOOK: Text("Votre salle sera alors réservée.", "Your room will then be booked."),
    Act.ROOM_CANCEL: Text("Votre réservation sera alors annulée.", "Your booking will then be cancelled."),
    Act.ACCOUNT: Text("Votre compte s’affichera ici.", "Your account will be shown here."),
}

# Buttons and what a screen reader is told.
ACTS: dict[Act, Text] = {
    Act.UNDO: Text("Annuler", "Undo"),
    Act.FREE_CORNER: Text("Coin gratuit", "Free corner"),
    Act.PASSING: Text("De passage", "Just passing"),
    Act.COMFORT: Text("Espace payant", "Space that costs"),
    Act.GUEST: Text("Inviter", "A guest"),
    Act.BRING: Text("Continuer", "Go on"),
    Act.GUEST_NAME: Text("Son prénom", "First name"),
    Act.LEAVE: Text("Je m’en vais", "I am leaving"),
    Act.VISIT: Text("Première visite", "First visit"),
    Act.TRIAL: Text("Journée d’essai", "Trial day"),
    Act.APPOINTMENT: Text("Rendez-vous", "Meeting"),
    Act.DELIVERY: Text("Livraison", "Delivery"),
    Act.JOIN: Text("Adhérer", "Join"),
    Act.JOIN_RULES: Text("Continuer", "Go on"),
    Act.SPONSOR: Text("J’accepte", "I accept"),
    Act.SPONSOR_AGAIN: Text("Un autre badge", "Another badge"),
    Act.WELCOME: Text("Oui", "Yes"),
    Act.WELCOME_UNDO: Text("Annuler", "Undo"),
    Act.BRING_YES: Text("Oui", "Yes"),
    Act.GUEST_UNDO: Text("Annuler", "Undo"),
    Act.ONLY_ME: Text("Non, j’entre seulement", "No, I only come in"),
    Act.JOIN_ALONE: Text("Personne d’autre ici", "Nobody else here"),
    Act.UNDERAGE: Text("Moins de 18\u00a0ans", "Under\u00a018"),
    Act.BADGE_FORGOTTEN: Text("Badge oublié", "Badge forgotten"),
    Act.PIN_NAMES: Text("Continuer", "Go on"),
    Act.PIN_ENTER: Text("Entrer", "Come in"),
    Act.PIN_AGAIN: Text("Continuer", "Go on"),
    Act.PIN_SAVE: Text("Garder", "Keep"),
    Act.PIN_NONE: Text("Sans code", "No code"),
    Act.IS_MEMBER: Text("Je suis membre", "I am a member"),
    Act.VOUCH: Text("Continuer", "Go on"),
    Act.VOUCH_YES: Text("Oui", "Yes"),
    Act.VOUCH_UNDO: Text("Annuler", "Undo"),
    Act.VOUCH_ALONE: Text("Personne d’autre ici", "Nobody else here"),
    Act.LOST: Text("Badge perdu", "Badge lost"),
    Act.NOT_LOST: Text("Pas perdu", "Not lost"),
    Act.STEP: Text("Continuer", "Go on"),
    Act.HELP: Text("Aide", "Help"),
    Act.EVACUATION: Text("Évacuation", "Evacuation"),
    Act.EVACUATION_LIST: Text("Voir la liste", "See the list"),
    Act.MORE: Text("Autre…", "More…"),
    Act.ACCOUNT: Text("Mon compte", "My account"),
    Act.SHOW: Text("Montrer", "Show"),
    Act.LINES: Text("Mes lignes", "My entries"),
    Act.OLDER: Text("Plus anciennes", "Older ones"),
    Act.SETTINGS: Text("Réglages", "Settings"),
    Act.DATA: Text("Mes données", "My data"),
    Act.DATA_SEND: Text("Me l’envoyer", "Send it to me"),
    Act.PAY: Text("Payer, acheter", "Pay, buy"),
    Act.DAY: common.PAY_TODAY_OTHERWISE,
    Act.CASH: Text("Espèces", "Cash"),
    Act.DECLARE: Text("C’est mis", "It is in"),
    Act.WITHDRAW: Text("Retirer", "Take back"),
    Act.TRANSFER: Text("Encore 20\u00a0s", "20\u00a0s more"),
    Act.BUY: Text("Acheter", "Buy"),
    Act.TAKE: Text("Voir la somme", "See the sum"),
    Act.UNTAKE: Text("Sans le dernier", "Not the last"),
    Act.TAKE_YES: Text("Oui, sur mon ardoise", "Yes, on my tab"),
    Act.RECEIPT: Text("Un reçu", "A receipt"),
    Act.EVENTS: Text("Agenda", "Agenda"),
    Act.EVENT: Text("L’événement", "The event"),
    Act.EVENT_JOIN: Text("Oui, je viens", "Yes, I come"),
    Act.EVENT_INTEREST: Text("Ça m’intéresse", "It interests me"),
    Act.EVENT_LEAVE: Text("Je ne viens plus", "I do not come"),
    Act.PROPOSE: Text("Proposer", "Propose"),
    Act.PROPOSE_NAMED: Text("Avec mon nom", "With my name"),
    Act.PROPOSE_UNNAMED: Text("Sans mon nom", "Without my name"),
    Act.TOPICS: Text("Sujets", "Topics"),
    Act.TOPIC_NEW: Text("Un sujet", "A topic"),
    Act.TOPIC_PUT: Text("Proposer", "Put it up"),
    Act.REPORT: Text("Corriger", "Correct"),
    Act.FORGOTTEN: Text("Jour oublié", "Forgotten day"),
    Act.DONE: Text("Terminé", "Done"),
    Act.LUNCH: Text("Qui mange ici ?", "Who eats here?"),
    Act.LUNCH_BACK: Text("Retirer un repas", "One meal less"),
    Act.WAKE: Text("Éclairer l’écran", "Light the screen"),
    **house_texts.ACTS,
}
# What the pages of one's account say beside their titles.
OWED = Text("Votre ardoise : {amount}.", "Your tab: {amount}.")
AHEAD = Text("D’avance sur votre compte : {amount}.", "In advance on your account: {amount}.")
DECLARED = Text("Mis dans la caisse, pas encore compté : {amount}.", "In the box, not counted yet: {amount}.")
PUT_IN = Text("Mettez {amount} dans la caisse.", "Put {amount} in the box.")
BEFORE = Text("Ardoise avant", "Tab before")
AFTER = Text("Ardoise après", "Tab after")
AFTER_COUNT = Text("Une fois la caisse comptée", "Once the box is counted")
IN_ADVANCE = Text("d’avance", "in advance")
PAYEE = Text("À", "To")
IBAN = Text("IBAN", "IBAN")
SUM = Text("Somme", "Sum")
REFERENCE = Text("Motif", "Reference")
NOTHING_FOR_SALE = Text("Rien n’est à acheter ici pour l’instant.", "There is nothing to buy here for now.")
PAID_NOW = Text("Payée aujourd’hui par : {name}.", "Paid today by: {name}.")
NOTHING_TO_CHOOSE = Text("Rien d’autre ne peut la payer.", "Nothing else could pay for it.")
LEAST = Text("{name}. Au moins {amount}.", "{name}. At least {amount}.")
VALID_UNTIL = Text("Valable jusqu’au {day}.", "Valid until {day}.")
COUNTED_DAYS = Text("Déjà comptées : {days}.", "Already counted: {days}.")
SAID_DAYS = Text("Déjà signalées : {days}.", "Already reported: {days}.")
NO_DAYS = Text("Chacun de ces jours est déjà compté ou signalé.", "Each of these days is counted or reported already.")
AND_MORE = Plural(Text("et {count} autre", "and {count} more"), Text("et {count} autres", "and {count} more"))
NOTHING_HERE = Text("Rien pour l’instant.", "Nothing for now.")
NO_LINES = Text("Aucune ligne à corriger.", "No entry to correct.")
# What is typed of a code, for whoever does not see the dots; and what is wrong with one.
DIGITS = Text("{count} chiffres", "{count} digits")
PIN_SAYS: dict[str, Text] = {
    "short": Text("Il faut 4 chiffres au moins.", "It takes 4 digits at least."),
    "same": Text("Trop facile : toujours les mêmes chiffres.", "Too easy: the same digits again and again."),
    "run": Text("Trop facile : des chiffres qui se suivent.", "Too easy: digits in a row."),
    "own-number": Text("Trop facile : c’est votre numéro.", "Too easy: it is your number."),
    "differs": Text("Ce n’était pas le même.", "It was not the same."),
    "wrong": Text("Ce n’est pas ce code.", "That is not the code."),
}
# What somebody new accepts.
VERSION = Text("(depuis le {day})", "(since {day})")
FEE = Text("L’adhésion d’un an coûte {amount}.", "A year’s membership costs {amount}.")
CLOSE = Text("Fermer", "Close")
# Twenty seconds before what was typed is lost.
NOT_KEPT = Text("Badge lu. Rien n’est encore gardé.", "Badge read. Nothing is kept yet.")
STILL_THERE = Text("Encore là ?", "Still there?")
I_AM_HERE = Text("Oui, je continue", "Yes, go on")
LEFT = Text("s", "s left")
NAME_AND_CODE = Text("Nom et code", "Name and code")
PAGE_TITLE = Text("L’entrée", "The entrance")
