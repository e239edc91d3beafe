"""`kiosk check` on the command line: lines for people, JSON for programs, a file for Prometheus, a pulse on request."""

import json
from pathlib import Path

import pytest

from kiosk import home
from kiosk.domain.health.upkeep import Care
from kiosk.health import machine_checks
from kiosk.store.health import finding_rows, upkeep_rows
from tests.cli.standing import MOMENT
from tests.cli.test_commands import Kiosk
from tests.settings import add


@pytest.fixture
def kiosk(root: Path, capsys: pytest.CaptureFixture[str]) -> Kiosk:
    return Kiosk(root, capsys)


def test_each_line_that_is_not_well_has_its_remedy_in_the_home_s_language(kiosk: Kiosk) -> None:
    status, out, err = kiosk("check")
    assert status == 1
    assert "!!  Entrée               ne répond pas\n" in out
    assert "-> Ouvrez la porte avec la clé. Pour relancer l’entrée" in out
    assert "??  Sauvegarde           aucune pour l’instant\n" in out
    assert err == "kiosk: not well: entrance-down [check]\n"
    settings = kiosk.root / "kiosk.toml"
    settings.write_text(settings.read_text("utf-8").replace('language = "fr"', 'language = "en"'), "utf-8")
    assert "!!  Entrance             does not respond\n" in kiosk("check")[1]


def test_programs_get_codes_and_levels(kiosk: Kiosk) -> None:
    status, out, _ = kiosk("check", "--json")
    answer = json.loads(out)
    assert (status, answer["ok"]) == (1, False)
    by_code = {each["code"]: each for each in answer["checks"]}
    assert (by_code["entrance-down"]["ok"], by_code["entrance-down"]["level"]) == (False, "bad")
    assert (by_code["backup-none"]["ok"], by_code["backup-none"]["level"]) == (True, "warn")
    assert set(by_code["database-read"]) == {"code", "ok", "level", "name", "says", "remedy"}


def test_warnings_alone_are_no_failure(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.health.doctor.of_entrance", lambda *_: [])
    monkeypatch.setattr(machine_checks, "disks", lambda *_: [])
    status, out, err = kiosk("check")
    assert (status, err) == (0, "")
    assert "??" in out


def test_a_place_that_is_no_home_is_said_in_french_and_is_not_made(kiosk: Kiosk, tmp_path: Path) -> None:
    nowhere = Kiosk(tmp_path / "nowhere", kiosk._capsys)
    status, out, err = nowhere("check")
    assert (status, err) == (1, "kiosk: not well: home-missing [check]\n")
    assert "Indiquez le bon dossier" in out
    assert not (tmp_path / "nowhere").exists()


def test_what_was_found_is_noted_and_only_the_whole_check_counts_as_a_verification(kiosk: Kiosk) -> None:
    kiosk("check")
    with home.opened(kiosk.root) as opened, opened.store.reading() as connection:
        noted, done = finding_rows.noted(connection), upkeep_rows.found(connection)
    assert noted is not None
    assert "entrance-down" in [code for code, _ in noted[1]]
    assert done == {}
    kiosk("check", "--whole")
    with home.opened(kiosk.root) as opened, opened.store.reading() as connection:
        done = upkeep_rows.found(connection)
    assert not done[Care.CHAIN].failed
    assert not done[Care.CHAIN].is_overdue(MOMENT)


def test_the_file_for_prometheus_is_written_besides(kiosk: Kiosk, tmp_path: Path) -> None:
    assert kiosk("check", "--metrics", str(tmp_path / "kiosk.prom"))[0] == 1
    text = (tmp_path / "kiosk.prom").read_text("utf-8")
    assert 'kiosk_finding{code="entrance-down",level="bad"} 1' in text
    assert "\nkiosk_check_bad 1\n" in text
    status, _, err = kiosk("check", "--metrics", str(tmp_path / "gone" / "kiosk.prom"))
    assert (status, "[output]" in err) == (3, True)


@pytest.mark.remedy("check", "relay-declined")
def test_the_relay_is_driven_after_a_question_only(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = kiosk.root / "kiosk.toml"
    settings.write_text(settings.read_text("utf-8").replace("pulse_seconds = 3.0", "pulse_seconds = 0.1"), "utf-8")
    monkeypatch.setattr("click.confirm", lambda *_, **__: False)
    status, out, err = kiosk("check", "--relay")
    assert (status, out) == (2, "")
    assert "[relay-declined]" in err
    _, out, _ = kiosk("check", "--relay", "--yes")
    assert "le relais a été actionné pendant 0,1 s" in out
    monkeypatch.setattr("click.confirm", lambda *_, **__: True)
    assert "le relais a été actionné" in kiosk("check", "--relay")[1]
    assert "le relais" not in kiosk("check")[1]
    assert "[no-such-door]" in kiosk("check", "--relay", "--door", "2", "--yes")[2]
    gate = 'number = 2\nreader = "udp:localhost:1"\nrelay_pin = 27\nscreen_port = 8082\npulse_seconds = 0.2\n'
    add(kiosk.root, f"[[more_doors]]\n{gate}")
    assert "le relais a été actionné pendant 0,2 s" in kiosk("check", "--relay", "--door", "2", "--yes")[1]
