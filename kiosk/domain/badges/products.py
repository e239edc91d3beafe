"""Tells badges apart by what their chip says about itself, and says how far each can be trusted.

A chip's answer names its product (NXP AN10833, and GetVersion in each data sheet) but proves nothing: a copy answers as
its model does. A telephone, or a card with a writable number, can copy any number; so even a chip that could prove
itself is worth no more than the others until the door asks it to.
"""

from enum import Enum

_TYPE_4, _CLASSIC = 0x20, 0x08  # bits of SAK: speaks ISO/IEC 14443-4; is, or imitates, a MIFARE Classic
_NXP = 0x04  # the maker NXP, in a chip's answer
_KINDS_BELOW = 0x0F  # mask of the product in a chip's type; the upper half is its form
_NTAG_424 = 0x30  # major version of the NTAG 424; the NTAG 413 has the same type


class Product(Enum):
    """The product that a badge is."""

    CLASSIC = "mifare-classic"
    ULTRALIGHT = "ultralight"
    NTAG21X = "ntag21x"
    DESFIRE = "desfire"
    NTAG424 = "ntag424"
    TELEPHONE = "telephone"
    OTHER = "other"


class Proof(Enum):
    """How a badge shows that it is no copy, beside its number."""

    NONE = "none"
    EV2 = "ev2"  # challenge and response of an NTAG 424 DNA, `ev2`


class Proving(Enum):
    """The outcome of asking a badge for its proof. LEFT: it was taken away meanwhile, which says nothing about it."""

    PROVEN = "proven"
    REFUSED = "refused"
    LEFT = "left"


class Worth(Enum):
    """How far a badge can be trusted at the door. PROVES: it opens with its proof only. COPYABLE: it has no proof to
    give. CAN_PROVE: it can be copied as long as no proof is asked for. CHANGES: its number changes at each tap.
    """

    PROVES = "proves"
    COPYABLE = "copyable"
    CAN_PROVE = "can-prove"
    CHANGES = "changes"


# by the lower half of a chip's type
_TYPE_4_KINDS = {0x01: Product.DESFIRE, 0x08: Product.DESFIRE, 0x04: Product.NTAG424}
# by the beginning of the library's name
_TYPE_2_NAMES = {"NXP NTAG": Product.NTAG21X, "NTAG": Product.NTAG21X, "Mifare Ultralight": Product.ULTRALIGHT}


def worth(product: Product | None, proof: Proof = Proof.NONE) -> Worth:
    """Return how far a badge can be trusted; an unknown product counts as copyable."""
    if proof is not Proof.NONE:
        return Worth.PROVES
    if product is Product.TELEPHONE:
        return Worth.CHANGES
    return Worth.CAN_PROVE if product in {Product.NTAG424, Product.DESFIRE} else Worth.COPYABLE


def worth_of(product: str | None, proof: str | None = None) -> Worth:
    """Return how far a badge can be trusted by what its row in the database says."""
    kind = next((known for known in Product if known.value == product), None)
    return worth(kind, Proof.EV2 if proof == Proof.EV2.value else Proof.NONE)


def by_selection(sak: int, name: str, *, is_random: bool) -> Product | None:
    """Return the product as far as selecting a badge tells it; `name` is what the reader's library calls it.

    None where the chip must be asked for its version. A card whose number is drawn anew (`is_random`) counts as a
    telephone: neither can be given to a member.
    """
    if is_random:
        return Product.TELEPHONE
    if sak & _CLASSIC:
        return Product.CLASSIC
    if sak & _TYPE_4:
        return None
    return next((product for start, product in _TYPE_2_NAMES.items() if name.startswith(start)), Product.OTHER)


def by_version(answer: bytes) -> Product:
    """Return the product by the first part of a chip's answer to GetVersion; OTHER for any other answer."""
    if len(answer) < 4 or answer[0] != _NXP:
        return Product.OTHER
    product = _TYPE_4_KINDS.get(answer[1] & _KINDS_BELOW, Product.OTHER)
    return Product.OTHER if product is Product.NTAG424 and answer[3] != _NTAG_424 else product
