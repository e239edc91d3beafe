"""Says what a badge is and what it is worth, the same at the desk and on the command line."""

from msgspec import Struct

from kiosk.domain.badges import products
from kiosk.domain.badges.products import Product, Proof, Worth
from kiosk.language.catalogues import Language
from kiosk.language.texts import Said, Text


class _Name(Struct, frozen=True):
    """What is called the same in every language."""

    text: str

    def to(self, _language: Language, /) -> str:
        """The name."""
        return self.text


_CHIPS = {
    Product.CLASSIC: "MIFARE Classic",
    Product.ULTRALIGHT: "MIFARE Ultralight",
    Product.NTAG21X: "NTAG 21x",
    Product.DESFIRE: "MIFARE DESFire",
    Product.NTAG424: "NTAG 424 DNA",
}
_UNREAD, _OTHER = Text("puce non lue", "chip not read"), Text("autre puce", "another chip")
_KINDS: dict[Product, Said] = {
    **{product: _Name(name) for product, name in _CHIPS.items()},
    Product.TELEPHONE: Text("téléphone", "telephone"),
}
_WORTH = {
    Worth.PROVES: Text("infalsifiable", "cannot be forged"),
    Worth.COPYABLE: Text("copiable avec un téléphone", "can be copied with a telephone"),
    Worth.CAN_PROVE: Text(
        "puce infalsifiable, mais la porte n’en lit que le numéro, copiable avec un téléphone",
        "the chip cannot be forged, but the door reads its number only, which can be copied with a telephone",
    ),
    Worth.CHANGES: Text("change de numéro à chaque fois", "its number changes each time"),
}
NOT_UNIQUE = Text(
    "Numéro de 4 octets : une autre carte peut avoir le même. Préférez un badge de 7 octets.",
    "A number of 4 bytes: another card may have the same. Prefer a badge of 7 bytes.",
)


def _product(code: str | None) -> Product | None:
    """The product that a row names, if it is one of ours."""
    return next((product for product in Product if product.value == code), None)


def product(code: str | None) -> Said:
    """What a badge is."""
    kind = _product(code)
    return _UNREAD if kind is None else _KINDS.get(kind, _OTHER)


def worth(code: str | None, proof: str | None = None) -> Said:
    """What a badge is worth, and that one cannot be forged which opens with its proof only."""
    return _WORTH[products.worth(_product(code), Proof.EV2 if proof == Proof.EV2.value else Proof.NONE)]
