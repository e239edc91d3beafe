"""A server's database that is exchanged for another home's, while a program has written nothing yet or has."""

from collections.abc import Callable

import pytest

from kiosk.errors import MachineError
from tests import records
from tests.store.place import Place, morning

pytestmark = pytest.mark.promise(3)


def _reads(place: Place) -> None:
    with place.store.reading() as connection:
        place.rules.at(connection, morning())


def _writes(place: Place) -> None:
    with place.store.writing() as connection:
        place.rules.at(connection, morning())


@pytest.mark.parametrize("act", [_reads, _writes])
@pytest.mark.parametrize("before", [_reads, _writes])
def test_another_home_s_database_in_a_server_s_place_is_neither_read_nor_written(
    there: Place, before: Callable[[Place], None], act: Callable[[Place], None]
) -> None:
    before(there)
    with records.away(there.home) as found:
        found.put_another_s()
        for _ in range(3):  # the first one may hear that its connection is gone
            with pytest.raises(MachineError) as raised:
                act(there)
        assert "another home's" in str(raised.value)
        found.take_out()
    there.store.close()
    act(there)
