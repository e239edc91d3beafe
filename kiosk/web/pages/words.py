"""Holds the few words that the pages say without the desk: how to pair a telephone, and that the
desk does not answer.
"""

from kiosk.language import common
from kiosk.language.texts import Text

WELCOME = Text("Vos pages de membre", "Your member pages")
HOW = Text(
    "Sur l’écran de l’entrée, passez votre badge, puis touchez « Mon compte », « Sur mon téléphone ». Scannez "
    "le code QR.",
    "On the entrance screen, tap your badge, then touch “My account”, “On my phone”. Scan the QR code.",
)
WIFI = common.JOIN_THE_WIFI
PAIR = Text("Relier ce téléphone", "Pair this phone")
PAIR_TITLE = Text("Relier ce téléphone ?", "Pair this phone?")
PAIR_LEAD = Text(
    "Deux chiffres s’affichent ensuite ici. Tapez-les sur l’écran de l’entrée, puis passez votre badge.",
    "Two digits will then appear here. Type them on the entrance screen, then tap your badge.",
)
NOT_YOURS = Text(
    "Ce code QR n’était pas sur l’écran de l’entrée ? Fermez cette page.",
    "If this QR code was not on the entrance screen, close this page.",
)
DIGITS = Text("Tapez ces chiffres sur l’écran de l’entrée", "Type these digits on the entrance screen")
DIGITS_LEAD = Text(
    "Puis passez votre badge. Cette page continuera d’elle-même.", "Then tap your badge. This page continues by itself."
)
OVER = Text("Aucun téléphone relié", "No phone paired")
BY_MAIL = Text("Sans l’écran : un code par e-mail", "Without the screen: a code by e-mail")
ADDRESS = Text("L’adresse e-mail de votre fiche", "The e-mail address on your file")
SEND = Text("M’envoyer un code", "Send me a code")
CODE = Text("Le code reçu", "The code you received")
CODE_LEAD = Text(
    "Si cette adresse est celle d’un membre, un code vient d’y être envoyé. Il est valable dix minutes.",
    "If this is a member’s address, a code is on its way. It is valid for ten minutes.",
)
ENTER = Text("Ouvrir mes pages", "Open my pages")
PAGES = Text("Pages du lieu", "Pages of the place")
NO_BADGE = Text("Sans badge", "Without a badge")
MENU = Text("Vos pages", "Your pages")
AWAY = Text("Un instant, nous reprenons", "One moment, we will be right back")
AWAY_LEAD = Text("Réessayez dans une minute.", "Try again in a minute.")
NOT_HERE = Text("Cette page n’existe pas", "This page does not exist")
TOO_FAST = Text("Trop de demandes à la fois", "Too many requests at once")
BACK = common.BACK_TO_MY_ACCOUNT
BACK_TO_REQUEST = Text("Revenir à ma demande", "Back to my request")
HOME_PAGE = Text("Page d’accueil", "Home page")
TRAINING = Text("Mode école : rien ne compte.", "Training mode: nothing counts.")
KEEP_LIST = Text("Documents à garder", "Documents to keep")
YES = Text("oui", "yes")
LANGUAGE = Text("Langue", "Language")
