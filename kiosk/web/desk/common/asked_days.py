"""Reads the days that a page's address asks to see; one that cannot be is told on the page, which shows another."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from flask import flash, request

from kiosk.domain import inputs
from kiosk.domain.problems import Problem
from kiosk.web.desk.common.words import told

D = TypeVar("D", date, date | None)


def asked_day(name: str, otherwise: D) -> date | D:
    """Return the day that the address asks for; the other one where it asks for none, or for none that can be."""
    return tolerant(lambda: inputs.typed_day(request.args.get(name, ""), name), otherwise)


def tolerant(read: Callable[[], date | None], otherwise: D) -> date | D:
    """Return a day that is read, or the other one. What a form has wrong it says itself, beside its field."""
    try:
        return read() or otherwise
    except Problem as problem:
        if request.method == "GET":
            flash(told(problem), "warning")
        return otherwise
