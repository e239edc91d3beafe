"""The kiosk on a machine of its own: booted, tapped, cut from the power in the middle, updated, and looked at again.

`scripts/torture boot`, as root: it wants qemu-system-x86, mmdebstrap and e2fsprogs, fetches a Debian and the program's
packages once, and keeps both. Its reader hangs on a serial line, its relay on a line of the kernel's GPIO chip.
"""

import os
import random
import re
import shutil
import subprocess
import time
from pathlib import Path

from release import __main__, building, signing, wheels
from tests.devices.pn532_emulator import Pn532
from tests.release.conftest import migrating
from tests.systemd import everyday, troubles, virtual
from tests.systemd.story import BootFigures, Story, badge, date_by, health, say
from tests.systemd.virtual import Virtual

PROJECT = Path(__file__).parents[2]
OLD, NEW = "98.0.0", "98.1.0"
_MADE_AT = 1_790_000_000
_ANSWERS = f'reader = "tty:S1:pn532"\\nhost = "{troubles.HOST}"\\n'


def run(folder: Path, cuts: int = 1, update_cuts: int = 0, backup_cuts: int = 0, seed: int = 1) -> BootFigures:
    """A Debian of its own boots in QEMU, the kiosk is installed from a release, and the power goes again and again.

    The long form: --cuts 50 --update-cuts 20 --backup-cuts 20.
    """
    figures, kept = BootFigures(), folder.parent.parent
    disk = virtual.made(kept / "virtual")
    key = folder / "key"
    (folder / "release.pub").write_text(signing.new_key(key), "utf-8")
    older, newer = (_release(folder, version, key, kept / "wheels") for version in (OLD, NEW))
    image = folder / "machine.img"
    subprocess.run(["cp", "--sparse=always", "--reflink=auto", str(disk.image), str(image)], check=True)
    reader = Pn532(f"kioskpty{os.getpid()}")
    try:
        story = Story(disk, image, reader, figures, random.Random(seed))
        _install(story, older, members=2 * (cuts + update_cuts + backup_cuts) + 8)
        _first_tap(story)
        _cut_under_taps(story, cuts)
        _cut_backups(story, backup_cuts)
        _updated(story, newer, update_cuts)
        troubles.each(story)
        everyday.each(story)
        figures.taps_that_opened = story.acknowledged
    finally:
        reader.unplug()
    return figures


def _release(folder: Path, version: str, key: Path, kept: Path) -> Path:
    """This tree as a release for this kind of machine; the newer one has one table more."""
    tree, made = folder / "trees" / version, folder / "releases" / f"kiosk-{version}"
    building.export(PROJECT, building.WHEEL_OF, tree)
    own = tree / "kiosk" / "__init__.py"
    own.write_text(re.sub(r'__version__ = ".*"', f'__version__ = "{version}"', own.read_text("utf-8")), "utf-8")
    if version == NEW:
        for name, text in migrating().items():
            (tree / name).write_text(text, "utf-8")
    building.export(PROJECT, (*building.CARRIED, *building.CARRIED_SCRIPTS), made)
    building.wheel(tree, made, _MADE_AT)
    shutil.copy(folder / "release.pub", made)
    __main__.furnish(made, next(each for each in wheels.PLATFORMS if each.name == "amd64"), _MADE_AT, kept)
    __main__.seal(made, key)
    return building.archive(made, folder, _MADE_AT, "amd64")


def _install(story: Story, release: Path, members: int) -> None:
    """From the release's archive alone: the machine has no network."""
    with virtual.running(story.disk, story.image, story.reader, (release,)) as machine:
        say("Debian is up")
        machine.says("sh", "-c", "mkdir -p /usr/src && tar -xzf /dev/vdb -C /usr/src")
        machine.says("sh", "-c", f"printf '{_ANSWERS}' > /root/answers.toml")
        began = time.monotonic()
        installer = f"/usr/src/kiosk-{OLD}/scripts/install"
        machine.says(installer, "--answers", "/root/answers.toml", "--language", "en")
        story.figures.install = f"{time.monotonic() - began:.0f} s"
        say(f"installed in {story.figures.install}")
        date_by(machine, "battery")
        machine.says("systemctl", "disable", "kiosk-display.service")  # where a story is of the screen, it starts it
        people = "\\n".join(f"Ami {number};{badge(number).uid.hex().upper()}" for number in range(members))
        machine.says("sh", "-c", f"printf 'Nom;Badge\\n{people}\\n' > /root/people.csv")
        machine.says("/usr/local/bin/kiosk", "members", "import", "--fee", "/root/people.csv")
        machine.shut_down()


def _first_tap(story: Story) -> None:
    began = time.monotonic()
    with story.started() as machine:
        story.figures.start_to_ready = f"{story.starts[-1]:.0f} s"
        story.tap(machine)
        story.figures.start_to_first_tap = f"{time.monotonic() - began:.0f} s"
        failed = machine.says("systemctl", "--failed", "--plain", "--no-legend", "--no-pager")
        story.figures.add(*(f"{line.split()[0]} failed" for line in failed.splitlines() if "kiosk" in line))
        story.look(machine)
        machine.shut_down()
    with story.started() as machine:
        story.figures.reboot = f"{story.starts[-1]:.0f} s"
        story.tap(machine)
        story.look(machine)
        machine.shut_down()


def _cut_under_taps(story: Story, cuts: int) -> None:
    for _ in range(cuts):
        with story.started() as machine:
            story.look(machine)
            story.tap(machine)
            story.reader.card = badge(story.tapped)  # nobody knows whether this one comes through
            story.tapped += 1
            story.cut(machine, 1.5)
        story.figures.cuts_under_taps += 1
    with story.started() as machine:
        story.look(machine)
        machine.shut_down()


def _cut_backups(story: Story, cuts: int) -> None:
    for _ in range(cuts):
        with story.started() as machine:
            story.tap(machine)
            machine.run("sh", "-c", "setsid /usr/local/bin/kiosk backup > /dev/null 2>&1 &")
            story.cut(machine, 4)
        story.figures.cuts_during_backups += 1
    with story.started() as machine:
        story.look(machine)
        machine.says("/usr/local/bin/kiosk", "backup")
        machine.says("sh", "-c", "systemctl stop kiosk-entrance.socket kiosk-desk.socket kiosk-entrance kiosk-desk")
        began = time.monotonic()
        newest = "$(ls -t /var/lib/kiosk/backups/kiosk-*.tar | head -n 1)"
        machine.says("sh", "-c", f"/usr/local/bin/kiosk restore {newest} --yes")
        story.figures.restore = f"{time.monotonic() - began:.0f} s"
        machine.shut_down()
    with story.started() as machine:
        story.look(machine)
        machine.shut_down()


def _updated(story: Story, newer: Path, cuts: int) -> None:
    """Cut at any moment, one release or the other runs; in the end the newer one."""
    archive = f"/root/kiosk-{NEW}-amd64.tar.gz"
    line = f"cat /dev/vdb > {archive}; /usr/local/bin/kiosk update --quiet 0 --from {archive}"
    took = 60.0
    for _ in range(cuts):
        with story.started(newer) as machine:
            _says_one_release(story, machine)
            if health(machine)["version"] == NEW:
                break
            story.tap(machine)
            machine.run("sh", "-c", f"setsid sh -c '{line}' > /root/update.log 2>&1 &")
            story.cut(machine, took)
        story.figures.cuts_during_updates += 1
    with story.started(newer) as machine:
        story.look(machine)
        began = time.monotonic()
        done = machine.run("sh", "-c", line)
        if done.returncode or health(machine).get("version") != NEW:
            story.figures.add(f"the update did not come: {done.stdout[-300:]}{done.stderr[-300:]}")
        story.figures.update = f"{time.monotonic() - began:.0f} s"
        story.tap(machine)
        story.look(machine)
        machine.shut_down()


def _says_one_release(story: Story, machine: Virtual) -> None:
    found = {str(health(machine, port).get("version")) for port in (8080, 8081)}
    if len(found) != 1 or not found <= {OLD, NEW}:
        story.figures.add(f"after a cut, entrance and desk are {sorted(found)}")
    story.look(machine)
