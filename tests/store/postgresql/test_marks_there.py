"""An older dump in the place of a server's records takes no number again, and the way out is typed."""

import subprocess
from pathlib import Path

import pytest

from kiosk import home
from kiosk.books.recovery import ledger_recovery
from kiosk.jobs import reconciliation
from kiosk.store import audit, ledger, lost_numbers
from kiosk.store.marks import claim_rows
from tests import postgres
from tests.fakes import FakeClock
from tests.store.marks.test_marks import claims, last, refused
from tests.store.place import Place, morning

pytestmark = pytest.mark.promise(3)


def test_a_dump_that_was_put_back_elsewhere_takes_no_number_again(
    there: Place, server: postgres.Server, tmp_path: Path
) -> None:
    member = there.join()
    root, settings, url = there.home.paths.root, there.home.paths.config, there.home.config.database.url
    dump, other = tmp_path / "records.dump", server.url(server.made())
    subprocess.run(["pg_dump", "--format=custom", "--schema=kiosk", f"--file={dump}", url], check=True)
    number = there.pay(member, 500)
    there.store.close()
    subprocess.run(["pg_restore", "--exit-on-error", f"--dbname={other}", str(dump)], check=True)
    settings.write_text(settings.read_text("utf-8").replace(url, other), "utf-8")
    with home.opened(root) as again:
        place = Place(again)
        assert last(place) < number
        with refused("server-changed"):
            place.pay(member, 500)
        assert [(each.door, each.number) for each in claims(place)] == [(0, number)]
        assert again.store.mark is not None
        again.store.mark.monotonic = lambda: 10.0**9
        with refused("records-behind"):
            place.pay(member, 500)
        assert last(place) < number
        done = reconciliation.run(again, FakeClock(morning(hour=10)))
        assert done.entry == number + 1
        assert place.pay(member, 500) == number + 2
        with again.store.reading() as connection:
            assert audit.check_chain(connection, again.seal) == (number + 2, ledger.head(connection).mac)
            assert claim_rows.open_claims(connection) == []


def test_numbers_that_may_have_been_given_twice_are_read_there_as_from_a_file(there: Place) -> None:
    with (
        there.store.accounting() as connection,
        ledger_recovery.telling(
            connection, there.seal, there.rules.at(connection, morning())[1], "reconcile"
        ) as notice,
    ):
        notice(lost_numbers.LOST, {})
        notice(lost_numbers.LOST, {"number": 3, "since": 2, "mac": "00"})
    with there.store.reading() as connection:
        assert lost_numbers.given_twice(connection) == [2, 3]
