"""A house whose members pay online, and the platform that stands in for HelloAsso."""

from collections.abc import Iterator

import pytest

from kiosk.store.members import members
from tests import helloasso
from tests.conftest import Space
from tests.money.online.house import INES, PayingHouse, turn_on


@pytest.fixture
def paying(space: Space) -> Iterator[PayingHouse]:
    """Inès, who has an e-mail address, and a platform that answers."""
    with helloasso.running() as platform:
        turn_on(space, platform.url)
        ines = space.join("Inès Moreau", INES)
        with space.home.store.writing() as connection:
            members.change(connection, members.by_number(connection, ines), email="ines@example.org")
        yield PayingHouse(space, platform, ines)
