"""`kiosk config`: edited as visudo edits, accepted by a person, and each remedy typed where it is said."""

import json
import os
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import config_file, config_in_force
from kiosk.cli import mending
from kiosk.config_in_force import ACCEPTED
from kiosk.devices.clock import HostClock
from kiosk.health import doctor
from kiosk.home import Paths
from kiosk.setup import settings_text
from tests import attackers
from tests.attackers import ENTRANCE, acting
from tests.cli.test_commands import Kiosk, kiosk  # noqa: F401  # the fixture
from tests.fakes import FakeMachine
from tests.settings import add, forget_accepted

PIN = ("relay_pin = 17", "relay_pin = 22")


@pytest.fixture
def place(kiosk: Kiosk) -> Kiosk:  # noqa: F811  # the fixture
    """A home as the installer lays it out, for root and the programs' users."""
    attackers.share(Paths(kiosk.root))
    return kiosk


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An editor that runs what a test writes into it; one that changes nothing until then."""
    path = tmp_path / "editor"
    path.write_text("#!/bin/sh\nexit 0\n", "utf-8")
    path.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(path))
    yield path


def edits(editor: Path, was: str, now: str) -> None:
    editor.write_text(f"#!/bin/sh\nsed -i 's|{was}|{now}|' \"$1\"\n", "utf-8")


def change(root: Path, was: str, now: str) -> None:
    path = root / "kiosk.toml"
    text = path.read_text("utf-8")
    assert was in text
    path.write_text(text.replace(was, now), "utf-8")


def pin(root: Path) -> int:
    """The relay's pin, for the entrance."""
    with acting(ENTRANCE):
        return config_in_force.find(root).config.door.relay_pin


def codes(kiosk: Kiosk, tmp_path: Path) -> set[str]:  # noqa: F811  # pytest's way
    found = doctor.examine(kiosk.root, HostClock(), FakeMachine(tmp_path / "pi").machine)
    return {
        each.kind.code for each in found if each.kind.topic.id in ("settings", "home", "opening") and each.says("fr")
    }


def test_what_is_edited_is_written_and_accepted_with_the_rights_that_were_there(place: Kiosk, editor: Path) -> None:
    edits(editor, *PIN)
    status, out, _ = place("config", "edit")
    assert (status, "is written, and accepted" in out, pin(place.root)) == (0, True, 22)
    for name in ("kiosk.toml", ACCEPTED):
        facts = (place.root / name).stat()
        assert (facts.st_uid, facts.st_gid, stat.S_IMODE(facts.st_mode)) == (0, attackers.GROUP, 0o640)
    assert not [path for path in place.root.iterdir() if path.name.startswith(".kiosk")]


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [("relay_pin = 17", "relay_pin = 40", "door.relay_pin"), ("# end", "", "cut"), ("real = false", "", "real")],
)
def test_what_is_wrong_is_not_written(place: Kiosk, editor: Path, was: str, now: str, says: str) -> None:
    edits(editor, was, now)
    before = (place.root / "kiosk.toml").read_bytes(), (place.root / ACCEPTED).read_bytes()
    status, _, err = place("config", "edit")
    assert (status, says in err, "nothing was written [config]" in err) == (2, True, True)
    assert ((place.root / "kiosk.toml").read_bytes(), (place.root / ACCEPTED).read_bytes()) == before


def test_what_somebody_else_wrote_meanwhile_is_not_lost(place: Kiosk, editor: Path) -> None:
    editor.write_text(f"#!/bin/sh\necho '# mine' > {place.root}/kiosk.toml\n", "utf-8")
    status, _, err = place("config", "edit")
    assert (status, "changed meanwhile" in err) == (2, True)
    assert (place.root / "kiosk.toml").read_text("utf-8") == "# mine\n"


@pytest.mark.remedy("config accept", "settings-waiting", "config-waiting", "`kiosk.toml` est coupé ou perdu")
def test_a_changed_pin_waits_is_said_and_is_accepted_by_the_command_that_is_named(place: Kiosk, tmp_path: Path) -> None:
    change(place.root, *PIN)
    change(place.root, 'hand = "right"', 'hand = "left"')
    assert pin(place.root) == 17
    assert codes(place, tmp_path) == {"settings-waiting", "home"}
    status, out, err = place("config", "accept", "--check")
    assert (status, out, "[config-waiting]" in err) == (1, "", True)
    status, _, err = place("config", "accept")
    assert (status, "door.relay_pin: 17 -> 22" in err, "[not-confirmed]" in err) == (2, True, True)
    assert pin(place.root) == 17
    status, out, _ = place("config", "accept", "--yes")
    assert (status, "is accepted" in out, pin(place.root)) == (0, True, 22)
    assert codes(place, tmp_path) == {"settings", "home"}
    assert place("config", "accept", "--check")[0] == 0


@pytest.mark.remedy("config accept", "settings-new")
def test_a_change_that_touches_nothing_counts_at_once_and_is_accepted_without_a_question(
    place: Kiosk, tmp_path: Path
) -> None:
    change(place.root, 'hand = "right"', 'hand = "left"')
    assert codes(place, tmp_path) == {"settings-new", "home"}
    assert place("config", "accept")[0] == 0
    assert codes(place, tmp_path) == {"settings", "home"}


@pytest.mark.parametrize("damage", ["missing", "cut", "garbage", "a link", "a FIFO"])
@pytest.mark.remedy("config edit", "settings-accepted")
def test_what_was_accepted_runs_and_the_command_that_is_named_brings_it_back(
    place: Kiosk, editor: Path, tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    change(place.root, *PIN)
    assert place("config", "accept", "--yes")[0] == 0
    path = place.root / "kiosk.toml"
    content = path.read_bytes()
    path.unlink()
    if damage == "a FIFO":
        os.mkfifo(path)
    elif damage == "a link":
        path.symlink_to("/nowhere")
    elif damage != "missing":
        path.write_bytes(content[:1200] if damage == "cut" else b"\0" * 900)
    assert pin(place.root) == 22
    assert codes(place, tmp_path) == {"settings-accepted", "home"}
    assert place("members", "list")[0] == 0
    assert "the settings that were last accepted are in force" in caplog.text
    assert "kiosk config edit" in place("config", "accept")[2]
    assert place("backup")[0] == 0  # of what is in force
    assert place("config", "edit")[0] == 0  # begins with what was accepted, where the file says nothing
    assert path.read_bytes() == content
    assert codes(place, tmp_path) == {"settings", "home"}


@pytest.mark.remedy("config edit", "settings-accepted", "`kiosk.toml` est coupé ou perdu")
@pytest.mark.parametrize(
    ("words", "volume"),
    [
        ((), 30),
        pytest.param(
            ("--accepted",),
            20,
            marks=pytest.mark.remedy("config edit --accepted", "settings-accepted", "`kiosk.toml` est coupé ou perdu"),
        ),
    ],
)
def test_a_typing_mistake_is_mended_or_taken_back_by_the_commands_that_are_named(
    place: Kiosk, editor: Path, tmp_path: Path, words: tuple[str, ...], volume: int
) -> None:
    change(place.root, "volume = 20", "volume = 200")
    assert codes(place, tmp_path) == {"settings-accepted", "home"}
    edits(editor, "volume = 200", "volume = 30")
    assert place("config", "edit", *words)[0] == 0
    assert codes(place, tmp_path) == {"settings", "home"}
    assert config_file.load(place.root / "kiosk.toml").screen.volume == volume


@pytest.mark.remedy("config accept", "settings-database")
def test_another_database_is_said_and_opened_once_it_is_accepted(place: Kiosk, tmp_path: Path) -> None:
    change(place.root, "[database]\n", '[database]\nurl = "postgresql://127.0.0.1:1/k"\n')
    assert {"settings-database", "home-closed"} <= codes(place, tmp_path)
    status, _, err = place("members", "list")
    assert (status, "neither is opened" in err, "[database]" in err) == (3, True, True)
    assert place("migrate")[0] == 3
    assert place("config", "accept", "--yes")[0] == 0
    assert "127.0.0.1" in place("members", "list")[2]
    change(place.root, 'url = "postgresql://127.0.0.1:1/k"\n', "")
    assert place("config", "accept", "--yes")[0] == 0
    assert place("members", "list")[0] == 0


@pytest.mark.remedy("config edit", "home-settings", "config", "`kiosk.toml` est coupé ou perdu")
@pytest.mark.remedy("config edit --from", "config", "`kiosk.toml` est coupé ou perdu")
def test_a_home_without_both_files_is_told_what_brings_them_back_from_a_copy(
    place: Kiosk, editor: Path, tmp_path: Path
) -> None:
    change(place.root, *PIN)
    assert place("config", "accept", "--yes")[0] == 0
    assert place("backup")[0] == 0
    content = (place.root / "kiosk.toml").read_bytes()
    (place.root / "kiosk.toml").unlink()
    forget_accepted(place.root)
    status, _, err = place("members", "list")
    assert (status, "kiosk config edit --from a copy" in err, "[config]" in err) == (2, True, True)
    assert codes(place, tmp_path) == {"home-settings"}
    copy = min((place.root / "backups").glob("kiosk-*.tar"))
    assert place("config", "edit", "--from", str(copy))[0] == 0
    assert (place.root / "kiosk.toml").read_bytes() == content
    assert (pin(place.root), codes(place, tmp_path)) == (22, {"settings", "home"})


@pytest.mark.parametrize("name", ["nothing.tar", "empty.tar", "garbage.tar", "nothing.toml"])
def test_what_is_no_copy_is_said(place: Kiosk, tmp_path: Path, name: str) -> None:
    with tarfile.open(tmp_path / "empty.tar", "w"):
        pass
    (tmp_path / "garbage.tar").write_bytes(b"x" * 3000)
    status, _, err = place("config", "edit", "--from", str(tmp_path / name))
    assert (status, name in err, "[no-such-copy]" in err or "[config]" in err) == (2, True, True)


def test_a_machine_takes_over_what_a_restored_copy_left_beside(place: Kiosk, editor: Path) -> None:
    beside = place.root / "kiosk.toml.of-copy"
    beside.write_text((place.root / "kiosk.toml").read_text("utf-8").replace(*PIN), "utf-8")
    assert place("config", "edit", "--from", str(beside))[0] == 0
    assert pin(place.root) == 22


def test_without_a_copy_a_new_file_is_begun_whose_door_a_person_names(place: Kiosk, editor: Path) -> None:
    (place.root / "kiosk.toml").unlink()
    forget_accepted(place.root)
    status, _, err = place("config", "edit")
    assert (status, "real is missing" in err) == (2, True)
    edits(editor, "^# real = true.*", "real = false")
    assert place("config", "edit")[0] == 0
    assert config_file.load(place.root / "kiosk.toml").real is False
    assert place("members", "list")[0] == 0
    assert "real = ?" not in settings_text.unsettled()


def test_a_folder_that_is_no_home_is_told_so(kiosk: Kiosk, tmp_path: Path, editor: Path) -> None:  # noqa: F811
    kiosk.root = tmp_path / "nowhere"
    status, _, err = kiosk("config", "edit")
    assert (status, "[no-home]" in err) == (2, True)
    (tmp_path / "other.tar").write_bytes(bytes(10240))
    assert "[no-home]" in kiosk("config", "accept")[2]


def test_an_update_s_first_command_ends_the_file_and_accepts_it(place: Kiosk) -> None:
    text = (place.root / "kiosk.toml").read_text("utf-8").replace(config_file.PROMISE, "#").replace("\n# end\n", "")
    (place.root / "kiosk.toml").write_text(text, "utf-8")
    forget_accepted(place.root)
    assert "kiosk migrate" in place("members", "list")[2]
    assert place("migrate")[0] == 0
    assert place("members", "list")[0] == 0
    assert (place.root / ACCEPTED).read_bytes() == (place.root / "kiosk.toml").read_bytes()


@pytest.mark.remedy("check", "`kiosk.toml` est coupé ou perdu")
def test_the_doctor_says_what_it_says_to_programs_too(place: Kiosk) -> None:
    change(place.root, *PIN)
    found = json.loads(place("check", "--json")[1])["checks"]
    (waiting,) = (each for each in found if each["code"] == "settings-waiting")
    assert ("door.relay_pin" in waiting["says"], "kiosk config accept" in waiting["remedy"]) == (True, True)
    add(place.root, "[door2]\n")
    found = json.loads(place("check", "--json")[1])["checks"]
    assert any(each["code"] == "settings-accepted" and "door2" in each["says"] for each in found)


def test_a_start_accepts_what_is_there_once_where_nothing_ever_was(
    place: Kiosk, capsys: pytest.CaptureFixture[str]
) -> None:
    forget_accepted(place.root)
    mending.before_a_start(place.root)
    assert "mended: accepted kiosk.toml" in capsys.readouterr().err
    facts = (place.root / ACCEPTED).stat()
    assert (facts.st_uid, facts.st_gid, stat.S_IMODE(facts.st_mode)) == (0, attackers.GROUP, 0o640)
    change(place.root, *PIN)
    mending.before_a_start(place.root)
    assert (capsys.readouterr().err, pin(place.root)) == ("", 17)


@pytest.mark.parametrize("damage", ["a cut file", "none", "a link", "a FIFO"])
def test_a_start_accepts_nothing_that_is_not_whole(
    place: Kiosk, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    forget_accepted(place.root)
    path = place.root / "kiosk.toml"
    content = path.read_bytes()
    path.unlink()
    if damage == "a cut file":
        path.write_bytes(content[:-7])
    elif damage == "a link":
        (place.root / "other.toml").write_bytes(content)
        path.symlink_to(place.root / "other.toml")
    elif damage == "a FIFO":
        os.mkfifo(path)
    mending.before_a_start(place.root)
    assert not (place.root / ACCEPTED).exists()
    assert "accepted" not in capsys.readouterr().err


def test_the_unit_s_command_accepts_too(place: Kiosk) -> None:
    place("mend")
    forget_accepted(place.root)
    status, out, _ = place("mend")
    assert (status, out, (place.root / ACCEPTED).exists()) == (0, "accepted kiosk.toml\n", True)


def _alarms(kiosk: Kiosk, machine: FakeMachine) -> set[str]:  # noqa: F811  # pytest's way
    found = doctor.examine(kiosk.root, HostClock(), machine.machine)
    return {each.kind.code for each in found if each.says("fr")} & {"door-simulated-counts", "update-git-source"}


@pytest.mark.remedy("config edit", "door-simulated-counts")
def test_a_simulated_door_that_counts_is_made_a_real_one_by_the_command_that_is_named(
    place: Kiosk, editor: Path, tmp_path: Path
) -> None:
    machine = FakeMachine(tmp_path / "pi")
    machine.write("/etc/systemd/system/multi-user.target.wants/kiosk-entrance.service", "")
    assert _alarms(place, machine) == {"door-simulated-counts"}
    editor.write_text(
        "#!/bin/sh\nsed -i -e 's|^real = false|real = true|' -e '/^.reader.$/,/^device/s|^device.*|device = \"usb\"|' "
        '"$1"\n',
        "utf-8",
    )
    assert place("config", "edit")[0] == 0
    assert config_file.load(place.root / "kiosk.toml").real
    assert _alarms(place, machine) == set()


@pytest.mark.remedy("config edit", "update-git-source")
def test_a_source_that_is_no_list_of_releases_is_exchanged_by_the_command_that_is_named(
    place: Kiosk, editor: Path, tmp_path: Path
) -> None:
    machine = FakeMachine(tmp_path / "pi")
    machine.write("/opt/kiosk/current/digest", "1")
    text = (place.root / "kiosk.toml").read_text("utf-8")
    git = "git+https://releases.example.org/kiosk.git"
    (place.root / "kiosk.toml").write_text(text.replace("[update]\n", f'[update]\nsource = "{git}"\n'), "utf-8")
    assert _alarms(place, machine) == {"update-git-source"}
    edits(editor, f'^source = "{git}"', 'source = "https://releases.example.org/kiosk"')
    assert place("config", "edit")[0] == 0
    assert _alarms(place, machine) == set()
