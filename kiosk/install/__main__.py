"""`python3 -m kiosk.install`, to which scripts/install and scripts/uninstall hand over."""

import argparse
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import FrameType
from typing import Protocol, TextIO

from kiosk.errors import KioskError, RequestError
from kiosk.install import answers, release, steps
from kiosk.install.answers import Answers
from kiosk.install.machine import Machine
from kiosk.install.words import Words
from kiosk.language import catalogues

LOG = Path("/var/log/kiosk-install.log")


def main(arguments: list[str] | None = None) -> int:
    """Install or uninstall, and return the exit status: 0 done, 2 for a wrong request, 3 for a fault of the machine."""
    given = _parser().parse_args(arguments)
    words = Words(given.language)
    signal.signal(signal.SIGTERM, _interrupt)
    with _telling(LOG if os.geteuid() == 0 and not given.dry_run else None) as tell:
        return _carry_out(given, words, Machine(dry=given.dry_run, tell=tell), tell)


def _carry_out(given: argparse.Namespace, words: Words, machine: Machine, tell: "_Tell") -> int:
    """Install or uninstall, and return the exit status: 0, the error's own, or 3 where it was interrupted."""
    try:
        if os.geteuid() != 0 and not machine.dry:
            raise RequestError("not-root", words("not-root"))
        if given.act == "uninstall":
            steps.uninstall(machine, words)
            return 0
        # The release keys of an earlier installation, and how far this machine followed them.
        pinned, state = machine.at(steps.PINNED_KEY), machine.at(steps.TRUSTED_KEYS)
        with release.opened(given.source, words, pinned, state) as source:
            steps.Installer(machine, words, source).install(given.answers, lambda: _asked(words))
    except KioskError as error:
        tell(f"{given.act}: {error} [{error.code}]", file=sys.stderr)
        return error.exit_status
    except (KeyboardInterrupt, EOFError):
        tell(f"{given.act}: {words('interrupted')}", file=sys.stderr)
        return 3
    except OSError as fault:
        tell(f"{given.act}: {fault} [fault]", file=sys.stderr)
        return 3
    return 0


class _Tell(Protocol):
    """A function that prints one line, to stdout unless a file is given."""

    def __call__(self, line: str, *, file: TextIO | None = None) -> None:
        """Print one line."""


@contextmanager
def _telling(path: Path | None) -> Iterator[_Tell]:
    """Yield a function that prints a line at once, even into a pipe, and appends it to a log if a path is given."""
    with path.open("a", encoding="utf-8") if path is not None else nullcontext() as kept:

        def tell(line: str, *, file: TextIO | None = None) -> None:
            """Print a line, and write it into the log where there is one."""
            print(line, file=file, flush=True)
            if kept is not None:
                print(line, file=kept, flush=True)

        yield tell


def _asked(words: Words) -> Answers:
    """Ask the questions at the terminal. Raises RequestError `answers` without one."""
    if not sys.stdin.isatty():
        raise RequestError("answers", words("nobody-to-ask"))
    return answers.ask(input, print, words)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """End on SIGTERM as on Ctrl-C, so that the terminal reads what to do next."""
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(prog="python3 -m kiosk.install")
    parser.add_argument("act", choices=("install", "uninstall"))
    parser.add_argument("--dry-run", action="store_true", help="show every change and make none")
    parser.add_argument("--answers", type=Path, help="a file with the answers, instead of questions")
    parser.add_argument("--from", dest="source", type=Path, help="a clone, or a release's folder or archive")
    parser.add_argument(
        "--language", choices=catalogues.offered(), default="fr", help="its language; French by default"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
