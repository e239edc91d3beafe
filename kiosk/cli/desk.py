"""`desk` and `user`: the office's pages, and who may work there."""

from pathlib import Path

import click
from flask_security import hash_password

from kiosk import desk as program
from kiosk import home
from kiosk.cli.arguments import answer, json_option
from kiosk.devices.clock import HostClock
from kiosk.domain.roles import Role
from kiosk.store import desk_users


@click.command()
@click.pass_obj
def desk(root: Path) -> None:
    """Run the desk: the office's pages, until it is stopped."""
    program.run(root)


@click.group()
def user() -> None:
    """Officers' accounts at the desk."""


@user.command("add")
@click.argument("email")
@click.option("--name", default="", help="Shown beside what they do; without it, the e-mail.")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role]))
@click.option("--password-file", type=click.Path(path_type=Path), help="A first password; without it, a link is given.")
@json_option
@click.pass_obj
def add_user(
    root: Path, email: str, name: str, roles: tuple[str, ...], password_file: Path | None, as_json: bool
) -> None:
    """Make an account. Without a password, its holder follows a link once."""
    with home.opened(root) as opened, program.application(opened).app_context():
        password = None if password_file is None else password_file.read_text("utf-8").strip()
        hashed = None if password is None else hash_password(password)
        with opened.store.writing() as connection:
            desk_users.add(connection, email, name, roles, HostClock().now(), hashed)
    answer(as_json, {"email": email, "roles": roles}, f"{email}: {', '.join(roles)}")
