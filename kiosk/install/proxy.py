"""Puts Caddy in front of the desk, under the name that was answered, so that the network reaches it. Without a name the
desk stays on this machine.
"""

from pathlib import Path

from kiosk.install import debian
from kiosk.install.machine import Machine

TARGET = "/etc/caddy/Caddyfile"
KEPT = "/etc/kiosk/Caddyfile.debian"  # Debian's own file, put back when ours is removed
_SERVICE = "caddy.service"
_OURS = "Written by scripts/install"  # a line by which our own file is recognised


def install(machine: Machine, units: Path, host: str) -> bool:
    """Write Caddy's file from the template, unless it was written by hand, and return whether that changed anything."""
    template = units / "Caddyfile"
    if not host or not template.is_file():
        return False
    if is_written_by_hand(machine):
        return False
    _keep_the_package_s(machine)
    text = f"# {_OURS}.\n" + template.read_text("utf-8").replace("{{host}}", host)
    if not machine.write(TARGET, text):
        return False
    there = machine.answers("systemctl", "cat", _SERVICE) is not None
    if there and machine.answers("systemctl", "is-enabled", _SERVICE) is None:
        machine.run("systemctl", "enable", "--quiet", _SERVICE)  # an uninstallation disables it
    if debian.has_systemd(machine):
        machine.run("systemctl", "restart", _SERVICE)  # the file turns off the interface that a reload needs
    return True


def is_written_by_hand(machine: Machine) -> bool:
    """Return whether Caddy's file was written by neither Debian nor us."""
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
            machine.run("systemctl", "disable", "--quiet", "--now", _SERVICE)  # nothing is left to serve


def _keep_the_package_s(machine: Machine) -> None:
    """Keep a copy of Debian's own file, before ours takes its place."""
    there = machine.at(TARGET)
    if there.is_file() and _OURS not in there.read_text("utf-8"):
        machine.write(KEPT, there.read_bytes())


def _is_the_package_s(machine: Machine) -> bool:
    """Return whether Caddy's file is still as Debian ships it: dpkg lists its MD5 sum among the package's settings."""
    conffiles = machine.answers("dpkg-query", "-W", "-f", "${Conffiles}", "caddy") or ""
    md5 = machine.answers("md5sum", str(machine.at(TARGET))) or "?"
    return md5.split()[0] in conffiles
