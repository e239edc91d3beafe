"""`due`: one pass over all that time brings."""

from pathlib import Path

import click

from kiosk import home
from kiosk.cli.arguments import TODAY, answer, json_option
from kiosk.cli.timing import clock_of
from kiosk.domain import money
from kiosk.due import Due, Pass
from kiosk.errors import AnswerIsNo
from kiosk.store.rules import Rules


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@json_option
@click.pass_obj
def due(root: Path, dry_run: bool, as_json: bool) -> None:
    """Do what time brings: charge subscriptions' periods on their day, forget what was kept long enough.

    Each act is done once: run it every few minutes.
    """
    with home.opened(root) as opened:
        clock = clock_of(opened, click.get_current_context().meta[TODAY])
        time = Due(store=opened.store, rules=Rules(opened.config.zone), seal=opened.seal, clock=clock)
        done = time.preview() if dry_run else time.run()
    answer(as_json, _facts(done, dry_run), _words(done, dry_run))
    if done.failed:
        first = done.failed[0]
        raise AnswerIsNo("due", f"{len(done.failed)} not charged; member {first.number}, {first.product}: {first.says}")


def _facts(done: Pass, dry_run: bool) -> dict[str, object]:
    return {
        "dry_run": dry_run,
        "charged": [
            {
                "member": act.number,
                "product": act.product,
                "from": act.part.first_on,
                "until": act.part.last_on,
                "amount": money.plain(act.cents),
                "replaces": act.replaces,
            }
            for act in done.charged
        ],
        "forgotten": done.forgotten,
        "failed": [{"member": each.number, "product": each.product, "code": each.code} for each in done.failed],
    }


def _words(done: Pass, dry_run: bool) -> str:
    would = "would be " if dry_run else ""
    lines = [
        f"{would}charged: member {act.number}, {act.product} from {act.part.first_on} to {act.part.last_on},"
        f" {money.plain(act.cents)} EUR" + (f" instead of entry {act.replaces}" if act.replaces else "")
        for act in done.charged
    ]
    lines += [f"{would}forgotten: {count} {name}" for name, count in done.forgotten.items() if count]
    return "\n".join(lines) or "nothing is due"
