"""Records that went back come to where numbers may be given again: each number once, what is lost written down."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk import home
from kiosk.books.recovery import reconciling
from kiosk.books.recovery.ledger_recovery import Outside, Seen
from kiosk.books.recovery.reconciling import Differences
from kiosk.cli.main import kiosk
from kiosk.devices.clock import HostClock
from kiosk.errors import MachineError
from kiosk.jobs import reconciliation
from kiosk.jobs.copies import backup, restore
from kiosk.store import audit, ledger
from kiosk.store.books import closing_audit
from kiosk.store.marks import claim_rows, file_marks
from kiosk.store.marks.claim_rows import Claim
from tests.conftest import Space

pytestmark = [pytest.mark.promise(3), pytest.mark.sqlite]

INES, OMAR, LINA = "04A2000000E511", "04A2000000E522", "04A2000000E533"


class Lived:
    """A home of two programs, whose records are put back by hand."""

    def __init__(self, space: Space, folder: Path) -> None:
        self.space, self.folder = space, folder
        self.ines = space.join("Inès Moreau", INES)
        space.kept.follower.turn()

    @property
    def last(self) -> int:
        with self.space.home.store.reading() as connection:
            return ledger.head(connection).number

    @property
    def open_claims(self) -> list[Claim]:
        with self.space.home.store.reading() as connection:
            return claim_rows.open_claims(connection)

    def pay(self) -> int:
        return self.space.till.pay(self.ines, 500, "cash")

    @contextmanager
    def put_back(self) -> Iterator[None]:
        """What follows is done, and then the records are as they were before."""
        store, path = self.space.home.store, self.space.home.paths.database
        store.checkpoint()
        shutil.copy(path, self.folder / "older.db")
        yield
        self.space.kept.follower.turn()
        store.checkpoint()
        (self.folder / "older.db").replace(path)

    def turn(self) -> None:
        self.space.clock.advance(seconds=2)
        self.space.kept.follower.turn()
        self.space.kept.replay.turn()

    def tend(self) -> bool:
        return reconciliation.tend(self.space.home, self.space.clock)

    def agree(self) -> None:
        """Every check of `verify` that speaks of entries holds."""
        with self.space.home.store.reading() as connection:
            audit.check_chain(connection, self.space.home.seal)
            audit.check_sums(connection)
            audit.check_documents(connection)
            closing_audit.check(connection)


@pytest.fixture
def lived(space: Space, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lived:
    monkeypatch.setattr(HostClock, "now", lambda _: space.clock.now())  # commands are typed on the day of this home
    return Lived(space, tmp_path)


def test_a_machine_by_itself_goes_on_above_what_was_seen_and_enters_the_door_s_days_again(lived: Lived) -> None:
    with lived.put_back():
        lived.space.tap(INES)
        number = lived.pay()
    lived.turn()  # the door stops,
    lived.turn()  # and claims
    assert [each.number for each in lived.open_claims] == [number]
    lived.space.tap(INES)
    assert not lived.tend()  # others on this machine may be ahead, too
    lived.space.clock.advance(minutes=5)
    assert lived.tend()
    for _ in range(3):
        lived.turn()
    assert lived.space.sql("SELECT count(*) FROM visit") == [(1,)]
    assert lived.space.sql("SELECT count(*) FROM entry WHERE kind = 'payment'") == [(0,)]
    assert lived.pay() == lived.last > number
    lost = "SELECT number FROM entry WHERE kind = 'notice' AND detail = '{\"about\":\"lost-entry\"}' ORDER BY 1"
    assert [row[0] for row in lived.space.sql(lost)][-1] == number
    lived.agree()


def test_a_number_that_was_given_twice_is_written_down_and_both_go_on(lived: Lived) -> None:
    with lived.put_back():
        number = lived.pay()
    mark = lived.space.home.store.mark
    assert mark is not None and mark.seen is not None
    seen, lived.space.home.store.mark = Seen(number, 2, mark.seen.mac), None  # one that saw less was faster
    assert lived.pay() == number
    lived.space.home.store.mark = mark
    with pytest.raises(MachineError) as refused:
        lived.pay()
    assert refused.value.code == "records-behind" and "another entry has its number" in str(refused.value)
    with lived.space.home.store.reading() as connection:
        found = reconciling.differences(connection, lived.space.home.seal, (seen,))
    assert [(each.number, each.door) for each in found.twice] == [(number, 0), (number, 2)] and found.gaps == {}
    done = reconciliation.run(lived.space.home, lived.space.clock)
    assert done.entry == number + 2
    assert lived.pay() == number + 3
    lived.agree()


def test_nothing_that_lacks_is_nothing_written(lived: Lived) -> None:
    before = lived.last
    assert lived.tend()
    assert reconciliation.run(lived.space.home, lived.space.clock).entry is None
    assert lived.last == before
    assert not file_marks.differ(lived.space.home.paths.root)


def test_before_a_start_all_marks_of_the_machine_count(lived: Lived) -> None:
    root, clock = lived.space.home.paths.root, lived.space.clock
    with lived.put_back():
        number = lived.pay()
        lived.space.kept.follower.turn()
    lived.space.kept.close()
    lived.space.home.store.close()
    lived.space.home.paths.office_mark.unlink()  # the door's is enough
    assert file_marks.differ(root)
    assert reconciliation.before_a_start(root, clock) == f"reconciled, entry {number + 1}"
    assert not file_marks.differ(root)
    assert reconciliation.before_a_start(root, clock) is None
    with home.opened(root) as opened:
        again = Space(opened, clock)
        assert again.till.pay(lived.ines, 500, "cash") == number + 2
        again.kept.close()


def forged(lived: Lived, door: int, number: int) -> None:
    """A claim that no door's key has sealed."""
    with lived.space.home.store.accounting() as connection:
        claim_rows.add(
            connection, lived.space.home.seal.of_door(door), door, number, b"m" * 32, lived.space.clock.now()
        )
        connection.exec_driver_sql(
            "INSERT INTO head_claim (door, number, mac, since, claimed_at, key_id, seal)"
            " SELECT door, number + 1, mac, since, claimed_at, key_id, seal FROM head_claim"
        )


def test_a_claim_that_nothing_proves_stops_its_own_door_until_it_is_set_aside(lived: Lived) -> None:
    store, at = lived.space.home.store, lived.space.clock.now()
    far = lived.last + claim_rows.MOST_LOST + 1
    with store.accounting() as connection:
        claim_rows.add(connection, lived.space.home.seal.of_door(2), 2, far, b"m" * 32, at)
    lived.space.clock.advance(minutes=5)
    assert lived.tend()
    lived.pay()
    with store.reading() as connection:
        (claim,) = claim_rows.unproven(connection)
        assert claim.number == far
        assert not claim_rows.is_over(connection, 2, far, b"m" * 32)
        moment = lived.space.clock.now()
    with store.accounting() as connection:
        day = moment.date()
        claim_rows.end(connection, [claim], claim_rows.End.SET_ASIDE, day, "officer 1")
        assert claim_rows.is_over(connection, 2, far, b"m" * 32)
        assert claim_rows.unproven(connection) == []


def test_a_claim_by_another_key_is_no_reason_to_lose_numbers(lived: Lived) -> None:
    last = lived.last
    forged(lived, 2, last + 5)
    with lived.space.home.store.reading() as connection:
        found = reconciling.differences(connection, lived.space.home.seal)
    assert [each.number for each in found.claims] == [last + 5]
    assert [each.number for each in found.unproven] == [last + 6]
    assert found.gaps == {"entry": (last + 1, last + 5)}


def test_what_officers_tell_counts_as_in_a_restore(lived: Lived) -> None:
    last = lived.last
    done = reconciliation.run(lived.space.home, lived.space.clock, told=Outside({"entry": last + 2, "receipt": 9}))
    assert done.differences.gaps == {"entry": (last + 1, last + 2), "receipt": (1, 9)}
    assert done.entry == last + 3


def test_it_is_not_time_before_all_had_theirs(lived: Lived) -> None:
    at = lived.space.clock.now()
    claim = Claim(1, 2, 9, b"", 9, at, "", b"")
    found = Differences(1, (claim,), (), (), Outside({}), {}, ())
    assert [reconciling.is_time(found, at + timedelta(seconds=after)) for after in (0, 89, 90)] == [False, False, True]


def test_a_restore_goes_on_above_every_mark_of_the_machine(lived: Lived) -> None:
    space = lived.space
    copy = backup.make(space.home, space.clock, sure=True).path
    number = lived.pay()
    space.kept.follower.turn()
    space.kept.close()
    space.home.store.close()
    space.home.paths.database.unlink()  # what the marks say is all that is known
    space.home.paths.database.touch()
    space.clock.advance(minutes=1)
    root = space.home.paths.root
    done = restore.restore(root, copy, space.clock, identity=None, told=Outside({}), confirm=lambda _lost: None)
    assert done.lost.gaps["entry"][1] == number and {each.door for each in done.lost.survivors.seen} == {0, 1}
    with home.opened(root) as opened:
        again = Space(opened, space.clock)
        assert again.till.pay(lived.ines, 500, "cash") == done.entry + 1
        again.kept.close()


def test_the_way_back_of_an_update_gives_no_number_again(lived: Lived, tmp_path: Path) -> None:
    space = lived.space
    with lived.put_back():
        number = lived.pay()
        space.home.store.checkpoint()
        shutil.copy(space.home.paths.database, tmp_path / "aside.db")
    space.kept.close()
    space.home.store.close()
    paths = space.home.paths
    entry = reconciliation.after_way_back(paths, tmp_path / "aside.db", space.clock.now())
    assert entry == number + 1
    assert reconciliation.after_way_back(paths, tmp_path / "nothing.db", space.clock.now()) is None


@pytest.mark.remedy("reconcile", "records-behind", "Les comptes sont revenus en arrière")
def test_the_command_says_what_is_missing_and_writes_it_down(lived: Lived) -> None:
    last, home_ = lived.last, ["--home", str(lived.space.home.paths.root)]
    with lived.space.home.store.accounting() as connection:
        seal, at = lived.space.home.seal.of_door(2), lived.space.clock.now()
        claim_rows.add(connection, seal, 2, last + 2, b"m" * 32, at)
    looked = CliRunner().invoke(kiosk, [*home_, "reconcile", "--look"])
    assert looked.exit_code == 1 and f"door 2 saw entry {last + 2}:6d6d6d6d" in looked.output
    refused = CliRunner().invoke(kiosk, [*home_, "verify"])
    assert refused.exit_code == 1 and getattr(refused.exception, "code", "") == "records-behind"
    asked = CliRunner().invoke(kiosk, [*home_, "reconcile"])
    assert getattr(asked.exception, "code", "") == "not-confirmed"
    done = CliRunner().invoke(kiosk, [*home_, "reconcile", "--yes", "--json"])
    assert json.loads(done.stdout)["lost"] == {"entry": [last + 1, last + 2]}, done.output
    assert CliRunner().invoke(kiosk, [*home_, "reconcile", "--look"]).exit_code == 0
    nothing = CliRunner().invoke(kiosk, [*home_, "reconcile", "--set-aside", "99"])
    assert getattr(nothing.exception, "code", "") == "no-such-claim"


@pytest.mark.remedy("reconcile --set-aside", "claim-unproven")
def test_a_claim_that_nothing_proves_is_named_by_the_check_and_set_aside_by_the_command_it_names(lived: Lived) -> None:
    at, home_ = lived.space.clock.now(), ["--home", str(lived.space.home.paths.root)]
    far = lived.last + claim_rows.MOST_LOST + 1
    with lived.space.home.store.accounting() as connection:
        claim_rows.add(connection, lived.space.home.seal.of_door(2), 2, far, b"m" * 32, at)
    lived.space.clock.advance(minutes=5)
    assert lived.tend()

    def unproven() -> list[dict[str, str]]:
        checked = json.loads(CliRunner().invoke(kiosk, [*home_, "check", "--json"]).stdout)["checks"]
        return [each for each in checked if each["code"] == "claim-unproven"]

    (told,) = unproven()
    with lived.space.home.store.reading() as connection:
        (claim,) = claim_rows.unproven(connection)
    assert f"--set-aside {claim.id}" in told["remedy"]
    done = CliRunner().invoke(kiosk, [*home_, "reconcile", "--set-aside", str(claim.id)])
    assert done.exit_code == 0, done.output
    assert unproven() == []
