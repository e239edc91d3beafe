"""The command `backup`: makes a backup of the home and copies it elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from msgspec.structs import asdict

from kiosk import home
from kiosk.cli.arguments import answer, json_option
from kiosk.cli.working_day import timekeeper_of
from kiosk.devices.clock import HostClock
from kiosk.errors import MachineError
from kiosk.home import Home
from kiosk.jobs.copies import away
from kiosk.jobs.copies import backup as jobs
from kiosk.jobs.copies.away import CarryResult
from kiosk.jobs.copies.backup import FoundCopy, NewCopy
from kiosk.members import personal_data
from kiosk.store import ledger

LONG = 20_000  # entries


@click.command()
@click.option("--list", "listing", is_flag=True, help="List the existing backups; make none.")
@click.option(
    "--away", "at_once", is_flag=True, help="Copy it to every destination, even if one already has today's backup."
)
@json_option
@click.pass_obj
def backup(root: Path, listing: bool, at_once: bool, as_json: bool) -> None:
    """Make a verified backup while taps continue, delete old ones and copy it elsewhere as kiosk.toml says."""
    if listing:
        found = jobs.listed(home.find(root))
        facts: dict[str, object] = {"copies": [_facts(each) for each in found]}
        answer(as_json, facts, "\n".join(_line(each) for each in found) or "there is no copy")
        return
    with home.opened(root) as opened:
        clock, sure = HostClock(), timekeeper_of(opened).look().doubt is None
        with progress(length(opened)) as step:
            made = jobs.make(opened, clock, sure=sure, step=step)
        carried = away.carry(opened, made.path, clock, sure=sure, at_once=at_once)
        if opened.config.database.url:
            personal_data.settle_log(opened.store, clock.now())  # this may be the only account that owns the tables
    answer(as_json, _made_facts(made, carried), _made_words(opened, made, carried, sure=sure))
    if made.keyless:
        raise MachineError("keyless", f"{made.path.name} is without the home's keys: {made.keyless}")
    news = [each for each in carried if not each.ok and (each.is_news or at_once)]
    if news:
        raise MachineError("away", f"{made.path.name} is not at {news[0].place}: {news[0].says}")


def length(opened: Home) -> int:
    """Return how many entries the ledger has."""
    with opened.store.reading() as connection:
        return ledger.head(connection).number


@contextmanager
def progress(entries: int) -> Iterator[Callable[[int], object]]:
    """Show a progress bar on a terminal, where there are enough entries to see it."""
    if not sys.stderr.isatty() or entries < LONG:
        yield lambda count: None
        return
    with click.progressbar(length=entries, label="kiosk", file=sys.stderr, update_min_steps=5000) as bar:
        yield bar.update


def _facts(copy: FoundCopy) -> dict[str, object]:
    said = copy.manifest
    facts: dict[str, object] = {"file": str(copy.path), "good": said is not None and copy.is_ours}
    if said is None:
        return {**facts, "says": copy.fault}
    return {
        **facts,
        "made_at": said.made_at,
        "entry": said.entry,
        "hours": said.tells_hours,
        "keys": said.has_keys,
        "version": said.version,
    }


def _line(copy: FoundCopy) -> str:
    said = copy.manifest
    if said is None:
        return f"!!  {copy.path.name}  {copy.fault}"
    if not copy.is_ours:
        return f"!!  {copy.path.name}  was not made with this home's keys"
    words = [f"ok  {copy.path.name}  entry {said.entry}"]
    words += [] if said.tells_hours else ["for months, without hours"]
    words += ["with the keys, sealed"] if said.has_keys else []
    return ", ".join(words)


def _made_facts(copy: NewCopy, carried: list[CarryResult]) -> dict[str, object]:
    return {
        "file": str(copy.path),
        "entry": copy.manifest.entry,
        "head": copy.manifest.mac,
        "keys": copy.manifest.has_keys,
        "for_months": None if copy.lasting is None else str(copy.lasting),
        "gone": list(copy.gone),
        "damaged": list(copy.damaged),
        "away": [{**asdict(each), "ok": each.ok} for each in carried],
    }


def _made_words(opened: Home, made: NewCopy, carried: list[CarryResult], *, sure: bool) -> str:
    lines = [f"{made.path}: verified, up to entry {made.manifest.entry}"]
    lines += [f"for months, without hours: {made.lasting.name}"] if made.lasting is not None else []
    lines += [f"gone: {', '.join(made.gone)}"] if made.gone else []
    lines += [f"damaged, and replacing no other copy: {', '.join(made.damaged)}"] if made.damaged else []
    lines += [f"{'ok' if each.ok else '!!'}  {each.place}  {each.says}".rstrip() for each in carried]
    lines += [] if sure else ["the clock is not sure: no older copy went"]
    if not opened.config.backup.recipient:
        lines.append("without the keys: name a recipient in kiosk.toml (kiosk keys new), or keep keys/ elsewhere")
    return "\n".join(lines)
