"""Finds why a home cannot be opened, and so what to do: a stopped server is to be started, never restored over.

Nothing is opened here: the database file is looked at, and a server's error message is read.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from kiosk import config_in_force
from kiosk.domain.health.findings import Finding
from kiosk.errors import KioskError
from kiosk.health.finding_codes import make_finding
from kiosk.home import Paths

# A database of another release: from the error's code to the finding's.
_OF_VERSION = {"database-newer": "home-newer", "database-older": "home-older"}
_SQLITE = b"SQLite format 3\x00"  # https://www.sqlite.org/fileformat.html, 1.2

# A server's words where the account does not own the database, in English and in French.
_OWNED = (
    *("permission denied for database", "must be owner", "must be able to SET ROLE"),
    *("droit refusé pour la base", "doit être le propriétaire", "doit être propriétaire"),
)
# What a server says before there is a connection comes without a code, in the language of the server: English or
# French, as PostgreSQL's own catalogues have it. The first line that fits counts: words of a later one may be in it.
_SAYINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "server-password",
        ("password authentication failed", "authentification par mot de passe", "no password"),
    ),
    ("server-account", ("no pg_hba.conf entry", "pg_hba.conf", 'role "', "le rôle «")),
    ("server-owner", _OWNED),
    ("server-rights", ("permission denied", "droit refusé")),
    ("server-empty", ("alembic_version", "no home is there")),
    ("server-crowded", ("too many clients", "remaining connection slots", "trop de clients", "connexions restantes")),
    ("server-starting", ("is starting up", "shutting down", "démarre", "s'arrêter", "s’arrêter")),
    ("server-reads-only", ("read-only", "lecture seule", "not primary", "hot standby")),
)
_PREFIX = re.compile(r"^the database postgresql://\S+: ")  # the server's address, which each finding names itself
# Words of a missing database, and of a server that cannot be reached.
_ABSENT = ("does not exist", "n’existe pas", "n'existe pas")
_SILENT = (
    "refused",
    "refusé",
    "timeout expired",
    "timed out",
    "could not translate",
    "failed to resolve",
    "No route",
    "was lost",
)


def closed(fault: KioskError, root: Path) -> Iterator[Finding]:
    """Yield the one finding of what keeps the home at `root` closed, from the error that opening it raised. After one
    with another code than these, the database's file is looked at, or the server's message.
    """
    if fault.code == "no-home":
        yield make_finding("home-missing", path=str(root))
        return
    if fault.code == "key":
        yield _of_key(fault)
        return
    if fault.code == "config":
        # The finding has a remedy of its own.
        yield make_finding("home-settings", fault=config_in_force.without_remedy(str(fault)))
        return
    if fault.code in _OF_VERSION:
        yield make_finding(_OF_VERSION[fault.code])
        return
    in_force = config_in_force.find(root)
    if in_force.other_database:  # kiosk.toml names a database that was not accepted: none is opened, none at fault
        yield make_finding("home-closed", fault=str(fault))
    elif in_force.config.database.url:
        yield _of_server(fault, in_force.config.database.url)
    else:
        yield _of_file(fault, Paths(root))


def _of_key(fault: KioskError) -> Finding:
    """Return the finding about a key file: readable by everyone, unreadable by this account, or missing or damaged."""
    path = fault.values.get("path")
    if "is_open" in fault.values:
        return make_finding("home-key-open", path=str(path))
    if fault.values.get("is_closed"):
        return make_finding("home-key-closed", path=str(path))
    return make_finding("home-key", fault=str(path or fault))


def _of_server(fault: KioskError, url: str) -> Finding:
    """Return the finding that a server's error message means, recognised by its words in English or French: no such
    database, a cause of `_SAYINGS`, no answer, or else a refusal with the message itself.
    """
    where = urlsplit(url)
    named: dict[str, str] = {
        "server": where.netloc.rpartition("@")[2] or "PostgreSQL",  # a URL without a host: by a socket of this machine
        "database": unquote(where.path.lstrip("/")),
        "account": unquote(where.username or ""),
    }
    text = _PREFIX.sub("", str(fault))
    about_database = f'database "{named["database"]}"' in text or "la base de données «" in text
    if about_database and any(word in text for word in _ABSENT):
        return make_finding("server-no-database", **named)
    for code, words in _SAYINGS:
        if any(word in text for word in words):
            return make_finding(code, **named)
    if any(word in text for word in _SILENT):
        return make_finding("server-silent", server=named["server"])
    return make_finding("server-refuses", server=named["server"], fault=text)


def _of_file(fault: KioskError, paths: Paths) -> Finding:
    """Return the finding about the database's file: missing, closed to this account, damaged, or else closed for the
    reason that the error gives.
    """
    path = str(paths.database)
    try:
        # NONBLOCK: a pipe in the file's place does not hold this up. NOFOLLOW: a link there counts as damage.
        descriptor = os.open(paths.database, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    except FileNotFoundError:
        return make_finding("ledger-missing", path=path)
    except PermissionError:
        return make_finding("ledger-closed", path=path)
    except OSError:
        return make_finding("ledger-damaged", path=path)
    try:
        start = os.read(descriptor, len(_SQLITE))
    except OSError:
        start = b""
    finally:
        os.close(descriptor)
    if start != _SQLITE or "malformed" in str(fault) or "damaged" in str(fault):
        return make_finding("ledger-damaged", path=path)
    if lacks_rights(paths):
        return make_finding("ledger-closed", path=path)
    return make_finding("home-closed", fault=str(fault))


def lacks_rights(paths: Paths) -> bool:
    """Tell whether the ledger's file or its folder lacks the rights to be written: its owner's, those of the home's
    group where the home is open to it, or this account's.
    """
    others = 0o060 if paths.root.stat().st_mode & 0o040 else 0  # the group reads the home: several programs write there
    for place, own in ((paths.database, 0o600), (paths.database.parent, 0o700)):
        needed = own | others
        if place.stat().st_mode & needed != needed or not os.access(place, os.W_OK):
            return True
    return False
