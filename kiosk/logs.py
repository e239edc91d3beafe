"""What the programs say: to the journal with priority and fields, to a terminal in plain lines. One line, one event.

A line that a part says again and again is said once an hour, and how often it came is told with the next: whatever is
tried each second, the log stays small.

No name, badge number or code of anybody's is in it. What we say ourselves has none; what an exception says is its own
affair (a database's may quote what was searched for), so of those that are not ours only the kind is told, and where.
"""

import logging
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import TextIO

from kiosk.errors import MachineError

AGAIN_SECONDS = 3600.0
# They tell, when they are let, whole badge numbers, addresses and requests.
_SILENT = ("nfc", "apprise", "urllib3")
_PRIORITIES = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))

_log = logging.getLogger(__name__)


def start(
    level: int = logging.INFO,
    *,
    environment: Mapping[str, str] = os.environ,
    stream: TextIO | None = None,
    monotonic: Callable[[], float] = time.monotonic,
) -> None:
    """Let the program say what it has to say on stderr, from `level` on; also what ends it or a thread of it."""
    handler = logging.StreamHandler(sys.stderr if stream is None else stream)
    handler.setFormatter(_ForTheJournal() if "JOURNAL_STREAM" in environment else _ForPeople())
    handler.addFilter(_Repeats(monotonic))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.raiseExceptions = False  # it would show what it could not write
    for name in _SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    sys.excepthook = _ended
    threading.excepthook = lambda found: _ended(found.exc_type, found.exc_value, found.exc_traceback)


class _Repeats(logging.Filter):
    """Lets a line of a part through that is not the one before it, or an hour later."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        super().__init__()
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._last: dict[str, tuple[str, float]] = {}
        self._dropped: dict[str, int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to say it; how often the line before it came besides is noted on it."""
        said, now = f"{record.levelno} {_message(record)} {_last_told(record)}", self._monotonic()
        with self._lock:
            before = self._last.get(record.name)
            if before is not None and before[0] == said and now - before[1] < AGAIN_SECONDS:
                self._dropped[record.name] = self._dropped.get(record.name, 0) + 1
                return False
            self._last[record.name] = said, now
            record.repeated = self._dropped.pop(record.name, 0)
        return True


class _ForPeople(logging.Formatter):
    """Plain lines."""

    def format(self, record: logging.LogRecord) -> str:
        """One record; the lines of a traceback follow."""
        repeated = f" (the line before came {n} times more)" if (n := getattr(record, "repeated", 0)) else ""
        line = f"{record.levelname} {record.name}: {_message(record)}{repeated}"
        return "\n".join([line, *_trace(record)])


class _ForTheJournal(logging.Formatter):
    """`<priority>` before each line, as sd-daemon(3) has it, and key=value fields, of which the message is the last."""

    def format(self, record: logging.LogRecord) -> str:
        """One record; the lines of a traceback follow with the same priority."""
        mark = f"<{next((priority for level, priority in _PRIORITIES if record.levelno >= level), 7)}>"
        thread = "" if record.threadName in (None, "MainThread") else f' thread="{record.threadName}"'
        repeated = f" repeated={n}" if (n := getattr(record, "repeated", 0)) else ""
        message = _message(record).replace("\\", "\\\\").replace('"', '\\"')
        line = f'level={record.levelname.lower()} logger={record.name}{thread}{repeated} message="{message}"'
        return "\n".join(f"{mark}{each}" for each in [line, *_trace(record)])


def _message(record: logging.LogRecord) -> str:
    """The message in one line, exceptions in it told as they may be."""
    arguments = record.args
    if isinstance(arguments, tuple):
        arguments = tuple(_Told(each) if isinstance(each, BaseException) else each for each in arguments)
    try:
        text = str(record.msg) % arguments if arguments else str(record.msg)
    except (TypeError, ValueError, KeyError):
        text = str(record.msg)
    return " ".join(text.split())


class _Told:
    """An exception in a message."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def __str__(self) -> str:
        return _words(self._error)

    __repr__ = __str__


def _trace(record: logging.LogRecord) -> list[str]:
    return [*_chain(record.exc_info[1])] if record.exc_info else []


def _last_told(record: logging.LogRecord) -> str:
    return next(reversed(_trace(record)), "")


def _chain(error: BaseException | None) -> Iterator[str]:
    """An exception and what led to it: where each came from, its kind, and its words where they are ours."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        for frame in traceback.extract_tb(error.__traceback__, limit=-30):
            yield f"  at {frame.filename}:{frame.lineno} in {frame.name}"
        yield f"  {_words(error)}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _words(error: BaseException) -> str:
    """Return an exception's message, as far as it cannot hold people's words; else its kind."""
    if isinstance(error, MachineError):
        return f"{error} [{error.code}]"
    kind = type(error).__qualname__
    code = getattr(getattr(error, "orig", error), "sqlite_errorname", None) or getattr(error, "code", None)
    if isinstance(code, str):
        return f"{kind} [{code}]"
    strerror = getattr(error, "strerror", None)
    return f"{kind}: {strerror}" if isinstance(error, OSError) and strerror else kind


def _ended(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if error is None or issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    _log.critical("ended by an exception", exc_info=(kind, error, trace))
