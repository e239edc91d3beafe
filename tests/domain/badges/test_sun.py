"""Addresses that an NTAG 424 DNA writes, held against the published ones. Keys are zero where no others are given.

Sources: NXP AN12196 rev. 1.8, "NTAG 424 DNA and NTAG 424 DNA TagTamper features and hints", sections 4.3 and 4.4 (the
session keys and the whole codes stand there, too), read in NXP's own file; the examples and tests of
nfc-developer/sdm-backend (github.com). The note's address with a plain number has a code that fits no key it prints.
"""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.devices import aes
from kiosk.domain.badges import sun
from kiosk.domain.badges.sun import Proven
from kiosk.domain.problems import Problem

ZERO = bytes(16)
META, FILE = bytes.fromhex("42AFF114F2CB3B6141BE6DC95DFC5416"), bytes.fromhex("B62A9BAF092439BD43C62AEE96B970C5")

ENCRYPTED = "https://ntag.nxp.com/424?e=EF963FF7828658A599F3041510671E88&c=94EED9EE65337086"  # AN12196
WITH_FILE = (  # AN12196
    "https://www.my424dna.com/?picc_data=FD91EC264309878BE6345CBE53BADF40"
    "&enc=CEE9A53E3E463EF1F459635736738962&cmac=ECC1E7F6C6C73BF6"
)
NEWER_WITH_FILE = (  # AN12196, in its later revisions
    "https://my424dna.com/?picc_data=FDE4AFA99B5C820A2C1BB0F1C792D0EB"
    "&enc=94592FDE69FA06E8E3B6CA686A22842B&cmac=C48B89C17A233B2C"
)
PLAIN = "https://sdm.nfcdeveloper.com/tagpt?uid=041E3C8A2D6B80&ctr=000006&cmac=4B00064004B0B3D3"  # sdm-backend
OWN_KEYS = (  # sdm-backend: the code is over the file's data alone, so nothing stands between them
    "https://sdm.nfcdeveloper.com/tag?picc_data=8ACADDEF0A9B62CDAE39A16B83FC14DE"
    "&enc=B8436E11F627BB7F543FCC0C1E0D1A89238B2543A8DEBAD8"
)
OWN_KEYS_IN_A_ROW = OWN_KEYS.replace("&enc=", "").replace("picc_data", "e")
PUBLISHED = {
    ENCRYPTED: (ZERO, ZERO, "04DE5F1EACC040", 61),
    ENCRYPTED.replace("?e=", "?picc_data=").replace("&c=", "&cmac="): (ZERO, ZERO, "04DE5F1EACC040", 61),
    ENCRYPTED.replace("&c=", ""): (ZERO, ZERO, "04DE5F1EACC040", 61),
    WITH_FILE: (ZERO, ZERO, "04958CAA5C5E80", 8),
    NEWER_WITH_FILE: (ZERO, ZERO, "04958CAA5C5E80", 1),
    PLAIN: (ZERO, ZERO, "041E3C8A2D6B80", 6),
    OWN_KEYS: (META, FILE, "041D3C8A2D6B80", 291),
    OWN_KEYS_IN_A_ROW: (META, FILE, "041D3C8A2D6B80", 291),
}


@pytest.mark.parametrize("url", PUBLISHED)
def test_published_addresses_prove_themselves(url: str) -> None:
    picc_key, mac_key, uid, counter = PUBLISHED[url]
    assert sun.verify(sun.parse(url), picc_key, mac_key, aes) == Proven(bytes.fromhex(uid), counter)


@pytest.mark.parametrize("url", PUBLISHED)
def test_any_bit_flipped_in_an_address_is_refused(url: str) -> None:
    picc_key, mac_key, _, _ = PUBLISHED[url]
    for value in re.finditer(r"=([0-9A-F]+)", url):
        for at in range(*value.span(1)):
            for bit in (1, 2, 4, 8):
                other = f"{url[:at]}{int(url[at], 16) ^ bit:X}{url[at + 1 :]}"
                assert sun.verify(sun.parse(other), picc_key, mac_key, aes) is None, other


@pytest.mark.parametrize("url", PUBLISHED)
def test_either_key_that_is_another_proves_nothing(url: str) -> None:
    picc_key, mac_key, _, _ = PUBLISHED[url]
    message, other = sun.parse(url), bytes([1, *range(15)])
    assert sun.verify(message, picc_key, other, aes) is None
    if message.picc is not None:
        assert sun.verify(message, other, mac_key, aes) is None


def test_the_steps_are_those_of_the_application_note() -> None:
    session = aes.cmac(ZERO, bytes.fromhex("3CC30001008004DE5F1EACC0403D0000"))
    assert session.hex().upper() == "3FB5F6E3A807A03D5E3570ACE393776F"
    assert aes.cmac(session, b"").hex().upper() == "E194C7EE12D9F7EE8A65C8331B704386"


def written(key: bytes, mac_key: bytes, uid: bytes, counter: int | None, data: str = "") -> str:
    """The address that a chip of these keys writes, worked out from the application note beside `sun`."""
    counted = b"" if counter is None else counter.to_bytes(3, "little")
    first = 0x87 if counter is None else 0xC7
    picc = aes.encrypt(key, bytes(16), (bytes([first]) + uid + counted).ljust(16, b"\x5a")).hex()
    covered = f"{data}&c=" if data else ""
    session = aes.cmac(mac_key, (bytes.fromhex("3CC300010080") + uid + counted).ljust(16, b"\0"))
    enc = f"&enc={data}" if data else ""
    return f"https://e.fr/b?e={picc}{enc}&c={aes.cmac(session, covered.encode())[1::2].hex()}"


@pytest.mark.parametrize("counter", [None, 0, 1, 255, 256, 257, 65535, 65536, 0xFFFFFF])
def test_counters_are_read_with_their_lowest_byte_first(counter: int | None) -> None:
    uid = bytes.fromhex("04A1B2C3D4E5F6")
    assert sun.verify(sun.parse(written(META, FILE, uid, counter)), META, FILE, aes) == Proven(uid, counter)


@settings(max_examples=40)
@given(st.binary(min_size=7, max_size=7), st.integers(0, 0xFFFFFF), st.sampled_from([0, 1, 2, 15]))
def test_what_a_chip_writes_is_read_again(uid: bytes, counter: int, blocks: int) -> None:
    url = written(META, FILE, uid, counter, "0F" * 16 * blocks)
    assert sun.verify(sun.parse(url), META, FILE, aes) == Proven(uid, counter)


def test_a_number_of_another_size_proves_nothing() -> None:
    picc = aes.encrypt(ZERO, bytes(16), bytes.fromhex("C604DE5F1EACC0403D0000DA5CF60941")).hex()
    assert sun.verify(sun.parse(ENCRYPTED.replace("EF963FF7828658A599F3041510671E88", picc)), ZERO, ZERO, aes) is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://ntag.nxp.com/424",
        "http://[::1",
        "https://e.fr/?c=94EED9EE65337086",
        "https://e.fr/?e=EF963FF7828658A599F3041510671E88",
        "https://e.fr/?e=EF963FF7828658A599F3041510671E88&c=94EED9EE653370",
        "https://e.fr/?e=EF963FF7828658A599F3041510671E88&c=94EED9EE6533708",
        "https://e.fr/?e=EF963FF7828658A599F3041510671E&c=94EED9EE65337086",
        "https://e.fr/?e=EF963FF7828658A599F3041510671E8Z&c=94EED9EE65337086",
        "https://e.fr/?e=٠F963FF7828658A599F3041510671E88&c=94EED9EE65337086",
        "https://e.fr/?e=EF963FF7828658A599F3041510671E88&c=94EED9EE65337086&cmac=94EED9EE65337086",
        "https://e.fr/?e=EF963FF7828658A599F3041510671E88&uid=04DE5F1EACC040&c=94EED9EE65337086",
        "https://e.fr/?e=EF963FF7828658A599F3041510671E88&enc=00&c=94EED9EE65337086",
        "https://e.fr/?e=EF963FF7828658A599F3041510671E88&enc=&c=94EED9EE65337086",
        "https://e.fr/?e=EF963FF7828658A599F3041510671E88&c=94EED9EE65337086&enc=CEE9A53E3E463EF1F459635736738962",
        "https://e.fr/?e=EF963FF7828658A599F3041510671E88EF963FF7828658A5&c=94EED9EE65337086",  # LRP
        "https://e.fr/?e%3DEF963FF7828658A599F3041510671E88%26c%3D94EED9EE65337086",
        "https://e.fr/?uid=041E3C8A2D6B80&ctr=000006",
        "https://e.fr/?uid=041E3C8A&ctr=000006&cmac=4B00064004B0B3D3",
        "https://e.fr/?uid=041E3C8A2D6B80&ctr=06&cmac=4B00064004B0B3D3",
    ],
)
def test_what_is_no_such_address_is_told_apart_from_one_that_lies(url: str) -> None:
    with pytest.raises(Problem) as refused:
        sun.parse(url)
    assert refused.value.code == "sun-url"


@given(st.text(alphabet="?&=ecunidtrpam_x0123456789ABCDEFabcdef%é", max_size=120))
def test_whatever_is_written_is_an_address_or_a_problem(text: str) -> None:
    try:
        assert sun.verify(sun.parse(f"https://e.fr/?{text}"), META, FILE, aes) is None
    except Problem as problem:
        assert problem.code == "sun-url"
