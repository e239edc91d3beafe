"""A kiosk.toml that was cut, mistyped or exchanged for something else is an error that names it, or what was accepted
before: never another machine.
"""

import os
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kiosk import config_file, config_in_force, home, keys
from kiosk.config import Config, DoorConfig, OtherDoorConfig
from kiosk.config_in_force import ACCEPTED, InForce
from kiosk.errors import KioskError, MachineError, RequestError
from kiosk.home import Paths
from kiosk.setup import key_mending, settings_ending, settings_text
from tests import attackers
from tests.attackers import DESK, ENTRANCE, acting
from tests.conftest import WEDNESDAY
from tests.settings import forget_accepted, whole

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root may become the programs' users")

REAL = 'real = true\n[reader]\ndevice = "tty:USB0:pn532"\n[door]\nrelay_pin = 22\nrelay_active_high = false\n'
GATE = (
    '[[more_doors]]\nnumber = 2\nreader = "tty:USB1:pn532"\nrelay_pin = 27\nrelay_active_high = false\n'
    "screen_port = 8082\n"
)


def template(*, real: bool) -> str:
    """The file of a new home; a real one's relay is on a board that switches on at low level."""
    device = "usb" if real else "udp:localhost:54321"
    text = settings_text.text(real=str(real).lower(), device=device, screen_port=8080, desk_port=8081, clock="host")
    return text.replace("relay_active_high = true", "relay_active_high = false") if real else text


def lay(root: Path, text: str, accepted: str | None) -> Path:
    """A home's folders and files, as far as its settings go, as the installer gives them to root and the programs."""
    for folder in ("db", "keys/shared", "keys/entrance", "keys/desk", "spool", "roster"):
        (root / folder).mkdir(parents=True)
    (root / "kiosk.toml").write_text(text, "utf-8")
    if accepted is not None:
        (root / ACCEPTED).write_text(accepted, "utf-8")
    attackers.share(Paths(root))
    return root


def found(root: Path, user: int = ENTRANCE) -> InForce:
    """What is in force for one of the programs."""
    with acting(user):
        return config_in_force.find(root)


@pytest.fixture(params=[False, True], ids=["demo", "real"])
def text(request: pytest.FixtureRequest) -> str:
    return template(real=request.param)


def test_every_cut_is_an_error_or_the_same_machine(text: str) -> None:
    path, content = Path("kiosk.toml"), text.encode()
    same = config_file.parse(content, path)
    for length in range(len(content)):
        try:
            cut = config_file.parse(content[:length], path)
        except RequestError as wrong:
            assert (wrong.code, "kiosk.toml" in str(wrong), "# end" in str(wrong)) == ("config", True, True)
        else:
            assert cut == same


def test_every_line_that_is_lost_is_an_error_or_says_nothing_of_the_door(text: str) -> None:
    path, lines = Path("kiosk.toml"), text.splitlines(keepends=True)
    same = config_file.parse(text.encode(), path)
    for number in range(len(lines)):
        try:
            other = config_file.parse("".join(lines[:number] + lines[number + 1 :]).encode(), path)
        except RequestError:
            continue
        assert (other.real, other.door.lock) == (same.real, same.door.lock)
        assert not same.real or _wiring(other)[:2] == _wiring(same)[:2]


def _wiring(settings: Config) -> list[object]:
    return [getattr(settings.door, name) for name in config_in_force.WIRING]


def test_a_cut_inside_a_word_that_begins_like_the_last_line_is_seen(tmp_path: Path) -> None:
    content = b"real = false\n# endless\n# end\n"
    assert config_file.parse(content, tmp_path)
    with pytest.raises(RequestError, match="cut"):
        config_file.parse(content[: content.index(b"less")], tmp_path)
    with pytest.raises(RequestError, match="below that line"):
        config_file.parse(content + b"[door]\nrelay_pin = 22\n", tmp_path)


@pytest.mark.parametrize("user", [ENTRANCE, DESK])
def test_a_program_that_finds_a_cut_file_runs_what_was_accepted(tmp_path: Path, text: str, user: int) -> None:
    root = lay(tmp_path / "home", text, text)
    same = found(root, user)
    assert same == InForce(same.config)
    content = text.encode()
    for length in range(0, len(content) - 1, 97):
        (root / "kiosk.toml").write_bytes(content[:length])
        stands = found(root, user)
        assert (stands.config, stands.state, "# end" in stands.fault) == (same.config, "accepted", True)
    forget_accepted(root)
    with acting(user), pytest.raises(RequestError) as refused:
        config_in_force.find(root)
    assert "kiosk config edit" in str(refused.value)


def _keys(kind: type[msgspec.Struct], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for field in msgspec.structs.fields(kind):
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            yield from _keys(field.type, f"{prefix}{field.name}.")
        yield f"{prefix}{field.name}", field.type


WRONG: dict[str, Any] = {
    "text": '"x\\u0000y"',
    "a number": "-1",
    "a fraction": "0.001",
    "no number": "nan",
    "without end": "inf",
    "true": "true",
    "a day": "2026-11-25",
    "an hour": "08:00:00",
    "a list": "[1, [2]]",
    "an empty list": "[]",
    "a table": "{ x = 1 }",
    "an empty table": "{}",
    "nothing": "",
    "much": "9" * 400,
}


@pytest.mark.parametrize("wrong", WRONG)
def test_every_key_with_every_wrong_type_is_named(wrong: str) -> None:
    """Or it is right for the key: then what it says is what is read."""
    for key, kind in _keys(Config):
        head, _, name = key.rpartition(".")
        line = f"{name} = {WRONG[wrong]}\n"
        text = whole(f"[{head}]\n{line}" if head else line) if key != "real" else f"{line}# end\n"
        try:
            settings = config_file.parse(text.encode(), Path("kiosk.toml"))
        except RequestError as refused:
            message = str(refused)
            assert key in message or "line 2" in message or "line 1" in message or "line 3" in message, message
            assert (refused.code, "\n" in message, "\0" in message) == ("config", False, False)
        else:
            said = tomllib.loads(text)
            for part in key.split("."):
                said, settings = said[part], getattr(settings, part)
            assert said == _as_said(settings), (key, kind)


def _as_said(value: Any) -> Any:
    return {} if isinstance(value, msgspec.Struct) else value


STANDS_THERE: dict[str, Callable[[Path], object]] = {
    "nothing": lambda path: None,
    "an empty file": lambda path: path.write_bytes(b""),
    "garbage": lambda path: path.write_bytes(bytes(range(256)) * 20),
    "NULs": lambda path: path.write_bytes(bytes(5000)),
    "NULs before the end": lambda path: path.write_bytes(b"real = true\n" + bytes(500) + b"\n# end\n"),
    "a folder": lambda path: path.mkdir(),
    "a FIFO": os.mkfifo,
    "a link to nothing": lambda path: path.symlink_to("/nowhere/at/all"),
    "a link to such a file": lambda path: path.symlink_to(f"{path}.of-copy"),
    "a file too long": lambda path: path.write_bytes(b"#" * (2 << 20) + b"\n# end\n"),
    "what nobody may read": lambda path: os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)),
}


@pytest.mark.parametrize("what", STANDS_THERE)
@pytest.mark.parametrize("user", [ENTRANCE, DESK])
def test_what_stands_in_the_place_of_the_file_never_hangs_and_is_never_another_machine(
    tmp_path: Path, what: str, user: int
) -> None:
    root = lay(tmp_path / "home", whole(REAL), whole(REAL))
    (root / "kiosk.toml.of-copy").write_text(whole("real = false"), "utf-8")
    path = root / "kiosk.toml"
    path.unlink()
    STANDS_THERE[what](path)
    stands = found(root, user)
    assert (stands.config.real, stands.config.door.relay_pin, stands.state) == (True, 22, "accepted")
    assert "kiosk.toml" in stands.fault
    forget_accepted(root)
    with acting(user), pytest.raises(RequestError) as refused:
        config_in_force.find(root)
    assert (refused.value.code, str(path) in str(refused.value)) == ("config", True)


@pytest.mark.parametrize("what", [name for name in STANDS_THERE if name != "nothing"])
def test_what_stands_in_the_place_of_what_was_accepted_is_as_if_there_was_none(tmp_path: Path, what: str) -> None:
    root = lay(tmp_path / "home", whole(REAL), None)
    (root / f"{ACCEPTED}.of-copy").write_text(whole("real = false"), "utf-8")
    STANDS_THERE[what](root / ACCEPTED)
    stands = found(root)
    assert (stands.config.real, stands.state, stands.is_to_adopt) == (True, "ok", True)


TOUCHING = [
    ("door.red_pin", "[door]", "[door]\nred_pin = 6"),
    ("door.relay_pin", "relay_pin = 22", "relay_pin = 5"),
    ("door.relay_active_high", "relay_active_high = false\n[[", "relay_active_high = true\n[["),
    ("door.pulse_seconds", "[door]", "[door]\npulse_seconds = 9.0"),
    ("door.longest_pulse_seconds", "[door]", "[door]\nlongest_pulse_seconds = 60.0"),
    ("door.bell_pin", "[door]", "[door]\nbell_pin = 6"),
    ("door.green_pin", "[door]", "[door]\ngreen_pin = 6"),
    ("door.buzzer_pin", "[door]", "[door]\nbuzzer_pin = 6"),
    ("door.lock", "[door]", '[door]\nlock = "shelly"\naddress = "192.168.1.9"'),
    ("lock.output", "[door]", "[lock]\noutput = 3\n[door]"),
    ("more_doors 2.relay_pin", "relay_pin = 27", "relay_pin = 6"),
    ("more_doors 2.relay_active_high", "27\nrelay_active_high = false", "27\nrelay_active_high = true"),
]


def test_each_setting_of_a_door_waits_or_moves_no_pin() -> None:
    waiting = {key.partition(".")[2] for key, _, _ in TOUCHING if key.startswith("door.")}
    every = {each.name for each in msgspec.structs.fields(DoorConfig)}
    assert every - waiting == {"address", "number"}  # the address waits with the kind of lock; a number is a name
    others = {each.name for each in msgspec.structs.fields(OtherDoorConfig)}
    assert others - {*config_in_force.WIRING} == {"number", "reader", "screen_port", "display"}


@pytest.mark.parametrize(("key", "was", "now"), TOUCHING, ids=[each[0] for each in TOUCHING])
def test_what_touches_the_door_waits_and_all_else_counts(tmp_path: Path, key: str, was: str, now: str) -> None:
    before = whole(REAL + GATE)
    assert before.count(was) == 1
    after = before.replace(was, now).replace("# end", '[screen]\nhand = "left"\n# end')
    root = lay(tmp_path / "home", after, before)
    accepted, stands = config_file.parse(before.encode(), root), found(root)
    assert key in stands.waiting
    assert stands.state == "waiting"
    assert not stands.is_to_adopt
    assert stands.config.screen.hand == "left"
    assert msgspec.structs.replace(stands.config, screen=accepted.screen) == accepted
    with acting(ENTRANCE):
        assert not config_in_force.adopt(root)
    config_in_force.accept(root)
    assert found(root).state == "ok"
    assert found(root).config == config_file.load(root / "kiosk.toml")


def test_a_simulated_home_is_no_way_round_the_pins_of_a_real_one(tmp_path: Path) -> None:
    """What is written does not go with what was accepted: then all of that counts."""
    root = lay(tmp_path / "home", whole("real = false"), whole(REAL))
    stands = found(root)
    assert stands.config == config_file.parse(whole(REAL).encode(), root)
    assert "udp" in stands.fault
    assert "real" in stands.waiting


def test_a_door_more_waits_and_one_less_is_gone(tmp_path: Path) -> None:
    root = lay(tmp_path / "home", whole(REAL + GATE), whole(REAL))
    assert found(root).waiting == ("more_doors 2",)
    assert found(root).config.more_doors == []
    (root / "kiosk.toml").write_text(whole(REAL), "utf-8")
    (root / ACCEPTED).write_text(whole(REAL + GATE), "utf-8")
    assert (found(root).waiting, found(root).config.more_doors) == ((), [])


URL = "postgresql://kiosk:secret@db.example.org/kiosk"


@pytest.mark.parametrize(
    ("was", "now", "waits"),
    [
        ("", URL, True),
        (URL, "", True),
        (URL, URL.replace("db.", "other."), True),
        (URL, URL.replace("org/", "org:5433/"), True),
        (URL, URL.replace("org/", "org:5432/"), False),
        (URL, URL.replace("/kiosk", "/another"), True),
        (URL, f"{URL}?host=/run/elsewhere", True),
        (URL, f"{URL}?sslmode=verify-full", False),
        (URL, URL.replace("secret", "other"), False),
        (URL, URL.replace("kiosk:secret@", ""), False),
        (URL.replace("db.", "DB."), URL, False),
    ],
)
def test_another_database_is_not_opened_and_a_password_is_no_other(
    tmp_path: Path, was: str, now: str, *, waits: bool
) -> None:
    before, after = (whole(f"{REAL}[database]\nurl = '{url}'" if url else REAL) for url in (was, now))
    root = lay(tmp_path / "home", after, before)
    assert found(root).other_database is waits
    assert found(root).state == ("database" if waits else "ok")
    said = config_in_force.differences(root)
    assert [key for key, _, _ in said] == (["database.url"] if waits else [])
    assert "secret" not in str(said)


def test_neither_the_database_of_before_nor_the_other_one_is_opened(root: Path, tmp_path: Path) -> None:
    """The roster knows the members meanwhile; what is accepted is opened again."""
    attackers.share(Paths(root))
    identity = home.Identity("", training=False)
    text = (root / "kiosk.toml").read_text("utf-8")
    (root / "kiosk.toml").write_text(text.replace("[database]\n", "[database]\nurl = 'postgresql://127.0.0.1:1/k'\n"))
    with acting(ENTRANCE), pytest.raises(MachineError, match="neither is opened"), home.opened(root):
        pass
    with acting(ENTRANCE), home.opened(root, otherwise=lambda _paths: identity) as opened:
        for question in (opened.store.reading, opened.store.writing, opened.store.logging, opened.store.listing):
            with pytest.raises(MachineError, match="kiosk config accept"), question():
                pass
        with pytest.raises(MachineError, match="kiosk config accept"):
            opened.store.changes()
    (root / "kiosk.toml").write_text(text)
    with acting(ENTRANCE), home.opened(root) as opened, opened.store.reading():
        assert opened.settings.state == "ok"


def test_programs_may_write_neither_of_the_two_files(tmp_path: Path) -> None:
    root = lay(tmp_path / "home", whole(REAL), None)
    for user in (ENTRANCE, DESK):
        with acting(user):
            assert not config_in_force.adopt(root)
            for change in (config_in_force.accept, lambda at: config_in_force.put(at, whole(REAL).encode())):
                with pytest.raises(OSError, match="Permission"):
                    change(root)
            with pytest.raises(OSError, match="Permission"):
                (root / "kiosk.toml").unlink()
    assert config_in_force.adopt(root)
    assert not config_in_force.adopt(root)
    facts = (root / ACCEPTED).stat()
    assert (facts.st_uid, facts.st_gid, facts.st_mode & 0o777) == (0, attackers.GROUP, 0o640)


def test_a_home_of_one_user_needs_no_word_and_is_stood_in_for_all_the_same(root: Path) -> None:
    path = root / "kiosk.toml"
    path.write_text(path.read_text("utf-8").replace("relay_pin = 17", "relay_pin = 22"), "utf-8")
    stands = config_in_force.find(root)
    assert (stands.config.door.relay_pin, stands.state, stands.is_to_adopt) == (22, "ok", True)
    assert config_in_force.adopt(root)
    path.write_bytes(path.read_bytes()[:2000])
    assert (config_in_force.find(root).config.door.relay_pin, config_in_force.find(root).state) == (22, "accepted")
    path.unlink()
    with home.opened(root) as opened:
        assert (opened.config.door.relay_pin, opened.settings.state) == (22, "accepted")


def test_what_a_program_writes_leaves_what_waits_waiting(tmp_path: Path) -> None:
    root = lay(tmp_path / "home", whole(REAL.replace("= 22", "= 5")), whole(REAL))
    config_in_force.edit(root, lambda text: text.replace("[door]", "[backup]\nhours = 3\n[door]"))
    stands = found(root)
    assert (stands.waiting, stands.config.backup.hours) == (("door.relay_pin",), 3)
    (root / "kiosk.toml").write_text(whole("real = maybe"), "utf-8")
    with pytest.raises(RequestError, match="Invalid value"):
        config_in_force.edit(root, str)
    assert (found(root).config.backup.hours, found(root).config.door.relay_pin) == (3, 22)


OLDER = "\n".join(line for line in template(real=True).splitlines() if "relay_" not in line and "# end" not in line)


def test_an_update_ends_a_file_once_with_the_values_in_force(tmp_path: Path) -> None:
    more = '\n[[more_doors]] # the gate\nnumber = 2\nreader = "tty:USB1:pn532"\nrelay_pin = 27\nscreen_port = 8082\n'
    root = lay(tmp_path / "home", OLDER.replace('"usb"', '"tty:USB0:pn532"') + more, None)
    before = config_file.parse((root / "kiosk.toml").read_bytes(), root, is_older=True)
    assert settings_ending.settle(Paths(root))
    assert not settings_ending.settle(Paths(root))
    assert found(root) == InForce(before)
    text = (root / "kiosk.toml").read_text("utf-8")
    assert (root / ACCEPTED).read_text("utf-8") == text
    assert text.endswith("\n# end\n")
    said = tomllib.loads(text)  # as the release before reads it: no key that it does not know
    assert (said["door"]["relay_pin"], said["door"]["relay_active_high"]) == (17, True)
    assert said["more_doors"][0]["relay_active_high"] is True
    assert set(said["more_doors"][0]) <= {each.name for each in msgspec.structs.fields(OtherDoorConfig)}
    facts = (root / "kiosk.toml").stat()
    assert (facts.st_uid, facts.st_gid, facts.st_mode & 0o777) == (0, attackers.GROUP, 0o640)


def test_an_update_never_ends_a_file_that_was_cut_since(tmp_path: Path) -> None:
    """It promises its last line near its head; and where something was accepted, that stands in for it."""
    root = lay(tmp_path / "home", template(real=True)[:3000], None)
    assert not settings_ending.settle(Paths(root))
    (root / "kiosk.toml").write_text(OLDER[:2500], "utf-8")
    (root / ACCEPTED).write_text(template(real=True), "utf-8")
    assert not settings_ending.settle(Paths(root))
    assert found(root).state == "accepted"


@pytest.mark.parametrize("what", [name for name in STANDS_THERE if name != "what nobody may read"])
def test_what_stands_in_the_place_of_a_key_is_named_and_never_waited_for(root: Path, what: str) -> None:
    paths = Paths(root)
    for path, read in ((paths.badge_key, keys.read_key), (paths.lock_password, keys.read_word)):
        path.parent.mkdir(exist_ok=True)
        path.unlink(missing_ok=True)
        STANDS_THERE[what](path)
        try:
            word = read(path)
        except KioskError as fault:
            assert (fault.code, str(path) in str(fault)) == ("key", True)
        else:
            assert read is keys.read_word
            assert isinstance(word, str)


def test_a_nul_in_a_path_is_named(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="NUL"):
        config_file.load(tmp_path / "a\0b")
    with pytest.raises(MachineError, match="NUL"):
        keys.read_key(tmp_path / "a\0b")


@pytest.mark.parametrize("how", ["accept", "edit", "put"])
def test_what_is_accepted_is_readable_by_the_programs_whatever_rights_an_editor_left(tmp_path: Path, how: str) -> None:
    """An editor that writes a new file gives it root's group, which no program is in."""
    root = lay(tmp_path / "home", whole(REAL), whole(REAL))
    path, group = root / "kiosk.toml", root.stat().st_gid
    os.chown(path, 0, 0)
    path.chmod(0o640)
    assert found(root).state == "accepted", "what was accepted runs"
    if how == "accept":
        config_in_force.accept(root)
    elif how == "edit":
        config_in_force.edit(root, lambda text: text)
    else:
        config_in_force.put(root, path.read_bytes())
    accepted = (root / ACCEPTED).stat()
    assert (accepted.st_uid, accepted.st_gid, accepted.st_mode & 0o777) == (0, group, 0o640)
    key_mending.mend(root, WEDNESDAY)
    assert (found(root).state, path.stat().st_gid) == ("ok", group)
