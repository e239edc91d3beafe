"""Reads the days that a page's address asks to see. A day that is not valid is reported on the page, which shows its
default day instead.
"""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from flask import flash, request

from kiosk.domain import inputs
from kiosk.domain.problems import Problem
from kiosk.web.desk.common.words import told

D = TypeVar("D", date, date | None)


def asked_day(name: str, otherwise: D) -> date | D:
    """Return the day in the address's parameter `name`; `otherwise` where the address has none, or
    none that is valid.
    """
    return tolerant(lambda: inputs.typed_day(request.args.get(name, ""), name), otherwise)


def tolerant(read: Callable[[], date | None], otherwise: D) -> date | D:
    """Return the day that `read` returns; `otherwise` where it returns None or raises Problem. The Problem is flashed
    on a GET only: a form shows its own errors beside their fields.
    """
    try:
        return read() or otherwise
    except Problem as problem:
        if request.method == "GET":
            flash(told(problem), "warning")
        return otherwise
