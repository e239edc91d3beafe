"""Whatever a tap raises ends at the reader: the screen says so, and the next tap is served."""

import pytest

from kiosk.checkin.cards import CardKind
from kiosk.entrance_parts import served
from tests.conftest import Space

pytestmark = pytest.mark.promise(4)

INES = "04A2000000E511"


@pytest.mark.parametrize("fault", [ValueError("odd"), OSError("odd")])
def test_whatever_a_tap_raises_ends_at_the_reader_and_is_logged(
    space: Space, fault: Exception, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[object] = []
    after: list[object] = []

    def broken(_read: object) -> None:
        raise fault

    with monkeypatch.context() as patch:
        patch.setattr(space.checkin, "tap", broken)
        served(space.checkin, noted.append, lambda read, _: after.append(read))(space.read(INES))
    assert space.shows(CardKind.FAULT)
    assert "a tap was not served" in caplog.text
    space.join("Inès Moreau", INES)
    served(space.checkin, noted.append, lambda read, _: after.append(read))(space.read(INES))
    assert space.door.pulses == 1
    assert noted == [space.read(INES)] * 2
    assert after == [space.read(INES)], "of a badge that was let in"
