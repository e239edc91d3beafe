"""Knows Debian: whether this machine can be a kiosk (Debian 13, 64-bit, on a Raspberry Pi where a relay opens the
door), and the packages that a kiosk needs.
"""

from pathlib import Path

from kiosk.errors import RequestError
from kiosk.install.answers import Answers
from kiosk.install.machine import Machine
from kiosk.install.words import Words

ARCHITECTURES = ("arm64", "amd64")  # as Debian calls them
_ALWAYS = (
    "python3-venv",
    "ca-certificates",
    "systemd-timesyncd",  # a Pi has no clock of its own
    "libusb-1.0-0",  # readers
    "libpangoft2-1.0-0",  # documents as PDF
    "libharfbuzz-subset0",
    "openssh-client",  # ssh-keygen verifies what a release is signed with
    "age",  # a sealed copy is opened on the day when the network may be gone, too
)
_ASKS_KIND = ("dpkg", "--print-architecture")  # the command that names this machine's
_PATIENT = ("-o", "DPkg::Lock::Timeout=600")  # the machine's own updates hold the lock at times
# A touchscreen's packages: compositor, seat, rotation, browser, fonts.
_DISPLAY = ("cage", "seatd", "wlr-randr", "chromium", "fonts-dejavu-core")
_PINS, _PROXY, _NAMES = "python3-lgpio", "caddy", "avahi-daemon"
PACKAGES = (*_ALWAYS, *_DISPLAY, _PINS, _PROXY, _NAMES)  # all that any answers may need


def check(machine: Machine, words: Words) -> None:
    """Refuse a system that is not Debian 13, 64-bit. Raises RequestError `platform`, which names what it is."""
    release = _os_release(machine)
    architecture = machine.answers(*_ASKS_KIND) or "?"
    if release.get("ID") != "debian" or release.get("VERSION_ID") != "13" or architecture not in ARCHITECTURES:
        name = release.get("PRETTY_NAME", "?")
        raise RequestError("platform", words("wrong-system", found=f"{name}, {architecture}"))


def check_kind(machine: Machine, words: Words, release: Path) -> None:
    """Refuse a release with the packages of another architecture; one without packages fits all. Raises RequestError
    `platform`.
    """
    note = release / "PLATFORM"  # in a release that brings its packages: the architecture that they are for
    release_kind, here = note.read_text("utf-8").strip() if note.is_file() else "", machine.answers(*_ASKS_KIND)
    if release_kind and release_kind != here:
        raise RequestError("platform", words("other-kind", wanted=release_kind, here=here))


def is_pi(machine: Machine) -> bool:
    """Return whether the machine is a Raspberry Pi, or an image for one that is being made."""
    model = machine.at("/proc/device-tree/model")
    if machine.at("/etc/rpi-issue").exists():
        return True
    return model.is_file() and model.read_bytes().startswith(b"Raspberry Pi")


def has_systemd(machine: Machine) -> bool:
    """Return whether systemd runs here; a container or an image that is being made has only its files."""
    return machine.at("/run/systemd/system").is_dir()


def wanted_packages(machine: Machine, answers: Answers) -> list[str]:
    """Return the packages that this machine needs for these answers: the ones that every machine needs, and those for
    a Pi's pins, a touchscreen, the desk's proxy and its name in `.local`.
    """
    packages = list(_ALWAYS)
    packages += [_PINS] if is_pi(machine) and (answers.has_relay or answers.is_simulated) else []
    packages += _DISPLAY if answers.display else []
    packages += [_PROXY] if answers.host else []
    packages += [_NAMES] if answers.host.endswith(".local") else []
    return packages


def install_packages(machine: Machine, answers: Answers, words: Words) -> None:
    """Install the packages that are missing, and only what they depend on. Raises RequestError `platform` where Debian,
    as set up here, does not have one: plain Debian on a Pi has no python3-lgpio, which Raspberry Pi OS has.
    """
    missing = [name for name in wanted_packages(machine, answers) if not _is_there(machine, name)]
    if missing:
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        machine.run("apt-get", *_PATIENT, "update", "-qq", environment=quiet)
        unknown = [] if machine.dry else [name for name in missing if not _can_come(machine, name)]
        if unknown:
            raise RequestError(
                "platform", words("no-pins-package" if _PINS in unknown else "no-package", names=", ".join(unknown))
            )
        machine.run("dpkg", "--configure", "-a", environment=quiet)  # an interrupted run leaves packages half installed
        apt = ("apt-get", *_PATIENT, "install", "-y", "-qq", "--no-install-recommends")
        machine.run(*apt, *missing, environment=quiet)


def _os_release(machine: Machine) -> dict[str, str]:
    """Return the fields of /etc/os-release, without their quotes; empty where it cannot be read."""
    try:
        lines = machine.at("/etc/os-release").read_text("utf-8").splitlines()
    except OSError:
        return {}
    pairs = (line.partition("=") for line in lines if "=" in line)
    return {key: value.strip("\"'") for key, _, value in pairs}


def _can_come(machine: Machine, name: str) -> bool:
    """Return whether apt has a source for a package; True where apt cannot be asked, so that the installation itself
    fails.
    """
    policy = machine.answers("apt-cache", "policy", name)
    return policy is None or ("Candidate:" in policy and "Candidate: (none)" not in policy)


def _is_there(machine: Machine, name: str) -> bool:
    """Tell whether a package is installed."""
    return machine.answers("dpkg-query", "-W", "-f", "${db:Status-Status}", name) == "installed"
