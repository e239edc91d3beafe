"""The kiosk on a machine of its own: booted, tapped, cut from the power in the middle, updated, and looked at again.

`scripts/torture boot`, as root: it says what it wants of Debian's programs, fetches a Debian and the kiosk's packages
once, and keeps both. Its reader hangs on a serial line, its relay on a line of the kernel's GPIO chip. With --arm64 it
wants qemu-user-binfmt, too: what a Pi installs runs on a Pi's kind of processor.
"""

import os
import random
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from release import __main__, building, wheels
from tests.devices.pn532_emulator import Pn532
from tests.release import rig
from tests.release.conftest import migrating
from tests.systemd import cuts, everyday, troubles, virtual
from tests.systemd.boards import AMD64, ARM64, Board
from tests.systemd.cuts import Cut, Cuts
from tests.systemd.story import PATIENCE_SECONDS, BootFigures, Story, badge, date_by, health, say
from tests.systemd.virtual import Virtual, until

PROJECT = Path(__file__).parents[2]
OLD, NEW = "98.0.0", "98.1.0"
_UPDATE_SECONDS, _MIGRATION_SECONDS = 240.0, 12.0  # emulated, some
_ENOUGH = "/root/enough"
_COPIES = f"until [ -e {_ENOUGH} ]; do /usr/local/bin/kiosk backup; done"
_OF_CUTS = ("qemu-img", "qemu-storage-daemon", "systemd-nspawn")
_OF_A_DAY = ("mkfs.vfat", "mdir")
_MADE_AT = 1_790_000_000
_ANSWERS = 'reader = "tty:{}:pn532"\\nhost = "{}"\\nrelay_pin = {}\\ndisplay = {}\\n'


@dataclass(frozen=True)
class Wanted:
    """How often the power goes, and how many disks of each kind start in QEMU afterwards."""

    under_taps: int
    during_backups: int
    during_update: int
    boots: int


def run(
    folder: Path,
    tap_cuts: int = 50,
    backup_cuts: int = 20,
    update_cuts: int = 20,
    boots: int = 1,
    seed: int = 1,
    arm64: bool = False,
    short: bool = False,
) -> BootFigures:
    """A Debian of its own boots in QEMU, the kiosk is installed from a release, and the power goes again and again.

    --update-cuts: about so many in an update, and in its migration. --boots: so many of each come back in QEMU, too.
    --arm64: another processor, killed once: its disks start in no container here. --short: no more than that.
    """
    board, kept = ARM64 if arm64 else AMD64, folder.parent.parent
    virtual.need(board, *(() if short else _OF_A_DAY), *(() if short or arm64 else _OF_CUTS))
    figures = BootFigures(processor="by KVM" if board.has_kvm else "emulated", relay=board.relay)
    rig.make_keys(folder)
    key = folder / "key"
    older = release(folder, OLD, key, kept / "wheels", board)
    disk = virtual.made(kept / "virtual" / board.name, board)
    image = folder / "machine.img"
    subprocess.run(["cp", "--sparse=always", "--reflink=auto", str(disk.image), str(image)], check=True)
    reader = Pn532(f"kioskpty{os.getpid()}")
    try:
        story = Story(disk, image, reader, figures, random.Random(seed))
        _install(story, older, members=tap_cuts + backup_cuts + 40)
        _first_tap(story)
        if arm64 or short:
            _killed(story)
        else:
            newer = release(folder, NEW, key, kept / "wheels", board)
            _cut(story, newer, Wanted(tap_cuts, backup_cuts, update_cuts, boots))
        if not short:
            _restored(story)
            troubles.each(story)
            everyday.each(story)
        figures.taps_that_opened = story.acknowledged
    finally:
        reader.unplug()
    return figures


def release(folder: Path, version: str, key: Path, kept: Path, board: Board) -> Path:
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
    shutil.copytree(folder / building.KEYS, made / building.KEYS)
    __main__.furnish(made, next(each for each in wheels.PLATFORMS if each.name == board.name), _MADE_AT, kept)
    __main__.seal(made, key, key.with_name("second"))
    return building.archive(made, folder, _MADE_AT, board.name)


def _install(story: Story, release: Path, members: int) -> None:
    """From the release's archive alone: the machine has no network."""
    with virtual.running(story.disk, story.image, story.reader, (release,)) as machine:
        say("Debian is up")
        machine.says("sh", "-c", "mkdir -p /usr/src && tar -xzf /dev/vdb -C /usr/src")
        board = story.disk.board
        answers = _ANSWERS.format(board.reader, troubles.HOST, board.pin, str(board.has_screen).lower())
        machine.says("sh", "-c", f"printf '{answers}' > /root/answers.toml")
        began = time.monotonic()
        installer = f"/usr/src/kiosk-{OLD}/scripts/install"
        machine.says(installer, "--answers", "/root/answers.toml", "--language", "en")
        story.figures.install = f"{time.monotonic() - began:.0f} s"
        say(f"installed in {story.figures.install}")
        date_by(machine, "battery")
        machine.run("systemctl", "disable", "kiosk-display.service")  # where a story is of the screen, it starts it
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


def _killed(story: Story) -> None:
    """The power goes once, under a tap: the machine comes back alone, and nothing that opened is lost."""
    with story.started() as machine, story.reader.holding(badge(story.tapped)):
        story.tapped += 1
        until(lambda: cuts.rises(machine), PATIENCE_SECONDS)
        machine.cut()
    story.acknowledged += 1
    with story.started() as machine:
        story.look(machine)
        story.tap(machine)
        story.look(machine)
        machine.shut_down()


def _cut(story: Story, newer: Path, wanted: Wanted) -> None:
    """Under taps, during copies, during an update and its migration. Whenever it was, one release or the other runs
    after it, whole; in the end the newer one does.
    """
    base, figures = story.image, story.figures
    story.image = cuts.overlay(base, base.with_suffix(".qcow2"))
    found = Cuts(story, (OLD, NEW))
    with story.started(newer) as machine:
        found.under_taps(machine, wanted.under_taps, "under taps", wanted.boots)
        figures.cuts_under_taps = wanted.under_taps
        machine.run("sh", "-c", f"setsid sh -c '{_COPIES}' > /dev/null 2>&1 &")
        found.under_taps(machine, wanted.during_backups, "during a backup", wanted.boots)
        figures.cuts_during_backups = wanted.during_backups
        machine.says("sh", "-c", f"touch {_ENOUGH}; while pgrep -f '[k]iosk backup' > /dev/null; do sleep 1; done")
        _update(story, machine, found, wanted)
        story.tap(machine)
        story.look(machine)
        machine.shut_down()
    found.all_came_back()
    for cut in found.kept:
        _comes_back_in_qemu(story, cut)
    subprocess.run(["qemu-img", "commit", "-q", str(story.image)], check=True)
    story.image.unlink()
    story.image = base


def _update(story: Story, machine: Virtual, found: Cuts, wanted: Wanted) -> None:
    """To its end, while the power goes for the copies."""
    archive, began, figures = f"/root/kiosk-{NEW}-{story.disk.board.name}.tar.gz", time.monotonic(), story.figures
    line = f"cat /dev/vdb > {archive}; /usr/local/bin/kiosk update --quiet 0 --from {archive}"
    machine.run("sh", "-c", f"setsid sh -c '{line}' > /root/update.log 2>&1 &")
    while (step := _step(machine)) != "ended":
        assert time.monotonic() < began + 4 * PATIENCE_SECONDS, "the update did not end"
        if step == "migrating":
            _some_time(story, _MIGRATION_SECONDS, wanted.during_update)
            figures.cuts_during_its_migration += 1
            found.cut(machine, "during a migration", keep=figures.cuts_during_its_migration == wanted.boots)
        else:
            _some_time(story, _UPDATE_SECONDS, wanted.during_update)
            figures.cuts_during_an_update += 1
            found.cut(machine, "during an update", keep=figures.cuts_during_an_update == wanted.boots)
    figures.update = f"{time.monotonic() - began:.0f} s"
    if health(machine).get("version") != NEW:
        figures.add(f"the update did not come: {machine.says('tail', '-n', '5', '/root/update.log')}")


def _step(machine: Virtual) -> str:
    """How far the update has come: none of its steps yet, one of them, or ended."""
    steps = [step for what, step, _at in machine.told if what == "step"]
    return "ended" if steps[-1:] == ["none"] else "".join(steps[-1:])


def _some_time(story: Story, whole: float, parts: int) -> None:
    time.sleep(story.chance.uniform(0, 2 * whole / parts))


def _comes_back_in_qemu(story: Story, cut: Cut) -> None:
    """A machine that has this disk starts, and its door opens."""
    image, story.image = story.image, cut.disk
    there = Story(story.disk, cut.disk, story.reader, story.figures, story.chance, cut.acknowledged, story.tapped)
    with there.started() as machine:
        there.figures.add(*cuts.wrong(machine, cut, (OLD, NEW)))
        there.tap(machine)
        there.look(machine)
    story.tapped, story.image = there.tapped, image
    story.figures.cut_machines_that_came_back += 1
    cut.disk.unlink()


def _restored(story: Story) -> None:
    with story.started() as machine:
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
