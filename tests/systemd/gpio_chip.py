"""A GPIO chip for a machine in QEMU: the kernel's own simulator, and lgpio as Raspberry Pi OS brings it.

Debian's kernel leaves gpio-sim out, and Debian has no python3-lgpio: both are built here from their sources, in a
Debian of its own beside the disk's. To gpiozero the machine is a Pi 4, by the revision in /proc/cpuinfo.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

LINES = 28  # as many as a Pi has
CHIP = "/sys/devices/platform/gpio-sim.0/gpiochip0"
_LGPIO = "lgpio==0.2.2.0"
_LGPIO_SHA256 = "11372e653b200f76a0b3ef8a23a0735c85ec678a9f8550b9893151ed0f863fff"
_BUILDING = ("linux-source", "make", "gcc", "libc6-dev", "swig", "python3-dev", "python3-pip", "python3-setuptools")
_SIM, _IRQ = "drivers/gpio/gpio-sim.c", "kernel/irq/irq_sim.c"
_HIDDEN, _PUBLIC = "handle_simple_irq(irq_to_desc(irqnum))", "generic_handle_irq_safe(irqnum)"
_MAKEFILE = "obj-m := gpio-sim.o\ngpio-sim-y := sim.o irq.o\n"
_CONTROL = "Package: python3-lgpio\nVersion: 0.2.2.0\nArchitecture: amd64\nMaintainer: nobody\nDescription: lgpio\n"
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
WorkingDirectory=/sys/kernel/config/gpio-sim
ExecStart=/bin/sh -ec 'mkdir -p pi/bank; echo {LINES} > pi/bank/num_lines; echo 1 > pi/live'
[Install]
WantedBy=sysinit.target
"""


def build(folder: Path, kernel: str) -> tuple[Path, Path]:
    """gpio-sim for a kernel's version, and lgpio as a package of Debian's kind, made once in `folder`."""
    module, package = folder / f"gpio-sim-{kernel}.ko", folder / "python3-lgpio.deb"
    if module.exists() and package.exists():
        return module, package
    packed, root = folder / "builder.tar", folder / "builder"
    include = f"--include={','.join((*_BUILDING, f'linux-headers-{kernel}'))}"
    subprocess.run(["mmdebstrap", "--quiet", "--variant=minbase", include, "trixie", str(packed)], check=True)
    root.mkdir()
    subprocess.run(["tar", "-C", str(root), "-xf", str(packed)], check=True)
    work = root / "root"
    sources = "$(ls /usr/src/linux-source-*.tar.xz)"
    _inside(root, f"cd /root; tar -xf {sources} --strip-components=1 --wildcards '*/{_SIM}' '*/{_IRQ}'")
    (work / "sim.c").write_text((work / _SIM).read_text("utf-8"), "utf-8")
    # The one symbol that no module may have has a public one that does the same.
    text = (work / _IRQ).read_text("utf-8")
    (work / "irq.c").write_text(text.replace(_HIDDEN, _PUBLIC), "utf-8")
    (work / "Makefile").write_text(_MAKEFILE, "utf-8")
    _inside(root, f"make -s -C /lib/modules/{kernel}/build M=/root modules")
    (work / "gpio-sim.ko").rename(module)
    _lgpio(work)
    _inside(root, "cd /root && PYPI=1 pip wheel -q --no-deps --no-build-isolation --no-index -w whl lgpio-*.tar.gz")
    (work / "deb/DEBIAN").mkdir(parents=True)
    (work / "deb/DEBIAN/control").write_text(_CONTROL, "utf-8")
    put = "pip install -q --no-index --no-deps --target deb/usr/lib/python3/dist-packages whl/*.whl"
    _inside(root, f"cd /root; {put}; dpkg-deb -b deb l.deb")
    (work / "l.deb").rename(package)
    subprocess.run(["rm", "-rf", str(root), str(packed)], check=True)
    return module, package


def put_in(tree: Path, folder: Path) -> None:
    """What a start needs to have the chip before the programs come."""
    kernel = next((tree / "lib/modules").iterdir()).name
    module, package = build(folder, kernel)
    extra = tree / "lib/modules" / kernel / "extra"
    extra.mkdir(exist_ok=True)
    (extra / "gpio-sim.ko").write_bytes(module.read_bytes())
    (tree / "root" / package.name).write_bytes(package.read_bytes())
    _inside(tree, f"depmod {kernel}; dpkg -i /root/{package.name}; groupadd --system gpio")
    for name, text in (
        ("etc/modules-load.d/gpio-chip.conf", "configfs\ngpio-sim\n"),
        ("etc/udev/rules.d/99-gpio.rules", _RULE),
        ("etc/systemd/system/gpio-chip.service", _UNIT),
        ("etc/systemd/system/kiosk-entrance.service.d/processor.conf", _SEEN),
        ("etc/processor", _PROCESSOR),
        ("etc/rpi-issue", "Raspberry Pi reference\n"),
    ):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text, "utf-8")
    _inside(tree, "systemctl enable gpio-chip.service")


def _lgpio(folder: Path) -> None:
    words = ("-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "--no-build-isolation")
    subprocess.run([sys.executable, *words, "-d", str(folder), _LGPIO], check=True)
    found = hashlib.sha256(next(folder.glob("lgpio-*.tar.gz")).read_bytes()).hexdigest()
    assert found == _LGPIO_SHA256, f"{_LGPIO} is not what it was: {found}"


def _inside(root: Path, line: str) -> None:
    subprocess.run(["chroot", str(root), "sh", "-ec", line], check=True, capture_output=True)
