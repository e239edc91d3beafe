"""The fuzz in its short form, what it found, and whether it would notice."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from kiosk import config_in_force
from kiosk.config import Config
from kiosk.offline.replay import Replay
from kiosk.offline.spool_lines import FileLines, SpoolLines
from tests.faults import fuzz
from tests.faults.fuzz import DAY, HOUR, MINUTE, Kiosk
from tests.faults.fuzz_beside import Beside
from tests.homes import copied


@pytest.fixture
def kiosk(root: Path) -> Kiosk:
    """A kiosk to be led by the hand. Its `teardown` mends everything and holds it against the books."""
    return Kiosk(root, fuzz.populate(root), Counter())


@pytest.mark.promise(4)
def test_whatever_happens_in_whatever_order_ledger_and_spool_agree_with_books_kept_by_hand(
    root: Path, template: Path, tmp_path: Path
) -> None:
    seldom = {"entered at once", "entered later", "set aside", "reversed", "undone", "reboots", "lost with memory"}
    seen = set(fuzz.play(root, fuzz.short(16)))
    if not seldom <= seen:  # which stories are drawn changes with the code that they are of
        seen |= set(fuzz.play(copied(template, tmp_path / "more"), fuzz.short(64)))
    assert seldom <= seen


@pytest.mark.promise(4)
def test_whatever_happens_to_what_stands_beside_the_ledger_nothing_is_lost_or_another_machine(root: Path) -> None:
    """A stick that comes and goes, settings that are cut, keys that are damaged, rosters that cannot be written."""
    seen = set(fuzz.play(root, fuzz.short(12), of=Beside))
    assert {"sticks pulled", "settings damaged", "keys damaged", "rosters damaged", "entered later", "reboots"} <= seen


# What it found


def test_a_tap_that_opened_no_door_since_no_sync_succeeded_is_not_entered_after_a_restart(kiosk: Kiosk) -> None:
    kiosk.ledger_breaks("nothing", 0, lies=False)
    kiosk.taps("Paul")
    kiosk.spool_breaks("unsynced", memory=True)
    kiosk.taps("Ines")
    assert kiosk.tally["taken nowhere"] == 1
    kiosk.restarts(off=0 * DAY, wall="right", vouched=True)
    kiosk.books_agree()
    kiosk.teardown()


def test_a_word_that_is_given_once_the_ledger_is_there_again_is_heard_at_once(kiosk: Kiosk) -> None:
    """The new connection counts others' commits from its own beginning, and stood where the old one had."""
    kiosk.ledger_breaks("garbage", 0, lies=False)
    kiosk.background()
    kiosk.is_mended()
    kiosk.clock_is_set_right(word=True)
    kiosk.teardown()


def test_an_entry_older_than_the_tap_that_the_roster_does_not_know_says_nothing_of_its_day(kiosk: Kiosk) -> None:
    kiosk.time_passes(MINUTE)
    kiosk.taps("Ines")
    kiosk.ledger_breaks("nothing", 0, lies=False)  # before the roster heard of her
    kiosk.restarts(off=2 * DAY, wall="long ago", vouched=False)
    kiosk.taps("Paul")
    kiosk.restarts(off=2 * DAY, wall="right", vouched=True)
    kiosk.teardown()
    assert kiosk.tally["set aside"] == 1


def test_an_earlier_start_of_the_machine_says_nothing_of_a_taps_day(kiosk: Kiosk) -> None:
    kiosk.ledger_breaks("nothing", 0, lies=False)
    kiosk.clock_shows("right", vouched=False)
    kiosk.taps("Ines")
    kiosk.time_passes(DAY)
    kiosk.clock_is_set_right(word=False)
    kiosk.background()  # dates the start of the machine; the roster cannot be made
    kiosk.restarts(off=2 * DAY, wall="long ago", vouched=False)
    kiosk.taps("Paul")
    kiosk.restarts(off=2 * DAY, wall="right", vouched=True)
    kiosk.teardown()
    assert (kiosk.tally["entered later"], kiosk.tally["set aside"]) == (1, 1)


def test_what_the_desk_wrote_after_a_doubtful_start_is_not_taken_for_its_beginning(kiosk: Kiosk) -> None:
    kiosk.restarts(off=DAY, wall="long ago", vouched=False)
    kiosk.time_passes(2 * DAY)
    kiosk.desk_sells("Karim", "membership")  # on the day that the treasurer says
    kiosk.background()
    kiosk.taps("Ines")
    kiosk.desk_sells("Karim", "membership")
    kiosk.restarts(off=4 * DAY, wall="right", vouched=True)
    kiosk.teardown()


def test_a_program_that_starts_again_does_not_count_what_the_machine_was_up_before(kiosk: Kiosk) -> None:
    kiosk.time_passes(MINUTE)
    kiosk.taps("Ines")  # later than the roster was made
    kiosk.clock_shows("right", vouched=False)
    kiosk.restarts(off=0 * DAY, wall="right", vouched=False)
    kiosk.time_passes(HOUR)
    kiosk.taps("Paul")
    kiosk.restarts(off=20 * DAY, wall="right", vouched=True)
    kiosk.teardown()


def test_a_commit_whose_end_nobody_saw_is_entered_once(kiosk: Kiosk) -> None:
    kiosk.ledger_breaks("writes", 0, lies=True)
    kiosk.taps("Ines")
    assert kiosk.tally["spooled"] == 1
    kiosk.teardown()


def test_an_outage_is_over_at_once_though_nothing_that_waits_can_be_entered(root: Path) -> None:
    beside = Beside(root, fuzz.populate(root), Counter())
    beside.key("entrance/spool", "removed")
    beside.ledger_breaks("nothing", 0, lies=False)
    beside.taps("Ines")
    beside.restarts(off=0 * DAY, wall="right", vouched=False)  # her day is sealed by a key that is gone
    beside.is_mended(("ledger",))
    beside.background()
    beside.teardown()
    assert beside.tally["of another key"] == 1


def test_taps_that_were_entered_while_the_roster_s_folder_was_away_are_not_missed_at_a_start(kiosk: Kiosk) -> None:
    kiosk.clock_shows("right", vouched=False)
    kiosk.taps("Ines")
    kiosk.background()
    kiosk.roster_breaks()
    kiosk.clock_is_set_right(word=False)
    kiosk.background()
    assert kiosk.tally["spooled"] == 1
    kiosk.restarts(off=0 * DAY, wall="right", vouched=False)
    kiosk.background()
    kiosk.teardown()


# Whether it would notice


def _backwards(settle: Callable[..., None]) -> Callable[..., None]:
    def settled(self: Any, line: Any, lines: list[Any], now: Any) -> None:
        settle(self, lines[-1 - lines.index(line)], lines, now)

    return settled


def _forgets_the_first(read: Callable[..., FileLines]) -> Callable[..., FileLines]:
    def forgot(self: Any, content: bytes, name: str, known: int) -> FileLines:
        found = read(self, content, name, known)
        return replace(found, records=found.records[1:])

    return forgot


@pytest.mark.parametrize(
    ("part", "name", "weaken"), [(Replay, "_settle", _backwards), (SpoolLines, "read", _forgets_the_first)]
)
def test_the_fuzz_notices_taps_that_are_entered_out_of_order_or_lost(
    root: Path, part: type, name: str, weaken: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(part, name, weaken(getattr(part, name)))
    with pytest.raises(AssertionError):
        fuzz.play(root, fuzz.short(40))


def test_the_fuzz_notices_another_machine(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def as_written(written: Config, _accepted: Config) -> tuple[Config, list[str]]:
        return written, []

    monkeypatch.setattr(config_in_force, "_with_wiring", as_written)
    with pytest.raises(AssertionError, match="another machine"):
        fuzz.play(root, fuzz.short(60), of=Beside)
