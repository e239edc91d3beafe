"""The tool that makes lines wrong: what it changes, and that it tells what no test noticed."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.mutants import __main__
from tests.mutants.operators import mutants

PRICING = '''"""Prices."""

VAT = 20


def price(cents: int, halved: bool) -> int:
    """What is asked."""
    if halved:
        return cents // 2
    return cents + cents * VAT // 100
'''
TESTS = """import pricing


def test_whole_price() -> None:
    assert pricing.price(100, False) == 120


def test_half_price_is_less() -> None:
    assert pricing.price(100, True) < 100
"""

SHARED = """import pricing
import pytest


@pytest.fixture(scope="session")
def cents() -> int:
    return 100


@pytest.fixture(scope="session")
def half(cents: int) -> int:
    return pricing.price(cents, True)


def test_half_price_is_less(half: int) -> None:
    assert half < 100
"""


COMPILED = """\"\"\"Prices, whose makers are asked once.\"\"\"

from functools import cache


class Prepared:
    _compiled = {}

    def price(self):
        if not self._compiled:
            self._compiled["price"] = make()
        return self._compiled["price"]


def make():
    return 100 + vat()


@cache
def vat():
    return 20


PRICE = Prepared()
"""
ASKED = """import pricing


def test_price_is_asked() -> None:
    pricing.PRICE.price()


def test_whole_price() -> None:
    assert pricing.PRICE.price() == 120
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A program of one module, whose tests let something through; they are run as ours are."""
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["tests.running"]')
    (tmp_path / "pricing.py").write_text(PRICING)
    (tmp_path / "test_pricing.py").write_text(TESTS)
    (tmp_path / "accepted.toml").write_text("")
    return tmp_path


def arguments(shop: Path, *more: str) -> list[str]:
    where = ["--root", str(shop), "--accepted", str(shop / "accepted.toml"), "--json", str(shop / "found.json")]
    return [str(shop / "pricing.py"), *where, *more]


def test_kills_and_survivors_are_told_with_the_line_and_kept_for_a_later_run(shop: Path) -> None:
    command = [sys.executable, "-m", "tests.mutants", *arguments(shop, "--tests", "test_pricing.py")]
    first = subprocess.run(command, cwd=__main__.ROOT, capture_output=True, text=True, check=False)
    told = {tuple(line.split("\t")) for line in first.stdout.splitlines()}
    assert ("pricing.py:9", "2 -> 3", "SURVIVED 1 tests") in told, first.stdout + first.stderr
    assert ("pricing.py:10", "100 -> 101", "killed by test_pricing.py::test_whole_price") in told
    assert ("pricing.py:3", "20 -> 21", "killed by test_pricing.py::test_whole_price") in told  # evaluated at import
    assert first.returncode == 1
    survivors = [row for row in json.loads((shop / "found.json").read_text()) if row["by"] is None]
    (shop / "test_pricing.py").write_text(TESTS.replace("< 100", "== 50"))
    again = subprocess.run(
        [*command, "--survivors", str(shop / "found.json")],
        cwd=__main__.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"{len(survivors)} mutants, {len(survivors)} killed, 0 survived" in again.stdout
    assert again.returncode == 0


def test_what_tests_share_is_made_anew_with_the_change_and_kills_nothing_by_that(shop: Path) -> None:
    (shop / "test_pricing.py").write_text(SHARED)
    command = [sys.executable, "-m", "tests.mutants", *arguments(shop, "--tests", "test_pricing.py")]
    done = subprocess.run(command, cwd=__main__.ROOT, capture_output=True, text=True, check=False)
    told = {tuple(line.split("\t")) for line in done.stdout.splitlines()}
    assert ("pricing.py:9", "2 -> 3", "SURVIVED 1 tests") in told, done.stdout + done.stderr
    assert ("pricing.py:9", "cents // 2 -> cents * 2", "killed by test_pricing.py::test_half_price_is_less") in told


def test_what_is_compiled_once_a_program_is_compiled_anew_for_each_test_and_each_change(shop: Path) -> None:
    (shop / "pricing.py").write_text(COMPILED)
    (shop / "test_pricing.py").write_text(ASKED)
    command = [sys.executable, "-m", "tests.mutants", *arguments(shop, "--tests", "test_pricing.py", "--only", "16,21")]
    done = subprocess.run(command, cwd=__main__.ROOT, capture_output=True, text=True, check=False)
    for change in ("100 -> 101", "20 -> 21"):
        assert f"{change}\tkilled by test_pricing.py::test_whole_price" in done.stdout, done.stdout + done.stderr


def test_what_is_accepted_is_not_tried_and_a_stale_acceptance_is_refused(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = {"module": "pricing.py", "within": "price", "text": "return cents // 2", "mutation": "2 -> 3"}
    accepted = "[[mutant]]\n" + "\n".join(f"{name} = {json.dumps(value)}" for name, value in entry.items())
    (shop / "accepted.toml").write_text(f'{accepted}\nreason = "a third is less, too"\n')
    assert __main__.main(arguments(shop, "--as-toml")) == 0
    listed = capsys.readouterr().out
    assert "cents // 2 -> cents * 2" in listed
    assert "2 -> 3" not in listed
    (shop / "pricing.py").write_text(PRICING.replace("// 2", "// 4"))
    with pytest.raises(SystemExit) as refused:
        __main__.main(arguments(shop, "--as-toml"))
    assert "no such line or change any more" in str(refused.value)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = a < b", {"a < b -> a <= b"}),
        ("x = a is not b", {"a is not b -> a is b"}),
        ("x = not a", {"not a -> a"}),
        ("x = a and b", {"a and b -> a or b"}),
        ("x = a if b else c", {"a if b else c -> a", "a if b else c -> c"}),
        ("x = f(a, c=d)", {"f(...) without c"}),
        ("x = f(a, b)", {"f(a, b) -> f(b, a)"}),
        ("x = [a for a in b if c]", {"without: if c"}),
        ("a.b = c", {"removed: a.b = c"}),
        ("a -= b", {"a -= b -> a += b", "removed: a -= b"}),
        ("f(a)", {"removed: f(a)"}),
        ("log.info('a', f(b))", set()),
        ("if a:\n    log.info(b)", set()),
        ("'''A docstring.'''", set()),
        ("x: int = f'{a} is {b}'", set()),
        ("if a:\n    f()", {"if a -> if True", "if a -> if False", "removed: f()"}),
        ("try:\n    a\nexcept (B, C):\n    pass", {"except without B", "except without C"}),
        ("def f():\n    return a", {"return a -> return None"}),
        ("class A(Enum):\n    B = 'b'", set()),
        ("x = f(0, 0, 0)", {"0 -> 1", "0 -> 1 (2)", "0 -> 1 (3)"}),
    ],
)
def test_what_is_changed_in_a_line(tmp_path: Path, source: str, expected: set[str]) -> None:
    (tmp_path / "a.py").write_text(source)
    assert {mutant.key.mutation for mutant in mutants(tmp_path, "a.py")} == expected


@pytest.mark.parametrize("name", ["accepted.toml", "sample.toml"])
def test_the_mutants_written_down_here_still_exist(name: str) -> None:
    written = __main__.keys(__main__.ACCEPTED.with_name(name))
    missing = set(written)
    for module in {key.module for key in written}:
        missing -= {mutant.key for mutant in mutants(__main__.ROOT, module)}
    assert not missing


def test_what_may_live_says_why() -> None:
    for entry in tomllib.loads(__main__.ACCEPTED.read_text("utf-8"))["mutant"]:
        assert entry["reason"], entry
