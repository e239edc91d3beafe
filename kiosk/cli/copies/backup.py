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

LONG = 20_000  # entries from which on a backup takes long enough to show its progress


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
        listed = jobs.listed(home.find(root))
        facts: dict[str, object] = {"copies": [_facts(each) for each in listed]}
        answer(as_json, facts, "\n".join(_line(each) for each in listed) or "there is no backup")
        return
    with home.opened(root) as opened:
        clock, sure = HostClock(), timekeeper_of(opened).look().doubt is None  # `sure`: the clock is trusted
        with progress(length(opened)) as step:
            new_copy = jobs.make(opened, clock, sure=sure, step=step)
        carried = away.carry(opened, new_copy.path, clock, sure=sure, at_once=at_once)
        if opened.config.database.url:
            # An account that does not own the tables cannot remove erased data from them; this one may own them.
            personal_data.settle_log(opened.store, clock.now())
    answer(as_json, _made_facts(new_copy, carried), _made_words(opened, new_copy, carried, sure=sure))
    if new_copy.keyless:
        raise MachineError("keyless", f"{new_copy.path.name} is without the home's keys: {new_copy.keyless}")
    # A place that failed alike at the last try is no news, except where --away asked for every place.
    failed = [each for each in carried if not each.ok and (each.is_news or at_once)]
    if failed:
        raise MachineError("away", f"{new_copy.path.name} is not at {failed[0].place}: {failed[0].says}")


def length(opened: Home) -> int:
    """Return how many entries the ledger has."""
    with opened.store.reading() as connection:
        return ledger.head(connection).number


@contextmanager
def progress(entries: int) -> Iterator[Callable[[int], object]]:
    """Show a progress bar on a terminal, where there are enough entries (`LONG`) to see it; give the function that
    advances it.
    """
    if not sys.stderr.isatty() or entries < LONG:
        yield lambda count: None
        return
    with click.progressbar(length=entries, label="kiosk", file=sys.stderr, update_min_steps=5000) as bar:
        yield bar.update


def _facts(copy: FoundCopy) -> dict[str, object]:
    """Return a backup for programs: the last entry in it, whether it has hours of coming and going (`hours`) and the
    home's keys (`keys`). One without a readable manifest has only its fault (`says`).
    """
    manifest = copy.manifest
    facts: dict[str, object] = {"file": str(copy.path), "good": manifest is not None and copy.is_ours}
    if manifest is None:
        return {**facts, "says": copy.fault}
    return {
        **facts,
        "made_at": manifest.made_at,
        "entry": manifest.entry,
        "hours": manifest.tells_hours,
        "keys": manifest.has_keys,
        "version": manifest.version,
    }


def _line(copy: FoundCopy) -> str:
    """Return a backup as one line for people, which begins with "!!" where it is damaged or another home's."""
    manifest = copy.manifest
    if manifest is None:
        return f"!!  {copy.path.name}  {copy.fault}"
    if not copy.is_ours:
        return f"!!  {copy.path.name}  was not made with this home's keys"
    words = [f"ok  {copy.path.name}  entry {manifest.entry}"]
    words += [] if manifest.tells_hours else ["kept for months, without hours of coming and going"]
    words += ["with the keys, sealed"] if manifest.has_keys else []
    return ", ".join(words)


def _made_facts(copy: NewCopy, carried: list[CarryResult]) -> dict[str, object]:
    """Return the new backup for programs, with the names of deleted (`gone`) and damaged ones, and the result at each
    destination (`away`). `for_months` is the copy without hours that is kept for months, where one was made, else None.
    """
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


def _made_words(opened: Home, copy: NewCopy, carried: list[CarryResult], *, sure: bool) -> str:
    """Return the new backup for people. `sure` is False where the clock was not trusted, so that no old backup was
    deleted.
    """
    lines = [f"{copy.path}: verified, up to entry {copy.manifest.entry}"]
    lines += (
        [f"kept for months, without hours of coming and going: {copy.lasting.name}"] if copy.lasting is not None else []
    )
    lines += [f"deleted: {', '.join(copy.gone)}"] if copy.gone else []
    lines += [f"damaged, not counted as a backup: {', '.join(copy.damaged)}"] if copy.damaged else []
    lines += [f"{'ok' if each.ok else '!!'}  {each.place}  {each.says}".rstrip() for each in carried]
    lines += [] if sure else ["the clock is not trusted: no older backup was deleted"]
    if not opened.config.backup.recipient:
        lines.append("without the keys: name a recipient in kiosk.toml (kiosk keys new), or keep keys/ elsewhere")
    return "\n".join(lines)
