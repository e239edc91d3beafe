"""A machine brought to a newer release and, where that fails at any point, back: with the programs really started."""

import json
import sqlite3
import subprocess
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.config import UpdateConfig
from kiosk.devices.clock import HostClock
from kiosk.health import release_checks
from kiosk.health.machine_facts import Machine
from tests.processes import Living, until
from tests.release.conftest import ILL_MIGRATION, NEWER, NO_DESK, NO_ENTRANCE, NO_WAY_BACK, NOT_MIGRATED, PRESENT
from tests.release.rig import Installed

SHORT_SECONDS = 10  # for a release that never becomes well
SHORTEST_SECONDS = 5  # for one in which nothing is done meanwhile
pytestmark = pytest.mark.usefixtures("undisturbed")
_VISITS = "SELECT count(*) FROM visit WHERE state = 'kept'"
_NOVELTY = "SELECT count(*) FROM sqlite_master WHERE name = 'novelty'"
_NOTED = "SELECT says FROM upkeep WHERE care = 'update'"


def _source(machine: Installed, version: str) -> Path:
    return machine.workshop.root / "sources" / version


def _here(machine: Installed) -> Living:
    """Its home for commands of this tree, which the present release is made of."""
    return Living(machine.home, 0, machine.home)


def _tap(machine: Installed) -> int:
    """Somebody who was not here yet comes. How many have come now."""
    before = machine.ask(_VISITS)
    done = _here(machine).kiosk("tap", next(machine.newcomers))  # whoever senses the badge is the release
    assert done.returncode == 0, done.stderr
    until(lambda: machine.ask(_VISITS) == before + 1)
    return int(before) + 1


def _is_as_before(machine: Installed, visits: int) -> None:
    """The present release runs on its own schema, whole, with every visit; nothing is left of the update."""
    assert machine.versions() == [PRESENT] * 3
    assert machine.ask(_NOVELTY) == 0
    assert machine.ask(_VISITS) == visits
    verified = _here(machine).kiosk("verify")
    assert verified.returncode == 0, verified.stderr
    assert not machine.state.exists()
    assert not (machine.home / "run" / "updating").exists()
    assert [*machine.opt.glob(".fetched-*")] == []


def _is_reconciled(machine: Installed, aside: Path) -> None:
    """Each number that the newer release gave is taken by a line that says so, and the door's day is above them."""
    with closing(sqlite3.connect(aside)) as newer:
        last = newer.execute("SELECT max(number) FROM entry").fetchone()[0]
    about = "json_extract(detail, '$.about')"
    assert machine.ask(f"SELECT {about} FROM entry WHERE number = {last}") == "lost-entry"
    assert machine.ask(f"SELECT number FROM entry WHERE {about} = 'reconcile'") == last + 1
    assert machine.ask("SELECT max(number) FROM entry WHERE kind = 'charge'") > last + 1
    assert machine.ask("SELECT count(*) FROM head_claim WHERE id NOT IN (SELECT claim_id FROM head_claim_end)") == 0
    looked = _here(machine).kiosk("reconcile", "--look")
    assert looked.returncode == 0, looked.stdout


def test_release_whose_migration_fails_changes_nothing(machine: Installed) -> None:
    visits = _tap(machine)
    machine.bring(ILL_MIGRATION)
    done = machine.update(_source(machine, ILL_MIGRATION))
    assert done.returncode == 1
    assert "was taken back" in done.stderr
    assert done.stderr.endswith("[update-back]\n")
    _is_as_before(machine, visits)
    assert str(machine.ask(_NOTED)).startswith(f"{ILL_MIGRATION} was taken back")
    assert json.loads((machine.opt / "known.json").read_text())["taken_back"] == ILL_MIGRATION
    again = machine.update(_source(machine, ILL_MIGRATION))
    assert (again.returncode, "was taken back" in again.stderr) == (1, True)
    assert again.stderr.endswith("[update-failed-before]\n")
    assert not machine.state.exists()


def test_release_that_does_not_start_is_taken_back(machine: Installed) -> None:
    visits = _tap(machine)
    machine.bring(NO_ENTRANCE)
    done = machine.update(_source(machine, NO_ENTRANCE), SHORTEST_SECONDS)
    assert done.returncode == 1
    assert "the entrance does not answer" in done.stderr
    _is_as_before(machine, visits)


@pytest.mark.parametrize(("version", "laid_aside"), [(NO_DESK, False), (NO_WAY_BACK, True)])
def test_tap_at_a_release_that_is_taken_back_is_not_lost(machine: Installed, version: str, laid_aside: bool) -> None:
    _tap(machine)
    machine.bring(version)
    line = machine.update_line(_source(machine, version), SHORT_SECONDS)
    with subprocess.Popen(line, stderr=subprocess.PIPE, text=True) as running:
        until(lambda: (machine.health()[0] or {}).get("version") == version, 60)
        visits = _tap(machine)
        assert running.stderr is not None
        said = running.stderr.read()
    assert running.returncode == 1
    assert "the desk does not answer" in said
    _is_as_before(machine, visits)  # where the copy from before has come back, the door's journal still knows the tap
    aside = [*(machine.home / "backups").glob("*.after.db")]
    assert len(aside) == laid_aside  # where there is no way down, the newer database is laid aside whole
    assert (aside[0].name if laid_aside else "is kept") in said
    if laid_aside:
        _is_reconciled(machine, aside[0])


def test_release_over_records_that_it_did_not_migrate_lets_people_in_and_is_taken_back(machine: Installed) -> None:
    """Its door opens by the roster, and it is not well by that: nobody stands outside, and no day is lost."""
    visits = _tap(machine)
    machine.bring(NOT_MIGRATED)
    line = machine.update_line(_source(machine, NOT_MIGRATED), SHORT_SECONDS)
    with subprocess.Popen(line, stderr=subprocess.PIPE, text=True) as running:
        until(lambda: (machine.health()[0] or {}).get("version") == NOT_MIGRATED, 60)
        found = machine.health()[0] or {}
        assert (found["ok"], found["database"]) == (False, "fault")
        assert _here(machine).kiosk("tap", next(machine.newcomers)).returncode == 0
        until(lambda: (machine.health()[0] or {}).get("spooled") == 1)
        assert (machine.health()[0] or {})["door"]["pulses"] == 1
        assert machine.ask(_VISITS) == visits
        assert running.stderr is not None
        said = running.stderr.read()
    assert running.returncode == 1
    assert f"{NOT_MIGRATED} was taken back" in said
    until(lambda: machine.ask(_VISITS) == visits + 1)
    _is_as_before(machine, visits + 1)


@pytest.mark.parametrize("step", ["stopping", "migrating", "starting", "going-back", "done"])
def test_power_cut_at_any_step_leaves_one_release_or_the_other(machine: Installed, step: str) -> None:
    visits = _tap(machine)
    version = NO_ENTRANCE if step == "going-back" else NEWER
    machine.bring(version)
    line = machine.update_line(_source(machine, version), SHORTEST_SECONDS if step == "going-back" else 60)
    running = subprocess.Popen(line, start_new_session=True)
    until(lambda: machine.state.exists() and json.loads(machine.state.read_text())["step"] == step, 90)
    machine.cut(running)
    resumed = machine.kiosk("update", "--resume")
    assert resumed.returncode == 0, resumed.stderr
    machine.start()
    if step == "done":
        assert machine.versions() == [NEWER] * 3
        assert machine.ask(_VISITS) == visits
    else:
        _is_as_before(machine, visits)
    assert _tap(machine) == visits + 1


def test_update_that_was_killed_is_taken_back_by_the_next_one(machine: Installed) -> None:
    machine.bring(NEWER)
    running = subprocess.Popen(machine.update_line(_source(machine, NEWER)), start_new_session=True)
    until(lambda: machine.state.exists() and json.loads(machine.state.read_text())["step"] == "migrating", 90)
    running.kill()
    running.wait()
    done = machine.update(_source(machine, NEWER))
    assert done.returncode == 0, done.stderr
    assert machine.versions() == [NEWER] * 3


def _found(machine: Installed, version: str) -> set[str]:
    """What a check of the machine says of newer releases, while a release runs."""
    settings = UpdateConfig(source=str(_source(machine, NEWER)), key="/pinned")
    (machine.root / "pinned").write_text("a key", "utf-8")
    now = HostClock().now()
    return {
        each.kind.code
        for each in release_checks.check(Machine(machine.root), version, settings, now)
        if each.says("en")
    }


@pytest.mark.remedy("update --check", "update-never-looked", "update-unseen")
@pytest.mark.remedy("update", "update-available")
@pytest.mark.remedy("update", "home-newer", "libraries-old", unreported="a newer release comes by the same act")
def test_newer_release_is_installed_and_every_tap_is_there(machine: Installed) -> None:
    visits = _tap(machine)
    looks = ("update", "--check", "--from", str(_source(machine, NEWER)))
    assert _found(machine, PRESENT) == {"update-never-looked"}
    assert machine.kiosk(*looks).returncode == 0
    known = json.loads((machine.opt / "known.json").read_text("utf-8"))
    long_ago = (HostClock().now() - timedelta(days=15)).isoformat()
    (machine.opt / "known.json").write_text(json.dumps({**known, "at": long_ago}), "utf-8")
    assert _found(machine, PRESENT) == {"update-unseen", "update-available"}
    assert machine.kiosk(*looks).returncode == 0
    assert _found(machine, PRESENT) == {"update-available"}
    done = machine.update(_source(machine, NEWER))
    assert done.returncode == 0, done.stderr
    assert machine.versions() == [NEWER] * 3
    assert _tap(machine) == visits + 1
    assert machine.ask(_NOVELTY) == 1
    assert machine.ask(_NOTED) == f"{PRESENT} -> {NEWER}"
    assert _found(machine, NEWER) == set()
    assert machine.kiosk("verify").returncode == 0
    assert not machine.state.exists()
    assert not (machine.home / "run" / "updating").exists()
    assert sorted(path.name for path in (machine.opt / "releases").iterdir()) == [PRESENT, NEWER]
    assert [*(machine.home / "backups").glob("kiosk-*.tar")] != []
    again = machine.update(_source(machine, NEWER))
    assert (again.returncode, again.stdout) == (0, f"release {NEWER} is the newest there is\n")
