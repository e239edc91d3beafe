"""LibreOffice without a screen, with a profile of its own: a file opened as an officer opens it, cell by cell."""

import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import NamedTuple

# Sums are computed by the program that opens the file, not believed.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item>
</oor:items>
"""
_FRENCH_CSV = "59,34,76,1,,1036,false,true"  # semicolons, UTF-8, French numbers, what looks like a number is one
_OFFICE, _TABLE = (
    "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}",
    "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}",
)


class Cell(NamedTuple):
    """What a cell holds (`date`, `float`, `currency`, `string`, or nothing), its value, and what is shown of it."""

    kind: str
    value: str
    shown: str


def cells(file: Path, folder: Path) -> list[list[Cell]]:
    """Every row that has something in it, sheet after sheet."""
    return opened([file], folder)[file.name]


def opened(files: list[Path], folder: Path) -> dict[str, list[list[Cell]]]:
    """The rows of several files of one kind, by their names: the program starts once."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE, "utf-8")
    reading = [f"--infilter=CSV:{_FRENCH_CSV}"] if files[0].suffix == ".csv" else []
    command = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", *reading, "--convert-to", "fods"]
    subprocess.run(
        [*command, "--outdir", str(folder), *map(str, files)], capture_output=True, text=True, timeout=180, check=True
    )
    return {file.name: _rows(folder / f"{file.stem}.fods") for file in files}


def _rows(file: Path) -> list[list[Cell]]:
    found = [_row(row) for row in ET.parse(file).iter(f"{_TABLE}table-row")]  # noqa: S314  # LibreOffice's own answer
    return [row for row in found if any(cell.shown for cell in row)]


def _row(row: ET.Element) -> list[Cell]:
    found: list[Cell] = []
    for cell in row.iter(f"{_TABLE}table-cell"):
        kind = cell.get(f"{_OFFICE}value-type", "")
        shown = "".join(cell.itertext()).strip()
        value = cell.get(f"{_OFFICE}date-value") or cell.get(f"{_OFFICE}value") or shown
        times = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        found += [Cell(kind, value, shown)] * (times if times < 100 else 1)
    return found
