"""Reads what the screen's page sends: the state that it knows, and the fields of a touch."""

import math
import re
from typing import Any

from flask import request

from kiosk.errors import RequestError

_SECONDS = re.compile(r"[0-9]{1,12}(\.[0-9]{1,12})?")


def known() -> tuple[int, str]:
    """Return the state that the page shows: its number (-1 before the first answer), and the id of the program's start
    that the number belongs to.
    """
    return request.args.get("since", -1, type=int), request.args.get("boot", "")


def _fields() -> dict[str, Any]:
    """Return what the page sent, as JSON or as a form; nothing where it is not a set of named fields."""
    fields = request.get_json(silent=True) if request.is_json else request.form
    return dict(fields) if isinstance(fields, dict) else {}


def text(name: str) -> str:
    """Return a text field; an empty text where it is missing."""
    value = _fields().get(name)
    return value if isinstance(value, str) else ""


def number(name: str) -> int:
    """Return a whole number from a field, as JSON or as text. Raises RequestError `bad-request` for any other value,
    also below zero or missing.
    """
    value = str(_fields().get(name))
    if not (value.isascii() and value.isdigit() and len(value) < 19):  # 18 digits are below SQLite's largest integer
        raise RequestError("bad-request", "{kind} must be a whole number", kind=name)
    return int(value)


def moment(name: str) -> float:
    """Return a moment that the page computed, in the server's monotonic seconds: a finite number of JSON, or digits of
    a form. Raises RequestError `bad-request`.
    """
    seconds = _fields().get(name)
    if isinstance(seconds, float):
        is_fit = math.isfinite(seconds)  # Python's JSON reads NaN and Infinity, too
    else:
        is_fit = not isinstance(seconds, bool) and (isinstance(seconds, int) or bool(_SECONDS.fullmatch(str(seconds))))
    if not is_fit:
        raise RequestError("bad-request", "{kind} must be seconds", kind=name)
    return seconds if isinstance(seconds, int) else float(str(seconds))
