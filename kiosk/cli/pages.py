"""The command `pages`: serves members' pages for their own telephones, from a program that stores nothing."""

from pathlib import Path

import click

from kiosk import pages as members_pages


@click.command()
@click.pass_obj
def pages(root: Path) -> None:
    """Run members' pages until stopped: their telephones ask them, and they ask the desk.

    On an installed machine their own unit does so (kiosk-pages).
    """
    members_pages.run(root)
