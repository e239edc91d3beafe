"""What a room is charged by must be there, and an error names the field that is wrong."""

import pytest

from kiosk.domain.rooms.pricing import PricedBy
from kiosk.errors import RequestError
from kiosk.language.names import Names
from kiosk.rooms.keeping import Keeping
from kiosk.store.rooms.room_rows import RoomFacts
from kiosk.store.space.policies import Rules
from tests.conftest import Space
from tests.rooms.hall import let


@pytest.mark.parametrize(
    ("priced_by", "field"),
    [
        (PricedBy("tea", "room-half", "room-day"), "hour_product"),
        (PricedBy("room-hour", "tea", "room-day"), "half_product"),
        (PricedBy("room-hour", "room-half", "tea"), "day_product"),
    ],
)
def test_a_price_that_is_not_there_is_named_by_its_own_field(space: Space, priced_by: PricedBy, field: str) -> None:
    let(space)
    keeping = Keeping(store=space.home.store, rules=Rules(space.home.config.zone), clock=space.clock)
    with pytest.raises(RequestError) as refused:
        keeping.add("attic", RoomFacts(names=Names({"fr": "Grenier"}), priced_by=priced_by))
    assert (refused.value.code, refused.value.field) == ("no-such-product", field)
