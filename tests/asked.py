"""Writes kiosk/data/asked.json: what the desk's pages ask a far server, so that nobody's first look is slow.

Each page of the table is looked at once, in the demo's space on a server of its own: `python -m tests.asked`.
"""

import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

from flask.testing import FlaskClient

import kiosk
from kiosk import home
from kiosk.setup import demo, moving
from kiosk.store.asking.asked_again import Transaction
from kiosk.store.asking.lasting import Lasting, lasting
from kiosk.store.postgresql.server_store import ServerStore
from kiosk.store.revisions import REVISION
from kiosk.web.desk import asked_file
from kiosk.web.desk.app import create_app
from tests import postgres
from tests.browser import desk, page_table
from tests.conftest import Space
from tests.fakes import FakeClock

_HTTPS = "https://localhost"
_BETWEEN = ",\n"


def pages() -> list[str]:
    """The addresses that are looked at: of each page the first, and all that a link names without a question."""
    known = page_table.PAGES.values()
    return [each for where in known for each in where if "{" not in each and (each == where[0] or "?" not in each)]


def recorded() -> Lasting:
    """Return what the pages ask a server."""
    server = postgres.new()
    try:
        with tempfile.TemporaryDirectory() as folder:
            root = desk.prepare(Path(folder) / "home")
            with desk.running(root, Path(folder) / "furnished") as real:
                desk.furnish(real)
            root = Path(folder) / "furnished"
            moving.to_server(root, server.url(server.made()))
            return _looked_at(root)
    finally:
        server.end()


def _looked_at(root: Path) -> Lasting:
    with home.opened(root, is_patient=True) as opened:
        space = Space(opened, FakeClock(desk.EVENING))
        app = create_app(opened, space.clock, bytes(32), ["localhost"])
        store, client = cast("ServerStore", opened.store), app.test_client()
        _sign_in(client)
        fresh = dict(app.extensions)
        for page in pages():
            app.extensions.clear()  # what a page remembers for the next one: after a start there is nothing
            app.extensions.update(fresh)
            client.get(page, base_url=_HTTPS)
        space.kept.close()
        store.memory._lasting.update(store.memory._asked)  # with what answers a question: nobody's, here
        told = store.memory.to_keep()
        return lasting(REVISION, told, frozenset(_words(told)))


def _words(told: Sequence[tuple[str, int, Transaction]]) -> Iterator[str]:
    """The texts that stand in the source itself, and are nobody's."""
    source = "\n".join(path.read_text("utf-8") for path in Path(kiosk.__file__).parent.rglob("*.py"))
    for _, _, known in told:
        for _, bound in known.asked:
            yield from (each for each in bound if isinstance(each, str) and f'"{each.rstrip("%")}' in source)


def _sign_in(client: FlaskClient) -> None:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/login", base_url=_HTTPS).text)
    assert found is not None
    data = {"email": desk.EVERY_ROLE, "password": demo.DEMO_PASSWORD, "csrf_token": found[1]}
    assert client.post("/login", base_url=_HTTPS, data=data).status_code == 302


def written(known: Lasting) -> str:
    """Return the file's text, a statement, a question or a page a line, so that a change is read."""
    parts: dict[str, list[str]] = {
        "statements": [_line(each) for each in known.statements],
        "questions": [_line(each) for each in known.questions],
        "pages": [_line((each.page, each.transaction, each.questions)) for each in known.pages],
    }
    named = [f'"{name}":[\n{_BETWEEN.join(part)}\n]' for name, part in parts.items()]
    return "{" + _BETWEEN.join([f'"at":{_line(known.pages[0].at)}', *named]) + "}\n"


def _line(known: object) -> str:
    return json.dumps(known, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    asked_file.SHIPPED.write_text(written(recorded()), "utf-8")
