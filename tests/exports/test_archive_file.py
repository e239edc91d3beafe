"""The archive's files come in pieces that bound the memory, however many rows a page has and however long they are."""

from kiosk.exports.books import archive_file

_LONG = "é" * 1000


def test_lines_come_in_pieces_and_are_whole_together() -> None:
    pieces = list(archive_file.lines([({"n": n, "text": _LONG} for n in range(900)), [], [{"n": 900, "text": ""}]]))
    assert sum(rows for rows, _ in pieces) == 901
    whole = b"".join(piece for _, piece in pieces).decode().splitlines()
    assert whole == [f'{{"n":{n},"text":"{_LONG}"}}' for n in range(900)] + ['{"n":900,"text":""}']
    assert max(len(piece) for _, piece in pieces) < 200_000


def test_a_table_comes_in_pieces_and_is_whole_together() -> None:
    pieces = list(archive_file.table(("n", "text"), [[(n, f'{_LONG};"') for n in range(900)]]))
    assert sum(rows for rows, _ in pieces) == 900
    whole = b"".join(piece for _, piece in pieces).decode()
    assert whole == "\ufeffn;text\r\n" + "".join(f'{n};"{_LONG};"""\r\n' for n in range(900))
    assert max(len(piece) for _, piece in pieces) < 200_000
