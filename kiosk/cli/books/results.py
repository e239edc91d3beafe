"""The command `results`: lists fiscal years' results, records the assembly's vote, and imports another program's
balances.
"""

from datetime import date
from pathlib import Path

import click

from kiosk.books.results import MemberOpenings, Results, YearResult
from kiosk.cli.arguments import TODAY, Day, Ref, answer, json_option
from kiosk.cli.open_office import Office, office
from kiosk.cli.working_day import clock_of
from kiosk.devices.clock import HostClock
from kiosk.domain import amounts, spreadsheet
from kiosk.domain.books import member_openings, trial_balance
from kiosk.domain.books.trial_balance import TrialBalance
from kiosk.errors import AnswerIsNo, RequestError
from kiosk.fields import Cents


@click.group()
def results() -> None:
    """Results of fiscal years, and opening balances."""


@results.command("list")
@json_option
@click.pass_obj
def list_years(root: Path, as_json: bool) -> None:
    """List every closed year's result, latest first, and the vote on it."""
    with office(root, writes=False) as desk:
        closed_years = _results(desk, writes=False).years()
    if not closed_years:
        raise AnswerIsNo("nothing-found", "no fiscal year is closed")
    answer(as_json, {"years": [_facts(each) for each in closed_years]}, "\n".join(map(_words, closed_years)))


@results.command()
@click.argument("year")
@click.option("--on", "voted_on", required=True, type=Day(), help="The assembly's day.")
@click.option("--forward", type=Ref(Cents), default="0", help="Amount to account 110, or taken from it.")
@click.option("--deficits", type=Ref(Cents), default="0", help="Amount to account 119, or the part that settles it.")
@click.option("--reserves", type=Ref(Cents), default="0", help="Amount to the reserves, or taken from them.")
@json_option
@click.pass_obj
def vote(root: Path, year: str, voted_on: date, forward: int, deficits: int, reserves: int, as_json: bool) -> None:
    """Record the assembly's vote on the result of YEAR, like 2026 or 2025-2026; the parts add up to the whole
    result.
    """
    parts = {"brought-forward": forward, "deficit-forward": deficits, "reserves": reserves}
    with office(root) as desk:
        done = _results(desk).vote(year, parts, voted_on)
    answer(as_json, {"entry": done.entry}, f"entry {done.entry}: the vote of {voted_on} on {year}")


@results.command("take-over")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--on", "balance_on", required=True, type=Day(), help="The date of these balances (end of day).")
@click.option("--dry-run", is_flag=True, help="Show what is in the file; record nothing.")
@json_option
@click.pass_obj
def take_over(root: Path, file: Path, balance_on: date, dry_run: bool, as_json: bool) -> None:
    """Import another program's trial balance, once: a balanced CSV of account, label, debit and credit."""
    balance = trial_balance.read(_content(file))
    entry = None
    if not dry_run:
        with office(root) as desk:
            entry = _results(desk).take_over(balance, balance_on).entry
    facts: dict[str, object] = {
        "entry": entry,
        "total": amounts.plain(balance.total),
        "accounts": {account.number: amounts.plain(cents) for account, cents in balance.lines},
    }
    answer(as_json, facts, _balance_words(balance, entry))


@results.command("members")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--on", "balance_on", required=True, type=Day(), help="The date of these balances (end of day).")
@click.option("--dry-run", is_flag=True, help="Show what is in the file; record nothing.")
@json_option
@click.pass_obj
def take_members_over(root: Path, file: Path, balance_on: date, dry_run: bool, as_json: bool) -> None:
    """Import what each member owed or had in credit elsewhere: a CSV of member, balance and since."""
    openings = member_openings.read(_content(file))
    entry = None
    if not dry_run:
        with office(root) as desk:
            clock = clock_of(desk.home, click.get_current_context().meta[TODAY])
            use = MemberOpenings.of(desk.by(clock))
            entry = use.take_over(openings, balance_on).entry
    facts: dict[str, object] = {
        "entry": entry,
        "total": amounts.plain(sum(each.cents for each in openings)),
        "members": {str(each.member): amounts.plain(each.cents) for each in openings},
    }
    lines = [f"{each.member:>6} {amounts.plain(each.cents):>12}  {each.since or balance_on}" for each in openings]
    done = "nothing is written" if entry is None else f"from entry {entry} on"
    answer(as_json, facts, "\n".join([*lines, f"{len(openings)} members, {facts['total']} EUR: {done}"]))


def _content(file: Path) -> bytes:
    """Return the file's bytes, at most one more than may be imported, so that a longer file is recognised. Raises
    RequestError `import-file`.
    """
    try:
        with file.open("rb") as opened:
            return opened.read(spreadsheet.MOST_BYTES + 1)
    except OSError as fault:
        raise RequestError("import-file", f"{file} cannot be read: {fault.strerror}") from None


def _results(desk: Office, *, writes: bool = True) -> Results:
    """Return the use-case of results. With `writes` the clock must be trusted, or the day given (`--today`); reading
    takes the machine's clock as it is.
    """
    clock = clock_of(desk.home, click.get_current_context().meta[TODAY]) if writes else HostClock()
    return Results.of(desk.by(clock))


def _facts(year: YearResult) -> dict[str, object]:
    """Return a closed year's result and the vote on it for programs, as `--json` prints it: euros, below 0 for a
    deficit; `voted_on` and `entry` are None, and `parts` is empty, without a vote.
    """
    voted = year.vote
    return {
        "year": year.name,
        "until": year.until_on,
        "result": amounts.plain(year.cents),
        "waits": year.waits,
        "voted_on": None if voted is None else voted.voted_on,
        "entry": None if voted is None else voted.entry,
        "parts": {} if voted is None else {name: amounts.plain(cents) for name, cents in voted.parts.items()},
    }


def _words(year: YearResult) -> str:
    """Return a closed year's result as a line for people."""
    line = f"{year.name}: {'surplus' if year.cents >= 0 else 'deficit'} of {amounts.plain(abs(year.cents))} EUR"
    if year.vote is not None:
        return f"{line}, voted on {year.vote.voted_on} (entry {year.vote.entry})"
    return f"{line}, waits for a vote" if year.waits else line


def _balance_words(balance: TrialBalance, entry: int | None) -> str:
    """Return a trial balance as lines for people: each account with its balance in euros, above 0 for a debit. `entry`
    is None in a dry run.
    """
    lines = [f"{account.number:<10} {amounts.plain(cents):>14}  {account.label}" for account, cents in balance.lines]
    done = "nothing is written" if entry is None else f"entry {entry}"
    return "\n".join([*lines, f"{len(lines)} accounts, {amounts.plain(balance.total)} EUR on both sides: {done}"])
