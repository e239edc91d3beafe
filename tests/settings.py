"""Writes kiosk.toml for a test as a person would: whole, with its last line."""

from pathlib import Path

from kiosk.config_file import END
from kiosk.config_in_force import ACCEPTED
from kiosk.setup import settings_lines


def whole(text: str) -> str:
    """A file that says what is given, whether it is real, and that it ends."""
    named = "" if "real = " in text else "real = false\n"
    return f"{named}{text}\n{END}\n"


def add(root: Path, section: str) -> None:
    """Put a section below the others in a home's file."""
    path = root / "kiosk.toml"
    path.write_text(settings_lines.with_section(path.read_text("utf-8"), section), "utf-8")


def forget_accepted(root: Path) -> None:
    """Let nothing stand in for a home's file."""
    (root / ACCEPTED).unlink(missing_ok=True)
