"""Reads the one sheet of a workbook (.xlsx, .ods, .xls) as CSV, for whatever reads CSV.

A library reads it in a child process with bounded time and memory: `workbook_child.py`. Any other file is returned
unchanged.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from kiosk import slow_work
from kiosk.domain import spreadsheet
from kiosk.domain.problems import Problem

MOST_SECONDS = 10  # of processor time
_PATIENCE_SECONDS = 15.0  # by the wall clock
_CHILD = Path(__file__).with_name("workbook_child.py")
_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")  # first bytes of zip files, and of older office files
ACCEPTED = ".xlsx,.ods,.xls"


def is_workbook(content: bytes) -> bool:
    """Return whether a file begins like a workbook: as a zip file, or as an older office file."""
    return content.startswith(_STARTS)


def as_csv(content: bytes) -> bytes:
    """Return the only sheet of a workbook that has content, as CSV with semicolons; any other file unchanged.

    Raises Problem `import-size`, `import-workbook` where it cannot be read, `import-sheets` where several sheets have
    content, `import-workbook-large` where it is too large; RequestError `busy-making` while other files are being read.
    """
    if not is_workbook(content):
        return content
    if len(content) > spreadsheet.MOST_BYTES:
        raise Problem("import-size", kilobytes=spreadsheet.MOST_BYTES // 1000)
    # Some lines more than may hold something: empty ones are dropped later.
    wish = {"seconds": MOST_SECONDS, "lines": spreadsheet.MOST_LINES + 100, "columns": spreadsheet.MOST_COLUMNS}
    try:
        done = slow_work.run(
            [sys.executable, "-I", str(_CHILD)], json.dumps(wish).encode() + b"\n" + content, seconds=_PATIENCE_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise Problem("import-workbook-large", "the workbook takes too long to read") from None
    if done.returncode < 0:  # a signal ended it, as at the bound of processor time
        raise Problem("import-workbook-large", "the workbook takes too much to read")
    answer = json.loads(done.stdout) if done.returncode == 0 else {"wrong": "import-workbook"}
    _refuse(answer)
    text: str = answer["text"]
    return text.encode()


def _refuse(answer: dict[str, Any]) -> None:
    """Raise the Problem that the child process answered; none where it answered with a text."""
    why = f"the workbook cannot be read: {answer.get('why', 'no table')}"
    match answer.get("wrong"):
        case "import-workbook":
            raise Problem("import-workbook", why)
        case "import-sheets":
            raise Problem("import-sheets", why)
        case "import-workbook-large":
            raise Problem("import-workbook-large", why)
