"""A whole machine: QEMU with a kernel, a disk and a serial line of its own, on which an emulated reader hangs.

The disk is made of Debian's packages. Commands go in by QEMU's guest agent; nothing else of the machine is touched, and
it has no network. The power is cut by killing QEMU: what the guest had not written to its disk is lost with it.
"""

import base64
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.devices.pn532_emulator import Pn532
from tests.systemd import gpio_chip
from tests.systemd.boards import Board

PACKAGES = (
    *("systemd-sysv", "udev", "dbus", "kmod", "qemu-guest-agent", "python3", "python3-venv"),
    *("ca-certificates", "systemd-timesyncd", "libusb-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"),
    *("openssh-client", "age", "iproute2", "procps", "curl", "caddy", "fonts-dejavu-core"),
)
_DISPLAY = ("cage", "seatd", "wlr-randr", "chromium")
# A first RAM disk of what it starts from is made and unpacked sooner. It is said before there is what makes that.
_MODULES = r"virtio_pci\nvirtio_blk\next4\n"
_SMALL = f"mkdir -p $1/conf.d; echo MODULES=list > $1/conf.d/modules; printf '{_MODULES}' > $1/modules"
_SIZE = "6G"
_ALWAYS = ("mmdebstrap", "mke2fs")
_IN = {  # by what package a program comes, where they are not of one name
    "qemu-system-x86_64": "qemu-system-x86",
    "qemu-system-aarch64": "qemu-system-arm",
    **dict.fromkeys(("qemu-img", "qemu-storage-daemon"), "qemu-utils"),
    "mke2fs": "e2fsprogs",
    "mkfs.vfat": "dosfstools",
    **dict.fromkeys(("mcopy", "mdir"), "mtools"),
    "sfdisk": "fdisk",
    "systemd-nspawn": "systemd-container",
}
_UNITS = (
    ("kiosk-display", "Environment=WLR_RENDERER=pixman"),  # QEMU's screen has no 3D
    ("kiosk-entrance", "TimeoutStartSec=900\nWatchdogSec=300"),  # emulated, all takes fifty times as long
    ("kiosk-desk", "TimeoutStartSec=900"),
    ("kiosk-due", "TimeoutStartSec=900"),
)
SCREEN = ("-nic", "none", "-device", "virtio-gpu-pci,xres=800,yres=480")
TOLD = "/dev/virtio-ports/told"
_MASK = "systemd.mask=serial-getty"
_BOOT_SECONDS = 900.0  # emulated, a login comes after some three minutes where nobody else computes
_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True)
class Disk:
    """A Debian that starts, as its maker left it: kernel, first RAM disk, and the file system."""

    folder: Path
    board: Board
    root: str = "/dev/vda"

    @property
    def image(self) -> Path:
        return self.folder / "disk.img"

    @property
    def kernel(self) -> Path:
        return self.folder / "vmlinuz"

    @property
    def initrd(self) -> Path:
        return self.folder / "initrd"


def need(board: Board, *further: str) -> None:
    """Raises RuntimeError where a program is missing that is wanted, be it hours later."""
    missing = {_IN.get(name, name) for name in (board.qemu[0], *_ALWAYS, *further) if shutil.which(name) is None}
    if missing:
        raise RuntimeError(f"something is not there: apt-get install {' '.join(sorted(missing))}")


def made(cache: Path, board: Board, *further: str) -> Disk:
    """The disk, made once of Debian's packages, of these `further` ones too, and kept in `cache`; another processor's
    with qemu-user-binfmt.
    """
    disk = Disk(cache, board)
    if disk.image.exists():
        return disk
    cache.mkdir(parents=True, exist_ok=True)
    packed, tree = cache / "disk.tar", cache / "tree"
    if not packed.exists():
        packages = (f"linux-image-{board.name}", *PACKAGES, *further, *(_DISPLAY if board.has_screen else ()))
        words = ["mmdebstrap", "--quiet", f"--architectures={board.name}", "--variant=minbase"]
        words += ["--essential-hook=" + _SMALL.replace("$1", '"$1"/etc/initramfs-tools')]
        words += [f"--include={','.join(packages)}", "trixie"]
        draft = packed.with_suffix(".new.tar")  # by its end mmdebstrap knows what to make
        subprocess.run([*words, str(draft)], check=True)
        draft.rename(packed)
    tree.mkdir(exist_ok=True)
    subprocess.run(["tar", "-C", str(tree), "--exclude=./dev/*", "-xf", str(packed)], check=True)
    (tree / "etc/fstab").write_text("/dev/vda / ext4 errors=remount-ro 0 1\n", "utf-8")
    (tree / "etc/hostname").write_text("kiosk\n", "utf-8")
    gpio_chip.put_in(tree, cache, board)
    for name, line in _UNITS:
        drop_in = tree / "etc/systemd/system" / f"{name}.service.d" / "machine.conf"
        drop_in.parent.mkdir(parents=True, exist_ok=True)
        drop_in.write_text(f"[Service]\n{line}\n", "utf-8")
    for wanted, to in (("vmlinuz-*", disk.kernel), ("initrd.img-*", disk.initrd)):
        to.write_bytes(max((tree / "boot").glob(wanted)).read_bytes())
    unfinished = disk.image.with_suffix(".new")
    subprocess.run(["mke2fs", "-q", "-F", "-t", "ext4", "-d", str(tree), str(unfinished), _SIZE], check=True)
    unfinished.rename(disk.image)
    subprocess.run(["rm", "-rf", str(tree)], check=True)
    return disk


@dataclass
class Virtual:
    """A machine that runs. Its serial line 1 is the reader's."""

    process: "subprocess.Popen[bytes]"
    agent: Path
    reader: Pn532

    @property
    def told(self) -> list[list[str]]:
        """What a program in the machine wrote to `TOLD` until now, by lines and words; it reaches us at once."""
        return [line.split() for line in self.agent.with_suffix(".told").read_text("ascii").splitlines()]

    def run(self, *words: str, seconds: float = 3600) -> subprocess.CompletedProcess[str]:
        """One command in the machine, to its end."""
        wish = {"path": words[0], "arg": list(words[1:]), "env": [_PATH, "LC_ALL=C.UTF-8"], "capture-output": True}
        number = self._ask("guest-exec", wish)["pid"]
        end, pause = time.monotonic() + seconds, 0.05
        while not (found := self._ask("guest-exec-status", {"pid": number}))["exited"]:
            if time.monotonic() > end:
                raise TimeoutError(f"{words} did not end")
            time.sleep(pause)  # each question is a line in the machine's journal
            pause = min(2 * pause, 2.0)
        out, error = (base64.b64decode(found.get(name, "")).decode() for name in ("out-data", "err-data"))
        return subprocess.CompletedProcess(words, found.get("exitcode", -1), out, error)

    def says(self, *words: str) -> str:
        """What a command says that must succeed."""
        found = self.run(*words)
        assert found.returncode == 0, f"{words}: {found.stdout[-1500:]}{found.stderr[-1500:]}"
        return found.stdout

    def answers(self) -> bool:
        """Whether its agent is there."""
        with suppress(OSError, ValueError, KeyError):
            self._ask("guest-ping", {})
            return True
        return False

    def _ask(self, command: str, wish: dict[str, object]) -> dict[str, Any]:
        """What the agent answers to this, not what it still says to an earlier question that nobody waited for."""
        mark = random.randrange(1 << 30)
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(120)
            line.connect(str(self.agent))
            sync = {"execute": "guest-sync-delimited", "arguments": {"id": mark}}
            line.sendall(b"\xff" + json.dumps(sync).encode() + b"\n")
            received = line.makefile("rb")
            while (said := received.readline()) and json.loads(said.lstrip(b"\xff")) != {"return": mark}:
                pass
            line.sendall(json.dumps({"execute": command, "arguments": wish}).encode() + b"\n")
            answer = json.loads(received.readline())
        found: dict[str, Any] = answer["return"]
        return found

    def picture(self, path: Path) -> bytes:
        """What its screen shows now, as PPM: of a machine that has one (`SCREEN`)."""
        self._tell_qemu("screendump", {"filename": str(path)})
        return path.read_bytes()

    def plug_in(self) -> None:
        """Somebody puts a stick in: of a machine that has a socket for one (`with_stick`)."""
        self._tell_qemu("device_add", {"driver": "usb-storage", "id": "plugged", "bus": "usb.0", "drive": "stick"})

    def pull_out(self) -> None:
        """It is taken out again, whatever is written at that moment."""
        self._tell_qemu("device_del", {"id": "plugged"})

    def _tell_qemu(self, command: str, wish: dict[str, str]) -> None:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(120)
            line.connect(str(self.agent.with_suffix(".qmp")))
            received = line.makefile("rb")
            received.readline()
            for asked in ({"execute": "qmp_capabilities"}, {"execute": command, "arguments": wish}):
                line.sendall(json.dumps(asked).encode() + b"\n")
                while "event" in (said := json.loads(received.readline())):
                    pass
                assert "return" in said, said

    @contextmanager
    def stands_still(self) -> Iterator[None]:
        """What it wrote until now is as it would be had it been killed here; then it goes on."""
        self.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WNOWAIT)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def cut(self) -> None:
        """The power goes."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def _goes_down(self) -> bool:
        """Whether it will: one that still starts refuses. It says nothing more then."""
        try:
            self._ask("guest-shutdown", {"mode": "powerdown"})
        except KeyError:
            return False
        except (OSError, ValueError):
            pass
        return True

    def shut_down(self) -> None:
        """As who pulls the plug after `poweroff`."""
        until(self._goes_down, _BOOT_SECONDS)
        try:
            self.process.wait(300)
        except subprocess.TimeoutExpired:
            self.cut()


@contextmanager
def running(
    disk: Disk, image: Path, reader: Pn532, brought: tuple[Path, ...] = (), more: tuple[str, ...] = ()
) -> Iterator[Virtual]:
    """A machine from an image, until the end of the block; what is `brought` is its further disks, read-only.

    It has no network unless QEMU's words in `more` say so.
    """
    agent = image.with_suffix(".agent")
    agent.unlink(missing_ok=True)
    board = disk.board
    kind = "qcow2" if image.suffix == ".qcow2" else "raw"
    disks = [("-drive", f"file={image},if=virtio,format={kind},cache=writeback")]
    disks += [("-drive", f"file={path},if=virtio,format=raw,readonly=on") for path in brought]
    words = [
        *(*board.words, "-m", "1024", "-smp", "2", "-nodefaults", "-display", "none"),
        *("-kernel", str(disk.kernel), "-initrd", str(disk.initrd)),
        *("-append", f"root={disk.root} rw console={board.console} quiet panic=-1 {_MASK}@{board.console}.service"),
        *(word for each in disks for word in each),
        *("-chardev", f"file,id=console,path={image.with_suffix('.console')},append=on", "-serial", "chardev:console"),
        *("-chardev", f"serial,id=reader,path=/dev/{reader.name}", "-serial", "chardev:reader"),
        *("-device", "virtio-serial", "-chardev", f"socket,id=agent,path={agent},server=on,wait=off"),
        *("-device", "virtserialport,chardev=agent,name=org.qemu.guest_agent.0"),
        *("-chardev", f"file,id=told,path={image.with_suffix('.told')}"),
        *("-device", "virtserialport,chardev=told,name=told"),
        *("-device", "virtio-rng-pci", "-watchdog-action", "reset"),
        *("-qmp", f"unix:{image.with_suffix('.qmp')},server=on,wait=off"),
        *(more or ("-nic", "none")),
    ]
    with subprocess.Popen(words, stdin=subprocess.DEVNULL, start_new_session=True) as process:
        machine = Virtual(process, agent, reader)
        try:
            until(lambda: process.poll() is not None or (agent.exists() and machine.answers()), _BOOT_SECONDS)
            assert process.poll() is None, image.with_suffix(".console").read_text("utf-8", "replace")[-2000:]
            yield machine
        finally:
            if process.poll() is None:
                machine.cut()


def with_stick(content: Path) -> tuple[str, ...]:
    """QEMU's words for a machine with a socket for a stick, and what is on that."""
    node = f"driver=raw,node-name=stick,file.driver=file,file.filename={content}"  # a drive would go with its device
    return "-nic", "none", "-device", "qemu-xhci,id=usb", "-blockdev", node


def until(true: Callable[[], object], seconds: float = 120, pause: float = 0.5) -> None:
    """Wait for something that is to come true. Who asks an emulated machine keeps it from its work: so it pauses."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(pause)
