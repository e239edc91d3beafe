"""Remembers sums over many years, as long as nothing was written that could change them."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar, cast

import sqlalchemy as sa
from flask import Flask, current_app

from kiosk.store.kept_sums import KeptSums, Sums
from kiosk.store.space.figure_rows import version

R = TypeVar("R")

_EXTENSION, _SUMS = "kiosk.remembered", "kiosk.sums"
_MOST = 64


def remembered(connection: sa.Connection, key: tuple[object, ...], make: Callable[[], R]) -> R:
    """What `make` returns for the books as they are now: remembered, or made now. For results that nobody changes."""
    kept: dict[tuple[object, ...], tuple[object, object]] = current_app.extensions.setdefault(_EXTENSION, {})
    now = version(connection)
    found = kept.get(key)
    if found is not None and found[0] == now:
        return cast(R, found[1])
    made = make()
    if len(kept) >= _MOST:
        kept.clear()
    kept[key] = now, made
    return made


def sums(connection: sa.Connection, today: date) -> Sums:
    """The sums of the past as a snapshot has them, of which only what changed is read again."""
    kept: KeptSums = current_app.extensions.setdefault(_SUMS, KeptSums())
    return kept.of(connection, today)


def forget(app: Flask) -> None:
    """Forget what `make` returned. Sums of the past are kept, and look themselves for what is new."""
    app.extensions.pop(_EXTENSION, None)
