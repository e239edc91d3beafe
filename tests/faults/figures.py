"""What a harness found: its figures, for a table, and what is wrong, which should be nothing."""

import sys
from dataclasses import dataclass, field, fields


@dataclass
class Figures:
    """Each kind of harness has its own; `violations` says in words what must not be, each thing once."""

    violations: list[str] = field(default_factory=list, kw_only=True)

    def add(self, *found: str) -> None:
        """These are violations; one that is known already is not counted again. Each is printed at once, since a long
        run may be cut short.
        """
        new = [each for each in dict.fromkeys(found) if each not in self.violations]
        for each in new:
            print(f"!! {each}", file=sys.stderr, flush=True)
        self.violations += new

    def rows(self) -> list[tuple[str, str]]:
        """The figures by name, violations last."""
        own = [(each.name.replace("_", " "), getattr(self, each.name)) for each in fields(self)]
        told = [(name, f"{value:,}" if isinstance(value, int) else str(value)) for name, value in own]
        return [*(row for row in told if row[0] != "violations"), ("violations", str(len(self.violations)))]
