"""Remembers sums over many years, as long as nothing was written that could change them."""

from collections.abc import Callable
from typing import TypeVar, cast

import sqlalchemy as sa
from flask import Flask, current_app

from kiosk.store.space.figure_rows import version

R = TypeVar("R")

_EXTENSION = "kiosk.remembered"
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


def forget(app: Flask) -> None:
    """Forget all of them."""
    app.extensions.pop(_EXTENSION, None)
