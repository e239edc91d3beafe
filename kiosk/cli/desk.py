"""The commands `desk`, which runs the office's pages, and `user`, which manages officers' accounts."""

from pathlib import Path

import click

from kiosk import desk as program
from kiosk import home
from kiosk.cli import first_link
from kiosk.cli.arguments import answer, json_option
from kiosk.devices.clock import HostClock
from kiosk.domain.members.roles import Role
from kiosk.errors import RequestError
from kiosk.home import Home
from kiosk.members import passwords
from kiosk.members.account_files import AccountFiles
from kiosk.members.first_officer import FirstOfficer
from kiosk.members.officers import Officers, Profile
from kiosk.store.officers import desk_users
from kiosk.store.officers.desk_users import Officer


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
@click.option("--name", default="", help="The name shown beside their actions; the e-mail by default.")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role]))
@click.option(
    "--member", "number", type=int, help="Their member number: corrections to that file need another officer."
)
@click.option(
    "--password-file", type=click.Path(path_type=Path), help="A first password; a link is created by default."
)
@json_option
@click.pass_obj
def add_user(
    root: Path,
    email: str,
    name: str,
    roles: tuple[str, ...],
    number: int | None,
    password_file: Path | None,
    as_json: bool,
) -> None:
    """Create an account. Without a password, a link is printed that works once, within three days."""
    password = None if password_file is None else _first_line(password_file)
    with home.opened(root) as opened:
        hashed = None if password is None else _hashed(opened, password, (email, name))
        account = _officers(opened).add(email, Profile(name, roles, number), hashed)
        link = None if hashed is not None else program.link(opened, account.id)
    words = f"{account.email}: {', '.join(account.roles)}"
    answer(as_json, _facts(account) | {"link": link}, words if link is None else f"{words}\n{link}")


@user.command("first")
@json_option
@click.pass_obj
def first_user(root: Path, as_json: bool) -> None:
    """Print the link and QR code that create the first officer: they work once, for a day. Earlier links stay valid."""
    with home.opened(root) as opened:
        link = FirstOfficer.of(opened, HostClock()).link()
    answer(as_json, {"link": link}, first_link.words(link))


@user.command("list")
@json_option
@click.pass_obj
def list_users(root: Path, as_json: bool) -> None:
    """List every account, with its roles and state."""
    with home.opened(root) as opened, opened.store.reading() as connection:
        accounts = desk_users.everyone(connection)
    lines = [f"{each.id:>3}  {each.email:<32} {', '.join(each.roles):<32} {_state(each)}".rstrip() for each in accounts]
    answer(
        as_json, {"users": [_facts(each) for each in accounts]}, "\n".join(lines) or "no account yet: kiosk user first"
    )


@user.command("reset")
@click.argument("email")
@click.option("--second-factors", is_flag=True, help="Also remove codes and passkeys, for a lost phone or key.")
@json_option
@click.pass_obj
def reset_user(root: Path, email: str, second_factors: bool, as_json: bool) -> None:
    """Print a link to choose a password: it works once, for three days. Earlier links and open sessions end."""
    with home.opened(root) as opened:
        account = _account(opened, email)
        officers = _officers(opened)
        if second_factors:
            officers.take_second_factors(account.id)
        officers.prepare_link(account.id)  # ends earlier links and sessions
        link = program.link(opened, account.id)
    answer(as_json, _facts(account) | {"link": link}, link)


@user.command("confirm")
@click.argument("email")
@json_option
@click.pass_obj
def confirm_user(root: Path, email: str, as_json: bool) -> None:
    """Confirm that an account belongs to the person named, if no other officer can."""
    with home.opened(root) as opened:
        account = _account(opened, email)
        _officers(opened).confirm(account.id)
    answer(as_json, {"number": account.id}, f"officer {account.id}: confirmed")


@user.command("file")
@click.argument("email")
@click.argument("number", type=int)
@json_option
@click.pass_obj
def link_file(root: Path, email: str, number: int, as_json: bool) -> None:
    """Link an account to its holder's file, by member number: their own money then needs another officer."""
    with home.opened(root) as opened:
        account = _account(opened, email)
        AccountFiles.of(_officers(opened)).link(account.id, number)
    answer(as_json, {"number": account.id, "member": number}, f"officer {account.id}: file {number:04d}")


@user.command("outsider")
@click.argument("email")
@click.option("--end", is_flag=True, help="Take it back: the account then takes no payments until it has a file.")
@json_option
@click.pass_obj
def declare_outsider(root: Path, email: str, end: bool, as_json: bool) -> None:
    """Declare an account to be no member's, such as a bookkeeper's from outside: it may then take payments."""
    with home.opened(root) as opened:
        account = _account(opened, email)
        files = AccountFiles.of(_officers(opened))
        files.end_outsider(account.id) if end else files.declare_outsider(account.id)
    words = "no longer declared" if end else "declared to be no member's"
    answer(as_json, {"number": account.id, "outsider": not end}, f"officer {account.id}: {words}")


@user.command("erase")
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation; this cannot be undone.")
@json_option
@click.pass_obj
def erase_user(root: Path, email: str, yes: bool, as_json: bool) -> None:
    """Erase a suspended account's name and address. Its number stays with its past actions and is never reused."""
    with home.opened(root) as opened:
        account = _account(opened, email)
        if not yes:
            click.confirm(f"erase the name and address of {account.email} (officer {account.id}) for ever?", abort=True)
        _officers(opened).erase(account.id)
    answer(as_json, {"number": account.id}, f"officer {account.id}: name and address are erased")


def _account(opened: Home, email: str) -> Officer:
    """Return the account with an address. Raises RequestError where there is none."""
    with opened.store.reading() as connection:
        return desk_users.by_email(connection, email)


def _officers(opened: Home) -> Officers:
    """Return the use-case of officers' accounts, in the name of the command line."""
    return Officers.of(opened, HostClock(), "cli")


def _facts(officer: Officer) -> dict[str, object]:
    """Return an account for programs, as `--json` prints it."""
    return {
        "number": officer.id,
        "email": officer.email,
        "name": officer.name,
        "roles": list(officer.roles),
        "active": officer.active,
        "invited": officer.invited,
        "second_factor": officer.has_codes or officer.passkeys > 0,
        "member": officer.member_number,
        "outsider": officer.outsider_on is not None,
    }


def _state(officer: Officer) -> str:
    """Return what keeps an account from signing in (suspended before invited), else that it has a second factor; ""
    where it signs in with its password alone.
    """
    if not officer.active:
        return "suspended"
    if officer.invited:
        return "invited, link not followed yet"
    return "two factors" if officer.has_codes or officer.passkeys else ""


def _hashed(opened: Home, password: str, about: tuple[str, ...]) -> str:
    """Return a password's hash. `about` are the holder's address and name, which it must not contain. Raises Problem
    for a password that is short or easy to guess.
    """
    hashed = passwords.hashed(password)  # first, since it checks the length
    with opened.store.reading() as connection:
        place = passwords.words_of_place(connection, HostClock().now().date())
    passwords.want_unknown(password, (*about, *place))
    return hashed


def _first_line(path: Path) -> str:
    """Return a file's text as a password, without line ends around it. Raises RequestError `password-file`."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise RequestError("password-file", f"{path} cannot be read: {fault}") from None
    return text.strip("\r\n")
