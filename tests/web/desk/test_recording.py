"""The recording by which two revisions of the desk are compared tells what was kept from what was not.

KIOSK_RECORD=FOLDER writes all of it there: a line for each answer, and what each page says.
"""

import json
import os
from pathlib import Path

import pytest

from kiosk.devices.clock import HostClock
from kiosk.domain.members.roles import Role
from tests.web.desk import recording
from tests.web.desk.conftest import Desk
from tests.web.desk.recording import Line, Recorder

RECORD = os.environ.get("KIOSK_RECORD", "")


def test_a_recording_tells_a_form_that_was_kept_from_those_that_were_not(desk: Desk) -> None:
    desk.space.rule("things", "true")
    lines = list(Recorder(desk, Role.PRESIDENT).lines("/premises/things"))
    ways = {line["place"].split(" ")[-2]: line for line in lines if " POST /premises/things " in line["place"]}
    assert ways.keys() == {"drawn", "typed", "hugo"}
    assert ways["hugo"]["errors"]
    assert not ways["hugo"]["rows"]


def test_a_recording_is_written_where_it_is_asked_for(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if RECORD:
        recording.furnish(desk)
    lines, texts = list[Line](), dict[str, str]()
    for role in Role if RECORD else [Role.HOST]:
        recorder = Recorder(desk, role)
        lines += list(recorder.lines("" if RECORD else "/premises/things"))
        texts |= recorder.texts
    monkeypatch.setattr(HostClock, "now", lambda _: desk.space.clock.now())
    told = list(recording.commands(desk.space.home.paths.root, "" if RECORD else "things"))
    assert "kiosk things list" in {line["place"] for line in told}
    lines += told
    folder = Path(RECORD or tmp_path / "record")
    recording.write(folder, lines, texts)
    kept = (folder / "answers.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line) for line in kept] == lines
