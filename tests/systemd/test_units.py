"""The units: systemd finds nothing wrong with them, and what each could still forbid has its reason here."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import pytest

from kiosk.cli import mending
from kiosk.cli.main import kiosk
from kiosk.config import Config
from kiosk.install import services
from kiosk.install.layout import FOLDERS

from .units import FOLDER, PYTHON, SERVICES, TIMERS, UNITS, security, settings, verified

# At most this, as systemd-analyze counts: 0 is a unit that can do nothing, 10 one that can do all.
EXPOSURE = {
    "entrance": 0.6,
    "entrance@": 0.6,
    "desk": 0.6,
    "drill": 1.3,
    "litestream": 0.5,
    "due": 0.5,
    "outside": 1.3,
    "pages": 0.6,
    "check": 2.3,
    "display": 2.2,
    "backup": 3.0,
    "resume": 3.3,
    "update": 4.4,
}

PAGES_SOCKET = "/run/kiosk-pages/desk.sock"
FOLDERS_OF_KEYS = {name.removeprefix("keys/") for name in FOLDERS if name.startswith("keys/")}
_NO_ROOT = {"RootDirectory=/RootImage=": "the programs are the machine's: Python, Pango and Chromium come from Debian"}
_GROUP_S = {"UMask=": "the database is written by both programs' group: SQLite's files beside it must be the group's"}
_OURS = (
    {
        "RemoveIPC=": "it would empty /dev/shm of ours at each stop: there the taps are that no disk would take",
        "PrivateUsers=": "the groups that files and devices belong to would be nobody's",
        "RestrictAddressFamilies=~AF_UNIX": "systemd and the journal are spoken to by Unix sockets",
        "DeviceAllow=": "ProtectClock leaves the clock's own device readable",
    }
    | _NO_ROOT
    | _GROUP_S
)
_ROOT_S = (
    {
        "User=/DynamicUser=": "root alone may read the keys of both programs",
        "CapabilityBoundingSet=~CAP_(DAC_*|FOWNER|IPC_OWNER)": "it reads what is the programs' own",
        "PrivateUsers=": "root of another user namespace could read nothing of the home",
        "RestrictAddressFamilies=~AF_UNIX": "systemd and the journal are spoken to by Unix sockets",
        "DeviceAllow=": "ProtectClock leaves the clock's own device readable",
    }
    | _NO_ROOT
    | _GROUP_S
)
_ACTING = {
    "CapabilityBoundingSet=~CAP_SET(UID|GID|PCAP)": "in the database it has the desk's user's rights, and no others",
    "SystemCallFilter=~@privileged": "in the database it has the desk's user's rights, and no others",
}
_STAGING = {"CapabilityBoundingSet=~CAP_(CHOWN|FSETID|SETFCAP)": "the desk's user gets a folder for each piece of work"}
_NETWORK = {
    "PrivateNetwork=": "it speaks with others",
    "RestrictAddressFamilies=~AF_(INET|INET6)": "it speaks with others",
    "IPAddressDeny=": "their addresses are found by name, and change",
}
_DRIVING = {
    "PrivateDevices=": "it drives the reader and the pins",
    "DeviceAllow=": "it drives the reader and the pins: those kinds and no others",
    "RestrictAddressFamilies=~AF_NETLINK": "libusb hears of readers by netlink, and finds none without it",
    "ProcSubset=": "gpiozero and nfcpy know a Pi by /proc/device-tree, and gpiozero drives no pin of another machine",
}
REASONS: dict[str, dict[str, str]] = {
    "entrance": _OURS | _DRIVING,
    "entrance@": _OURS | _DRIVING,
    "desk": _OURS,
    "due": _OURS,
    "outside": _OURS | _NETWORK,
    "pages": {reason: why for reason, why in _OURS.items() if reason not in ("RemoveIPC=", "UMask=")},
    "backup": _ROOT_S
    | _NETWORK
    | _ACTING
    | _STAGING
    | {
        "SystemCallFilter=~@mount": "a stick is mounted for as long as the copy takes",
        "SystemCallFilter=~@privileged": "a stick is mounted for as long as the copy takes",
        "CapabilityBoundingSet=~CAP_SYS_ADMIN": "a stick is mounted for as long as the copy takes",
        "PrivateDevices=": "a stick is a disk",
        "DeviceAllow=": "a stick is a disk: those and no others",
        "ProcSubset=": "which sticks are mounted is in /proc",
        "RestrictAddressFamilies=~AF_NETLINK": "restic and rclone ask by it which way leads out",
    },
    "drill": {reason: why for reason, why in _ROOT_S.items() if "DAC" not in reason} | _ACTING | _STAGING,
    "litestream": {reason: why for reason, why in _OURS.items() if reason != "RemoveIPC="},
    "check": _ROOT_S
    | _ACTING
    | {
        "ProtectSystem=": "whether a disk became read-only is seen by nobody for whom all are",
        "PrivateDevices=": "it looks for the reader, the pins and the supply's voltage",
        "DeviceAllow=": "it looks for the reader, the pins and the supply's voltage",
        "PrivateNetwork=": "it asks both programs how they are, on this machine",
        "IPAddressDeny=": "it asks both programs how they are, on this machine",
        "RestrictAddressFamilies=~AF_(INET|INET6)": "it asks both programs how they are, on this machine",
        "RestrictAddressFamilies=~AF_NETLINK": "libusb hears of readers by netlink, and finds none without it",
        "ProcSubset=": "memory and the kernel's drivers are told in /proc",
    },
    "display": {
        "PrivateDevices=": "screen, touch and sound",
        "DeviceAllow=": "screen, touch and sound: those kinds and no others",
        "MemoryDenyWriteExecute=": "Chromium compiles the page's script while it runs",
        "RestrictNamespaces=~user": "Chromium shuts its pages in with it",
        "RestrictNamespaces=~pid": "Chromium shuts its pages in with it",
        "RestrictNamespaces=~net": "Chromium shuts its pages in with it",
        "SystemCallFilter=~@mount": "chroot alone: Chromium shuts its pages in with it",
        "SystemCallFilter=~@privileged": "chroot alone: Chromium shuts its pages in with it",
        "SystemCallFilter=~@resources": "Chromium gives its threads their priorities, and ends when it may not",
        "ProcSubset=": "Chromium reads the memory and the processors there are",
        "PrivateNetwork=": "the page is on this machine's own address",
        "IPAddressDeny=": "the page is at 127.0.0.1, and that alone can be reached",
        "RestrictAddressFamilies=~AF_(INET|INET6)": "the page is at 127.0.0.1, and that alone can be reached",
        "RestrictAddressFamilies=~AF_NETLINK": "libinput hears by it of a screen that is plugged in again",
        "RestrictAddressFamilies=~AF_UNIX": "Wayland and the seat are Unix sockets",
        "PrivateUsers=": "the groups that screen and touch belong to would be nobody's",
    }
    | _NO_ROOT,
}
# They put in programs, units and the database, as root: what protects is the release's signature. Their level is
# watched all the same.
_EVERYTHING = {"resume", "update"}


def test_every_service_has_its_level_and_its_reasons() -> None:
    assert set(EXPOSURE) == set(SERVICES) == set(REASONS) | _EVERYTHING


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_no_more_exposed_than_was_settled(service: str) -> None:
    exposure, _ = security(service)
    assert exposure <= EXPOSURE[service]


def test_an_entrance_that_may_reach_a_lock_in_the_network_is_little_more_exposed(tmp_path: Path) -> None:
    """With the lines that the installer writes; what must not be allowed again is not."""
    lines = ["PrivateNetwork=no", "IPAddressAllow=192.168.1.50", "RestrictAddressFamilies=AF_INET"]
    unit = tmp_path / "kiosk-entrance.service"
    text = (FOLDER / unit.name).read_text("utf-8")
    unit.write_text(text.replace("\n[Install]", "\n".join(["", *lines, "", "[Install]"])), "utf-8")
    asked = ["systemd-analyze", "security", "--offline=true", "--threshold=14", "--no-pager", str(unit)]
    assert subprocess.run(asked, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("service", sorted(REASONS))
def test_each_directive_that_is_missing_has_its_reason(service: str) -> None:
    _, missing = security(service)
    assert set(missing) - set(REASONS[service]) == set(), "missing without a reason"
    assert set(REASONS[service]) - set(missing) == set(), "reasons for what is not missing"


def test_the_threshold_is_systemd_s_own() -> None:
    """As anybody may ask it: 0.6, in tenths."""
    for service in ("entrance", "desk"):
        unit = str(FOLDER / f"kiosk-{service}.service")
        asked = ["systemd-analyze", "security", "--offline=true", "--threshold=6", "--no-pager", unit]
        assert subprocess.run(asked, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("name", UNITS)
def test_systemd_finds_nothing_wrong_in_a_unit(name: str, tmp_path: Path) -> None:
    assert verified(name, tmp_path) == ""


def test_systemd_s_tool_would_find_something_wrong(tmp_path: Path) -> None:
    (tmp_path / "kiosk-broken.service").write_text("[Service]\nExecStart=/nothing/there\nRestartSteps=many\n")
    found = verified("kiosk-broken.service", tmp_path)
    assert "RestartSteps" in found
    assert "not executable" in found


@pytest.mark.parametrize("name", TIMERS)
def test_a_timer_has_a_time_and_a_service(name: str) -> None:
    timer = settings(name)
    for calendar in timer["OnCalendar"]:
        subprocess.run(["systemd-analyze", "calendar", calendar], check=True, capture_output=True)
    assert settings(name.replace(".timer", ".service"))["Type"] == ["oneshot"]
    assert timer["WantedBy"] == ["timers.target"]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_s_command_is_one_of_ours(service: str) -> None:
    """A unit that calls what no release has would fail on the first night."""
    unit = settings(f"kiosk-{service}.service")
    for line in [*unit["ExecStart"], *unit.get("ExecStartPre", []), *unit.get("ExecStopPost", [])]:
        words = shlex.split(line.lstrip("-+"))
        if words[0] != PYTHON:
            continue
        if words[3] == mending.__name__:
            assert words[1:] == ["-I", "-m", mending.__name__, "/var/lib/kiosk"]
            continue
        if service == "pages":  # it opens no home, so it is no command of one
            assert words[1:] == ["-I", "-m", "kiosk.web.pages", PAGES_SOCKET, str(Config().pages.port)]
            continue
        assert words[1:6] == ["-I", "-m", "kiosk", "--home", "/var/lib/kiosk"]
        _understood(kiosk, [word.replace("%i", "2") for word in words[6:]])


def _understood(group: click.Group, words: list[str]) -> None:
    command = group.get_command(click.Context(group), words[0])
    assert command is not None, words
    if isinstance(command, click.Group):
        _understood(command, words[1:])
    else:
        command.make_context(words[0], list(words[1:]), resilient_parsing=False)


@pytest.mark.parametrize(
    ("unit", "port"),
    [("entrance", Config().screen.port), ("desk", Config().desk.port), ("pages", Config().pages.port)],
)
def test_a_socket_listens_where_the_configuration_starts_from(unit: str, port: int) -> None:
    socket = settings(f"kiosk-{unit}.socket")
    assert socket["ListenStream"] == [f"127.0.0.1:{port}"], "loopback, and nothing but it"
    assert socket["IPAddressDeny"] == ["any"]
    assert socket["IPAddressAllow"] == ["localhost"]


def test_a_further_door_s_unit_is_the_first_one_s_but_for_what_is_its_own() -> None:
    first, further = settings("kiosk-entrance.service"), settings("kiosk-entrance@.service")
    own = {key for key in first.keys() | further.keys() if first.get(key) != further.get(key)}
    assert own == {"Description", "Requires", "After", "ExecStart", "ExecStopPost", "RuntimeDirectory", "Environment"}
    assert further["ExecStart"] == [f"{first['ExecStart'][0]} --door %i"]
    assert further["ExecStopPost"] == [f"{first['ExecStopPost'][0]} --door %i"]
    assert further["RuntimeDirectory"][0].split() == [*first["RuntimeDirectory"], "kiosk/door-%i"]
    assert [each.replace("/door-%i", "") for each in further["Environment"]] == first["Environment"]
    assert further["After"] == ["kiosk-entrance@%i.socket local-fs.target kiosk-resume.service"]
    assert "ListenStream" not in settings("kiosk-entrance@.socket"), "each has its own port"


def test_the_desk_is_handed_what_tells_it_the_machine_s_addresses() -> None:
    assert settings("kiosk-desk.socket")["ListenNetlink"] == ["route 0"]


def test_a_door_never_gives_up_and_its_relay_is_driven_off() -> None:
    unit = settings("kiosk-entrance.service")
    assert unit["Restart"] == ["always"]
    assert unit["StartLimitIntervalSec"] == ["0"]
    assert unit["ExecStopPost"][0].endswith(" door off")


_FIRST = ("entrance", "entrance@", "display", "desk", "resume")


def test_a_tap_comes_before_the_screen_and_the_screen_before_all_that_can_wait() -> None:
    """Without weights, a long export has as much of the processor as the door: niceness counts within a group alone."""
    weight = {name: int(settings(f"kiosk-{name}.service").get("CPUWeight", ["100"])[0]) for name in SERVICES}
    later = {name: found for name, found in weight.items() if name not in _FIRST}
    assert weight["entrance@"] == weight["entrance"]
    assert weight["entrance"] >= 5 * weight["display"]
    assert weight["display"] > 100 > weight["desk"] > max(later.values())


def test_an_entrance_alone_waits_for_nobodys_slice_and_starts_where_the_machine_refuses_that() -> None:
    """What it starts, and what wants no door, shares the processor by its weight."""
    said = {name: settings(f"kiosk-{name}.service").get("ExecStartPost", []) for name in SERVICES}
    first = {name for name, lines in said.items() if any("chrt" in line for line in lines)}
    assert first == {"entrance", "entrance@"}
    for name in first:
        (line,) = said[name]
        assert line.startswith("-+/usr/bin/chrt "), "as root, and a refusal stops no door"
        assert {"--all-tasks", "--reset-on-fork", "--rr"} < set(line.split())
        assert line.endswith(" --pid 1 $MAINPID"), "the lowest of the real-time priorities"


def test_the_line_does_what_it_says_to_each_thread_and_not_to_what_they_start() -> None:
    (line,) = settings("kiosk-entrance.service")["ExecStartPost"]
    with threads() as process:
        words = line.lstrip("-+").replace("$MAINPID", str(process.pid)).split()
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if "Operation not permitted" in done.stderr:
            pytest.skip("this machine allows no real-time thread")
        assert (done.returncode, done.stderr) == (0, "")
        policies = {os.sched_getscheduler(int(each.name)) for each in Path(f"/proc/{process.pid}/task").iterdir()}
        assert policies == {os.SCHED_RR | os.SCHED_RESET_ON_FORK}
        assert answered(process) == str(os.SCHED_OTHER)


_THREADS = """
import os, subprocess, sys, threading
threading.Thread(target=threading.Event().wait, daemon=True).start()
print("ready", flush=True)
sys.stdin.readline()
subprocess.run([sys.executable, "-c", "import os; print(os.sched_getscheduler(0))"])
"""


@contextmanager
def threads() -> Iterator[subprocess.Popen[str]]:
    """A program of two threads, which starts another once it is told to."""
    command = [sys.executable, "-c", _THREADS]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def answered(process: subprocess.Popen[str]) -> str:
    """What the program that it starts says."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    return process.stdout.readline().strip()


@pytest.mark.parametrize("unit", ["kiosk-entrance.service", "kiosk-entrance@.service", "kiosk-desk.service"])
def test_keys_and_settings_are_mended_by_root_before_each_start(unit: str) -> None:
    """With a failure that holds up no start: the door opens by what is there."""
    (mends,) = settings(unit)["ExecStartPre"]
    assert mends.split() == [f"-+{PYTHON}", "-I", "-m", mending.__name__, "/var/lib/kiosk"]


@pytest.mark.parametrize("service", ["desk", "due"])
def test_the_office_can_reach_neither_the_entrance_s_files_nor_a_device(service: str) -> None:
    unit = settings(f"kiosk-{service}.service")
    hidden = " ".join(unit["InaccessiblePaths"])
    assert all(f"/var/lib/kiosk/{name}" in hidden for name in ("keys/entrance", "spool", "roster", "backups"))
    assert unit["PrivateDevices"] == ["yes"]
    assert "DeviceAllow" not in unit
    assert "/var/lib/kiosk/spool" not in " ".join(unit["ReadWritePaths"])


def test_what_calls_outwards_is_one_unit_without_a_socket_of_its_own_or_any_program_s_keys() -> None:
    reach_out = {name for name in SERVICES if "PrivateNetwork" not in settings(f"kiosk-{name}.service")}
    by_root_or_local = {"backup", "update", "check", "display", "drill"}
    assert reach_out - by_root_or_local == {"outside"}
    unit = settings("kiosk-outside.service")
    hidden = " ".join(unit["InaccessiblePaths"])
    keys = {f"keys/{name}" for name in FOLDERS_OF_KEYS - {"outside"}}
    assert all(f"/var/lib/kiosk/{name}" in hidden for name in (*keys, "spool", "roster", "backups"))
    assert unit["SocketBindDeny"] == ["any"]
    assert unit["User"] == ["kiosk-outside"]


def test_members_pages_hold_nothing_and_reach_the_desk_alone() -> None:
    unit = settings("kiosk-pages.service")
    assert unit["User"] == unit["Group"] == ["kiosk-pages"]
    assert "ReadWritePaths" not in unit
    assert "/var/lib/kiosk" in unit["InaccessiblePaths"][0].split()
    assert unit["PrivateNetwork"] == unit["PrivateDevices"] == ["yes"]
    assert unit["RestrictAddressFamilies"] == ["AF_UNIX"]
    socket = settings("kiosk-pages-desk.socket")
    assert socket["ListenStream"] == [PAGES_SOCKET]
    assert (socket["SocketUser"], socket["SocketMode"]) == (["kiosk-pages"], ["0600"])
    assert socket["Service"] == ["kiosk-desk.service"]


def test_a_message_wakes_what_calls_outwards_and_what_woke_it_is_gone_before_it_starts() -> None:
    (wake,) = settings("kiosk-outside.path")["PathExists"]
    assert settings("kiosk-outside.service")["ExecStartPre"] == [f"-/usr/bin/rm -rf {wake}"]
    for name in ("entrance", "entrance@", "desk", "due", "outside"):
        unit = settings(f"kiosk-{name}.service")
        assert str(Path(wake).parent) in " ".join(unit["ReadWritePaths"])
        assert (f"KIOSK_WAKES={wake}" in unit["Environment"]) == (name != "outside")
    assert f"d {Path(wake).parent} 0770 root kiosk -" in services._TMPFILES_TEXT
    assert f"KIOSK_WAKES:-{wake}" in services._WRAPPER


@pytest.mark.parametrize("service", SERVICES)
def test_root_that_acts_as_others_is_not_named(service: str) -> None:
    """Where User= names it, and no new privileges are wanted, systemd 257 takes CAP_SETUID away: a copy then failed."""
    text = (FOLDER / f"kiosk-{service}.service").read_text("utf-8")
    assert "\nUser=root\n" not in text or "\nNoNewPrivileges=yes\n" not in text


def test_the_browser_at_the_door_reaches_one_page() -> None:
    unit = settings("kiosk-display.service")
    assert unit["IPAddressDeny"] == ["any"]
    assert unit["IPAddressAllow"] == ["127.0.0.1"], "not localhost: 127.0.1.1 is the machine's name, and so the desk's"
    assert unit["ExecStart"][0].endswith(f"http://127.0.0.1:{Config().screen.port}/")


def test_the_browser_at_the_door_is_started_by_what_watches_it() -> None:
    _, _, words = settings("kiosk-display.service")["ExecStart"][0].partition(" -- ")
    _, isolated, flag, module, browser, *_ = words.split()
    assert (isolated, flag, browser) == ("-I", "-m", "/usr/bin/chromium")
    ends = [sys.executable, "-m", module, sys.executable, "-c", "raise SystemExit(7)", "http://127.0.0.1:9/"]
    assert subprocess.run(ends, check=False).returncode == 7


def test_udev_understands_the_rules() -> None:
    rules = [str(path) for path in FOLDER.glob("*.rules")]
    assert rules
    subprocess.run(["udevadm", "verify", "--no-summary", *rules], check=True, capture_output=True)


def test_every_file_is_in_the_folder_s_own_page() -> None:
    page = (FOLDER / "README.md").read_text("utf-8")
    units = [name.rpartition(".")[0].removeprefix("kiosk") for name in UNITS]
    others = [path.name for path in FOLDER.rglob("*") if path.is_file() and path.name not in (*UNITS, "README.md")]
    assert [name for name in (*units, *others) if name not in page] == []


def test_the_browser_s_policy_names_the_page_and_nothing_else() -> None:
    policy = json.loads((FOLDER / "kiosk-display.json").read_text("utf-8"))
    assert policy["URLBlocklist"] == ["*"]
    assert policy["URLAllowlist"] == [f"http://127.0.0.1:{Config().screen.port}"]
