"""A GPIO chip for a machine in QEMU: its own, or the kernel's simulator; and lgpio as Raspberry Pi OS brings it.

Debian's kernel leaves gpio-sim out, and Debian has no python3-lgpio: both are built here from their sources, in a
Debian of its own beside the disk's. To gpiozero the machine is a Pi 4, by the revision in /proc/cpuinfo.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

from tests.systemd.boards import Board

LINES = 28  # as many as a Pi has
_LGPIO = "lgpio==0.2.2.0"
_LGPIO_SHA256 = "11372e653b200f76a0b3ef8a23a0735c85ec678a9f8550b9893151ed0f863fff"
_BUILDING = ("make", "gcc", "libc6-dev", "swig", "python3-dev", "python3-pip", "python3-setuptools")
# For the other processor it is not built there: emulated, gcc takes many minutes.
_CROSS = ("gcc-aarch64-linux-gnu", "libc6-dev-arm64-cross")
_HEADERS = "/usr/include/aarch64-linux-gnu"
_CROSSED = (
    "CC=aarch64-linux-gnu-gcc LDSHARED='aarch64-linux-gnu-gcc -shared' _PYTHON_HOST_PLATFORM=linux-aarch64"
    " SETUPTOOLS_EXT_SUFFIX=.cpython-313-aarch64-linux-gnu.so "
)
_SIM, _IRQ = "drivers/gpio/gpio-sim.c", "kernel/irq/irq_sim.c"
_HIDDEN, _PUBLIC = "handle_simple_irq(irq_to_desc(irqnum))", "generic_handle_irq_safe(irqnum)"
_MAKEFILE = "obj-m := gpio-sim.o\ngpio-sim-y := sim.o irq.o\n"
_CONTROL = "Package: python3-lgpio\nVersion: 0.2.2.0\nArchitecture: {}\nMaintainer: nobody\nDescription: lgpio\n"
# The revision of a Pi 4 B: what gpiozero reads where there is no device tree.
_PROCESSOR = "Revision\t: c03114\nModel\t\t: Raspberry Pi 4 Model B Rev 1.4\n"
_SEEN = "[Service]\nBindReadOnlyPaths=/etc/processor:/proc/cpuinfo\n"
_RULE = 'SUBSYSTEM=="gpio", KERNEL=="gpiochip*", GROUP="gpio", MODE="0660"\n'  # as in Raspberry Pi OS
_UNIT = f"""\
[Unit]
DefaultDependencies=no
After=systemd-modules-load.service sys-kernel-config.mount systemd-udevd.service
Before=sysinit.target
[Service]
Type=oneshot
RemainAfterExit=yes
WorkingDirectory=/sys/kernel/config/gpio-sim
ExecStart=/bin/sh -ec 'mkdir -p pi/bank; echo {LINES} > pi/bank/num_lines; echo 1 > pi/live'
[Install]
WantedBy=sysinit.target
"""


def put_in(tree: Path, folder: Path, board: Board) -> None:
    """What a start needs to have the chip before the programs come; what is built is kept in `folder`."""
    kernel = next((tree / "lib/modules").iterdir()).name
    module, package = folder / f"gpio-sim-{kernel}.ko", folder / "python3-lgpio.deb"
    if not package.exists() or (board.is_simulated and not module.exists()):
        _build(folder, kernel, board)
    (tree / "root" / package.name).write_bytes(package.read_bytes())
    _inside(tree, f"dpkg -i /root/{package.name}; groupadd --system gpio")
    _write(tree, "etc/udev/rules.d/99-gpio.rules", _RULE)
    _write(tree, "etc/systemd/system/kiosk-entrance.service.d/processor.conf", _SEEN)
    _write(tree, "etc/processor", _PROCESSOR)
    _write(tree, "etc/rpi-issue", "Raspberry Pi reference\n")
    if board.is_simulated:
        extra = tree / "lib/modules" / kernel / "extra"
        extra.mkdir(exist_ok=True)
        (extra / "gpio-sim.ko").write_bytes(module.read_bytes())
        _write(tree, "etc/modules-load.d/gpio-chip.conf", "configfs\ngpio-sim\n")
        _write(tree, "etc/systemd/system/gpio-chip.service", _UNIT)
        _inside(tree, f"depmod {kernel}; systemctl enable gpio-chip.service")


def _write(tree: Path, name: str, text: str) -> None:
    (tree / name).parent.mkdir(parents=True, exist_ok=True)
    (tree / name).write_text(text, "utf-8")


def _build(folder: Path, kernel: str, board: Board) -> None:
    """lgpio as a package of Debian's kind, and gpio-sim for a kernel's version where there is no chip."""
    packed, root = folder / "builder.tar", folder / "builder"
    packages = (*_BUILDING, *(("linux-source", f"linux-headers-{kernel}") if board.is_simulated else _CROSS))
    include = f"--include={','.join(packages)}"
    subprocess.run(["mmdebstrap", "--quiet", "--variant=minbase", include, "trixie", str(packed)], check=True)
    root.mkdir()
    subprocess.run(["tar", "-C", str(root), "-xf", str(packed)], check=True)
    if board.is_simulated:
        _gpio_sim(root, kernel).rename(folder / f"gpio-sim-{kernel}.ko")
    _lgpio(root, board).rename(folder / "python3-lgpio.deb")
    subprocess.run(["rm", "-rf", str(root), str(packed)], check=True)


def _gpio_sim(root: Path, kernel: str) -> Path:
    work, sources = root / "root", "$(ls /usr/src/linux-source-*.tar.xz)"
    _inside(root, f"cd /root; tar -xf {sources} --strip-components=1 --wildcards '*/{_SIM}' '*/{_IRQ}'")
    (work / "sim.c").write_text((work / _SIM).read_text("utf-8"), "utf-8")
    # The one symbol that no module may have has a public one that does the same.
    text = (work / _IRQ).read_text("utf-8")
    (work / "irq.c").write_text(text.replace(_HIDDEN, _PUBLIC), "utf-8")
    (work / "Makefile").write_text(_MAKEFILE, "utf-8")
    _inside(root, f"make -s -C /lib/modules/{kernel}/build M=/root modules")
    return work / "gpio-sim.ko"


def _lgpio(root: Path, board: Board) -> Path:
    work = root / "root"
    words = ("-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "--no-build-isolation")
    subprocess.run([sys.executable, *words, "-d", str(work), _LGPIO], check=True)
    found = hashlib.sha256(next(work.glob("lgpio-*.tar.gz")).read_bytes()).hexdigest()
    assert found == _LGPIO_SHA256, f"{_LGPIO} is not what it was: {found}"
    if not board.is_simulated:
        _inside(root, f"mkdir -p {_HEADERS}; ln -s ../x86_64-linux-gnu/python3.13 {_HEADERS}/")
    made = "pip wheel -q --no-deps --no-build-isolation --no-index -w whl lgpio-*.tar.gz"
    _inside(root, f"cd /root; export PYPI=1; {'' if board.is_simulated else _CROSSED}{made}")
    _write(work, "deb/DEBIAN/control", _CONTROL.format(board.name))
    put = "python3 -m zipfile -e whl/*.whl deb/usr/lib/python3/dist-packages"
    _inside(root, f"cd /root; {put}; dpkg-deb -b deb l.deb")
    return work / "l.deb"


def _inside(root: Path, line: str) -> None:
    subprocess.run(["chroot", str(root), "sh", "-ec", line], check=True, capture_output=True)
