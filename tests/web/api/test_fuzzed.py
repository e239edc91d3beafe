"""The whole document, tried by schemathesis: no answer that it does not have, and from each operation one with rows.

A short form is part of every run. KIOSK_API_SECONDS is how long each token is tried instead: 50 make ten minutes.
"""

import os
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from flask import Flask, Response, request
from waitress.server import create_server  # type: ignore[import-untyped]  # ships no types

from kiosk.domain.space.sharing import RULES
from kiosk.exports.sheets import SHEETS
from kiosk.web.pages.api import answering, document
from kiosk.web.pages.app import create_app
from tests import processes
from tests.homes import wrote

from .conftest import House, Script, at

SECONDS = int(os.environ.get("KIOSK_API_SECONDS", "0"))
OPERATIONS = sorted(document.document()["paths"])
CONFIG = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "304", "403", "422"]
"""
"""422: both days are days, but the first is after the last, which no schema says. 403: another list's token."""


class Tried:
    """The API behind the pages' own server, and what it answered: by path, each status, and whether it had rows."""

    def __init__(self, house: House, folder: Path) -> None:
        self.port = processes.free_port()
        self.house, self.folder = at(house.space, f"http://127.0.0.1:{self.port}"), folder
        self.statuses: dict[str, set[int]] = defaultdict(set)
        self.with_rows: set[str] = set()
        self.app: Flask = create_app(self.house.ask)
        self.app.after_request(self._note)
        self.server = create_server(self.app, host="127.0.0.1", port=self.port, threads=4)
        self._thread = threading.Thread(target=self.server.run, daemon=True)
        self._thread.start()

    def _note(self, answer: Response) -> Response:
        if request.path.startswith(document.ROOT):
            self.statuses[request.path].add(answer.status_code)
            if answer.status_code == 200 and request.method == "GET" and _has_rows(request.path, answer):
                self.with_rows.add(request.path)
        return answer

    def by_schemathesis(self, token: str, *more: str) -> subprocess.CompletedProcess[str]:
        config = self.folder / "schemathesis.toml"
        config.write_text(CONFIG)
        address = f"http://127.0.0.1:{self.port}{document.ROOT}/openapi.json"
        shown = ["-H", f"Authorization: Bearer {token}", "--seed", "4711", "--no-color", "--continue-on-failure"]
        command = ["-m", "schemathesis.cli", "--config-file", str(config), "run", address, *shown, *more]
        return subprocess.run(
            [sys.executable, *command], cwd=self.folder, capture_output=True, text=True, timeout=900, check=False
        )

    def script(self, token: str) -> Script:
        """A program that asks without the network, and is noted alike."""
        made = Script(self.house, token)
        made.client = self.app.test_client()
        made.base = f"http://127.0.0.1:{self.port}"
        return made

    def close(self) -> None:
        self.server.close()
        self.server.task_dispatcher.shutdown()
        self._thread.join(10)


def _has_rows(path: str, answer: Response) -> bool:
    if not path.startswith((f"{document.ROOT}/lists/", f"{document.ROOT}/public/")) or path.endswith(".html"):
        return len(answer.get_data()) > 50
    body: dict[str, Any] = msgspec.json.decode(answer.get_data())
    listed: Sequence[object] = next((each for each in body.values() if isinstance(each, list)), [body])
    return bool(listed)


@pytest.fixture
def tried(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tried]:
    for name in ("ASKED", "WRONG"):
        monkeypatch.setattr(answering, name, 10**9)
    house.space.rule("events", "true")
    for rule in RULES.values():
        house.space.rule(rule, "true")
    soon = ("2026-12-08T17:00:00.000000Z", "2026-12-08T19:00:00.000000Z")
    with house.space.home.store.writing() as connection:
        wrote(connection, "UPDATE event SET is_listed = 1, starts_at = ?, ends_at = ? WHERE title = 'Vélo'", *soon)
    made = Tried(house, tmp_path)
    yield made
    made.close()


def test_nothing_is_answered_that_the_document_does_not_have_and_each_operation_has_rows(tried: Tried) -> None:
    done = tried.by_schemathesis(tried.house.token(), "--phases", "coverage,fuzzing", "-n", "10")
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert sorted(tried.with_rows) == OPERATIONS
    assert {404, 421} & set().union(*tried.statuses.values()) == set()


@pytest.mark.parametrize("name", SHEETS)
def test_a_scope_reads_its_own_list_and_what_everybody_may(tried: Tried, name: str) -> None:
    """Tried for KIOSK_API_SECONDS, or each operation once."""
    token = tried.house.token(lists=[name])
    if SECONDS:
        done = tried.by_schemathesis(token, "--max-time", str(SECONDS))
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    else:
        for path in OPERATIONS:
            tried.script(token).get(path)
    others = {path for path in OPERATIONS if "/lists/" in path and not path.endswith(f"/{name}")}
    assert sorted(tried.with_rows) == sorted(set(OPERATIONS) - others)
    assert {path: 200 in tried.statuses[path] for path in others} == dict.fromkeys(others, False)
    assert all(403 in tried.statuses[path] for path in others)
