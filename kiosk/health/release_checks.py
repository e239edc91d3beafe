"""Checks whether this machine can be updated at all, whether a newer release is there, and how the last
update ended.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from kiosk.config import UpdateConfig
from kiosk.domain.copies import release_keys, versions
from kiosk.domain.health.findings import Finding
from kiosk.health.finding_codes import make_finding
from kiosk.health.machine_facts import Machine

RELEASES = "/opt/kiosk/known.json"  # kept by `kiosk update`
CURRENT = "/opt/kiosk/current"  # the installed release that runs; missing in a git clone
TRUSTED = "/opt/kiosk/keys.json"  # the sets of release keys that the updater trusts by now
_UNSEEN = timedelta(days=14)  # without a look at the source is too long: the timer looks every night
_OLD_LIST = timedelta(days=120)  # publishers sign the list again each quarter, with or without a release


def check(machine: Machine, running: str, settings: UpdateConfig, now: datetime) -> Iterator[Finding]:
    """Yield the first obstacle to updates of an installed machine (a git clone, which git updates, has none), and,
    where the newest release that the updater saw is newer than `running`, that it is there or was rolled back here.
    """
    known = _known(machine)
    if machine.at(CURRENT).exists():
        yield from _obstacle(machine, settings, known, now)
    newest, ours = versions.parse(str(known.get("newest"))), versions.parse(running)
    if newest is None or ours is None or newest <= ours:
        return
    if known.get("taken_back") == str(newest):
        yield make_finding("update-taken-back", newest=str(newest), why=str(known.get("why") or "?"))
    else:
        yield make_finding("update-available", newest=str(newest), version=running)


def keys(machine: Machine, settings: UpdateConfig) -> Iterator[Finding]:
    """Yield the fingerprints of the keys that releases are signed with, as far as this machine knows, to be compared
    with those that their holders publish.
    """
    try:
        pinned = machine.at(settings.key).read_text("utf-8")
    except (OSError, ValueError):
        return  # another check reports that it is missing
    try:
        state = machine.at(TRUSTED).read_text("utf-8")
    except (OSError, ValueError):
        state = ""
    key_set = release_keys.trusted(pinned, state)
    if key_set is not None:
        number, public = key_set
        fingerprints = ", ".join(map(release_keys.fingerprint, public))
        if number:  # 0: a single key, from before there were sets
            yield make_finding("release-keys", number=number, keys=fingerprints)
        else:
            yield make_finding("release-key", key=fingerprints)


def _obstacle(machine: Machine, settings: UpdateConfig, known: Mapping[str, Any], now: datetime) -> Iterator[Finding]:
    """Yield the first obstacle between this machine and any newer release, if there is one: the source, the pinned key,
    or how long ago the updater looked or the list of releases was signed.
    """
    looked, listed = _age(known.get("at"), now), _age(_list_signed_at(known, settings.source), now)
    if not settings.source:
        yield make_finding("update-no-source")
    elif versions.is_git_source(settings.source):
        yield make_finding("update-git-source", source=settings.source)
    elif not machine.at(settings.key).is_file():
        yield make_finding("update-no-key", file=settings.key)
    elif looked is None:
        yield make_finding("update-never-looked", source=settings.source)
    elif looked > _UNSEEN:
        yield make_finding("update-unseen", source=settings.source, age=looked)
    elif listed is not None and listed > _OLD_LIST:
        yield make_finding("update-old-list", source=settings.source, age=listed)


def _list_signed_at(known: Mapping[str, Any], source: str) -> object:
    """Return the moment at which a source's list of releases was signed, as text; None where it is not known."""
    newest_list = known.get("listed")
    is_of_source = isinstance(newest_list, dict) and newest_list.get("source") == source
    return newest_list.get("at") if isinstance(newest_list, dict) and is_of_source else None


def _age(at: object, now: datetime) -> timedelta | None:
    """Return the time since a moment that a file has as text; None where it has no such moment."""
    try:
        return now - datetime.fromisoformat(str(at))
    except (ValueError, TypeError):
        return None


def _known(machine: Machine) -> dict[str, Any]:
    """Return what the updater wrote about releases; empty where its file is missing or damaged.

    `at` is when it last looked, `newest` the newest release there, `listed` the source's signed list (`source`, `at`),
    `taken_back` a release that was rolled back after its installation, `why` the reason.
    """
    try:
        written = json.loads(machine.at(RELEASES).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return written if isinstance(written, dict) else {}
