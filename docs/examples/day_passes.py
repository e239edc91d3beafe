#!/usr/bin/env python3
"""Put a month's day passes into a file that a spreadsheet opens: `day_passes.py 2026-11 november.csv`.

KIOSK_API is the API's address (https://members.example.org/api/v1), KIOSK_TOKEN a token that reads `day-passes`.
Python's own library is enough.
"""

import calendar
import csv
import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

COLUMNS = ("day", "member", "name", "plan", "tariff", "amount")


def windows(address: str, token: str, month: str) -> Iterator[list[dict[str, object]]]:
    """Yield the rows of a month, window after window."""
    year, number = map(int, month.split("-"))
    last = calendar.monthrange(year, number)[1]
    query = {"from": f"{month}-01", "to": f"{month}-{last}", "limit": "1000"}
    while True:
        url = f"{address}/lists/day-passes?{urllib.parse.urlencode(query)}"
        request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})  # noqa: S310  # the address is yours
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310  # the address is yours
            body = json.load(answer)
        yield body["rows"]
        if body["next"] is None:
            return
        query["after"] = body["next"]


def line(row: dict[str, object]) -> list[str]:
    """Return a row as a French spreadsheet reads it."""
    cells = ["" if row[name] is None else str(row[name]) for name in COLUMNS]
    return [cell.replace(".", ",") if name == "amount" else cell for name, cell in zip(COLUMNS, cells, strict=True)]


def main(month: str, target: Path) -> int:
    """Write the file. A day pass that was reversed counts for nothing, and is left out."""
    draft = target.with_suffix(".part")
    try:
        with draft.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow(COLUMNS)
            for rows in windows(os.environ["KIOSK_API"], os.environ["KIOSK_TOKEN"], month):
                writer.writerows(line(row) for row in rows if row["reversed_by"] is None)
    except urllib.error.HTTPError as wrong:
        draft.unlink()
        print(f"{wrong.code}: {json.load(wrong)['title']}", file=sys.stderr)
        return 1
    draft.replace(target)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
