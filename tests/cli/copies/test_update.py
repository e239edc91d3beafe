"""`kiosk update` as a timer and as a person asks for it."""

import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from kiosk.cli.copies import update
from kiosk.cli.main import main
from kiosk.config import Config, DatabaseConfig, UpdateConfig
from kiosk.domain.copies.versions import Version
from kiosk.errors import RequestError
from kiosk.home import Paths
from kiosk.install.release_trust import Trust
from kiosk.jobs.update import release_places
from kiosk.jobs.update.program_control import Untouched
from kiosk.jobs.update.release_files import Release
from kiosk.jobs.update.release_places import Place
from kiosk.jobs.update.sources import Candidate
from kiosk.jobs.update.updating import Update
from tests.fakes import FakeClock

NEWER = Version(1, 10, 0)
NIGHT = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)  # 3 h 30 in Lille
MORNING = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)


@dataclass
class Job:
    """An update whose source has 1.10.0, and which notes whether it was asked to install it."""

    place: Place
    settings: Config
    clock: FakeClock
    found: Version | None = NEWER
    installed: list[str] = field(default_factory=list)

    def resume(self) -> str:
        return "no update is under way"

    def newer(self, _source: str) -> Version | None:
        return self.found

    def install(self, source: str) -> str:
        self.installed.append(source)
        return "installed"


@pytest.fixture
def job(tmp_path: Path) -> Job:
    place = Place(tmp_path / "opt" / "kiosk")
    place.folder(Version(1, 9, 0)).mkdir(parents=True)
    place.point(Version(1, 9, 0))
    settings = Config(update=UpdateConfig(source="/releases", automatic=True))
    return Job(place, settings, FakeClock(NIGHT))


def _asked(job: Job) -> str:
    return update._automatically(job)  # type: ignore[arg-type]  # a stand-in


def test_newer_release_is_installed_by_night_where_that_is_wanted(job: Job) -> None:
    assert _asked(job) == "installed"
    assert job.installed == ["/releases"]


def test_by_day_it_is_only_said(job: Job) -> None:
    job.clock.set(MORNING)
    assert _asked(job) == "release 1.10.0 is there: kiosk update"
    assert job.installed == []


def test_where_it_is_not_wanted_it_is_only_said(job: Job) -> None:
    job.settings = Config(update=UpdateConfig(source="/releases"))
    assert _asked(job) == "release 1.10.0 is there: kiosk update"
    assert job.installed == []


def test_records_on_a_server_are_migrated_by_no_timer_and_by_no_update(job: Job, root: Path) -> None:
    job.settings = msgspec.structs.replace(job.settings, database=DatabaseConfig("postgresql://kiosk@db/kiosk"))
    assert "the records are on a server" in _asked(job)
    assert job.installed == []
    asked = Update(job.place, Paths(root), job.settings, Untouched(), job.clock, lambda _seconds: None)
    with pytest.raises(RequestError, match="on each") as refused:
        asked.install("/releases")
    assert refused.value.code == "update-server"
    assert not (job.place.root / "update.json").exists()


def test_release_that_was_taken_back_is_not_tried_again_by_itself(job: Job) -> None:
    release_places.write(job.place.known, {"taken_back": "1.10.0"})
    assert "taken back once" in _asked(job)
    assert job.installed == []
    job.found = Version(1, 11, 0)
    assert _asked(job) == "installed"


def test_nothing_newer_and_no_source_are_no_failure(job: Job) -> None:
    job.found = None
    assert "nothing newer than 1.9.0" in _asked(job)
    job.settings = msgspec.structs.replace(job.settings, update=UpdateConfig())
    assert "no releases are known" in _asked(job)


def test_clone_is_not_brought_up_to_date_by_it(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--home", str(root), "update"])
    assert ended.value.code == 2
    assert capsys.readouterr().err.endswith("[not-installed]\n")


def test_machine_without_systemd_wants_to_know_what_stops_the_programs(
    root: Path, job: Job, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "prefix", str(job.place.folder(Version(1, 9, 0)) / "venv"))
    monkeypatch.setattr(update, "_SYSTEMD", tmp_path / "none")
    for words, code in (((), "programs"), (("--check",), "release-source")):
        with pytest.raises(SystemExit):
            main(["--home", str(root), "update", *words])
        assert capsys.readouterr().err.endswith(f"[{code}]\n")
    main(["--home", str(root), "update", "--resume"])
    assert capsys.readouterr().out == "no update is under way\n"


def _reach(_into: Path) -> Release:
    raise RequestError("reached", "it is fetched")


@pytest.mark.remedy("update --again", "update-failed-before")
def test_release_that_was_taken_back_is_installed_where_a_person_asks_for_it_again(
    root: Path, job: Job, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """What follows is as at the first time: tests/release."""
    release_places.write(job.place.known, {"taken_back": str(NEWER)})
    (tmp_path / "control").write_text("#!/bin/sh\n", "utf-8")
    monkeypatch.setattr(sys, "prefix", str(job.place.folder(Version(1, 9, 0)) / "venv"))
    monkeypatch.setattr(Update, "_newer", lambda *_: Candidate(NEWER, _reach, Trust("")))
    words = ["--home", str(root), "update", "--from", "/releases", "--programs", str(tmp_path / "control")]
    for again, code in (([], "update-failed-before"), (["--again"], "reached")):
        with pytest.raises(SystemExit):
            main([*words, *again])
        assert capsys.readouterr().err.endswith(f"[{code}]\n")
