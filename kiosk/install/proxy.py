"""The desk on the network: Caddy before it, by the name that was answered. Without a name it stays on this machine."""

from pathlib import Path

from kiosk.install import debian
from kiosk.install.machine import Machine

TARGET = "/etc/caddy/Caddyfile"
KEPT = "/etc/kiosk/Caddyfile.debian"  # Debian's own, put back when ours is taken away
_SERVICE = "caddy.service"
_OURS = "Written by scripts/install"


def install(machine: Machine, units: Path, host: str) -> bool:
    """Write Caddy's file from the template, unless it was written by hand. Returns whether that is a change."""
    template = units / "Caddyfile"
    if not host or not template.is_file():
        return False
    if is_somebody_s(machine):
        return False
    _keep_the_package_s(machine)
    text = f"# {_OURS}.\n" + template.read_text("utf-8").replace("{{host}}", host)
    if not machine.write(TARGET, text):
        return False
    there = machine.answers("systemctl", "cat", _SERVICE) is not None
    if there and machine.answers("systemctl", "is-enabled", _SERVICE) is None:
        machine.run("systemctl", "enable", "--quiet", _SERVICE)  # after an uninstallation
    if debian.has_systemd(machine):
        machine.run("systemctl", "restart", _SERVICE)  # its file closes the door that a reload would come by
    return True


def is_somebody_s(machine: Machine) -> bool:
    """Whether there is a file of Caddy's that neither Debian nor we wrote."""
    there = machine.at(TARGET)
    return there.is_file() and _OURS not in there.read_text("utf-8") and not _is_the_package_s(machine)


def remove(machine: Machine) -> None:
    """Remove our file and put Debian's back; one written by hand stays."""
    there = machine.at(TARGET)
    if there.is_file() and _OURS in there.read_text("utf-8"):
        machine.remove(TARGET)
        kept = machine.at(KEPT)
        if kept.is_file():
            machine.write(TARGET, kept.read_bytes())
        if debian.has_systemd(machine):
            machine.run("systemctl", "disable", "--quiet", "--now", _SERVICE)  # it has nothing to serve


def _keep_the_package_s(machine: Machine) -> None:
    there = machine.at(TARGET)
    if there.is_file() and _OURS not in there.read_text("utf-8"):
        machine.write(KEPT, there.read_bytes())


def _is_the_package_s(machine: Machine) -> bool:
    """Whether Caddy's file is still as Debian ships it."""
    said = machine.answers("dpkg-query", "-W", "-f", "${Conffiles}", "caddy") or ""
    found = machine.answers("md5sum", str(machine.at(TARGET))) or "?"
    return found.split()[0] in said
