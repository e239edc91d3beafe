"""Percentiles, and how a figure is printed beside what is asked of it."""

import statistics
from collections.abc import Sequence


def percentiles(values: Sequence[float]) -> tuple[float, float, float]:
    """The 50th, 95th and 99th."""
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    return cuts[49], cuts[94], cuts[98]


def asked(what: str, found: float, most: float, unit: str = "") -> None:
    """One line: what was found, what is asked at most, and whether it holds."""
    verdict = "holds" if found <= most else "MISSED"
    print(f"{what:<66}{found:>8.2f}{unit}  at most {most:g}{unit}: {verdict}", flush=True)
