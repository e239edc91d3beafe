"""How a badge's number is cleaned, hidden and hashed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.checkin import badges
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.domain.problems import Problem

UID = bytes.fromhex("04A1B2C3D4E501")
KEY = bytes(range(32))
OTHER_KEY = bytes(range(1, 33))
UIDS = st.sampled_from(badges.UID_SIZES).flatmap(lambda size: st.binary(min_size=size, max_size=size))


@pytest.mark.parametrize(
    ("text", "uid"),
    [
        ("DEADBEEF", "deadbeef"),
        ("04A1B2C3D4E501", "04a1b2c3d4e501"),
        ("04a1b2c3d4e501", "04a1b2c3d4e501"),
        ("04:A1:B2:C3:D4:E5:01", "04a1b2c3d4e501"),
        ("04-a1-b2-c3-d4-e5-01", "04a1b2c3d4e501"),
        ("04.A1.B2.C3.D4.E5.01", "04a1b2c3d4e501"),
        (" 04 A1 B2 C3 D4 E5 01 ", "04a1b2c3d4e501"),
        ("00112233445566778899", "00112233445566778899"),
    ],
)
def test_number_is_read_however_it_is_written(text: str, uid: str) -> None:
    assert badges.parse(text).uid == bytes.fromhex(uid)


@pytest.mark.parametrize(
    "text", ["04A1B2C", "XYZXYZXY", "04A1B2G3", "0x04A1B2", "٠٤A1B2C3", "04_A1_B2_C3", "04A1B2C3;--"]
)
def test_what_is_not_hexadecimal_is_refused(text: str) -> None:
    with pytest.raises(Problem) as refused:
        badges.parse(text)
    assert refused.value.code == "uid-format"


@pytest.mark.parametrize("size", [0, 1, 3, 5, 6, 8, 9, 11, 100])
def test_number_of_no_known_size_is_refused(size: int) -> None:
    with pytest.raises(Problem) as refused:
        badges.parse("04" * size)
    assert refused.value.code == "uid-size"
    with pytest.raises(Problem):
        BadgeRead(bytes(size))


@pytest.mark.parametrize(
    ("text", "drawn_anew"),
    [("08A1B2C3", True), ("04A1B2C3", False), ("DEADBEEF", False), ("08A1B2C3D4E501", False)],
)
def test_number_of_a_telephone_is_told_from_a_badge(text: str, drawn_anew: bool) -> None:
    assert badges.parse(text).is_random is drawn_anew


@given(UIDS)
def test_number_reads_back_from_how_it_is_written(uid: bytes) -> None:
    assert badges.parse(uid.hex(":").upper()) == badges.parse(uid.hex()) == BadgeRead(uid)


@pytest.mark.promise(6)
@given(UIDS)
def test_no_text_of_a_badge_shows_more_than_its_tail(uid: bytes) -> None:
    read = BadgeRead(uid)
    assert read.tail == uid.hex().upper()[-4:]
    assert {repr(read), str(read), f"{read}"} == {f"BadgeRead(…{read.tail})"}


def test_fingerprint_is_another_for_each_key_and_each_badge() -> None:
    read = BadgeRead(UID)
    prints = {read.fingerprint(KEY), read.fingerprint(OTHER_KEY), BadgeRead(UID[:-1] + b"\x02").fingerprint(KEY)}
    assert len(prints) == 3
    assert all(len(one) == 32 for one in prints)
    assert BadgeRead(UID).fingerprint(KEY) == read.fingerprint(KEY)


@pytest.mark.promise(6)
def test_fingerprint_is_the_hmac_that_the_database_holds() -> None:
    """Another value would make strangers of every badge given so far."""
    expected = "519519bed063a1c60a0f5789cd0e2d1ade61ad6939918370161cbd7bc25c9b90"
    assert BadgeRead(UID).fingerprint(KEY).hex() == expected
