"""Children that make a PDF, forked from one that has read the typesetting library and set a page: what is read and
worked out at the first page is most of their time.

What a child does is the product's, and so are its limits; only its start is not. `tests/exports/test_pdf.py` starts
children as the product does.
"""

import atexit
import importlib.util
import io
import json
import os
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable
from typing import Any, BinaryIO

_LENGTH = struct.Struct("!iqq")
_FIRST = {
    "html": "<html lang=fr><title>Reçu</title><h1>Reçu</h1><p>Inès <b>5,00 €</b><table><tr><th>a<td>1</table>",
    "css": "@page { size: A4 } b { font-weight: 700 }",
    "attachments": [],
    "variant": "pdf/a-3b",
}
"""A page of what most pages have: letters of two weights, a table, tags, an archive's variant."""
_parents: list[subprocess.Popen[bytes]] = []


alone: list[Callable[[dict[str, object]], subprocess.CompletedProcess[bytes]]] = []
"""The product's own way to start a child."""


def install() -> None:
    """For this process, once."""
    from kiosk.exports import pdf  # not above: this file is the parent's program too, which knows nothing of ours

    alone[:] = alone or [pdf._child]
    pdf._child = fork


def fork(request: dict[str, object]) -> subprocess.CompletedProcess[bytes]:
    """In place of a child's start."""
    if not _parents or _parents[0].poll() is not None:
        from kiosk.exports import pdf

        command = [sys.executable, "-I", __file__, str(pdf._CHILD)]
        _parents[:] = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd="/")]
        atexit.register(_parents[0].communicate)  # it ends with its input
    asked, said = _parents[0].stdin, _parents[0].stdout
    assert asked is not None
    assert said is not None
    asked.write(json.dumps(request).encode() + b"\n")
    asked.flush()
    status, made, told = _LENGTH.unpack(said.read(_LENGTH.size))
    return subprocess.CompletedProcess([], status, said.read(made), said.read(told))


def _parent(path: str, asked: BinaryIO, answers: BinaryIO) -> None:
    """Fork a child for each line."""
    import weasyprint.text.fonts  # noqa: F401  # read here, for every child to have

    spec = importlib.util.spec_from_file_location("pdf_child", path)
    assert spec is not None
    assert spec.loader is not None
    child = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(child)
    _set_first_page(child)
    for line in asked:
        with tempfile.TemporaryFile() as made, tempfile.TemporaryFile() as told:
            number = os.fork()
            if not number:
                _child(child, line, made.fileno(), told.fileno())
            status = os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])
            parts = [_all(file) for file in (made, told)]
        answers.write(_LENGTH.pack(status, *map(len, parts)) + b"".join(parts))
        answers.flush()


def _set_first_page(module: Any) -> None:
    """Have the library read all that it reads late."""
    sys.stdin, out = io.TextIOWrapper(io.BytesIO(json.dumps(_FIRST).encode())), sys.stdout
    sys.stdout = io.TextIOWrapper(io.BytesIO())
    module.main()
    assert sys.stdout.buffer.getvalue()[:5] == b"%PDF-"
    sys.stdout = out


def _child(module: Any, line: bytes, made: int, told: int) -> None:
    os.dup2(made, 1)
    os.dup2(told, 2)
    sys.stdin = io.TextIOWrapper(io.BytesIO(line))
    status = 1
    try:
        module.main()
        sys.stdout.flush()
        status = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
        sys.stderr.flush()
    finally:
        os._exit(status)


def _all(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read()


if __name__ == "__main__":
    _parent(sys.argv[1], sys.stdin.buffer, os.fdopen(os.dup(1), "wb"))
