"""Words for a badge's chip and for how well it is protected, the same at the desk and on the command line."""

from kiosk.language.catalogues import Language
from kiosk.language.texts import Text

CHIPS = {
    "mifare-classic": "MIFARE Classic",
    "ultralight": "MIFARE Ultralight",
    "ntag21x": "NTAG 21x",
    "desfire": "MIFARE DESFire",
    "ntag424": "NTAG 424 DNA",
}
_UNREAD, _OTHER = Text("puce non lue", "chip not read"), Text("autre type de puce", "other type of chip")
_TELEPHONE = Text("téléphone", "phone")
WORTH = {
    "proves": Text("infalsifiable", "cannot be copied"),
    "copyable": Text("copiable avec un téléphone", "can be copied with a phone"),
    "can-prove": Text(
        "puce infalsifiable, mais la porte n’en lit que le numéro, copiable avec un téléphone",
        "the chip cannot be copied, but the door only reads its number, which can be copied with a phone",
    ),
    "changes": Text("change de numéro à chaque fois", "number changes every time"),
}
NOT_UNIQUE = Text(
    "Numéro de 4 octets : une autre carte peut avoir le même. Préférez un badge de 7 octets.",
    "4-byte number: another card may have the same number. Prefer a 7-byte badge.",
)


def product(code: str | None, language: Language) -> str:
    """Return the name of a badge's chip by its product code; None stands for a chip that no reader has queried."""
    if code in CHIPS:
        return CHIPS[code]
    return (_UNREAD if code is None else _TELEPHONE if code == "telephone" else _OTHER).to(language)
