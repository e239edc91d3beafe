"""`kiosk badges`: what one is worth, and whether an address that a chip wrote proves itself."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk import home
from kiosk.badges import proof_keys
from kiosk.devices.readers import single_badge
from kiosk.devices.readers.single_badge import Sensed
from kiosk.domain.badges.products import Product, Proving
from kiosk.domain.checkin import badges
from tests.cli.test_commands import Kiosk
from tests.domain.badges.test_sun import ENCRYPTED, FILE, META, OWN_KEYS, PLAIN

ZERO = "00" * 16
INES = "04A2000000E511"


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
    return lambda *_: Sensed(badges.parse(uid), product, product)


@pytest.mark.parametrize(
    ("uid", "product", "worth", "says"),
    [
        ("04A2000000E511", Product.NTAG21X, "copyable", "NTAG 21x, copiable avec un téléphone"),
        (
            "04A2000000E511",
            Product.NTAG424,
            "can-prove",
            "NTAG 424 DNA, puce infalsifiable, mais la porte n’en lit que le numéro",
        ),
        ("C0FFEE01", Product.CLASSIC, "copyable", "une autre carte peut avoir le même"),
        ("08112233", Product.TELEPHONE, "changes", "téléphone, change de numéro à chaque fois"),
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
    none = {"badges": [], "products": {}, "key_versions": {}, "half_written": [], "half_written_of_none": 0}
    assert kiosk.json("badges", "list") == none
    kiosk("members", "add", "--name", "Inès Moreau", "--badge", "04A2000000E511")
    assert kiosk.json("badges", "list")["products"] == {"not read": 1}
    assert "1  puce non lue, copiable avec un téléphone" in kiosk("badges", "list")[1]
    assert "prefer a badge of 7 bytes" in kiosk("badges", "add", "1", "C0FFEE01")[1]
    kiosk("badges", "lost", "C0FFEE01")
    assert kiosk.json("badges", "list")["products"] == {"not read": 1}


# A badge's proof


@pytest.fixture
def site_key(kiosk: Kiosk, root: Path) -> bytes:
    status, out, _ = kiosk("badges", "site-key")
    assert (status, out.partition(" is in ")[0]) == (0, "key 1")
    return proof_keys.read(home.find(root))[1]


def asked(proving: Proving) -> Callable[..., Sensed]:
    """What the reader says of a badge that it asked with the newest key."""
    return lambda *_: Sensed(badges.parse(INES), Product.NTAG424, proving)


def test_each_key_of_the_site_is_a_new_one_beside_those_of_before_and_is_shown_to_nobody(
    kiosk: Kiosk, root: Path, site_key: bytes
) -> None:
    paths = home.find(root)
    _, out, _ = kiosk("badges", "site-key")
    keys = proof_keys.read(paths)
    assert (list(keys), keys[1]) == ([1, 2], site_key)
    assert keys[2] != site_key
    assert paths.proof_keys.stat().st_mode & 0o777 == 0o600
    assert not any(key.hex() in out.lower() for key in keys.values())
    assert proof_keys.of(paths, 2) == keys[2]
    assert proof_keys.of(paths, 3) is None


def test_a_badge_that_proved_itself_opens_with_its_proof_only(
    kiosk: Kiosk, root: Path, site_key: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert kiosk("members", "add", "--name", "Inès Moreau", "--badge", INES)[0] == 0
    monkeypatch.setattr(single_badge, "sense", asked(Proving.PROVEN))
    status, out, _ = kiosk("badges", "prove", "--try", "--json")
    assert (status, json.loads(out)) == (0, {"tail": "E511", "key_version": 1, "member": None})
    assert _proofs(root) == [(None, None)]
    status, out, _ = kiosk("badges", "prove", "--json")
    assert (status, json.loads(out)["member"]) == (0, 1)
    assert _proofs(root) == [("ev2", 1)]
    assert kiosk("verify")[0] == 0


@pytest.mark.parametrize(("sense", "code"), [(asked(Proving.REFUSED), "badge-unproven"), (None, "no-badge-read")])
def test_a_badge_that_did_not_prove_itself_is_left_as_it_was(
    kiosk: Kiosk,
    root: Path,
    site_key: bytes,
    monkeypatch: pytest.MonkeyPatch,
    sense: Callable[..., Sensed] | None,
    code: str,
) -> None:
    kiosk("members", "add", "--name", "Inès Moreau", "--badge", INES)
    monkeypatch.setattr(single_badge, "sense", sense or (lambda *_: None))
    status, _, err = kiosk("badges", "prove")
    assert status == 1
    assert f"[{code}]" in err
    assert _proofs(root) == [(None, None)]


def test_a_badge_that_proves_itself_is_called_unforgeable_and_counted_by_its_key(
    kiosk: Kiosk, site_key: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk("members", "add", "--name", "Inès Moreau", "--badge", INES)
    monkeypatch.setattr(single_badge, "sense", asked(Proving.PROVEN))
    assert kiosk("badges", "prove")[0] == 0
    monkeypatch.setattr(single_badge, "sense", sensed(INES, Product.NTAG424))
    assert "NTAG 424 DNA, infalsifiable" in kiosk("badges", "read")[1]
    assert kiosk.json("badges", "list")["key_versions"] == {"1": 1}
    assert "1  vérifiés avec la clé du site, version 1" in kiosk("badges", "list")[1]


def test_a_badge_of_nobody_is_given_first(kiosk: Kiosk, site_key: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single_badge, "sense", asked(Proving.PROVEN))
    status, out, _ = kiosk("badges", "prove")
    assert status == 0
    assert "it has no member yet" in out


@pytest.mark.parametrize("content", ["", "1", "1 zz", "0 " + 32 * "0", "256 " + 32 * "0", "1 " + 30 * "0"])
def test_damaged_keys_are_named_and_none_is_used(kiosk: Kiosk, root: Path, content: str) -> None:
    paths = home.find(root)
    paths.proof_keys.write_text(content)
    paths.proof_keys.chmod(0o600)
    status, out, err = kiosk("badges", "prove")
    assert (status, out) == (3, "")
    assert "[key]" in err
    assert proof_keys.of(paths, 1) is None


def _proofs(root: Path) -> list[tuple[str | None, int | None]]:
    with home.opened(root) as opened, opened.store.reading() as connection:
        return [tuple(row) for row in connection.exec_driver_sql("SELECT proof, key_version FROM badge")]
