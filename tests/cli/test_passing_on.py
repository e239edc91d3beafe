"""A command written by hand that only passes on to one act has a reason not to be made of it.

Such a command opens the office, calls one thing in at most two lines, and answers. `kiosk.cli.act_commands` makes a
command of an act in one line, where the act's id and what was typed are all that it answers.
"""

import ast
from pathlib import Path

COMMANDS = Path(__file__).parents[2] / "kiosk/cli"
REASONS = {
    "it answers with what its act made, changed or charged, which is more than an id": """
        members/members.py back
        members/members.py change_plan
        members/members.py leave
        members/members.py split
        money/vouchers.py sell
        rooms.py read_calendar
    """,
    "its page is a flow of its own: looked up, previewed, made sure of, or agreed to by a second officer": """
        money/payments.py deposit
        money/payments.py pay
        money/payments.py refund
        money/payments.py reverse
        money/payments.py sell
        money/payments.py write_off
    """,
    "its page keeps ticks, or a list of slips, beside its form: as an act it was six lines more": """
        money/cash.py bank
        money/cash.py bounce
    """,
    "its page asks for the password again, and the machine's own clock dates it": """
        doors.py add
        doors.py code
        doors.py revoke
    """,
    "it works on accounts from the home, before there is an office to open": """
        desk.py confirm_user
        desk.py first_user
        desk.py link_file
    """,
    "its page shows the act's answer in a message of its own": """
        members/badges.py lost
        members/tokens.py end
    """,
    "its use-case serves the members' screen or the day's pass, too, and its page logs in its own words": """
        rooms.py cancel
        rooms.py cancel_event
        rooms.py hold
        rooms.py room
    """,
    "a flag chooses between two acts": "premises/spots.py lend_spot",
}


def passing_on(path: Path) -> set[str]:
    """The commands of a module that open the office, call one thing, and answer."""
    named = path.relative_to(COMMANDS)
    functions = [each for each in ast.parse(path.read_text("utf-8")).body if isinstance(each, ast.FunctionDef)]
    return {f"{named} {each.name}" for each in functions if _passes_on(each)}


def _passes_on(node: ast.FunctionDef) -> bool:
    if not any("command" in ast.unparse(one) for one in node.decorator_list):
        return False
    body = [each for each in node.body if not (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))]
    opened = [each for each in body if isinstance(each, ast.With)]
    if len(opened) != 1 or len(body) > 3:
        return False
    place = ", ".join(ast.unparse(item) for item in opened[0].items)
    if "writes=False" in place or "reading()" in place or len(opened[0].body) > 2:
        return False
    return not any(isinstance(each, ast.If | ast.For | ast.With | ast.Raise) for each in [*opened[0].body, *body[1:]])


def test_each_command_that_only_passes_on_has_its_reason() -> None:
    by_hand = set[str]().union(*map(passing_on, COMMANDS.rglob("*.py")))
    told = {line.strip() for lines in REASONS.values() for line in lines.splitlines() if line.strip()}
    assert by_hand == told
