"""The states of the pages that pair a member's telephone, as the looks draw them."""

from msgspec.structs import replace

from kiosk.checkin.cards import Card, CardKind, Option
from kiosk.domain.checkin.choices import Act
from kiosk.exports import qr
from kiosk.language.texts import Text
from kiosk.selfservice.house import HouseSheet
from kiosk.selfservice.own.telephones import WHY, PhoneSheet
from kiosk.selfservice.pad import PadSheet

_QR = qr.svg(f"https://membres.lacoroutine.example/p/{'x' * 43}", title="QR")
_KEYS = tuple(
    Option(Act.PIN_KEY, key, Text("Effacer", "Delete") if key == "delete" else key) for key in (*"1234567890", "delete")
)
_WIFI = Text("D’abord, rejoignez le Wi-Fi du lieu.", "First, join the place’s Wi-Fi.")
_ON = Text("relié le mar. 24 nov.", "paired on Tue 24 Nov")
_NO_HTTPS = Text(
    "Téléphones et paiement en ligne indisponibles : les pages n’ont pas d’adresse sûre (HTTPS). Le"
    " bureau peut y remédier.",
    "Phones and online payment are unavailable: the pages have no secure (HTTPS) address. The office can fix this.",
)


def _card(kind: CardKind, *acts: Act, sheet: object = None, options: tuple[Option, ...] = ()) -> Card:
    return Card(kind, "Inès", ticket="t", acts=(*acts, Act.ACCOUNT, Act.DONE), sheet=sheet, options=options)


TELEPHONES = {
    "phone": _card(CardKind.PHONE, Act.PHONE_CODE, Act.PHONES, sheet=PhoneSheet(_QR, _WIFI)),
    "phone-anywhere": _card(CardKind.PHONE, Act.PHONE_CODE, sheet=PhoneSheet(_QR)),
    "phone-unsafe": _card(CardKind.PHONE, sheet=PhoneSheet("", _NO_HTTPS)),
    "phone-code": _card(CardKind.PHONE_CODE, Act.PHONE_PAIR, sheet=PadSheet(2), options=_KEYS),
    "phone-paired": _card(CardKind.PHONE_PAIRED, Act.PHONES),
    "phone-refused": replace(_card(CardKind.PHONE_REFUSED, Act.PHONE), confirms=next(iter(WHY.values())).of()),
    "phones": _card(
        CardKind.PHONES,
        options=(
            *(Option(Act.PHONE_END, str(each), Text("Android", "Android")) for each in range(3)),
            Option(Act.PHONES_END, "", Text("Tous les retirer", "Remove them all")),
        ),
        sheet=HouseSheet((_ON, _ON, _ON, "")),
    ),
}
