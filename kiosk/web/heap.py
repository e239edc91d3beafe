"""What is asked of glibc's malloc, for programs of many threads that mostly rest. Another C library knows none of it,
and goes on as it is.
"""

import contextlib
import ctypes

_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8  # of glibc's malloc.h
_LARGE_BYTES = 1 << 20


def share_one() -> None:
    """Let all threads share a heap: glibc gives each one of its own and keeps there what was freed. What is large goes
    back to the machine at once: after the first password, which takes 19 MB to check, glibc would keep that ready.
    """
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(_M_ARENA_MAX, 1)
        libc.mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)


def give_back() -> None:
    """Give back to the machine what was freed and is not used."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
