"""The rows of members without their badge: coming in by a code or because a member vouches, a lost badge, the
evacuation list.

`rows` explains the fields of a row; those used here: `look` draws the card and names its icon; `holds`: something typed
would be lost when the card ends; `goes_on`: the acts with which its page goes on; `opens`: its lead says that the door
is open; `helps`: whether help is offered beside it; `chooses`: the page asks to choose something. `Text` has the French
words, then the English ones.
"""

from kiosk.checkin.kinds import CardKind
from kiosk.checkin.specs.rows import (
    GRANTED,
    HELLO,
    STEP_FIRST,
    YES_BY_BADGE,
    ActSpec,
    Aloud,
    CardSpec,
    Chooses,
    choice,
    paper,
    sheet,
    warning,
)
from kiosk.devices.protocols import Signal
from kiosk.domain.checkin.choices import Act
from kiosk.language import common
from kiosk.language.texts import Text

# Laid out by hand, one row per card: first what the card is, then what it says.
# fmt: off
CARDS = (
    CardSpec(kind=CardKind.PIN_NAME, look=sheet("user"), holds=True, goes_on=(Act.PIN_NAMES,),
        title=Text("Votre prénom ou nom", "Your first or last name"),
        lead=Text("Tapez le début du nom, puis « Continuer ».", "Type the start of your name, then “Continue”."),
        lines=(
            Text("Deux lettres au moins", "At least two letters"),
            Text("Personne de ce nom n’a choisi de code", "No one with this name has a code"),
        )),
    CardSpec(kind=CardKind.PIN_WHO, look=sheet("user"), holds=True, helps=True, chooses=Chooses.ANY,
        title=Text("C’est vous ?", "Is this you?"), lead=Text("Choisissez votre nom.", "Choose your name."),
        lines=(Text("D’autres noms commencent ainsi : tapez plus de lettres.",
                    "More names match: type more letters."),)),
    CardSpec(kind=CardKind.PIN_CODE, look=sheet("user"), holds=True, helps=True, goes_on=(Act.PIN_ENTER,),
        title=Text("Votre code", "Your code"), lead=Text("4 à 6 chiffres.", "4 to 6 digits.")),
    CardSpec(kind=CardKind.PIN_REFUSED, look=STEP_FIRST, seconds=12,
        title=Text("Pas possible pour l’instant", "Not possible for now"),
        lead=Text("La porte reste fermée.", "The door stays shut."),
        lines=(
            Text("Demandez à une personne membre ou à l’accueil ; le bureau vérifiera.",
                 "Ask a member or the host; the office will check."),
        )),
    CardSpec(kind=CardKind.CAME_BY_PIN, look=GRANTED, seconds=12, light=Signal.GRANTED, opens=True,
        title=HELLO, lead=common.DOOR_IS_OPEN,
        lines=(Text("Votre venue est notée, sans badge.", "Your visit is recorded, without a badge."),)),
    CardSpec(kind=CardKind.PIN_NEW, look=sheet("settings"), holds=True, goes_on=(Act.PIN_AGAIN,),
        title=Text("Votre code", "Your code"),
        lead=Text("Pour un jour sans badge : 4 à 6 chiffres.", "For a day without your badge: 4 to 6 digits.")),
    CardSpec(kind=CardKind.PIN_AGAIN, look=sheet("settings"), holds=True, goes_on=(Act.PIN_SAVE,),
        title=Text("Encore une fois", "Once more"),
        lead=Text("Tapez le même code.", "Type the same code.")),
    CardSpec(kind=CardKind.MEMBER_NAME, look=sheet("user"), holds=True, goes_on=(Act.VOUCH,),
        title=Text("Votre prénom et votre nom", "Your first and last name"),
        lead=Text("Une personne membre répondra de vous.", "A member will vouch for you."),
        lines=(Text("Il faut le prénom et le nom", "First and last name, please"),)),
    CardSpec(kind=CardKind.VOUCH, look=choice("nfc"), seconds=60, holds=True,
        title=Text("Une personne membre présente son badge", "A member taps their badge"),
        lead=Text("Elle entre, puis touche votre nom à l’écran.",
                  "They come in, then touch your name on the screen."),
        lines=(Text("Votre journée compte comme avec votre badge.", "Your day counts as usual."),)),
    CardSpec(kind=CardKind.VOUCH_ASKS, look=choice("user"), goes_on=(Act.VOUCH_YES,),
        title=Text("C’est bien {name} ?", "Is this {name}?"),
        lead=Text("C’est un membre sans badge ; vous ne payez rien.",
                  "A member without a badge; you pay nothing."),
        lines=(YES_BY_BADGE,)),
    CardSpec(kind=CardKind.VOUCH_REFUSED, look=warning("nfc"), seconds=12,
        title=Text("Pas avec ce badge", "This badge cannot be used"),
        lead=Text("Le bureau a peut-être noté un autre nom.",
                  "The office may have another name for you.")),
    CardSpec(kind=CardKind.VOUCHED, look=GRANTED, seconds=12, light=Signal.GRANTED, opens=True,
        title=HELLO, lead=common.DOOR_IS_OPEN,
        lines=(Text("Votre venue est notée, sans badge.", "Your visit is recorded, without a badge."),)),
    CardSpec(kind=CardKind.LOSE_BADGE, look=sheet("nfc"), aloud=Aloud.WHEN_EMPTY, chooses=Chooses.ANY,
        title=Text("Badge perdu ?", "Lost your badge?"),
        lead=Text("Choisissez le badge à désactiver.", "Choose the badge to switch off."),
        lines=(Text("Aucun badge actif : pour en avoir un, voyez le bureau.",
                    "No active badge: ask the office for one."),)),
    CardSpec(kind=CardKind.BADGE_STOPPED, look=paper("check"), seconds=12,
        title=Text("Badge désactivé", "Badge switched off"),
        lead=Text("Ce badge n’ouvre plus rien.", "This badge no longer works."),
        lines=(Text("Retrouvé ? Le bureau le remet en service.",
                    "Found it? The office can switch it on."),)),
    CardSpec(kind=CardKind.BADGE_KEPT, look=paper("undo-2"), seconds=12,
        title=Text("Badge remis en service", "Badge switched on again"),
        lead=Text("Ce badge ouvre comme avant.", "This badge works as before.")),
    CardSpec(kind=CardKind.EVACUATION_CODE, look=sheet("users"), goes_on=(Act.EVACUATION_LIST,),
        title=Text("Liste d’évacuation", "Evacuation list"),
        lead=Text("Le code des personnes qui accueillent.", "The hosts’ code.")),
    CardSpec(kind=CardKind.EVACUATION, look=sheet("users"), seconds=60,
        title=Text("Liste d’évacuation", "Evacuation list"),
        lead=Text("Nombre de personnes notées à l’intérieur.", "Number of people recorded as inside.")),
    CardSpec(kind=CardKind.EVACUATION_AT_DESK, look=paper("users"), seconds=12, helps=False,
        title=Text("Liste d’évacuation", "Evacuation list"),
        lead=Text("La liste est au bureau, sous « Aujourd’hui ».", "Find the list at the desk, under “Today”.")),
)


ACTS = (
    ActSpec(act=Act.BADGE_FORGOTTEN, label=Text("Badge oublié", "Badge forgotten"), icon="key-round"),
    ActSpec(act=Act.PIN_NAMES, label=Text("Continuer", "Continue"), icon="arrow-right"),
    ActSpec(act=Act.PIN_WHO, icon="user"),
    ActSpec(act=Act.PIN_KEY),
    ActSpec(act=Act.PIN_ENTER, label=Text("Entrer", "Come in"), icon="check"),
    ActSpec(act=Act.PIN_NEW, icon="key-round"),
    ActSpec(act=Act.PIN_AGAIN, label=Text("Continuer", "Continue"), icon="arrow-right"),
    ActSpec(act=Act.PIN_SAVE, label=Text("Garder", "Save"), icon="check",
        asked=Text("Votre code sera alors enregistré.", "Your code will then be saved.")),
    ActSpec(act=Act.PIN_NONE, label=Text("Sans code", "No code"), icon="undo-2",
        asked=Text("Votre code sera alors retiré.", "Your code will then be removed.")),
    ActSpec(act=Act.IS_MEMBER, label=Text("Je suis membre", "I am a member"), icon="user"),
    ActSpec(act=Act.VOUCH, label=Text("Continuer", "Continue"), icon="arrow-right"),
    ActSpec(act=Act.VOUCH_YES, label=Text("Oui", "Yes"), icon="check"),
    ActSpec(act=Act.VOUCH_UNDO, label=Text("Annuler", "Undo"), icon="undo-2"),
    ActSpec(act=Act.VOUCH_ALONE, label=Text("Personne d’autre ici", "No one else here"), icon="bell"),
    ActSpec(act=Act.LOST, label=Text("Badge perdu", "Badge lost"), icon="nfc"),
    ActSpec(act=Act.LOSE, icon="nfc"),
    ActSpec(act=Act.NOT_LOST, label=Text("Pas perdu", "Not lost"), icon="undo-2"),
    ActSpec(act=Act.EVACUATION, label=Text("Évacuation", "Evacuation"), icon="users"),
    ActSpec(act=Act.EVACUATION_LIST, label=Text("Voir la liste", "See the list"), icon="check"),
)
# fmt: on
