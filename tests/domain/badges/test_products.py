"""Which product a badge is, and what it is worth. Answers to GetVersion as in NXP's data sheets."""

import pytest

from kiosk.domain.badges import products
from kiosk.domain.badges.products import Product, Proof, Worth


@pytest.mark.parametrize(
    ("sak", "name", "product"),
    [
        (0x08, "Type2Tag", Product.CLASSIC),
        (0x18, "Type2Tag", Product.CLASSIC),
        (0x09, "Type2Tag", Product.CLASSIC),
        (0x28, "Type4Tag", Product.CLASSIC),  # a chip that imitates one
        (0x00, "Mifare Ultralight (MF01CU1)", Product.ULTRALIGHT),
        (0x00, "Mifare Ultralight C (MF01CU2)", Product.ULTRALIGHT),
        (0x00, "Mifare Ultralight EV1 (MF0UL11)", Product.ULTRALIGHT),
        (0x00, "NXP NTAG213", Product.NTAG21X),
        (0x00, "NXP NTAG216", Product.NTAG21X),
        (0x00, "NTAG I2C 1K (NT3H1101)", Product.NTAG21X),
        (0x00, "Type2Tag", Product.OTHER),
        (0x20, "Type4Tag", None),
    ],
)
def test_selecting_a_badge_tells_its_product_or_that_the_chip_must_be_asked(
    sak: int, name: str, product: Product | None
) -> None:
    assert products.by_selection(sak, name, is_random=False) is product
    assert products.by_selection(sak, name, is_random=True) is Product.TELEPHONE


@pytest.mark.parametrize(
    ("answer", "product"),
    [
        ("0404023000110591AF", Product.NTAG424),
        ("0404083000110591AF", Product.NTAG424),  # with a tamper loop
        ("0404021000110591AF", Product.OTHER),  # NTAG 413
        ("04010101001A0591AF", Product.DESFIRE),  # EV1
        ("04010112001A0591AF", Product.DESFIRE),  # EV2
        ("04810133001A0591AF", Product.DESFIRE),  # on another platform
        ("0408013000130591AF", Product.DESFIRE),  # Light
        ("0402011100160591AF", Product.OTHER),  # MIFARE Plus
        ("0504023000110591AF", Product.OTHER),
        ("6D00", Product.OTHER),
        ("040402", Product.OTHER),
        ("", Product.OTHER),
    ],
)
def test_a_chip_s_version_tells_its_product(answer: str, product: Product) -> None:
    assert products.by_version(bytes.fromhex(answer)) is product


def test_no_badge_is_worth_more_than_what_the_door_asks_of_it() -> None:
    worth = {product: products.worth(product) for product in (*Product, None)}
    assert {product for product, each in worth.items() if each is Worth.CHANGES} == {Product.TELEPHONE}
    assert {product for product, each in worth.items() if each is Worth.CAN_PROVE} == {Product.NTAG424, Product.DESFIRE}
    assert worth[None] is Worth.COPYABLE


def test_a_badge_cannot_be_forged_only_where_its_proof_is_demanded() -> None:
    proving = {product for product in (*Product, None) if products.worth(product, Proof.EV2) is Worth.PROVES}
    assert proving == {*Product, None}
    assert not [product for product in (*Product, None) if products.worth(product) is Worth.PROVES]
