"""The two kinds of machine that QEMU makes here: a PC, and the board with a Pi's processor and serial lines.

QEMU's own Pi has neither a disk nor a line to the guest's agent with Debian's kernel as it is.
"""

import os
from dataclasses import dataclass
from pathlib import Path

CHIP = "/sys/devices/platform/gpio-sim.0/gpiochip0"
_EMULATED = ("-accel", "tcg,thread=multi", "-cpu")


@dataclass(frozen=True)
class Board:
    """By Debian's word for it: what hangs on it, and where."""

    name: str
    qemu: tuple[str, ...]
    console: str
    reader: str  # its second serial line
    pin: int  # the relay's
    watched: str  # a file that has the word `high` in it while the relay's line is up
    high: str
    relay: str

    @property
    def has_kvm(self) -> bool:
        """Whether a kernel of Debian's can run by the processor's own means.

        Under PVM, which does without them inside a virtual machine, only kernels start that were made for it.
        """
        alike = self is AMD64 and os.uname().machine == "x86_64"
        return alike and os.access("/dev/kvm", os.W_OK) and not Path("/sys/module/kvm_pvm").exists()

    @property
    def is_simulated(self) -> bool:
        """Whether its GPIO chip is the kernel's own simulator, for want of one."""
        return self.watched.startswith(CHIP)

    @property
    def has_screen(self) -> bool:
        return self is AMD64

    @property
    def words(self) -> tuple[str, ...]:
        """QEMU's, for this board and its processor."""
        slow = (*_EMULATED, "max" if self is AMD64 else "cortex-a72")
        return (*self.qemu, *(("-accel", "kvm", "-cpu", "host") if self.has_kvm else slow))


_SIMULATED = (17, f"{CHIP}/sim_gpio17/value", "1", "gpio-sim, by lgpio")
AMD64 = Board("amd64", ("qemu-system-x86_64",), "ttyS0", "S1", *_SIMULATED)
# The chip on it has eight lines.
_OWN = (5, "/sys/kernel/debug/gpio", "out hi", "PL061, by lgpio")
ARM64 = Board("arm64", ("qemu-system-aarch64", "-M", "virt"), "ttyAMA0", "AMA1", *_OWN)
