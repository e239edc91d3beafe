"""What is wanted of Debian, and nothing that is there already."""

from kiosk.install import debian
from kiosk.install.answers import Answers
from kiosk.install.machine import Machine

_ALWAYS = (
    "python3-venv",
    "ca-certificates",
    "systemd-timesyncd",  # a Pi has no clock of its own
    "libusb-1.0-0",  # readers
    "libpangoft2-1.0-0",  # documents as PDF
    "libharfbuzz-subset0",
    "openssh-client",  # ssh-keygen verifies what a release is signed with
)
_PATIENT = ("-o", "DPkg::Lock::Timeout=600")  # a machine that updates itself holds the lock at times
_DISPLAY = ("cage", "seatd", "wlr-randr", "chromium", "fonts-dejavu-core")
_PINS, _PROXY, _NAMES, _SEALING = "python3-lgpio", "caddy", "avahi-daemon", "age"
ALL = (*_ALWAYS, *_DISPLAY, _PINS, _PROXY, _NAMES, _SEALING)  # whatever the answers may be


def wanted(machine: Machine, answers: Answers) -> list[str]:
    """The packages for these answers on this machine."""
    found = list(_ALWAYS)
    found += [_PINS] if debian.is_pi(machine) else []
    found += _DISPLAY if answers.display else []
    found += [_PROXY] if answers.host else []
    found += [_NAMES] if answers.host.endswith(".local") else []
    found += [_SEALING] if answers.recipient else []
    return found


def install(machine: Machine, answers: Answers) -> None:
    """Those that are missing."""
    missing = [name for name in wanted(machine, answers) if not _is_there(machine, name)]
    if missing:
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        machine.run("apt-get", *_PATIENT, "update", "-qq", environment=quiet)
        machine.run("dpkg", "--configure", "-a", environment=quiet)  # a run that was cut leaves packages half there
        apt = ("apt-get", *_PATIENT, "install", "-y", "-qq", "--no-install-recommends")
        machine.run(*apt, *missing, environment=quiet)


def _is_there(machine: Machine, name: str) -> bool:
    return machine.answers("dpkg-query", "-W", "-f", "${db:Status-Status}", name) == "installed"
