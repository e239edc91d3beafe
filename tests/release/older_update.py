"""What an older release's updater takes of sources: `tests.faults.older_release` has that release run it.

Nothing is used here that it does not have.
"""

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from kiosk.config import Config, UpdateConfig
from kiosk.domain.copies.versions import Version
from kiosk.errors import KioskError
from kiosk.home import Paths
from kiosk.jobs.update.program_control import Untouched
from kiosk.jobs.update.release_places import Place
from kiosk.jobs.update.updating import Update
from tests.fakes import FakeClock

HERE = Version(9, 0, 0)
NOW = datetime(2026, 11, 25, 7, 52, tzinfo=UTC)


def fetched(root: Path, key: str, sources: Sequence[str]) -> Iterator[str]:
    """Yield the newer version of each source, verified by the pinned key and unpacked; or the code of its refusal."""
    place, settings = Place(root / "opt" / "kiosk"), Config(update=UpdateConfig(key=key))
    update = Update(place, Paths(root), settings, Untouched(), FakeClock(NOW), lambda _seconds: None)
    place.folder(HERE).mkdir(parents=True)
    place.point(HERE)
    for source in sources:
        with update._scratch() as scratch:
            try:
                found = update._newer(source, HERE, scratch)
                (into := scratch / "release").mkdir()
                yield "nothing newer" if found is None else str(found.fetch(into).version)
            except KioskError as refused:
                yield refused.code


if __name__ == "__main__":
    print(*fetched(Path(sys.argv[1]), sys.argv[2], sys.argv[3:]))
