"""A card that installs itself, in QEMU: `scripts/image` fills it, and its first start does the rest.

The card stands in for Raspberry Pi OS and has what that is counted on for: a first partition at /boot/firmware,
cloud-init that finds its words there (pi-gen, stage2/04-cloud-init), and of Debian's packages those that the installer
wants, since there is no network here. How a Pi comes to its kernel, this does not show.
"""

import os
import random
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from tests.devices.pn532_emulator import Pn532
from tests.faults.figures import Figures
from tests.release import rig
from tests.systemd import virtual
from tests.systemd.boards import AMD64, ARM64, Board
from tests.systemd.powered import OLD, PROJECT, release
from tests.systemd.story import PATIENCE_SECONDS, SYNCHRONIZED, BootFigures, Story, badge, health, is_well, say
from tests.systemd.virtual import Disk, Virtual, until

_PACKAGES = (
    *("cloud-init", "cloud-guest-utils", "e2fsprogs", "locales", "keyboard-configuration", "console-setup"),
    *("sudo", "openssh-server", "avahi-daemon"),
)
_START, _BOOT_MEGABYTES = 8192, 512  # the first partition's first sector, and its size
_FSTAB = "/dev/vda2 / ext4 errors=remount-ro 0 1\n/dev/vda1 /boot/firmware vfat defaults 0 2\n"
_CLOUD = "datasource_list: [NoCloud, None]\ndatasource: {NoCloud: {seedfrom: 'file:///boot/firmware'}}\n"
_BOOT_FILES = {"config.txt": "arm_64bit=1\n", "user-data": "#cloud-config\n", "meta-data": "instance-id: card\n"}
_EXAMPLE_KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIOexampleexampleexampleexampleexampleexamplee"


@dataclass
class CardFigures(Figures):
    """Seconds, as this machine was loaded, and counts."""

    processor: str = ""
    installed_itself: str = ""
    start_to_ready: str = ""
    taps_that_opened: int = 0
    days_in_the_ledger: int = 0


def run(folder: Path, arm64: bool = False) -> CardFigures:
    """A card is filled by scripts/image and started in QEMU: it installs the kiosk, starts again, opens."""
    board, kept = ARM64 if arm64 else AMD64, folder.parent.parent
    found, figures = CardFigures(processor="by KVM" if board.has_kvm else "emulated"), BootFigures()
    virtual.need(board, "mcopy", "mkfs.vfat", "sfdisk")
    rig.make_keys(folder)
    key = folder / "key"
    archive = release(folder, OLD, key, kept / "wheels", board)
    made = virtual.made(kept / "virtual" / f"{board.name}-card", board, *_PACKAGES)
    disk, image = replace(made, root="/dev/vda2"), folder / "card.img"
    _lay(made, image)
    words = [PROJECT / "scripts" / "image", image, _answered(folder, board), archive]
    subprocess.run([str(word) for word in words], check=True)
    reader = Pn532(f"kioskpty{os.getpid()}")
    story = Story(disk, image, reader, figures, random.Random(1))
    try:
        _first_start(story, found)
        _second_start(story, found)
    finally:
        reader.unplug()
    found.add(*figures.violations)
    found.taps_that_opened, found.days_in_the_ledger = story.acknowledged, figures.days_in_the_ledger
    return found


def _answered(folder: Path, board: Board) -> Path:
    """The manual's example, as somebody fills it in: their key, their reader, no screen."""
    text = (PROJECT / "docs" / "examples" / "user-data").read_text("utf-8")
    own = ((_EXAMPLE_KEY, "AAAAC3NzaC1lZDI1NTE5own"), ("nfcreader", board.reader), ("= 17", f"= {board.pin}"))
    for example, answer in (*own, ("display = true", "display = false")):
        assert example in text
        text = text.replace(example, answer)
    path = folder / "user-data"
    path.write_text(text, "utf-8")
    return path


def _lay(made: Disk, image: Path) -> None:
    """A card of two partitions, as Raspberry Pi OS has them."""
    root, boot = image.with_suffix(".root"), image.with_suffix(".boot")
    subprocess.run(["cp", "--sparse=always", "--reflink=auto", str(made.image), str(root)], check=True)
    tree = image.with_suffix(".tree")
    tree.mkdir()
    subprocess.run(["mount", "-o", "loop", str(root), str(tree)], check=True)
    try:
        (tree / "boot/firmware").mkdir()
        (tree / "etc/fstab").write_text(_FSTAB, "utf-8")
        (tree / "etc/cloud/cloud.cfg.d/99_card.cfg").write_text(_CLOUD, "utf-8")
    finally:
        subprocess.run(["umount", str(tree)], check=True)
    subprocess.run(["mkfs.vfat", "-C", str(boot), str(_BOOT_MEGABYTES << 10)], check=True, stdout=subprocess.DEVNULL)
    for name, text in _BOOT_FILES.items():
        subprocess.run(["mcopy", "-i", str(boot), "-", f"::/{name}"], input=text.encode(), check=True)
    second = _START + (_BOOT_MEGABYTES << 11)
    with image.open("wb") as file:
        file.truncate((second << 9) + root.stat().st_size)
    table = f"label: dos\nstart={_START}, size={_BOOT_MEGABYTES << 11}, type=c\nstart={second}, type=83\n"
    subprocess.run(["sfdisk", "--quiet", str(image)], input=table, text=True, check=True)
    for part, start in ((boot, _START), (root, second)):
        words = [f"if={part}", f"of={image}", f"seek={start << 9}", "oflag=seek_bytes", "bs=1M", "conv=sparse,notrunc"]
        subprocess.run(["dd", "status=none", *words], check=True)
        part.unlink()


def _first_start(story: Story, found: CardFigures) -> None:
    """Nobody touches it: time comes, as from a network, and it starts again by itself when it is done."""
    began = time.monotonic()
    with virtual.running(story.disk, story.image, story.reader) as machine:
        say("Debian is up")
        machine.says("sh", "-c", SYNCHRONIZED)
        first = _start(machine)
        until(lambda: _start(machine) not in ("", first), 4 * PATIENCE_SECONDS)
        found.installed_itself = f"{time.monotonic() - began:.0f} s"
        say(f"it installed itself and starts again after {found.installed_itself}")
        until(lambda: _is_there(machine), PATIENCE_SECONDS)
        said = machine.run("cloud-init", "status", "--long", "--wait").stdout
        if "status: done" not in said or "errors: []" not in said:
            found.add(f"cloud-init: {said}")
        if machine.run("id", "-nG", "bureau").stdout.split() != ["bureau", "sudo"]:
            found.add("nobody of the card's own may look after it")
        machine.shut_down()


def _second_start(story: Story, found: CardFigures) -> None:
    with story.started() as machine:
        found.start_to_ready = f"{story.starts[-1]:.0f} s"
        machine.says("sh", "-c", SYNCHRONIZED)
        machine.says("sh", "-c", f"printf 'Nom;Badge\\nAmi;{badge(0).uid.hex().upper()}\\n' > /root/people.csv")
        machine.says("/usr/local/bin/kiosk", "members", "import", "--fee", "/root/people.csv")
        story.tap(machine)
        until(lambda: health(machine).get("spooled") == 0, PATIENCE_SECONDS)
        story.look(machine)
        machine.shut_down()


def _start(machine: Virtual) -> str:
    """Which start of the machine this is; nothing while it starts."""
    with suppress(OSError, ValueError, KeyError):
        return machine.run("cat", "/proc/sys/kernel/random/boot_id", seconds=60).stdout
    return ""


def _is_there(machine: Virtual) -> bool:
    with suppress(OSError, ValueError, KeyError):
        return is_well(machine)
    return False
