"""What the installer is told: by a file or on a terminal, held to the same rules."""

from dataclasses import asdict
from pathlib import Path

import pytest

from kiosk.errors import RequestError
from kiosk.install import homes
from kiosk.install.answers import Answers, ask, dump, read, wrong
from kiosk.install.words import Words

FRENCH, ENGLISH = Words("fr"), Words("en")
RECIPIENT = "age1kd0xz224dtn007zvnsg7ms5nczlagl98gwjx0gtjvu9n6f6jyg6q5c9jcs"  # anybody's: its identity was not kept


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("home", "réel"),
        ("reader", "acr122u"),
        ("reader", "tty:nfc_reader:pn532"),
        ("reader", "udp:localhost"),
        ("reader", "udp:localhost:99999999"),
        ("lock", "yale"),
        ("lock_address", "192.168.1.50"),
        ("lock_device", "2BB2857Z"),
        ("lock_user", "kiosk\n"),
        ("relay_pin", 28),
        ("relay_pin", -1),
        ("relay_pin", "17"),
        ("relay_pin", True),
        ("relay_active_high", "maybe"),
        ("host", "https://kiosk.local"),
        ("host", "Kiosk.local"),
        ("host", "-kiosk"),
        ("host", "a" * 64),
        ("display", 1),
        ("spool", "/nowhere/at/all"),
        ("spool", "media"),
        ("spool", "/var"),
        ("recipient", "age1short"),
        ("recipient", RECIPIENT[:-1] + "q"),
        ("recipient", "AGE-SECRET-KEY-1"),
        ("tariffs", "/nowhere/at/all.toml"),
        ("pulse", 3),
    ],
)
def test_an_answer_that_cannot_be_used_is_named_in_both_languages(key: str, value: object) -> None:
    for words in (FRENCH, ENGLISH):
        problems = wrong({key: value}, words)
        assert len(problems) == 1
        assert key in problems[0]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("reader", "usb"),
        ("reader", "usb:054c:06c3"),
        ("reader", "tty:AMA0:pn532"),
        ("reader", "udp:localhost:54321"),
        ("relay_pin", 0),
        ("relay_pin", 27),
        ("host", ""),
        ("host", "kiosk.coroutine.example"),
        ("spool", ""),
        ("spool", "/dev/shm"),  # noqa: S108 (another disk than /var/lib, on any Linux)
        ("recipient", RECIPIENT),
        ("tariffs", str(Path(__file__).resolve())),
        ("tariffs", ""),
    ],
)
def test_an_answer_that_can_be_used_is_taken(key: str, value: object) -> None:
    assert wrong({key: value}, FRENCH) == []


def test_a_home_may_begin_with_a_training_home_s_folder(tmp_path: Path) -> None:
    assert wrong({"tariffs": str(tmp_path)}, FRENCH) != [], "no home"
    (tmp_path / "kiosk.toml").touch()
    assert wrong({"tariffs": str(tmp_path)}, FRENCH) == []


def test_a_real_home_wants_a_real_reader() -> None:
    assert wrong({"home": "real", "reader": "udp:localhost:54321"}, ENGLISH) != []
    assert wrong({"home": "training", "reader": "udp:localhost:54321"}, ENGLISH) == []
    assert wrong({"home": "training", "reader": "usb"}, ENGLISH) == []


def test_a_file_names_all_that_is_wrong_at_once(tmp_path: Path) -> None:
    path = tmp_path / "answers.toml"
    path.write_text('home = "maison"\nrelay_pin = 99\nclef = 1\n', "utf-8")
    with pytest.raises(RequestError) as found:
        read(path, FRENCH)
    assert found.value.code == "answers"
    for named in ("home", "relay_pin", "clef"):
        assert named in str(found.value)


@pytest.mark.parametrize("text", ["home = ", "\x00"])
def test_a_file_that_is_no_toml_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "answers.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(RequestError, match=r"answers\.toml"):
        read(path, FRENCH)
    with pytest.raises(RequestError, match=r"missing\.toml"):
        read(tmp_path / "missing.toml", FRENCH)


def test_what_is_kept_is_read_back(tmp_path: Path) -> None:
    told = Answers(home="training", reader="usb", relay_pin=4, host="kiosk.local", display=False, recipient=RECIPIENT)
    path = tmp_path / "install.toml"
    path.write_text(dump(told), "utf-8")
    assert read(path, FRENCH) == told


def asked(*typed: str) -> tuple[Answers, list[str]]:
    lines, told = iter(typed), list[str]()
    found = ask(lambda _prompt: next(lines), told.append, FRENCH)
    assert list(lines) == []
    return found, told


def test_enter_takes_what_is_usual() -> None:
    found, told = asked("", "", "", "", "", "", "", "", "", "")
    assert found == Answers()
    assert len(told) == len(asdict(found)) - 3, "where and which is asked of a lock that is no relay"


def test_a_lock_that_is_no_relay_is_asked_where_it_is_and_for_no_pin() -> None:
    found, told = asked("", "", "nuki", "serrure.local", "192.168.1.20", "étiquette", "2BB28570", "kiosk", *[""] * 5)
    assert found == Answers(lock="nuki", lock_address="192.168.1.20", lock_device="2BB28570", lock_user="kiosk")
    assert not any("broche est le relais" in line for line in told)
    found, _ = asked("", "", "osdp", "", "tty:USB1", *[""] * 5)
    assert found == Answers(lock="osdp", lock_address="tty:USB1")


def test_a_lock_in_a_file_says_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "answers.toml"
    for text, named in (
        ('lock = "shelly"', "lock_address"),
        ('lock_address = "192.168.1.50"', "lock_address"),
        ('lock = "osdp"\nlock_address = "192.168.1.50"', "lock_address"),
        ('lock = "nuki"\nlock_address = "192.168.1.20"', "lock_device"),
    ):
        path.write_text(text, "utf-8")
        with pytest.raises(RequestError, match=named):
            read(path, FRENCH)


def test_a_wrong_answer_is_said_and_asked_again() -> None:
    found, told = asked("vrai", "training", "", "kiosk.local", "peut-être", "non", "-", "-", "-")
    assert found == Answers(home="training", reader="udp:localhost:54321", host="kiosk.local", display=False)
    assert any("home = 'vrai'" in line for line in told)
    assert any("display = 'peut-être'" in line for line in told)


def test_a_simulated_door_is_asked_for_no_pin() -> None:
    _found, told = asked("training", "", "", "", "", "", "")
    assert not any("broche" in line for line in told)


TEXT = '[door]\nrelay_pin = 17\n\n[desk]\n# proxy = "127.0.0.1"\n\n[backup]\n# recipient = "age1..."\nrelay_pin = 3\n'


def test_a_setting_is_put_in_its_own_section_commented_out_or_not() -> None:
    text = homes.put(homes.put(TEXT, "door.relay_pin", 5), "backup.recipient", "age1é")
    assert text == TEXT.replace("relay_pin = 17", "relay_pin = 5").replace(
        '# recipient = "age1..."', 'recipient = "age1é"'
    )
    with pytest.raises(Exception, match=r"desk\.port"):
        homes.put(TEXT, "desk.port", 1)
