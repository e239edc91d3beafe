"""Reads one workbook in a process of its own, whose time and memory are bounded; `workbooks` starts it.

It is a script and belongs to no package. It reads a line of JSON with the bounds (`seconds`, `lines`, `columns`), then
the file, from its standard input. It writes JSON: `wrong`, the code of what is wrong, with `why`; or `text`, the sheet
as CSV with days as YYYY-MM-DD, sums with a point, and no line breaks within a cell.
"""

import csv
import io
import json
import resource
import sys
from datetime import date, datetime
from typing import Any

_MOST_BYTES = 1 << 29  # of memory


def main() -> None:
    """Read the input, bound the process's time and memory, and print the answer as JSON."""
    wish = json.loads(sys.stdin.buffer.readline())
    resource.setrlimit(resource.RLIMIT_CPU, (wish["seconds"], wish["seconds"]))
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, _MOST_BYTES))
    try:
        answer = _answer(wish, sys.stdin.buffer.read())
    except MemoryError:
        answer = {"wrong": "import-workbook-large", "why": "too much"}
    except BaseException as fault:  # a library may raise anything, even a panic of Rust
        answer = {"wrong": "import-workbook", "why": type(fault).__name__}
    json.dump(answer, sys.stdout)


def _answer(wish: dict[str, Any], content: bytes) -> dict[str, Any]:
    """Return the only filled sheet of a workbook as CSV text, or what is wrong with the file."""
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets = []
    for each in book.sheets_metadata:
        if each.visible == SheetVisibleEnum.Visible:
            sheet = book.get_sheet_by_name(each.name)
            last_line, last_column = sheet.end or (0, 0)
            # Bounds for reading alone: empty cells, still counted here, are cut before columns are.
            if last_line >= wish["lines"] or last_column >= 10 * wish["columns"]:
                return {"wrong": "import-workbook-large", "why": "too many lines or columns"}
            lines = [list(map(_cell, line)) for line in sheet.to_python(skip_empty_area=False)]
            if any(any(line) for line in lines):
                sheets.append(lines)
    if len(sheets) != 1:
        return {
            "wrong": "import-sheets" if sheets else "import-workbook",
            "why": f"{len(sheets)} sheets hold something",
        }
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\n").writerows(map(_bare, sheets[0]))
    return {"text": text.getvalue()}


def _bare(line: list[str]) -> list[str]:
    """Return a line without the empty cells at its end."""
    while line and not line[-1]:
        line.pop()
    return line


def _cell(cell: Any) -> str:
    """Return a cell as text: dates as ISO, a midnight as its date alone, truth as 1 or 0, numbers without a needless
    fraction, spaces in a row as one.
    """
    if isinstance(cell, bool) or cell is None:
        return "" if cell is None else str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ") if cell.hour or cell.minute or cell.second else cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return _number(cell)
    return " ".join(str(cell).split())


def _number(number: float) -> str:
    """Return a number as text: whole, with two decimals where it is whole cents, else exactly. Workbooks have floats
    for sums.
    """
    if number.is_integer():
        return str(int(number))
    # Whole cents, to a millionth of a cent: a workbook's floats are not exact.
    return f"{number:.2f}" if abs(number * 100 - round(number * 100)) < 1e-6 else repr(number)


if __name__ == "__main__":
    main()
