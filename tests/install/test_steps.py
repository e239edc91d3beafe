"""An installation's steps, on paper: what is asked of the machine, in which order, and what a cut leaves."""

import fcntl
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from string import Formatter

import pytest

from kiosk.errors import MachineError, RequestError
from kiosk.install import doors, homes, proxy, release, services, steps
from kiosk.install.answers import Answers, dump
from kiosk.install.layout import HOME, PROGRAMS
from kiosk.install.release import Source
from kiosk.install.words import TEXTS, Words
from release import __main__, signing
from tests.install.paper import PROJECT, Cut, Paper, debian
from tests.release import rig
from tests.settings import add

ENGLISH = Words("en")
REAL = Answers(recipient="", host="kiosk.local", display=True)
TRAINING = Answers(home="training", reader="udp:localhost:54321", display=False)


@pytest.fixture
def source(tmp_path: Path) -> Source:
    """A release small enough to be built on paper a hundred times."""
    root = tmp_path / "release"
    (root / "systemd").mkdir(parents=True)
    for name in ("kiosk-entrance.service", "kiosk-desk.service", "kiosk-display.service", "kiosk-due.timer"):
        (root / "systemd" / name).write_text("[Unit]\n[Install]\nWantedBy=multi-user.target\n", "utf-8")
    (root / "systemd" / "kiosk-due.service").write_text("[Unit]\n", "utf-8")
    (root / "systemd" / "60-kiosk.rules").write_text("# readers\n", "utf-8")
    (root / "requirements.txt").write_text("setuptools==1 \\\n    --hash=sha256:00\nflask==3\n", "utf-8")
    wheel = root / "kiosk-0.1.0-py3-none-any.whl"
    wheel.write_text("a wheel", "utf-8")
    return Source(root, "0.1.0", wheel)


@pytest.fixture
def machine(tmp_path: Path) -> Paper:
    return debian(tmp_path / "machine")


def install(machine: Paper, source: Source, told: Answers = REAL, given: Path | None = None) -> None:
    machine.changes.clear()
    steps.Installer(machine, ENGLISH, source).install(given, lambda: told)


def test_everything_is_there_after_one_run_and_the_second_changes_nothing(machine: Paper, source: Source) -> None:
    install(machine, source)
    assert machine.at(f"{HOME}/kiosk.toml").is_file()
    assert machine.at(f"{PROGRAMS}/current").readlink() == Path("releases/0.1.0")
    assert machine.users["kiosk-entrance"] == {"gpio", "plugdev", "dialout", "input"}
    assert machine.users["kiosk-desk"] == {"kiosk-office"}, "the chain's key is read by the desk's programs alone"
    assert machine.users["kiosk-display"] == {"video", "input", "render", "audio"}
    assert {"python3-lgpio", "cage", "chromium", "caddy", "systemd-timesyncd"} <= machine.packages
    assert {"kiosk-entrance.service", "kiosk-due.timer", "systemd-timesyncd.service"} <= machine.enabled
    assert "kiosk-due.service" not in machine.enabled
    after = machine.tree()
    install(machine, source)
    assert machine.changes == []
    assert machine.tree() == after


def test_cut_anywhere_the_next_run_ends_where_an_uncut_one_does(tmp_path: Path, source: Source) -> None:
    whole = debian(tmp_path / "whole")
    install(whole, source)
    wanted, count = whole.tree(), len(whole.changes)
    assert count > 30
    for cut in range(count):
        machine = debian(tmp_path / str(cut))
        machine.cut_after = cut
        with pytest.raises(Cut):
            install(machine, source)
        machine.cut_after = None
        install(machine, source)
        assert machine.tree() == {name: facts.replace("/whole/", f"/{cut}/") for name, facts in wanted.items()}


def test_a_dry_run_changes_nothing(machine: Paper, source: Source) -> None:
    before = machine.tree()
    machine.dry = True
    install(machine, source)
    assert machine.tree() == before
    assert machine.ran == []
    assert any("useradd" in change for change in machine.changes)


def test_without_a_display_nothing_of_it_is_installed(machine: Paper, source: Source) -> None:
    install(machine, source, TRAINING)
    assert "kiosk-display" not in machine.users
    assert not {"cage", "chromium", "caddy"} & machine.packages
    assert "age" in machine.packages, "a sealed copy is to be opened, whoever it was sealed for"
    assert not machine.at("/etc/systemd/system/kiosk-display.service").exists()


def test_the_answers_are_in_the_configuration(machine: Paper, source: Source) -> None:
    recipient = "age1kd0xz224dtn007zvnsg7ms5nczlagl98gwjx0gtjvu9n6f6jyg6q5c9jcs"
    install(machine, source, Answers(relay_pin=5, relay_active_high=False, host="kiosk.local", recipient=recipient))
    text = machine.at(f"{HOME}/kiosk.toml").read_text("utf-8")
    for line in (
        "real = true",
        'device = "tty:nfcreader:pn532"',
        "relay_pin = 5",
        "relay_active_high = false",
        'hosts = ["localhost", "127.0.0.1", "kiosk.local"]',
        'proxy = "127.0.0.1"',
        f'recipient = "{recipient}"',
    ):
        assert f"\n{line}\n" in text


def test_a_nuki_that_was_answered_is_in_the_configuration_and_wants_no_pins(machine: Paper, source: Source) -> None:
    install(
        machine, source, Answers(lock="nuki", lock_address="192.168.1.20", lock_device="2BB28570", lock_user="kiosk")
    )
    text = machine.at(f"{HOME}/kiosk.toml").read_text("utf-8")
    for line in ('lock = "nuki"', 'address = "192.168.1.20"', 'device = "2BB28570"', 'user = "kiosk"'):
        assert f"\n{line}\n" in text
    assert "IPAddressAllow=192.168.1.20" in machine.at(services.DROP_IN).read_text("utf-8")
    assert "python3-lgpio" not in machine.packages


def test_a_spool_on_another_disk_is_the_entrance_s_and_its_unit_may_write_there(machine: Paper, source: Source) -> None:
    machine.at("/media/spare").mkdir(parents=True)
    install(machine, source, Answers(spool="/media/spare"))
    assert machine.rights["/media/spare/kiosk-spool"].owner == "kiosk-entrance"
    assert "ReadWritePaths=-/media/spare/kiosk-spool" in machine.at(services.DROP_IN).read_text("utf-8")


def test_a_simulated_reader_s_packets_come_through(machine: Paper, source: Source) -> None:
    install(machine, source, TRAINING)
    assert "PrivateNetwork=no" in machine.at(services.DROP_IN).read_text("utf-8")
    text = machine.at(f"{HOME}/kiosk.toml").read_text("utf-8")
    machine.at(f"{HOME}/kiosk.toml").write_text(text.replace("udp:localhost:54321", "usb"), "utf-8")
    install(machine, source, TRAINING)
    assert not machine.at(services.DROP_IN).exists()


def test_a_unit_s_lines_that_somebody_else_wrote_stay(machine: Paper, source: Source) -> None:
    """As `systemctl edit` writes them: with lines of ours beside them, without, and when all of ours goes."""
    theirs = machine.at(services.DROP_IN).with_name("override.conf")
    theirs.parent.mkdir(parents=True)
    theirs.write_text("[Service]\nNice=-1\n", "utf-8")
    install(machine, source, TRAINING)
    install(machine, source, TRAINING)
    assert machine.at(services.DROP_IN).exists()
    services.remove(machine)
    assert [path.name for path in theirs.parent.iterdir()] == ["override.conf"]


def test_a_lock_in_the_network_is_the_one_address_that_the_entrance_may_reach(machine: Paper, source: Source) -> None:
    install(machine, source)
    path = machine.at(f"{HOME}/kiosk.toml")
    was = path.read_text("utf-8")
    text = was.replace('lock = "relay"\n# address = "192.168.1.50"', 'lock = "shelly"\naddress = "192.168.1.50:8000"')
    path.write_text(text, "utf-8")
    install(machine, source)
    entrance, check = (machine.at(each).read_text("utf-8") for each in (services.DROP_IN, services.CHECK_DROP_IN))
    assert [line for line in entrance.splitlines() if "=" in line] == [
        "PrivateNetwork=no",
        "IPAddressAllow=192.168.1.50",
        "RestrictAddressFamilies=AF_INET",
    ]
    assert [line for line in check.splitlines() if "=" in line] == ["IPAddressAllow=192.168.1.50"]
    path.write_text(was, "utf-8")
    install(machine, source)
    assert not machine.at(services.DROP_IN).exists()
    assert not machine.at(services.CHECK_DROP_IN).exists()


def test_a_lock_on_a_serial_line_is_seen_by_the_check_too(machine: Paper, source: Source) -> None:
    install(machine, source)
    path = machine.at(f"{HOME}/kiosk.toml")
    text = path.read_text("utf-8")
    there = 'lock = "relay"\n# address = "192.168.1.50"'
    path.write_text(text.replace(there, 'lock = "osdp"\naddress = "tty:USB1"'), "utf-8")
    install(machine, source)
    assert "\nDeviceAllow=char-ttyUSB rw\n" in machine.at(services.CHECK_DROP_IN).read_text("utf-8")
    assert not machine.at(services.DROP_IN).exists(), "the entrance needs no network for it"


GATE = '\n[[more_doors]]\nnumber = 2\nreader = "tty:USB1:pn532"\nrelay_pin = 27\nscreen_port = 8092\n'
GATES = ["kiosk-entrance@2.socket", "kiosk-entrance@2.service"]


def with_gate(machine: Paper, source: Source) -> Path:
    """Install, with one more door in the configuration from the second run on. Returns that file."""
    for kind in ("service", "socket"):
        (source.units / f"kiosk-entrance@.{kind}").write_text(
            "[Unit]\n[Install]\nWantedBy=multi-user.target\n", "utf-8"
        )
    machine.at("/run/systemd/system").mkdir(parents=True, exist_ok=True)
    install(machine, source)
    assert not any("@" in name for name in machine.enabled | machine.active), "a template is no unit"
    path = machine.at(f"{HOME}/kiosk.toml")
    add(machine.at(HOME), GATE[1:])
    install(machine, source)
    assert path.with_name("kiosk.toml.accepted").read_bytes() == path.read_bytes()  # who installs means it so
    return path


@pytest.mark.parametrize("left", [0, 900, 4000])
def test_a_file_that_was_cut_takes_no_door_s_units_away(machine: Paper, source: Source, left: int) -> None:
    """An update settles them, too: by what was accepted."""
    path = with_gate(machine, source)
    path.write_bytes(path.read_bytes()[:left])
    assert not doors.settle(machine)
    assert set(GATES) <= machine.enabled
    path.unlink()
    assert not doors.settle(machine)
    assert homes.exists(machine, ENGLISH)


def test_one_more_door_has_its_units_until_it_is_taken_out(machine: Paper, source: Source) -> None:
    path = with_gate(machine, source)
    assert set(GATES) <= machine.enabled
    assert set(GATES) <= machine.active
    port = machine.at(doors.drop_in(2))
    assert "ListenStream=127.0.0.1:8092" in port.read_text("utf-8")
    install(machine, source)
    assert machine.changes == []
    path.write_text(path.read_text("utf-8").replace("8092", "8093"), "utf-8")
    machine.ran.clear()
    install(machine, source)
    assert "8093" in port.read_text("utf-8")
    assert any("restart" in line and GATES[1] in line for line in machine.ran)
    path.write_text(path.read_text("utf-8").replace(GATE.replace("8092", "8093"), ""), "utf-8")
    install(machine, source)
    assert not set(GATES) & machine.enabled
    assert any("disable --quiet --now" in change and GATES[1] in change for change in machine.changes)
    assert not port.parent.exists()
    install(machine, source)
    assert machine.changes == []


def test_members_pages_have_their_units_as_long_as_kiosk_toml_names_their_address(
    machine: Paper, source: Source
) -> None:
    pages = {"kiosk-pages.socket", "kiosk-pages.service", "kiosk-pages-desk.socket"}
    for name in pages:
        (source.units / name).write_text("[Unit]\n[Install]\nWantedBy=multi-user.target\n", "utf-8")
    machine.at("/run/systemd/system").mkdir(parents=True)
    install(machine, source)
    assert not pages & (machine.enabled | machine.active)
    assert machine.users["kiosk-pages"] == set(), "it reads no file of the group's"
    path = machine.at(f"{HOME}/kiosk.toml")
    without = path.read_text("utf-8")
    path.write_text(without.replace('# address = "https://membres', 'address = "https://membres'), "utf-8")
    install(machine, source)
    assert pages <= machine.enabled
    assert pages <= machine.active
    install(machine, source)
    assert machine.changes == []
    path.write_text(without, "utf-8")
    install(machine, source)
    assert not pages & machine.enabled


def test_lines_of_a_door_that_somebody_else_wrote_stay_and_make_no_door(machine: Paper, source: Source) -> None:
    path = with_gate(machine, source)
    theirs = machine.at(doors.drop_in(2)).with_name("override.conf")
    theirs.write_text("[Socket]\nBacklog=64\n", "utf-8")
    path.write_text(path.read_text("utf-8").replace(GATE, ""), "utf-8")
    install(machine, source)
    assert [each.name for each in theirs.parent.iterdir()] == ["override.conf"]
    assert not set(GATES) & machine.enabled
    install(machine, source)
    assert machine.changes == []


def test_one_more_door_stops_for_a_new_release_and_goes_with_the_installation(machine: Paper, source: Source) -> None:
    path = with_gate(machine, source)
    path.write_text(path.read_text("utf-8").replace('device = "tty:nfcreader:pn532"', 'device = "udp:localhost:1"'))
    assert source.wheel is not None
    source.wheel.write_text("another wheel", "utf-8")
    install(machine, source)
    (stopped,) = (change for change in machine.changes if "systemctl stop" in change)
    assert set(GATES) <= set(stopped.split())
    assert "PrivateNetwork=no" in machine.at(services.OTHERS_DROP_IN).read_text("utf-8")
    steps.uninstall(machine, ENGLISH)
    assert not any("kiosk" in name for name in machine.enabled | machine.active)
    assert not list(machine.at("/etc/systemd/system").glob("kiosk*"))


def test_a_release_without_further_doors_leaves_theirs_alone(machine: Paper, source: Source) -> None:
    """Going back by an update: the instances cannot be started, and are there again with the next release."""
    with_gate(machine, source)
    assert doors.in_place(machine) == [2]
    for kind in ("service", "socket"):
        machine.remove(f"/etc/systemd/system/kiosk-entrance@.{kind}")
    assert doors.in_place(machine) == []


def test_a_home_that_is_there_is_kept_and_differences_are_told(machine: Paper, source: Source) -> None:
    install(machine, source)
    before = machine.at(f"{HOME}/kiosk.toml").read_text("utf-8")
    told: list[str] = []
    machine.tell = told.append
    given = machine.root / "answers.toml"
    given.write_text(dump(Answers(relay_pin=5, host="kiosk.local")), "utf-8")
    install(machine, source, given=given)
    assert machine.at(f"{HOME}/kiosk.toml").read_text("utf-8") == before
    assert any("door.relay_pin" in line and "17" in line and "5" in line for line in told)
    assert not any("init" in command for command in machine.changes)


def test_something_else_in_the_home_s_place_is_left_alone(machine: Paper, source: Source) -> None:
    machine.at(HOME).mkdir()
    (machine.at(HOME) / "photo.jpg").touch()
    with pytest.raises(RequestError, match=r"kiosk\.toml") as found:
        install(machine, source)
    assert found.value.code == "home-exists"
    assert machine.changes == []


def test_a_real_door_wants_a_raspberry_pi(tmp_path: Path, source: Source) -> None:
    machine = debian(tmp_path / "machine", pi=False)
    with pytest.raises(RequestError, match="not a Raspberry Pi"):
        install(machine, source)
    assert machine.changes == []
    install(machine, source, TRAINING)
    assert "python3-lgpio" not in machine.packages


def test_the_end_gives_the_link_of_the_first_officer_until_there_is_one(machine: Paper, source: Source) -> None:
    told: list[str] = []
    machine.tell = told.append
    for has_officer in (False, False, True):
        machine.has_officer = has_officer
        told.clear()
        install(machine, source)
        assert any("/first/" in line for line in told) is not has_officer
        assert any("24 hours" in line for line in told) is not has_officer


def test_debian_that_lacks_a_package_is_told_in_words_before_anything_is_installed(
    machine: Paper, source: Source
) -> None:
    for lacking, said in (("python3-lgpio", "Raspberry Pi OS Lite"), ("cage", "sources.list.d")):
        machine.unknown = {lacking}
        with pytest.raises(RequestError, match=said) as found:
            install(machine, source)
        assert (found.value.code, lacking in str(found.value)) == ("platform", True)
        assert machine.packages == set()
    machine.unknown = {"cage"}
    install(machine, source, TRAINING)


def test_release_for_another_kind_of_machine_is_refused(machine: Paper, source: Source) -> None:
    (source.root / "PLATFORM").write_text("amd64\n", "utf-8")
    with pytest.raises(RequestError, match="amd64") as found:
        install(machine, source)
    assert (found.value.code, machine.changes) == ("platform", [])
    (source.root / "PLATFORM").write_text("arm64\n", "utf-8")
    install(machine, source)


def test_release_that_brings_its_wheels_asks_nobody_for_packages(machine: Paper, source: Source) -> None:
    (source.root / "wheels").mkdir()
    install(machine, source)
    (line,) = (command for command in machine.ran if "-m pip" in command)
    assert {"--no-index", "--require-hashes", str(source.root / "wheels")} <= set(line.split())


def test_the_last_three_releases_stay(machine: Paper, source: Source) -> None:
    for name in ("0.0.7", "0.0.9", "0.0.8", "0.0.10", ".0.1.0-old"):
        machine.at(f"{release.RELEASES}/{name}").mkdir(parents=True)
    install(machine, source)
    assert {path.name for path in machine.at(release.RELEASES).iterdir()} == {"0.0.9", "0.0.10", "0.1.0"}


def test_debian_s_own_caddyfile_is_put_back(machine: Paper, source: Source) -> None:
    (source.units / "Caddyfile").write_text("{{host}} {\n}\n", "utf-8")
    machine.at("/etc/caddy").mkdir()
    machine.at("/etc/caddy/Caddyfile").write_text("Debian's", "utf-8")
    machine.conffile = "Debian's"
    install(machine, source)
    assert "kiosk.local" in machine.at("/etc/caddy/Caddyfile").read_text("utf-8")
    steps.uninstall(machine, ENGLISH)
    assert machine.at("/etc/caddy/Caddyfile").read_text("utf-8") == "Debian's"
    assert machine.at(proxy.KEPT).is_file(), "/etc/kiosk stays as it was"


@pytest.mark.parametrize(
    ("before", "after"), [('"13"', '"12"'), ("ID=debian", "ID=ubuntu"), ("ID=debian", "ID=raspbian")]
)
def test_another_system_is_refused(machine: Paper, source: Source, before: str, after: str) -> None:
    here = machine.at("/etc/os-release")
    here.write_text(here.read_text("utf-8").replace(before, after), "utf-8")
    with pytest.raises(RequestError, match="expected Debian 13") as found:
        install(machine, source)
    assert found.value.code == "platform"


def test_the_distribution_s_lgpio_is_seen_on_a_pi_only(tmp_path: Path, source: Source) -> None:
    for pi in (True, False):
        machine = debian(tmp_path / str(pi), pi=pi)
        install(machine, source, TRAINING)
        assert any("--system-site-packages" in command for command in machine.ran) is pi


def test_a_changed_program_of_the_same_version_is_built_anew_and_the_database_migrated(
    machine: Paper, source: Source
) -> None:
    install(machine, source)
    machine.at("/run/systemd/system").mkdir(parents=True)
    machine.active = {"kiosk-entrance.service", "kiosk-due.timer"}
    assert source.wheel is not None
    source.wheel.write_text("another wheel", "utf-8")
    install(machine, source)
    order = [change for change in machine.changes if "systemctl st" in change or "migrate" in change]
    assert [each.split()[2 if "systemctl" in each else -1] for each in order[:2]] == ["stop", "migrate"]
    assert order[0].split()[3:] == ["kiosk-due.timer", "kiosk-entrance.service"]
    assert any("systemctl restart" in change for change in machine.changes)
    assert not list(machine.at(release.RELEASES).glob(".*"))


def test_a_migration_that_fails_leaves_the_older_release_in_use(machine: Paper, source: Source) -> None:
    install(machine, source)
    newer = Source(source.root, "0.2.0", source.wheel)
    machine.fails = "migrate"
    with pytest.raises(subprocess.CalledProcessError):
        install(machine, newer)
    assert machine.at(f"{PROGRAMS}/current").readlink() == Path("releases/0.1.0")


def test_a_unit_that_a_release_no_longer_has_is_taken_away(machine: Paper, source: Source) -> None:
    install(machine, source)
    (source.units / "kiosk-due.timer").unlink()
    install(machine, source)
    assert not machine.at("/etc/systemd/system/kiosk-due.timer").exists()
    assert machine.at("/etc/systemd/system/kiosk-due.service").exists()


def test_the_machine_s_name_is_asked_for_where_it_is_another_one(machine: Paper, source: Source) -> None:
    for name, asked in (("raspberrypi", True), ("kiosk", False)):
        (machine.root / "etc" / "hostname").write_text(f"{name}\n", "utf-8")
        told: list[str] = []
        machine.tell = told.append
        install(machine, source)
        assert any("hostnamectl hostname kiosk" in line for line in told) is asked


def test_where_systemd_runs_everything_is_started(machine: Paper, source: Source) -> None:
    machine.at("/run/systemd/system").mkdir(parents=True)
    install(machine, source)
    assert {
        "kiosk-entrance.service",
        "kiosk-desk.service",
        "kiosk-display.service",
        "kiosk-due.timer",
    } <= machine.active
    assert "kiosk-due.service" not in machine.active
    install(machine, source)
    assert machine.changes == []


def test_the_proxy_s_file_is_made_for_the_desk_s_name_and_somebody_s_own_is_kept(
    machine: Paper, source: Source
) -> None:
    (source.units / "Caddyfile").write_text("https://{{host}} {\n}\n", "utf-8")
    install(machine, source)
    there = machine.at("/etc/caddy/Caddyfile")
    assert "https://kiosk.local {" in there.read_text("utf-8")
    (source.units / "Caddyfile").write_text("https://{{host}} {\nencode gzip\n}\n", "utf-8")
    install(machine, source)
    assert "encode gzip" in there.read_text("utf-8")
    there.write_text("https://mine.example {\n}\n", "utf-8")
    told: list[str] = []
    machine.tell = told.append
    install(machine, source)
    assert any("is yours" in line for line in told)
    assert there.read_text("utf-8") == "https://mine.example {\n}\n"
    steps.uninstall(machine, ENGLISH)
    assert there.exists()


def test_cut_before_its_end_the_next_run_starts_everything_anew(machine: Paper, source: Source) -> None:
    machine.at("/run/systemd/system").mkdir(parents=True)
    machine.fails = "systemctl restart"
    with pytest.raises(subprocess.CalledProcessError):
        install(machine, source)
    machine.fails = "nothing fails"
    install(machine, source)
    assert "kiosk-entrance.service" in machine.active
    install(machine, source)
    assert machine.changes == []


def test_two_installations_at_once_do_not_meet(machine: Paper, source: Source) -> None:
    machine.changes.clear()
    with machine.at(steps.MARK).open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(MachineError, match="already") as found:
            install(machine, source)
    assert found.value.code == "install-runs"
    assert machine.changes == []


def test_taken_away_nothing_but_the_data_is_left(machine: Paper, source: Source) -> None:
    before = set(machine.tree())
    install(machine, source)
    machine.at("/run/systemd/system").mkdir(parents=True)
    machine.active = {"kiosk-entrance.service"}
    steps.uninstall(machine, ENGLISH)
    assert machine.active == set()
    assert not {name for name in machine.enabled if "kiosk" in name}
    left = {name for name in machine.tree().keys() - before if not name.startswith((HOME, "/etc/kiosk"))}
    assert {name for name in left if "kiosk" in name} == set()
    assert machine.at(f"{HOME}/db/ledger.db").is_file()
    machine.changes.clear()
    steps.uninstall(machine, ENGLISH)
    assert machine.changes == []


def signed(root: Path, name: str = "ours", signers: Sequence[str] = ("key", "second")) -> Path:
    """Sum and sign a release's folder, with keys in a folder of that name beside it. Returns what to pin."""
    keys = root.parent / name
    if not keys.exists():
        keys.mkdir()
        rig.make_keys(keys)
    for old in (*root.glob("SHA256SUMS*"), *(root / "keys").glob("*")):
        old.unlink()
    shutil.copytree(keys / "keys", root / "keys", dirs_exist_ok=True)
    __main__.seal(root, *(keys / each for each in signers))
    return keys / "keys" / "1.json"


def test_a_release_that_is_not_signed_or_not_wholly_listed_is_refused(source: Source, tmp_path: Path) -> None:
    def refused(pinned: Path | None = None) -> bool:
        try:
            with release.opened(source.root, ENGLISH, pinned):
                return False
        except RequestError as error:
            return error.code == "release"

    assert refused(), "without a signature"
    ours = signed(source.root)
    assert (refused(), refused(ours), refused(tmp_path / "none")) == (False, False, False)
    (source.root / "more.py").write_text("x", "utf-8")
    assert refused(), "a file that is in no list"
    (source.root / "more.py").unlink()
    signed(source.root, "another")
    assert (refused(), refused(ours)) == (False, True), "who has installed once goes by the key that was kept"
    signed(source.root, signers=["key"])
    assert (refused(), refused(ours)) == (True, True), "one of three"
    (source.root / "SHA256SUMS.sig").write_bytes(b"")
    assert refused()


def test_a_set_of_keys_is_pinned_once_and_another_is_not_put_in_its_place(machine: Paper, source: Source) -> None:
    ours = signed(source.root).read_text("utf-8")
    install(machine, source)
    assert machine.at(steps.PINNED_KEY).read_text("utf-8") == ours
    signed(source.root, "another")
    install(machine, source)
    assert machine.at(steps.PINNED_KEY).read_text("utf-8") == ours


def test_the_guide_compares_the_key_by_hand_before_anything_of_the_release_is_run(source: Source) -> None:
    text = (PROJECT / "docs" / "installation.md").read_text("utf-8")
    block = next(each for each in text.split("```")[1::2] if "ssh-keygen" in each)
    keys = signed(source.root).parents[1]
    lines = [line.partition("  #")[0].strip() for line in block.splitlines() if "SHA256SUMS" in line or "sig." in line]
    done = subprocess.run(
        ["bash", "-ec", "\n".join(lines)], cwd=source.root, capture_output=True, text=True, check=True
    )
    marks = [signing.fingerprint(signing.public(keys / name)) for name in ("key", "second")]
    good = [line for line in done.stdout.splitlines() if line.startswith('Good "kiosk-release" signature')]
    assert [line.split()[-1] for line in good] == marks
    assert block.index("ssh-keygen") < block.index("scripts/install")


@pytest.mark.parametrize("part", ["requirements.txt", "kiosk-0.1.0-py3-none-any.whl"])
def test_a_release_that_is_not_as_its_sums_say_is_refused(source: Source, part: str) -> None:
    signed(source.root)
    with release.opened(source.root, ENGLISH) as found:
        assert found.version == "0.1.0"
    (source.root / part).write_text("altered", "utf-8")
    with pytest.raises(RequestError, match=part), release.opened(source.root, ENGLISH):
        pass


def test_a_release_s_archive_is_taken_too_and_nothing_else(source: Source, tmp_path: Path) -> None:
    signed(source.root)
    archive = tmp_path / "kiosk.tar.gz"
    subprocess.run(["tar", "-C", str(tmp_path), "-czf", str(archive), "release"], check=True)
    with release.opened(archive, ENGLISH) as found:
        assert found.digest() == source.digest()
    for wrong in (tmp_path / "nothing.tar", tmp_path):
        with pytest.raises(RequestError) as error, release.opened(wrong, ENGLISH):
            pass
        assert error.value.code == "release"


def test_the_clone_itself_is_a_source() -> None:
    with release.opened(PROJECT, ENGLISH) as found:
        assert found.wheel is None
        assert found.version.count(".") == 2
        names = [target for _path, target in services.manifest(found.units)]
    assert "/etc/systemd/system/kiosk-entrance.service" in names


def test_every_text_has_the_same_values_in_both_languages() -> None:
    def values(text: str) -> set[str | None]:
        return {name for _before, name, _form, _conversion in Formatter().parse(text) if name}

    assert [name for name, text in TEXTS.items() if values(text.fr) != values(text.en)] == []
