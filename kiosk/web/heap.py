"""Sets glibc's malloc for programs with many threads that mostly rest. With another C library nothing changes."""

import contextlib
import ctypes

_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8  # of glibc's malloc.h
_LARGE_BYTES = 1 << 20  # of a block that goes back to the machine at once


def share_one() -> None:
    """Have all threads share one heap: glibc would give each thread its own and keep freed memory there. Large blocks
    go back to the machine at once: otherwise glibc would keep the 19 MB that checking a first password takes.
    """
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(_M_ARENA_MAX, 1)
        libc.mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)


def give_back() -> None:
    """Return freed memory to the machine."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
