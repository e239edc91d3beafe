"""Lays a day out as a table: a row for each step of the clock, a column for each room, cells over as many rows as
needed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from kiosk.domain.agenda import Block
from kiosk.domain.slots import DAY_MINUTES


@dataclass(slots=True)
class Cell:
    """A cell of the table: its blocks, over how many rows it stands, and the minute of the wall clock at which it
    begins.
    """

    minute: int
    rows: int = 1
    blocks: list[Block] = field(default_factory=list)
    setting_up: bool = False  # the room is being set up after a booking

    @property
    def is_free(self) -> bool:
        """Tell whether the room is free at the beginning of this cell."""
        return not self.blocks and not self.setting_up


def rows(
    day: date, zone: ZoneInfo, columns: Sequence[int | None], blocks: Iterable[Block], hours: tuple[int, int], step: int
) -> list[tuple[int, list[Cell | None]]]:
    """Return the table's rows: a minute, and a cell for each column; None where a cell from above reaches into the row.
    `columns` are rooms (None: blocks of no room), `hours` the first and last minute to show, `step` the minutes of a
    row.
    """
    since, until = _around(day, zone, list(blocks), hours, step)
    cells = [
        _column(day, zone, [block for block in blocks if block.room == room], since, until, step) for room in columns
    ]
    return [(minute, [column.get(minute) for column in cells]) for minute in range(since, until, step)]


def _around(day: date, zone: ZoneInfo, blocks: list[Block], hours: tuple[int, int], step: int) -> tuple[int, int]:
    """Return the first and last minute to show: `hours`, widened to the blocks outside them and to whole steps, within
    the day.
    """
    spans = [span for block in blocks for span in _minutes(block, day, zone, held=True)]
    since = min([hours[0], *(begin for begin, _ in spans)]) // step * step
    until = max([hours[1], *(end for _, end in spans)])
    return max(0, since), min(DAY_MINUTES, -(-until // step) * step)


def _minutes(block: Block, day: date, zone: ZoneInfo, *, held: bool) -> list[tuple[int, int]]:
    """Return a block's spans within a day, in minutes of the wall clock; with `held`, the time of setting up after it
    belongs to it.
    """
    slot = block.all_of_it if held else block.slot
    return [(since, until) for on, since, until in slot.on_days(zone) if on == day]


def _column(day: date, zone: ZoneInfo, blocks: list[Block], since: int, until: int, step: int) -> dict[int, Cell]:
    """Return the cells of one room by the minute in which they begin. Blocks that share a row are in one cell; other
    rows are free, or taken by setting up.
    """
    cells: dict[int, Cell] = {}
    taken: dict[int, Cell] = {}
    for block in blocks:
        for begin, end in _minutes(block, day, zone, held=False):
            _put(cells, taken, block, begin // step * step, -(-end // step) * step, step)
    setting_up = {
        minute
        for block in blocks
        for begin, end in _minutes(block, day, zone, held=True)
        for minute in range(begin // step * step, end, step)
    }
    for minute in range(since, until, step):
        if minute not in taken:
            cells[minute] = Cell(minute, setting_up=minute in setting_up)
    return cells


def _put(cells: dict[int, Cell], taken: dict[int, Cell], block: Block, begin: int, end: int, step: int) -> None:
    """Put a block into its rows: one cell takes the place of the cells that it overlaps, over all their rows. `cells`
    are by the minute in which they begin, `taken` by each minute of their rows.
    """
    minutes = [minute for minute in range(begin, end, step)]
    others = {id(taken[minute]): taken[minute] for minute in minutes if minute in taken}
    cell = Cell(begin, 0, [])
    for other in others.values():
        cell.minute = min(cell.minute, other.minute)
        cell.blocks += other.blocks
        minutes += range(other.minute, other.minute + other.rows * step, step)
        del cells[other.minute]
    cell.blocks = sorted([*cell.blocks, block], key=lambda shared: shared.slot)
    cell.rows = len(set(minutes))
    cells[cell.minute] = cell
    taken |= dict.fromkeys(minutes, cell)
