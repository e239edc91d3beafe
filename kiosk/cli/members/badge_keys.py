"""The commands `badges site-key`, `maker-key`, `lend`, `write` and `prove`: manage the keys by which badges prove
themselves, and write badges.

The site's keys are stored at the doors; the maker's key is printed, kept on paper, and typed where badges are written.
A badge's *marks* are its keyed hashes, with the present key and with former ones, as the records may know it.
"""

import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from kiosk import home
from kiosk.cli.arguments import answer, json_option
from kiosk.cli.open_office import Office, office
from kiosk.devices.clock import HostClock
from kiosk.devices.protocols import BadgeReader
from kiosk.domain.badges.products import Product, Proof, Proving
from kiosk.domain.checkin import badges
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.domain.problems import Problem
from kiosk.errors import AnswerIsNo, RequestError
from kiosk.home import Paths
from kiosk.language.texts import Text

_TOO_EARLY = "it left before it was read: leave the badge there a moment"
_LONGEST_KEY = 100  # characters that are read of a line; a written key has fewer
Ask = Callable[[BadgeReader, BadgeRead, Product], object]  # returns None where the badge was taken away meanwhile
_SHEET = Text(
    "Clé du fabricant de badges\n\n    {key}\n\nGardez cette feuille sous clé, et une copie ailleurs. La clé n’est"
    " enregistrée nulle part : sans elle, aucun badge déjà écrit ne peut être réécrit. Elle ne va jamais à une"
    " porte. Ses quatre derniers caractères vérifient les autres.\nPour écrire un badge : sudo kiosk badges write",
    "Badge maker’s key\n\n    {key}\n\nKeep this sheet locked away, and a copy elsewhere. The key is stored"
    " nowhere: without it, badges already written cannot be written again. It never goes to a door. Its last four"
    " characters check the others.\nTo write a badge: sudo kiosk badges write",
)
_seconds = click.option(
    "--seconds", type=click.FloatRange(1, 600), default=30, show_default=True, help="How long to wait."
)
_version = click.option(
    "--version", type=click.IntRange(1, 255), help="The version of the site's key; the newest by default."
)


def written_key(text: str) -> str:
    """Return a key as it was written: in `text` itself, in the first line of FILE for `@FILE`, or in the next line of
    input for `-`. Raises OSError for a file that cannot be read.
    """
    if text == "-":
        return sys.stdin.readline(_LONGEST_KEY)
    if not text.startswith("@"):
        return text
    with Path(text[1:]).open(encoding="ascii", errors="replace") as file:
        return file.readline(_LONGEST_KEY)


class MakerKey(click.ParamType[bytes]):
    """The maker's key as printed on its sheet; `@FILE` to read a file, `-` to read a line of input."""

    name = "key"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> bytes:
        """Return the key, also from one that was converted before; fail without repeating what was typed."""
        if isinstance(value, bytes):
            return value
        from kiosk.domain.badges import maker_key as paper

        try:
            return paper.parse(written_key(str(value)))
        except OSError as fault:
            self.fail(f"{str(value)[1:]} cannot be read: {fault.strerror}", param, ctx)
        except Problem as wrong:
            self.fail(str(wrong), param, ctx)


_maker = click.option(
    "--maker-key",
    "maker",
    type=MakerKey(),
    help="The maker's key: @FILE to read a file, - to read a line of input.",
)


@click.command("site-key")
@click.option("--take", "only_take", is_flag=True, help="Do not create keys: import those from another door's machine.")
@click.option("--put", "only_put", is_flag=True, help="Create no key: store this machine's keys in the records again.")
@click.pass_obj
def site_key(root: Path, only_take: bool, only_put: bool) -> None:
    """Make a key of the site, by which badges prove themselves. Earlier keys stay, for the badges that have them.

    Every door has the same keys: a new door takes them as it joins, an existing one with --take. The records hold these
    keys encrypted with the doors' own key. If that key was replaced, run --put on a door that still has its keys.
    """
    paths = home.find(root)
    from kiosk.badges import proof_keys
    from kiosk.devices import aes

    if only_put:
        with office(root) as desk:
            renewed = proof_keys.put(paths, desk.home.store, aes)
        lines = [f"key {each} is in the records again" for each in renewed]
        click.echo("\n".join(lines) or "the records have every key of this door already")
        return
    with office(root) as desk:
        taken = proof_keys.take(paths, desk.home.store, aes)
        version = None if only_take else proof_keys.add(paths)
        proof_keys.share(paths, desk.home.store, aes)  # with the other doors, by way of the records
    lines = [f"key {each} was taken from the records" for each in taken]
    if version is not None:
        lines.append(
            f"key {version} is in {paths.proof_keys}: on each other door's machine, kiosk badges site-key --take"
        )
    click.echo("\n".join(lines) or "this door has every key already")


@click.command("lend")
@_maker
@click.option("--hours", type=click.FloatRange(0.1, 24), default=4, show_default=True, help="How long, in hours.")
@click.pass_obj
def lend(root: Path, maker: bytes | None, hours: float) -> None:
    """Lend the maker's key to the entrance, in memory, so that the desk can write badges with the door's reader."""
    from kiosk.badges import door_writing

    until = door_writing.lend(home.find(root), _asked(maker), HostClock(), hours)
    zone = home.settings(home.find(root)).zone
    click.echo(
        f"the entrance writes badges for the desk until {until.astimezone(zone):%H:%M};"
        " to end it earlier: kiosk badges end-lend"
    )


@click.command("end-lend")
@click.pass_obj
def end_lend(root: Path) -> None:
    """Withdraw the maker's key from the entrance early."""
    from kiosk.badges import door_writing

    door_writing.end(home.find(root))
    click.echo("the entrance has no maker's key")


@click.command("maker-key")
@click.pass_obj
def maker_key(root: Path) -> None:
    """Make the maker's key, with which badges are written, and print its sheet: it is stored nowhere else."""
    paths = home.find(root)
    from kiosk.domain.badges import ev2
    from kiosk.domain.badges import maker_key as paper

    language = home.settings(paths).language
    click.echo(_SHEET.to(language, key=paper.written(secrets.token_bytes(ev2.KEY_BYTES))))


@click.command("write")
@_maker
@_version
@_seconds
@click.option("--again", is_flag=True, help="Reset the count of wrong keys, if the badge was only removed too early.")
@click.option("--dry-run", is_flag=True, help="Show what would be written; write nothing to the badge.")
@json_option
@click.pass_obj
def write(
    root: Path, maker: bytes | None, version: int | None, seconds: float, again: bool, dry_run: bool, as_json: bool
) -> None:
    """Write the keys of the NTAG 424 DNA on the reader: from then on it opens only with its proof. Stop the entrance
    first.

    A badge that was removed too early continues when it is held there again.
    """
    paths = home.find(root)
    chosen, key = _site_key(paths, version)
    from kiosk.badges import proof_keys
    from kiosk.badges.badge_writing import BadgeWriting, check
    from kiosk.devices import aes

    with home.locked(paths), office(root) as desk:
        work = BadgeWriting(
            store=desk.home.store, site=proof_keys.read(paths), version=chosen, maker=_asked(maker), aes=aes
        )

        def ask(reader: BadgeReader, read: BadgeRead, product: Product) -> object:
            """Write the badge's keys, and return how it then proves itself; with --dry-run how far it is written."""
            check(read, product)  # refuses another kind of chip
            known_as = marks(desk, read)
            if dry_run:
                return work.known(known_as).step.value
            if not work.write(read, known_as, reader.exchange, again=again):
                return None
            proving = reader.prove(key)
            return None if proving is Proving.LEFT else proving

        read, outcome = sensed(paths, seconds, ask)
        number = None if dry_run else _demand(desk, read, outcome, chosen, "badge-written")
    done = (
        f"would be written with key {chosen} of the site; so far: {outcome}"
        if dry_run
        else f"has key {chosen} of the site"
    )
    words = f"badge …{read.tail} {done}{'' if dry_run else _whose(number)}"
    answer(as_json, {"tail": read.tail, "key_version": chosen, "member": number, "written": not dry_run}, words)


@click.command("prove")
@_version
@_seconds
@click.option("--try", "only_try", is_flag=True, help="Only check the badge: do not require its proof from now on.")
@json_option
@click.pass_obj
def prove(root: Path, version: int | None, seconds: float, only_try: bool, as_json: bool) -> None:
    """Ask the badge on the reader for its proof: from then on it opens only with it. Stop the entrance first."""
    paths = home.find(root)
    chosen, key = _site_key(paths, version)

    def ask(reader: BadgeReader, _read: BadgeRead, _product: Product) -> object:
        """Return how the badge proves itself."""
        proving = reader.prove(key)
        return None if proving is Proving.LEFT else proving

    with home.locked(paths):
        read, outcome = sensed(paths, seconds, ask)
    _believe(read, outcome, chosen)
    words, number = f"badge …{read.tail} proved itself by key {chosen} of the site", None
    if not only_try:
        with office(root) as desk:
            number = _demand(desk, read, outcome, chosen, "badge-proven")
        words += _whose(number)
    answer(as_json, {"tail": read.tail, "key_version": chosen, "member": number}, words)


def _asked(maker: bytes | None) -> bytes:
    """Return the maker's key; prompt for it where no option gave it."""
    if maker is not None:
        return maker
    typed = click.prompt("the maker's key, as its sheet has it", hide_input=True, err=True)
    return MakerKey().convert(typed, None, None)


def sensed(paths: Paths, seconds: float, ask: Ask) -> tuple[BadgeRead, object]:
    """Return the first badge that stays on kiosk.toml's reader until it has answered `ask`, with that answer. Raises
    AnswerIsNo `no-badge-read` where none does within `seconds`.
    """
    device = home.settings(paths).reader.device
    from kiosk.devices.readers import single_badge

    click.echo(f"hold a badge to the reader ({device})", err=True)
    badge = single_badge.sense(device, seconds, lambda: click.echo(_TOO_EARLY, err=True), ask)
    if badge is None:
        raise AnswerIsNo("no-badge-read", f"no badge was read within {seconds:g} s: is the reader plugged in?")
    return badge.read, badge.answer


def _believe(read: BadgeRead, outcome: object, version: int) -> None:
    """Raise AnswerIsNo `badge-unproven` unless the badge proved itself."""
    if outcome is not Proving.PROVEN:
        raise AnswerIsNo("badge-unproven", f"badge …{read.tail} did not prove itself by key {version} of the site")


def _demand(desk: Office, read: BadgeRead, outcome: object, version: int, act: str) -> int | None:
    """Make a badge open only with its proof from now on, and log this as `act`. Returns its holder's number; None,
    without a line in the log, where no member has the badge or it is lost. Raises AnswerIsNo `badge-unproven` unless
    `outcome` is PROVEN.
    """
    _believe(read, outcome, version)
    number = desk.enrolment.demand_proof(replace(read, proof=Proof.EV2, key_version=version))
    if number is not None:
        desk.log(act, number)
    return number


def _whose(number: int | None) -> str:
    """Return what a badge with its proof opens for, in words."""
    return "; it has no member yet" if number is None else f"; it opens for member {number} with its proof only"


def marks(desk: Office, read: BadgeRead) -> tuple[bytes, ...]:
    """Return a badge's keyed hashes: with the present key first, then with former keys that are valid today."""
    opened = desk.home
    with opened.store.reading() as connection:
        day = desk.rules.at(connection, desk.clock.now())[1].day
    return badges.marks(read, opened.badge_key, opened.old_badge_keys, day)


def _site_key(paths: Paths, version: int | None) -> tuple[int, bytes]:
    """Return the number and the bytes of a version of the site's key, the newest for None. Raises RequestError
    `no-proof-key` where this machine has no key, or not that one.
    """
    from kiosk.badges import proof_keys

    keys = proof_keys.read(paths)
    chosen = max(keys, default=0) if version is None else version  # versions begin at 1: without keys, 0 is refused
    if chosen not in keys:
        raise RequestError(
            "no-proof-key",
            f"this machine does not have this badge key in {paths.proof_keys}: run kiosk badges site-key",
        )
    return chosen, keys[chosen]
