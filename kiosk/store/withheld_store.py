"""Stands in for records that must not be opened: every transaction is refused with the reason."""

from pathlib import Path

from kiosk.errors import MachineError
from kiosk.store.engine import Store


class WithheldStore(Store):
    """A store whose transactions all raise MachineError `database`; meanwhile known members come in by the roster."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(path)
        self._why = why

    def _is_another(self) -> bool:
        """Return True, so that every transaction tries to open the file first."""
        return True

    def _open(self) -> None:
        """Refuse to open the file. Raises MachineError `database` with the reason."""
        raise MachineError("database", self._why)
