"""The MACs of keys that are used time and again, beside Python's own."""

import hmac

import pytest

from kiosk.domain import macs

KEYS = [b"", b"\0", bytes(range(32)), bytes(64), bytes(65), bytes(range(256))]  # of a block, and longer


@pytest.mark.parametrize("key", KEYS, ids=len)
@pytest.mark.parametrize("message", [b"", b"04A2000000E511", bytes(100_000)], ids=len)
def test_they_are_those_of_the_standard_time_and_again(key: bytes, message: bytes) -> None:
    expected = hmac.digest(key, message, "sha256")
    assert [macs.of(key, message) for _ in range(3)] == [expected] * 3


def test_what_one_key_began_is_no_part_of_another_message() -> None:
    assert len({macs.of(key, message) for key in KEYS[2:4] for message in (b"a", b"ab", b"b")}) == 6


def test_more_keys_than_are_kept_are_as_right() -> None:
    keys = [number.to_bytes(32) for number in range(100)]
    assert [macs.of(key, b"x") for key in keys * 2] == [hmac.digest(key, b"x", "sha256") for key in keys * 2]
