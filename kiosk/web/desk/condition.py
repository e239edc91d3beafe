"""How the kiosk is, as lines with a colour, a word and a remedy: what the entrance says of itself, and the disk.

The entrance is in another program: what it says is in a file, and an old file means that it does not answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk import status
from kiosk.devices.protocols import MachineClock
from kiosk.home import Paths
from kiosk.status import Backups, Disk, Status
from kiosk.web.desk.formats import hour
from kiosk.web.desk.words import t

FULL_SHARE, NEARLY_FULL_SHARE = 0.03, 0.1
LATE_BACKUP = timedelta(hours=26)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing: `tone` is good, warn or bad; `remedy` says what to do where something is not as it should be."""

    name: str
    tone: str
    says: str
    remedy: str = ""

    @property
    def icon(self) -> str:
        """A shape that says the same as the colour."""
        return {"good": "circle-check", "warn": "triangle-alert", "bad": "circle-x"}[self.tone]


@dataclass(frozen=True, slots=True)
class Condition:
    """All lines, and how many taps wait here or there (None: nobody says)."""

    lines: tuple[Line, ...]
    spooled: int | None
    set_aside: int | None

    @property
    def tone(self) -> str:
        """The worst of them."""
        tones = {line.tone for line in self.lines}
        return "bad" if "bad" in tones else "warn" if "warn" in tones else "good"


def look(paths: Paths, clock: MachineClock, last_tap: datetime | None) -> Condition:
    """How things are now."""
    found = status.load(paths.runtime / status.NAME, clock)
    lines = (*_entrance(found, last_tap), _disk(status.disk(paths)), _backup(status.backups(paths, clock.now())))
    if found is None:
        return Condition(lines, None, None)
    return Condition(lines, found.facts.get("spooled"), found.facts.get("set_aside"))


def _entrance(found: Status | None, last_tap: datetime | None) -> Iterator[Line]:
    name = t("Entrée", "Entrance")
    if found is None or not found.answers:
        says = t("ne répond pas", "does not answer")
        if found is not None and found.age_seconds != float("inf"):
            says = t("ne répond pas depuis {age}", "has not answered for {age}", age=ago(found.age_seconds))
        remedy = t(
            "Ouvrez avec la clé. Relancez l’entrée : kiosk entrance, ou débranchez et rebranchez le Pi.",
            "Open with the key. Start the entrance again: kiosk entrance, or switch the Pi off and on.",
        )
        yield Line(name, "bad", says, remedy)
        return
    facts = found.facts
    yield Line(name, "good", t("répond, il y a {age}", "answers, {age} ago", age=ago(found.age_seconds)))
    yield _reader(facts.get("reader") == "online", last_tap)
    yield _door(facts.get("door") or {})
    yield _clock(str(facts.get("clock")))
    yield _ledger(facts.get("database") == "ok", str(facts.get("spool")))


def _reader(online: bool, last_tap: datetime | None) -> Line:
    name = t("Lecteur", "Reader")
    if not online:
        remedy = t("Débranchez-le et rebranchez-le ; il est cherché sans fin.", "Unplug it and plug it in again.")
        return Line(name, "bad", t("en panne", "down"), remedy)
    if last_tap is None:
        return Line(name, "good", t("prêt", "ready"))
    return Line(name, "good", t("dernier badge à {hour}", "last badge at {hour}", hour=hour(last_tap)))


def _door(door: dict[str, object]) -> Line:
    name = t("Porte", "Door")
    if door.get("simulated"):
        return Line(name, "good", t("simulée : rien ne s’ouvre", "simulated: nothing opens"))
    if door.get("state") != "ok":
        remedy = t("Ouvrez avec la clé ; vérifiez relais, alimentation, câbles.", "Use the key; check the wiring.")
        return Line(name, "bad", t("la serrure n’a pas répondu", "the lock did not answer"), remedy)
    return Line(name, "good", t("répond", "answers"))


def _clock(source: str) -> Line:
    name = t("Heure", "Clock")
    if source == "untrusted":
        remedy = t(
            "Attendez le réseau, ou confirmez l’heure en haut de la page. Les passages sont gardés.",
            "Wait for the network, or confirm the clock at the top of the page. Taps are kept.",
        )
        return Line(name, "warn", t("à vérifier", "to be checked"), remedy)
    return Line(name, "good", t("sûre", "sure"))


def _ledger(writes: bool, spool: str) -> Line:
    name = t("Comptes", "Ledger")
    if writes:
        return Line(name, "good", t("s’écrivent", "is written"))
    remedy = t("Libérez ou remplacez le disque, sans couper le courant.", "Free or replace the disk; keep power on.")
    kept = {
        "disk": t("les passages attendent sur le disque", "taps wait on the disk"),
        "memory": t("les passages ne sont gardés qu’en mémoire", "taps are kept in memory only"),
    }
    return Line(name, "bad", kept.get(spool, t("rien n’est gardé", "nothing is kept")), remedy)


def _disk(found: Disk | None) -> Line:
    name = t("Disque", "Disk")
    if found is None:
        return Line(name, "bad", t("ne répond pas", "does not answer"), t("Vérifiez la carte.", "Check the card."))
    free = f"{found.free_bytes / 1e9:.1f}".replace(".", t(",", "."))
    says = t("{free} Go libres", "{free} GB free", free=free)
    remedy = t("Faites de la place : anciennes copies, journaux.", "Make room: old copies, logs.")
    if found.free_share < FULL_SHARE:
        return Line(name, "bad", says, remedy)
    return Line(name, "warn", says, remedy) if found.free_share < NEARLY_FULL_SHARE else Line(name, "good", says)


def _backup(found: Backups) -> Line:
    name = t("Sauvegarde", "Backup")
    remedy = t("Faites une copie du dossier, gardée ailleurs.", "Make a copy of the folder, and keep it elsewhere.")
    if not found.is_known:
        return Line(name, "warn", t("inconnue d’ici", "not known here"), remedy)
    if found.newest_age is None:
        return Line(name, "warn", t("aucune", "none"), remedy)
    says = t("il y a {age}", "{age} ago", age=ago(found.newest_age.total_seconds()))
    return Line(name, "warn", says, remedy) if found.newest_age > LATE_BACKUP else Line(name, "good", says)


def ago(seconds: float) -> str:
    """A duration in the unit that one would say it in."""
    for size, fr, en in ((86400, "{n} j", "{n} d"), (3600, "{n} h", "{n} h"), (60, "{n} min", "{n} min")):
        if seconds >= 2 * size:
            return t(fr, en, n=int(seconds // size))
    return t("{n} s", "{n} s", n=int(seconds))
