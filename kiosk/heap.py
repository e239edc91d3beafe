"""What is asked of glibc's malloc, for programs of many threads that mostly rest. Another C library knows none of it,
and goes on as it is.
"""

import contextlib
import ctypes

_M_ARENA_MAX = -8  # of glibc's malloc.h


def share_one() -> None:
    """Let all threads share a heap: glibc gives each one of its own and keeps there what was freed."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def give_back() -> None:
    """Give back to the machine what was freed and is not used."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
