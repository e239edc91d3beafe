"""Costly children run one after the other, few wait for their turn, and whoever comes then is told so at once."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest

from kiosk import slow_work
from kiosk.errors import RequestError
from kiosk.members import workbooks
from kiosk.rooms import ical_reading
from tests.processes import until
from tests.rooms.hall import BIG, let
from tests.rooms.test_feeds import ics
from tests.web.desk.conftest import Desk, Officer

# Children that a module starts in its turn, and what the desk's page of exports calls in its own.
BEHIND = {"exports/pdf_child.py", "exports/xlsx_files.py", "members/workbook_child.py"}


def blocking(gate: Path, ran: Path) -> list[str]:
    """A child that notes that it runs, and ends once there is a file."""
    return ["sh", "-c", f"echo began >> {ran}; while [ ! -e {gate} ]; do sleep 0.02; done; echo ended >> {ran}"]


def test_one_runs_two_wait_and_a_fourth_is_refused_at_once(queue: slow_work._Queue, tmp_path: Path) -> None:
    gate, ran = tmp_path / "gate", tmp_path / "ran"
    ran.touch()

    def act(_number: int) -> int:
        return slow_work.run(blocking(gate, ran), b"", seconds=60).returncode

    with ThreadPoolExecutor(3) as pool:
        running = [pool.submit(act, number) for number in range(3)]
        until(lambda: queue._places._value == 0 and ran.read_text("utf-8") == "began\n")
        with pytest.raises(RequestError) as refused:
            act(4)
        gate.touch()
        assert [each.result() for each in running] == [0, 0, 0]
    assert refused.value.code == "busy-making"
    assert ran.read_text("utf-8") == "began\nended\n" * 3, "never two at once"
    assert act(5) == 0, "places and turn were given back"


def test_who_gets_no_turn_in_time_is_refused(
    queue: slow_work._Queue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slow_work, "TURN_SECONDS", 0.01)
    gate, ran = tmp_path / "gate", tmp_path / "ran"
    thread = threading.Thread(target=lambda: slow_work.run(blocking(gate, ran), b"", seconds=60))
    thread.start()
    until(ran.exists)
    with pytest.raises(RequestError, match="try again"):
        slow_work.run(["true"], b"", seconds=60)
    gate.touch()
    thread.join()
    assert slow_work.run(["true"], b"", seconds=60).returncode == 0


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("/figures/visits.png", "image/png"),
        ("/exports/file?what=visits&format=xlsx&from=2026-11-01&to=2026-11-30", "spreadsheetml"),
        ("/books/report.xlsx", "spreadsheetml"),
    ],
)
def test_pictures_and_workbooks_are_made_in_their_turn(
    desk: Desk, president: Officer, queue: slow_work._Queue, address: str, kind: str
) -> None:
    desk.space.join("Inès Moreau", "04A2000000E511")
    with president.get(address) as answer:
        assert kind in answer.content_type
    held = [queue._places.acquire(blocking=False) for _ in range(slow_work.MOST_WAITING + 1)]
    assert all(held), "the turn was given back"
    refused = president.get(address)
    assert refused.status_code == 429
    assert "D’autres documents sont en cours" in refused.get_data(as_text=True)


def test_what_costs_is_made_behind_the_queue_alone() -> None:
    """A library that makes or reads files is imported by a module that waits for its turn, or by a child's."""
    costly = re.compile(r"^\s*(?:import|from) (?:resvg_py|xlsxwriter|weasyprint|python_calamine)\b", re.MULTILINE)
    root = Path(slow_work.__file__).parent
    makers = {str(path.relative_to(root)) for path in root.rglob("*.py") if costly.search(path.read_text("utf-8"))}
    without = {name for name in makers if "slow_work" not in (root / name).read_text("utf-8")}
    assert without == BEHIND


def test_the_desk_answers_whoever_comes_while_others_are_read_that_it_is_busy(
    desk: Desk, host: Officer, queue: slow_work._Queue
) -> None:
    let(desk.space)
    assert ical_reading._PATIENCE_SECONDS <= 15
    assert workbooks._PATIENCE_SECONDS <= 15
    held = [queue._places.acquire(blocking=False) for _ in range(slow_work.MOST_WAITING + 1)]
    assert all(held)
    file = (BytesIO(ics("DTSTART:20261126T130000Z", "DTEND:20261126T140000Z")), "x.ics")
    sent = host.post("/calendar/feeds/import", {"room": str(BIG), "source": "x", "file": file})
    assert sent.status_code == 429
    assert "D’autres documents sont en cours" in sent.get_data(as_text=True)
