"""What the doctor sees of a machine: one that is well, and everything that may be wrong with it."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from kiosk.config import Config, ReaderConfig
from kiosk.domain.health.findings import Finding
from kiosk.health import machine_checks
from kiosk.health.machine_facts import Machine
from kiosk.home import Paths
from tests.fakes import FakeMachine

USB, TTY = "usb", "tty:USB0:pn532"


def real(device: str = USB) -> Config:
    return Config(real=True, reader=ReaderConfig(device))


def codes(findings: Iterable[Finding]) -> list[str]:
    return [finding.kind.code for finding in findings]


@pytest.fixture
def home(tmp_path: Path) -> Paths:
    paths = Paths(tmp_path / "home")
    for folder in ("db", "spool"):
        (paths.root / folder).mkdir(parents=True)
    return paths


@pytest.fixture
def pi(tmp_path: Path, home: Paths) -> FakeMachine:
    return FakeMachine(tmp_path / "pi", home.root)


def test_a_machine_that_is_well_has_nothing_to_say(
    pi: FakeMachine, home: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name)
    machine, settings = pi.machine, real()
    found = [
        *machine_checks.reader(settings, machine),
        *machine_checks.gpio(settings, machine),
        *machine_checks.memory(machine),
        *machine_checks.heat(machine),
        *machine_checks.power(machine),
    ]
    assert codes(found) == ["reader-seen", "gpio", "memory", "temperature", "power"]
    assert found[3].says("fr") == "48,3\u00a0°C"
    disks = codes(machine_checks.disks(home, home.root / "spool", Config(), machine))
    assert disks[-2:] == ["card", "spool-there"]


def test_a_machine_that_says_nothing_of_itself_is_not_judged(tmp_path: Path, home: Paths) -> None:
    machine = Machine(tmp_path / "empty")
    for check in (machine_checks.memory, machine_checks.heat, machine_checks.power):
        assert codes(check(machine)) == []
    assert codes(machine_checks.disks(home, home.root / "spool", Config(), machine))[1:] == ["spool-there"]


def ill(pi: FakeMachine, change: str) -> None:
    path, _, text = change.partition("=")
    pi.write(path, text)


@pytest.mark.parametrize(
    ("change", "check", "code"),
    [
        ("/proc/meminfo=MemTotal: 500000 kB\nMemAvailable: 30000 kB", machine_checks.memory, "memory-low"),
        ("/sys/class/thermal/thermal_zone1/temp=76000", machine_checks.heat, "temperature-high"),
        ("/sys/class/thermal/thermal_zone1/temp=84000", machine_checks.heat, "temperature-too-high"),
        ("/sys/devices/platform/soc/soc:firmware/get_throttled=50005", machine_checks.power, "power-low"),
        ("/sys/devices/platform/soc/soc:firmware/get_throttled=50000", machine_checks.power, "power-was-low"),
    ],
)
def test_what_is_wrong_with_the_machine_is_found(
    pi: FakeMachine, change: str, check: Callable[[Machine], Iterator[Finding]], code: str
) -> None:
    assert codes(check(pi.machine)) != [code]
    ill(pi, change)
    assert codes(check(pi.machine)) == [code]


def test_a_weak_supply_is_seen_by_the_kernels_own_sensor_too(pi: FakeMachine) -> None:
    pi.remove("/sys/devices/platform/soc/soc:firmware/get_throttled")
    pi.write("/sys/class/hwmon/hwmon1/name", "rpi_volt\n")
    pi.write("/sys/class/hwmon/hwmon1/in0_lcrit_alarm", "1\n")
    assert codes(machine_checks.power(pi.machine)) == ["power-low"]


@pytest.mark.parametrize(
    ("path", "text", "code"),
    [
        ("/sys/fs/ext4/mmcblk0p2/errors_count", "3", "card-errors"),
        ("/sys/block/mmcblk0/device/life_time", "0x09 0x02", "card-worn"),
        ("/sys/block/mmcblk0/device/life_time", "0x0b 0x02", "card-ending"),
        ("/sys/block/mmcblk0/device/pre_eol_info", "0x03", "card-ending"),
        ("/sys/fs/ext4/mmcblk0p2/lifetime_write_kbytes", str(10**15), "card-worn"),
    ],
)
def test_a_card_near_its_end_is_found(pi: FakeMachine, home: Paths, path: str, text: str, code: str) -> None:
    pi.write(path, text)
    assert code in codes(machine_checks.disks(home, home.root / "spool", Config(), pi.machine))


def test_a_spool_without_a_disk_of_its_own_is_remarked_upon_in_a_real_home(pi: FakeMachine, home: Paths) -> None:
    folder = home.root / "spool"
    assert codes(machine_checks.disks(home, folder, real(), pi.machine))[-1] == "spool-same-disk"
    assert codes(machine_checks.disks(home, folder, Config(), pi.machine))[-1] == "spool-there"
    assert codes(machine_checks.disks(home, home.root / "gone", real(), pi.machine))[-1] == "spool-missing"


def test_two_partitions_of_one_card_are_one_disk(pi: FakeMachine, home: Paths) -> None:
    assert pi.machine.disk_of(home.root) == "mmcblk0"
    assert machine_checks._share_a_disk(home.root / "spool", home.root / "db", pi.machine)


def test_kernel_modules_and_pcscd_take_a_usb_reader_and_no_serial_one(pi: FakeMachine) -> None:
    pi.write("/proc/modules", "pn533_usb 1 0 - Live 0x0\nnfc 2 1 pn533, Live 0x0\n")
    pi.run(812, "pcscd")
    found = list(machine_checks.reader(real(), pi.machine))
    assert codes(found) == ["reader-stolen", "reader-pcscd", "reader-seen"]
    assert "sudo modprobe -r pn533_usb nfc ;" in found[0].remedy("fr")
    pi.write("/dev/ttyUSB0", "")
    assert codes(machine_checks.reader(real(TTY), pi.machine)) == ["reader-seen"]


@pytest.mark.parametrize(
    ("plugged", "device", "code"),
    [
        (("072f", "223b"), USB, "reader-unsupported"),
        (("046d", "c31c"), USB, "reader-absent"),
        (("046d", "c31c"), "usb:054c:06c3", "reader-absent"),
        (("054c", "06c3"), "usb:054C:06C3", "reader-seen"),
        (("072f", "2200"), TTY, "reader-absent"),
    ],
)
def test_a_reader_is_looked_for_where_it_is_said_to_be(
    pi: FakeMachine, plugged: tuple[str, str], device: str, code: str
) -> None:
    pi.plug(*plugged)
    assert codes(machine_checks.reader(real(device), pi.machine)) == [code]


def test_two_programs_on_one_serial_reader_are_found(pi: FakeMachine) -> None:
    pi.write("/dev/ttyUSB0", "")
    pi.run(20, "python3", opens="/dev/ttyUSB0")
    assert codes(machine_checks.reader(real(TTY), pi.machine)) == ["reader-seen"]
    pi.run(21, "python3", opens="/dev/ttyUSB0")
    (found,) = machine_checks.reader(real(TTY), pi.machine)
    assert (found.kind.code, found.values["count"]) == ("reader-shared", 2)


def test_a_simulated_reader_and_a_simulated_door_want_nothing_of_the_machine(pi: FakeMachine) -> None:
    assert codes(machine_checks.reader(Config(), pi.machine)) == []
    assert codes(machine_checks.gpio(Config(), pi.machine)) == []


def test_a_real_door_wants_a_chip_its_library_and_the_rights(pi: FakeMachine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert "gpio-factory" in codes(machine_checks.gpio(real(), pi.machine))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name)
    gid = (pi.root / "dev/gpiochip0").stat().st_gid
    pi.write("/etc/passwd", "kiosk-entrance:x:990:991::/:/bin/false\n")
    pi.write("/etc/group", f"gpio:x:{gid}:someone\n")
    (found,) = machine_checks.gpio(real(), pi.machine)
    assert found.remedy("fr").startswith("Lancez sudo adduser kiosk-entrance gpio")
    pi.write("/etc/group", f"gpio:x:{gid}:someone,kiosk-entrance\n")
    assert codes(machine_checks.gpio(real(), pi.machine)) == ["gpio"]
    pi.remove("/dev/gpiochip0")
    assert codes(machine_checks.gpio(real(), pi.machine)) == ["gpio-absent"]


def test_a_read_only_disk_is_found(home: Paths, pi: FakeMachine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine_checks, "_is_read_only", lambda folder: folder.name == "spool")
    assert codes(machine_checks.disks(home, home.root / "spool", real(), pi.machine))[-1] == "spool-read-only"
    monkeypatch.setattr(machine_checks, "_is_read_only", lambda folder: folder.name == "db")
    assert codes(machine_checks.disks(home, home.root / "spool", real(), pi.machine))[0] == "disk-read-only"
