"""Holds the few words that the pages say without the desk: how to pair a telephone, and that the
desk does not answer.
"""

from kiosk.language import common
from kiosk.language.texts import Text

WELCOME = Text("Vos pages de membre", "Your member pages")
HOW = Text(
    "À l’écran de l’entrée, avec votre badge : Mon compte, Sur mon téléphone. Visez le QR.",
    "At the entrance’s screen, with your badge: My account, On my phone. Scan the QR code.",
)
WIFI = Text("D’abord : rejoignez le Wi-Fi de la maison.", "First: join the house’s Wi-Fi.")
PAIR = Text("Relier ce téléphone", "Pair this phone")
PAIR_TITLE = Text("Relier ce téléphone ?", "Pair this phone?")
PAIR_LEAD = Text(
    "Il montre alors deux chiffres. Tapez-les à l’écran de l’entrée, puis passez votre badge.",
    "Your phone then shows two digits. Type them at the entrance’s screen, then tap your badge.",
)
NOT_YOURS = Text(
    "Ce QR n’est pas à votre écran ? Fermez cette page.", "The QR code is not on your screen? Close this page."
)
DIGITS = Text("Tapez ces chiffres à l’écran", "Type these digits at the screen")
DIGITS_LEAD = Text("Puis passez votre badge. Cette page attend.", "Then tap your badge. This page is waiting.")
OVER = Text("Aucun téléphone relié", "No phone paired")
BY_MAIL = Text("Sans l’écran : un code par e-mail", "Without the screen: a code by e-mail")
ADDRESS = Text("L’adresse de votre fiche", "The address on your file")
SEND = Text("M’envoyer un code", "Send me a code")
CODE = Text("Le code reçu", "The code you received")
CODE_LEAD = Text(
    "Si cette adresse est sur une fiche, un code y arrive. Il vaut dix minutes.",
    "If this address is on a file, a code is on its way. It is valid for ten minutes.",
)
ENTER = Text("Ouvrir mes pages", "Open my pages")
PAGES = Text("Pages du lieu", "Pages of the place")
NO_BADGE = Text("Sans badge", "Without a badge")
MENU = Text("Vos pages", "Your pages")
AWAY = Text("Un instant, nous reprenons", "One moment, we will be right back")
AWAY_LEAD = Text("Réessayez dans une minute.", "Try again in a minute.")
NOT_HERE = Text("Cette page n’existe pas", "This page does not exist")
TOO_FAST = Text("Trop vite", "Too fast")
BACK = common.BACK_TO_MY_ACCOUNT
BACK_TO_REQUEST = Text("Revenir à ma demande", "Back to my request")
HOME_PAGE = Text("Page d’accueil", "Home page")
TRAINING = Text("Mode école : rien ne compte.", "Training mode: nothing counts.")
KEEP_LIST = Text("À garder", "To keep")
YES = Text("oui", "yes")
LANGUAGE = Text("Langue", "Language")
