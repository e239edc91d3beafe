"""The commands `close`, which closes days, months and years, and `closings`, which lists them."""

import re
import sys
from datetime import date
from pathlib import Path

import click

from kiosk.books.closing import ClosingPreview, Closings
from kiosk.cli.arguments import answer, json_option
from kiosk.cli.open_office import Office, office
from kiosk.cli.working_day import timekeeper_of
from kiosk.devices.clock import HostClock
from kiosk.domain import amounts, inputs
from kiosk.domain.books.closings import Period
from kiosk.duties import reading, words
from kiosk.duties.reading import Occasion
from kiosk.errors import RequestError
from kiosk.store.books import closing_rows
from kiosk.store.books.closing_rows import Closing, ClosingFilter
from kiosk.store.space import book_rules

_EVERY_ONE = 1_000_000  # closings: the pages of the desk show fewer at a time
# How a period is written, and an example for the error.
_FORMS = {Period.DAY: r"\d{4}-\d{2}-\d{2}", Period.MONTH: r"\d{4}-\d{2}", Period.YEAR: r"\d{4}(-\d{4})?"}
_LIKE = {Period.DAY: "2026-11-24", Period.MONTH: "2026-11", Period.YEAR: "2026"}
kind_argument = click.argument("kind", metavar="day|month|year", type=click.Choice([kind.value for kind in Period]))


@click.command()
@kind_argument
@click.argument("period", required=False)
@click.option("--yes", is_flag=True, help="Do not ask for confirmation: open items and totals were checked elsewhere.")
@json_option
@click.pass_obj
def close(root: Path, kind: str, period: str | None, yes: bool, as_json: bool) -> None:
    """Close every past day (up to PERIOD, like 2026-11-24), or a month (2026-11), or a fiscal year (2026).

    Without PERIOD, the first open month or year is closed. Open items and totals are shown first.
    """
    with office(root) as desk:
        books = _books(desk)
        last_day = None if period is None else _day(desk, Period(kind), period)
        # A month or year needs its days closed first: close all that are over.
        days = _close_days(books, last_day if kind == Period.DAY and last_day else date.max)
        if kind == Period.DAY:
            facts: dict[str, object] = {"closed": [_facts(each) for each in days]}
            answer(as_json, facts, "\n".join(map(_words, days)) or "nothing to close")
            return
        done = _close(desk, books, Period(kind), last_day, yes=yes)
    answer(as_json, _facts(done), _words(done))


def _books(desk: Office) -> Closings:
    """Return the use-case of closing, by the machine's own clock: by a day given in words, a year could be closed that
    is not over. Raises RequestError `clock-not-trusted`.
    """
    doubt = timekeeper_of(desk.home).look().doubt
    if doubt is not None:
        raise RequestError("clock-not-trusted", f"nothing closes while the clock is not sure ({doubt.value})")
    return Closings.of(desk.by(HostClock()))


def _day(desk: Office, kind: Period, period: str) -> date:
    """Return a day of the named period: the day itself, else the first one. A fiscal year is known by the calendar year
    in which it begins, with or without the next one: `2026-2027`. Raises RequestError `period`.
    """
    if re.fullmatch(_FORMS[kind], period) is None:
        raise RequestError("period", f"a {kind.value} is written like {_LIKE[kind]}, not {period!r}")
    try:
        if kind is not Period.YEAR:
            return inputs.the_day(period if kind is Period.DAY else f"{period}-01")
        first, _, following = period.partition("-")
        if following not in ("", str(int(first) + 1)):
            raise ValueError(period)
        with desk.home.store.reading() as connection:
            # The month in which fiscal years begin is a dated rule: as it stood when the calendar year ended.
            month = book_rules.read(connection, date(int(first), 12, 31)).fiscal_year_month
        return date(int(first), month, 1)
    except ValueError:
        raise RequestError("period", f"there is no {kind.value} {period!r}") from None


def _close_days(books: Closings, until: date) -> list[Closing]:
    """Close the days that are over, up to `until`, with a progress bar on a terminal: months of days may be waiting."""
    if not sys.stderr.isatty():
        return books.close_days(until=until)
    with click.progressbar(length=len(books.open_days()), label="days", file=sys.stderr) as bar:
        return books.close_days(lambda entries: bar.update(1), until)


def _close(desk: Office, books: Closings, kind: Period, day: date | None, *, yes: bool) -> Closing:
    """Close the period of a day (None: the first open one) once it was confirmed, and return its closing. With `yes`
    nothing is asked. Where it is closed already, nothing is asked either, and the earlier closing is returned.
    """
    if day is not None:
        with desk.home.store.reading() as connection:
            before = closing_rows.of_day(connection, kind, day)
        if before is not None:
            return before
    coming = books.coming(kind, day)
    if not yes:
        if not sys.stdin.isatty():
            raise RequestError("not-confirmed", f"a {kind.value} is closed only after a check: add --yes")
        click.echo("\n".join([*_open_lines(desk, coming), _totals(coming)]), err=True)
        click.confirm(f"close {coming.from_on} to {coming.until_on}?", abort=True, err=True)
    return books.close(kind, coming.until_on, coming.totals.charged)  # refuses if the sum changed since it was shown


def _open_lines(desk: Office, coming: ClosingPreview) -> list[str]:
    """Return a line for each duty up to the period's last day that is not finished: what is to be done, or money that
    is on its way.
    """
    with desk.home.store.reading() as connection:
        policy, moment = desk.rules.at(connection, HostClock().now())
        occasion = Occasion(desk.home, policy, moment, HostClock(), until=coming.until_on)
        duties = reading.read(connection, occasion, reading.CLOSING)
    return [f"open: {words.title(duty, 'en')}" for duty in duties.lines if duty.is_counted]


def _totals(coming: ClosingPreview) -> str:
    """Return the period's totals as a line, shown before the confirmation."""
    totals = coming.totals
    return (
        f"{coming.from_on} to {coming.until_on}: {totals.entries} entries, charged {amounts.plain(totals.charged)} EUR,"
        f" reversed {amounts.plain(totals.reversed)} EUR, received {amounts.plain(totals.methods.total())} EUR"
    )


@click.command()
@kind_argument
@json_option
@click.pass_obj
def closings(root: Path, kind: str, as_json: bool) -> None:
    """List the closed days, months or years, oldest first."""
    with office(root, writes=False) as desk, desk.home.store.reading() as connection:
        listed = closing_rows.page(connection, ClosingFilter(Period(kind)), _EVERY_ONE, oldest_first=True)
    answer(
        as_json, {"closings": [_facts(each) for each in listed]}, "\n".join(map(_words, listed)) or "nothing is closed"
    )


def _facts(closing: Closing) -> dict[str, object]:
    """Return a closing for programs, as `--json` prints it, sums in euros. `mac` is its entry's seal."""
    totals = closing.totals
    return {
        "kind": closing.kind.value,
        "from": closing.from_on,
        "until": closing.until_on,
        "entry": closing.entry,
        "entries": totals.entries,
        "charged": amounts.plain(totals.charged),
        "reversed": amounts.plain(totals.reversed),
        "received": amounts.plain(totals.methods.total()),
        "grand_total": amounts.plain(closing.grand_total),
        "mac": closing.mac.hex(),
    }


def _words(closing: Closing) -> str:
    """Return a closing as a line for people; a day is shown by its date alone."""
    span = f"{closing.until_on}" if closing.kind is Period.DAY else f"{closing.from_on} to {closing.until_on}"
    return (
        f"{closing.kind.value} {span}: charged {amounts.plain(closing.totals.charged)} EUR, grand total"
        f" {amounts.plain(closing.grand_total)} EUR, entry {closing.entry}, {closing.mac.hex()[:8]}"
    )
