"""After a theft entries get a new key: what was sealed stays verifiable, and the old key adds nothing any more."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import home
from kiosk.books.recovery.ledger_recovery import Outside
from kiosk.devices.clock import HostClock
from kiosk.domain.chain import START, Seal, Walk, canonical, key_id
from kiosk.domain.doors import FIRST
from kiosk.errors import AnswerIsNo, MachineError
from kiosk.home import Home, Paths
from kiosk.jobs.copies import backup, drill, key_renewal, restore, sealing
from kiosk.store import audit, ledger
from tests.cli.test_commands import Kiosk
from tests.conftest import Space
from tests.jobs.copies.test_restore import release

UID = "04A2000000E511"


@pytest.fixture
def lived(space: Space) -> Iterator[Space]:
    space.join("Inès Moreau", UID)
    space.tap(UID)
    space.kept.spool.close()
    yield space


def verified(opened: Home) -> int:
    with opened.store.reading() as connection:
        return audit.check_chain(connection, opened.seal)[0]


def test_a_new_key_begins_with_an_entry_that_says_so(lived: Space) -> None:
    old, before = lived.home.seal, verified(lived.home)
    entry = key_renewal.renew_chain(lived.home, lived.clock)
    assert entry == before + 1
    with home.opened(lived.home.paths.root) as opened:
        assert opened.seal.key != old.key
        assert opened.seal.older == (old.key,)
        assert verified(opened) == entry
        key_renewal.renew_chain(opened, lived.clock)
    with home.opened(lived.home.paths.root) as opened:
        assert len(opened.seal.older) == 2
        assert verified(opened) == entry + 1
        assert len(sealing.home_keys(opened.paths)) >= 5


def test_a_door_s_own_key_is_made_from_the_new_one_at_once(lived: Space) -> None:
    """No start need mend it: where no unit does, a restarted entrance would spool its taps for good."""
    root = lived.home.paths.root
    key_renewal.renew_chain(lived.home, lived.clock)
    with home.opened(root) as opened, home.opened(root, program="entrance") as at_door:
        own = opened.seal.of_door(FIRST)
        assert (at_door.seal.key_id, at_door.seal.key) == (own.key_id, own.key)


@pytest.mark.remedy("mend", "chain-key")
@pytest.mark.remedy("keys renew --chain", "chain-key")
def test_a_program_that_still_has_the_old_key_writes_nothing_until_it_starts_again(
    lived: Space, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    key_renewal.renew_chain(lived.home, lived.clock)
    with pytest.raises(MachineError, match="renewed") as refused:
        lived.join("Omar Benali", "04A2000000E522")
    assert refused.value.code == "chain-key"
    monkeypatch.setattr(HostClock, "now", lambda _: lived.clock.now())
    kiosk = Kiosk(lived.home.paths.root, capsys)
    for words in (("mend",), ("keys", "renew", "--chain", "--yes"), ("members", "add", "--name", "Omar Benali")):
        status, _, said = kiosk(*words)
        assert status == 0, said


def test_with_the_old_key_nothing_can_be_added_nor_all_of_it_be_made_anew(lived: Space) -> None:
    old = lived.home.seal
    key_renewal.renew_chain(lived.home, lived.clock)
    with home.opened(lived.home.paths.root) as opened:
        with opened.store.reading() as connection:
            rows = [list(row) for page in ledger.sealed(connection) for row in page]
        forged = [row[:] for row in rows]
        mac = START
        for row in forged:  # every entry by the stolen key
            row[16] = old.key_id
            row[17] = mac = old.mac(mac, canonical(*row[:17]))
        walk = Walk(opened.seal)
        assert walk.follow(forged) is None
        assert not walk.is_current
        more = [*rows, [*rows[-2][:]]]
        more[-1][0], more[-1][16] = len(rows) + 1, old.key_id
        more[-1][17] = old.mac(rows[-1][17], canonical(*more[-1][:17]))
        assert "is sealed with key" in str(Walk(opened.seal).follow(more))


def test_a_key_that_no_entry_announces_is_refused(lived: Space) -> None:
    other = Seal(bytes(32), key_id(bytes(32)), lived.home.seal.home_id, lived.home.seal.zone, (lived.home.seal.key,))
    with lived.home.store.reading() as connection:
        rows = [list(row) for page in ledger.sealed(connection) for row in page]
    rows[-1][16] = other.key_id
    rows[-1][17] = other.mac(rows[-2][17], canonical(*rows[-1][:17]))
    assert "is sealed with key" in str(Walk(other).follow(rows))


def test_what_was_cut_short_is_ended_by_doing_it_again(lived: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_arguments: object, **_more: object) -> int:
        raise OSError(5, "the power goes")

    with monkeypatch.context() as patched:
        patched.setattr(ledger, "append", fails)
        with pytest.raises(OSError, match="power"):
            key_renewal.renew_chain(lived.home, lived.clock)
    with home.opened(lived.home.paths.root) as opened:
        with pytest.raises(AnswerIsNo):
            verified(opened)
        key_renewal.renew_chain(opened, lived.clock)
        assert len(opened.paths.old_chain_keys) == 1
        verified(opened)


def test_copies_of_before_are_still_known_and_restored(lived: Space, tmp_path: Path) -> None:
    made = backup.make(lived.home, lived.clock, sure=True).path
    copy = tmp_path / made.name
    shutil.copy(made, copy)
    key_renewal.renew_chain(lived.home, lived.clock)
    release(lived)
    with home.opened(lived.home.paths.root) as opened:
        assert all(each.is_ours for each in backup.found(opened))
        assert not drill.run(opened, lived.clock).wrong
        last = verified(opened)
    lived.clock.advance(minutes=1)
    told = Outside({"entry": last})
    restore.restore(lived.home.paths.root, copy, lived.clock, identity=None, told=told, confirm=lambda lost: None)
    with home.opened(lived.home.paths.root) as opened:
        assert verified(opened) > last
        lived.clock.advance(minutes=1)
        backup.make(opened, lived.clock, sure=True)
        assert not drill.run(opened, lived.clock).wrong


def test_the_entrance_is_stopped_first(lived: Space) -> None:
    with home.locked(lived.home.paths), pytest.raises(MachineError, match="stop it first"):
        key_renewal.renew_chain(lived.home, lived.clock)
    assert Paths(lived.home.paths.root).old_chain_keys == []
    assert lived.sql("SELECT count(DISTINCT substr(key_id, 1, 8)) FROM entry") == [(1,)]
