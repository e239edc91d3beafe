"""Makes PDF from HTML: tagged for screen readers, in a child process that fetches nothing."""

import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from msgspec import Struct
from msgspec.structs import asdict

from kiosk import slow_work
from kiosk.errors import MachineError

_CHILD = Path(__file__).with_name("pdf_child.py")
_PATIENCE_SECONDS = 300.0  # for one PDF
# The C libraries that set the page crash once in thousands of starts, whatever the page; not twice in a row.
_CRASHED = (-signal.SIGSEGV, -signal.SIGBUS, -signal.SIGABRT)
_DEBIAN = "libpangoft2-1.0-0 libharfbuzz-subset0"  # Debian's packages of these libraries


class Variant(StrEnum):
    """The standard that the file follows: accessible (PDF/UA-1), or for archives with data inside (PDF/A-3)."""

    ACCESSIBLE = "pdf/ua-1"
    ARCHIVE = "pdf/a-3a"


class Attached(Struct, frozen=True):
    """A text attached to the PDF, such as an invoice's data. `relationship` is PDF's AFRelationship.

    `xmp` describes it in the PDF's metadata, where readers look for that: RDF descriptions.
    """

    name: str
    text: str
    description: str
    relationship: str = "Alternative"
    xmp: str = ""


def make(
    html: str, css: str = "", *, variant: Variant = Variant.ACCESSIBLE, attachments: Sequence[Attached] = ()
) -> bytes:
    """Return the PDF of a whole HTML page, which has a title and a language. The style sheet may name the font
    `Atkinson`.

    Raises Busy `busy-making` while too many others wait; MachineError `pdf`, also for a page that asks to fetch
    anything.
    """
    request: dict[str, object] = {
        "html": html,
        "css": css,
        "variant": variant,
        "attachments": [asdict(each) for each in attachments],
    }
    try:
        child = _child(request)
        if child.returncode in _CRASHED:
            child = _child(request)
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise MachineError("pdf", f"no PDF could be made: {type(fault).__name__}") from None
    if child.returncode or not child.stdout.startswith(b"%PDF"):
        raise MachineError(
            "pdf", f"no PDF could be made: {_why(child.stderr.decode(errors='replace'), child.returncode)}"
        )
    return child.stdout


def _child(request: dict[str, object]) -> subprocess.CompletedProcess[bytes]:
    """Run the program that makes the PDF. Raises OSError, TimeoutExpired after the time that it may take, or Busy
    `busy-making`.
    """
    line = json.dumps(request).encode() + b"\n"
    # -I: the child takes no modules from environment or working directory.
    return slow_work.run([sys.executable, "-I", str(_CHILD)], line, seconds=_PATIENCE_SECONDS)


def _why(stderr: str, status: int) -> str:
    """Return why the program failed, from its last line of errors or its status."""
    if "cannot load library" in stderr:
        return f"Pango is missing: apt-get install {_DEBIAN}"
    return stderr.strip().rpartition("\n")[2][:200] or f"status {status}"
