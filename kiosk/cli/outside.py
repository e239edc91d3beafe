"""The command `outside`: does all that calls the internet, in a program of its own that has no key of badges or
entries.
"""

from dataclasses import asdict
from pathlib import Path

import click
from msgspec import structs

from kiosk import home
from kiosk.cli.arguments import TODAY, answer, json_option
from kiosk.cli.working_day import clock_of, timekeeper_of
from kiosk.devices.clock import HostClock
from kiosk.errors import MachineError
from kiosk.jobs.due import boxes
from kiosk.jobs.due.acts import TimePass
from kiosk.store.space.policies import Rules

NOTHING = "nothing is to go out"  # printed where nothing was sent or asked


@click.command()
@json_option
@click.pass_obj
def outside(root: Path, as_json: bool) -> None:
    """Send waiting mail and notifications, ask HelloAsso about online payments, and send the heartbeat.

    On an installed machine its own unit does so as soon as a message is written (kiosk-outside); elsewhere `kiosk due`
    does.
    """
    with home.opened(root, program="outside", is_patient=True) as opened:  # waits for other writers longer than a tap
        clock = clock_of(opened, click.get_current_context().meta[TODAY])
        sure = timekeeper_of(opened).look().doubt is None
        now = TimePass(opened, Rules(opened.config.zone), clock, HostClock(), sure)
        boxes.go_out(now)  # its outcome is in `now`
    lines = [f"online {name.replace('_', ' ')}: {count}" for name, count in structs.asdict(now.online).items() if count]
    lines += [f"messages {name.replace('_', ' ')}: {count}" for name, count in asdict(now.messages).items() if count]
    lines += [f"heartbeat {now.heartbeat}"] if now.heartbeat else []
    facts: dict[str, object] = {
        "online": structs.asdict(now.online),
        "messages": asdict(now.messages),
        "heartbeat": now.heartbeat,
        "failing": [{"act": act, "code": code} for act, code in now.failed.items()],
    }
    answer(as_json, facts, "\n".join(lines) or NOTHING)
    if now.failed:
        named = ", ".join(f"{act} ({code})" for act, code in now.failed.items())
        raise MachineError("due-failing", f"not done: {named}; kiosk check, and the journal, say more")
