"""Damages before a first start of a kind: some of the cases in each run, all of them by `scripts/torture damages`."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import damages, older_release, start_damages
from tests.faults.start_damages import later
from tests.shared import once

pytestmark = [pytest.mark.promise(4), pytest.mark.sqlite]
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to the program's own user")


@pytest.fixture(scope="session")
def lived() -> Path:
    """What each of the starts begins with."""
    return once("lived-starts", start_damages.live)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that another user may pass through."""
    with damages.folder() as made:
        yield made


@AS_ROOT
@pytest.mark.parametrize(("start", "place", "damage"), start_damages.sampled(17))
def test_a_first_start_opens_for_whom_it_knows_whatever_was_damaged_before_it(
    lived: Path, folder: Path, start: str, place: str, damage: str
) -> None:
    assert start_damages.play(lived, folder / "home", start, place, damage) == []


@pytest.mark.parametrize("start", start_damages.STARTS)
def test_a_first_start_opens_and_counts_what_waited(lived: Path, folder: Path, start: str) -> None:
    assert damages.play(lived / start, folder / "home", [], damages.COLD).wrong == []


# Of a home that an older release made, by its own code

OLDER = pytest.mark.skipif(not older_release.is_there(), reason="a shallow clone's history has no older release")


@pytest.fixture(scope="session")
def lived_before() -> Path:
    """What each of these starts begins with."""
    return once("lived-before", start_damages.live_in_older_release)


@OLDER
@pytest.mark.parametrize("start", start_damages.REAL_STARTS)
def test_a_first_start_after_an_older_release_opens_and_counts_what_waited(
    lived_before: Path, folder: Path, start: str
) -> None:
    """On the way back the older release opens by records and by roster (`tests.faults.older_life`)."""
    begun = lived_before / start
    assert damages.play(begun, folder / "home", [], damages.COLD, then=later(start)).wrong == []


@OLDER
@AS_ROOT
@pytest.mark.parametrize(("start", "place", "damage"), start_damages.sampled(41, start_damages.REAL_STARTS))
def test_a_first_start_after_an_older_release_opens_whatever_was_damaged_before_it(
    lived_before: Path, folder: Path, start: str, place: str, damage: str
) -> None:
    assert start_damages.play(lived_before, folder / "home", start, place, damage) == []


_UPDATED, _STOPPED = "after an update of an older release", "between an older release's stop and its update"


@OLDER
@AS_ROOT
@pytest.mark.parametrize(
    ("start", "place", "damage"),
    [
        *((_UPDATED, "spool", damage) for damage in ("emptied", "link")),
        *((_UPDATED, "spool/*.spool", damage) for damage in ("garbage", "halved", "pipe", "removed")),
        *((_STOPPED, "spool/*.spool", damage) for damage in ("garbage", "removed")),
    ],
)
def test_a_day_that_an_older_release_left_waiting_is_counted_or_told_whatever_becomes_of_its_spool(
    lived_before: Path, folder: Path, start: str, place: str, damage: str
) -> None:
    assert start_damages.play(lived_before, folder / "home", start, place, damage) == []


@OLDER
@AS_ROOT
def test_a_spool_s_folder_that_goes_with_its_manifest_before_an_update_is_at_least_told(
    lived_before: Path, folder: Path
) -> None:
    """Nothing that is left names its days: `start_damages.play` lets that pass for the folder, where it is told."""
    gone = [("spool", "removed")]
    outcome = damages.play(lived_before / _STOPPED, folder / "home", gone, damages.COLD, then=later(_STOPPED))
    assert outcome.wrong == ["Paul's day was counted 0 times, 0 are aside"]
    assert "door-journal-gone" in outcome.named


@OLDER
@AS_ROOT
def test_the_older_release_s_ledger_put_back_after_the_update_opens_by_the_roster_until_it_is_migrated(
    lived_before: Path, folder: Path
) -> None:
    start = next(iter(start_damages.REAL_STARTS))
    assert start_damages.play(lived_before, folder / "home", start, "db/ledger.db", damages.OLDER) == []
