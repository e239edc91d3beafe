"""An older copy in the place of the records takes no number again: a program that saw more says so, and all stop."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.books.recovery import ledger_recovery
from kiosk.domain.checkin.verdicts import Denied
from kiosk.errors import MachineError
from kiosk.offline.offline_taps import Admitted
from kiosk.store import ledger, lost_numbers
from kiosk.store.marks import claim_rows
from kiosk.store.marks.claim_rows import Claim
from kiosk.store.marks.mark_file import MarkFile
from kiosk.store.marks.marks import QUIET_SECONDS, ChainMark, Mark
from tests.conftest import Space
from tests.store.place import DAY, Place, morning, opened

pytestmark = pytest.mark.promise(3)

INES = "04A2000000E511"


def last(place: Place) -> int:
    """The number of the last entry."""
    with place.store.reading() as connection:
        return ledger.head(connection).number


def claims(place: Place) -> list[Claim]:
    """The open claims."""
    with place.store.reading() as connection:
        return claim_rows.open_claims(connection)


@contextmanager
def refused(code: str) -> Iterator[None]:
    """Expect that nothing is written, for this reason."""
    with pytest.raises(MachineError) as fault:
        yield
    assert fault.value.code == code


@contextmanager
def older_file(place: Place, folder: Path) -> Iterator[None]:
    """Put the records back by hand, once what follows is done, to how they were before."""
    copy = folder / "older.db"
    place.store.checkpoint()
    shutil.copy(place.path, copy)
    yield
    place.store.close()
    for end in ("-wal", "-shm"):
        place.path.with_name(place.path.name + end).unlink(missing_ok=True)
    shutil.copy(copy, place.path)


@pytest.mark.sqlite
def test_an_older_file_takes_no_number_again(place: Place, tmp_path: Path) -> None:
    member = place.join()
    with older_file(place, tmp_path):
        number = place.pay(member, 500)
    with opened(place.home.paths.root) as again:
        assert last(again) == number - 1
        with refused("records-behind"):
            again.pay(member, 500)
        assert last(again) == number - 1
        assert [(each.door, each.number) for each in claims(again)] == [(0, number)]
        with refused("records-behind"), again.store.writing():  # whatever is written
            pass
        assert len(claims(again)) == 1


@pytest.mark.sqlite
def test_a_program_that_saw_less_stops_at_a_claim_and_goes_on_where_its_door_is_revoked(
    place: Place, tmp_path: Path
) -> None:
    member = place.join()
    with older_file(place, tmp_path):
        number = place.pay(member, 500)
    place.home.paths.office_mark.unlink()
    with opened(place.home.paths.root) as again:
        with again.store.writing() as connection:
            connection.exec_driver_sql(
                "INSERT INTO door (id, name, site_id, takes, key_digest, added_on, actor)"
                " SELECT 2, 'Rue', site_id, takes, NULL, added_on, actor FROM door WHERE id = 1"
            )
            claim_rows.add(connection, again.seal.of_door(2), 2, number, b"m" * 32, morning())
        with refused("records-behind"):
            again.pay(member, 500)
        again.store.mark = None
        with again.store.writing() as connection:
            connection.exec_driver_sql("UPDATE door SET revoked_on = ? WHERE id = 2", (DAY.isoformat(),))
    with opened(place.home.paths.root) as again:
        assert again.pay(member, 500) == last(again)


@pytest.mark.sqlite
def test_a_forged_claim_stops_no_office(place: Place) -> None:
    with place.store.writing() as connection:
        claim_rows.add(connection, place.seal.of_door(2), 2, 5000, b"m" * 32, morning())
        connection.exec_driver_sql(
            "INSERT INTO head_claim (door, number, mac, since, claimed_at, key_id, seal)"
            " SELECT 3, number, mac, since, claimed_at, key_id, seal FROM head_claim"
        )
    sealed = {each.door: each.is_sealed(place.seal) for each in claims(place)}
    assert sealed == {2: True, 3: False}
    of_door_3 = place.seal.of_door(3)
    assert [each.is_sealed(of_door_3) for each in claims(place)] == [None, None]


def test_only_a_line_in_an_entry_s_own_place_says_that_it_is_lost(place: Place) -> None:
    with (
        place.store.accounting() as connection,
        ledger_recovery.telling(
            connection, place.seal, place.rules.at(connection, morning())[1], "reconcile"
        ) as notice,
    ):
        lost = notice(lost_numbers.LOST, {})
        of_another = notice(lost_numbers.LOST, {"number": 1, "since": 1, "mac": "00"})
    with place.store.reading() as connection:
        assert lost_numbers.is_there(connection, lost, b"m" * 32)
        assert not lost_numbers.is_there(connection, of_another, b"m" * 32)


def test_marks_only_rise_and_a_file_that_was_changed_is_not_believed(place: Place, tmp_path: Path) -> None:
    path = tmp_path / "mark"
    mark = ChainMark(0, place.seal, MarkFile(path, place.seal).write, MarkFile(path, place.seal).read)
    for number in (7, 5, 8):
        mark.rise(number, bytes([number]) * 32)
    assert mark.number == 8
    assert MarkFile(path, place.seal).read() == Mark(8, b"\x08" * 32, trail=((7, b"\x07" * 32),))
    path.write_text(path.read_text("ascii").replace("8 ", "9 ", 1), "ascii")
    assert MarkFile(path, place.seal).read() is None
    assert MarkFile(path, place.seal.of_door(1)).read() is None


def test_another_server_is_written_to_after_ninety_seconds(place: Place) -> None:
    now = [1000.0]
    mark = ChainMark(1, place.seal)
    mark.monotonic = lambda: now[0]
    mark.meet("a/1/5", 0)
    mark.rise(3, b"m" * 32)
    mark.wait()
    mark.meet("a/2/5", 0)
    for after, is_quiet in ((0.0, True), (QUIET_SECONDS - 1, True), (QUIET_SECONDS, False)):
        now[0] = 1000.0 + after
        if is_quiet:
            with refused("server-changed"):
                mark.wait()
        else:
            mark.wait()
    again = ChainMark(1, place.seal)
    again.meet("a/2/5", 0)
    again.learn(Mark(3, b"m" * 32, "a/1/5"))  # the roster is read after the server answered
    with refused("server-changed"):
        again.wait()


def test_a_mark_that_is_met_again_or_accounted_for_keeps_where_its_branch_began(place: Place) -> None:
    mark = ChainMark(1, place.seal)
    mark.monotonic = lambda: 5.0
    mark.meet("a/1/5", 0)
    mark.rise(3, b"l" * 32)
    mark.rise(4, b"m" * 32)
    mark.meet("a/2/5", 0)
    mark.rise(4, b"m" * 32)
    assert mark.seen is not None and mark.seen.trail == ((3, b"l" * 32),)
    mark.monotonic = lambda: 500.0
    mark.rise(4, b"m" * 32)
    assert mark.seen.server == "a/2/5" and mark.seen.trail == ((3, b"l" * 32),)
    mark.settle(9, b"n" * 32)
    assert mark.seen.trail == ((3, b"l" * 32),)


def test_a_program_that_starts_within_the_ninety_seconds_waits_for_the_rest_of_them(
    place: Place, tmp_path: Path
) -> None:
    def program(server: str, at: float) -> ChainMark:
        file = MarkFile(tmp_path / "mark", place.seal)
        made = ChainMark(0, place.seal, file.write, file.read)
        made.monotonic = lambda: 5.0
        made.meet(server, at)
        return made

    program("a/1/5", 900).rise(3, b"m" * 32)
    first = program("a/2/5", 1000)
    first.rise(4, b"n" * 32)  # it follows the chain, and does not write
    for second, server in ((1001, "a/2/5"), (1089, "a/2/5"), (1089, "a/3/5"), (1178, "a/3/5")):
        with refused("server-changed"):
            program(server, second).wait()
    later = program("a/3/5", 1180)
    later.wait()
    later.rise(4, b"n" * 32)
    assert MarkFile(tmp_path / "mark", place.seal).read() == Mark(4, b"n" * 32, "a/3/5", ((3, b"m" * 32),))
    program("a/3/5", 1181).wait()


def test_a_door_stops_claims_and_spools_until_the_entry_is_there_again(space: Space, tmp_path: Path) -> None:
    if space.home.config.database.url:
        return
    space.join("Inès Moreau", INES)
    space.kept.follower.turn()
    store, path = space.home.store, space.home.paths.database
    store.checkpoint()
    shutil.copy(path, tmp_path / "older.db")
    space.till.pay(space.join("Omar Benali", "04A2000000E522"), 500, "cash")
    space.kept.follower.turn()
    store.checkpoint()
    shutil.copy(path, tmp_path / "newer.db")
    seen = store.mark.seen if store.mark else None
    assert seen is not None and space.kept.kept.now is not None and space.kept.kept.now.mark == seen
    (tmp_path / "older.db").replace(path)
    space.kept.follower.turn()
    space.kept.follower.turn()
    with store.reading() as connection:
        assert [each.number for each in claim_rows.open_claims(connection)] == [seen.number]
    assert isinstance(space.tap(INES), Admitted)
    assert not isinstance(space.tap("04A2000000E522"), Denied)  # of whom the older records know nothing
    assert len(space.kept.spool) == 2
    (tmp_path / "newer.db").replace(path)
    space.clock.advance(minutes=1)
    space.kept.follower.turn()
    space.kept.replay.turn()
    space.kept.replay.turn()
    assert len(space.kept.spool) == 0 and store.mark is not None and store.mark.fault is None
