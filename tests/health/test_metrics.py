"""Numbers for Prometheus: its own tool reads them, the examples name only what there is, and nobody is in them."""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from kiosk.errors import MachineError
from kiosk.health import metrics
from kiosk.health.finding_codes import KINDS, make_finding
from kiosk.health.fleet import fleet_state
from kiosk.health.metrics import Metric
from kiosk.health.other_doors import OtherDoor, State
from kiosk.language.texts import Plural
from tests.conftest import WEDNESDAY
from tests.fakes import WELL

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
HEALTH = replace(
    WELL, display_seconds=3.0, memory_mb=70, up_seconds=12.5, number=2, taps=(("opened", 5), ("refused", 1))
)
DOORS = (
    OtherDoor(2, "Portail", is_here=False, state=State.SILENT, age_seconds=400.0),
    OtherDoor(3, "Jardin", is_here=False, state=State.WELL, spooled=2, oldest_seconds=7200.0, ahead_seconds=-90),
)
DAY = timedelta(days=1)
CHECKED = (
    make_finding("backup", age=timedelta(hours=3)),
    make_finding("away-overdue", age=9 * DAY),
    make_finding("drill", age=3 * DAY),
    make_finding("keys", age=40 * DAY),
    make_finding("disk", free=12.5),
    make_finding("card", written=4.0),
    make_finding("memory", available=800),
    make_finding("temperature", degrees=48.3),
    make_finding("certificate", host="bureau.lan", left=DAY),
    make_finding("chain-whole", entries=812),
    make_finding("set-aside", count=2, file="x.csv"),
    make_finding("card-errors", count=3),
)


def exported() -> list[Metric]:
    findings = metrics.of_findings(CHECKED, WEDNESDAY)
    return [*metrics.of_health(HEALTH), *findings, *fleet_state.metrics(DOORS)]


def values(text: str) -> dict[str, float]:
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}


def promtool(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(["promtool", *arguments], input=given, capture_output=True, text=True, check=False)


def test_prometheus_reads_all_of_it_and_finds_nothing_to_remark_upon() -> None:
    done = promtool("check", "metrics", given=metrics.text(exported()))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert promtool("check", "metrics", given="kiosk_ok yes\n").returncode != 0  # it would say so


def test_the_entrance_s_numbers_are_those_of_its_health() -> None:
    seen = values(metrics.text(metrics.of_health(HEALTH)))
    assert seen['kiosk_reader_online{door="2"}'] == 1
    assert seen['kiosk_door_pulses_total{door="2"}'] == 3
    assert seen['process_resident_memory_bytes{door="2"}'] == 70 << 20
    assert seen['kiosk_info{door="2",version="1"}'] == 1
    ill = replace(HEALTH, reader="offline", database="fault", clock_trusted=False, spooled=4, spool="memory")
    seen = values(metrics.text(metrics.of_health(ill)))
    names = ("ok", "reader_online", "database_ok", "clock_trusted", "taps_spooled", "spool_on_disk")
    assert [seen[f'kiosk_{name}{{door="2"}}'] for name in names] == [0, 0, 0, 0, 4, 0]


def test_badges_are_counted_by_what_became_of_them() -> None:
    seen = values(metrics.text(metrics.of_health(HEALTH)))
    assert seen['kiosk_taps_total{door="2",result="opened"}'] == 5
    assert seen['kiosk_taps_total{door="2",result="refused"}'] == 1


def test_a_display_that_never_asked_has_no_number() -> None:
    seen = values(metrics.text(metrics.of_health(replace(HEALTH, display_seconds=None))))
    assert not [name for name in seen if name.startswith("kiosk_display_silent_seconds")]


def test_a_check_s_numbers_are_those_of_its_findings() -> None:
    seen = values(metrics.text(metrics.of_findings(CHECKED, WEDNESDAY)))
    assert seen["kiosk_check_time_seconds"] == WEDNESDAY.timestamp()
    assert (seen["kiosk_check_bad"], seen["kiosk_check_warn"]) == (3, 0)
    assert seen["kiosk_backup_age_seconds"] == 3 * 3600
    assert seen["kiosk_away_age_seconds"] == 9 * 86400
    assert seen["kiosk_disk_free_bytes"] == 12.5e9
    assert seen["kiosk_temperature_celsius"] == 48.3
    assert seen["kiosk_ledger_entries"] == 812
    assert seen['kiosk_finding{code="away-overdue",level="bad"}'] == 1
    assert not [name for name in seen if "backup" in name and "finding" in name]


@pytest.mark.parametrize("gauge", metrics._GAUGES, ids=lambda gauge: gauge.name)
def test_every_number_of_a_check_is_in_some_finding(gauge: Any) -> None:
    kinds = [kind for kind in KINDS.values() if kind.topic.id == gauge.topic]
    said = [words for kind in kinds for words in (kind.says, kind.remedy) if words is not None]
    texts = [words.many if isinstance(words, Plural) else words for words in said]
    assert any(f"{{{gauge.value}}}" in words.fr for words in texts)
    assert gauge.codes <= {kind.code for kind in kinds}


def test_a_strange_label_cannot_break_out_of_its_line() -> None:
    strange = Metric("kiosk_strange", "Nothing.", (({"a": 'x"} 1\ny\\'}, 1.0),))
    assert metrics.text([strange]).splitlines()[2] == 'kiosk_strange{a="x\\"} 1\\ny\\\\"} 1'


def test_two_doors_with_one_fault_are_two_samples() -> None:
    found = [make_finding("doors-reader", door="2. Portail"), make_finding("doors-reader", door="3. Jardin")]
    seen = values(metrics.text(metrics.of_findings(found, WEDNESDAY)))
    assert [name for name in seen if name.startswith("kiosk_finding")] == [
        'kiosk_finding{code="doors-reader",level="bad",door="2. Portail"}',
        'kiosk_finding{code="doors-reader",level="bad",door="3. Jardin"}',
    ]


def test_no_finding_s_text_and_no_host_is_a_label() -> None:
    text = metrics.text(metrics.of_findings(CHECKED, WEDNESDAY))
    assert "bureau.lan" not in text
    assert set(re.findall(r"(\w+)=\"", text)) == {"code", "level"}


def test_the_file_for_the_node_exporter_appears_whole_and_can_be_read_by_it(tmp_path: Path) -> None:
    metrics.save(tmp_path / "kiosk.prom", metrics.text(exported()))
    assert [path.name for path in tmp_path.iterdir()] == ["kiosk.prom"]
    assert (tmp_path / "kiosk.prom").stat().st_mode & 0o777 == 0o644
    with pytest.raises(MachineError, match=r"cannot be written") as raised:
        metrics.save(tmp_path / "gone" / "kiosk.prom", "")
    assert raised.value.code == "output"


def test_prometheus_takes_the_example_s_alerts() -> None:
    done = promtool("check", "rules", str(EXAMPLES / "alerts.yml"))
    assert done.returncode == 0, done.stdout + done.stderr


ALERTED: Mapping[str, tuple[str, str, set[str]]] = {
    "a silent door": ('kiosk_door_state{door="2",state="silent"}', "1x20", {"KioskDoorSilent"}),
    "a door that says that it is not well": ('kiosk_door_state{door="2",state="not-ok"}', "1x20", {"KioskDoorIll"}),
    "a door that is well": ('kiosk_door_state{door="2",state="ok"}', "1x20", set()),
    "a tap that waits": ('kiosk_taps_oldest_seconds{door="2"}', "3500+60x20", {"KioskTapsWaiting"}),
    "a clock": ('kiosk_door_clock_ahead_seconds{door="2"}', "-90x20", {"KioskDoorClockApart"}),
    "one badge refused": ('kiosk_taps_total{door="2",result="refused"}', "0+0x20", set()),
}


@pytest.mark.parametrize("what", ALERTED)
def test_an_alert_of_the_example_fires_for_its_door_alone(what: str, tmp_path: Path) -> None:
    """As Prometheus itself reckons, twenty minutes after."""
    series, course, fired = ALERTED[what]
    names = re.findall(r"- alert: (\w+)", (EXAMPLES / "alerts.yml").read_text("utf-8"))
    story = {
        "rule_files": [str(EXAMPLES / "alerts.yml")],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [{"series": series, "values": course}],
                "promql_expr_test": [
                    {
                        "expr": 'count by (alertname, door) (ALERTS{alertstate="firing"})',
                        "eval_time": "20m",
                        "exp_samples": [
                            {"labels": f'{{alertname="{name}", door="2"}}', "value": 1}
                            for name in names
                            if name in fired
                        ],
                    }
                ],
            }
        ],
    }
    (tmp_path / "story.yml").write_text(json.dumps(story), "utf-8")
    done = promtool("test", "rules", str(tmp_path / "story.yml"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert fired <= set(names)


def queries() -> Iterator[str]:
    yield from re.findall(r"^\s*expr: (.*)$", (EXAMPLES / "alerts.yml").read_text("utf-8"), re.MULTILINE)
    for panel in json.loads((EXAMPLES / "grafana.json").read_text("utf-8"))["panels"]:
        yield from (target["expr"] for target in panel.get("targets", ()))


def test_every_metric_that_an_example_names_is_exported() -> None:
    names = {metric.name for metric in exported()} | {"up"}
    named = {name for query in queries() for name in re.findall(r"\b(?:kiosk|process)_\w+|\bup\b", query)}
    assert len(named) > 10
    assert named <= names


def test_every_alert_says_what_it_is_and_what_to_do() -> None:
    text = (EXAMPLES / "alerts.yml").read_text("utf-8")
    assert text.count("- alert:") == text.count("summary:") == text.count("description:") > 5
