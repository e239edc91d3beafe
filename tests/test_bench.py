"""Two revisions measured in turns: the figures that are compared are those that the measurements print."""

import re
import subprocess
from pathlib import Path

import pytest

from bench import compare, figures, space, weights, year
from kiosk import home
from kiosk.store import audit, ledger

SCRIPT = Path(__file__).parents[1] / "scripts" / "bench"
MAIN = Path(figures.__file__).parent / "__main__.py"


def test_each_figure_that_is_asked_is_found_in_what_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    figures.asked("whole tap over the same statements, p50, at 1000 visits", 2.5, 2.5)
    figures.asked("the entrance at rest over the bare imports", 13.42, 15, " MB")
    print(f"{'  with checkpoints':<66}{1.04:>8.2f}")
    printed = capsys.readouterr().out
    found = {each["what"]: float(each["value"]) for each in compare._FIGURE.finditer(printed)}
    assert found == {
        "whole tap over the same statements, p50, at 1000 visits": 2.5,
        "the entrance at rest over the bare imports": 13.42,
    }


@pytest.mark.parametrize("measured", re.findall(r'^        \("(\w+)", \d+\),$', MAIN.read_text("utf-8"), re.MULTILINE))
def test_the_script_knows_whatever_can_be_measured(measured: str) -> None:
    said = subprocess.run([SCRIPT, measured, "--help"], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stderr) == (0, "")
    assert f"scripts/bench {measured} " in said.stdout


def test_programs_weigh_what_their_units_say_and_other_machines_next_to_nothing(tmp_path: Path) -> None:
    assert weights._weight("kiosk-entrance") >= 20 * weights._weight("kiosk-desk") > weights._weight("elsewhere")
    (tmp_path / "cpu.weight").touch()
    weights._weigh(tmp_path, weights._weight("kiosk-desk"))
    assert (tmp_path / "cpu.weight").read_text() == "500"
    (tmp_path / "cpu.shares").touch()
    weights._weigh(tmp_path, weights._weight("kiosk-desk"))
    assert (tmp_path / "cpu.shares").read_text() == "5120"


def test_an_entrance_alone_is_given_time_in_which_it_comes_first(tmp_path: Path) -> None:
    share = tmp_path / "cpu.rt_runtime_us"
    share.write_text("0")
    for unit in ("kiosk-desk", "kiosk-pages", "elsewhere"):
        weights._let_come_first(tmp_path, unit)
        assert share.read_text() == "0"
    weights._let_come_first(tmp_path, "kiosk-entrance")
    assert int(share.read_text()) > 0


def test_the_year_that_is_verified_and_closed_is_one_without_a_fault(tmp_path: Path) -> None:
    year.make(tmp_path / "home", 2_000, days=30)
    with home.opened(tmp_path / "home") as made, made.store.reading() as connection:
        audit.check_chain(connection, made.seal)
        audit.check_sums(connection)
        assert ledger.head(connection).number == 2_000


def test_the_past_that_is_tapped_upon_has_sums_that_agree(tmp_path: Path) -> None:
    space.make(tmp_path / "home", 1_000)
    with home.opened(tmp_path / "home") as made, made.store.reading() as connection:
        audit.check_sums(connection)
        assert connection.exec_driver_sql("SELECT sum(open_cents), count(*) > 1000 FROM open_charge").one() == (0, 1)


def test_the_middle_stands_beside_how_far_the_rounds_lie_apart() -> None:
    assert compare._spread([2.0, 3.0, 2.5]) == "2.50 ±0.50"
