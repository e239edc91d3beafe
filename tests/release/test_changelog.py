"""The changelog: versions with their day, newest first, what is to be done at the door on top."""

import pytest

from kiosk.domain.copies.versions import parse
from release import changelog
from tests.release.rig import CHECKOUT

LOG = """# Changelog

## Unreleased

### On site

- Nothing.

## 1.2.0 · 2026-12-24

### On site

- Hang the sheet anew.

### Added

- A bell.
"""


def test_version_with_its_day_and_what_to_do_on_site_may_be_released() -> None:
    assert list(changelog.faults(LOG, "1.2.0")) == []


def test_section_whose_version_only_begins_alike_is_none() -> None:
    assert list(changelog.faults(LOG, "1.2")) == ["CHANGELOG.md has no section 1.2"]


@pytest.mark.parametrize(
    ("spoil", "by", "says"),
    [
        ("## 1.2.0 · 2026-12-24", "## 1.2.0", "has no day"),
        ("## 1.2.0 · 2026-12-24", "## 1.2.0 · yesterday", "has no day"),
        ("### On site\n\n- Hang the sheet anew.\n", "", "does not begin with ### On site"),
        ("- A bell.\n", "- A bell.\n" * 40, "has 44 lines, 40 at most"),
    ],
)
def test_section_that_is_not_fit_to_be_read_at_the_door_is_refused(spoil: str, by: str, says: str) -> None:
    (fault,) = changelog.faults(LOG.replace(spoil, by), "1.2.0")
    assert fault.startswith("CHANGELOG.md: the section 1.2.0 ")
    assert says in fault


def test_our_own_versions_are_newest_first_and_each_could_be_released_as_it_stands() -> None:
    text = (CHECKOUT / changelog.NAME).read_text("utf-8")
    ahead, *versions = changelog.sections(text)
    assert (ahead.version, ahead.day, ahead.headings[0]) == ("Unreleased", None, changelog.AHEAD)
    assert [fault for section in versions for fault in changelog.faults(text, section.version)] == []
    order = [(parse(section.version), section.day) for section in versions]
    assert len(order) >= 5
    assert order == sorted(order, reverse=True)
