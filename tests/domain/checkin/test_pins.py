"""Which codes are too easy, and when a screen takes none."""

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain.checkin.pins import TRIES, Weakness, is_paused, wait_after, weakness

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("pin", "why"),
    [
        ("", Weakness.SHORT),
        ("123", Weakness.SHORT),
        ("1234567", Weakness.SHORT),
        ("12a4", Weakness.SHORT),
        ("٤٥٦٧", Weakness.SHORT),
        ("0000", Weakness.SAME),
        ("12121", Weakness.SAME),
        ("0123", Weakness.RUN),
        ("567890", Weakness.RUN),
        ("4321", Weakness.RUN),
        ("0042", Weakness.OWN_NUMBER),
        ("000042", Weakness.OWN_NUMBER),
        ("0043", None),
        ("5829", None),
        ("130698", None),
    ],
)
def test_what_would_be_guessed_first_is_no_code(pin: str, why: Weakness | None) -> None:
    assert weakness(pin, 42) is why


@pytest.mark.parametrize(
    ("tries", "over_seconds", "ago_seconds", "paused"),
    [(9, 60, 0, False), (10, 60, 0, True), (10, 600, 599, True), (10, 600, 600, False), (10, 601, 0, False)],
)
def test_ten_wrong_codes_in_ten_minutes_rest_a_screen(
    tries: int, over_seconds: int, ago_seconds: int, paused: bool
) -> None:
    newest = NOON - timedelta(seconds=ago_seconds)
    latest = [newest - timedelta(seconds=over_seconds * each / (tries - 1)) for each in range(tries)]
    assert is_paused(latest, NOON) is paused


@pytest.mark.parametrize(
    ("tries", "minutes"),
    [(0, 0), (TRIES - 1, 0), (TRIES, 5), (TRIES + 1, 10), (TRIES + 2, 20), (11, 1280), (12, 1440), (4000, 1440)],
)
def test_a_code_waits_twice_as_long_after_each_wrong_one_and_a_day_at_the_most(tries: int, minutes: int) -> None:
    assert wait_after(tries) == timedelta(minutes=minutes)
