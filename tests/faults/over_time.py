"""What a process holds, seen again and again through a long run: a table of it, and a picture."""

import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path

SAMPLES = 60
ROWS = 12
_WIDE, _HIGH, _LEFT, _ABOVE = 720, 150, 90, 40


@dataclass(frozen=True)
class Held:
    """What a process holds at one moment."""

    rss: int
    threads: int
    files_open: int


@dataclass(frozen=True)
class Sample:
    """A moment of a run: what the entrance and the desk hold, and the p99 of the taps since the last one."""

    at_seconds: float
    memory_mb: float
    descriptors: float
    threads: float
    desk_memory_mb: float
    p99_ms: float


def held(pid: int) -> Held:
    """As /proc tells it."""
    process = Path("/proc") / str(pid)
    status = dict(line.split(":", 1) for line in (process / "status").read_text("ascii").splitlines())
    return Held(int(status["VmRSS"].split()[0]) * 1024, int(status["Threads"]), len(list((process / "fd").iterdir())))


def p99(times: list[float]) -> float:
    """Of seconds, in milliseconds; 0 where there were none."""
    return round(statistics.quantiles(times, n=100, method="inclusive")[98] * 1000, 1) if len(times) > 1 else 0.0


@contextmanager
def watched(entrance: int, desk: int, every: float, times: list[float]) -> Iterator[list[Sample]]:
    """Look at both processes until the block ends; `times` grows meanwhile."""
    found, is_over, began = list[Sample](), threading.Event(), time.monotonic()

    def look() -> None:
        seen = 0
        while True:
            ends = is_over.wait(every)
            own, other, taps = held(entrance), held(desk), len(times)
            found.append(
                Sample(
                    round(time.monotonic() - began, 1),
                    round(own.rss / 1e6, 1),
                    own.files_open,
                    own.threads,
                    round(other.rss / 1e6, 1),
                    p99([each for each in times[seen:taps] if each >= 0]),  # -1: no card
                )
            )
            seen = taps
            if ends:
                return

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield found
    finally:
        is_over.set()
        thread.join()


def table(samples: list[Sample]) -> Iterator[tuple[str, str]]:
    """A dozen moments at most, as rows of a harness's figures."""
    step = max(1, len(samples) // ROWS)
    for each in samples[step - 1 :: step]:
        when = f"after {each.at_seconds / 60:.1f} min"
        held = f"{each.memory_mb:.1f} MB, {each.descriptors:.0f} descriptors, {each.threads:.0f} threads"
        yield when, f"{held}, p99 {each.p99_ms:.0f} ms; the desk {each.desk_memory_mb:.1f} MB"


def picture(samples: list[Sample], path: Path) -> None:
    """A line for each thing that is held, above each other, over one time."""
    names = [each.name for each in fields(Sample)][1:]
    high = _ABOVE + _HIGH * len(names)
    drawn = [_line(samples, name, _ABOVE + _HIGH * turn) for turn, name in enumerate(names)]
    end = f"{samples[-1].at_seconds / 60:.0f} min"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LEFT + _WIDE + 20} {high + 20}" font-size="13" '
        'font-family="sans-serif">\n<rect width="100%" height="100%" fill="#fff"/>\n'
        f'<text x="{_LEFT}" y="20">What an entrance holds, and its desk, from 0 to {end}</text>\n'
    )
    path.write_text(head + "".join(drawn) + "</svg>\n", "utf-8")


def _line(samples: list[Sample], name: str, top: int) -> str:
    """From zero on, so that nothing looks like growth that is none."""
    values: list[float] = [getattr(each, name) for each in samples]
    most, last = max(*values, 1.0), max(samples[-1].at_seconds, 1.0)
    bottom, room = top + _HIGH - 30, _HIGH - 50
    across: Callable[[Sample], float] = lambda each: _LEFT + _WIDE * each.at_seconds / last  # noqa: E731  # of one line
    points = " ".join(
        f"{across(each):.1f},{bottom - room * value / most:.1f}" for each, value in zip(samples, values, strict=True)
    )
    return (
        f'<text x="{_LEFT}" y="{top + 8}">{name.replace("_", " ")}: {values[0]:g} at first, {values[-1]:g} at last, '
        f"{min(values):g} to {max(values):g}</text>\n"
        f'<path d="M{_LEFT} {bottom - room}V{bottom}H{_LEFT + _WIDE}" fill="none" stroke="#888"/>\n'
        f'<text x="{_LEFT - 8}" y="{bottom - room + 5}" text-anchor="end">{most:g}</text>\n'
        f'<text x="{_LEFT - 8}" y="{bottom + 5}" text-anchor="end">0</text>\n'
        f'<polyline points="{points}" fill="none" stroke="#135" stroke-width="2"/>\n'
    )
