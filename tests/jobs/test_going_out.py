"""What calls outwards is one program: woken by a message that is committed, given no keys, alone with its password."""

import os
from pathlib import Path

import pytest

from kiosk import home, key_rights, keys, waking
from kiosk.errors import MachineError
from kiosk.jobs.due import boxes
from kiosk.jobs.due.acts import TimePass
from kiosk.messages import mailer
from kiosk.setup import key_mending
from kiosk.store.health import upkeep_rows
from kiosk.store.messages import outbox_rows
from kiosk.store.seals.sealing import Sealing
from kiosk.store.space.policies import Rules
from tests import attackers
from tests.conftest import Space
from tests.jobs.test_due_boxes import time_pass


@pytest.fixture
def wake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that systemd would look for."""
    path = tmp_path / "wake"
    monkeypatch.setenv("KIOSK_WAKES", str(path))
    return path


def put(space: Space) -> None:
    with space.home.store.writing() as connection:
        outbox_rows.put(
            connection,
            channel=outbox_rows.MAIL,
            recipient="inès@example.org",
            subject="Reçu",
            body="Bonjour",
            about="receipt 1",
            at=space.clock.now(),
        )


def test_a_message_wakes_once_it_is_committed_and_nothing_else_does(space: Space, wake: Path) -> None:
    told: list[bool] = []

    def tell() -> None:
        told.append(bool(space.sql("SELECT 1 FROM outbox")))
        waking.call()

    space.home.store.wake = tell
    with space.home.store.writing() as connection:
        upkeep_rows.found(connection)
    assert told == []
    assert not wake.exists()
    put(space)
    assert told == [True], "by then another program reads it"
    assert wake.exists()
    put(space)
    assert told == [True, True]


def test_a_message_that_was_undone_is_nowhere_and_a_folder_that_is_lost_stops_no_commit(
    space: Space, wake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    space.home.store.wake = waking.call
    with pytest.raises(KeyError), space.home.store.writing() as connection:
        outbox_rows.put_all(connection, [outbox_rows.Letter("a@b.fr", "x", "y", "z")], space.clock.now())
        raise KeyError
    assert not wake.exists()
    monkeypatch.setenv("KIOSK_WAKES", str(wake / "no" / "folder"))
    put(space)
    assert space.sql("SELECT count(*) FROM outbox") == [(1,)]


def test_a_pass_of_time_sends_nothing_where_another_program_does_and_wakes_it(space: Space, wake: Path) -> None:
    put(space)
    now = time_pass(space)
    boxes.run(now)
    assert wake.exists()
    assert (now.messages.failed, now.failed) == (0, {}), "its server answers nobody: it was not asked"
    wake.unlink()
    sent = time_pass(space)
    boxes.go_out(sent)
    assert sent.messages.failed == 1
    with space.home.store.reading() as connection:
        assert not outbox_rows.waiting(connection, space.clock.now()), "tried again later"
    boxes.run(time_pass(space))
    assert not wake.exists(), "nothing is to go out by now"


def test_what_calls_outwards_opens_without_any_key_and_seals_nothing(space: Space) -> None:
    root = space.home.paths.root
    space.join("Inès Moreau", "04A2000000E511")
    with space.home.store.writing() as connection:
        Sealing(space.home.seal).seal_state(connection)
    for name in ("shared/badge", "shared/chain", "desk/web", "entrance/spool"):
        (root / "keys" / name).unlink()
    with home.opened(root, program="outside") as opened:
        put(space)
        done = TimePass(opened, Rules(opened.config.zone), space.clock, space.clock, sure=True)
        boxes.go_out(done)
        assert done.messages.given_up == 1, "no server is named"
        with pytest.raises(MachineError) as refused, opened.store.writing() as connection:
            connection.exec_driver_sql("UPDATE member SET no_tab = 1")
        on_server = bool(opened.config.database.url)
        assert refused.value.code == ("database" if on_server else "chain-key"), "its account may not; it has no key"
    with pytest.raises(MachineError), home.opened(root, program="desk"):
        pass


def test_a_password_that_was_handed_over_is_taken_and_is_its_reader_s_alone(space: Space) -> None:
    path = space.home.paths.mail_password
    assert not keys.take_word(path)
    handed = path.with_name("mail.new")
    handed.write_text("un nouveau mot\n", "utf-8")
    handed.chmod(0o640)
    assert keys.take_word(path)
    assert not handed.exists()
    assert keys.read_word(path) == "un nouveau mot"
    assert path.stat().st_mode & 0o777 == 0o600
    keys.hand_word(path, "le mien")
    assert keys.read_word(path) == "le mien", "its own folder: there is nobody to hand it to"


def test_desk_hands_a_password_over_and_reads_not_the_one_in_use_nor_replaces_what_is_there(tmp_path: Path) -> None:
    folder = tmp_path / "keys" / "outside"
    folder.mkdir(parents=True)
    path, address = folder / "mail", folder / "notify"
    attackers.let_pass(folder)
    folder.parent.chmod(0o755)
    for each in (path, address):
        each.write_text("premier\n", "utf-8")
        os.chown(each, attackers.OUTSIDE, attackers.OFFICE)
        each.chmod(0o600 if each == path else 0o640)
    os.chown(folder, attackers.OUTSIDE, attackers.OFFICE)
    folder.chmod(key_rights.HANDED)
    with attackers.acting(attackers.DESK):
        keys.hand_word(path, "second")
        assert keys.read_word(address) == "premier"
        for attack in (path.read_text, path.unlink, address.unlink, lambda: address.with_name("x").replace(path)):
            with pytest.raises(OSError):  # each its own kind
                attack()
    with attackers.acting(attackers.ENTRANCE), pytest.raises(PermissionError):
        list(folder.iterdir())
    with attackers.acting(attackers.OUTSIDE):
        assert keys.take_word(path)
        assert keys.read_word(path) == "second"
    assert sorted(each.name for each in folder.iterdir()) == ["mail", "notify"]
    assert path.stat().st_uid == attackers.OUTSIDE


def test_an_installed_home_of_before_has_its_addresses_moved_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, folder = tmp_path / "keys" / "desk", tmp_path / "keys" / "outside"
    desk.mkdir(parents=True)
    attackers.let_pass(desk)
    os.chown(desk, attackers.DESK, attackers.GROUP)
    for name in ("mail", "notify", "web"):
        (desk / name).write_text(name, "utf-8")
        os.chown(desk / name, attackers.DESK, attackers.GROUP)
    monkeypatch.setattr(key_rights, "is_of_desk", lambda _folder: True)
    monkeypatch.setattr(key_rights, "outside", lambda: None)
    assert list(key_mending._outside(desk.parent)) == [], "its user comes first"
    assert key_mending.lacks_outside(tmp_path)
    monkeypatch.setattr(key_rights, "outside", lambda: (attackers.OUTSIDE, attackers.OFFICE))
    moved = ["moved mail to keys/outside", "moved notify to keys/outside"]
    assert list(key_mending._outside(desk.parent)) == ["folder keys/outside", *moved]
    found = {each.name: each.stat() for each in (folder, *folder.iterdir())}
    assert {(each.st_uid, each.st_gid) for each in found.values()} == {(attackers.OUTSIDE, attackers.OFFICE)}
    modes = {name: each.st_mode & 0o7777 for name, each in found.items()}
    assert modes == {"outside": 0o1770, "mail": 0o600, "notify": 0o640}
    assert [each.name for each in desk.iterdir()] == ["web"]
    assert list(key_mending._outside(desk.parent)) == []


def test_addresses_are_read_where_they_lie_with_what_calls_outwards(space: Space) -> None:
    space.home.paths.notify.write_text("ntfy://example.org/x\n", "utf-8")
    space.home.paths.notify.chmod(0o640)
    assert space.home.paths.notify.parent.name == "outside"
    assert len(mailer.addresses(space.home.paths)) == 1
