"""`kiosk badges`: what one is worth, and whether an address that a chip wrote proves itself."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk import home
from kiosk.devices.readers import single_badge
from kiosk.devices.readers.single_badge import Sensed
from kiosk.domain.badges.products import Product
from kiosk.domain.checkin import badges
from tests.cli.test_commands import Kiosk
from tests.domain.badges.test_sun import ENCRYPTED, FILE, META, OWN_KEYS, PLAIN

ZERO = "00" * 16


@pytest.fixture
def kiosk(root: Path, capsys: pytest.CaptureFixture[str]) -> Kiosk:
    return Kiosk(root, capsys)


def check(kiosk: Kiosk, url: str, picc_key: str = ZERO, mac_key: str = ZERO, *more: str) -> tuple[int, str, str]:
    return kiosk("badges", "check-url", url, "--picc-key", picc_key, "--mac-key", mac_key, *more)


@pytest.mark.parametrize(
    ("url", "picc_key", "mac_key", "uid", "counter"),
    [
        (ENCRYPTED, ZERO, ZERO, "04DE5F1EACC040", 61),
        (PLAIN, ZERO, ZERO, "041E3C8A2D6B80", 6),
        (OWN_KEYS, META.hex(), FILE.hex(), "041D3C8A2D6B80", 291),
    ],
)
def test_an_address_that_proves_itself_says_number_and_counter(
    kiosk: Kiosk, url: str, picc_key: str, mac_key: str, uid: str, counter: int
) -> None:
    status, out, _ = check(kiosk, url, picc_key, mac_key, "--json")
    assert (status, json.loads(out)) == (0, {"valid": True, "uid": uid, "counter": counter})
    assert uid in check(kiosk, url, picc_key, mac_key)[1]


def test_an_address_that_does_not_is_a_no(kiosk: Kiosk) -> None:
    status, out, err = check(kiosk, ENCRYPTED.replace("EF96", "EF97"), ZERO, ZERO, "--json")
    assert (status, json.loads(out)) == (1, {"valid": False, "uid": None, "counter": None})
    assert "[sun-invalid]" in err
    assert check(kiosk, ENCRYPTED, ZERO, META.hex())[:2] == (1, "")


@pytest.mark.parametrize(
    ("url", "key", "code"),
    [
        ("https://example.org/", ZERO, "sun-url"),
        (ENCRYPTED, "00", "usage"),
        (ENCRYPTED, "secret-secret", "usage"),
        (ENCRYPTED, "@nowhere", "usage"),
    ],
)
def test_what_is_no_such_address_or_no_key_is_a_wrong_request(kiosk: Kiosk, url: str, key: str, code: str) -> None:
    status, out, err = check(kiosk, url, ZERO, key)
    assert (status, out) == (2, "")
    assert f"[{code}]" in err
    assert "secret" not in err


def test_a_key_may_stand_in_a_file_which_no_list_of_processes_shows(kiosk: Kiosk, tmp_path: Path) -> None:
    (tmp_path / "mac.key").write_text(f"{FILE.hex()}\n")
    assert check(kiosk, OWN_KEYS, META.hex(), f"@{tmp_path / 'mac.key'}")[0] == 0


def sensed(uid: str, product: Product) -> Callable[..., Sensed]:
    return lambda *_: Sensed(badges.parse(uid), product)


@pytest.mark.parametrize(
    ("uid", "product", "worth", "says"),
    [
        ("04A2000000E511", Product.NTAG21X, "copyable", "can be copied with a telephone"),
        ("04A2000000E511", Product.NTAG424, "can-prove", "cannot be forged, but the door reads its number only"),
        ("C0FFEE01", Product.CLASSIC, "copyable", "given out more than once"),
        ("08112233", Product.TELEPHONE, "changes", "take a card or a tag"),
    ],
)
def test_a_badge_on_the_reader_says_what_it_is_worth(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch, uid: str, product: Product, worth: str, says: str
) -> None:
    monkeypatch.setattr(single_badge, "sense", sensed(uid, product))
    facts = kiosk.json("badges", "read")
    assert facts == {
        "product": product.value,
        "worth": worth,
        "tail": uid[-4:],
        "bytes": len(uid) // 2,
        "unique": len(uid) > 8,
    }
    out = kiosk("badges", "read")[1]
    assert says in out
    assert uid not in out, "a whole number is shown nowhere"


def test_no_badge_is_a_no_and_a_running_entrance_keeps_its_reader(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(single_badge, "sense", lambda *_: None)
    status, _, err = kiosk("badges", "read", "--seconds", "1")
    assert (status, "[no-badge-read]" in err) == (1, True)
    with home.locked(home.find(kiosk.root), wholly=False):
        status, _, err = kiosk("badges", "read")
    assert (status, "[entrance-runs]" in err) == (3, True)


def test_badges_are_counted_by_what_they_are(kiosk: Kiosk) -> None:
    assert kiosk.json("badges", "list") == {"badges": [], "products": {}}
    kiosk("members", "add", "--name", "Inès Moreau", "--badge", "04A2000000E511")
    assert kiosk.json("badges", "list")["products"] == {"not read": 1}
    assert "1  not read, can be copied with a telephone" in kiosk("badges", "list")[1]
    assert "prefer a badge of 7 bytes" in kiosk("badges", "add", "1", "C0FFEE01")[1]
    kiosk("badges", "lost", "C0FFEE01")
    assert kiosk.json("badges", "list")["products"] == {"not read": 1}
