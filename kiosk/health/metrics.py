"""Writes numbers for Prometheus, in its text format 0.0.4: the entrance's, and those that a check found.

Written by hand: the client library costs the entrance more than a megabyte, and this is a dozen lines. Nothing personal
is in the numbers, and no label distinguishes people.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from kiosk import root_files
from kiosk.domain.health.findings import Finding, Level, Value
from kiosk.errors import MachineError
from kiosk.health.entrance_health import Health
from kiosk.root_files import Holder

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metric(Struct, frozen=True):
    """One named metric with its samples: labels and a value each."""

    name: str
    help: str  # one sentence for the person that reads the numbers
    samples: tuple[tuple[Mapping[str, str], float], ...]
    kind: str = "gauge"  # or "counter", which only rises


class _Gauge(Struct, frozen=True):
    """A metric whose number a check found: the value named `value` of a finding about `topic`, times a factor."""

    name: str
    help: str
    topic: str
    value: str  # the name of the value in the finding
    factor: float = 1.0  # from the finding's unit to the metric's
    # Only of findings with these codes, where a value has several meanings; empty: of every finding of the topic.
    codes: frozenset[str] = field(default_factory=frozenset)


_GAUGES = (
    _Gauge("kiosk_backup_age_seconds", "Since the last good backup.", "backup", "age"),
    _Gauge("kiosk_away_age_seconds", "Since the last good copy elsewhere.", "away", "age"),
    _Gauge(
        "kiosk_drill_age_seconds",
        "Since a backup was last restored for a trial.",
        "drill",
        "age",
        codes=frozenset({"drill", "drill-overdue"}),
    ),
    _Gauge("kiosk_keys_age_seconds", "Since the keys' paper copy was last read again.", "keys", "age"),
    _Gauge("kiosk_disk_free_bytes", "Room on the home's disk.", "disk", "free", 1e9),
    _Gauge("kiosk_card_written_bytes", "Written to the home's disk in all its life.", "card", "written", 1e9),
    _Gauge("kiosk_memory_available_bytes", "Memory that can be had.", "memory", "available", 1 << 20),
    _Gauge("kiosk_temperature_celsius", "The machine's hottest part.", "temperature", "degrees"),
    _Gauge("kiosk_certificate_left_seconds", "Until the desk's certificate ends.", "certificate", "left"),
    _Gauge("kiosk_ledger_entries", "Entries whose seals were checked or counted.", "chain", "entries"),
    _Gauge("kiosk_taps_set_aside", "Taps that wait for the treasurer.", "set-aside", "count"),
)


def of_health(health: Health) -> Iterator[Metric]:
    """Yield the metrics of the entrance at this moment, each labelled with its door."""
    at = {"door": str(health.number)}
    for metric in _of_health(health):
        yield replace(metric, samples=tuple(({**at, **labels}, value) for labels, value in metric.samples))


def _of_health(health: Health) -> Iterator[Metric]:
    """Yield the metrics of the entrance, not yet labelled with its door."""
    yield _single("kiosk_info", "The release that runs.", 1, version=health.version)
    yield _single("kiosk_ok", "Whether a tap is served as it should be.", health.ok)
    yield _single("kiosk_up_seconds", "Since the entrance started.", health.up_seconds)
    yield _single("kiosk_reader_online", "Whether the reader answers.", health.reader == "online")
    yield _single("kiosk_door_ok", "Whether the door obeyed the last time.", health.door == "ok")
    yield _single("kiosk_door_simulated", "Whether nothing real opens.", health.door_simulated)
    yield _single("kiosk_door_driven", "Whether the relay is driven now.", health.door_level)
    yield _single("kiosk_door_pulses_total", "How often the relay was driven.", health.door_pulses, kind="counter")
    yield _single("kiosk_database_ok", "Whether the ledger takes taps.", health.database == "ok")
    yield _single("kiosk_clock_trusted", "Whether the clock is believed.", health.clock_trusted)
    yield _single("kiosk_taps_spooled", "Taps that wait to be entered.", health.spooled)
    yield _single("kiosk_taps_oldest_seconds", "How long the first of them has waited.", health.oldest_seconds)
    if health.taps:
        results = tuple(({"result": result}, float(count)) for result, count in health.taps)
        yield Metric("kiosk_taps_total", "Badges since the start, by what became of them.", results, "counter")
    yield _single("kiosk_spool_on_disk", "Whether a tap that must wait is kept on a disk.", health.spool == "disk")
    yield _single("kiosk_training", "Whether this is a training home.", health.training)
    if health.display_seconds is not None:
        yield _single("kiosk_display_silent_seconds", "Since the display last asked.", health.display_seconds)
    if health.memory_mb is not None:
        yield _single("process_resident_memory_bytes", "What the entrance holds.", health.memory_mb * 1024 * 1024)


def of_findings(findings: Iterable[Finding], at: datetime) -> Iterator[Metric]:
    """Yield the metrics of a check made `at` a moment: how many findings are warnings and faults, one sample for each
    finding that is not well, and the numbers of `_GAUGES`, each from the first finding that has it.
    """
    known = list(findings)
    yield _single("kiosk_check_time_seconds", "When the check was, since 1970.", at.timestamp())
    for level in (Level.WARN, Level.BAD):
        count = sum(finding.level is level for finding in known)
        yield _single(f"kiosk_check_{level.value}", f"Findings of the level {level.value}.", count)
    # One sample for equal labels: Prometheus refuses a metric that has the same one twice.
    ill = {tuple(labels.items()): (labels, 1.0) for labels in map(_labels, known) if labels}
    if ill:
        yield Metric("kiosk_finding", "What the check found that is not well.", tuple(ill.values()))
    for gauge in _GAUGES:
        number = next((value for finding in known if (value := _number(gauge, finding)) is not None), None)
        if number is not None:
            yield _single(gauge.name, gauge.help, number)


def _labels(finding: Finding) -> dict[str, str]:
    """Return the labels of a finding that is not well: its code, its level, and its door if it has one; {} for one that
    is well.
    """
    if not finding.remedy("en"):  # nothing has to be done: the finding is well
        return {}
    door = {"door": str(finding.values["door"])} if "door" in finding.values else {}
    return {"code": finding.kind.code, "level": finding.kind.level.value, **door}


def text(metrics: Iterable[Metric]) -> str:
    """Return the metrics in Prometheus's text format."""
    return "".join(line for metric in metrics for line in _lines(metric))


def save(path: Path, content: str) -> None:
    """Replace a world-readable file as a whole, so that its collector never reads a part. Raises
    MachineError `output`.
    """
    try:
        root_files.put(path, content.encode(), Holder(0o644))
    except OSError as fault:
        raise MachineError("output", f"{path} cannot be written: {fault.strerror}") from None


def _number(gauge: _Gauge, finding: Finding) -> float | None:
    """Return the number that a finding holds for a gauge, in the gauge's unit with three decimals, a time in seconds;
    None where the finding is about something else or holds none.
    """
    if finding.kind.topic.id != gauge.topic or (gauge.codes and finding.kind.code not in gauge.codes):
        return None
    value: Value | None = finding.values.get(gauge.value)
    if value is None or isinstance(value, str):
        return None
    return round((value.total_seconds() if isinstance(value, timedelta) else float(value)) * gauge.factor, 3)


def _single(name: str, help_: str, number: float, *, kind: str = "gauge", **labels: str) -> Metric:
    """Return a metric with one sample."""
    return Metric(name, help_, ((labels, float(number)),), kind)


def _lines(metric: Metric) -> Iterator[str]:
    """Yield a metric's lines in the text form that Prometheus reads: help, type, and one line for each sample."""
    yield f"# HELP {metric.name} {metric.help}\n"
    yield f"# TYPE {metric.name} {metric.kind}\n"
    for labels, value in metric.samples:
        inside = ",".join(f'{name}="{_escaped(each)}"' for name, each in labels.items())
        yield f"{metric.name}{f'{{{inside}}}' if inside else ''} {_plain(value)}\n"


def _escaped(label: str) -> str:
    """Return a label's value with the signs escaped that the format reserves."""
    return label.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _plain(number: float) -> str:
    """Return a number without a fraction where it is whole."""
    return str(int(number)) if number == int(number) else repr(number)
