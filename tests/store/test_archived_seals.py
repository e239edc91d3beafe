"""What a year's archive has of the seals, and what its own verifier makes of them without any key."""

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kiosk import home
from kiosk.exports.books import verify_archive
from kiosk.exports.books.verify_archive import Wrong
from kiosk.store.books import archive_rows
from kiosk.store.seals import sealing

from . import sealed_home

pytestmark = pytest.mark.promise(3)
UNTIL = date(2027, 1, 31)


@pytest.fixture(scope="module")
def made(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[list[Any], list[Any]]]:
    """The rows of the archive's file, and the entries that seal."""
    root = shutil.copytree(sealed_home.made(template), tmp_path_factory.mktemp("archived") / "home")
    with home.opened(Path(root)) as opened, opened.store.reading() as connection:
        entries = connection.exec_driver_sql(
            "SELECT number, detail FROM entry WHERE kind = ? ORDER BY number", (sealing.KIND,)
        ).all()
        rows = list(archive_rows.sealed(opened.store.reading, opened.seal, UNTIL))
        assert rows == list(archive_rows.sealed(opened.store.reading, opened.seal, UNTIL))
        assert list(archive_rows.sealed(opened.store.reading, opened.seal, date(2026, 6, 30))) == []
        yield [*entries], rows


def checked(made: tuple[list[Any], list[Any]], rows: list[Any]) -> str:
    """What the verifier says of rows beside these entries."""
    walked: Any = SimpleNamespace(seals={}, first=1)
    for number, detail in made[0]:
        verify_archive.Entries._take_seals(walked, number, json.loads(detail)["rows"])
    source: Any = SimpleNamespace(names=lambda: ["sealed.jsonl"], rows=lambda _name: iter(rows))
    return str(verify_archive._check_seals(source, walked))


def test_every_seal_is_one_of_an_entry_and_what_never_changes_is_there_in_the_clear(
    made: tuple[list[Any], list[Any]],
) -> None:
    clear = {row["table"] for row in made[1] if "says" in row}
    assert clear == {"product", "tariff", "policy", "rule_called_off", "name", "remittance", "site_capacity"}
    assert not {"visit", "entry_text"} & {row["table"] for row in made[1]}
    assert "sont là en clair et la portent" in checked(made, made[1])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda rows: [{**row, **_other(row)} for row in rows], "cents n’est pas ce que l’écriture"),
        (lambda rows: [{**row, "seal": "0" + row["seal"][1:]} for row in rows], "n’est pas ce que l’écriture"),
        (lambda rows: [row for row in rows if row["table"] != "membership"], "membership 1 manque"),
        (lambda rows: [*rows, {**rows[0], "row": "900"}], "account 900 : l’écriture"),
    ],
)
def test_what_is_another_is_named(made: tuple[list[Any], list[Any]], wrong: Any, said: str) -> None:
    with pytest.raises(Wrong) as found:
        checked(made, wrong(made[1]))
    assert said in str(found.value)


def _other(row: dict[str, Any]) -> dict[str, Any]:
    return {"says": {**row["says"], "cents": row["says"]["cents"] + 1}} if row["table"] == "tariff" else {}


def test_an_archive_of_before_there_were_seals_has_none_to_check() -> None:
    source: Any = SimpleNamespace(names=lambda: ["entries.jsonl"])
    assert verify_archive._check_seals(source, SimpleNamespace()) is None  # type: ignore[arg-type]  # asked nothing
