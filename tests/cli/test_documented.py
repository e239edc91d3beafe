"""What README and the manuals tell people to type is typed here, as it stands there.

A block of code is run line by line, in a demo of its own; or it says after its fence what it is: `machine`, what
wants a machine (what it names must exist all the same), `api`, what asks the API (run by
`tests/web/api/test_documented_api.py`), or `text`, what is no command.
"""

import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest

from kiosk.cli.main import kiosk as group
from kiosk.devices.clock import HostClock
from kiosk.home import Home
from kiosk.setup import demo as invented
from kiosk.setup import home_creation
from kiosk.setup.home_creation import NewHome
from tests.cli.test_commands import Kiosk
from tests.domain.books import bank_samples
from tests.fakes import FakeClock
from tests.homes import copied
from tests.shared import once

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
WRITTEN_AT = datetime(2026, 11, 25, 7, 52, tzinfo=UTC)  # when the manuals' examples take place

ANSWERED = {
    "kiosk vouchers sell 3 bons-10": "no-such-organisation",
    "kiosk vouchers name 1 9 --days 5 --until 2027-06-30": "no-such-envelope",
    "kiosk statement --account 21 --month 2026-11": "no-such-account",
    "kiosk invoices issue 1 --month 2026-11 --output factures/": "no-such-organisation",
    "kiosk invoices list --open": "nothing-found",
    "kiosk invoices print F-000012 --output factures/": "no-such-document",
    "kiosk invoices credit F-000012 --entry 153 --reason 'compté deux fois'": "no-such-document",
    "kiosk bank confirm 12 15": "no-such-bank-line",
    "kiosk close month 2026-10": "not-confirmed",  # nobody is asked here
    "kiosk close year 2026 --yes": "not-over",
    "kiosk results list": "nothing-found",
    "kiosk results vote 2026 --on 2027-03-12 --forward 120 --reserves 34,50": "no-result",
    "kiosk export day-passes --from today --to today": "nothing-found",
    "kiosk attest --output attestation.pdf": "no-vat",
    "kiosk check": "check",  # no entrance runs here
    "kiosk restore backups/kiosk-20261125T075200Z.tar": "not-confirmed",
    "kiosk doors join XXXX-XXXX-XXXX": "door-code",
    "kiosk restore FICHIER --known-head 812:3f9a1c2e --known receipt=143 --known invoice=12": "no-such-copy",
}
"""What the demo has nothing for, by the code with which it is told."""

READ_AS = {
    "kiosk cash show": {"148": "284", "151": "285", "153": "286"},
    "kiosk backup": {"backups/": "home/backups/"},
}
"""By a block's first line: numbers and places of the example, and which of the demo's stand for them."""

BEFORE = {
    "kiosk pay 9 12,50 --method cash": ["kiosk pay 9 300 --method transfer --sure"],
    "kiosk cash show": ["kiosk pay 1 60 --method cheque", "kiosk pay 2 40 --method cheque"],
    "kiosk close day": ["kiosk close month 2026-08 --yes", "kiosk close month 2026-09 --yes"],
}
EMPTY = {"kiosk results list"}
"""The first lines of blocks that speak of a new home."""

FILES = {
    "liste.csv": b"Nom;E-mail\nRosa Blanc;rosa@exemple.fr\n",
    "releve.ofx": bank_samples.ALL["OFX 1"],
    "releve.csv": "Date;Valeur;Débit;Crédit;Libellé;Solde\n20/11/2026;20/11/2026;;5,00;VIR X;105,00\n".encode(),
    "membres.csv": b"Membre;Solde;Depuis\n9;15,00;2026-07-01\n",
    "balance.csv": "Compte;Libellé;Débit;Crédit\n530;Caisse;80,00;\n110;Report à nouveau;;80,00\n".encode(),
}


@dataclass(frozen=True)
class Block:
    """One block of code of a page; what is under its commands, further in, belongs to the one above."""

    page: str
    line: int
    kind: str
    lines: tuple[str, ...] = ()

    def commands(self) -> Iterator[list[str]]:
        """Its lines as a shell reads them: each up to what it hands on, without comments."""
        for line in self.lines:
            words = shlex.split(line, comments=True)
            if words:
                yield words[1:] if words[0] == "sudo" else words


def blocks(path: Path) -> Iterator[Block]:
    """Every block of a page."""
    inside: Block | None = None
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.strip().startswith("```"):
            if inside is not None:
                yield inside
            inside = Block(path.name, number, line.strip()[3:]) if inside is None else None
        elif inside is not None:
            inside = Block(inside.page, inside.line, inside.kind, (*inside.lines, line.strip()))


BLOCKS = [block for path in PAGES for block in blocks(path)]
TYPED = [block for block in BLOCKS if block.kind == ""]
ELSEWHERE = [block for block in BLOCKS if block.kind == "machine"]
OF_MACHINES = [
    (block, words)
    for block in ELSEWHERE
    for words in block.commands()
    if words[0] == "kiosk" or words[1:3] == ["-m", "kiosk"]
]
SCRIPTS = [(block, words) for block in ELSEWHERE for words in block.commands() if words[0].startswith("scripts/")]


def _named(found: Block | tuple[Block, list[str]]) -> str:
    block = found if isinstance(found, Block) else found[0]
    return f"{block.page}:{block.line}"


@pytest.fixture
def demo(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[[bool], Kiosk]:
    """A home as it is at that moment: the demo, or a new one."""

    def made(empty: bool) -> Kiosk:
        clock = FakeClock(WRITTEN_AT)
        monkeypatch.setattr(HostClock, "now", lambda _: clock.now())
        monkeypatch.chdir(tmp_path)
        for name, content in FILES.items():
            (tmp_path / name).write_bytes(content)

        def fill(home: Home) -> None:
            if not empty:
                invented.fill(home, clock)

        name = f"manuals-{'new' if empty else 'demo'}"
        home = once(name, lambda root: home_creation.create(root, NewHome(training=True), clock, fill))
        return Kiosk(copied(home, tmp_path / "home"), capsys)

    return made


@pytest.mark.parametrize("block", TYPED, ids=_named)
def test_what_a_manual_says_can_be_typed(block: Block, demo: Callable[[bool], Kiosk]) -> None:
    first = block.lines[0].split("  #")[0].strip()
    home, read_as = demo(first in EMPTY), READ_AS.get(first, {})
    for line in BEFORE.get(first, ()):
        status, _, said = home(*shlex.split(line)[1:])
        assert status == 0, said
    for words in block.commands():
        assert words[0] == "kiosk", f"{words[0]} is for a machine: say so after the fence"
        status, _, said = home(*(_read(word, read_as) for word in words[1:]))
        code = ANSWERED.get(shlex.join(words))
        assert (status == 0) is (code is None), f"{shlex.join(words)}: {said}"
        assert code is None or f"[{code}]" in said, f"{shlex.join(words)}: {said}"


def _read(word: str, read_as: dict[str, str]) -> str:
    for written, meant in read_as.items():
        if word == written or (written.endswith("/") and word.startswith(written)):
            return meant + word.removeprefix(written)
    return word


def test_every_block_says_what_it_is() -> None:
    assert {block.kind for block in BLOCKS} == {"", "api", "machine", "text"}
    assert len(TYPED) > 15, "blocks are marked as not to be run"


def test_what_is_excused_is_still_written() -> None:
    written = {shlex.join(words) for block in TYPED for words in block.commands()}
    first = {block.lines[0].split("  #")[0].strip() for block in TYPED}
    assert set(ANSWERED) <= written
    assert {*READ_AS, *BEFORE, *EMPTY} <= first


@pytest.mark.parametrize("found", OF_MACHINES, ids=_named)
def test_a_command_for_a_machine_is_one_that_there_is(found: tuple[Block, list[str]]) -> None:
    words = found[1][found[1].index("kiosk") + 1 :]
    while words[:1] == ["--home"]:
        words = words[2:]
    command: click.Command | None = group
    while isinstance(command, click.Group):
        command = command.get_command(click.Context(command), words.pop(0))
    assert command is not None
    try:
        command.make_context("kiosk", words)
    except click.BadParameter as error:  # its files are not here
        assert isinstance(error.param, click.Argument | click.Option)
        assert isinstance(error.param.type, click.Path | click.File)


@pytest.mark.parametrize("found", SCRIPTS, ids=_named)
def test_a_script_in_a_manual_is_there_and_knows_its_options(found: tuple[Block, list[str]]) -> None:
    script, *words = found[1]
    known = (ROOT / script).read_text("utf-8")
    for handed_on_to in ("kiosk/install/*.py", "release/*.py", "tests/running.py"):
        known += "".join(path.read_text("utf-8") for path in ROOT.glob(handed_on_to))
    assert [word for word in words if word.startswith("--") and word not in known] == []
