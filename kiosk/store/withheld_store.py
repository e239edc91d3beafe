"""Stands for records that are not to be opened, neither those of before nor others: each question is told why."""

from pathlib import Path

from kiosk.errors import MachineError
from kiosk.store.engine import Store


class WithheldStore(Store):
    """A store each of whose transactions raises MachineError `database`: known members come in by the roster."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(path)
        self._why = why

    def _is_another(self) -> bool:
        return True

    def _open(self) -> None:
        raise MachineError("database", self._why)
