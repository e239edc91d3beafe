"""A finger does what it aimed at, and nothing else: another card, long ago, or before anybody can have looked."""

from math import inf, nan

import pytest

from kiosk.domain.checkin.seen import Seen, is_aimed, is_possible

NOW = 1000.0


def aims(number: int = 7, painted_ago: float = 3.0, finger_ago: float = 0.1) -> Seen:
    return Seen(number, "ticket", NOW - painted_ago, NOW - finger_ago)


@pytest.mark.parametrize(
    ("seen", "is_strange", "hits"),
    [
        (aims(), False, True),
        (aims(), True, True),
        (aims(number=6), False, False),  # what stood there before
        (aims(number=8), False, False),
        (aims(painted_ago=20, finger_ago=10), False, True),
        (aims(painted_ago=20, finger_ago=10.01), False, False),
        (aims(painted_ago=30, finger_ago=25), False, False),  # an entrance that was frozen
        (aims(painted_ago=0.51, finger_ago=0.01), True, True),
        (aims(painted_ago=0.5, finger_ago=0.01), True, False),
        (aims(painted_ago=0.16, finger_ago=0.1), True, False),  # Ana's finger on Bob's card
        (aims(painted_ago=0.16, finger_ago=0.1), False, True),  # one's own next page
        (aims(painted_ago=0.1, finger_ago=0.2), False, False),  # before it was painted
        (aims(painted_ago=nan), False, False),
        (aims(finger_ago=nan), False, False),
        (aims(painted_ago=inf, finger_ago=inf), False, False),
    ],
)
def test_a_finger_hits_the_card_that_it_aimed_at(seen: Seen, is_strange: bool, hits: bool) -> None:
    assert is_aimed(seen, number=7, now=NOW, is_strange=is_strange) is hits


@pytest.mark.parametrize(("number", "hits"), [(3, False), (4, True), (6, True), (7, True), (8, False)])
def test_letters_may_be_quicker_than_the_pages_that_show_them(number: int, hits: bool) -> None:
    assert is_aimed(aims(number=number), number=7, now=NOW, is_strange=False, oldest=4) is hits


@pytest.mark.parametrize(
    ("at", "possible"),
    [
        (0.0, True),
        (NOW, True),
        (NOW + 0.05, True),  # a page's clock is not as fine as the server's
        (NOW + 0.06, False),
        (-0.001, False),
        (nan, False),
        (inf, False),
        (-inf, False),
        (1e308, False),
        (10**400, False),
    ],
)
def test_a_time_that_cannot_have_been_is_none(at: float, possible: bool) -> None:
    assert is_possible(Seen(7, "ticket", at, NOW), NOW) is possible
    assert is_possible(Seen(7, "ticket", NOW, at), NOW) is possible
