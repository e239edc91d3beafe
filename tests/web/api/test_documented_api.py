"""What docs/api.md says to type is typed, against the real pages' program and a desk that answers on its socket; so are
the examples that it names.
"""

import csv
import io
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.domain.space.sharing import RULES
from kiosk.exports.sheets import SHEETS
from kiosk.web.member_pages import listening
from kiosk.web.member_pages.listening import Listener
from tests import processes
from tests.cli.test_documented import BLOCKS

from .conftest import House, at

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "docs" / "examples"
TYPED = [block for block in BLOCKS if block.kind == "api"]
SAYS = {
    "lists/day-passes?": '"reversed_by":null',
    "lists/members": "1\tInès Moreau",
    "limit=1&after=": '"entry":2',
    "etag-compare": "304",
    "public/occupancy": '"fewer_than":3',
    "public/prices": '"name":"Day pass"',
    "jq -r .code": "token-missing\nperiod",
}
"""What stands in the answer to each block, by what the block asks."""


@dataclass
class Served:
    """The API at its own address, as a script outside sees it."""

    house: House
    address: str
    listener: Listener
    folder: Path

    def run(self, script: str, token: str = "") -> subprocess.CompletedProcess[str]:
        shown = {"KIOSK_TOKEN": token} if token else {}
        environment = {**os.environ, "KIOSK_API": f"{self.address}/api/v1", **shown, "PYTHONDONTWRITEBYTECODE": "1"}
        command = ["bash", "-euo", "pipefail", "-c", script]
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=60, check=False
        )


@pytest.fixture
def served(house: House, tmp_path: Path) -> Iterator[Served]:
    port = processes.free_port()
    address = f"http://127.0.0.1:{port}"
    there = at(house.space, address)
    socket = tmp_path / "desk.sock"
    listener = Listener(listening.bound(socket), there.answers.answer)
    listener.start()
    program = subprocess.Popen([sys.executable, "-m", "kiosk.web.pages", str(socket), str(port)], cwd=ROOT)
    folder = tmp_path / "outside"
    folder.mkdir()
    made = Served(there, address, listener, folder)
    try:
        processes.until(lambda: made.run(f"curl -fs {address}/healthz").returncode == 0)
        yield made
    finally:
        program.terminate()
        program.wait()
        listener.close()
        for thread in threading.enumerate():
            if thread.name.startswith("pages"):
                thread.join(10)


def test_what_the_page_says_can_be_typed(served: Served) -> None:
    for rule in RULES.values():
        served.house.space.rule(rule, "true")
    for name in ("day_passes.py", "how-full.sh"):
        (served.folder / name).symlink_to(EXAMPLES / name)
    token = served.house.token()
    for block in TYPED:
        done = served.run("\n".join(block.lines), token)
        assert done.returncode == 0, (block, done.stderr)
        wanted = [says for asks, says in SAYS.items() if asks in "\n".join(block.lines)]
        assert wanted or "./" in block.lines[0], f"nothing says what line {block.line} answers"
        assert [says for says in wanted if says not in done.stdout] == [], done.stdout


def test_the_page_has_blocks_for_each_part() -> None:
    assert len(TYPED) == 6
    assert {block.page for block in TYPED} == {"api.md"}


def test_a_month_s_day_passes_come_into_a_spreadsheet(served: Served) -> None:
    token = served.house.token(lists=["day-passes"])
    done = served.run(f"{sys.executable} {EXAMPLES / 'day_passes.py'} 2026-11 november.csv", token)
    assert done.returncode == 0, done.stderr
    text = (served.folder / "november.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))
    assert [(row["day"], row["name"], row["amount"]) for row in rows] == [
        ("2026-11-25", "Inès Moreau", "5,00"),
        ("2026-11-26", "Inès Moreau", "5,00"),
        ("2026-11-26", "Karim Haddad", "5,00"),
    ]
    assert set(rows[0]) < set(SHEETS["day-passes"].columns)


def test_the_spreadsheet_says_what_is_wrong_and_leaves_the_file_before(served: Served) -> None:
    (served.folder / "november.csv").write_text("before")
    token = served.house.token(lists=["members"])
    done = served.run(f"{sys.executable} {EXAMPLES / 'day_passes.py'} 2026-11 november.csv", token)
    assert (done.returncode, done.stderr.startswith("403: ")) == (1, True)
    assert [path.name for path in served.folder.iterdir()] == ["november.csv"]
    assert (served.folder / "november.csv").read_text() == "before"


def test_how_full_it_is_comes_into_a_file_of_the_site(served: Served) -> None:
    script = f"{EXAMPLES / 'how-full.sh'} {served.folder / 'how-full.html'}"
    page = served.folder / "how-full.html"
    assert served.run(script).returncode != 0  # its rule is off
    assert not page.exists()
    served.house.space.rule("api_occupancy", "true")
    assert served.run(script).returncode == 0
    assert "Moins de trois personnes ici" in page.read_text()
    assert stat.S_IMODE(page.stat().st_mode) == 0o644
    before = page.stat().st_mtime_ns
    assert served.run(script).returncode == 0  # 304: the line stays
    assert page.stat().st_mtime_ns == before
    page.unlink()
    assert served.run(script).returncode == 0  # its tag is forgotten with it
    assert page.exists()
    served.listener.close()
    assert served.run("sleep 0; " + script).returncode in (0, 22)  # away, or what everybody got some seconds ago
    assert "Moins de trois personnes ici" in page.read_text()
    assert {path.name for path in served.folder.iterdir()} == {"how-full.html", "how-full.html.etag"}
