"""The rows of visitors: guests, ringing the bell, and newcomers joining.

`rows` explains the fields of a row; those used here: `look` draws the card and names its icon; `holds`: something typed
would be lost when the card ends; `goes_on`: the acts with which its page goes on; `closable`: it has a button to close
it; `chooses`: the page asks to choose something; `counts_down`: an act's button shows for how long it is still offered.
`Text` has the French words, then the English ones.
"""

from kiosk.checkin.kinds import CardKind
from kiosk.checkin.specs.rows import (
    GRANTED,
    STEP_FIRST,
    YES_BY_BADGE,
    ActSpec,
    CardSpec,
    Chooses,
    Says,
    choice,
    paper,
    sheet,
    warning,
)
from kiosk.devices.protocols import Signal
from kiosk.domain.checkin.choices import Act
from kiosk.language import common
from kiosk.language.texts import Text

_HOST_PHONE = Text(
    "Vous pouvez appeler le numéro affiché à côté de la porte.",
    "Call the number shown beside the door.",
)

# Laid out by hand, one row per card: first what the card is, then what it says.
# fmt: off
CARDS = (
    CardSpec(kind=CardKind.PRICES, look=sheet("badge-euro"),
        title=Text("Tarifs", "Tariffs"),
        lead=Text("Le tarif réduit se demande au bureau.", "Ask the office for the reduced price.")),
    CardSpec(kind=CardKind.GUEST, look=paper("user-plus"), seconds=10, closable=True,
        title=Text("Bienvenue à votre invité·e", "Your guest is welcome"),
        lead=Text("La venue de cette personne est notée avec la vôtre.", "Your guest’s visit is recorded with yours.")),
    CardSpec(kind=CardKind.GUEST_NAME, look=sheet("user-plus"), holds=True, goes_on=(Act.GUEST,),
        title=Text("Prénom de l’invité·e", "Guest’s first name"),
        lead=Text("Prénom facultatif, effacé après trois mois.",
                  "The name is optional; we delete it after three months.")),
    CardSpec(kind=CardKind.GUEST_UNDONE, look=paper("undo-2"), seconds=4, closable=True,
        title=Text("Venue annulée", "Visit undone"),
        lead=Text("Rien n’est compté pour cette personne.", "This person is not charged.")),
    CardSpec(kind=CardKind.GUEST_REFUSED, look=STEP_FIRST, seconds=12,
        title=Text("Pas d’invité·e cette fois", "No guest this time"),
        lead=Text("Rien n’est compté pour cette personne.", "This person is not charged."),
        lines=(
            Text("Vous venez souvent ? Pour adhérer, voyez l’accueil.", "Coming often? You can join: ask the host."),
        )),
    CardSpec(kind=CardKind.VISIT, look=sheet("footprints"), chooses=Chooses.FIRST,
        title=Text("Bienvenue !", "Welcome!"), lead=Text("Pourquoi venez-vous ?", "What brings you here?")),
    CardSpec(kind=CardKind.RUNG, look=paper("bell"), seconds=60, closable=True, helps=False,
        title=Text("Ça sonne", "The bell is ringing"),
        lead=Text("Quelqu’un vient vous ouvrir.", "Someone is coming to the door."), lines=(_HOST_PHONE,)),
    CardSpec(kind=CardKind.CALL, look=paper("bell"), seconds=60, says=Says.NUMBER, closable=True, helps=False,
        title=Text("Appelez quelqu’un", "Call someone"),
        lead=Text("Rien ne sonne à l’intérieur.", "The bell does not ring inside."), lines=(_HOST_PHONE,)),
    CardSpec(kind=CardKind.RUNG_LATER, look=paper("bell"), seconds=60, closable=True, helps=False,
        title=Text("Toujours personne ?", "Still no one?"), lead=Text("Une minute est passée.", "A minute has passed."),
        lines=(
            Text("Revenez plus tard, ou écrivez à l’association.", "Come back later, or write to the association."),
        )),
    CardSpec(kind=CardKind.JOIN_WHO, look=sheet("user-plus"), chooses=Chooses.ANY,
        title=Text("Bienvenue !", "Welcome!"), lead=Text("Quel est votre prénom ?", "What is your first name?")),
    CardSpec(kind=CardKind.JOIN_NAME, look=sheet("user-plus"), holds=True, goes_on=(Act.JOIN_RULES,),
        title=Text("Votre prénom et votre nom", "Your first and last name"),
        lead=Text("Tapez votre nom, puis « Continuer ».", "Type your name, then “Continue”."),
        lines=(Text("Donnez d’abord un nom", "Enter a name first"),)),
    CardSpec(kind=CardKind.JOIN_RULES, look=sheet("user-plus"), holds=True, goes_on=(Act.SPONSOR,),
        title=Text("Bienvenue {name}", "Welcome {name}"),
        lead=Text("Vous avez 18 ans ou plus, et vous acceptez :", "You are 18 or older, and you accept:"),
        lines=(
            Text("Les statuts : l’association décide en commun, chaque membre a une voix.",
                 "The statutes: the association decides together, each member has a vote."),
            Text("Le règlement : chacun·e respecte le lieu, le calme et le travail des autres.",
                 "The house rules: everyone respects the place, the quiet and each other’s work."),
            Text("Votre bon paie votre venue.", "Your voucher pays for your visit."),
        )),
    CardSpec(kind=CardKind.VOUCHER_CODE, look=sheet("ticket"), holds=True, goes_on=(Act.VOUCHER_KEEP,),
        title=Text("Le code de votre bon", "Your voucher code"),
        lead=Text("Huit caractères, donnés par votre structure.", "Eight characters, given by your organisation."),
        lines=(Text("Ce code est inconnu, déjà utilisé ou expiré.",
                    "This code is unknown, already used or expired."),)),
    CardSpec(kind=CardKind.TAKEN, look=choice("hourglass"), seconds=6, closable=True,
        title=Text("Une personne attend déjà", "Someone is already waiting"),
        lead=Text("Encore un instant, puis présentez votre badge.", "One more moment, then tap your badge.")),
    CardSpec(kind=CardKind.SPONSOR, look=choice("nfc"), seconds=60, holds=True,
        title=Text("Une personne membre présente son badge", "A member taps their badge"),
        lead=Text("Elle entre, puis touche votre nom à l’écran.",
                  "They come in, then touch your name on the screen."),
        lines=(Text("Adhésion et journée vont sur votre ardoise.",
                    "Your membership and day go on your tab."),)),
    CardSpec(kind=CardKind.SPONSOR_REFUSED, look=warning("nfc"), seconds=12,
        title=Text("Ce badge ne peut pas accueillir", "This badge cannot welcome anyone"),
        lead=Text("Rien n’a changé. Essayez un autre badge.", "Nothing has changed. Try another badge.")),
    CardSpec(kind=CardKind.WELCOME_ASKS, look=choice("user-plus"), goes_on=(Act.WELCOME,),
        title=Text("Accueillir {name} ?", "Welcome {name}?"),
        lead=Text("Pour aujourd’hui. Vous ne payez rien.",
                  "For today. You pay nothing."), lines=(YES_BY_BADGE,)),
    CardSpec(kind=CardKind.JOINED, look=GRANTED, seconds=12, light=Signal.GRANTED, opens=True, says=Says.COSTS,
        closable=True,
        title=Text("Bienvenue {name}", "Welcome {name}"), lead=common.DOOR_IS_OPEN,
        lines=(
            Text("Votre adhésion et la journée sont sur votre ardoise.",
                 "Your membership and the day are on your tab."),
            Text("Ce badge ouvre aujourd’hui ; pour demain, passez au bureau.",
                 "This badge works today; for tomorrow, see the office."),
        )),
    CardSpec(kind=CardKind.WELCOME_UNDONE, look=paper("undo-2"), seconds=12,
        title=Text("Accueil annulé", "Welcome cancelled"),
        lead=Text("L’adhésion et la journée sont annulées.", "The membership and the day are cancelled."),
        lines=(
            Text("Ce badge n’ouvre plus. Pour adhérer, voyez le bureau.",
                 "This badge no longer works. To join, see the office."),
        )),
    CardSpec(kind=CardKind.JOIN_ASKED, look=paper("check"), seconds=12,
        title=Text("Demande notée", "Request saved"), lead=Text("La porte reste fermée.", "The door stays shut."),
        lines=(
            Text("Le bureau vous répondra. Aujourd’hui, demandez à une personne membre ou à l’accueil.",
                 "The office will answer. For today, ask a member or the host."),
        )),
    CardSpec(kind=CardKind.JOIN_AT_DESK, look=STEP_FIRST, seconds=12,
        title=Text("Adhérez à l’accueil", "Ask the host to join"),
        lead=Text("Pas possible à l’écran aujourd’hui.", "Not possible on this screen today."),
        lines=(
            Text("Moins de 18 ans, ou plusieurs adhésions ici coup sur coup : voyez l’accueil.",
                 "If you are under 18, or several people have just joined here, see the host."),
        )),
)


ACTS = (
    ActSpec(act=Act.PRICES, label=Text("Tarifs", "Tariffs"), icon="badge-euro"),
    ActSpec(act=Act.PRICES_ON, label=Text("La suite", "More"), icon="arrow-right"),
    ActSpec(act=Act.GUEST, label=Text("Invité·e", "Guest"), icon="user-plus",
        asked=Text("Votre invité·e sera alors noté·e.", "Your guest will then be recorded.")),
    ActSpec(act=Act.GUEST_UNDO, label=Text("Annuler", "Undo"), icon="undo-2", counts_down=True),
    ActSpec(act=Act.GUEST_NAME, label=Text("Prénom de l’invité·e", "Guest’s first name"), icon="user"),
    ActSpec(act=Act.VISIT, label=Text("Première visite", "First visit"), icon="footprints"),
    ActSpec(act=Act.TRIAL, label=Text("Journée d’essai", "Trial day"), icon="footprints"),
    ActSpec(act=Act.APPOINTMENT, label=Text("Rendez-vous", "Meeting"), icon="calendar-days"),
    ActSpec(act=Act.DELIVERY, label=Text("Livraison", "Delivery"), icon="package"),
    ActSpec(act=Act.JOIN, label=Text("Adhérer", "Join"), icon="user-plus"),
    ActSpec(act=Act.JOIN_AS, icon="user"),
    ActSpec(act=Act.JOIN_RULES, label=Text("Continuer", "Continue"), icon="arrow-right"),
    ActSpec(act=Act.VOUCHER_CODE, label=common.VOUCHER_CODE, icon="ticket"),
    ActSpec(act=Act.VOUCHER_KEEP, label=Text("Garder", "Save"), icon="arrow-right"),
    ActSpec(act=Act.SPONSOR, label=Text("J’accepte", "I accept"), icon="check"),
    ActSpec(act=Act.WELCOME, label=Text("Oui", "Yes"), icon="check"),
    ActSpec(act=Act.WELCOME_UNDO, label=Text("Annuler", "Undo"), icon="undo-2", counts_down=True),
    ActSpec(act=Act.JOIN_ALONE, label=Text("Personne d’autre ici", "No one else here"), icon="user"),
    ActSpec(act=Act.UNDERAGE, label=Text("Moins de 18\u00a0ans", "Under\u00a018"), icon="circle-question-mark"),
)
# fmt: on
