"""Writes the programs' log: to the journal with priority and fields, to a terminal in plain lines. One event is one
line.

A line that a part repeats is written once an hour, with the number of repetitions, so that the log stays small whatever
is tried each second.

It contains no one's name, badge number or code. Our own messages have none. An exception's text may (a database's
quotes the values of a query), so of exceptions that are not ours only the kind is logged, and where they were raised.
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

AGAIN_SECONDS = 3600.0  # an equal line is written again after this
# Libraries whose messages may contain badge numbers, addresses and requests.
_SILENT = ("nfc", "apprise", "urllib3")
# The journal's priorities by Python's levels; 7 (debug) below.
_PRIORITIES = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))

_log = logging.getLogger(__name__)


def start(
    level: int = logging.INFO,
    *,
    environment: Mapping[str, str] = os.environ,
    stream: TextIO | None = None,
    monotonic: Callable[[], float] = time.monotonic,
) -> None:
    """Start logging to stderr from `level` on, including the exceptions that end the program or a thread."""
    handler = logging.StreamHandler(sys.stderr if stream is None else stream)
    handler.setFormatter(_ForTheJournal() if "JOURNAL_STREAM" in environment else _ForPeople())
    handler.addFilter(_Repeats(monotonic))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.raiseExceptions = False  # else it prints what it could not write
    for name in _SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    sys.excepthook = _ended
    threading.excepthook = lambda ended_thread: _ended(
        ended_thread.exc_type, ended_thread.exc_value, ended_thread.exc_traceback
    )


class _Repeats(logging.Filter):
    """Lets a line through unless the same part has written the same line within the last hour."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        super().__init__()
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._last: dict[str, tuple[str, float]] = {}  # each logger's last line and when it was written
        self._dropped: dict[str, int] = {}  # how often it was repeated since

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to write a record, and note on it how often the line before was repeated."""
        line, now = f"{record.levelno} {_message(record)} {_last_told(record)}", self._monotonic()
        with self._lock:
            line_before, written_at = self._last.get(record.name, (None, 0.0))
            if line_before == line and now - written_at < AGAIN_SECONDS:
                self._dropped[record.name] = self._dropped.get(record.name, 0) + 1
                return False
            self._last[record.name] = line, now
            record.repeated = self._dropped.pop(record.name, 0)
        return True


class _ForPeople(logging.Formatter):
    """Writes plain lines for a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as a line, followed by the lines of its traceback."""
        repeated = f" (the line before came {n} times more)" if (n := getattr(record, "repeated", 0)) else ""
        line = f"{record.levelname} {record.name}: {_message(record)}{repeated}"
        return "\n".join([line, *_trace(record)])


class _ForTheJournal(logging.Formatter):
    """Writes `<priority>` before each line, as in sd-daemon(3), and key=value fields, the last of which is the
    message.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as a line, followed by the lines of its traceback with the same priority."""
        mark = f"<{next((priority for level, priority in _PRIORITIES if record.levelno >= level), 7)}>"
        thread = "" if record.threadName in (None, "MainThread") else f' thread="{record.threadName}"'
        repeated = f" repeated={n}" if (n := getattr(record, "repeated", 0)) else ""
        message = _message(record).replace("\\", "\\\\").replace('"', '\\"')
        line = f'level={record.levelname.lower()} logger={record.name}{thread}{repeated} message="{message}"'
        return "\n".join(f"{mark}{each}" for each in [line, *_trace(record)])


def _message(record: logging.LogRecord) -> str:
    """Return a record's message on one line, with exceptions in it reduced to what may be logged."""
    arguments = record.args
    if isinstance(arguments, tuple):
        arguments = tuple(_Told(each) if isinstance(each, BaseException) else each for each in arguments)
    try:
        text = str(record.msg) % arguments if arguments else str(record.msg)
    except (TypeError, ValueError, KeyError):
        text = str(record.msg)
    return " ".join(text.split())


class _Told:
    """An exception within a message, reduced to what may be logged."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def __str__(self) -> str:
        return _safe_text(self._error)

    __repr__ = __str__


def _trace(record: logging.LogRecord) -> list[str]:
    """Return the lines of a record's exception, none without one."""
    return [*_chain(record.exc_info[1])] if record.exc_info else []


def _last_told(record: logging.LogRecord) -> str:
    """Return the last line of a record's exception, empty without one."""
    return next(reversed(_trace(record)), "")


def _chain(error: BaseException | None) -> Iterator[str]:
    """Yield the lines of an exception and its causes: where each was raised, its kind, and its text if it is ours."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        for frame in traceback.extract_tb(error.__traceback__, limit=-30):  # the 30 calls nearest to the error
            yield f"  at {frame.filename}:{frame.lineno} in {frame.name}"
        yield f"  {_safe_text(error)}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _safe_text(error: BaseException) -> str:
    """Return an exception's text if it cannot contain people's data; else its kind and code."""
    if isinstance(error, MachineError):
        return f"{error} [{error.code}]"
    kind = type(error).__qualname__
    # SQLAlchemy wraps the driver's error in its own, as `orig`.
    code = getattr(getattr(error, "orig", error), "sqlite_errorname", None) or getattr(error, "code", None)
    if isinstance(code, str):
        return f"{kind} [{code}]"
    strerror = getattr(error, "strerror", None)
    return f"{kind}: {strerror}" if isinstance(error, OSError) and strerror else kind


def _ended(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    """Log the exception that ends the program or a thread, except an interrupt or an ordinary exit."""
    if error is None or issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    _log.critical("ended by an exception", exc_info=(kind, error, trace))
