"""`kiosk roles`: gives each program of this machine an account of its own on the server, with that program's rights.

The account's address, with a password that no person has to know, lies with the program's other keys. To shut a machine
out, drop its accounts on the server.
"""

import secrets
from pathlib import Path

import sqlalchemy as sa

from kiosk import home, root_files
from kiosk.errors import MachineError, RequestError
from kiosk.home import Paths
from kiosk.root_files import Holder
from kiosk.setup import records
from kiosk.store.postgresql import address, rights, roles, server_store

_MARK_BYTES = 3  # random part of an account's name, to tell machines apart


def give(root: Path) -> list[str]:
    """Make each program's account, or give it a new password, and return the accounts' names.

    Raises RequestError `no-server` or `config`, MachineError `server-roles` or `database`; the accounts are then
    unchanged.
    """
    paths = home.find(root)
    url = records.url(paths)
    if not url:
        raise RequestError("no-server", "the home's records are in its file: kiosk move --to takes them to a server")
    addresses = {}
    with server_store.working_on(url) as server:
        try:
            with server.begin():
                roles.make(server)
                for program in rights.PROGRAMS:
                    account, password = _account(paths, server, program), secrets.token_urlsafe(24)
                    roles.admit(server, program, account, password)
                    server_url = address.parsed(
                        home.own_server(paths, program) or url
                    )  # perhaps through a socket of its own
                    addresses[program] = server_url.set(drivername="postgresql", username=account, password=password)
        except sa.exc.DatabaseError as fault:
            if address.is_forbidden(fault.orig):
                raise MachineError("server-roles", f"the server refuses: {address.explained(fault.orig)}") from fault
            raise
    for program, where in addresses.items():
        _keep(paths.server_key(program), where.render_as_string(hide_password=False))
    return [str(where.username) for where in addresses.values()]


def _account(paths: Paths, server: sa.Connection, program: str) -> str:
    """Return the name of the account that this machine has for a program, or a new one."""
    known = home.own_server(paths, program)
    if known:
        return str(address.parsed(known).username)
    return f"{roles.group(server, program)}_{secrets.token_hex(_MARK_BYTES)}"


def _keep(path: Path, content: str) -> None:
    """Write a program's server address with its password, readable by the owner of the folder alone."""
    folder = path.parent.stat()
    with root_files.acting_in(path.parent):
        root_files.write(path, f"{content}\n".encode(), Holder(0o600, folder.st_uid, folder.st_gid))
