"""What comes and goes at a booted machine on ordinary days: a stick for the copies, and the hours with their timers."""

import subprocess
import time
from pathlib import Path

from kiosk.devices.clock import HostClock
from tests.systemd.story import PATIENCE_SECONDS, SYNCHRONIZED, Story, date_by, say
from tests.systemd.virtual import Virtual, until, with_stick

_LABEL = "KIOSK"
_BY_LABEL = f"/dev/disk/by-label/{_LABEL}"
_SETTINGS = "/var/lib/kiosk/kiosk.toml"
_SEAL = f"""\
rm -f /root/identity
age-keygen -o /root/identity 2> /dev/null
lines="recipient = \\"$(age-keygen -y /root/identity)\\"\\nstick = \\"{_LABEL}\\""
sed -i '/^recipient = /d; /^stick = /d' {_SETTINGS}
sed -i "s/^\\[backup\\]/[backup]\\n$lines/" {_SETTINGS}
"""
_DAY_HOURS, _STEP_HOURS = 24, 3
_TIMED = ("kiosk-due", "kiosk-backup", "kiosk-check", "kiosk-update")
# A timer that last came before this start counts from the start, which moves with the time that is set, and from there
# waits as long as it was drawn for this machine: longer than a day in fast motion takes.
_AS_OF_NOW = """\
for timer in /etc/systemd/system/kiosk-*.timer; do
    folder=/run/systemd/system/$(basename $timer).d
    mkdir -p $folder
    printf '[Timer]\\nRandomizedDelaySec=0\\n' > $folder/now.conf
done
systemctl daemon-reload
rm -f /var/lib/systemd/timers/stamp-kiosk-*
systemctl restart 'kiosk-*.timer'
"""


def each(story: Story) -> None:
    """One after the other, on one machine."""
    _stick(story)
    _day(story)


def _stick(story: Story) -> None:
    """A copy goes to a stick as soon as it is there; one that is pulled in the middle of it spoils nothing."""
    stick = story.image.with_suffix(".stick")
    with stick.open("wb") as file:
        file.truncate(128 << 20)
    subprocess.run(["mkfs.vfat", "-n", _LABEL, str(stick)], check=True, capture_output=True)
    with story.started(more=with_stick(stick)) as machine:
        machine.says("sh", "-c", _SEAL)
        if not machine.run("/usr/local/bin/kiosk", "backup", "--away").returncode:
            story.figures.add("a copy was carried to a stick that is not there")
        _plugged(machine)
        machine.run("systemctl", "start", "--no-block", "kiosk-backup.service")
        time.sleep(story.chance.uniform(0, 10))
        machine.pull_out()
        say("the stick is pulled")
        until(lambda: _state(machine, "kiosk-backup") in ("inactive", "failed"), PATIENCE_SECONDS)
        story.tap(machine)
        _plugged(machine)
        machine.says("/usr/local/bin/kiosk", "backup", "--away")
        machine.says("systemctl", "reset-failed")
        machine.says("systemctl", "start", "kiosk-backup.service")  # its powers are fewer than a shell's
        machine.pull_out()
        story.look(machine)
        machine.shut_down()
    story.figures.copies_on_a_stick = len(_copies(stick))
    if not story.figures.copies_on_a_stick:
        story.figures.add("no copy is on the stick")


def _plugged(machine: Virtual) -> None:
    until(lambda: machine.run("test", "!", "-e", _BY_LABEL).returncode == 0, PATIENCE_SECONDS)
    machine.plug_in()
    until(lambda: machine.run("test", "-e", _BY_LABEL).returncode == 0, PATIENCE_SECONDS)
    say("a stick is in")


def _copies(stick: Path) -> list[str]:
    """The sealed copies on it, as another machine reads them."""
    said = subprocess.run(["mdir", "-b", "-i", str(stick), "::kiosk"], capture_output=True, text=True, check=False)
    return [line for line in said.stdout.split() if line.endswith(".tar.age")]


def _day(story: Story) -> None:
    """A day and its night in some minutes: the time is set on by hours, each timer comes, and a tap is of its day."""
    with story.started() as machine:
        machine.says("sh", "-c", f"sed -i '/^recipient = /d; /^stick = /d' {_SETTINGS}")
        machine.says("sh", "-c", _AS_OF_NOW)
        date_by(machine, "timesync")
        machine.says("systemctl", "restart", "kiosk-entrance.service", "kiosk-desk.service")
        machine.says("sh", "-c", SYNCHRONIZED)
        began = int(HostClock().now().timestamp())
        for hour in range(_STEP_HOURS, _DAY_HOURS + 1, _STEP_HOURS):
            machine.says("sh", "-c", f"date -s @{began + hour * 3600} > /dev/null; {SYNCHRONIZED}")
            until(lambda: not _running(machine), PATIENCE_SECONDS)
            story.tap(machine)
            story.figures.hours_in_fast_motion = hour
            say(f"{hour} hours later")
        never = [unit for unit in _TIMED if not machine.says("journalctl", "-b", "-q", "-o", "cat", "-u", unit).strip()]
        failed = machine.says("systemctl", "--failed", "--plain", "--no-legend", "--no-pager")
        story.figures.add(*(f"{unit} never ran in a day" for unit in never))
        story.figures.add(*(f"{line.split()[0]} failed in a day" for line in failed.splitlines() if "kiosk" in line))
        story.look(machine)
        machine.shut_down()


def _running(machine: Virtual) -> bool:
    return any(_state(machine, unit) == "activating" for unit in _TIMED)


def _state(machine: Virtual, unit: str) -> str:
    return machine.says("systemctl", "show", "-p", "ActiveState", "--value", f"{unit}.service").strip()
