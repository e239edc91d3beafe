"""Mails a member that a telephone was paired in their name, and the code for pairing one without the screen."""

from datetime import datetime

import sqlalchemy as sa

from kiosk.language.texts import Text
from kiosk.messages import member_mail

_SUBJECT = Text("Un téléphone est relié à votre compte", "A phone is paired with your account")
_BODY = Text(
    "Bonjour,\n\nUn téléphone vient d’être relié à votre compte : vos pages y sont ouvertes.\n\nCe n’était pas vous ?"
    " Retirez-le à l’écran de l’entrée (Mon compte, Sur mon téléphone), ou dites-le vite au bureau.\n",
    "Hello,\n\nA phone has just been paired with your account: your pages are open on it.\n\nIf this was not you,"
    " remove it on the entrance screen (My account, On my phone), or tell the office at once.\n",
)
_CODE_SUBJECT = Text("Votre code pour ouvrir vos pages", "Your code to open your pages")
_CODE_BODY = Text(
    "Bonjour,\n\nVotre code : {code}\n\nTapez-le sur le téléphone où vous l’avez demandé, dans les dix minutes."
    " Ne le donnez à personne.\n\nVous n’avez rien demandé ? Ne faites rien : sans ce code, rien ne s’ouvre.\n",
    "Hello,\n\n"
    "Your code: {code}\n\n"
    "Type it on the phone on which you requested it, within ten minutes. Do not give it to anyone.\n\n"
    "If you did not request a code, do nothing: without it, nothing opens.\n",
)


def put_in_outbox(connection: sa.Connection, number: int, at: datetime) -> None:
    """Mail a member that a telephone was paired, within the given transaction, if their file has an address."""
    member_mail.put(connection, number, at, _SUBJECT, _BODY, "telephone of member")


def put_code(connection: sa.Connection, number: int, code: str, at: datetime) -> None:
    """Mail a member the code that pairs a telephone, within the given transaction, if their file has an address."""
    member_mail.put(connection, number, at, _CODE_SUBJECT, _CODE_BODY, "telephone code for member", code=code)
