"""The doctor: what can be told of a home and its entrance, each with what to do when it is ill."""

import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk import config, home, setaside, spool
from kiosk.config import Config
from kiosk.errors import KioskError
from kiosk.home import Home
from kiosk.store import audit


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was found, and what to do about it."""

    name: str
    ok: bool
    says: str
    remedy: str = ""


def examine(root: Path) -> list[Finding]:
    """Every check that can be made. A home that cannot be opened is one, too; its entrance may run all the same."""
    try:
        paths = home.find(root)
        settings = config.load(paths.config)
    except KioskError as error:
        return [Finding("home", False, str(error), "" if error.code == "no-home" else "mend what is named")]
    try:
        with home.opened(root) as opened:
            found = [Finding("home", True, f"{root}{', training mode' if opened.training else ''}"), _records(opened)]
    except KioskError as error:
        found = [Finding("home", False, str(error), "mend what is named, or restore the home from its backup")]
    return [*found, *_spool(paths.root / settings.spool.path), *_entrance(settings, paths.root / settings.spool.path)]


def _spool(folder: Path) -> Iterator[Finding]:
    if not folder.is_dir():
        yield Finding("spool", False, f"{folder} is not there", "plug its disk in, or change spool.path in kiosk.toml")
        return
    aside = setaside.count(folder)
    if aside:
        yield Finding("set aside", False, f"{aside} taps could not be entered", f"see {folder / setaside.NAME}")


def _entrance(settings: Config, folder: Path) -> Iterator[Finding]:
    answer = _ask(settings.screen.port)
    if answer is None:
        yield Finding("entrance", False, "does not answer", "kiosk entrance")
        yield Finding("waiting", True, f"{spool.count(folder)} taps wait for the entrance to enter them")
        return
    yield Finding("entrance", True, f"runs, version {answer['version']}")
    reader = answer["reader"]
    yield Finding("reader", reader == "online", reader, "" if reader == "online" else "plug the reader out and in")
    yield _door(answer["door"])
    if answer["database"] != "ok":
        yield Finding(
            "database", False, "cannot be written: taps are spooled", "free or replace the disk; docs/faults.md"
        )
    if answer["clock"] == "untrusted":
        yield Finding(
            "clock", False, "is not trusted: taps are spooled", "wait for the network, or kiosk clock confirm"
        )
    else:
        yield Finding("clock", True, f"trusted, source {answer['clock']}")
    where = answer["spool"]
    remedy = "" if where == "disk" else "free or replace the disk before the power goes"
    yield Finding("waiting", where == "disk", f"{answer['spooled']} taps wait, kept on: {where}", remedy)


def _records(opened: Home) -> Finding:
    from kiosk.store import schema  # brings Alembic, which the command line's other commands do without

    try:
        with opened.store.reading() as connection:
            schema.compare(connection)
            count, _ = audit.check_chain(connection, opened.seal)
            audit.check_texts(connection)
            audit.check_sums(connection)
    except KioskError as error:
        return Finding("ledger", False, str(error), "call whoever keeps the books before anything else is written")
    return Finding("ledger", True, f"{count} entries, chain and balances agree")


def _door(door: dict[str, Any]) -> Finding:
    if door["simulated"]:
        return Finding("door", True, "simulated: nothing real opens")
    if door["state"] != "ok":
        return Finding("door", False, "did not answer at the last tap", "use the key; check relay, supply and wiring")
    return Finding("door", True, f"{door['pulses']} pulses since the start")


def _ask(port: int) -> dict[str, Any] | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        answer: dict[str, Any] = json.loads(connection.getresponse().read())
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    return answer
