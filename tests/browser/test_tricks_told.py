"""Play the tricks at the door in Chromium as `tests.checkin.test_strangers_yes` tells them, from idle to idle.

Each on the screen that lies and on the one that stands.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize

from tests.checkin import household
from tests.checkin import test_strangers_yes as told
from tests.checkin.doorway import Doorway
from tests.selfservice.self_service import is_well

from . import pane
from .conftest import SIZE

pytestmark = pytest.mark.promise(6, 7)

SIZES: dict[str, ViewportSize] = {"lying": SIZE, "upright": {"width": 480, "height": 800}}
Story = Callable[[Doorway], None]
# What was tried at the door, and what it could be answered with.
TRIED: dict[str, Story] = {
    "a guest": partial(
        told.test_a_stranger_s_yes_is_nothing_after_a_member_has_gone_in, wants=told.wants_to_be_a_guest
    ),
    "an absent member": partial(
        told.test_a_stranger_s_yes_is_nothing_after_a_member_has_gone_in, wants=told.wants_to_be_vouched_for
    ),
    "somebody new": partial(told.test_a_stranger_s_yes_is_nothing_after_a_member_has_gone_in, wants=told.wants_to_join),
    "a sum in the box": told.test_two_touches_by_anybody_put_nothing_in_the_box_for_a_refused_member,
    "a carnet": told.test_two_touches_by_anybody_buy_no_carnet_for_a_refused_member,
    "another's card": partial(
        told.test_a_finger_that_aimed_at_another_s_card_does_nothing, after=0.06, label="^Annuler"
    ),
    "a way back that was closed": told.test_a_way_back_that_was_closed_costs_nothing,
    "a page that is over": told.test_at_idle_one_s_own_badge_opens_the_door_whatever_was_touched_before,
    "a guest at idle": told.test_at_idle_no_guest_is_asked_for,
    "a session that is touched": told.test_a_session_ends_however_much_it_is_touched,
    "a frozen entrance": partial(told.test_what_was_touched_before_a_freeze_is_not_done_after_it, label="^Annuler"),
    "what is enough": told.test_what_is_enough_is_all_that_is_missing,
}
OWN: dict[str, Story] = {
    "a guest's page that was closed": told.test_a_guest_s_page_that_was_closed_counts_no_guest,
    "a code": told.test_a_stranger_sets_no_code,
    "a page that was left": told.test_a_stranger_buys_nothing_on_a_page_that_was_left,
    "a setting": told.test_a_stranger_changes_no_setting_however_long_they_keep_the_page,
    "a badge too soon": told.test_a_badge_that_comes_too_soon_is_a_tap_and_no_yes,
    "a badge that lies there": told.test_a_badge_that_lies_there_all_along_is_no_yes,
    "another's badge": told.test_another_s_badge_ends_what_waited_for_one_s_own,
    "a badge in a hurry": told.test_the_same_badge_twice_in_a_hurry_says_no_yes,
    "a request that is over": told.test_a_request_ends_a_minute_after_its_last_touch,
    "a second request": told.test_a_second_request_does_not_take_the_place_of_the_first,
    "a help that was not meant": told.test_a_finger_that_aimed_at_a_card_does_not_ring_on_the_idle_screen,
    "what was begun before a freeze": told.test_what_was_begun_before_a_freeze_is_not_begun_after_it,
}

# And what people come for, by the buttons that they see: how many badges and touches each takes stands in its story.
COUNTED: dict[str, Story] = {
    "a guest is brought": told.test_a_host_brings_a_guest,
    "a member is vouched for": told.test_a_member_vouches_for_another,
    "a newcomer joins": told.test_a_member_welcomes_somebody_new,
    "a carnet is bought": told.test_a_member_buys_a_carnet,
}


TRICKS = TRIED | OWN


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_a_trick_does_nothing_in_chromium_either(
    template: Path, tmp_path: Path, chromium: Browser, trick: str, size: ViewportSize
) -> None:
    with pane.opened(household.built(template), tmp_path, chromium, size) as place:
        assert place.page.is_idle
        TRICKS[trick](place)
        place.is_idle()
        is_well(place.space)


@pytest.mark.parametrize("errand", COUNTED)
def test_an_errand_takes_as_many_badges_and_touches_in_chromium(
    template: Path, tmp_path: Path, chromium: Browser, errand: str
) -> None:
    with pane.opened(household.built(template), tmp_path, chromium, SIZE) as place:
        COUNTED[errand](place)
        place.is_idle()
        is_well(place.space)
