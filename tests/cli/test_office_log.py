"""Each act of the office leaves the same line in the desk's log, whether a page, a command or the API did it.

`tests.cli.log_watch` looks at every command of every test; here nothing is left out: neither a command, nor a line that
a page or a command writes beside the use-case.
"""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from kiosk.cli.main import kiosk
from kiosk.language.log_acts import ACTS
from tests.cli import log_watch

CODE = Path(__file__).parents[2] / "kiosk"
READ = "what is read or handed out, logged where that happens"
OF_PAGES = {
    READ: """
        SHEET
        attendance-sheet day-read event-certificate read-file read-list scenarios statement voucher-statement
        closing-printed export export-invoice print-invoice report
    """,
    "it has no command": """
        answers-taken-back answers-written mail-password trial-mail
        calendar-link calendar-link-revoked room-added room-changed quote-made
        change-payer visitor-enrolled visitor-quoted open-door wait-for-badge
        correction-accepted correction-noted correction-refused correction-reopened
        duty-put-off duty-woken
        closing-sent remind-invoice reminder renewal-proposed send-invoice
        day-closed day-opened product-added product-named rule-called-off tariffs-confirmed wording-changed zone-changed
        second-agreed second-alone second-asked second-declined
        f'subscription-{what}'
    """,
    "one line for several acts that have no command: organisations, rules, quotes, attendance, public requests": """
        act logged
    """,
    "the records cannot be written while it runs": "reconciled",
}
OF_COMMANDS = {
    READ: "SHEET export export-invoice print-invoice read-file read-list report",
    "the reader proves the badge in the command, at the door in the entrance": "act",
    "the records cannot be written while it runs": "reconciled",
}


def logged_by(layer: str) -> set[str]:
    """What the modules of a layer write into the desk's log: codes, or the expression that names one."""
    trees = (ast.parse(path.read_text("utf-8")) for path in (CODE / layer).rglob("*.py"))
    calls = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args)
    named = (call.args[0] for call in calls if ast.unparse(call.func).endswith((".log", ".log_all")))
    return {code for argument in named for code in _codes(argument)}


def _codes(argument: ast.expr) -> Iterator[str]:
    if isinstance(argument, ast.IfExp):
        yield from (*_codes(argument.body), *_codes(argument.orelse))
    else:
        yield str(argument.value) if isinstance(argument, ast.Constant) else ast.unparse(argument)


def _words(told: Mapping[str, str]) -> set[str]:
    return {word for words in told.values() for word in words.split()}


def commands(below: click.Command = kiosk, names: tuple[str, ...] = ()) -> Iterator[str]:
    """The name of every command."""
    if not isinstance(below, click.Group):
        yield " ".join(names)
        return
    context = click.Context(below)
    for name in below.list_commands(context):
        command = below.get_command(context, name)
        assert command is not None
        yield from commands(command, (*names, name))


def test_a_page_logs_nothing_that_an_act_with_a_command_does() -> None:
    assert logged_by("web/desk") == _words(OF_PAGES)
    of_acts = {act for acts in log_watch.LINES.values() for act in acts.split()} - {"second-asked"}
    assert not of_acts & set(OF_PAGES["it has no command"].split())


def test_a_command_logs_only_what_it_reads_or_hands_out() -> None:
    assert logged_by("cli") == _words(OF_COMMANDS)


def test_every_command_has_its_line_or_a_reason_for_none() -> None:
    lines, silent = {each.replace(" ", "-") for each in log_watch.LINES}, _words(log_watch.SILENT)
    assert not lines & silent
    named = {each.replace(" ", "-") for each in commands() if not each.endswith(" list")}
    assert named == lines | silent


def test_every_line_of_a_command_has_its_words() -> None:
    assert {act for acts in log_watch.LINES.values() for act in acts.split()} <= set(ACTS)
