"""The commands `mend` and `spool`: make again what a start needs and may be made anew. Also runs as a module by itself
before each start, while the door waits for it. The *spool* has the taps that were let in and are not entered yet.
"""

import os
import sys
from pathlib import Path

import click

from kiosk import key_rights
from kiosk.devices.clock import HostClock
from kiosk.setup import key_mending
from kiosk.store.marks import file_marks


@click.command()
@click.pass_obj
def mend(root: Path) -> None:
    """Create missing folders and the keys that may be made again, and set damaged ones aside, as each start does.

    The keys of badges and chain are never made here. Settings are accepted if none ever were.
    """
    for line in _mended(root):
        click.echo(line)


@click.group()
def spool() -> None:
    """The folder where taps wait: adopt a new stick, bring in what lies under a mount point."""


@spool.command("adopt")
@click.pass_obj
def adopt(root: Path) -> None:
    """Use the folder named by spool.path from now on, for a new stick once it is plugged in."""
    from kiosk.jobs import spool_care

    click.echo(f"taps wait in {spool_care.adopt(root)} from now on")


@spool.command("gather")
@click.option("--from", "folder", type=click.Path(path_type=Path), help="A folder other than spool.path.")
@click.pass_obj
def gather(root: Path, folder: Path | None) -> None:
    """Bring in the taps that were written under a mount point while its stick was away: as root, each once."""
    from kiosk.jobs import spool_care

    click.echo(f"files brought in: {spool_care.gather(root, folder)}; the entrance enters them")


def before_a_start(root: Path) -> None:
    """Mend a home and log what was mended; then reconcile its records where they are in a file and lack an entry that a
    program here saw, or have an open claim. While an update is under way, nothing is reconciled.
    """
    for line in _mended(root):
        sys.stderr.write(f"mended: {line}\n")
    if _is_updated() and file_marks.differ(root):
        from kiosk.jobs import reconciliation  # where an older copy was put back, which is seldom

        if done := reconciliation.before_a_start(root, HostClock()):
            sys.stderr.write(f"{done}\n")


def _mended(root: Path) -> list[str]:
    """Mend folders and keys, and return a line for each. As root, and while no update is under way, also make missing
    users and groups, then mend again, since folders can be given to them only now.
    """
    is_updated, new_accounts = _is_updated(), []
    done = key_mending.mend(root, HostClock().now(), is_updated=is_updated)
    if (
        is_updated
        and os.geteuid() == 0
        and (key_rights.lacks_group(root / "keys" / "shared") or key_mending.lacks_outside(root))
    ):
        from kiosk.jobs import service_users  # once on each machine, and the door waits

        new_accounts = service_users.make(root)
        done += key_mending.mend(root, HostClock().now()) if new_accounts else []
    return [*new_accounts, *done]


def _is_updated() -> bool:
    """Tell whether no update is under way, in which the former release may still need what is there now. (As
    `kiosk.jobs.update.release_places` does, which is not imported here.)
    """
    # An installed release runs from releases/VERSION/venv; update.json beside `releases` stands for an update.
    prefix = Path(sys.prefix).resolve()
    return prefix.parts[-3:-2] != ("releases",) or not (prefix.parents[2] / "update.json").exists()


if __name__ == "__main__":
    before_a_start(Path(sys.argv[1]))
