"""Whether this machine can be a kiosk: Debian 13, 64-bit, on a Raspberry Pi where a door is to be driven."""

from kiosk.errors import RequestError
from kiosk.install.machine import Machine
from kiosk.install.words import Words

ARCHITECTURES = ("arm64", "amd64")


def check(machine: Machine, words: Words) -> None:
    """Raises RequestError `platform` that says what was found and what is expected."""
    release = _os_release(machine)
    architecture = machine.answers("dpkg", "--print-architecture") or "?"
    if release.get("ID") != "debian" or release.get("VERSION_ID") != "13" or architecture not in ARCHITECTURES:
        name = release.get("PRETTY_NAME", "?")
        raise RequestError("platform", words("wrong-system", found=f"{name}, {architecture}"))


def is_pi(machine: Machine) -> bool:
    """Whether it is a Raspberry Pi, or an image of one that is being made."""
    model = machine.at("/proc/device-tree/model")
    if machine.at("/etc/rpi-issue").exists():
        return True
    return model.is_file() and model.read_bytes().startswith(b"Raspberry Pi")


def has_systemd(machine: Machine) -> bool:
    """Whether systemd runs here; a container or an image that is being made has only its files."""
    return machine.at("/run/systemd/system").is_dir()


def _os_release(machine: Machine) -> dict[str, str]:
    """The system's own description. Its values are quoted, or plain words."""
    try:
        lines = machine.at("/etc/os-release").read_text("utf-8").splitlines()
    except OSError:
        return {}
    pairs = (line.partition("=") for line in lines if "=" in line)
    return {key: value.strip("\"'") for key, _, value in pairs}
