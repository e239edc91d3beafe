"""Writes a small .xls: the records of Excel 97 (BIFF8, [MS-XLS]) in a compound file ([MS-CFB]), as old bank sites give.

Texts are in the shared table; what has two decimals is packed into 30 bits as Excel does, other numbers are doubles.
"""

import struct
from collections.abc import Sequence
from datetime import date

Cell = str | float | date

_BOF, _EOF, _SHEET, _FORMAT, _TEXTS, _TEXT, _PACKED, _NUMBER = 0x809, 0xA, 0x85, 0xE0, 0xFC, 0xFD, 0x27E, 0x203
_PLAIN, _DATED = 0, 1  # the cells' formats, in the order in which they are written
_SHORT_DATE = 14  # of Excel's own formats
_DAY_ZERO = date(1899, 12, 30)
_SECTOR = 512
_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SMALLEST = 4096  # bytes of a stream that has sectors of its own
_NAMED = "<64sHBBIII16sI8s8sIIi"  # an entry of the folder


def xls(rows: Sequence[Sequence[Cell]]) -> bytes:
    """Return a workbook of one sheet."""
    texts = list(dict.fromkeys(cell for cells in rows for cell in cells if isinstance(cell, str) and cell))
    places = {text: place for place, text in enumerate(texts)}
    cells = [_cell(row, column, cell, places) for row, each in enumerate(rows) for column, cell in enumerate(each)]
    sheet = b"".join([_record(_BOF, struct.pack("<HHIII", 0x600, 0x10, 0, 0, 0)), *cells, _record(_EOF)])
    table = struct.pack("<II", len(texts), len(texts)) + b"".join(map(_text, texts))
    before = _record(_BOF, struct.pack("<HHIII", 0x600, 5, 0, 0, 0)) + b"".join(map(_format, (0, _SHORT_DATE)))
    after = _record(_TEXTS, table) + _record(_EOF)
    name = struct.pack("<BB1s", 1, 0, b"A")
    begins = len(before) + len(_record(_SHEET, struct.pack("<IH", 0, 0) + name)) + len(after)
    return _compound(before + _record(_SHEET, struct.pack("<IH", begins, 0) + name) + after + sheet)


def _record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _format(number: int) -> bytes:
    return _record(_FORMAT, struct.pack("<HH16x", 0, number))


def _text(text: str) -> bytes:
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def _cell(row: int, column: int, cell: Cell, places: dict[str, int]) -> bytes:
    if isinstance(cell, date):
        days = (cell - _DAY_ZERO).days
        return _record(_PACKED, struct.pack("<HHHI", row, column, _DATED, days << 2 | 2))
    if isinstance(cell, float):
        cents = round(100 * cell)
        if abs(cents) < 1 << 29:
            return _record(_PACKED, struct.pack("<HHHi", row, column, _PLAIN, cents << 2 | 3))
        return _record(_NUMBER, struct.pack("<HHHd", row, column, _PLAIN, cell))
    return _record(_TEXT, struct.pack("<HHHI", row, column, _PLAIN, places[cell])) if cell else b""


def _compound(stream: bytes) -> bytes:
    """Return a compound file with one stream: its header, its table of sectors, its folder, and the stream."""
    stream = stream.ljust(_SMALLEST, b"\0")
    many = -(-len(stream) // _SECTOR)
    chain = [_TABLE, _END, *range(3, 2 + many), _END]  # the table itself, the folder, the stream's sectors
    header = struct.pack(
        "<8s16xHHHHH6xIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, _SMALLEST
    )
    header += struct.pack("<IIII", _END, 0, _END, 0) + struct.pack("<109I", 0, *[_FREE] * 108)
    table = struct.pack("<128I", *chain, *[_FREE] * (128 - len(chain)))
    folder = _entry("Root Entry", 5, _END, 0, child=1) + _entry("Workbook", 2, 2, len(stream)) + 2 * _entry("", 0, 0, 0)
    return header + table + folder + stream.ljust(many * _SECTOR, b"\0")


def _entry(name: str, kind: int, begins: int, size: int, child: int = _FREE) -> bytes:
    named = (name + "\0").encode("utf-16-le") if name else b""
    return struct.pack(_NAMED, named, len(named), kind, 1, _FREE, _FREE, child, b"", 0, b"", b"", begins, size, 0)
