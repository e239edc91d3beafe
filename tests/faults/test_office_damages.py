"""What the desk and what calls outwards make of damages, as their own users: some of the cases in each run, all of them
by `scripts/torture damages`.
"""

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from kiosk import home
from kiosk.store.marks.mark_file import MarkFile
from tests.conftest import WEDNESDAY
from tests.fakes import FakeClock
from tests.faults import damages, long_post, office_damages
from tests.faults.office_damages import DESK, OUTSIDE

pytestmark = [
    pytest.mark.promise(4),
    pytest.mark.sqlite,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to the programs' own users"),
]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with all that stands beside the ledger, an older copy of it, and a server that takes its messages."""
    with long_post.sink() as port:
        made = tmp_path_factory.mktemp("office")
        office_damages.live(made, port)
        yield made


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that other users may pass through."""
    with damages.folder() as made:
        yield made


@pytest.mark.parametrize(("place", "damage", "when", "program"), office_damages.sampled(13))
def test_the_office_answers_or_says_why_not_and_nothing_is_lost_or_twice(
    lived: Path, folder: Path, place: str, damage: str, when: str, program: str
) -> None:
    assert office_damages.play(lived, folder / "home", (place, damage), when, program) == []


def test_each_place_and_each_damage_is_among_what_is_tried() -> None:
    tried = office_damages.sampled(1)
    assert {place for place, *_ in tried} >= {*damages.FILES, *damages.FOLDERS, "keys/outside/mail"}
    assert {program for *_, program in tried} == {DESK, OUTSIDE}


@pytest.mark.parametrize("damage", sorted(damages.DAMAGES))
def test_the_desks_mark_of_what_it_saw_is_made_again_whatever_stands_in_its_place(
    lived: Path, folder: Path, damage: str
) -> None:
    root = Path(shutil.copytree(lived / "now", folder / "home"))
    office_damages.install(root)
    damages.damage(root, lived / "earlier", [("keys/desk/mark", damage)])
    clock = FakeClock(WEDNESDAY)
    clock.advance(hours=1)
    damages.mend(root, clock.now())
    with ExitStack() as stack, office_damages.acting(DESK):
        assert list(office_damages.Program.start(DESK, root, stack, clock).works()) == []
    mark = root / "keys" / "desk" / "mark"
    assert stat.S_ISREG(mark.lstat().st_mode)
    with home.opened(root) as opened:
        assert MarkFile(mark, opened.seal).read() is not None
